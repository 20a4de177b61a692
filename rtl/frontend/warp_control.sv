// State of every warp slot: which group runs, where, and what the warp waits for.
//
// Which warp may do what is kept in warp_status, its threads in thread_sets, their place in
// warp_places. A warp has at most one event of response, control, select result and launch in a
// cycle, which is why the events' writes cannot meet in one slot. A release may meet any of them: it
// takes `waiting` from a warp whose other threads run.
// Timing: docs/architecture/frontend.md.
`default_nettype none
module warp_control (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,
  input logic halt_i,

  // From host_interface
  input logic [31:0] entry_i,
  input logic [heddle_pkg::WARP_BITS-1:0] warp_select_i,

  // To host_interface: the selected warp (combinational)
  output logic [31:0] warp_pc_o,
  output logic [31:0] warp_mask_o,
  output logic [31:0] warp_alive_o,

  // From dispatcher (event)
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [31:0] launch_mask_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,

  // To instruction_cache (event)
  output logic fetch_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] fetch_warp_o,
  output logic [31:0] fetch_pc_o,

  // From instruction_cache (event); kind: FETCH_HIT...
  input logic fetch_response_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] fetch_response_warp_i,
  input logic [1:0] fetch_response_kind_i,
  input logic [31:0] fetch_response_pc_i,
  input logic [31:0] fetch_response_instruction_i,
  input logic [4:0] fetch_response_cause_i,
  input logic refilling_i,

  // To decode (event)
  output logic packet_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] packet_warp_o,
  output logic [31:0] packet_instruction_o,
  output logic [heddle_pkg::OP_BITS-1:0] packet_op_o,  // what that word encodes
  output logic packet_fault_o,
  output logic [4:0] packet_cause_o,
  output logic [31:0] packet_pc_o,
  output logic [31:0] packet_mask_o,
  output logic [7:0] packet_depth_o,

  // From warp_scheduler (event)
  input logic pick_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] pick_warp_i,

  // From branch_unit (event)
  input logic control_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] control_warp_i,
  input logic [heddle_pkg::WARP_BITS-1:0] control_next_warp_i,  // a cycle ahead of an event
  input logic [2:0] control_kind_i,
  input logic [31:0] control_mask_i,
  input logic control_uniform_i,
  input logic [31:0] control_next_pc_i,
  input logic [7:0] control_next_depth_i,
  input logic [31:0] control_a_i,

  // From barrier (event)
  input logic release_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] release_next_cta_i,  // a cycle ahead of an event
  input logic [heddle_pkg::BARRIER_BITS-1:0] release_next_id_i,

  // To reconvergence
  output logic select_valid_o,
  input logic select_ready_i,
  output logic [heddle_pkg::WARP_BITS-1:0] select_warp_o,
  output logic [2:0] select_mode_o,
  output logic [31:0] select_eligible_o,
  output logic [31:0] select_active_o,
  output logic [31:0] select_redo_o,
  output logic [4:0] select_leader_o,
  output logic [31:0] select_pc_o,
  output logic [7:0] select_depth_o,

  // From reconvergence (event)
  input logic selected_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] selected_warp_i,
  input logic [31:0] selected_active_i,
  input logic [31:0] selected_pc_i,
  input logic [7:0] selected_depth_i,
  input logic selected_stop_valid_i,
  input logic [31:0] selected_stop_pc_i,
  input logic [4:0] selected_leader_i,
  input logic [2:0] selected_mode_i,

  // To stall_monitor: of all warps
  output logic [heddle_pkg::WARPS-1:0] resident_o,  // a thread lives
  output logic [heddle_pkg::WARPS-1:0] fetching_o,
  output logic [heddle_pkg::WARPS-1:0] missing_o,
  output logic [heddle_pkg::WARPS-1:0] barrier_o,

  // To parking: of all warps
  output logic [heddle_pkg::WARPS-1:0] split_o,

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;

  logic [WARPS-1:0] may_fetch, reselect, select_table, select_match, stop_valid;
  logic shown_launched;
  logic [31:0] fetch_pc, load_pc, shown_pc, shown_mask, shown_alive;
  logic [7:0] response_depth, load_depth;

  assign warp_pc_o = shown_launched ? shown_pc : 32'b0;
  assign warp_mask_o = shown_launched ? shown_mask : 32'b0;
  assign warp_alive_o = shown_launched ? shown_alive : 32'b0;

  // -----------------------------------------------------------------------------------------------
  // Which warp fetches
  logic fetch_found, fetch_pick;
  logic [WARP_BITS-1:0] fetch_warp, fetch_last_q;

  round_robin #(
    .COUNT(WARPS)
  ) u_fetch_pick (
    .request_i(may_fetch),
    .last_i(fetch_last_q),
    .valid_o(fetch_found),
    .index_o(fetch_warp)
  );

  assign fetch_pick = fetch_found && !halt_i;

  // -----------------------------------------------------------------------------------------------
  // What came back: the packet, and where the warp goes on
  logic response_hit, response_miss, response_fault, response_control, response_merges;
  logic response_left_out;
  logic [31:0] response_mask, response_next_pc, stop_pc;

  assign response_miss = fetch_response_valid_i && fetch_response_kind_i == heddle_pkg::FETCH_MISS;
  assign response_fault = fetch_response_valid_i && fetch_response_kind_i == heddle_pkg::FETCH_FAULT;
  assign response_hit = fetch_response_valid_i && !response_miss && !response_fault;
  assign response_next_pc = fetch_response_pc_i + 32'd4;
  assign response_merges = stop_valid[fetch_response_warp_i] && response_next_pc == stop_pc;

  assign response_control = response_hit && heddle_pkg::isa_is_control(fetch_response_instruction_i);

  // -----------------------------------------------------------------------------------------------
  // Which warp goes to the reconvergence unit
  logic select_found, select_load, chosen, matched, matched_barrier;
  logic [WARP_BITS-1:0] select_warp, select_last_q;

  round_robin #(
    .COUNT(WARPS)
  ) u_select_pick (
    .request_i(reselect),
    .last_i(select_last_q),
    .valid_o(select_found),
    .index_o(select_warp)
  );

  assign select_load = select_found && (!select_valid_o || select_ready_i);
  assign matched = selected_valid_i && selected_mode_i == heddle_pkg::SELECT_MATCH;
  assign chosen = selected_valid_i && !matched;

  forward_progress u_forward_progress (
    .clk_i,
    .rst_ni,
    .start_i,
    .fetched_valid_i(response_hit),
    .fetched_warp_i(fetch_response_warp_i),
    .fetched_left_out_i(response_left_out),
    .load_valid_i(select_load),
    .load_warp_i(select_warp),
    .load_table_i(select_table[select_warp]),
    .load_match_i(select_match[select_warp]),
    .request_eligible_i(select_eligible_o),
    .request_mode_o(select_mode_o),
    .request_leader_o(select_leader_o),
    .selected_valid_i(chosen),
    .selected_warp_i,
    .selected_leader_i,
    .launch_valid_i,
    .launch_warp_i,
    .split_o
  );

  // -----------------------------------------------------------------------------------------------
  // Threads of all warps, and what control-flow instructions do to them
  logic [WARPS-1:0] released;
  logic control_ready, control_reselect, control_match, control_waits, control_stops;
  logic control_converged, control_misuse;

  thread_sets u_thread_sets (
    .clk_i,
    .rst_ni,
    .start_i,
    .warp_select_i,
    .warp_mask_o(shown_mask),
    .warp_alive_o(shown_alive),
    .launch_valid_i,
    .launch_warp_i,
    .launch_mask_i,
    .launch_cta_i,
    .fetched_warp_i(fetch_response_warp_i),
    .fetched_mask_o(response_mask),
    .fetched_left_out_o(response_left_out),
    .control_valid_i,
    .control_warp_i,
    .control_next_warp_i,
    .control_kind_i,
    .control_mask_i,
    .control_uniform_i,
    .control_a_i,
    .control_ready_o(control_ready),
    .control_reselect_o(control_reselect),
    .control_match_o(control_match),
    .control_waits_o(control_waits),
    .control_barrier_o(control_stops),
    .control_converged_o(control_converged),
    .control_misuse_o(control_misuse),
    .release_valid_i,
    .release_next_cta_i,
    .release_next_id_i,
    .stopped_i(barrier_o),
    .released_o(released),
    .load_valid_i(select_load),
    .load_warp_i(select_warp),
    .load_match_i(select_match[select_warp]),
    .transfer_i(select_valid_o && select_ready_i),
    .select_pc_i(select_pc_o),
    .select_eligible_o,
    .select_active_o,
    .select_redo_o,
    .chosen_i(chosen),
    .matched_i(matched),
    .selected_warp_i,
    .selected_active_i,
    .matched_barrier_o(matched_barrier),
    .resident_o
  );

  // -----------------------------------------------------------------------------------------------
  // Status of all warps
  warp_status u_warp_status (
    .clk_i,
    .rst_ni,
    .start_i,
    .fetch_valid_i(fetch_pick),
    .fetch_warp_i(fetch_warp),
    .response_hit_i(response_hit),
    .response_miss_i(response_miss),
    .response_warp_i(fetch_response_warp_i),
    .response_control_i(response_control),
    .response_merges_i(response_merges),
    .refilling_i,
    .pick_valid_i,
    .pick_warp_i,
    .control_warp_i,
    .control_ready_i(control_ready),
    .control_reselect_i(control_reselect),
    .control_match_i(control_match),
    .control_barrier_i(control_stops),
    .control_converged_i(control_converged),
    .released_i(released),
    .load_valid_i(select_load),
    .load_warp_i(select_warp),
    .selected_valid_i,
    .selected_warp_i,
    .selected_stop_valid_i,
    .matched_valid_i(matched),
    .matched_barrier_i(matched_barrier),
    .launch_valid_i,
    .launch_warp_i,
    .may_fetch_o(may_fetch),
    .reselect_o(reselect),
    .table_o(select_table),
    .match_o(select_match),
    .stop_valid_o(stop_valid),
    .fetching_o,
    .missing_o,
    .barrier_o
  );

  // -----------------------------------------------------------------------------------------------
  // Places of all warps
  warp_places u_warp_places (
    .clk_i,
    .rst_ni,
    .start_i,
    .warp_select_i,
    .warp_launched_o(shown_launched),
    .warp_pc_o(shown_pc),
    .launch_valid_i,
    .launch_warp_i,
    .entry_i,
    .fetch_warp_i(fetch_warp),
    .fetch_pc_o(fetch_pc),
    .step_valid_i(response_hit && !response_control),
    .fetched_warp_i(fetch_response_warp_i),
    .step_pc_i(response_next_pc),
    .stop_pc_o(stop_pc),
    .fetched_depth_o(response_depth),
    .load_warp_i(select_warp),
    .load_pc_o(load_pc),
    .load_depth_o(load_depth),
    .control_ready_i(control_ready),
    .control_waits_i(control_waits),
    .control_match_i(control_match),
    .control_warp_i,
    .control_next_pc_i,
    .control_next_depth_i,
    .control_a_i,
    .chosen_i(chosen),
    .selected_warp_i,
    .selected_pc_i,
    .selected_depth_i,
    .selected_stop_pc_i
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      fetch_last_q <= WARP_BITS'(WARPS - 1);
      select_last_q <= WARP_BITS'(WARPS - 1);
      fetch_valid_o <= 1'b0;
      packet_valid_o <= 1'b0;
      select_valid_o <= 1'b0;
      fault_valid_o <= 1'b0;
    end else if (start_i) begin
      fetch_last_q <= WARP_BITS'(WARPS - 1);
      select_last_q <= WARP_BITS'(WARPS - 1);
      fetch_valid_o <= 1'b0;
      packet_valid_o <= 1'b0;
      select_valid_o <= 1'b0;
      fault_valid_o <= 1'b0;
    end else begin
      if (fetch_pick) fetch_last_q <= fetch_warp;
      if (select_load) select_last_q <= select_warp;
      fetch_valid_o <= fetch_pick;
      packet_valid_o <= response_hit || response_fault;
      if (!select_valid_o || select_ready_i) select_valid_o <= select_found;
      fault_valid_o <= control_misuse;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Payloads
  always_ff @(posedge clk_i) begin
    if (fetch_pick) begin
      fetch_warp_o <= fetch_warp;
      fetch_pc_o <= fetch_pc;
    end
    if (response_hit || response_fault) begin
      packet_warp_o <= fetch_response_warp_i;
      packet_instruction_o <= fetch_response_instruction_i;
      packet_op_o <= heddle_pkg::isa_op(fetch_response_instruction_i);
      packet_fault_o <= response_fault;
      packet_cause_o <= fetch_response_cause_i;
      packet_pc_o <= fetch_response_pc_i;
      packet_mask_o <= response_mask;
      packet_depth_o <= response_depth;
    end
    if (select_load) begin
      select_warp_o <= select_warp;
      select_pc_o <= load_pc;
      select_depth_o <= load_depth;
    end
    if (control_misuse) begin
      fault_o.cause <= heddle_pkg::CAUSE_BARRIER;
      fault_o.warp <= control_warp_i;
      fault_o.mask <= control_mask_i;
      fault_o.pc <= control_next_pc_i - 32'd4;
      fault_o.address <= control_a_i;
    end
  end

endmodule
`default_nettype wire
