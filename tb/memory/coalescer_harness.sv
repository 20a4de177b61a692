// The coalescer with flat ports.
`default_nettype none
module coalescer_harness (
  input logic clk_i,
  input logic rst_ni,

  input logic row_valid_i,
  output logic row_ready_o,
  input logic [heddle_pkg::WARP_BITS-1:0] row_warp_i,
  input logic [heddle_pkg::OP_BITS-1:0] row_op_i,
  input logic [4:0] row_rd_i,
  input logic row_writes_rd_i,
  input logic [31:0] row_pc_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] row_beat_i,
  input logic row_last_i,
  input logic row_high_i,
  input logic row_any_shared_i,
  input logic [heddle_pkg::LANES-1:0] row_global_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_address_i,
  input logic [32*heddle_pkg::LANES-1:0] row_data_i,
  input logic [32*heddle_pkg::LANES-1:0] row_compare_i,
  input logic shared_idle_i,

  // The regions from 2 on are not mapped
  input logic [63:0] region_base_i,
  input logic [63:0] region_limit_i,

  input logic entry_free_i,
  input logic [heddle_pkg::MEMORY_OP_BITS-1:0] entry_i,
  input logic tag_free_i,
  input logic [heddle_pkg::TAG_BITS-1:0] tag_i,
  output logic alloc_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] alloc_warp_o,
  output logic [4:0] alloc_rd_o,
  output logic alloc_writes_rd_o,
  output logic [heddle_pkg::OP_BITS-1:0] alloc_op_o,
  output logic [31:0] alloc_pc_o,
  output logic [6*32-1:0] alloc_offset_o,
  output logic sent_valid_o,
  output logic sent_closed_o,
  output logic close_valid_o,
  output logic [heddle_pkg::MEMORY_OP_BITS-1:0] sent_entry_o,
  output logic [31:0] sent_match_o,

  output logic request_valid_o,
  input logic request_ready_i,
  output logic request_write_o,
  output logic request_atomic_o,
  output logic [heddle_pkg::OP_BITS-1:0] request_op_o,
  output logic [3:0] request_word_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_o,
  output logic [heddle_pkg::TAG_BITS-1:0] request_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] request_data_o,
  output logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_o,

  output logic fault_valid_o,
  output logic [4:0] fault_cause_o,
  output logic [heddle_pkg::WARP_BITS-1:0] fault_warp_o,
  output logic [31:0] fault_mask_o,
  output logic [31:0] fault_pc_o,
  output logic [31:0] fault_address_o,
  output logic idle_o,
  output logic global_access_o,
  output logic global_line_o
);

  heddle_pkg::fault_t fault;

  coalescer u_coalescer (
    .start_i(1'b0),
    .region_base_i({{heddle_pkg::REGIONS - 2{32'b0}}, region_base_i}),
    .region_limit_i({{heddle_pkg::REGIONS - 2{32'b0}}, region_limit_i}),
    .fault_o(fault),
    .*
  );

  assign fault_cause_o = fault.cause;
  assign fault_warp_o = fault.warp;
  assign fault_mask_o = fault.mask;
  assign fault_pc_o = fault.pc;
  assign fault_address_o = fault.address;

endmodule
`default_nettype wire
