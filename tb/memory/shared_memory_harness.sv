// The shared memory with flat ports.
`default_nettype none
module shared_memory_harness (
  input logic clk_i,
  input logic rst_ni,

  input logic row_valid_i,
  output logic row_ready_o,
  input logic [heddle_pkg::WARP_BITS-1:0] row_warp_i,
  input logic [heddle_pkg::OP_BITS-1:0] row_op_i,
  input logic [4:0] row_rd_i,
  input logic row_writes_rd_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] row_beat_i,
  input logic row_last_i,
  input logic row_high_i,
  input logic row_any_global_i,
  input logic [heddle_pkg::LANES-1:0] row_shared_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_address_i,
  input logic [32*heddle_pkg::LANES-1:0] row_data_i,
  input logic [32*heddle_pkg::LANES-1:0] row_compare_i,

  output logic result_valid_o,
  input logic result_ready_i,
  output logic [heddle_pkg::WARP_BITS-1:0] result_warp_o,
  output logic [4:0] result_rd_o,
  output logic result_writes_rd_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] result_beat_o,
  output logic result_last_o,
  output logic result_pair_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,

  input logic copy_valid_i,
  output logic copy_ready_o,
  input logic copy_complete_i,
  input logic copy_half_i,
  input logic [20:0] copy_bytes_i,
  input logic [heddle_pkg::COPY_GROUPS-1:0] copy_enable_i,
  input logic [16*heddle_pkg::COPY_GROUPS-1:0] copy_index_i,  // 16 bits a group
  input logic [128*heddle_pkg::COPY_GROUPS-1:0] copy_data_i,

  input logic matrix_valid_i,
  output logic matrix_ready_o,
  input logic matrix_arrival_i,
  input logic matrix_half_i,
  input logic [heddle_pkg::COPY_GROUPS-1:0] matrix_enable_i,
  input logic [16*heddle_pkg::COPY_GROUPS-1:0] matrix_index_i,  // 16 bits a group
  output logic units_valid_o,
  output logic [128*heddle_pkg::COPY_GROUPS-1:0] units_data_o,

  output logic store_done_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] store_done_warp_o,
  output logic park_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] park_warp_o,
  output logic phase_end_o,
  output logic idle_o,
  output logic shared_row_o,
  output logic shared_pass_o
);

  localparam int unsigned INDEX_BITS = heddle_pkg::COPY_INDEX_BITS;

  heddle_pkg::result_ctl_t ctl;
  logic [INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] copy_index, matrix_index;

  always_comb begin
    for (int g = 0; g < heddle_pkg::COPY_GROUPS; g++) begin
      copy_index[INDEX_BITS*g+:INDEX_BITS] = copy_index_i[16*g+:INDEX_BITS];
      matrix_index[INDEX_BITS*g+:INDEX_BITS] = matrix_index_i[16*g+:INDEX_BITS];
    end
  end

  shared_memory u_shared_memory (
    .start_i(1'b0),
    .copy_index_i(copy_index),
    .matrix_index_i(matrix_index),
    .result_ctl_o(ctl),
    .*
  );

  assign result_warp_o = ctl.warp;
  assign result_rd_o = ctl.rd;
  assign result_writes_rd_o = ctl.writes_rd;
  assign result_beat_o = ctl.beat;
  assign result_last_o = ctl.last;

endmodule
`default_nettype wire
