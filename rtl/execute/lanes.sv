// LANES execution lanes and the control part that they share: wiring only.
//
// Takes every operand row whose unit is not MEMORY, DIVIDE, WARP or SFU, but no high halves. The row
// visible in c gives the
// result visible in c + 9; the pipe never stalls. `result_next_valid_o` says in c + 8 that a row with
// writes_rd follows, `float_next_valid_o` that a row that may change flags does; the release event is visible five cycles after an instruction's first row
// (docs/architecture/writeback.md).
`default_nettype none
module lanes (
  input logic clk_i,
  input logic rst_ni,

  // From operand_collector, c
  input logic row_valid_i,
  input logic row_high_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,
  input logic [32*heddle_pkg::LANES-1:0] row_c_i,

  // From csr_unit: rounding modes in c+2, CSR values and new fflags in c+4
  input logic [3*heddle_pkg::LANES-1:0] row_frm_i,
  input logic [32*heddle_pkg::LANES-1:0] csr_result_i,
  input logic [5*heddle_pkg::LANES-1:0] csr_flags_i,

  // To scoreboard, c+5 of an instruction's first row
  output logic release_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] release_warp_o,
  output logic [4:0] release_rd_o,
  output logic release_writes_rd_o,

  // To writeback and csr_unit, c+8 and c+9
  output logic result_next_valid_o,
  output logic float_next_valid_o,
  output logic result_valid_o,
  output heddle_pkg::result_ctl_t result_ctl_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,
  output logic result_float_o,
  output logic [5*heddle_pkg::LANES-1:0] result_flags_o
);

  logic stage0_valid, stage0_shift, stage0_left;
  logic [1:0] stage0_a_select, stage0_b_select, stage0_c_select;
  heddle_pkg::alu_ctl_t stage1_alu;
  heddle_pkg::comparison_ctl_t stage1_comparison, stage2_comparison;
  logic stage1_widen, stage1_narrow, stage2_narrow, stage3_narrow, stage4_narrow;
  logic [1:0] stage1_format, stage2_format, stage4_format;
  logic stage1_halves, stage4_halves;
  logic stage1_fma, stage1_multiply, stage1_a_signed, stage1_b_signed;
  logic stage1_negate_product, stage1_negate_addend, stage1_multiply_only;
  logic stage1_from_int, stage1_to_int, stage1_int_unsigned;
  logic stage2_multiply, stage2_multiply_low, stage2_multiply_high, stage2_shift_right;
  logic stage3_from_int, stage4_csr;
  logic [2:0] stage2_rm;
  logic stage5_to_int, stage7_to_int, stage8_to_int, stage8_int_unsigned;

  lane_control u_lane_control (
    .clk_i,
    .rst_ni,
    .row_valid_i,
    .row_high_i,
    .row_ctl_i,
    .stage0_valid_o(stage0_valid),
    .stage0_a_select_o(stage0_a_select),
    .stage0_b_select_o(stage0_b_select),
    .stage0_c_select_o(stage0_c_select),
    .stage0_shift_o(stage0_shift),
    .stage0_left_o(stage0_left),
    .stage1_alu_o(stage1_alu),
    .stage1_comparison_o(stage1_comparison),
    .stage2_comparison_o(stage2_comparison),
    .stage1_widen_o(stage1_widen),
    .stage1_narrow_o(stage1_narrow),
    .stage1_format_o(stage1_format),
    .stage1_halves_o(stage1_halves),
    .stage1_fma_o(stage1_fma),
    .stage1_multiply_o(stage1_multiply),
    .stage1_a_signed_o(stage1_a_signed),
    .stage1_b_signed_o(stage1_b_signed),
    .stage1_negate_product_o(stage1_negate_product),
    .stage1_negate_addend_o(stage1_negate_addend),
    .stage1_multiply_only_o(stage1_multiply_only),
    .stage1_from_int_o(stage1_from_int),
    .stage1_to_int_o(stage1_to_int),
    .stage1_int_unsigned_o(stage1_int_unsigned),
    .stage2_multiply_o(stage2_multiply),
    .stage2_multiply_low_o(stage2_multiply_low),
    .stage2_multiply_high_o(stage2_multiply_high),
    .stage2_shift_right_o(stage2_shift_right),
    .stage2_narrow_o(stage2_narrow),
    .stage2_rm_o(stage2_rm),
    .stage2_format_o(stage2_format),
    .stage3_narrow_o(stage3_narrow),
    .stage4_narrow_o(stage4_narrow),
    .stage4_format_o(stage4_format),
    .stage4_halves_o(stage4_halves),
    .stage3_from_int_o(stage3_from_int),
    .stage4_csr_o(stage4_csr),
    .stage5_to_int_o(stage5_to_int),
    .stage7_to_int_o(stage7_to_int),
    .stage8_to_int_o(stage8_to_int),
    .stage8_int_unsigned_o(stage8_int_unsigned),
    .release_valid_o,
    .release_warp_o,
    .release_rd_o,
    .release_writes_rd_o,
    .result_next_valid_o,
    .float_next_valid_o,
    .result_valid_o,
    .result_ctl_o,
    .result_float_o
  );

  for (genvar i = 0; i < heddle_pkg::LANES; i++) begin : g_lane
    lane u_lane (
      .clk_i,
      .rst_ni,
      .valid_i(stage0_valid && row_mask_i[i]),
      .a_i(row_a_i[32*i+:32]),
      .b_i(row_b_i[32*i+:32]),
      .c_i(row_c_i[32*i+:32]),
      .pc_i(row_ctl_i.pc),
      .imm_i(row_ctl_i.imm),
      .stage2_frm_i(row_frm_i[3*i+:3]),
      .stage4_csr_result_i(csr_result_i[32*i+:32]),
      .stage4_csr_flags_i(csr_flags_i[5*i+:5]),
      .stage0_a_select_i(stage0_a_select),
      .stage0_b_select_i(stage0_b_select),
      .stage0_c_select_i(stage0_c_select),
      .stage0_shift_i(stage0_shift),
      .stage0_left_i(stage0_left),
      .stage1_alu_i(stage1_alu),
      .stage1_comparison_i(stage1_comparison),
      .stage2_comparison_i(stage2_comparison),
      .stage1_widen_i(stage1_widen),
      .stage1_narrow_i(stage1_narrow),
      .stage1_format_i(stage1_format),
      .stage1_halves_i(stage1_halves),
      .stage1_fma_i(stage1_fma),
      .stage1_multiply_i(stage1_multiply),
      .stage1_a_signed_i(stage1_a_signed),
      .stage1_b_signed_i(stage1_b_signed),
      .stage1_negate_product_i(stage1_negate_product),
      .stage1_negate_addend_i(stage1_negate_addend),
      .stage1_multiply_only_i(stage1_multiply_only),
      .stage1_from_int_i(stage1_from_int),
      .stage1_to_int_i(stage1_to_int),
      .stage1_int_unsigned_i(stage1_int_unsigned),
      .stage2_multiply_i(stage2_multiply),
      .stage2_multiply_low_i(stage2_multiply_low),
      .stage2_multiply_high_i(stage2_multiply_high),
      .stage2_shift_right_i(stage2_shift_right),
      .stage2_narrow_i(stage2_narrow),
      .stage2_rm_i(stage2_rm),
      .stage2_format_i(stage2_format),
      .stage3_narrow_i(stage3_narrow),
      .stage4_narrow_i(stage4_narrow),
      .stage4_format_i(stage4_format),
      .stage4_halves_i(stage4_halves),
      .stage3_from_int_i(stage3_from_int),
      .stage4_csr_i(stage4_csr),
      .stage5_to_int_i(stage5_to_int),
      .stage7_to_int_i(stage7_to_int),
      .stage8_to_int_i(stage8_to_int),
      .stage8_int_unsigned_i(stage8_int_unsigned),
      .result_active_o(result_mask_o[i]),
      .result_o(result_data_o[32*i+:32]),
      .flags_o(result_flags_o[5*i+:5])
    );
  end

endmodule
`default_nettype wire
