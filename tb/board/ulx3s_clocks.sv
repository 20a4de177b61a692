// In place of the PLL: the oscillator's pin is the board's clock, and the SDRAM has its edge in the
// middle of the cycle.
`default_nettype none
module ulx3s_clocks (
  input logic clk_25mhz_i,
  output logic clk_o,
  output logic sdram_clk_o,
  output logic locked_o
);

  assign clk_o = clk_25mhz_i;
  assign sdram_clk_o = !clk_25mhz_i;
  assign locked_o = 1'b1;

endmodule
`default_nettype wire
