// The special function unit with flat ports.
`default_nettype none
module sfu_harness (
  input logic clk_i,
  input logic rst_ni,

  // The operand row; the unit comes from the instruction set's table
  input logic valid_i,
  input logic [heddle_pkg::OP_BITS-1:0] op_i,
  input logic [heddle_pkg::WARP_BITS-1:0] warp_i,
  input logic [4:0] rd_i,
  input logic writes_rd_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] beat_i,
  input logic last_i,
  input logic [heddle_pkg::LANES-1:0] mask_i,
  input logic [31:0] group_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] a_i,

  // Results
  output logic result_valid_o,
  input logic result_ready_i,
  output logic [heddle_pkg::WARP_BITS-1:0] result_warp_o,
  output logic [4:0] result_rd_o,
  output logic result_writes_rd_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] result_beat_o,
  output logic result_last_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,
  output logic op_done_valid_o,
  output logic idle_o
);

  heddle_pkg::exec_ctl_t ctl;
  heddle_pkg::result_ctl_t result_ctl;

  always_comb begin
    ctl = '0;
    ctl.warp = warp_i;
    ctl.op = op_i;
    ctl.unit = heddle_pkg::isa_unit(op_i);
    ctl.rd = rd_i;
    ctl.writes_rd = writes_rd_i;
    ctl.beat = beat_i;
    ctl.last = last_i;
  end

  sfu u_sfu (
    .clk_i,
    .rst_ni,
    .row_valid_i(valid_i),
    .row_ctl_i(ctl),
    .row_mask_i(mask_i),
    .row_group_mask_i(group_mask_i),
    .row_a_i(a_i),
    .result_valid_o,
    .result_ready_i,
    .result_ctl_o(result_ctl),
    .result_mask_o,
    .result_data_o,
    .op_done_valid_o,
    .idle_o
  );

  assign result_warp_o = result_ctl.warp;
  assign result_rd_o = result_ctl.rd;
  assign result_writes_rd_o = result_ctl.writes_rd;
  assign result_beat_o = result_ctl.beat;
  assign result_last_o = result_ctl.last;

endmodule
`default_nettype wire
