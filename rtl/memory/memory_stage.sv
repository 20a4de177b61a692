// The SM's load-store unit: wiring of its modules, from operand rows to line requests and back.
`default_nettype none
module memory_stage (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From operand_collector
  input logic row_valid_i,
  input logic row_high_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,
  input logic [32*heddle_pkg::LANES-1:0] row_c_i,

  // From dispatcher (events)
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,
  input logic [31:0] launch_shared_base_i,

  // From host_interface, constant during a grid
  input logic [31:0] shared_size_i,
  input logic [31:0] local_base_i,
  input logic [31:0] local_shift_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_base_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_limit_i,
  input logic l1_bypass_i,

  // From writeback
  input logic shared_ready_i,
  input logic load_ready_i,

  // Between l1_cache and crossbar
  input logic data_request_ready_i,
  input logic data_response_valid_i,
  input logic [heddle_pkg::TAG_BITS-1:0] data_response_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] data_response_data_i,
  input logic data_response_write_i,
  input logic data_response_error_i,
  output logic data_request_valid_o,
  output logic data_request_write_o,
  output logic data_request_atomic_o,
  output logic [heddle_pkg::OP_BITS-1:0] data_request_op_o,
  output logic [3:0] data_request_word_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] data_request_line_o,
  output logic [heddle_pkg::TAG_BITS-1:0] data_request_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] data_request_data_o,
  output logic [heddle_pkg::LINE_BYTES-1:0] data_request_strobe_o,
  output logic data_response_ready_o,

  // Between copy_engine and crossbar
  output logic copy_request_valid_o,
  input logic copy_request_ready_i,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] copy_request_line_o,
  output logic [heddle_pkg::COPY_TAG_BITS-1:0] copy_request_tag_o,
  input logic copy_response_valid_i,
  output logic copy_response_ready_o,
  input logic [heddle_pkg::COPY_TAG_BITS-1:0] copy_response_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] copy_response_data_i,
  input logic copy_response_error_i,

  // To fault_unit (events)
  output logic address_unit_fault_valid_o,
  output heddle_pkg::fault_t address_unit_fault_o,
  output logic coalescer_fault_valid_o,
  output heddle_pkg::fault_t coalescer_fault_o,
  output logic load_return_fault_valid_o,
  output heddle_pkg::fault_t load_return_fault_o,
  output logic copy_engine_fault_valid_o,
  output heddle_pkg::fault_t copy_engine_fault_o,

  // To warp_scheduler
  output logic op_done_valid_o,
  output logic op_done_pair_o,
  output logic copy_op_done_valid_o,

  // From and to tensor_core: passes of the shared memory, and what was read
  input logic matrix_valid_i,
  output logic matrix_ready_o,
  input logic matrix_arrival_i,
  input logic matrix_half_i,
  input logic [heddle_pkg::COPY_GROUPS-1:0] matrix_enable_i,
  input logic [heddle_pkg::COPY_INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] matrix_index_i,
  output logic units_valid_o,
  output logic [128*heddle_pkg::COPY_GROUPS-1:0] units_data_o,

  // To dispatcher: copies of a CTA slot are under way
  output logic [heddle_pkg::CTA_SLOTS-1:0] copying_o,

  // To sm: nothing is under way
  output logic memory_queue_idle_o,
  output logic shared_idle_o,
  output logic coalescer_idle_o,
  output logic load_return_idle_o,
  output logic copy_idle_o,

  // To writeback
  output logic shared_valid_o,
  output heddle_pkg::result_ctl_t shared_ctl_o,
  output logic [heddle_pkg::LANES-1:0] shared_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] shared_data_o,
  output logic shared_pair_o,
  output logic load_valid_o,
  output heddle_pkg::result_ctl_t load_ctl_o,
  output logic [heddle_pkg::LANES-1:0] load_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] load_data_o,
  output logic load_pair_o,

  // To scoreboard
  output logic shared_store_done_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] shared_store_done_warp_o,
  output logic park_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] park_warp_o,
  output logic phase_end_o,
  output logic global_store_done_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] global_store_done_warp_o,

  // To performance_counters (events)
  output logic l1_load_hit_o,
  output logic l1_load_miss_o,

  // To host_interface: counted events
  output logic shared_row_o,
  output logic shared_pass_o,
  output logic global_access_o,
  output logic global_line_o
);

  // From address_unit
  logic memory_row_valid, memory_row_high;
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
  logic memory_head_last, memory_head_high;
  logic [heddle_pkg::LANES-1:0] memory_head_shared_mask, memory_head_global_mask;
  logic [32*heddle_pkg::LANES-1:0] memory_head_address, memory_head_data, memory_head_compare;
  logic memory_head_any_shared, memory_head_any_global;
  // From shared_memory
  logic shared_row_ready;
  logic copy_ready;
  // From copy_engine
  logic copy_valid, copy_complete, copy_half;
  logic [20:0] copy_bytes;
  logic [heddle_pkg::COPY_GROUPS-1:0] copy_enable;
  logic [heddle_pkg::COPY_INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] copy_index;
  logic [128*heddle_pkg::COPY_GROUPS-1:0] copy_data;
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
  logic line_request_valid, line_request_write, line_request_atomic;
  logic [heddle_pkg::OP_BITS-1:0] line_request_op;
  logic [3:0] line_request_word;
  logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] line_request_line;
  logic [heddle_pkg::TAG_BITS-1:0] line_request_tag;
  logic [heddle_pkg::LINE_BITS-1:0] line_request_data;
  logic [heddle_pkg::LINE_BYTES-1:0] line_request_strobe;
  // From l1_cache
  logic line_request_ready;
  logic line_response_valid, line_response_write, line_response_error;
  logic [heddle_pkg::TAG_BITS-1:0] line_response_tag;
  logic [heddle_pkg::LINE_BITS-1:0] line_response_data;
  // From load_return
  logic line_response_ready;
  logic entry_free;
  logic [heddle_pkg::MEMORY_OP_BITS-1:0] free_entry;
  logic tag_free;
  logic [heddle_pkg::TAG_BITS-1:0] free_tag;

  address_unit address_unit (
    .clk_i,
    .rst_ni,
    .start_i,
    .row_valid_i,
    .row_high_i,
    .row_ctl_i,
    .row_mask_i,
    .row_a_i,
    .row_b_i,
    .row_c_i,
    .launch_valid_i,
    .launch_warp_i,
    .launch_shared_base_i,
    .shared_size_i,
    .local_base_i,
    .local_shift_i,
    .memory_row_valid_o(memory_row_valid),
    .memory_row_high_o(memory_row_high),
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
    .memory_row_high_i(memory_row_high),
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
    .head_high_o(memory_head_high),
    .head_shared_mask_o(memory_head_shared_mask),
    .head_global_mask_o(memory_head_global_mask),
    .head_address_o(memory_head_address),
    .head_data_o(memory_head_data),
    .head_compare_o(memory_head_compare),
    .head_any_shared_o(memory_head_any_shared),
    .head_any_global_o(memory_head_any_global),
    .op_done_valid_o,
    .op_done_pair_o,
    .idle_o(memory_queue_idle_o)
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
    .row_high_i(memory_head_high),
    .row_any_global_i(memory_head_any_global),
    .row_shared_mask_i(memory_head_shared_mask),
    .row_address_i(memory_head_address),
    .row_data_i(memory_head_data),
    .row_compare_i(memory_head_compare),
    .result_valid_o(shared_valid_o),
    .result_ready_i(shared_ready_i),
    .result_ctl_o(shared_ctl_o),
    .result_pair_o(shared_pair_o),
    .result_mask_o(shared_mask_o),
    .result_data_o(shared_data_o),
    .copy_valid_i(copy_valid),
    .copy_ready_o(copy_ready),
    .copy_complete_i(copy_complete),
    .copy_half_i(copy_half),
    .copy_bytes_i(copy_bytes),
    .copy_enable_i(copy_enable),
    .copy_index_i(copy_index),
    .copy_data_i(copy_data),
    .matrix_valid_i,
    .matrix_ready_o,
    .matrix_arrival_i,
    .matrix_half_i,
    .matrix_enable_i,
    .matrix_index_i,
    .units_valid_o,
    .units_data_o,
    .store_done_valid_o(shared_store_done_valid_o),
    .store_done_warp_o(shared_store_done_warp_o),
    .park_valid_o,
    .park_warp_o,
    .phase_end_o,
    .idle_o(shared_idle_o),
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
    .row_high_i(memory_head_high),
    .row_any_shared_i(memory_head_any_shared),
    .row_global_mask_i(memory_head_global_mask),
    .row_address_i(memory_head_address),
    .row_data_i(memory_head_data),
    .row_compare_i(memory_head_compare),
    .shared_idle_i(shared_idle_o),
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
    .request_valid_o(line_request_valid),
    .request_ready_i(line_request_ready),
    .request_write_o(line_request_write),
    .request_atomic_o(line_request_atomic),
    .request_op_o(line_request_op),
    .request_word_o(line_request_word),
    .request_line_o(line_request_line),
    .request_tag_o(line_request_tag),
    .request_data_o(line_request_data),
    .request_strobe_o(line_request_strobe),
    .fault_valid_o(coalescer_fault_valid_o),
    .fault_o(coalescer_fault_o),
    .idle_o(coalescer_idle_o),
    .global_access_o,
    .global_line_o
  );

  l1_cache l1_cache (
    .clk_i,
    .rst_ni,
    .start_i,
    .bypass_i(l1_bypass_i),
    .request_valid_i(line_request_valid),
    .request_ready_o(line_request_ready),
    .request_write_i(line_request_write),
    .request_atomic_i(line_request_atomic),
    .request_op_i(line_request_op),
    .request_word_i(line_request_word),
    .request_line_i(line_request_line),
    .request_tag_i(line_request_tag),
    .request_data_i(line_request_data),
    .request_strobe_i(line_request_strobe),
    .out_valid_o(data_request_valid_o),
    .out_ready_i(data_request_ready_i),
    .out_write_o(data_request_write_o),
    .out_atomic_o(data_request_atomic_o),
    .out_op_o(data_request_op_o),
    .out_word_o(data_request_word_o),
    .out_line_o(data_request_line_o),
    .out_tag_o(data_request_tag_o),
    .out_data_o(data_request_data_o),
    .out_strobe_o(data_request_strobe_o),
    .memory_response_valid_i(data_response_valid_i),
    .memory_response_ready_o(data_response_ready_o),
    .memory_response_tag_i(data_response_tag_i),
    .memory_response_data_i(data_response_data_i),
    .memory_response_write_i(data_response_write_i),
    .memory_response_error_i(data_response_error_i),
    .response_valid_o(line_response_valid),
    .response_ready_i(line_response_ready),
    .response_tag_o(line_response_tag),
    .response_data_o(line_response_data),
    .response_write_o(line_response_write),
    .response_error_o(line_response_error),
    .load_hit_o(l1_load_hit_o),
    .load_miss_o(l1_load_miss_o)
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
    .response_valid_i(line_response_valid),
    .response_ready_o(line_response_ready),
    .response_tag_i(line_response_tag),
    .response_data_i(line_response_data),
    .response_write_i(line_response_write),
    .response_error_i(line_response_error),
    .result_valid_o(load_valid_o),
    .result_ready_i(load_ready_i),
    .result_ctl_o(load_ctl_o),
    .result_pair_o(load_pair_o),
    .result_mask_o(load_mask_o),
    .result_data_o(load_data_o),
    .store_done_valid_o(global_store_done_valid_o),
    .store_done_warp_o(global_store_done_warp_o),
    .fault_valid_o(load_return_fault_valid_o),
    .fault_o(load_return_fault_o),
    .idle_o(load_return_idle_o)
  );

  if (heddle_pkg::COPY_TAGS != 0) begin : g_copy
    copy_engine copy_engine (
      .clk_i,
      .rst_ni,
      .start_i,
      .row_valid_i,
      .row_high_i,
      .row_ctl_i,
      .row_mask_i,
      .row_a_i,
      .row_b_i,
      .row_c_i,
      .launch_valid_i,
      .launch_warp_i,
      .launch_cta_i,
      .launch_shared_base_i,
      .shared_size_i,
      .region_base_i,
      .region_limit_i,
      .request_valid_o(copy_request_valid_o),
      .request_ready_i(copy_request_ready_i),
      .request_line_o(copy_request_line_o),
      .request_tag_o(copy_request_tag_o),
      .response_valid_i(copy_response_valid_i),
      .response_ready_o(copy_response_ready_o),
      .response_tag_i(copy_response_tag_i),
      .response_data_i(copy_response_data_i),
      .response_error_i(copy_response_error_i),
      .pass_valid_o(copy_valid),
      .pass_ready_i(copy_ready),
      .pass_complete_o(copy_complete),
      .pass_half_o(copy_half),
      .pass_bytes_o(copy_bytes),
      .pass_enable_o(copy_enable),
      .pass_index_o(copy_index),
      .pass_data_o(copy_data),
      .op_done_valid_o(copy_op_done_valid_o),
      .fault_valid_o(copy_engine_fault_valid_o),
      .fault_o(copy_engine_fault_o),
      .copying_o,
      .idle_o(copy_idle_o)
    );
  end else begin : g_no_copy
    logic unused;

    assign copy_request_valid_o = 1'b0;
    assign copy_request_line_o = '0;
    assign copy_request_tag_o = '0;
    assign copy_response_ready_o = 1'b0;
    assign copy_valid = 1'b0;
    assign copy_complete = 1'b0;
    assign copy_half = 1'b0;
    assign copy_bytes = '0;
    assign copy_enable = '0;
    assign copy_index = '0;
    assign copy_data = '0;
    assign copy_op_done_valid_o = 1'b0;
    assign copy_engine_fault_valid_o = 1'b0;
    assign copy_engine_fault_o = '0;
    assign copying_o = '0;
    assign copy_idle_o = 1'b1;
    assign unused = ^{launch_cta_i, copy_request_ready_i, copy_response_valid_i, copy_response_tag_i,
        copy_response_data_i, copy_response_error_i, copy_ready};
  end

endmodule
`default_nettype wire
