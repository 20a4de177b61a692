// State of every warp slot: which group runs, where, and what the warp waits for.
//
// Which warp may do what is kept in warp_status. A warp has at most one event of response, control,
// select result and launch in a cycle, which is why the events' writes below cannot meet in one
// slot. A release may meet any of them: it takes `waiting` from a warp whose other threads run.
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
  input logic [31:0] fetch_response_instruction_i,
  input logic [4:0] fetch_response_cause_i,
  input logic refilling_i,

  // To decode (event)
  output logic packet_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] packet_warp_o,
  output logic [31:0] packet_instruction_o,
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
  input logic [2:0] control_kind_i,
  input logic [31:0] control_mask_i,
  input logic control_uniform_i,
  input logic [31:0] control_next_pc_i,
  input logic [7:0] control_next_depth_i,
  input logic [31:0] control_a_i,

  // From barrier (event)
  input logic release_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] release_cta_i,
  input logic [heddle_pkg::BARRIER_BITS-1:0] release_id_i,

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

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;

  logic [WARPS-1:0] may_fetch, reselect, select_table, select_match, stop_valid;
  logic [31:0] pc_q[0:WARPS-1];
  logic [7:0] depth_q[0:WARPS-1];
  logic [31:0] active_q[0:WARPS-1];
  logic [31:0] alive_q[0:WARPS-1];
  logic [31:0] waiting_q[0:WARPS-1];
  logic [31:0] syncing_q[0:WARPS-1];
  logic [31:0] redo_q[0:WARPS-1];
  logic [heddle_pkg::BARRIER_BITS-1:0] barrier_id_q[0:WARPS-1];
  logic [31:0] stop_pc_q[0:WARPS-1];
  logic [heddle_pkg::CTA_BITS-1:0] cta_q[0:WARPS-1];

  assign warp_pc_o = pc_q[warp_select_i];
  assign warp_mask_o = active_q[warp_select_i];
  assign warp_alive_o = alive_q[warp_select_i];

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
  logic [31:0] response_pc, response_next_pc;

  assign response_miss = fetch_response_valid_i && fetch_response_kind_i == heddle_pkg::FETCH_MISS;
  assign response_fault = fetch_response_valid_i && fetch_response_kind_i == heddle_pkg::FETCH_FAULT;
  assign response_hit = fetch_response_valid_i && !response_miss && !response_fault;
  assign response_pc = pc_q[fetch_response_warp_i];
  assign response_next_pc = response_pc + 32'd4;
  assign response_merges = stop_valid[fetch_response_warp_i]
      && response_next_pc == stop_pc_q[fetch_response_warp_i];
  assign response_left_out = (alive_q[fetch_response_warp_i] & ~waiting_q[fetch_response_warp_i]
      & ~syncing_q[fetch_response_warp_i] & ~active_q[fetch_response_warp_i]) != 32'b0;

  always_comb begin : find_control_flow
    response_control = 1'b0;
    if (response_hit) begin
      case (heddle_pkg::isa_unit(heddle_pkg::isa_op(fetch_response_instruction_i)))
        heddle_pkg::UNIT_BRANCH, heddle_pkg::UNIT_JUMP, heddle_pkg::UNIT_SYSTEM:
          response_control = 1'b1;
        default: response_control = 1'b0;
      endcase
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Whom a release concerns
  logic [WARPS-1:0] released;

  always_comb begin : find_released
    released = '0;
    if (release_valid_i) begin
      for (int i = 0; i < WARPS; i++) begin
        released[i] = waiting_q[i] != 32'b0 && barrier_id_q[i] == release_id_i
            && cta_q[i] == release_cta_i;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // What a control-flow instruction did
  logic control_ready, control_reselect, control_match, control_stops, control_converged, control_misuse;
  logic control_waits;
  logic [31:0] control_alive, control_waiting, control_syncing, control_redo;

  control_outcome u_control_outcome (
    .valid_i(control_valid_i),
    .kind_i(control_kind_i),
    .mask_i(control_mask_i),
    .uniform_i(control_uniform_i),
    .a_i(control_a_i),
    .active_i(active_q[control_warp_i]),
    .alive_i(alive_q[control_warp_i]),
    .waiting_i(released[control_warp_i] ? 32'b0 : waiting_q[control_warp_i]),
    .syncing_i(syncing_q[control_warp_i]),
    .redo_i(redo_q[control_warp_i]),
    .barrier_id_i(barrier_id_q[control_warp_i]),
    .alive_o(control_alive),
    .waiting_o(control_waiting),
    .syncing_o(control_syncing),
    .redo_o(control_redo),
    .ready_o(control_ready),
    .reselect_o(control_reselect),
    .match_o(control_match),
    .barrier_o(control_stops),
    .converged_o(control_converged),
    .misuse_o(control_misuse)
  );

  assign control_waits = control_valid_i && control_kind_i == heddle_pkg::CONTROL_BARRIER;

  // -----------------------------------------------------------------------------------------------
  // What the reconvergence unit found: a group, or whoever waits for the mask of a warpsync
  logic chosen, matched, matched_barrier;
  logic [31:0] matched_others, matched_syncing, matched_missing, matched_waiting;

  assign matched = selected_valid_i && selected_mode_i == heddle_pkg::SELECT_MATCH;
  assign chosen = selected_valid_i && !matched;
  assign matched_others = active_q[selected_warp_i] & ~selected_active_i;
  assign matched_missing = pc_q[selected_warp_i] & alive_q[selected_warp_i] & ~selected_active_i;
  assign matched_syncing = syncing_q[selected_warp_i] & ~matched_others
      & ~((matched_missing == 32'b0) ? selected_active_i : 32'b0);
  assign matched_waiting = released[selected_warp_i] ? 32'b0 : waiting_q[selected_warp_i];
  assign matched_barrier = matched
      && (alive_q[selected_warp_i] & ~matched_waiting & ~matched_syncing) == 32'b0;

  // -----------------------------------------------------------------------------------------------
  // Which warp goes to the reconvergence unit
  logic select_found, select_load;
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
    .launch_warp_i
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

  for (genvar i = 0; i < WARPS; i++) begin : g_resident
    assign resident_o[i] = alive_q[i] != 32'b0;
  end

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
  // What is kept of each warp
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      for (int i = 0; i < WARPS; i++) begin
        pc_q[i] <= '0;
        depth_q[i] <= '0;
        active_q[i] <= '0;
        alive_q[i] <= '0;
        waiting_q[i] <= '0;
        syncing_q[i] <= '0;
        redo_q[i] <= '0;
        barrier_id_q[i] <= '0;
        stop_pc_q[i] <= '0;
        cta_q[i] <= '0;
      end
    end else if (start_i) begin
      for (int i = 0; i < WARPS; i++) begin
        pc_q[i] <= '0;
        depth_q[i] <= '0;
        active_q[i] <= '0;
        alive_q[i] <= '0;
        waiting_q[i] <= '0;
        syncing_q[i] <= '0;
        redo_q[i] <= '0;
        barrier_id_q[i] <= '0;
        stop_pc_q[i] <= '0;
        cta_q[i] <= '0;
      end
    end else begin
      if (response_hit && !response_control) pc_q[fetch_response_warp_i] <= response_next_pc;
      if (release_valid_i) begin
        for (int i = 0; i < WARPS; i++) begin
          if (released[i]) waiting_q[i] <= '0;
        end
      end
      if (control_ready || control_waits) pc_q[control_warp_i] <= control_next_pc_i;
      if (control_match) pc_q[control_warp_i] <= control_a_i;  // the mask
      if (control_ready) depth_q[control_warp_i] <= control_next_depth_i;
      if (control_waits) begin
        barrier_id_q[control_warp_i] <= control_a_i[heddle_pkg::BARRIER_BITS-1:0];
      end
      if (control_valid_i) begin
        alive_q[control_warp_i] <= control_alive;
        waiting_q[control_warp_i] <= control_waiting;
        syncing_q[control_warp_i] <= control_syncing;
        redo_q[control_warp_i] <= control_redo;
      end
      if (chosen) begin
        pc_q[selected_warp_i] <= selected_pc_i;
        depth_q[selected_warp_i] <= selected_depth_i;
        active_q[selected_warp_i] <= selected_active_i;
        stop_pc_q[selected_warp_i] <= selected_stop_pc_i;
        redo_q[selected_warp_i] <= redo_q[selected_warp_i] & ~selected_active_i;
      end
      if (matched) begin
        syncing_q[selected_warp_i] <= matched_syncing;
        redo_q[selected_warp_i] <= redo_q[selected_warp_i] | matched_others;
      end
      if (launch_valid_i) begin
        pc_q[launch_warp_i] <= entry_i;
        depth_q[launch_warp_i] <= '0;
        active_q[launch_warp_i] <= launch_mask_i;
        alive_q[launch_warp_i] <= launch_mask_i;
        waiting_q[launch_warp_i] <= '0;
        syncing_q[launch_warp_i] <= '0;
        redo_q[launch_warp_i] <= '0;
        cta_q[launch_warp_i] <= launch_cta_i;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Payloads
  always_ff @(posedge clk_i) begin
    if (fetch_pick) begin
      fetch_warp_o <= fetch_warp;
      fetch_pc_o <= pc_q[fetch_warp];
    end
    if (response_hit || response_fault) begin
      packet_warp_o <= fetch_response_warp_i;
      packet_instruction_o <= fetch_response_instruction_i;
      packet_fault_o <= response_fault;
      packet_cause_o <= fetch_response_cause_i;
      packet_pc_o <= response_pc;
      packet_mask_o <= active_q[fetch_response_warp_i];
      packet_depth_o <= depth_q[fetch_response_warp_i];
    end
    if (select_load) begin
      select_warp_o <= select_warp;
      select_eligible_o <= select_match[select_warp] ? syncing_q[select_warp]
          : alive_q[select_warp] & ~waiting_q[select_warp] & ~syncing_q[select_warp];
      select_active_o <= active_q[select_warp];
      select_redo_o <= redo_q[select_warp];
      select_pc_o <= pc_q[select_warp];
      select_depth_o <= depth_q[select_warp];
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
