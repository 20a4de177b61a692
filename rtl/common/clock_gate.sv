// A clock that stands still in cycles without work: what it drives keeps its state, costs no energy, and
// a simulator does not evaluate it.
//
// enable_i comes from registers of clk_i; with it in cycle c, the edge at the end of c reaches clk_o.
// Nobody may see whether an edge was left out: only Verilator's model has a gate here, all other tools
// let every edge pass. Where a library has an integrated clock gate, that takes this file's place.
`default_nettype none
module clock_gate (
  input logic clk_i,
  input logic enable_i,
  output logic clk_o
);

`ifdef VERILATOR
  logic enable;

  always_latch if (!clk_i) enable = enable_i;
  assign clk_o = clk_i && enable;
`else
  assign clk_o = clk_i;
`endif

endmodule
`default_nettype wire
