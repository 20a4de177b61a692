// The lane array and the divider with flat ports, for the tests and fp-sweep: the row's control part
// comes as separate fields, the unit from the instruction set's table, and rounding modes beside the
// operands.
`default_nettype none
module lanes_harness (
  input logic clk_i,
  input logic rst_ni,

  input logic valid_i,
  input logic [heddle_pkg::OP_BITS-1:0] op_i,
  input logic [2:0] rm_i,
  input logic [31:0] pc_i,
  input logic [31:0] imm_i,
  input logic [heddle_pkg::WARP_BITS-1:0] warp_i,
  input logic [4:0] rd_i,
  input logic writes_rd_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] beat_i,
  input logic first_i,
  input logic last_i,
  input logic [heddle_pkg::LANES-1:0] mask_i,
  input logic [32*heddle_pkg::LANES-1:0] a_i,
  input logic [32*heddle_pkg::LANES-1:0] b_i,
  input logic [32*heddle_pkg::LANES-1:0] c_i,
  input logic [3*heddle_pkg::LANES-1:0] frm_i,
  input logic [32*heddle_pkg::LANES-1:0] csr_result_i,  // c+4, as csr_unit gives them
  input logic [5*heddle_pkg::LANES-1:0] csr_flags_i,

  output logic release_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] release_warp_o,
  output logic [4:0] release_rd_o,
  output logic release_writes_rd_o,
  output logic result_next_valid_o,
  output logic result_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] result_warp_o,
  output logic [4:0] result_rd_o,
  output logic result_writes_rd_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] result_beat_o,
  output logic result_last_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,
  output logic result_float_o,
  output logic [32*heddle_pkg::LANES-1:0] result_flags_o,  // a word a lane

  // Divider: every row is taken at once
  output logic divide_valid_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] divide_beat_o,
  output logic [32*heddle_pkg::LANES-1:0] divide_data_o,
  output logic [32*heddle_pkg::LANES-1:0] divide_flags_o,
  output logic divide_done_o
);

  heddle_pkg::exec_ctl_t ctl;
  // verilator lint_off UNUSEDSIGNAL
  heddle_pkg::result_ctl_t result_ctl, divide_ctl;
  // verilator lint_on UNUSEDSIGNAL
  heddle_pkg::operand_select_t select;
  logic [5*heddle_pkg::LANES-1:0] flags, divide_flags;
  logic [3*heddle_pkg::LANES-1:0] frm_stage1_q, frm_stage2_q;

  always_comb begin
    ctl = '0;
    ctl.warp = warp_i;
    ctl.op = op_i;
    ctl.unit = heddle_pkg::isa_unit(op_i);
    ctl.rd = rd_i;
    ctl.writes_rd = writes_rd_i;
    ctl.pc = pc_i;
    ctl.imm = imm_i;
    ctl.rm = rm_i;
    ctl.beat = beat_i;
    ctl.first = first_i;
    ctl.last = last_i;
    ctl.select = select;
  end

  operand_select u_operand_select (
    .op_i,
    .select_o(select)
  );

  always_ff @(posedge clk_i) begin
    frm_stage1_q <= frm_i;
    frm_stage2_q <= frm_stage1_q;
  end

  lanes u_lanes (
    .clk_i,
    .rst_ni,
    .row_valid_i(valid_i),
    .row_high_i(1'b0),
    .row_ctl_i(ctl),
    .row_mask_i(mask_i),
    .row_a_i(a_i),
    .row_b_i(b_i),
    .row_c_i(c_i),
    .row_frm_i(frm_stage2_q),
    .csr_result_i,
    .csr_flags_i,
    .release_valid_o,
    .release_warp_o,
    .release_rd_o,
    .release_writes_rd_o,
    .result_next_valid_o,
    // verilator lint_off PINCONNECTEMPTY
    .float_next_valid_o(),
    // verilator lint_on PINCONNECTEMPTY
    .result_valid_o,
    .result_ctl_o(result_ctl),
    .result_mask_o,
    .result_data_o,
    .result_float_o,
    .result_flags_o(flags)
  );

  divider u_divider (
    .clk_i,
    .rst_ni,
    .row_valid_i(valid_i),
    .row_ctl_i(ctl),
    .row_mask_i(mask_i),
    .row_a_i(a_i),
    .row_b_i(b_i),
    .row_frm_i(frm_stage2_q),
    .result_valid_o(divide_valid_o),
    .result_ready_i(1'b1),
    .result_ctl_o(divide_ctl),
    .result_data_o(divide_data_o),
    .result_flags_o(divide_flags),
    .done_valid_o(divide_done_o),
    // verilator lint_off PINCONNECTEMPTY
    .result_mask_o(),
    .result_float_o(),
    .idle_o()
    // verilator lint_on PINCONNECTEMPTY
  );

  assign divide_beat_o = divide_ctl.beat;
  assign result_warp_o = result_ctl.warp;
  assign result_rd_o = result_ctl.rd;
  assign result_writes_rd_o = result_ctl.writes_rd;
  assign result_beat_o = result_ctl.beat;
  assign result_last_o = result_ctl.last;

  always_comb begin
    for (int i = 0; i < heddle_pkg::LANES; i++) begin
      result_flags_o[32*i+:32] = {27'b0, flags[5*i+:5]};
      divide_flags_o[32*i+:32] = {27'b0, divide_flags[5*i+:5]};
    end
  end

endmodule
`default_nettype wire
