// The SM's issue stage: wiring of its modules, from decoded instructions to operand rows.
`default_nettype none
module issue_stage (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,
  input logic halt_i,

  // From decode
  input logic decoded_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] decoded_warp_i,
  input logic [31:0] decoded_pc_i,
  input logic [31:0] decoded_mask_i,
  input logic [7:0] decoded_depth_i,
  input heddle_pkg::decoded_t decoded_i,

  // From lanes
  input logic fixed_release_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] fixed_release_warp_i,
  input logic [4:0] fixed_release_rd_i,
  input logic fixed_release_writes_rd_i,

  // From writeback
  input logic variable_release_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] variable_release_warp_i,
  input logic [4:0] variable_release_rd_i,
  input logic variable_release_writes_rd_i,
  input logic variable_release_pair_i,
  input logic starved_i,
  input logic write_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] write_warp_i,
  input logic [4:0] write_rd_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] write_beat_i,
  input logic [heddle_pkg::LANES-1:0] write_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] write_data_i,

  // From shared_memory
  input logic shared_store_done_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] shared_store_done_warp_i,
  input logic park_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] park_warp_i,
  input logic phase_end_i,

  // From load_return
  input logic global_store_done_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] global_store_done_warp_i,

  // From memory_queue
  input logic op_done_valid_i,
  input logic op_done_pair_i,

  // From divider
  input logic divider_done_valid_i,

  // From warp_unit
  input logic warp_op_done_valid_i,

  // From sfu
  input logic sfu_op_done_valid_i,

  // From copy_engine
  input logic copy_op_done_valid_i,

  // From tensor_core
  input logic mma_op_done_valid_i,
  input logic tensor_op_done_valid_i,
  input logic tensor_store_done_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] tensor_store_done_warp_i,

  // To warp_control
  output logic pick_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] pick_warp_o,

  // To dispatcher: an entry left the issue queue (event)
  output logic accepted_valid_o,

  // From dispatcher
  input logic busy_i,

  // From warp_control: of all warps
  input logic [heddle_pkg::WARPS-1:0] resident_i,
  input logic [heddle_pkg::WARPS-1:0] fetching_i,
  input logic [heddle_pkg::WARPS-1:0] missing_i,
  input logic [heddle_pkg::WARPS-1:0] barrier_i,
  input logic [heddle_pkg::WARPS-1:0] split_i,

  // To performance_counters (event)
  output logic [heddle_pkg::ISSUE_CLASSES-1:0] issue_class_o,
  output logic [heddle_pkg::RESIDENT_BITS-1:0] resident_warps_o,

  // To host_interface: counted events
  output logic issued_valid_o,
  output logic [5:0] issued_threads_o,

  // To fault_unit (events)
  output logic operand_collector_fault_valid_o,
  output heddle_pkg::fault_t operand_collector_fault_o,

  // To lanes, csr_unit, branch_unit, divider, warp_unit, sfu, address_unit, copy_engine and tensor_core
  output logic row_valid_o,
  output heddle_pkg::exec_ctl_t row_ctl_o,
  output logic [heddle_pkg::LANES-1:0] row_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] row_a_o,

  // To lanes, address_unit, copy_engine and tensor_core
  output logic row_high_o,

  // To branch_unit, warp_unit and sfu
  output logic [31:0] row_group_mask_o,

  // To lanes, branch_unit, divider, warp_unit, address_unit, copy_engine and tensor_core
  output logic [32*heddle_pkg::LANES-1:0] row_b_o,

  // To lanes, warp_unit, address_unit, copy_engine and tensor_core
  output logic [32*heddle_pkg::LANES-1:0] row_c_o
);

  // From instruction_buffer
  logic [heddle_pkg::WARPS-1:0] head_valid;
  logic [32*heddle_pkg::WARPS-1:0] head_registers;
  logic [heddle_pkg::WARPS-1:0] head_drain, head_memory, head_divide, head_warp_unit, head_sfu;
  logic [heddle_pkg::WARPS-1:0] head_copy, head_mma, head_tensor, head_pair;
  logic [4:0] picked_rd;
  logic picked_writes_rd, picked_drain, picked_memory, picked_pair, issue_valid;
  logic [heddle_pkg::WARP_BITS-1:0] issue_warp;
  logic [31:0] issue_pc, issue_mask;
  logic [7:0] issue_depth;
  heddle_pkg::decoded_t issue;
  // From scoreboard
  logic [heddle_pkg::WARPS-1:0] hazard, register_hazard, load_hazard;
  // From parking
  logic [heddle_pkg::WARPS-1:0] parked;
  // From warp_scheduler
  logic [heddle_pkg::WARPS-1:0] ready, pickable, ready_memory;

  instruction_buffer instruction_buffer (
    .clk_i,
    .rst_ni,
    .start_i,
    .decoded_valid_i,
    .decoded_warp_i,
    .decoded_pc_i,
    .decoded_mask_i,
    .decoded_depth_i,
    .decoded_i,
    .head_valid_o(head_valid),
    .head_registers_o(head_registers),
    .head_drain_o(head_drain),
    .head_memory_o(head_memory),
    .head_divide_o(head_divide),
    .head_warp_unit_o(head_warp_unit),
    .head_sfu_o(head_sfu),
    .head_copy_o(head_copy),
    .head_mma_o(head_mma),
    .head_tensor_o(head_tensor),
    .head_pair_o(head_pair),
    .pick_valid_i(pick_valid_o),
    .pick_warp_i(pick_warp_o),
    .picked_rd_o(picked_rd),
    .picked_writes_rd_o(picked_writes_rd),
    .picked_drain_o(picked_drain),
    .picked_memory_o(picked_memory),
    .picked_pair_o(picked_pair),
    .issue_valid_o(issue_valid),
    .issue_warp_o(issue_warp),
    .issue_pc_o(issue_pc),
    .issue_mask_o(issue_mask),
    .issue_depth_o(issue_depth),
    .issue_o(issue)
  );

  scoreboard scoreboard (
    .clk_i,
    .rst_ni,
    .start_i,
    .pick_valid_i(pick_valid_o),
    .pick_warp_i(pick_warp_o),
    .picked_rd_i(picked_rd),
    .picked_writes_rd_i(picked_writes_rd),
    .picked_drain_i(picked_drain),
    .picked_memory_i(picked_memory),
    .picked_pair_i(picked_pair),
    .fixed_release_valid_i,
    .fixed_release_warp_i,
    .fixed_release_rd_i,
    .fixed_release_writes_rd_i,
    .variable_release_valid_i,
    .variable_release_warp_i,
    .variable_release_rd_i,
    .variable_release_writes_rd_i,
    .variable_release_pair_i,
    .shared_store_done_valid_i,
    .shared_store_done_warp_i,
    .global_store_done_valid_i,
    .global_store_done_warp_i,
    .tensor_store_done_valid_i,
    .tensor_store_done_warp_i,
    .head_registers_i(head_registers),
    .head_drain_i(head_drain),
    .hazard_o(hazard),
    .register_hazard_o(register_hazard),
    .load_hazard_o(load_hazard)
  );

  parking parking (
    .clk_i,
    .rst_ni,
    .start_i,
    .park_valid_i,
    .park_warp_i,
    .phase_end_i,
    .split_i,
    .parked_o(parked)
  );

  warp_scheduler warp_scheduler (
    .clk_i,
    .rst_ni,
    .start_i,
    .halt_i,
    .head_valid_i(head_valid),
    .head_memory_i(head_memory),
    .head_divide_i(head_divide),
    .head_warp_unit_i(head_warp_unit),
    .head_sfu_i(head_sfu),
    .head_copy_i(head_copy),
    .head_mma_i(head_mma),
    .head_tensor_i(head_tensor),
    .head_pair_i(head_pair),
    .hazard_i(hazard),
    .parked_i(parked),
    .accepted_valid_i(accepted_valid_o),
    .op_done_valid_i,
    .op_done_pair_i,
    .divider_done_valid_i,
    .warp_op_done_valid_i,
    .sfu_op_done_valid_i,
    .copy_op_done_valid_i,
    .mma_op_done_valid_i,
    .tensor_op_done_valid_i,
    .pick_valid_o,
    .pick_warp_o,
    .ready_o(ready),
    .pickable_o(pickable),
    .ready_memory_o(ready_memory)
  );

  stall_monitor stall_monitor (
    .clk_i,
    .rst_ni,
    .start_i,
    .halt_i,
    .busy_i,
    .resident_i,
    .fetching_i,
    .missing_i,
    .barrier_i,
    .head_valid_i(head_valid),
    .hazard_i(hazard),
    .register_hazard_i(register_hazard),
    .load_hazard_i(load_hazard),
    .parked_i(parked),
    .ready_i(ready),
    .pickable_i(pickable),
    .ready_memory_i(ready_memory),
    .pick_valid_i(pick_valid_o),
    .issue_class_o,
    .resident_warps_o
  );

  operand_collector operand_collector (
    .clk_i,
    .rst_ni,
    .start_i,
    .halt_i,
    .issue_valid_i(issue_valid),
    .issue_warp_i(issue_warp),
    .issue_pc_i(issue_pc),
    .issue_mask_i(issue_mask),
    .issue_depth_i(issue_depth),
    .issue_i(issue),
    .starved_i,
    .write_valid_i,
    .write_warp_i,
    .write_rd_i,
    .write_beat_i,
    .write_mask_i,
    .write_data_i,
    .accepted_valid_o,
    .issued_valid_o,
    .issued_threads_o,
    .fault_valid_o(operand_collector_fault_valid_o),
    .fault_o(operand_collector_fault_o),
    .row_valid_o,
    .row_high_o,
    .row_ctl_o,
    .row_mask_o,
    .row_group_mask_o,
    .row_a_o,
    .row_b_o,
    .row_c_o
  );

endmodule
`default_nettype wire
