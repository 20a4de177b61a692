# The constraints of every standard-cell target. synth/sta.py sets, in nanoseconds and picofarads: period, io_delay,
# setup_uncertainty, hold_uncertainty, output_load; and driver, a cell of the library.
create_clock -name clock -period $period [get_ports -quiet {clk_i aclk}]

# The clock is ideal: its tree is made with the layout. What it will not keep even, and jitter, is uncertainty.
set_clock_uncertainty -setup $setup_uncertainty [get_clocks clock]
set_clock_uncertainty -hold $hold_uncertainty [get_clocks clock]

# Outside there are a flip-flop and a wire: a module's ports are no pads.
set inputs {}
foreach port [all_inputs] {
  if {[lsearch {clk_i aclk rst_ni aresetn rst_i} [get_property $port full_name]] < 0} { lappend inputs $port }
}
if {[llength $inputs] > 0} {
  set_input_delay $io_delay -clock clock $inputs
  set_driving_cell -lib_cell $driver $inputs
}
if {[llength [all_outputs]] > 0} {
  set_output_delay -max $io_delay -clock clock [all_outputs]
  set_output_delay -min 0 -clock clock [all_outputs]
  set_load $output_load [all_outputs]
}

# The reset gets a tree of its own, too. It comes and goes while the clock stands still or much slower.
set_false_path -from [get_ports -quiet {rst_ni aresetn rst_i}]
