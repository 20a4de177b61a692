// One streaming multiprocessor: wiring of its modules in pipeline order, and the one place where
// "nothing is under way" is put together for the dispatcher.
//
// Fetch (warp_control, instruction_cache) -> decode -> issue (buffer, scoreboard, scheduler,
// operand_collector) -> execute or memory -> writeback. Control flow comes back from branch_unit to
// warp_control directly or through reconvergence.
`default_nettype none
module sm (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From fault_unit
  input logic halt_i,

  // From host_interface, constant during a grid
  input logic [31:0] entry_i,
  input logic [31:0] argptr_i,
  input logic [31:0] grid_x_i,
  input logic [31:0] grid_y_i,
  input logic [31:0] grid_z_i,
  input logic [31:0] block_x_i,
  input logic [31:0] block_y_i,
  input logic [31:0] block_z_i,
  input logic [31:0] warps_per_cta_i,
  input logic [31:0] shared_size_i,
  input logic [31:0] local_base_i,
  input logic [31:0] local_shift_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_base_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_limit_i,

  // From host_interface: counters that CSRs show
  input logic [63:0] cycles_i,
  input logic [63:0] instructions_i,

  // From and to host_interface: a warp's position
  input logic [heddle_pkg::WARP_BITS-1:0] warp_select_i,
  output logic [31:0] warp_pc_o,
  output logic [31:0] warp_mask_o,
  output logic [31:0] warp_alive_o,

  // From dispatcher (events)
  input logic tid_valid_i,
  input logic [9:0] tid_index_i,
  input logic [9:0] tid_x_i,
  input logic [9:0] tid_y_i,
  input logic [5:0] tid_z_i,
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [4:0] launch_warp_in_cta_i,
  input logic [31:0] launch_mask_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,
  input logic [31:0] launch_ctaid_x_i,
  input logic [31:0] launch_ctaid_y_i,
  input logic [31:0] launch_ctaid_z_i,
  input logic [31:0] launch_shared_base_i,

  // To dispatcher: nothing is under way; an entry left the issue queue (event)
  output logic machine_idle_o,
  output logic accepted_valid_o,

  // From barrier (event)
  input logic release_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] release_cta_i,
  input logic [heddle_pkg::BARRIER_BITS-1:0] release_id_i,

  // To barrier and fault_unit (event)
  output logic control_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] control_warp_o,
  output logic [2:0] control_kind_o,
  output logic [31:0] control_mask_o,
  output logic [31:0] control_next_pc_o,
  output logic [31:0] control_status_o,
  output logic [31:0] control_a_o,
  output logic [31:0] control_b_o,

  // To fault_unit (events)
  output logic load_return_fault_valid_o,
  output heddle_pkg::fault_t load_return_fault_o,
  output logic coalescer_fault_valid_o,
  output heddle_pkg::fault_t coalescer_fault_o,
  output logic address_unit_fault_valid_o,
  output heddle_pkg::fault_t address_unit_fault_o,
  output logic branch_unit_fault_valid_o,
  output heddle_pkg::fault_t branch_unit_fault_o,
  output logic warp_control_fault_valid_o,
  output heddle_pkg::fault_t warp_control_fault_o,
  output logic operand_collector_fault_valid_o,
  output heddle_pkg::fault_t operand_collector_fault_o,
  output logic instruction_cache_fault_valid_o,
  output heddle_pkg::fault_t instruction_cache_fault_o,

  // To host_interface: counted events
  output logic issued_valid_o,
  output logic [5:0] issued_threads_o,
  output logic global_access_o,
  output logic global_line_o,
  output logic shared_row_o,
  output logic shared_pass_o,

  // Between instruction_cache and crossbar
  output logic icache_request_valid_o,
  input logic icache_request_ready_i,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] icache_request_line_o,
  input logic icache_response_valid_i,
  output logic icache_response_ready_o,
  input logic [heddle_pkg::LINE_BITS-1:0] icache_response_data_i,
  input logic icache_response_error_i,

  // Between coalescer, load_return and crossbar
  output logic data_request_valid_o,
  input logic data_request_ready_i,
  output logic data_request_write_o,
  output logic data_request_atomic_o,
  output logic [heddle_pkg::OP_BITS-1:0] data_request_op_o,
  output logic [3:0] data_request_word_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] data_request_line_o,
  output logic [heddle_pkg::TAG_BITS-1:0] data_request_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] data_request_data_o,
  output logic [heddle_pkg::LINE_BYTES-1:0] data_request_strobe_o,
  input logic data_response_valid_i,
  output logic data_response_ready_o,
  input logic data_response_write_i,
  input logic data_response_error_i,
  input logic [heddle_pkg::TAG_BITS-1:0] data_response_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] data_response_data_i
);

  // From warp_control
  logic fetch_valid;
  logic [heddle_pkg::WARP_BITS-1:0] fetch_warp;
  logic [31:0] fetch_pc;
  logic packet_valid;
  logic [heddle_pkg::WARP_BITS-1:0] packet_warp;
  logic [31:0] packet_instruction;
  logic packet_fault;
  logic [4:0] packet_cause;
  logic [31:0] packet_pc, packet_mask;
  logic [7:0] packet_depth;
  logic select_valid;
  logic [heddle_pkg::WARP_BITS-1:0] select_warp;
  logic [2:0] select_mode;
  logic [31:0] select_eligible, select_active, select_redo, select_pc;
  logic [4:0] select_leader;
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
  logic [31:0] fetch_response_instruction;
  logic [4:0] fetch_response_cause;
  logic refilling;
  // From decode
  logic decoded_valid;
  logic [heddle_pkg::WARP_BITS-1:0] decoded_warp;
  logic [31:0] decoded_pc, decoded_mask;
  logic [7:0] decoded_depth;
  heddle_pkg::decoded_t decoded;
  // From instruction_buffer
  logic [heddle_pkg::WARPS-1:0] head_valid;
  logic [32*heddle_pkg::WARPS-1:0] head_registers;
  logic [heddle_pkg::WARPS-1:0] head_drain, head_memory, head_divide, head_warp_unit, head_sfu;
  logic [4:0] picked_rd;
  logic picked_writes_rd, picked_drain, issue_valid;
  logic [heddle_pkg::WARP_BITS-1:0] issue_warp;
  logic [31:0] issue_pc, issue_mask;
  logic [7:0] issue_depth;
  heddle_pkg::decoded_t issue;
  // From scoreboard
  logic [heddle_pkg::WARPS-1:0] hazard;
  // From warp_scheduler
  logic pick_valid;
  logic [heddle_pkg::WARP_BITS-1:0] pick_warp;
  // From operand_collector
  logic row_valid;
  heddle_pkg::exec_ctl_t row_ctl;
  logic [heddle_pkg::LANES-1:0] row_mask;
  logic [31:0] row_group_mask;
  logic [32*heddle_pkg::LANES-1:0] row_a, row_b, row_c;
  // From lanes
  logic fixed_release_valid;
  logic [heddle_pkg::WARP_BITS-1:0] fixed_release_warp;
  logic [4:0] fixed_release_rd;
  logic fixed_release_writes_rd, result_next_valid, float_next_valid, result_valid;
  heddle_pkg::result_ctl_t result_ctl;
  logic [heddle_pkg::LANES-1:0] result_mask;
  logic [32*heddle_pkg::LANES-1:0] result_data;
  logic result_float;
  logic [5*heddle_pkg::LANES-1:0] result_flags;
  // From csr_unit
  logic [3*heddle_pkg::LANES-1:0] row_frm;
  logic [32*heddle_pkg::LANES-1:0] csr_result;
  logic [5*heddle_pkg::LANES-1:0] csr_flags;
  // From branch_unit
  logic branch_row_valid;
  logic [heddle_pkg::WARP_BITS-1:0] branch_row_warp;
  logic [heddle_pkg::BEAT_BITS-1:0] branch_row_beat;
  logic [heddle_pkg::LANES-1:0] branch_row_mask;
  logic [32*heddle_pkg::LANES-1:0] branch_row_next_pc;
  logic [7:0] branch_row_next_depth;
  logic branch_row_sync;
  logic [32*heddle_pkg::LANES-1:0] branch_row_sync_mask;
  logic control_uniform, flush_valid;
  logic [7:0] control_next_depth;
  // From divider
  logic divider_valid;
  heddle_pkg::result_ctl_t divider_ctl;
  logic [heddle_pkg::LANES-1:0] divider_mask;
  logic [32*heddle_pkg::LANES-1:0] divider_data;
  logic divider_float;
  logic [5*heddle_pkg::LANES-1:0] divider_flags;
  logic divider_done_valid, divider_idle;
  // From warp_unit
  logic warp_unit_valid;
  heddle_pkg::result_ctl_t warp_unit_ctl;
  logic [heddle_pkg::LANES-1:0] warp_unit_mask;
  logic [32*heddle_pkg::LANES-1:0] warp_unit_data;
  logic warp_op_done_valid, warp_unit_idle;
  // From sfu
  logic sfu_valid;
  heddle_pkg::result_ctl_t sfu_ctl;
  logic [heddle_pkg::LANES-1:0] sfu_mask;
  logic [32*heddle_pkg::LANES-1:0] sfu_data;
  logic sfu_op_done_valid, sfu_idle;
  // From address_unit
  logic memory_row_valid;
  logic [heddle_pkg::WARP_BITS-1:0] memory_row_warp;
  logic [heddle_pkg::OP_BITS-1:0] memory_row_op;
  logic [4:0] memory_row_rd;
  logic memory_row_writes_rd;
  logic [31:0] memory_row_pc;
  logic [heddle_pkg::BEAT_BITS-1:0] memory_row_beat;
  logic memory_row_last;
  logic [heddle_pkg::LANES-1:0] memory_row_shared_mask, memory_row_global_mask;
  logic [32*heddle_pkg::LANES-1:0] memory_row_address, memory_row_data, memory_row_compare;
  logic memory_op_valid, memory_op_any_shared, memory_op_any_global;
  // From memory_queue
  logic shared_row_valid, global_row_valid;
  logic [heddle_pkg::WARP_BITS-1:0] memory_head_warp;
  logic [heddle_pkg::OP_BITS-1:0] memory_head_op;
  logic [4:0] memory_head_rd;
  logic memory_head_writes_rd;
  logic [31:0] memory_head_pc;
  logic [heddle_pkg::BEAT_BITS-1:0] memory_head_beat;
  logic memory_head_last;
  logic [heddle_pkg::LANES-1:0] memory_head_shared_mask, memory_head_global_mask;
  logic [32*heddle_pkg::LANES-1:0] memory_head_address, memory_head_data, memory_head_compare;
  logic memory_head_any_shared, memory_head_any_global, op_done_valid, memory_queue_idle;
  // From shared_memory
  logic shared_row_ready, shared_valid;
  heddle_pkg::result_ctl_t shared_ctl;
  logic [heddle_pkg::LANES-1:0] shared_mask;
  logic [32*heddle_pkg::LANES-1:0] shared_data;
  logic shared_store_done_valid;
  logic [heddle_pkg::WARP_BITS-1:0] shared_store_done_warp;
  logic shared_idle;
  // From coalescer
  logic global_row_ready, alloc_valid;
  logic [heddle_pkg::WARP_BITS-1:0] alloc_warp;
  logic [4:0] alloc_rd;
  logic alloc_writes_rd;
  logic [heddle_pkg::OP_BITS-1:0] alloc_op;
  logic [31:0] alloc_pc;
  logic [6*32-1:0] alloc_offset;
  logic sent_valid, sent_closed, close_valid;
  logic [heddle_pkg::MEMORY_OP_BITS-1:0] sent_entry;
  logic [31:0] sent_match;
  logic coalescer_idle;
  // From load_return
  logic entry_free;
  logic [heddle_pkg::MEMORY_OP_BITS-1:0] free_entry;
  logic tag_free;
  logic [heddle_pkg::TAG_BITS-1:0] free_tag;
  logic load_valid;
  heddle_pkg::result_ctl_t load_ctl;
  logic [heddle_pkg::LANES-1:0] load_mask;
  logic [32*heddle_pkg::LANES-1:0] load_data;
  logic global_store_done_valid;
  logic [heddle_pkg::WARP_BITS-1:0] global_store_done_warp;
  logic load_return_idle;
  // From writeback
  logic load_ready, shared_ready, warp_unit_ready, sfu_ready, divider_ready, write_valid;
  logic [heddle_pkg::WARP_BITS-1:0] write_warp;
  logic [4:0] write_rd;
  logic [heddle_pkg::BEAT_BITS-1:0] write_beat;
  logic [heddle_pkg::LANES-1:0] write_mask;
  logic [32*heddle_pkg::LANES-1:0] write_data;
  logic divider_flags_valid;
  logic [5*heddle_pkg::LANES-1:0] written_flags;
  logic variable_release_valid;
  logic [heddle_pkg::WARP_BITS-1:0] variable_release_warp;
  logic [4:0] variable_release_rd;
  logic variable_release_writes_rd, starved;

  // Bytes of local memory a thread
  logic [31:0] local_size;

  assign local_size = 32'd1 << local_shift_i[4:0];
  assign machine_idle_o = memory_queue_idle && coalescer_idle && load_return_idle && shared_idle
      && !refilling && divider_idle && warp_unit_idle && sfu_idle;

  // -----------------------------------------------------------------------------------------------
  // Front end
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
    .fetch_response_instruction_i(fetch_response_instruction),
    .fetch_response_cause_i(fetch_response_cause),
    .refilling_i(refilling),
    .packet_valid_o(packet_valid),
    .packet_warp_o(packet_warp),
    .packet_instruction_o(packet_instruction),
    .packet_fault_o(packet_fault),
    .packet_cause_o(packet_cause),
    .packet_pc_o(packet_pc),
    .packet_mask_o(packet_mask),
    .packet_depth_o(packet_depth),
    .pick_valid_i(pick_valid),
    .pick_warp_i(pick_warp),
    .control_valid_i(control_valid_o),
    .control_warp_i(control_warp_o),
    .control_kind_i(control_kind_o),
    .control_mask_i(control_mask_o),
    .control_uniform_i(control_uniform),
    .control_next_pc_i(control_next_pc_o),
    .control_next_depth_i(control_next_depth),
    .control_a_i(control_a_o),
    .release_valid_i,
    .release_cta_i,
    .release_id_i,
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
    .fault_valid_o(warp_control_fault_valid_o),
    .fault_o(warp_control_fault_o)
  );

  reconvergence reconvergence (
    .clk_i,
    .rst_ni,
    .start_i,
    .branch_row_valid_i(branch_row_valid),
    .branch_row_warp_i(branch_row_warp),
    .branch_row_beat_i(branch_row_beat),
    .branch_row_mask_i(branch_row_mask),
    .branch_row_next_pc_i(branch_row_next_pc),
    .branch_row_next_depth_i(branch_row_next_depth),
    .branch_row_sync_i(branch_row_sync),
    .branch_row_sync_mask_i(branch_row_sync_mask),
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
    .flush_i(flush_valid),
    .fetch_valid_i(fetch_valid),
    .fetch_warp_i(fetch_warp),
    .fetch_pc_i(fetch_pc),
    .fetch_response_valid_o(fetch_response_valid),
    .fetch_response_warp_o(fetch_response_warp),
    .fetch_response_kind_o(fetch_response_kind),
    .fetch_response_instruction_o(fetch_response_instruction),
    .fetch_response_cause_o(fetch_response_cause),
    .refilling_o(refilling),
    .region_base_i,
    .region_limit_i,
    .request_valid_o(icache_request_valid_o),
    .request_ready_i(icache_request_ready_i),
    .request_line_o(icache_request_line_o),
    .response_valid_i(icache_response_valid_i),
    .response_ready_o(icache_response_ready_o),
    .response_data_i(icache_response_data_i),
    .response_error_i(icache_response_error_i),
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
    .packet_fault_i(packet_fault),
    .packet_cause_i(packet_cause),
    .packet_pc_i(packet_pc),
    .packet_mask_i(packet_mask),
    .packet_depth_i(packet_depth),
    .decoded_valid_o(decoded_valid),
    .decoded_warp_o(decoded_warp),
    .decoded_pc_o(decoded_pc),
    .decoded_mask_o(decoded_mask),
    .decoded_depth_o(decoded_depth),
    .decoded_o(decoded)
  );

  // -----------------------------------------------------------------------------------------------
  // Issue
  instruction_buffer instruction_buffer (
    .clk_i,
    .rst_ni,
    .start_i,
    .decoded_valid_i(decoded_valid),
    .decoded_warp_i(decoded_warp),
    .decoded_pc_i(decoded_pc),
    .decoded_mask_i(decoded_mask),
    .decoded_depth_i(decoded_depth),
    .decoded_i(decoded),
    .head_valid_o(head_valid),
    .head_registers_o(head_registers),
    .head_drain_o(head_drain),
    .head_memory_o(head_memory),
    .head_divide_o(head_divide),
    .head_warp_unit_o(head_warp_unit),
    .head_sfu_o(head_sfu),
    .pick_valid_i(pick_valid),
    .pick_warp_i(pick_warp),
    .picked_rd_o(picked_rd),
    .picked_writes_rd_o(picked_writes_rd),
    .picked_drain_o(picked_drain),
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
    .pick_valid_i(pick_valid),
    .pick_warp_i(pick_warp),
    .picked_rd_i(picked_rd),
    .picked_writes_rd_i(picked_writes_rd),
    .picked_drain_i(picked_drain),
    .fixed_release_valid_i(fixed_release_valid),
    .fixed_release_warp_i(fixed_release_warp),
    .fixed_release_rd_i(fixed_release_rd),
    .fixed_release_writes_rd_i(fixed_release_writes_rd),
    .variable_release_valid_i(variable_release_valid),
    .variable_release_warp_i(variable_release_warp),
    .variable_release_rd_i(variable_release_rd),
    .variable_release_writes_rd_i(variable_release_writes_rd),
    .shared_store_done_valid_i(shared_store_done_valid),
    .shared_store_done_warp_i(shared_store_done_warp),
    .global_store_done_valid_i(global_store_done_valid),
    .global_store_done_warp_i(global_store_done_warp),
    .head_registers_i(head_registers),
    .head_drain_i(head_drain),
    .hazard_o(hazard)
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
    .hazard_i(hazard),
    .accepted_valid_i(accepted_valid_o),
    .op_done_valid_i(op_done_valid),
    .divider_done_valid_i(divider_done_valid),
    .warp_op_done_valid_i(warp_op_done_valid),
    .sfu_op_done_valid_i(sfu_op_done_valid),
    .pick_valid_o(pick_valid),
    .pick_warp_o(pick_warp)
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
    .starved_i(starved),
    .write_valid_i(write_valid),
    .write_warp_i(write_warp),
    .write_rd_i(write_rd),
    .write_beat_i(write_beat),
    .write_mask_i(write_mask),
    .write_data_i(write_data),
    .accepted_valid_o,
    .issued_valid_o,
    .issued_threads_o,
    .fault_valid_o(operand_collector_fault_valid_o),
    .fault_o(operand_collector_fault_o),
    .row_valid_o(row_valid),
    .row_ctl_o(row_ctl),
    .row_mask_o(row_mask),
    .row_group_mask_o(row_group_mask),
    .row_a_o(row_a),
    .row_b_o(row_b),
    .row_c_o(row_c)
  );

  // -----------------------------------------------------------------------------------------------
  // Execute
  lanes lanes (
    .clk_i,
    .rst_ni,
    .row_valid_i(row_valid),
    .row_ctl_i(row_ctl),
    .row_mask_i(row_mask),
    .row_a_i(row_a),
    .row_b_i(row_b),
    .row_c_i(row_c),
    .row_frm_i(row_frm),
    .csr_result_i(csr_result),
    .csr_flags_i(csr_flags),
    .release_valid_o(fixed_release_valid),
    .release_warp_o(fixed_release_warp),
    .release_rd_o(fixed_release_rd),
    .release_writes_rd_o(fixed_release_writes_rd),
    .result_next_valid_o(result_next_valid),
    .float_next_valid_o(float_next_valid),
    .result_valid_o(result_valid),
    .result_ctl_o(result_ctl),
    .result_mask_o(result_mask),
    .result_data_o(result_data),
    .result_float_o(result_float),
    .result_flags_o(result_flags)
  );

  csr_unit csr_unit (
    .clk_i,
    .rst_ni,
    .row_valid_i(row_valid),
    .row_ctl_i(row_ctl),
    .row_mask_i(row_mask),
    .row_a_i(row_a),
    .row_frm_o(row_frm),
    .csr_result_o(csr_result),
    .csr_flags_o(csr_flags),
    .result_valid_i(result_valid),
    .result_ctl_i(result_ctl),
    .result_mask_i(result_mask),
    .result_float_i(result_float),
    .result_flags_i(result_flags),
    .divide_valid_i(divider_flags_valid),
    .divide_warp_i(write_warp),
    .divide_beat_i(write_beat),
    .divide_mask_i(write_mask),
    .divide_flags_i(written_flags),
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
    .row_valid_i(row_valid),
    .row_ctl_i(row_ctl),
    .row_mask_i(row_mask),
    .row_group_mask_i(row_group_mask),
    .row_a_i(row_a),
    .row_b_i(row_b),
    .branch_row_valid_o(branch_row_valid),
    .branch_row_warp_o(branch_row_warp),
    .branch_row_beat_o(branch_row_beat),
    .branch_row_mask_o(branch_row_mask),
    .branch_row_next_pc_o(branch_row_next_pc),
    .branch_row_next_depth_o(branch_row_next_depth),
    .branch_row_sync_o(branch_row_sync),
    .branch_row_sync_mask_o(branch_row_sync_mask),
    .control_valid_o,
    .control_warp_o,
    .control_kind_o,
    .control_mask_o,
    .control_uniform_o(control_uniform),
    .control_next_pc_o,
    .control_next_depth_o(control_next_depth),
    .control_status_o,
    .control_a_o,
    .control_b_o,
    .flush_valid_o(flush_valid),
    .fault_valid_o(branch_unit_fault_valid_o),
    .fault_o(branch_unit_fault_o)
  );

  divider divider (
    .clk_i,
    .rst_ni,
    .row_valid_i(row_valid),
    .row_ctl_i(row_ctl),
    .row_mask_i(row_mask),
    .row_a_i(row_a),
    .row_b_i(row_b),
    .row_frm_i(row_frm),
    .result_valid_o(divider_valid),
    .result_ready_i(divider_ready),
    .result_ctl_o(divider_ctl),
    .result_mask_o(divider_mask),
    .result_data_o(divider_data),
    .result_float_o(divider_float),
    .result_flags_o(divider_flags),
    .done_valid_o(divider_done_valid),
    .idle_o(divider_idle)
  );

  warp_unit warp_unit (
    .clk_i,
    .rst_ni,
    .row_valid_i(row_valid),
    .row_ctl_i(row_ctl),
    .row_mask_i(row_mask),
    .row_group_mask_i(row_group_mask),
    .row_a_i(row_a),
    .row_b_i(row_b),
    .row_c_i(row_c),
    .result_valid_o(warp_unit_valid),
    .result_ready_i(warp_unit_ready),
    .result_ctl_o(warp_unit_ctl),
    .result_mask_o(warp_unit_mask),
    .result_data_o(warp_unit_data),
    .op_done_valid_o(warp_op_done_valid),
    .idle_o(warp_unit_idle)
  );

  sfu sfu (
    .clk_i,
    .rst_ni,
    .row_valid_i(row_valid),
    .row_ctl_i(row_ctl),
    .row_mask_i(row_mask),
    .row_group_mask_i(row_group_mask),
    .row_a_i(row_a),
    .result_valid_o(sfu_valid),
    .result_ready_i(sfu_ready),
    .result_ctl_o(sfu_ctl),
    .result_mask_o(sfu_mask),
    .result_data_o(sfu_data),
    .op_done_valid_o(sfu_op_done_valid),
    .idle_o(sfu_idle)
  );

  // -----------------------------------------------------------------------------------------------
  // Memory
  address_unit address_unit (
    .clk_i,
    .rst_ni,
    .start_i,
    .row_valid_i(row_valid),
    .row_ctl_i(row_ctl),
    .row_mask_i(row_mask),
    .row_a_i(row_a),
    .row_b_i(row_b),
    .row_c_i(row_c),
    .launch_valid_i,
    .launch_warp_i,
    .launch_shared_base_i,
    .shared_size_i,
    .local_base_i,
    .local_shift_i,
    .memory_row_valid_o(memory_row_valid),
    .memory_row_warp_o(memory_row_warp),
    .memory_row_op_o(memory_row_op),
    .memory_row_rd_o(memory_row_rd),
    .memory_row_writes_rd_o(memory_row_writes_rd),
    .memory_row_pc_o(memory_row_pc),
    .memory_row_beat_o(memory_row_beat),
    .memory_row_last_o(memory_row_last),
    .memory_row_shared_mask_o(memory_row_shared_mask),
    .memory_row_global_mask_o(memory_row_global_mask),
    .memory_row_address_o(memory_row_address),
    .memory_row_data_o(memory_row_data),
    .memory_row_compare_o(memory_row_compare),
    .memory_op_valid_o(memory_op_valid),
    .memory_op_any_shared_o(memory_op_any_shared),
    .memory_op_any_global_o(memory_op_any_global),
    .fault_valid_o(address_unit_fault_valid_o),
    .fault_o(address_unit_fault_o)
  );

  memory_queue memory_queue (
    .clk_i,
    .rst_ni,
    .start_i,
    .memory_row_valid_i(memory_row_valid),
    .memory_row_warp_i(memory_row_warp),
    .memory_row_op_i(memory_row_op),
    .memory_row_rd_i(memory_row_rd),
    .memory_row_writes_rd_i(memory_row_writes_rd),
    .memory_row_pc_i(memory_row_pc),
    .memory_row_beat_i(memory_row_beat),
    .memory_row_last_i(memory_row_last),
    .memory_row_shared_mask_i(memory_row_shared_mask),
    .memory_row_global_mask_i(memory_row_global_mask),
    .memory_row_address_i(memory_row_address),
    .memory_row_data_i(memory_row_data),
    .memory_row_compare_i(memory_row_compare),
    .memory_op_valid_i(memory_op_valid),
    .memory_op_any_shared_i(memory_op_any_shared),
    .memory_op_any_global_i(memory_op_any_global),
    .shared_row_valid_o(shared_row_valid),
    .shared_row_ready_i(shared_row_ready),
    .global_row_valid_o(global_row_valid),
    .global_row_ready_i(global_row_ready),
    .head_warp_o(memory_head_warp),
    .head_op_o(memory_head_op),
    .head_rd_o(memory_head_rd),
    .head_writes_rd_o(memory_head_writes_rd),
    .head_pc_o(memory_head_pc),
    .head_beat_o(memory_head_beat),
    .head_last_o(memory_head_last),
    .head_shared_mask_o(memory_head_shared_mask),
    .head_global_mask_o(memory_head_global_mask),
    .head_address_o(memory_head_address),
    .head_data_o(memory_head_data),
    .head_compare_o(memory_head_compare),
    .head_any_shared_o(memory_head_any_shared),
    .head_any_global_o(memory_head_any_global),
    .op_done_valid_o(op_done_valid),
    .idle_o(memory_queue_idle)
  );

  shared_memory shared_memory (
    .clk_i,
    .rst_ni,
    .start_i,
    .row_valid_i(shared_row_valid),
    .row_ready_o(shared_row_ready),
    .row_warp_i(memory_head_warp),
    .row_op_i(memory_head_op),
    .row_rd_i(memory_head_rd),
    .row_writes_rd_i(memory_head_writes_rd),
    .row_beat_i(memory_head_beat),
    .row_last_i(memory_head_last),
    .row_any_global_i(memory_head_any_global),
    .row_shared_mask_i(memory_head_shared_mask),
    .row_address_i(memory_head_address),
    .row_data_i(memory_head_data),
    .row_compare_i(memory_head_compare),
    .result_valid_o(shared_valid),
    .result_ready_i(shared_ready),
    .result_ctl_o(shared_ctl),
    .result_mask_o(shared_mask),
    .result_data_o(shared_data),
    .store_done_valid_o(shared_store_done_valid),
    .store_done_warp_o(shared_store_done_warp),
    .idle_o(shared_idle),
    .shared_row_o,
    .shared_pass_o
  );

  coalescer coalescer (
    .clk_i,
    .rst_ni,
    .start_i,
    .row_valid_i(global_row_valid),
    .row_ready_o(global_row_ready),
    .row_warp_i(memory_head_warp),
    .row_op_i(memory_head_op),
    .row_rd_i(memory_head_rd),
    .row_writes_rd_i(memory_head_writes_rd),
    .row_pc_i(memory_head_pc),
    .row_beat_i(memory_head_beat),
    .row_last_i(memory_head_last),
    .row_any_shared_i(memory_head_any_shared),
    .row_global_mask_i(memory_head_global_mask),
    .row_address_i(memory_head_address),
    .row_data_i(memory_head_data),
    .row_compare_i(memory_head_compare),
    .shared_idle_i(shared_idle),
    .region_base_i,
    .region_limit_i,
    .entry_free_i(entry_free),
    .entry_i(free_entry),
    .tag_free_i(tag_free),
    .tag_i(free_tag),
    .alloc_valid_o(alloc_valid),
    .alloc_warp_o(alloc_warp),
    .alloc_rd_o(alloc_rd),
    .alloc_writes_rd_o(alloc_writes_rd),
    .alloc_op_o(alloc_op),
    .alloc_pc_o(alloc_pc),
    .alloc_offset_o(alloc_offset),
    .sent_valid_o(sent_valid),
    .sent_closed_o(sent_closed),
    .close_valid_o(close_valid),
    .sent_entry_o(sent_entry),
    .sent_match_o(sent_match),
    .request_valid_o(data_request_valid_o),
    .request_ready_i(data_request_ready_i),
    .request_write_o(data_request_write_o),
    .request_atomic_o(data_request_atomic_o),
    .request_op_o(data_request_op_o),
    .request_word_o(data_request_word_o),
    .request_line_o(data_request_line_o),
    .request_tag_o(data_request_tag_o),
    .request_data_o(data_request_data_o),
    .request_strobe_o(data_request_strobe_o),
    .fault_valid_o(coalescer_fault_valid_o),
    .fault_o(coalescer_fault_o),
    .idle_o(coalescer_idle),
    .global_access_o,
    .global_line_o
  );

  load_return load_return (
    .clk_i,
    .rst_ni,
    .start_i,
    .entry_free_o(entry_free),
    .entry_o(free_entry),
    .tag_free_o(tag_free),
    .tag_o(free_tag),
    .alloc_valid_i(alloc_valid),
    .alloc_warp_i(alloc_warp),
    .alloc_rd_i(alloc_rd),
    .alloc_writes_rd_i(alloc_writes_rd),
    .alloc_op_i(alloc_op),
    .alloc_pc_i(alloc_pc),
    .alloc_offset_i(alloc_offset),
    .sent_valid_i(sent_valid),
    .sent_closed_i(sent_closed),
    .close_valid_i(close_valid),
    .sent_entry_i(sent_entry),
    .sent_match_i(sent_match),
    .response_valid_i(data_response_valid_i),
    .response_ready_o(data_response_ready_o),
    .response_tag_i(data_response_tag_i),
    .response_data_i(data_response_data_i),
    .response_write_i(data_response_write_i),
    .response_error_i(data_response_error_i),
    .result_valid_o(load_valid),
    .result_ready_i(load_ready),
    .result_ctl_o(load_ctl),
    .result_mask_o(load_mask),
    .result_data_o(load_data),
    .store_done_valid_o(global_store_done_valid),
    .store_done_warp_o(global_store_done_warp),
    .fault_valid_o(load_return_fault_valid_o),
    .fault_o(load_return_fault_o),
    .idle_o(load_return_idle)
  );

  // -----------------------------------------------------------------------------------------------
  // Writeback
  writeback writeback (
    .clk_i,
    .rst_ni,
    .start_i,
    .result_next_valid_i(result_next_valid),
    .float_next_valid_i(float_next_valid),
    .result_valid_i(result_valid),
    .result_ctl_i(result_ctl),
    .result_mask_i(result_mask),
    .result_data_i(result_data),
    .load_valid_i(load_valid),
    .load_ready_o(load_ready),
    .load_ctl_i(load_ctl),
    .load_mask_i(load_mask),
    .load_data_i(load_data),
    .shared_valid_i(shared_valid),
    .shared_ready_o(shared_ready),
    .shared_ctl_i(shared_ctl),
    .shared_mask_i(shared_mask),
    .shared_data_i(shared_data),
    .warp_unit_valid_i(warp_unit_valid),
    .warp_unit_ready_o(warp_unit_ready),
    .warp_unit_ctl_i(warp_unit_ctl),
    .warp_unit_mask_i(warp_unit_mask),
    .warp_unit_data_i(warp_unit_data),
    .sfu_valid_i(sfu_valid),
    .sfu_ready_o(sfu_ready),
    .sfu_ctl_i(sfu_ctl),
    .sfu_mask_i(sfu_mask),
    .sfu_data_i(sfu_data),
    .divider_valid_i(divider_valid),
    .divider_ready_o(divider_ready),
    .divider_ctl_i(divider_ctl),
    .divider_mask_i(divider_mask),
    .divider_data_i(divider_data),
    .divider_float_i(divider_float),
    .divider_flags_i(divider_flags),
    .write_valid_o(write_valid),
    .write_warp_o(write_warp),
    .write_rd_o(write_rd),
    .write_beat_o(write_beat),
    .write_mask_o(write_mask),
    .write_data_o(write_data),
    .flags_valid_o(divider_flags_valid),
    .flags_o(written_flags),
    .release_valid_o(variable_release_valid),
    .release_warp_o(variable_release_warp),
    .release_rd_o(variable_release_rd),
    .release_writes_rd_o(variable_release_writes_rd),
    .starved_o(starved)
  );

endmodule
`default_nettype wire
