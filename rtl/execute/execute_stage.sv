// The SM's execution units: wiring. All see the operand row and take what is theirs.
`default_nettype none
module execute_stage (
  input logic clk_i,
  input logic rst_ni,

  // From operand_collector
  input logic row_valid_i,
  input logic row_high_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,
  input logic [32*heddle_pkg::LANES-1:0] row_c_i,
  input logic [31:0] row_group_mask_i,

  // From writeback
  input logic divider_flags_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] write_warp_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] write_beat_i,
  input logic [heddle_pkg::LANES-1:0] write_mask_i,
  input logic [5*heddle_pkg::LANES-1:0] written_flags_i,
  input logic divider_ready_i,
  input logic warp_unit_ready_i,
  input logic sfu_ready_i,

  // From dispatcher (events)
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [4:0] launch_warp_in_cta_i,
  input logic [31:0] launch_ctaid_x_i,
  input logic [31:0] launch_ctaid_y_i,
  input logic [31:0] launch_ctaid_z_i,
  input logic tid_valid_i,
  input logic [9:0] tid_index_i,
  input logic [9:0] tid_x_i,
  input logic [9:0] tid_y_i,
  input logic [5:0] tid_z_i,

  // From host_interface: counters that CSRs show
  input logic [63:0] cycles_i,
  input logic [63:0] instructions_i,

  // From host_interface, constant during a grid
  input logic [31:0] block_x_i,
  input logic [31:0] block_y_i,
  input logic [31:0] block_z_i,
  input logic [31:0] grid_x_i,
  input logic [31:0] grid_y_i,
  input logic [31:0] grid_z_i,
  input logic [31:0] warps_per_cta_i,
  input logic [31:0] argptr_i,
  input logic [31:0] shared_size_i,
  input logic [31:0] local_shift_i,

  // To scoreboard
  output logic fixed_release_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] fixed_release_warp_o,
  output logic [4:0] fixed_release_rd_o,
  output logic fixed_release_writes_rd_o,

  // To writeback
  output logic result_next_valid_o,
  output logic float_next_valid_o,
  output logic result_valid_o,
  output heddle_pkg::result_ctl_t result_ctl_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,
  output logic divider_valid_o,
  output heddle_pkg::result_ctl_t divider_ctl_o,
  output logic [heddle_pkg::LANES-1:0] divider_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] divider_data_o,
  output logic divider_float_o,
  output logic [5*heddle_pkg::LANES-1:0] divider_flags_o,
  output logic warp_unit_valid_o,
  output heddle_pkg::result_ctl_t warp_unit_ctl_o,
  output logic [heddle_pkg::LANES-1:0] warp_unit_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] warp_unit_data_o,
  output logic sfu_valid_o,
  output heddle_pkg::result_ctl_t sfu_ctl_o,
  output logic [heddle_pkg::LANES-1:0] sfu_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] sfu_data_o,

  // To reconvergence
  output logic branch_row_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] branch_row_warp_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] branch_row_beat_o,
  output logic [heddle_pkg::LANES-1:0] branch_row_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] branch_row_next_pc_o,
  output logic [7:0] branch_row_next_depth_o,
  output logic branch_row_sync_o,
  output logic [32*heddle_pkg::LANES-1:0] branch_row_sync_mask_o,

  // To barrier and fault_unit (event)
  output logic control_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] control_warp_o,
  output logic [heddle_pkg::WARP_BITS-1:0] control_next_warp_o,
  output logic [2:0] control_kind_o,
  output logic [31:0] control_mask_o,
  output logic [31:0] control_next_pc_o,
  output logic [31:0] control_status_o,
  output logic [31:0] control_a_o,
  output logic [31:0] control_b_o,

  // To warp_control
  output logic control_uniform_o,
  output logic [7:0] control_next_depth_o,

  // To instruction_cache
  output logic flush_valid_o,

  // To fault_unit (events)
  output logic branch_unit_fault_valid_o,
  output heddle_pkg::fault_t branch_unit_fault_o,

  // To warp_scheduler
  output logic divider_done_valid_o,
  output logic warp_op_done_valid_o,
  output logic sfu_op_done_valid_o,

  // To sm: nothing is under way
  output logic divider_idle_o,
  output logic warp_unit_idle_o,
  output logic sfu_idle_o
);

  // From lanes
  logic result_float;
  logic [5*heddle_pkg::LANES-1:0] result_flags;
  // From csr_unit
  logic [3*heddle_pkg::LANES-1:0] row_frm;
  logic [32*heddle_pkg::LANES-1:0] csr_result;
  logic [5*heddle_pkg::LANES-1:0] csr_flags;

  // Bytes of local memory a thread
  logic [31:0] local_size;

  assign local_size = 32'd1 << local_shift_i[4:0];

  lanes lanes (
    .clk_i,
    .rst_ni,
    .row_valid_i,
    .row_high_i,
    .row_ctl_i,
    .row_mask_i,
    .row_a_i,
    .row_b_i,
    .row_c_i,
    .row_frm_i(row_frm),
    .csr_result_i(csr_result),
    .csr_flags_i(csr_flags),
    .release_valid_o(fixed_release_valid_o),
    .release_warp_o(fixed_release_warp_o),
    .release_rd_o(fixed_release_rd_o),
    .release_writes_rd_o(fixed_release_writes_rd_o),
    .result_next_valid_o,
    .float_next_valid_o,
    .result_valid_o,
    .result_ctl_o,
    .result_mask_o,
    .result_data_o,
    .result_float_o(result_float),
    .result_flags_o(result_flags)
  );

  csr_unit csr_unit (
    .clk_i,
    .rst_ni,
    .row_valid_i,
    .row_ctl_i,
    .row_mask_i,
    .row_a_i,
    .row_frm_o(row_frm),
    .csr_result_o(csr_result),
    .csr_flags_o(csr_flags),
    .result_valid_i(result_valid_o),
    .result_ctl_i(result_ctl_o),
    .result_mask_i(result_mask_o),
    .result_float_i(result_float),
    .result_flags_i(result_flags),
    .divide_valid_i(divider_flags_valid_i),
    .divide_warp_i(write_warp_i),
    .divide_beat_i(write_beat_i),
    .divide_mask_i(write_mask_i),
    .divide_flags_i(written_flags_i),
    .launch_valid_i,
    .launch_warp_i,
    .launch_warp_in_cta_i,
    .launch_ctaid_x_i,
    .launch_ctaid_y_i,
    .launch_ctaid_z_i,
    .tid_valid_i,
    .tid_index_i,
    .tid_x_i,
    .tid_y_i,
    .tid_z_i,
    .cycles_i,
    .instructions_i,
    .block_x_i,
    .block_y_i,
    .block_z_i,
    .grid_x_i,
    .grid_y_i,
    .grid_z_i,
    .warps_per_cta_i,
    .argptr_i,
    .shared_size_i,
    .local_size_i(local_size)
  );

  branch_unit branch_unit (
    .clk_i,
    .rst_ni,
    .row_valid_i,
    .row_ctl_i,
    .row_mask_i,
    .row_group_mask_i,
    .row_a_i,
    .row_b_i,
    .branch_row_valid_o,
    .branch_row_warp_o,
    .branch_row_beat_o,
    .branch_row_mask_o,
    .branch_row_next_pc_o,
    .branch_row_next_depth_o,
    .branch_row_sync_o,
    .branch_row_sync_mask_o,
    .control_valid_o,
    .control_warp_o,
    .control_next_warp_o,
    .control_kind_o,
    .control_mask_o,
    .control_uniform_o,
    .control_next_pc_o,
    .control_next_depth_o,
    .control_status_o,
    .control_a_o,
    .control_b_o,
    .flush_valid_o,
    .fault_valid_o(branch_unit_fault_valid_o),
    .fault_o(branch_unit_fault_o)
  );

  divider divider (
    .clk_i,
    .rst_ni,
    .row_valid_i,
    .row_ctl_i,
    .row_mask_i,
    .row_a_i,
    .row_b_i,
    .row_frm_i(row_frm),
    .result_valid_o(divider_valid_o),
    .result_ready_i(divider_ready_i),
    .result_ctl_o(divider_ctl_o),
    .result_mask_o(divider_mask_o),
    .result_data_o(divider_data_o),
    .result_float_o(divider_float_o),
    .result_flags_o(divider_flags_o),
    .done_valid_o(divider_done_valid_o),
    .idle_o(divider_idle_o)
  );

  warp_unit warp_unit (
    .clk_i,
    .rst_ni,
    .row_valid_i,
    .row_ctl_i,
    .row_mask_i,
    .row_group_mask_i,
    .row_a_i,
    .row_b_i,
    .row_c_i,
    .result_valid_o(warp_unit_valid_o),
    .result_ready_i(warp_unit_ready_i),
    .result_ctl_o(warp_unit_ctl_o),
    .result_mask_o(warp_unit_mask_o),
    .result_data_o(warp_unit_data_o),
    .op_done_valid_o(warp_op_done_valid_o),
    .idle_o(warp_unit_idle_o)
  );

  sfu sfu (
    .clk_i,
    .rst_ni,
    .row_valid_i,
    .row_ctl_i,
    .row_mask_i,
    .row_group_mask_i,
    .row_a_i,
    .result_valid_o(sfu_valid_o),
    .result_ready_i(sfu_ready_i),
    .result_ctl_o(sfu_ctl_o),
    .result_mask_o(sfu_mask_o),
    .result_data_o(sfu_data_o),
    .op_done_valid_o(sfu_op_done_valid_o),
    .idle_o(sfu_idle_o)
  );

  // Only the shift's low bits count.
  logic unused;
  assign unused = ^local_shift_i[31:5];

endmodule
`default_nettype wire
