# Made by synth/layout.py; do not edit. constraints/asic.sdc for a layout in SG13G2: nanoseconds, picofarads.
set period 5
set io_delay 0.5
set setup_uncertainty 0.15
set hold_uncertainty 0.05
set output_load 0.0119125
set driver sg13g2_buf_4

# The constraints of every standard-cell target. synth/sta.py sets, in nanoseconds and picofarads: period, io_delay,
# setup_uncertainty, hold_uncertainty, output_load; and driver, a cell of the library.
#
# A module alone may have no reset, or no clock: then the clock is that of what is around it.
set inputs {}
set clock_port {}
set reset_port {}
foreach port [all_inputs] {
  switch [get_property $port full_name] {
    clk_i - aclk { set clock_port $port }
    rst_ni - aresetn - rst_i { set reset_port $port }
    default { lappend inputs $port }
  }
}
if {$clock_port ne {}} {
  create_clock -name clock -period $period $clock_port
} else {
  create_clock -name clock -period $period
}

# The clock is ideal: its tree is made with the layout. What it will not keep even, and jitter, is uncertainty.
set_clock_uncertainty -setup $setup_uncertainty [get_clocks clock]
set_clock_uncertainty -hold $hold_uncertainty [get_clocks clock]

# Outside there are a flip-flop and a wire: a module's ports are no pads.
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
if {$reset_port ne {}} {
  set_false_path -from $reset_port
}
