// The copy engine with flat ports.
`default_nettype none
module copy_engine_harness (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  input logic row_valid_i,
  input logic row_high_i,
  input logic [heddle_pkg::UNIT_BITS-1:0] row_unit_i,
  input logic [heddle_pkg::WARP_BITS-1:0] row_warp_i,
  input logic [31:0] row_pc_i,
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

  input logic [31:0] shared_size_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_base_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_limit_i,

  output logic request_valid_o,
  input logic request_ready_i,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_o,
  output logic [heddle_pkg::COPY_TAG_BITS-1:0] request_tag_o,
  input logic response_valid_i,
  output logic response_ready_o,
  input logic [heddle_pkg::COPY_TAG_BITS-1:0] response_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] response_data_i,
  input logic response_error_i,

  output logic pass_valid_o,
  input logic pass_ready_i,
  output logic pass_complete_o,
  output logic pass_half_o,
  output logic [20:0] pass_bytes_o,
  output logic [heddle_pkg::COPY_GROUPS-1:0] pass_enable_o,
  output logic [16*heddle_pkg::COPY_GROUPS-1:0] pass_index_o,  // 16 bits a group
  output logic [128*heddle_pkg::COPY_GROUPS-1:0] pass_data_o,

  output logic op_done_valid_o,
  output logic fault_valid_o,
  output logic [4:0] fault_cause_o,
  output logic [heddle_pkg::WARP_BITS-1:0] fault_warp_o,
  output logic [31:0] fault_mask_o,
  output logic [31:0] fault_pc_o,
  output logic [31:0] fault_address_o,

  output logic [heddle_pkg::CTA_SLOTS-1:0] copying_o,
  output logic idle_o,

  // The design point
  output logic [31:0] shared_bytes_o,
  output logic [31:0] tags_o
);

  localparam int unsigned INDEX_BITS = heddle_pkg::COPY_INDEX_BITS;

  heddle_pkg::exec_ctl_t row_ctl;
  heddle_pkg::fault_t fault;
  logic [INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] pass_index;

  always_comb begin
    row_ctl = '0;
    row_ctl.unit = row_unit_i;
    row_ctl.warp = row_warp_i;
    row_ctl.pc = row_pc_i;
    row_ctl.beat = row_beat_i;
    row_ctl.last = row_last_i;
    pass_index_o = '0;
    for (int g = 0; g < heddle_pkg::COPY_GROUPS; g++) begin
      pass_index_o[16*g+:INDEX_BITS] = pass_index[INDEX_BITS*g+:INDEX_BITS];
    end
  end

  copy_engine u_copy_engine (
    .row_ctl_i(row_ctl),
    .pass_index_o(pass_index),
    .fault_o(fault),
    .*
  );

  assign fault_cause_o = fault.cause;
  assign fault_warp_o = fault.warp;
  assign fault_mask_o = fault.mask;
  assign fault_pc_o = fault.pc;
  assign fault_address_o = fault.address;
  assign shared_bytes_o = heddle_pkg::SHARED_BYTES;
  assign tags_o = heddle_pkg::COPY_TAGS;

endmodule
`default_nettype wire
