// The device: one SM, the host's registers, the dispatcher and what belongs to it, and CHANNELS
// memory channels, each with its slice of the L2.
//
// Host: AXI4-Lite slave, 4 KiB. Memory: one AXI4 master a channel; a signal of all channels is one
// flat bus, channel 0 lowest. A line of 64 bytes belongs to one channel (heddle_pkg::line_channel),
// so each channel serves a share of the memory of its own.
`default_nettype none
module gpu (
  input logic clk_i,
  input logic rst_ni,

  // From and to the host: AXI4-Lite
  input logic s_axil_awvalid_i,
  output logic s_axil_awready_o,
  input logic [11:0] s_axil_awaddr_i,
  input logic s_axil_wvalid_i,
  output logic s_axil_wready_o,
  input logic [31:0] s_axil_wdata_i,
  input logic [3:0] s_axil_wstrb_i,
  output logic s_axil_bvalid_o,
  input logic s_axil_bready_i,
  output logic [1:0] s_axil_bresp_o,
  input logic s_axil_arvalid_i,
  output logic s_axil_arready_o,
  input logic [11:0] s_axil_araddr_i,
  output logic s_axil_rvalid_o,
  input logic s_axil_rready_i,
  output logic [31:0] s_axil_rdata_o,
  output logic [1:0] s_axil_rresp_o,

  // To and from memory: AXI4, one port a channel
  output logic [heddle_pkg::CHANNELS-1:0] m_axi_arvalid_o,
  input logic [heddle_pkg::CHANNELS-1:0] m_axi_arready_i,
  output logic [$clog2(heddle_pkg::AXI_OUTSTANDING)*heddle_pkg::CHANNELS-1:0] m_axi_arid_o,
  output logic [32*heddle_pkg::CHANNELS-1:0] m_axi_araddr_o,
  output logic [8*heddle_pkg::CHANNELS-1:0] m_axi_arlen_o,
  output logic [3*heddle_pkg::CHANNELS-1:0] m_axi_arsize_o,
  output logic [2*heddle_pkg::CHANNELS-1:0] m_axi_arburst_o,
  output logic [heddle_pkg::CHANNELS-1:0] m_axi_arlock_o,
  output logic [4*heddle_pkg::CHANNELS-1:0] m_axi_arcache_o,
  output logic [3*heddle_pkg::CHANNELS-1:0] m_axi_arprot_o,
  output logic [4*heddle_pkg::CHANNELS-1:0] m_axi_arqos_o,
  input logic [heddle_pkg::CHANNELS-1:0] m_axi_rvalid_i,
  output logic [heddle_pkg::CHANNELS-1:0] m_axi_rready_o,
  input logic [$clog2(heddle_pkg::AXI_OUTSTANDING)*heddle_pkg::CHANNELS-1:0] m_axi_rid_i,
  input logic [heddle_pkg::AXI_DATA_BITS*heddle_pkg::CHANNELS-1:0] m_axi_rdata_i,
  input logic [2*heddle_pkg::CHANNELS-1:0] m_axi_rresp_i,
  input logic [heddle_pkg::CHANNELS-1:0] m_axi_rlast_i,
  output logic [heddle_pkg::CHANNELS-1:0] m_axi_awvalid_o,
  input logic [heddle_pkg::CHANNELS-1:0] m_axi_awready_i,
  output logic [$clog2(heddle_pkg::AXI_OUTSTANDING)*heddle_pkg::CHANNELS-1:0] m_axi_awid_o,
  output logic [32*heddle_pkg::CHANNELS-1:0] m_axi_awaddr_o,
  output logic [8*heddle_pkg::CHANNELS-1:0] m_axi_awlen_o,
  output logic [3*heddle_pkg::CHANNELS-1:0] m_axi_awsize_o,
  output logic [2*heddle_pkg::CHANNELS-1:0] m_axi_awburst_o,
  output logic [heddle_pkg::CHANNELS-1:0] m_axi_awlock_o,
  output logic [4*heddle_pkg::CHANNELS-1:0] m_axi_awcache_o,
  output logic [3*heddle_pkg::CHANNELS-1:0] m_axi_awprot_o,
  output logic [4*heddle_pkg::CHANNELS-1:0] m_axi_awqos_o,
  output logic [heddle_pkg::CHANNELS-1:0] m_axi_wvalid_o,
  input logic [heddle_pkg::CHANNELS-1:0] m_axi_wready_i,
  output logic [heddle_pkg::AXI_DATA_BITS*heddle_pkg::CHANNELS-1:0] m_axi_wdata_o,
  output logic [(heddle_pkg::AXI_DATA_BITS / 8)*heddle_pkg::CHANNELS-1:0] m_axi_wstrb_o,
  output logic [heddle_pkg::CHANNELS-1:0] m_axi_wlast_o,
  input logic [heddle_pkg::CHANNELS-1:0] m_axi_bvalid_i,
  output logic [heddle_pkg::CHANNELS-1:0] m_axi_bready_o,
  input logic [$clog2(heddle_pkg::AXI_OUTSTANDING)*heddle_pkg::CHANNELS-1:0] m_axi_bid_i,
  input logic [2*heddle_pkg::CHANNELS-1:0] m_axi_bresp_i
);

  localparam int unsigned CHANNELS = heddle_pkg::CHANNELS;
  localparam int unsigned LINE_BITS = heddle_pkg::LINE_BITS;
  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned REQUEST_TAG_BITS = heddle_pkg::L2_REQUEST_TAG_BITS;
  localparam int unsigned SOURCE_BITS = heddle_pkg::SOURCE_BITS;
  localparam int unsigned AXI_DATA_BITS = heddle_pkg::AXI_DATA_BITS;
  localparam int unsigned AXI_STROBE_BITS = heddle_pkg::AXI_DATA_BITS / 8;
  localparam int unsigned AXI_ID_BITS = $clog2(heddle_pkg::AXI_OUTSTANDING);

  // From sm
  logic [31:0] warp_pc, warp_mask, warp_alive;
  logic machine_idle, accepted_valid, control_valid;
  logic [heddle_pkg::CTA_SLOTS-1:0] copying, computing;
  logic [heddle_pkg::WARP_BITS-1:0] control_warp;
  logic [2:0] control_kind;
  logic [31:0] control_mask, control_next_pc, control_status, control_a, control_b;
  logic load_return_fault_valid;
  heddle_pkg::fault_t load_return_fault;
  logic coalescer_fault_valid;
  heddle_pkg::fault_t coalescer_fault;
  logic address_unit_fault_valid;
  heddle_pkg::fault_t address_unit_fault;
  logic copy_engine_fault_valid;
  heddle_pkg::fault_t copy_engine_fault;
  logic mma_control_fault_valid;
  heddle_pkg::fault_t mma_control_fault;
  logic tensor_access_fault_valid;
  heddle_pkg::fault_t tensor_access_fault;
  logic branch_unit_fault_valid;
  heddle_pkg::fault_t branch_unit_fault;
  logic warp_control_fault_valid;
  heddle_pkg::fault_t warp_control_fault;
  logic operand_collector_fault_valid;
  heddle_pkg::fault_t operand_collector_fault;
  logic instruction_cache_fault_valid;
  heddle_pkg::fault_t instruction_cache_fault;
  logic [heddle_pkg::ISSUE_CLASSES-1:0] issue_class;
  logic [heddle_pkg::RESIDENT_BITS-1:0] resident_warps;
  logic control_uniform, reselection, icache_fetch, icache_miss, icache_prefetch;
  logic l1_load_hit, l1_load_miss;
  logic issued_valid;
  logic [5:0] issued_threads;
  logic l1_bypass;
  logic global_access, global_line, shared_row, shared_pass, icache_request_valid;
  logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] icache_request_line;
  logic icache_response_ready, data_request_valid, data_request_write, data_request_atomic;
  logic [heddle_pkg::OP_BITS-1:0] data_request_op;
  logic [3:0] data_request_word;
  logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] data_request_line;
  logic [heddle_pkg::TAG_BITS-1:0] data_request_tag;
  logic [heddle_pkg::LINE_BITS-1:0] data_request_data;
  logic [heddle_pkg::LINE_BYTES-1:0] data_request_strobe;
  logic data_response_ready;
  logic copy_request_valid, copy_response_ready;
  logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] copy_request_line;
  logic [heddle_pkg::COPY_TAG_BITS-1:0] copy_request_tag;
  // From host_interface
  logic start, stop;
  logic [31:0] entry, argptr, grid_x, grid_y, grid_z, block_x, block_y, block_z, threads;
  logic [31:0] warps_per_cta, resident_ctas, shared_size, local_base, local_shift;
  logic [32*heddle_pkg::REGIONS-1:0] region_base, region_limit;
  logic [heddle_pkg::WARP_BITS-1:0] warp_select;
  logic [63:0] cycles, instructions;
  logic performance_read;
  logic [heddle_pkg::COUNTER_BITS-1:0] performance_index;
  // From performance_counters
  logic [63:0] performance_data;
  // From dispatcher
  logic busy, done, done_fault, invalid_launch, deadlock, flush, tid_valid;
  logic [9:0] tid_index, tid_x, tid_y;
  logic [5:0] tid_z;
  logic launch_valid;
  logic [heddle_pkg::WARP_BITS-1:0] launch_warp;
  logic [4:0] launch_warp_in_cta;
  logic [31:0] launch_mask;
  logic [heddle_pkg::CTA_BITS-1:0] launch_cta;
  logic [31:0] launch_ctaid_x, launch_ctaid_y, launch_ctaid_z, launch_shared_base;
  // From barrier
  logic release_valid;
  logic [heddle_pkg::CTA_BITS-1:0] release_cta, release_next_cta;
  logic [heddle_pkg::BARRIER_BITS-1:0] release_id, release_next_id;
  logic barrier_fault_valid;
  heddle_pkg::fault_t barrier_fault;
  logic cta_done_valid;
  logic [heddle_pkg::CTA_BITS-1:0] cta_done_cta;
  // From fault_unit
  logic halt;
  heddle_pkg::fault_t first_fault;
  logic [31:0] first_fault_ctaid_x, first_fault_ctaid_y, first_fault_ctaid_z, exit_status;
  // From crossbar
  logic icache_request_ready, icache_response_valid;
  logic [heddle_pkg::LINE_BITS-1:0] icache_response_data;
  logic icache_response_error, data_request_ready, data_response_valid;
  logic [heddle_pkg::TAG_BITS-1:0] data_response_tag;
  logic [heddle_pkg::LINE_BITS-1:0] data_response_data;
  logic data_response_write, data_response_error;
  logic copy_request_ready, copy_response_valid, copy_response_error;
  logic [heddle_pkg::COPY_TAG_BITS-1:0] copy_response_tag;
  logic [heddle_pkg::LINE_BITS-1:0] copy_response_data;
  logic [heddle_pkg::CHANNELS-1:0] channel_request_valid;
  logic [heddle_pkg::SOURCE_BITS*heddle_pkg::CHANNELS-1:0] channel_request_source;
  logic [heddle_pkg::CHANNELS-1:0] channel_request_write, channel_request_atomic;
  logic [heddle_pkg::OP_BITS-1:0] channel_request_op;
  logic [3:0] channel_request_word;
  logic [heddle_pkg::LINE_ADDRESS_BITS*heddle_pkg::CHANNELS-1:0] channel_request_line;
  logic [REQUEST_TAG_BITS*heddle_pkg::CHANNELS-1:0] channel_request_tag;
  logic [heddle_pkg::LINE_BITS-1:0] channel_request_data;
  logic [heddle_pkg::LINE_BYTES-1:0] channel_request_strobe;
  logic [heddle_pkg::CHANNELS-1:0] channel_response_ready;
  // From l2_slice, all channels
  logic [heddle_pkg::CHANNELS-1:0] l2_flushing, l2_idle, l2_fault_valid;
  logic [heddle_pkg::CHANNELS-1:0] l2_load_hit, l2_load_miss, l2_store_hit, l2_store_miss;
  logic [heddle_pkg::CHANNELS-1:0] l2_atomic_hit, l2_atomic_miss, l2_eviction;
  logic [heddle_pkg::CHANNELS-1:0] channel_request_ready, channel_response_valid;
  logic [heddle_pkg::SOURCE_BITS*heddle_pkg::CHANNELS-1:0] channel_response_source;
  logic [REQUEST_TAG_BITS*heddle_pkg::CHANNELS-1:0] channel_response_tag;
  logic [heddle_pkg::LINE_BITS*heddle_pkg::CHANNELS-1:0] channel_response_data;
  logic [heddle_pkg::CHANNELS-1:0] channel_response_write, channel_response_error;

  sm sm (
    .clk_i,
    .rst_ni,
    .start_i(start),
    .halt_i(halt),
    .entry_i(entry),
    .argptr_i(argptr),
    .grid_x_i(grid_x),
    .grid_y_i(grid_y),
    .grid_z_i(grid_z),
    .block_x_i(block_x),
    .block_y_i(block_y),
    .block_z_i(block_z),
    .warps_per_cta_i(warps_per_cta),
    .shared_size_i(shared_size),
    .local_base_i(local_base),
    .local_shift_i(local_shift),
    .l1_bypass_i(l1_bypass),
    .region_base_i(region_base),
    .region_limit_i(region_limit),
    .cycles_i(cycles),
    .instructions_i(instructions),
    .warp_select_i(warp_select),
    .warp_pc_o(warp_pc),
    .warp_mask_o(warp_mask),
    .warp_alive_o(warp_alive),
    .tid_valid_i(tid_valid),
    .tid_index_i(tid_index),
    .tid_x_i(tid_x),
    .tid_y_i(tid_y),
    .tid_z_i(tid_z),
    .launch_valid_i(launch_valid),
    .launch_warp_i(launch_warp),
    .launch_warp_in_cta_i(launch_warp_in_cta),
    .launch_mask_i(launch_mask),
    .launch_cta_i(launch_cta),
    .launch_ctaid_x_i(launch_ctaid_x),
    .launch_ctaid_y_i(launch_ctaid_y),
    .launch_ctaid_z_i(launch_ctaid_z),
    .launch_shared_base_i(launch_shared_base),
    .machine_idle_o(machine_idle),
    .copying_o(copying),
    .computing_o(computing),
    .accepted_valid_o(accepted_valid),
    .release_valid_i(release_valid),
    .release_next_cta_i(release_next_cta),
    .release_next_id_i(release_next_id),
    .cta_done_valid_i(cta_done_valid),
    .cta_done_cta_i(cta_done_cta),
    .control_valid_o(control_valid),
    .control_warp_o(control_warp),
    .control_kind_o(control_kind),
    .control_mask_o(control_mask),
    .control_next_pc_o(control_next_pc),
    .control_status_o(control_status),
    .control_a_o(control_a),
    .control_b_o(control_b),
    .load_return_fault_valid_o(load_return_fault_valid),
    .load_return_fault_o(load_return_fault),
    .coalescer_fault_valid_o(coalescer_fault_valid),
    .coalescer_fault_o(coalescer_fault),
    .address_unit_fault_valid_o(address_unit_fault_valid),
    .address_unit_fault_o(address_unit_fault),
    .copy_engine_fault_valid_o(copy_engine_fault_valid),
    .copy_engine_fault_o(copy_engine_fault),
    .mma_control_fault_valid_o(mma_control_fault_valid),
    .mma_control_fault_o(mma_control_fault),
    .tensor_access_fault_valid_o(tensor_access_fault_valid),
    .tensor_access_fault_o(tensor_access_fault),
    .branch_unit_fault_valid_o(branch_unit_fault_valid),
    .branch_unit_fault_o(branch_unit_fault),
    .warp_control_fault_valid_o(warp_control_fault_valid),
    .warp_control_fault_o(warp_control_fault),
    .operand_collector_fault_valid_o(operand_collector_fault_valid),
    .operand_collector_fault_o(operand_collector_fault),
    .instruction_cache_fault_valid_o(instruction_cache_fault_valid),
    .instruction_cache_fault_o(instruction_cache_fault),
    .busy_i(busy),
    .issue_class_o(issue_class),
    .resident_warps_o(resident_warps),
    .control_uniform_o(control_uniform),
    .reselection_o(reselection),
    .icache_fetch_o(icache_fetch),
    .icache_miss_o(icache_miss),
    .icache_prefetch_o(icache_prefetch),
    .l1_load_hit_o(l1_load_hit),
    .l1_load_miss_o(l1_load_miss),
    .issued_valid_o(issued_valid),
    .issued_threads_o(issued_threads),
    .global_access_o(global_access),
    .global_line_o(global_line),
    .shared_row_o(shared_row),
    .shared_pass_o(shared_pass),
    .icache_request_valid_o(icache_request_valid),
    .icache_request_ready_i(icache_request_ready),
    .icache_request_line_o(icache_request_line),
    .icache_response_valid_i(icache_response_valid),
    .icache_response_ready_o(icache_response_ready),
    .icache_response_data_i(icache_response_data),
    .icache_response_error_i(icache_response_error),
    .data_request_valid_o(data_request_valid),
    .data_request_ready_i(data_request_ready),
    .data_request_write_o(data_request_write),
    .data_request_atomic_o(data_request_atomic),
    .data_request_op_o(data_request_op),
    .data_request_word_o(data_request_word),
    .data_request_line_o(data_request_line),
    .data_request_tag_o(data_request_tag),
    .data_request_data_o(data_request_data),
    .data_request_strobe_o(data_request_strobe),
    .data_response_valid_i(data_response_valid),
    .data_response_ready_o(data_response_ready),
    .data_response_write_i(data_response_write),
    .data_response_error_i(data_response_error),
    .data_response_tag_i(data_response_tag),
    .data_response_data_i(data_response_data),
    .copy_request_valid_o(copy_request_valid),
    .copy_request_ready_i(copy_request_ready),
    .copy_request_line_o(copy_request_line),
    .copy_request_tag_o(copy_request_tag),
    .copy_response_valid_i(copy_response_valid),
    .copy_response_ready_o(copy_response_ready),
    .copy_response_tag_i(copy_response_tag),
    .copy_response_data_i(copy_response_data),
    .copy_response_error_i(copy_response_error)
  );

  host_interface host_interface (
    .clk_i,
    .rst_ni,
    .s_axil_awvalid_i,
    .s_axil_awready_o,
    .s_axil_awaddr_i,
    .s_axil_wvalid_i,
    .s_axil_wready_o,
    .s_axil_wdata_i,
    .s_axil_wstrb_i,
    .s_axil_bvalid_o,
    .s_axil_bready_i,
    .s_axil_bresp_o,
    .s_axil_arvalid_i,
    .s_axil_arready_o,
    .s_axil_araddr_i,
    .s_axil_rvalid_o,
    .s_axil_rready_i,
    .s_axil_rdata_o,
    .s_axil_rresp_o,
    .start_o(start),
    .stop_o(stop),
    .entry_o(entry),
    .argptr_o(argptr),
    .grid_x_o(grid_x),
    .grid_y_o(grid_y),
    .grid_z_o(grid_z),
    .block_x_o(block_x),
    .block_y_o(block_y),
    .block_z_o(block_z),
    .threads_o(threads),
    .warps_per_cta_o(warps_per_cta),
    .resident_ctas_o(resident_ctas),
    .shared_size_o(shared_size),
    .local_base_o(local_base),
    .local_shift_o(local_shift),
    .l1_bypass_o(l1_bypass),
    .region_base_o(region_base),
    .region_limit_o(region_limit),
    .busy_i(busy),
    .done_i(done),
    .done_fault_i(done_fault),
    .fault_i(first_fault),
    .fault_ctaid_x_i(first_fault_ctaid_x),
    .fault_ctaid_y_i(first_fault_ctaid_y),
    .fault_ctaid_z_i(first_fault_ctaid_z),
    .exit_status_i(exit_status),
    .warp_select_o(warp_select),
    .warp_pc_i(warp_pc),
    .warp_mask_i(warp_mask),
    .warp_alive_i(warp_alive),
    .performance_read_o(performance_read),
    .performance_index_o(performance_index),
    .performance_data_i(performance_data),
    .issued_valid_i(issued_valid),
    .issued_threads_i(issued_threads),
    .global_access_i(global_access),
    .global_line_i(global_line),
    .shared_row_i(shared_row),
    .shared_pass_i(shared_pass),
    .cta_done_valid_i(cta_done_valid),
    .cycles_o(cycles),
    .instructions_o(instructions)
  );

  performance_counters performance_counters (
    .clk_i,
    .rst_ni,
    .start_i(start),
    .issue_class_i(issue_class),
    .branch_i(control_valid && control_kind == heddle_pkg::CONTROL_JUMP),
    .divergent_branch_i(
        control_valid && control_kind == heddle_pkg::CONTROL_JUMP && !control_uniform),
    .reselection_i(reselection),
    .icache_fetch_i(icache_fetch),
    .icache_miss_i(icache_miss),
    .l1_load_hit_i(l1_load_hit),
    .l1_load_miss_i(l1_load_miss),
    .resident_warps_i(resident_warps),
    .l2_load_hit_i(l2_load_hit),
    .l2_load_miss_i(l2_load_miss),
    .l2_store_hit_i(l2_store_hit),
    .l2_store_miss_i(l2_store_miss),
    .l2_atomic_hit_i(l2_atomic_hit),
    .l2_atomic_miss_i(l2_atomic_miss),
    .l2_eviction_i(l2_eviction),
    .read_beat_i(m_axi_rvalid_i & m_axi_rready_o),
    .write_beat_i(m_axi_wvalid_o & m_axi_wready_i),
    .icache_prefetch_i(icache_prefetch),
    .read_valid_i(performance_read),
    .read_index_i(performance_index),
    .read_data_o(performance_data)
  );

  dispatcher dispatcher (
    .clk_i,
    .rst_ni,
    .start_i(start),
    .grid_x_i(grid_x),
    .grid_y_i(grid_y),
    .grid_z_i(grid_z),
    .block_x_i(block_x),
    .block_y_i(block_y),
    .block_z_i(block_z),
    .threads_i(threads),
    .warps_per_cta_i(warps_per_cta),
    .resident_ctas_i(resident_ctas),
    .shared_size_i(shared_size),
    .local_shift_i(local_shift),
    .busy_o(busy),
    .done_o(done),
    .done_fault_o(done_fault),
    .halt_i(halt),
    .invalid_launch_o(invalid_launch),
    .deadlock_o(deadlock),
    .cta_done_valid_i(cta_done_valid),
    .cta_done_cta_i(cta_done_cta),
    .copying_i(copying),
    .computing_i(computing),
    .machine_idle_i(machine_idle && l2_idle == '1),
    .accepted_valid_i(accepted_valid),
    .flush_o(flush),
    .flushing_i(l2_flushing != '0),
    .tid_valid_o(tid_valid),
    .tid_index_o(tid_index),
    .tid_x_o(tid_x),
    .tid_y_o(tid_y),
    .tid_z_o(tid_z),
    .launch_valid_o(launch_valid),
    .launch_warp_o(launch_warp),
    .launch_warp_in_cta_o(launch_warp_in_cta),
    .launch_mask_o(launch_mask),
    .launch_cta_o(launch_cta),
    .launch_ctaid_x_o(launch_ctaid_x),
    .launch_ctaid_y_o(launch_ctaid_y),
    .launch_ctaid_z_o(launch_ctaid_z),
    .launch_shared_base_o(launch_shared_base)
  );

  barrier barrier (
    .clk_i,
    .rst_ni,
    .start_i(start),
    .threads_i(threads),
    .launch_valid_i(launch_valid),
    .launch_warp_i(launch_warp),
    .launch_warp_in_cta_i(launch_warp_in_cta),
    .launch_cta_i(launch_cta),
    .control_valid_i(control_valid),
    .control_warp_i(control_warp),
    .control_kind_i(control_kind),
    .control_mask_i(control_mask),
    .control_next_pc_i(control_next_pc),
    .control_a_i(control_a),
    .control_b_i(control_b),
    .release_valid_o(release_valid),
    .release_cta_o(release_cta),
    .release_id_o(release_id),
    .release_next_cta_o(release_next_cta),
    .release_next_id_o(release_next_id),
    .cta_done_valid_o(cta_done_valid),
    .cta_done_cta_o(cta_done_cta),
    .fault_valid_o(barrier_fault_valid),
    .fault_o(barrier_fault)
  );

  fault_unit fault_unit (
    .clk_i,
    .rst_ni,
    .start_i(start),
    .stop_i(stop),
    .busy_i(busy),
    .deadlock_i(deadlock),
    .invalid_launch_i(invalid_launch),
    .load_return_fault_valid_i(load_return_fault_valid),
    .load_return_fault_i(load_return_fault),
    .coalescer_fault_valid_i(coalescer_fault_valid),
    .coalescer_fault_i(coalescer_fault),
    .address_unit_fault_valid_i(address_unit_fault_valid),
    .address_unit_fault_i(address_unit_fault),
    .copy_engine_fault_valid_i(copy_engine_fault_valid),
    .copy_engine_fault_i(copy_engine_fault),
    .mma_control_fault_valid_i(mma_control_fault_valid),
    .mma_control_fault_i(mma_control_fault),
    .tensor_access_fault_valid_i(tensor_access_fault_valid),
    .tensor_access_fault_i(tensor_access_fault),
    .branch_unit_fault_valid_i(branch_unit_fault_valid),
    .branch_unit_fault_i(branch_unit_fault),
    .warp_control_fault_valid_i(warp_control_fault_valid),
    .warp_control_fault_i(warp_control_fault),
    .barrier_fault_valid_i(barrier_fault_valid),
    .barrier_fault_i(barrier_fault),
    .operand_collector_fault_valid_i(operand_collector_fault_valid),
    .operand_collector_fault_i(operand_collector_fault),
    .instruction_cache_fault_valid_i(instruction_cache_fault_valid),
    .instruction_cache_fault_i(instruction_cache_fault),
    .l2_slice_fault_valid_i(l2_fault_valid != '0),
    .launch_valid_i(launch_valid),
    .launch_warp_i(launch_warp),
    .launch_ctaid_x_i(launch_ctaid_x),
    .launch_ctaid_y_i(launch_ctaid_y),
    .launch_ctaid_z_i(launch_ctaid_z),
    .control_valid_i(control_valid),
    .control_kind_i(control_kind),
    .control_status_i(control_status),
    .halt_o(halt),
    .fault_o(first_fault),
    .fault_ctaid_x_o(first_fault_ctaid_x),
    .fault_ctaid_y_o(first_fault_ctaid_y),
    .fault_ctaid_z_o(first_fault_ctaid_z),
    .exit_status_o(exit_status)
  );

  crossbar crossbar (
    .clk_i,
    .rst_ni,
    .start_i(start),
    .icache_request_valid_i(icache_request_valid),
    .icache_request_ready_o(icache_request_ready),
    .icache_request_line_i(icache_request_line),
    .icache_response_valid_o(icache_response_valid),
    .icache_response_ready_i(icache_response_ready),
    .icache_response_data_o(icache_response_data),
    .icache_response_error_o(icache_response_error),
    .request_valid_i(data_request_valid),
    .request_ready_o(data_request_ready),
    .request_write_i(data_request_write),
    .request_atomic_i(data_request_atomic),
    .request_op_i(data_request_op),
    .request_word_i(data_request_word),
    .request_line_i(data_request_line),
    .request_tag_i(data_request_tag),
    .request_data_i(data_request_data),
    .request_strobe_i(data_request_strobe),
    .response_valid_o(data_response_valid),
    .response_ready_i(data_response_ready),
    .response_tag_o(data_response_tag),
    .response_data_o(data_response_data),
    .response_write_o(data_response_write),
    .response_error_o(data_response_error),
    .copy_request_valid_i(copy_request_valid),
    .copy_request_ready_o(copy_request_ready),
    .copy_request_line_i(copy_request_line),
    .copy_request_tag_i(copy_request_tag),
    .copy_response_valid_o(copy_response_valid),
    .copy_response_ready_i(copy_response_ready),
    .copy_response_tag_o(copy_response_tag),
    .copy_response_data_o(copy_response_data),
    .copy_response_error_o(copy_response_error),
    .channel_request_valid_o(channel_request_valid),
    .channel_request_ready_i(channel_request_ready),
    .channel_request_source_o(channel_request_source),
    .channel_request_write_o(channel_request_write),
    .channel_request_atomic_o(channel_request_atomic),
    .channel_request_op_o(channel_request_op),
    .channel_request_word_o(channel_request_word),
    .channel_request_line_o(channel_request_line),
    .channel_request_tag_o(channel_request_tag),
    .channel_request_data_o(channel_request_data),
    .channel_request_strobe_o(channel_request_strobe),
    .channel_response_valid_i(channel_response_valid),
    .channel_response_ready_o(channel_response_ready),
    .channel_response_source_i(channel_response_source),
    .channel_response_tag_i(channel_response_tag),
    .channel_response_data_i(channel_response_data),
    .channel_response_write_i(channel_response_write),
    .channel_response_error_i(channel_response_error)
  );

  for (genvar i = 0; i < CHANNELS; i++) begin : g_channel
    // Between l2_slice and axi_master
    logic request_valid, request_ready, request_write;
    logic [LINE_ADDRESS_BITS-1:0] request_line;
    logic [heddle_pkg::L2_ID_BITS-1:0] request_id;
    logic [LINE_BITS-1:0] request_data;
    logic [heddle_pkg::LINE_BYTES-1:0] request_strobe;
    logic response_valid, response_ready, response_write, response_error;
    logic [heddle_pkg::L2_ID_BITS-1:0] response_id;
    logic [LINE_BITS-1:0] response_data;

    l2_slice l2_slice (
      .clk_i,
      .rst_ni,
      .start_i(start),
      .channel_i(heddle_pkg::CHANNEL_BITS'(i)),
      .flush_i(flush),
      .flushing_o(l2_flushing[i]),
      .idle_o(l2_idle[i]),
      .request_valid_i(channel_request_valid[i]),
      .request_ready_o(channel_request_ready[i]),
      .request_source_i(channel_request_source[SOURCE_BITS*i+:SOURCE_BITS]),
      .request_write_i(channel_request_write[i]),
      .request_atomic_i(channel_request_atomic[i]),
      .request_op_i(channel_request_op),
      .request_word_i(channel_request_word),
      .request_line_i(channel_request_line[LINE_ADDRESS_BITS*i+:LINE_ADDRESS_BITS]),
      .request_tag_i(channel_request_tag[REQUEST_TAG_BITS*i+:REQUEST_TAG_BITS]),
      .request_data_i(channel_request_data),
      .request_strobe_i(channel_request_strobe),
      .response_valid_o(channel_response_valid[i]),
      .response_ready_i(channel_response_ready[i]),
      .response_source_o(channel_response_source[SOURCE_BITS*i+:SOURCE_BITS]),
      .response_tag_o(channel_response_tag[REQUEST_TAG_BITS*i+:REQUEST_TAG_BITS]),
      .response_data_o(channel_response_data[LINE_BITS*i+:LINE_BITS]),
      .response_write_o(channel_response_write[i]),
      .response_error_o(channel_response_error[i]),
      .memory_request_valid_o(request_valid),
      .memory_request_ready_i(request_ready),
      .memory_request_write_o(request_write),
      .memory_request_line_o(request_line),
      .memory_request_id_o(request_id),
      .memory_request_data_o(request_data),
      .memory_request_strobe_o(request_strobe),
      .memory_response_valid_i(response_valid),
      .memory_response_ready_o(response_ready),
      .memory_response_id_i(response_id),
      .memory_response_data_i(response_data),
      .memory_response_write_i(response_write),
      .memory_response_error_i(response_error),
      .load_hit_o(l2_load_hit[i]),
      .load_miss_o(l2_load_miss[i]),
      .store_hit_o(l2_store_hit[i]),
      .store_miss_o(l2_store_miss[i]),
      .atomic_hit_o(l2_atomic_hit[i]),
      .atomic_miss_o(l2_atomic_miss[i]),
      .eviction_o(l2_eviction[i]),
      .fault_valid_o(l2_fault_valid[i])
    );

    axi_master axi_master (
      .clk_i,
      .rst_ni,
      .start_i(start),
      .request_valid_i(request_valid),
      .request_ready_o(request_ready),
      .request_write_i(request_write),
      .request_line_i(request_line),
      .request_id_i(request_id),
      .request_data_i(request_data),
      .request_strobe_i(request_strobe),
      .response_valid_o(response_valid),
      .response_ready_i(response_ready),
      .response_id_o(response_id),
      .response_data_o(response_data),
      .response_write_o(response_write),
      .response_error_o(response_error),
      .m_axi_arvalid_o(m_axi_arvalid_o[i]),
      .m_axi_arready_i(m_axi_arready_i[i]),
      .m_axi_arid_o(m_axi_arid_o[AXI_ID_BITS*i+:AXI_ID_BITS]),
      .m_axi_araddr_o(m_axi_araddr_o[32*i+:32]),
      .m_axi_arlen_o(m_axi_arlen_o[8*i+:8]),
      .m_axi_arsize_o(m_axi_arsize_o[3*i+:3]),
      .m_axi_arburst_o(m_axi_arburst_o[2*i+:2]),
      .m_axi_arlock_o(m_axi_arlock_o[i]),
      .m_axi_arcache_o(m_axi_arcache_o[4*i+:4]),
      .m_axi_arprot_o(m_axi_arprot_o[3*i+:3]),
      .m_axi_arqos_o(m_axi_arqos_o[4*i+:4]),
      .m_axi_rvalid_i(m_axi_rvalid_i[i]),
      .m_axi_rready_o(m_axi_rready_o[i]),
      .m_axi_rid_i(m_axi_rid_i[AXI_ID_BITS*i+:AXI_ID_BITS]),
      .m_axi_rdata_i(m_axi_rdata_i[AXI_DATA_BITS*i+:AXI_DATA_BITS]),
      .m_axi_rresp_i(m_axi_rresp_i[2*i+:2]),
      .m_axi_rlast_i(m_axi_rlast_i[i]),
      .m_axi_awvalid_o(m_axi_awvalid_o[i]),
      .m_axi_awready_i(m_axi_awready_i[i]),
      .m_axi_awid_o(m_axi_awid_o[AXI_ID_BITS*i+:AXI_ID_BITS]),
      .m_axi_awaddr_o(m_axi_awaddr_o[32*i+:32]),
      .m_axi_awlen_o(m_axi_awlen_o[8*i+:8]),
      .m_axi_awsize_o(m_axi_awsize_o[3*i+:3]),
      .m_axi_awburst_o(m_axi_awburst_o[2*i+:2]),
      .m_axi_awlock_o(m_axi_awlock_o[i]),
      .m_axi_awcache_o(m_axi_awcache_o[4*i+:4]),
      .m_axi_awprot_o(m_axi_awprot_o[3*i+:3]),
      .m_axi_awqos_o(m_axi_awqos_o[4*i+:4]),
      .m_axi_wvalid_o(m_axi_wvalid_o[i]),
      .m_axi_wready_i(m_axi_wready_i[i]),
      .m_axi_wdata_o(m_axi_wdata_o[AXI_DATA_BITS*i+:AXI_DATA_BITS]),
      .m_axi_wstrb_o(m_axi_wstrb_o[AXI_STROBE_BITS*i+:AXI_STROBE_BITS]),
      .m_axi_wlast_o(m_axi_wlast_o[i]),
      .m_axi_bvalid_i(m_axi_bvalid_i[i]),
      .m_axi_bready_o(m_axi_bready_o[i]),
      .m_axi_bid_i(m_axi_bid_i[AXI_ID_BITS*i+:AXI_ID_BITS]),
      .m_axi_bresp_i(m_axi_bresp_i[2*i+:2])
    );
  end

  // A release is compared with the warps a cycle ahead; its own fields are for the probe.
  logic unused;
  assign unused = ^{release_cta, release_id};

endmodule
`default_nettype wire
