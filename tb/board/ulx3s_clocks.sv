// In place of the PLL: the oscillator's pin is the board's clock, and the SDRAM has its edge in the
// middle of the cycle. As a PLL it has not locked at first: what starts with random values is reset.
`default_nettype none
module ulx3s_clocks (
  input logic clk_25mhz_i,
  output logic clk_o,
  output logic sdram_clk_o,
  output logic locked_o
);

  assign clk_o = clk_25mhz_i;
  assign sdram_clk_o = !clk_25mhz_i;

  logic [2:0] cycles_q;

  initial cycles_q = '0;
  always_ff @(posedge clk_25mhz_i) if (cycles_q != '1) cycles_q <= cycles_q + 3'd1;

  assign locked_o = cycles_q == '1;

endmodule
`default_nettype wire
