// The SM's front end: wiring of its modules, from the warps' positions to decoded instructions.
`default_nettype none
module frontend_stage (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,
  input logic halt_i,

  // From host_interface, constant during a grid
  input logic [31:0] entry_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_base_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_limit_i,

  // From and to host_interface: a warp's position
  input logic [heddle_pkg::WARP_BITS-1:0] warp_select_i,
  output logic [31:0] warp_pc_o,
  output logic [31:0] warp_mask_o,
  output logic [31:0] warp_alive_o,

  // From dispatcher (events)
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [31:0] launch_mask_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,

  // From warp_scheduler
  input logic pick_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] pick_warp_i,

  // From branch_unit
  input logic control_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] control_warp_i,
  input logic [heddle_pkg::WARP_BITS-1:0] control_next_warp_i,
  input logic [2:0] control_kind_i,
  input logic [31:0] control_mask_i,
  input logic control_uniform_i,
  input logic [31:0] control_next_pc_i,
  input logic [7:0] control_next_depth_i,
  input logic [31:0] control_a_i,
  input logic branch_row_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] branch_row_warp_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] branch_row_beat_i,
  input logic [heddle_pkg::LANES-1:0] branch_row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] branch_row_next_pc_i,
  input logic [7:0] branch_row_next_depth_i,
  input logic branch_row_sync_i,
  input logic [32*heddle_pkg::LANES-1:0] branch_row_sync_mask_i,
  input logic flush_valid_i,

  // From barrier (event)
  input logic release_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] release_next_cta_i,  // a cycle ahead of an event
  input logic [heddle_pkg::BARRIER_BITS-1:0] release_next_id_i,

  // Between instruction_cache and crossbar
  input logic icache_request_ready_i,
  input logic icache_response_valid_i,
  input logic [heddle_pkg::LINE_BITS-1:0] icache_response_data_i,
  input logic icache_response_error_i,
  output logic icache_request_valid_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] icache_request_line_o,
  output logic icache_response_ready_o,

  // To fault_unit (events)
  output logic warp_control_fault_valid_o,
  output heddle_pkg::fault_t warp_control_fault_o,
  output logic instruction_cache_fault_valid_o,
  output heddle_pkg::fault_t instruction_cache_fault_o,

  // To sm: nothing is under way
  output logic refilling_o,

  // To stall_monitor: of all warps
  output logic [heddle_pkg::WARPS-1:0] resident_o,  // a thread lives
  output logic [heddle_pkg::WARPS-1:0] fetching_o,
  output logic [heddle_pkg::WARPS-1:0] missing_o,
  output logic [heddle_pkg::WARPS-1:0] barrier_o,

  // To parking: of all warps
  output logic [heddle_pkg::WARPS-1:0] split_o,

  // To performance_counters (events)
  output logic reselection_o,
  output logic icache_fetch_o,
  output logic icache_miss_o,
  output logic icache_prefetch_o,

  // To instruction_buffer
  output logic decoded_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] decoded_warp_o,
  output logic [31:0] decoded_pc_o,
  output logic [31:0] decoded_mask_o,
  output logic [7:0] decoded_depth_o,
  output heddle_pkg::decoded_t decoded_o
);

  // From warp_control
  logic fetch_valid;
  logic [heddle_pkg::WARP_BITS-1:0] fetch_warp;
  logic [31:0] fetch_pc;
  logic packet_valid;
  logic [heddle_pkg::WARP_BITS-1:0] packet_warp;
  logic [31:0] packet_instruction;
  logic [heddle_pkg::OP_BITS-1:0] packet_op;
  logic packet_fault;
  logic [4:0] packet_cause;
  logic [31:0] packet_pc, packet_mask;
  logic [7:0] packet_depth;
  logic select_valid;
  logic [heddle_pkg::WARP_BITS-1:0] select_warp;
  logic [2:0] select_mode;
  logic [31:0] select_eligible, select_active, select_redo;
  logic [4:0] select_leader;
  logic [31:0] select_pc;
  logic [7:0] select_depth;
  // From reconvergence
  logic select_ready, selected_valid;
  logic [heddle_pkg::WARP_BITS-1:0] selected_warp;
  logic [31:0] selected_active, selected_pc;
  logic [7:0] selected_depth;
  logic selected_stop_valid;
  logic [31:0] selected_stop_pc;
  logic [4:0] selected_leader;
  logic [2:0] selected_mode;
  // From instruction_cache
  logic fetch_response_valid;
  logic [heddle_pkg::WARP_BITS-1:0] fetch_response_warp;
  logic [1:0] fetch_response_kind;
  logic [31:0] fetch_response_pc, fetch_response_instruction;
  logic [4:0] fetch_response_cause;

  assign reselection_o = selected_valid;
  assign icache_fetch_o = fetch_valid;
  assign icache_miss_o = fetch_response_valid && fetch_response_kind == heddle_pkg::FETCH_MISS;

  warp_control warp_control (
    .clk_i,
    .rst_ni,
    .start_i,
    .halt_i,
    .entry_i,
    .warp_select_i,
    .warp_pc_o,
    .warp_mask_o,
    .warp_alive_o,
    .launch_valid_i,
    .launch_warp_i,
    .launch_mask_i,
    .launch_cta_i,
    .fetch_valid_o(fetch_valid),
    .fetch_warp_o(fetch_warp),
    .fetch_pc_o(fetch_pc),
    .fetch_response_valid_i(fetch_response_valid),
    .fetch_response_warp_i(fetch_response_warp),
    .fetch_response_kind_i(fetch_response_kind),
    .fetch_response_pc_i(fetch_response_pc),
    .fetch_response_instruction_i(fetch_response_instruction),
    .fetch_response_cause_i(fetch_response_cause),
    .refilling_i(refilling_o),
    .packet_valid_o(packet_valid),
    .packet_warp_o(packet_warp),
    .packet_instruction_o(packet_instruction),
    .packet_op_o(packet_op),
    .packet_fault_o(packet_fault),
    .packet_cause_o(packet_cause),
    .packet_pc_o(packet_pc),
    .packet_mask_o(packet_mask),
    .packet_depth_o(packet_depth),
    .pick_valid_i,
    .pick_warp_i,
    .control_valid_i,
    .control_warp_i,
    .control_next_warp_i,
    .control_kind_i,
    .control_mask_i,
    .control_uniform_i,
    .control_next_pc_i,
    .control_next_depth_i,
    .control_a_i,
    .release_valid_i,
    .release_next_cta_i,
    .release_next_id_i,
    .select_valid_o(select_valid),
    .select_ready_i(select_ready),
    .select_warp_o(select_warp),
    .select_mode_o(select_mode),
    .select_eligible_o(select_eligible),
    .select_active_o(select_active),
    .select_redo_o(select_redo),
    .select_leader_o(select_leader),
    .select_pc_o(select_pc),
    .select_depth_o(select_depth),
    .selected_valid_i(selected_valid),
    .selected_warp_i(selected_warp),
    .selected_active_i(selected_active),
    .selected_pc_i(selected_pc),
    .selected_depth_i(selected_depth),
    .selected_stop_valid_i(selected_stop_valid),
    .selected_stop_pc_i(selected_stop_pc),
    .selected_leader_i(selected_leader),
    .selected_mode_i(selected_mode),
    .resident_o,
    .fetching_o,
    .missing_o,
    .barrier_o,
    .split_o,
    .fault_valid_o(warp_control_fault_valid_o),
    .fault_o(warp_control_fault_o)
  );

  reconvergence reconvergence (
    .clk_i,
    .rst_ni,
    .start_i,
    .branch_row_valid_i,
    .branch_row_warp_i,
    .branch_row_beat_i,
    .branch_row_mask_i,
    .branch_row_next_pc_i,
    .branch_row_next_depth_i,
    .branch_row_sync_i,
    .branch_row_sync_mask_i,
    .select_valid_i(select_valid),
    .select_ready_o(select_ready),
    .select_warp_i(select_warp),
    .select_mode_i(select_mode),
    .select_eligible_i(select_eligible),
    .select_active_i(select_active),
    .select_redo_i(select_redo),
    .select_leader_i(select_leader),
    .select_pc_i(select_pc),
    .select_depth_i(select_depth),
    .selected_valid_o(selected_valid),
    .selected_warp_o(selected_warp),
    .selected_active_o(selected_active),
    .selected_pc_o(selected_pc),
    .selected_depth_o(selected_depth),
    .selected_stop_valid_o(selected_stop_valid),
    .selected_stop_pc_o(selected_stop_pc),
    .selected_leader_o(selected_leader),
    .selected_mode_o(selected_mode)
  );

  instruction_cache instruction_cache (
    .clk_i,
    .rst_ni,
    .start_i,
    .flush_i(flush_valid_i),
    .fetch_valid_i(fetch_valid),
    .fetch_warp_i(fetch_warp),
    .fetch_pc_i(fetch_pc),
    .fetch_response_valid_o(fetch_response_valid),
    .fetch_response_warp_o(fetch_response_warp),
    .fetch_response_kind_o(fetch_response_kind),
    .fetch_response_pc_o(fetch_response_pc),
    .fetch_response_instruction_o(fetch_response_instruction),
    .fetch_response_cause_o(fetch_response_cause),
    .refilling_o,
    .region_base_i,
    .region_limit_i,
    .request_valid_o(icache_request_valid_o),
    .request_ready_i(icache_request_ready_i),
    .request_line_o(icache_request_line_o),
    .response_valid_i(icache_response_valid_i),
    .response_ready_o(icache_response_ready_o),
    .response_data_i(icache_response_data_i),
    .response_error_i(icache_response_error_i),
    .prefetch_o(icache_prefetch_o),
    .fault_valid_o(instruction_cache_fault_valid_o),
    .fault_o(instruction_cache_fault_o)
  );

  decode decode (
    .clk_i,
    .rst_ni,
    .start_i,
    .packet_valid_i(packet_valid),
    .packet_warp_i(packet_warp),
    .packet_instruction_i(packet_instruction),
    .packet_op_i(packet_op),
    .packet_fault_i(packet_fault),
    .packet_cause_i(packet_cause),
    .packet_pc_i(packet_pc),
    .packet_mask_i(packet_mask),
    .packet_depth_i(packet_depth),
    .decoded_valid_o,
    .decoded_warp_o,
    .decoded_pc_o,
    .decoded_mask_o,
    .decoded_depth_o,
    .decoded_o
  );

endmodule
`default_nettype wire
