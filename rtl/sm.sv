// One streaming multiprocessor: wiring of its stages in pipeline order, and the one place where
// "nothing is under way" is put together for the dispatcher.
//
// Fetch (warp_control, instruction_cache) -> decode -> issue (buffer, scoreboard, scheduler,
// operand_collector) -> execute, memory or tensor core -> writeback. Control flow comes back from
// branch_unit to warp_control directly or through reconvergence.
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
  input logic l1_bypass_i,
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
  output logic [heddle_pkg::CTA_SLOTS-1:0] copying_o,
  output logic [heddle_pkg::CTA_SLOTS-1:0] computing_o,

  // From barrier (events)
  input logic release_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] release_next_cta_i,  // a cycle ahead of an event
  input logic [heddle_pkg::BARRIER_BITS-1:0] release_next_id_i,
  input logic cta_done_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] cta_done_cta_i,

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
  output logic copy_engine_fault_valid_o,
  output heddle_pkg::fault_t copy_engine_fault_o,
  output logic mma_control_fault_valid_o,
  output heddle_pkg::fault_t mma_control_fault_o,
  output logic tensor_access_fault_valid_o,
  output heddle_pkg::fault_t tensor_access_fault_o,
  output logic branch_unit_fault_valid_o,
  output heddle_pkg::fault_t branch_unit_fault_o,
  output logic warp_control_fault_valid_o,
  output heddle_pkg::fault_t warp_control_fault_o,
  output logic operand_collector_fault_valid_o,
  output heddle_pkg::fault_t operand_collector_fault_o,
  output logic instruction_cache_fault_valid_o,
  output heddle_pkg::fault_t instruction_cache_fault_o,

  // From dispatcher
  input logic busy_i,

  // To performance_counters (events)
  output logic [heddle_pkg::ISSUE_CLASSES-1:0] issue_class_o,
  output logic [heddle_pkg::RESIDENT_BITS-1:0] resident_warps_o,
  output logic control_uniform_o,
  output logic reselection_o,
  output logic icache_fetch_o,
  output logic icache_miss_o,
  output logic icache_prefetch_o,
  output logic l1_load_hit_o,
  output logic l1_load_miss_o,

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
  input logic [heddle_pkg::LINE_BITS-1:0] data_response_data_i,

  // Between copy_engine and crossbar
  output logic copy_request_valid_o,
  input logic copy_request_ready_i,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] copy_request_line_o,
  output logic [heddle_pkg::COPY_TAG_BITS-1:0] copy_request_tag_o,
  input logic copy_response_valid_i,
  output logic copy_response_ready_o,
  input logic [heddle_pkg::COPY_TAG_BITS-1:0] copy_response_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] copy_response_data_i,
  input logic copy_response_error_i
);

  // From warp_control
  logic [heddle_pkg::WARPS-1:0] resident, fetching, missing, waiting_at_barrier, split;
  // From instruction_cache
  logic refilling;
  // From decode
  logic decoded_valid;
  logic [heddle_pkg::WARP_BITS-1:0] decoded_warp;
  logic [31:0] decoded_pc, decoded_mask;
  logic [7:0] decoded_depth;
  heddle_pkg::decoded_t decoded;
  // From warp_scheduler
  logic pick_valid;
  logic [heddle_pkg::WARP_BITS-1:0] pick_warp;
  // From operand_collector
  logic row_valid;
  heddle_pkg::exec_ctl_t row_ctl;
  logic row_high;
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
  // From branch_unit
  logic [heddle_pkg::WARP_BITS-1:0] control_next_warp;
  logic branch_row_valid;
  logic [heddle_pkg::WARP_BITS-1:0] branch_row_warp;
  logic [heddle_pkg::BEAT_BITS-1:0] branch_row_beat;
  logic [heddle_pkg::LANES-1:0] branch_row_mask;
  logic [32*heddle_pkg::LANES-1:0] branch_row_next_pc;
  logic [7:0] branch_row_next_depth;
  logic branch_row_sync;
  logic [32*heddle_pkg::LANES-1:0] branch_row_sync_mask;
  logic flush_valid;
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
  // From memory_queue
  logic op_done_valid, op_done_pair, memory_queue_idle;
  // From shared_memory
  logic shared_valid;
  heddle_pkg::result_ctl_t shared_ctl;
  logic [heddle_pkg::LANES-1:0] shared_mask;
  logic [32*heddle_pkg::LANES-1:0] shared_data;
  logic shared_pair;
  logic shared_store_done_valid;
  logic [heddle_pkg::WARP_BITS-1:0] shared_store_done_warp;
  logic park_valid, phase_end;
  logic [heddle_pkg::WARP_BITS-1:0] park_warp;
  logic shared_idle, matrix_ready, units_valid;
  logic [128*heddle_pkg::COPY_GROUPS-1:0] units_data;
  // From coalescer
  logic coalescer_idle;
  // From load_return
  logic load_valid;
  heddle_pkg::result_ctl_t load_ctl;
  logic [heddle_pkg::LANES-1:0] load_mask;
  logic [32*heddle_pkg::LANES-1:0] load_data;
  logic load_pair;
  logic global_store_done_valid;
  logic [heddle_pkg::WARP_BITS-1:0] global_store_done_warp;
  logic load_return_idle;
  // From copy_engine
  logic copy_op_done_valid, copy_idle;
  // From tensor_core
  logic matrix_valid, matrix_arrival, matrix_half;
  logic [heddle_pkg::COPY_GROUPS-1:0] matrix_enable;
  logic [heddle_pkg::COPY_INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] matrix_index;
  logic tensor_valid;
  heddle_pkg::result_ctl_t tensor_ctl;
  logic [heddle_pkg::LANES-1:0] tensor_mask;
  logic [32*heddle_pkg::LANES-1:0] tensor_data;
  logic tensor_store_done_valid;
  logic [heddle_pkg::WARP_BITS-1:0] tensor_store_done_warp;
  logic mma_op_done_valid, tensor_op_done_valid, tensor_idle;
  // From writeback
  logic load_ready, shared_ready, warp_unit_ready, sfu_ready, tensor_ready, divider_ready, write_valid;
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
  logic variable_release_writes_rd, variable_release_pair, starved;

  assign machine_idle_o = memory_queue_idle && coalescer_idle && load_return_idle && shared_idle
      && !refilling && divider_idle && warp_unit_idle && sfu_idle && copy_idle && tensor_idle;

  frontend_stage frontend_stage (
    .clk_i,
    .rst_ni,
    .start_i,
    .halt_i,
    .entry_i,
    .warp_select_i,
    .launch_valid_i,
    .launch_warp_i,
    .launch_mask_i,
    .launch_cta_i,
    .pick_valid_i(pick_valid),
    .pick_warp_i(pick_warp),
    .control_valid_i(control_valid_o),
    .control_warp_i(control_warp_o),
    .control_next_warp_i(control_next_warp),
    .control_kind_i(control_kind_o),
    .control_mask_i(control_mask_o),
    .control_uniform_i(control_uniform_o),
    .control_next_pc_i(control_next_pc_o),
    .control_next_depth_i(control_next_depth),
    .control_a_i(control_a_o),
    .release_valid_i,
    .release_next_cta_i,
    .release_next_id_i,
    .branch_row_valid_i(branch_row_valid),
    .branch_row_warp_i(branch_row_warp),
    .branch_row_beat_i(branch_row_beat),
    .branch_row_mask_i(branch_row_mask),
    .branch_row_next_pc_i(branch_row_next_pc),
    .branch_row_next_depth_i(branch_row_next_depth),
    .branch_row_sync_i(branch_row_sync),
    .branch_row_sync_mask_i(branch_row_sync_mask),
    .flush_valid_i(flush_valid),
    .region_base_i,
    .region_limit_i,
    .icache_request_ready_i,
    .icache_response_valid_i,
    .icache_response_data_i,
    .icache_response_error_i,
    .warp_pc_o,
    .warp_mask_o,
    .warp_alive_o,
    .warp_control_fault_valid_o,
    .warp_control_fault_o,
    .refilling_o(refilling),
    .resident_o(resident),
    .fetching_o(fetching),
    .missing_o(missing),
    .barrier_o(waiting_at_barrier),
    .split_o(split),
    .reselection_o,
    .icache_fetch_o,
    .icache_miss_o,
    .icache_prefetch_o,
    .icache_request_valid_o,
    .icache_request_line_o,
    .icache_response_ready_o,
    .instruction_cache_fault_valid_o,
    .instruction_cache_fault_o,
    .decoded_valid_o(decoded_valid),
    .decoded_warp_o(decoded_warp),
    .decoded_pc_o(decoded_pc),
    .decoded_mask_o(decoded_mask),
    .decoded_depth_o(decoded_depth),
    .decoded_o(decoded)
  );

  issue_stage issue_stage (
    .clk_i,
    .rst_ni,
    .start_i,
    .halt_i,
    .decoded_valid_i(decoded_valid),
    .decoded_warp_i(decoded_warp),
    .decoded_pc_i(decoded_pc),
    .decoded_mask_i(decoded_mask),
    .decoded_depth_i(decoded_depth),
    .decoded_i(decoded),
    .fixed_release_valid_i(fixed_release_valid),
    .fixed_release_warp_i(fixed_release_warp),
    .fixed_release_rd_i(fixed_release_rd),
    .fixed_release_writes_rd_i(fixed_release_writes_rd),
    .variable_release_valid_i(variable_release_valid),
    .variable_release_warp_i(variable_release_warp),
    .variable_release_rd_i(variable_release_rd),
    .variable_release_writes_rd_i(variable_release_writes_rd),
    .variable_release_pair_i(variable_release_pair),
    .shared_store_done_valid_i(shared_store_done_valid),
    .shared_store_done_warp_i(shared_store_done_warp),
    .park_valid_i(park_valid),
    .park_warp_i(park_warp),
    .phase_end_i(phase_end),
    .global_store_done_valid_i(global_store_done_valid),
    .global_store_done_warp_i(global_store_done_warp),
    .op_done_valid_i(op_done_valid),
    .op_done_pair_i(op_done_pair),
    .divider_done_valid_i(divider_done_valid),
    .warp_op_done_valid_i(warp_op_done_valid),
    .sfu_op_done_valid_i(sfu_op_done_valid),
    .copy_op_done_valid_i(copy_op_done_valid),
    .mma_op_done_valid_i(mma_op_done_valid),
    .tensor_op_done_valid_i(tensor_op_done_valid),
    .tensor_store_done_valid_i(tensor_store_done_valid),
    .tensor_store_done_warp_i(tensor_store_done_warp),
    .starved_i(starved),
    .write_valid_i(write_valid),
    .write_warp_i(write_warp),
    .write_rd_i(write_rd),
    .write_beat_i(write_beat),
    .write_mask_i(write_mask),
    .write_data_i(write_data),
    .pick_valid_o(pick_valid),
    .pick_warp_o(pick_warp),
    .accepted_valid_o,
    .busy_i,
    .resident_i(resident),
    .fetching_i(fetching),
    .missing_i(missing),
    .barrier_i(waiting_at_barrier),
    .split_i(split),
    .issue_class_o,
    .resident_warps_o,
    .issued_valid_o,
    .issued_threads_o,
    .operand_collector_fault_valid_o,
    .operand_collector_fault_o,
    .row_valid_o(row_valid),
    .row_high_o(row_high),
    .row_ctl_o(row_ctl),
    .row_mask_o(row_mask),
    .row_group_mask_o(row_group_mask),
    .row_a_o(row_a),
    .row_b_o(row_b),
    .row_c_o(row_c)
  );

  execute_stage execute_stage (
    .clk_i,
    .rst_ni,
    .row_valid_i(row_valid),
    .row_high_i(row_high),
    .row_ctl_i(row_ctl),
    .row_mask_i(row_mask),
    .row_a_i(row_a),
    .row_b_i(row_b),
    .row_c_i(row_c),
    .divider_flags_valid_i(divider_flags_valid),
    .write_warp_i(write_warp),
    .write_beat_i(write_beat),
    .write_mask_i(write_mask),
    .written_flags_i(written_flags),
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
    .row_group_mask_i(row_group_mask),
    .divider_ready_i(divider_ready),
    .warp_unit_ready_i(warp_unit_ready),
    .sfu_ready_i(sfu_ready),
    .local_shift_i,
    .fixed_release_valid_o(fixed_release_valid),
    .fixed_release_warp_o(fixed_release_warp),
    .fixed_release_rd_o(fixed_release_rd),
    .fixed_release_writes_rd_o(fixed_release_writes_rd),
    .result_next_valid_o(result_next_valid),
    .float_next_valid_o(float_next_valid),
    .result_valid_o(result_valid),
    .result_ctl_o(result_ctl),
    .result_mask_o(result_mask),
    .result_data_o(result_data),
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
    .control_next_warp_o(control_next_warp),
    .control_kind_o,
    .control_mask_o,
    .control_uniform_o,
    .control_next_pc_o,
    .control_next_depth_o(control_next_depth),
    .control_status_o,
    .control_a_o,
    .control_b_o,
    .flush_valid_o(flush_valid),
    .branch_unit_fault_valid_o,
    .branch_unit_fault_o,
    .divider_valid_o(divider_valid),
    .divider_ctl_o(divider_ctl),
    .divider_mask_o(divider_mask),
    .divider_data_o(divider_data),
    .divider_float_o(divider_float),
    .divider_flags_o(divider_flags),
    .divider_done_valid_o(divider_done_valid),
    .divider_idle_o(divider_idle),
    .warp_unit_valid_o(warp_unit_valid),
    .warp_unit_ctl_o(warp_unit_ctl),
    .warp_unit_mask_o(warp_unit_mask),
    .warp_unit_data_o(warp_unit_data),
    .warp_op_done_valid_o(warp_op_done_valid),
    .warp_unit_idle_o(warp_unit_idle),
    .sfu_valid_o(sfu_valid),
    .sfu_ctl_o(sfu_ctl),
    .sfu_mask_o(sfu_mask),
    .sfu_data_o(sfu_data),
    .sfu_op_done_valid_o(sfu_op_done_valid),
    .sfu_idle_o(sfu_idle)
  );

  memory_stage memory_stage (
    .clk_i,
    .rst_ni,
    .start_i,
    .row_valid_i(row_valid),
    .row_high_i(row_high),
    .row_ctl_i(row_ctl),
    .row_mask_i(row_mask),
    .row_a_i(row_a),
    .row_b_i(row_b),
    .row_c_i(row_c),
    .launch_valid_i,
    .launch_warp_i,
    .launch_cta_i,
    .launch_shared_base_i,
    .shared_size_i,
    .local_base_i,
    .local_shift_i,
    .shared_ready_i(shared_ready),
    .region_base_i,
    .region_limit_i,
    .l1_bypass_i,
    .data_request_ready_i,
    .data_response_valid_i,
    .data_response_tag_i,
    .data_response_data_i,
    .data_response_write_i,
    .data_response_error_i,
    .copy_request_valid_o,
    .copy_request_ready_i,
    .copy_request_line_o,
    .copy_request_tag_o,
    .copy_response_valid_i,
    .copy_response_ready_o,
    .copy_response_tag_i,
    .copy_response_data_i,
    .copy_response_error_i,
    .load_ready_i(load_ready),
    .address_unit_fault_valid_o,
    .address_unit_fault_o,
    .op_done_valid_o(op_done_valid),
    .op_done_pair_o(op_done_pair),
    .memory_queue_idle_o(memory_queue_idle),
    .shared_valid_o(shared_valid),
    .shared_ctl_o(shared_ctl),
    .shared_mask_o(shared_mask),
    .shared_data_o(shared_data),
    .shared_pair_o(shared_pair),
    .shared_store_done_valid_o(shared_store_done_valid),
    .shared_store_done_warp_o(shared_store_done_warp),
    .park_valid_o(park_valid),
    .park_warp_o(park_warp),
    .phase_end_o(phase_end),
    .shared_idle_o(shared_idle),
    .matrix_valid_i(matrix_valid),
    .matrix_ready_o(matrix_ready),
    .matrix_arrival_i(matrix_arrival),
    .matrix_half_i(matrix_half),
    .matrix_enable_i(matrix_enable),
    .matrix_index_i(matrix_index),
    .units_valid_o(units_valid),
    .units_data_o(units_data),
    .l1_load_hit_o,
    .l1_load_miss_o,
    .shared_row_o,
    .shared_pass_o,
    .data_request_valid_o,
    .data_request_write_o,
    .data_request_atomic_o,
    .data_request_op_o,
    .data_request_word_o,
    .data_request_line_o,
    .data_request_tag_o,
    .data_request_data_o,
    .data_request_strobe_o,
    .coalescer_fault_valid_o,
    .coalescer_fault_o,
    .coalescer_idle_o(coalescer_idle),
    .global_access_o,
    .global_line_o,
    .data_response_ready_o,
    .load_valid_o(load_valid),
    .load_ctl_o(load_ctl),
    .load_mask_o(load_mask),
    .load_data_o(load_data),
    .load_pair_o(load_pair),
    .global_store_done_valid_o(global_store_done_valid),
    .global_store_done_warp_o(global_store_done_warp),
    .load_return_fault_valid_o,
    .load_return_fault_o,
    .load_return_idle_o(load_return_idle),
    .copy_engine_fault_valid_o,
    .copy_engine_fault_o,
    .copy_op_done_valid_o(copy_op_done_valid),
    .copying_o,
    .copy_idle_o(copy_idle)
  );

  if (heddle_pkg::MATRIX_ENGINE) begin : g_tensor
    tensor_core tensor_core (
      .clk_i,
      .rst_ni,
      .start_i,
      .row_valid_i(row_valid),
      .row_high_i(row_high),
      .row_ctl_i(row_ctl),
      .row_mask_i(row_mask),
      .row_a_i(row_a),
      .row_b_i(row_b),
      .row_c_i(row_c),
      .launch_valid_i,
      .launch_warp_i,
      .launch_cta_i,
      .launch_shared_base_i,
      .cta_done_valid_i,
      .cta_done_cta_i,
      .shared_size_i,
      .pass_valid_o(matrix_valid),
      .pass_ready_i(matrix_ready),
      .pass_arrival_o(matrix_arrival),
      .pass_half_o(matrix_half),
      .pass_enable_o(matrix_enable),
      .pass_index_o(matrix_index),
      .units_valid_i(units_valid),
      .units_data_i(units_data),
      .result_valid_o(tensor_valid),
      .result_ready_i(tensor_ready),
      .result_ctl_o(tensor_ctl),
      .result_mask_o(tensor_mask),
      .result_data_o(tensor_data),
      .store_done_valid_o(tensor_store_done_valid),
      .store_done_warp_o(tensor_store_done_warp),
      .mma_op_done_valid_o(mma_op_done_valid),
      .tensor_op_done_valid_o(tensor_op_done_valid),
      .mma_control_fault_valid_o,
      .mma_control_fault_o,
      .tensor_access_fault_valid_o,
      .tensor_access_fault_o,
      .computing_o,
      .idle_o(tensor_idle)
    );
  end else begin : g_no_tensor
    logic unused;

    assign matrix_valid = 1'b0;
    assign matrix_arrival = 1'b0;
    assign matrix_half = 1'b0;
    assign matrix_enable = '0;
    assign matrix_index = '0;
    assign tensor_valid = 1'b0;
    assign tensor_ctl = '0;
    assign tensor_mask = '0;
    assign tensor_data = '0;
    assign tensor_store_done_valid = 1'b0;
    assign tensor_store_done_warp = '0;
    assign mma_op_done_valid = 1'b0;
    assign tensor_op_done_valid = 1'b0;
    assign mma_control_fault_valid_o = 1'b0;
    assign mma_control_fault_o = '0;
    assign tensor_access_fault_valid_o = 1'b0;
    assign tensor_access_fault_o = '0;
    assign computing_o = '0;
    assign tensor_idle = 1'b1;
    assign unused = ^{cta_done_valid_i, cta_done_cta_i, matrix_ready, units_valid, units_data,
        tensor_ready};
  end

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
    .load_pair_i(load_pair),
    .shared_valid_i(shared_valid),
    .shared_ready_o(shared_ready),
    .shared_ctl_i(shared_ctl),
    .shared_mask_i(shared_mask),
    .shared_data_i(shared_data),
    .shared_pair_i(shared_pair),
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
    .tensor_valid_i(tensor_valid),
    .tensor_ready_o(tensor_ready),
    .tensor_ctl_i(tensor_ctl),
    .tensor_mask_i(tensor_mask),
    .tensor_data_i(tensor_data),
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
    .release_pair_o(variable_release_pair),
    .starved_o(starved)
  );

endmodule
`default_nettype wire
