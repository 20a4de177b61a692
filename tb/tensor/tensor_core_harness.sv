// The matrix engine with flat ports.
`default_nettype none
module tensor_core_harness (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  input logic row_valid_i,
  input logic row_high_i,
  input logic [heddle_pkg::UNIT_BITS-1:0] row_unit_i,
  input logic [heddle_pkg::OP_BITS-1:0] row_op_i,
  input logic [heddle_pkg::WARP_BITS-1:0] row_warp_i,
  input logic [4:0] row_rd_i,
  input logic row_writes_rd_i,
  input logic [31:0] row_pc_i,
  input logic [31:0] row_imm_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] row_beat_i,
  input logic row_last_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,
  input logic [32*heddle_pkg::LANES-1:0] row_c_i,

  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,
  input logic [31:0] launch_shared_base_i,
  input logic cta_done_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] cta_done_cta_i,
  input logic [31:0] shared_size_i,

  output logic pass_valid_o,
  input logic pass_ready_i,
  output logic pass_arrival_o,
  output logic pass_half_o,
  output logic [heddle_pkg::COPY_GROUPS-1:0] pass_enable_o,
  output logic [16*heddle_pkg::COPY_GROUPS-1:0] pass_index_o,  // 16 bits a group
  input logic units_valid_i,
  input logic [128*heddle_pkg::COPY_GROUPS-1:0] units_data_i,

  output logic result_valid_o,
  input logic result_ready_i,
  output logic [heddle_pkg::WARP_BITS-1:0] result_warp_o,
  output logic [4:0] result_rd_o,
  output logic result_writes_rd_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] result_beat_o,
  output logic result_last_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,

  output logic store_done_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] store_done_warp_o,
  output logic mma_op_done_valid_o,
  output logic tensor_op_done_valid_o,

  output logic [1:0] fault_valid_o,  // mma_control's, tensor_access'
  output logic [2*5-1:0] fault_cause_o,
  output logic [2*8-1:0] fault_warp_o,  // 8 bits each
  output logic [2*32-1:0] fault_mask_o,
  output logic [2*32-1:0] fault_pc_o,
  output logic [2*32-1:0] fault_address_o,

  output logic [heddle_pkg::CTA_SLOTS-1:0] computing_o,
  output logic idle_o,

  // The design point
  output logic [31:0] shared_bytes_o,
  output logic [31:0] cta_slots_o,
  output logic [31:0] m_o,
  output logic [31:0] n_o,
  output logic [31:0] lanes_o,
  output logic [31:0] columns_o,
  output logic [31:0] formats_o,
  output logic [31:0] modes_o,
  output logic [31:0] transpose_o,
  output logic [31:0] sparse_o
);

  localparam int unsigned INDEX_BITS = heddle_pkg::COPY_INDEX_BITS;

  heddle_pkg::exec_ctl_t row_ctl;
  heddle_pkg::result_ctl_t result_ctl;
  heddle_pkg::fault_t mma_fault, access_fault;
  logic [INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] pass_index;

  always_comb begin
    row_ctl = '0;
    row_ctl.unit = row_unit_i;
    row_ctl.op = row_op_i;
    row_ctl.warp = row_warp_i;
    row_ctl.rd = row_rd_i;
    row_ctl.writes_rd = row_writes_rd_i;
    row_ctl.pc = row_pc_i;
    row_ctl.imm = row_imm_i;
    row_ctl.beat = row_beat_i;
    row_ctl.last = row_last_i;
    pass_index_o = '0;
    for (int g = 0; g < heddle_pkg::COPY_GROUPS; g++) begin
      pass_index_o[16*g+:INDEX_BITS] = pass_index[INDEX_BITS*g+:INDEX_BITS];
    end
  end

  tensor_core u_tensor_core (
    .row_ctl_i(row_ctl),
    .pass_index_o(pass_index),
    .result_ctl_o(result_ctl),
    .mma_control_fault_valid_o(fault_valid_o[0]),
    .mma_control_fault_o(mma_fault),
    .tensor_access_fault_valid_o(fault_valid_o[1]),
    .tensor_access_fault_o(access_fault),
    .*
  );

  assign result_warp_o = result_ctl.warp;
  assign result_rd_o = result_ctl.rd;
  assign result_writes_rd_o = result_ctl.writes_rd;
  assign result_beat_o = result_ctl.beat;
  assign result_last_o = result_ctl.last;
  assign fault_cause_o = {access_fault.cause, mma_fault.cause};
  assign fault_warp_o = {8'(access_fault.warp), 8'(mma_fault.warp)};
  assign fault_mask_o = {access_fault.mask, mma_fault.mask};
  assign fault_pc_o = {access_fault.pc, mma_fault.pc};
  assign fault_address_o = {access_fault.address, mma_fault.address};
  assign shared_bytes_o = heddle_pkg::SHARED_BYTES;
  assign cta_slots_o = heddle_pkg::CTA_SLOTS;
  assign m_o = heddle_pkg::TENSOR_M;
  assign n_o = heddle_pkg::TENSOR_N;
  assign lanes_o = heddle_pkg::TENSOR_LANES;
  assign columns_o = heddle_pkg::TENSOR_COLUMNS;
  assign formats_o = heddle_pkg::TENSOR_FORMATS;
  assign modes_o = heddle_pkg::TENSOR_MODES;
  assign transpose_o = heddle_pkg::TENSOR_TRANSPOSE;
  assign sparse_o = heddle_pkg::TENSOR_SPARSE;

endmodule
`default_nettype wire
