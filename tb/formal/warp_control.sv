// frontend/warp_control with thread_sets, control_outcome, warp_places, warp_status and forward_progress: one warp W against
// docs/architecture/frontend.md. It fetches in order and once, with the PC and the group that the page says; a request goes to
// the reconvergence unit once, and asks for somebody; no warp stays at a barrier or idle while a thread of it could run; and
// no thread that could run waits for more instructions than programming_model.md says.
//
// Two warps, four threads each, leaders after 2 instructions, for 1; the longest run without control flow is 2. The
// other warp's events are as they like. Assumed of W's: responses, outcomes and results come once for what was asked; the
// reconvergence unit serves one request at a time and answers as the proof `reconvergence` shows; a launch finds the warp
// idle; `mask` is the group; a response brings the PC that was fetched. Assumed of all: the warp of a control event and what
// a release releases are known a cycle ahead (of releases the proof `barrier` shows it).
`default_nettype none
module warp_control_proof (
  input logic clk_i,
  input logic start_i,
  input logic halt_i,
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [3:0] launch_mask_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,
  input logic response_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] response_warp_i,
  input logic [1:0] response_kind_i,
  input logic [31:0] response_pc_i,
  input logic [1:0] instruction_i,
  input logic [4:0] response_cause_i,
  input logic refilling_i,
  input logic pick_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] pick_warp_i,
  input logic control_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] control_warp_i,
  input logic [heddle_pkg::WARP_BITS-1:0] control_next_warp_i,
  input logic [2:0] control_kind_i,
  input logic [3:0] control_mask_i,
  input logic control_uniform_i,
  input logic [31:0] control_next_pc_i,
  input logic [7:0] control_next_depth_i,
  input logic [3:0] control_a_i,
  input logic release_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] release_cta_i,
  input logic [heddle_pkg::BARRIER_BITS-1:0] release_id_i,
  input logic [heddle_pkg::CTA_BITS-1:0] release_next_cta_i,
  input logic [heddle_pkg::BARRIER_BITS-1:0] release_next_id_i,
  input logic select_ready_i,
  input logic selected_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] selected_warp_i,
  input logic [3:0] selected_active_i,
  input logic [31:0] selected_pc_i,
  input logic [7:0] selected_depth_i,
  input logic selected_stop_valid_i,
  input logic [31:0] selected_stop_pc_i,
  input logic [4:0] selected_leader_i,
  input logic [2:0] selected_mode_i
);

  localparam int unsigned THREADS = 4;
  localparam int unsigned LONGEST_RUN = 2;
  localparam int unsigned YIELD_AFTER = heddle_pkg::YIELD_AFTER;
  localparam int unsigned YIELD_FOR = heddle_pkg::YIELD_FOR;
  localparam int unsigned ROUND = YIELD_AFTER + YIELD_FOR + 2 * LONGEST_RUN;
  localparam logic [31:0] ENTRY = 32'h0000_1000;

  logic started_q;
  (* anyconst *) logic w;
  (* anyconst *) logic [1:0] t;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  // addi, beq, jal, ecall
  logic [31:0] instruction;
  logic is_control;
  assign instruction = (instruction_i == 2'd0) ? 32'h13 : (instruction_i == 2'd1) ? 32'h63
      : (instruction_i == 2'd2) ? 32'h6F : 32'h73;
  assign is_control = instruction_i != 2'd0;

  logic [31:0] warp_pc, warp_mask, warp_alive, fetch_pc, packet_instruction, packet_pc, packet_mask;
  logic fetch_valid, fetch_warp, packet_valid, packet_warp, packet_fault, select_valid, select_warp, fault_valid;
  logic [4:0] packet_cause, select_leader;
  logic [7:0] packet_depth, select_depth;
  logic [heddle_pkg::OP_BITS-1:0] packet_op;
  logic [2:0] select_mode;
  logic [31:0] select_eligible, select_active, select_redo, select_pc;
  logic [1:0] resident, fetching, missing, barrier, split;
  heddle_pkg::fault_t fault;

  warp_control dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .halt_i,
    .entry_i(ENTRY),
    .warp_select_i(w),
    .warp_pc_o(warp_pc),
    .warp_mask_o(warp_mask),
    .warp_alive_o(warp_alive),
    .launch_valid_i,
    .launch_warp_i,
    .launch_mask_i(32'(launch_mask_i)),
    .launch_cta_i,
    .fetch_valid_o(fetch_valid),
    .fetch_warp_o(fetch_warp),
    .fetch_pc_o(fetch_pc),
    .fetch_response_valid_i(response_valid_i),
    .fetch_response_warp_i(response_warp_i),
    .fetch_response_kind_i(response_kind_i),
    .fetch_response_pc_i(response_pc_i),
    .fetch_response_instruction_i(instruction),
    .fetch_response_cause_i(response_cause_i),
    .refilling_i,
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
    .control_mask_i(32'(control_mask_i)),
    .control_uniform_i,
    .control_next_pc_i,
    .control_next_depth_i,
    .control_a_i(32'(control_a_i)),
    .release_valid_i,
    .release_next_cta_i,
    .release_next_id_i,
    .select_valid_o(select_valid),
    .select_ready_i,
    .select_warp_o(select_warp),
    .select_mode_o(select_mode),
    .select_eligible_o(select_eligible),
    .select_active_o(select_active),
    .select_redo_o(select_redo),
    .select_leader_o(select_leader),
    .select_pc_o(select_pc),
    .select_depth_o(select_depth),
    .selected_valid_i,
    .selected_warp_i,
    .selected_active_i(32'(selected_active_i)),
    .selected_pc_i,
    .selected_depth_i,
    .selected_stop_valid_i,
    .selected_stop_pc_i,
    .selected_leader_i,
    .selected_mode_i,
    .resident_o(resident),
    .fetching_o(fetching),
    .missing_o(missing),
    .barrier_o(barrier),
    .split_o(split),
    .fault_valid_o(fault_valid),
    .fault_o(fault)
  );

  // The two round-robin picks: whom they take is seen in the next cycle; of when, see below.
  (* hierconn *) wire \dut.fetch_pick ;
  (* hierconn *) wire [0:0] \dut.fetch_warp ;
  (* hierconn *) wire \dut.select_load ;
  (* hierconn *) wire [0:0] \dut.select_warp ;

  // -----------------------------------------------------------------------------------------------
  // Reference: warp W
  localparam logic [2:0] IDLE = 3'd0;
  localparam logic [2:0] READY = 3'd1;
  localparam logic [2:0] FETCH = 3'd2;
  localparam logic [2:0] MISS = 3'd3;
  localparam logic [2:0] CONTROL = 3'd4;
  localparam logic [2:0] RESELECT = 3'd5;
  localparam logic [2:0] SELECTING = 3'd6;
  localparam logic [2:0] BARRIER = 3'd7;
  localparam logic [1:0] MERGE = 2'd0;
  localparam logic [1:0] TABLE = 2'd1;
  localparam logic [1:0] MATCH = 2'd2;

  logic [2:0] status_d, status_q;
  logic [31:0] pc_d, pc_q, stop_pc_d, stop_pc_q;
  logic [7:0] depth_d, depth_q;
  logic [3:0] active_d, active_q, alive_d, alive_q, waiting_d, waiting_q, syncing_d, syncing_q, redo_d, redo_q;
  logic converged_d, converged_q, stop_valid_d, stop_valid_q, leading_d, leading_q, broken_d, broken_q;
  logic [heddle_pkg::BARRIER_BITS-1:0] id_d, id_q;
  logic [heddle_pkg::CTA_BITS-1:0] cta_d, cta_q;
  logic [1:0] buffered_d, buffered_q, select_d, select_q;
  logic [2:0] streak_d, streak_q, mode_d, mode_q;
  logic [4:0] leader_d, leader_q;
  logic misuse_d, misuse_q, split_q;

  logic fetches, hit, miss, wrong, controlled, loads, released, chosen, matched, launched, picked;
  logic [3:0] eligible, eligible_left, others, joint;

  assign fetches = \dut.fetch_pick && \dut.fetch_warp == w;
  assign loads = \dut.select_load && \dut.select_warp == w;
  assign hit = response_valid_i && response_warp_i == w && response_kind_i == heddle_pkg::FETCH_HIT;
  assign miss = response_valid_i && response_warp_i == w && response_kind_i == heddle_pkg::FETCH_MISS;
  assign wrong = response_valid_i && response_warp_i == w && response_kind_i == heddle_pkg::FETCH_FAULT;
  assign picked = pick_valid_i && pick_warp_i == w;
  assign controlled = control_valid_i && control_warp_i == w;
  assign released = release_valid_i && waiting_q != '0 && id_q == release_id_i && cta_q == release_cta_i;
  assign chosen = selected_valid_i && selected_warp_i == w && selected_mode_i != heddle_pkg::SELECT_MATCH;
  assign matched = selected_valid_i && selected_warp_i == w && selected_mode_i == heddle_pkg::SELECT_MATCH;
  assign launched = launch_valid_i && launch_warp_i == w;
  assign eligible = alive_q & ~waiting_q & ~syncing_q;

  always @* begin
    status_d = status_q;
    pc_d = pc_q;
    depth_d = depth_q;
    active_d = active_q;
    alive_d = alive_q;
    waiting_d = waiting_q;
    syncing_d = syncing_q;
    redo_d = redo_q;
    converged_d = converged_q;
    stop_valid_d = stop_valid_q;
    stop_pc_d = stop_pc_q;
    id_d = id_q;
    cta_d = cta_q;
    select_d = select_q;
    streak_d = streak_q;
    leading_d = leading_q;
    leader_d = leader_q;
    mode_d = mode_q;
    broken_d = broken_q;
    misuse_d = 1'b0;
    others = '0;
    joint = '0;
    buffered_d = buffered_q + 2'(fetches) - 2'(miss) - 2'(picked);

    if (fetches) status_d = FETCH;
    if (status_q == MISS && !refilling_i) status_d = READY;
    if (miss) status_d = MISS;
    if (wrong) begin
      status_d = CONTROL;
      broken_d = 1'b1;
    end
    if (hit) begin
      if ((eligible & ~active_q) == '0 && !leading_q) streak_d = '0;
      else if (streak_q != 3'(YIELD_AFTER)) streak_d = streak_q + 3'd1;
      if (is_control) status_d = CONTROL;
      else begin
        pc_d = pc_q + 32'd4;
        status_d = READY;
        if (stop_valid_q && pc_d == stop_pc_q) begin
          status_d = RESELECT;
          select_d = MERGE;
        end
      end
    end

    if (loads) begin
      status_d = SELECTING;
      mode_d = heddle_pkg::SELECT_TABLE;
      case (select_q)
        MERGE: mode_d = heddle_pkg::SELECT_MERGE;
        MATCH: mode_d = heddle_pkg::SELECT_MATCH;
        default: begin
          if (leading_q) begin
            if (streak_q >= 3'(YIELD_FOR) || !eligible[leader_q[1:0]]) begin
              leading_d = 1'b0;
              streak_d = '0;
            end else mode_d = heddle_pkg::SELECT_FOLLOW;
          end else if (streak_q >= 3'(YIELD_AFTER)) begin
            mode_d = heddle_pkg::SELECT_APPOINT;
            leading_d = 1'b1;
            streak_d = '0;
          end
        end
      endcase
    end

    if (released) begin
      waiting_d = '0;
      if (status_q == BARRIER) begin
        status_d = converged_q ? READY : RESELECT;
        select_d = TABLE;
      end
    end

    if (controlled) begin
      case (control_kind_i)
        heddle_pkg::CONTROL_BARRIER: begin
          misuse_d = waiting_d != '0 && control_a_i[heddle_pkg::BARRIER_BITS-1:0] != id_q;
          waiting_d = waiting_d | control_mask_i;
          id_d = control_a_i[heddle_pkg::BARRIER_BITS-1:0];
          pc_d = control_next_pc_i;
          status_d = BARRIER;
          converged_d = control_mask_i == alive_q;
          if ((alive_q & ~waiting_d & ~syncing_q) != '0) begin
            status_d = RESELECT;
            select_d = TABLE;
          end
        end
        heddle_pkg::CONTROL_EXIT: begin
          alive_d = alive_q & ~control_mask_i;
          redo_d = redo_q | (syncing_q & ~control_mask_i);
          syncing_d = '0;
          converged_d = 1'b0;
          select_d = TABLE;
          if ((alive_d & ~waiting_d) != '0) status_d = RESELECT;
          else status_d = (alive_d != '0) ? BARRIER : IDLE;
        end
        default: begin
          if (control_kind_i == heddle_pkg::CONTROL_SYNC
              && !(control_uniform_i && (control_a_i & alive_q & ~control_mask_i) == '0)) begin
            syncing_d = syncing_q | control_mask_i;
            pc_d = 32'(control_a_i);
            status_d = RESELECT;
            select_d = MATCH;
          end else if (control_uniform_i && (alive_q & ~waiting_d & ~syncing_q) == active_q) begin
            pc_d = control_next_pc_i;
            depth_d = control_next_depth_i;
            status_d = READY;
          end else begin
            status_d = RESELECT;
            select_d = TABLE;
          end
        end
      endcase
    end

    if (matched) begin
      others = active_q & ~selected_active_i;
      joint = selected_active_i;
      syncing_d = syncing_q & ~others;
      redo_d = redo_q | others;
      if ((pc_q[3:0] & alive_q & ~joint) == '0) syncing_d = syncing_d & ~joint;
      select_d = TABLE;
      converged_d = 1'b0;
      status_d = ((alive_q & ~waiting_d & ~syncing_d) != '0) ? RESELECT : BARRIER;
    end
    if (chosen) begin
      active_d = selected_active_i;
      pc_d = selected_pc_i;
      depth_d = selected_depth_i;
      stop_valid_d = selected_stop_valid_i;
      stop_pc_d = selected_stop_pc_i;
      leader_d = selected_leader_i;
      redo_d = redo_q & ~selected_active_i;
      status_d = READY;
    end

    if (launched) begin
      status_d = READY;
      pc_d = ENTRY;
      depth_d = '0;
      active_d = launch_mask_i;
      alive_d = launch_mask_i;
      waiting_d = '0;
      syncing_d = '0;
      redo_d = '0;
      stop_valid_d = 1'b0;
      converged_d = 1'b0;
      streak_d = '0;
      leading_d = 1'b0;
      leader_d = 5'd31;
      cta_d = launch_cta_i;
    end
    eligible_left = alive_d & ~waiting_d & ~syncing_d;
  end

  // What the events' registers show in the next cycle
  logic fetched_q, packeted_q, was_wrong_q;
  logic [31:0] fetched_pc_q, packet_pc_q, instruction_q;
  logic [3:0] packet_mask_q;
  logic [7:0] packet_depth_q;
  // The request: in the register, or taken; and what it asks
  logic asks_q, asked_q;
  logic [3:0] asked_eligible_q, asked_active_q, asked_redo_q;
  logic [31:0] asked_pc_q;
  logic [7:0] asked_depth_q;
  logic [4:0] asked_leader_q;
  // Cycles in which W could have been taken
  logic passed_fetch_q, passed_select_q;
  logic may_fetch, may_select;
  assign may_fetch = status_q == READY && buffered_q < 2'd2 && !halt_i;
  assign may_select = status_q == RESELECT && (!select_valid || select_ready_i);

  always_ff @(posedge clk_i) begin
    pc_q <= pc_d;
    depth_q <= depth_d;
    stop_pc_q <= stop_pc_d;
    select_q <= select_d;
    mode_q <= mode_d;
    id_q <= id_d;
    cta_q <= cta_d;
    fetched_pc_q <= pc_q;
    packet_pc_q <= pc_q;
    packet_mask_q <= active_q;
    packet_depth_q <= depth_q;
    was_wrong_q <= wrong;
    instruction_q <= instruction;
    if (loads) begin
      asked_eligible_q <= (select_q == MATCH) ? syncing_q : eligible;
      asked_active_q <= active_q;
      asked_redo_q <= redo_q;
      asked_pc_q <= pc_q;
      asked_depth_q <= depth_q;
      asked_leader_q <= leader_q;
    end
    converged_q <= converged_d;
    stop_valid_q <= stop_valid_d;
    if (!started_q || start_i) begin
      status_q <= IDLE;
      active_q <= '0;
      alive_q <= '0;
      waiting_q <= '0;
      syncing_q <= '0;
      redo_q <= '0;
      converged_q <= 1'b0;
      stop_valid_q <= 1'b0;
      pc_q <= '0;
      depth_q <= '0;
      stop_pc_q <= '0;
      id_q <= '0;
      cta_q <= '0;
      buffered_q <= '0;
      streak_q <= '0;
      leading_q <= 1'b0;
      leader_q <= '0;
      broken_q <= 1'b0;
      misuse_q <= 1'b0;
      split_q <= 1'b0;
      fetched_q <= 1'b0;
      packeted_q <= 1'b0;
      asks_q <= 1'b0;
      asked_q <= 1'b0;
      passed_fetch_q <= 1'b0;
      passed_select_q <= 1'b0;
    end else begin
      status_q <= status_d;
      active_q <= active_d;
      alive_q <= alive_d;
      waiting_q <= waiting_d;
      syncing_q <= syncing_d;
      redo_q <= redo_d;
      buffered_q <= buffered_d;
      streak_q <= streak_d;
      leading_q <= leading_d;
      leader_q <= leader_d;
      broken_q <= broken_d;
      misuse_q <= misuse_d;
      if (hit) split_q <= (eligible & ~active_q) != '0;
      fetched_q <= fetches;
      packeted_q <= hit || wrong;
      asks_q <= loads || (asks_q && !select_ready_i);
      asked_q <= (asked_q || (asks_q && select_ready_i)) && !chosen && !matched;
      passed_fetch_q <= may_fetch && !fetches;
      passed_select_q <= (may_select && !loads) || (passed_select_q && !loads && status_q == RESELECT);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // What was said a cycle ahead of an event
  logic next_warp_q;
  logic [heddle_pkg::CTA_BITS-1:0] next_cta_q;
  logic [heddle_pkg::BARRIER_BITS-1:0] next_id_q;

  always_ff @(posedge clk_i) begin
    next_warp_q <= control_next_warp_i;
    next_cta_q <= release_next_cta_i;
    next_id_q <= release_next_id_i;
  end

  always @* begin
    if (started_q) begin
      if (control_valid_i) assume (control_warp_i == next_warp_q);
      if (release_valid_i) assume (release_cta_i == next_cta_q && release_id_i == next_id_q);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // The environment, as far as W is concerned
  logic [4:0] first;
  logic [3:0] candidates;
  logic [1:0] index;
  always @* begin
    // Whom the reconvergence unit appoints
    candidates = (asked_eligible_q & ~asked_active_q) != '0 ? asked_eligible_q & ~asked_active_q : asked_eligible_q;
    first = '0;
    index = '0;
    for (int k = THREADS; k >= 1; k--) begin
      index = asked_leader_q[1:0] + 2'(k);
      if (candidates[index]) first = 5'(index);
    end
  end

  logic [3:0] lowest;
  assign lowest = active_q & (~active_q + 4'd1);

  always @* begin
    if (started_q) begin
      if (launched) assume (status_q == IDLE && buffered_q == '0 && launch_mask_i != '0);
      if (hit || miss || wrong) assume (status_q == FETCH && !fetched_q && response_pc_i == pc_q);
      if (asked_q && !chosen && !matched) assume (!select_ready_i);
      assume (response_kind_i != 2'd3);
      if (picked) assume (buffered_q > 2'(status_q == FETCH));
      if (controlled) assume (status_q == CONTROL && !packeted_q && !broken_q && control_mask_i == active_q);
      assume (control_kind_i <= heddle_pkg::CONTROL_ARRIVE);
      if (chosen || matched) begin
        assume (asked_q && selected_mode_i == mode_q);
        assume (selected_leader_i == (mode_q == heddle_pkg::SELECT_APPOINT ? first : asked_leader_q));
        if (mode_q == heddle_pkg::SELECT_MERGE) begin
          assume ((asked_active_q & ~selected_active_i) == '0
              && (selected_active_i & ~asked_active_q & ~asked_eligible_q) == '0
              && selected_pc_i == asked_pc_q && selected_depth_i == asked_depth_q);
        end else if (mode_q == heddle_pkg::SELECT_MATCH) begin
          assume ((selected_active_i & ~asked_eligible_q) == '0 && (selected_active_i & lowest) != '0);
        end else begin
          assume (selected_active_i != '0 && (selected_active_i & ~asked_eligible_q) == '0
              && (mode_q == heddle_pkg::SELECT_TABLE || selected_active_i[selected_leader_i[1:0]]));
        end
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // How many instructions of W thread T has waited: in all, since a leader was appointed or dismissed, and since the last
  // choice by the table. The program has control flow after LONGEST_RUN instructions.
  logic waits_d, waits;
  logic [7:0] waited_q, phase_q, since_q, run_q;
  assign waits = eligible[t] && !active_q[t];
  assign waits_d = eligible_left[t] && !active_d[t];

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i || controlled || launched) run_q <= '0;
    else if (hit) run_q <= run_q + 8'd1;
    if (!started_q || start_i || !waits || !waits_d || launched) begin
      waited_q <= '0;
      phase_q <= '0;
      since_q <= '0;
    end else begin
      waited_q <= waited_q + 8'(hit);
      phase_q <= phase_q + 8'(hit);
      since_q <= since_q + 8'(hit);
      if (loads && select_q == TABLE) begin
        since_q <= '0;
        if (leading_d != leading_q) phase_q <= '0;
      end
    end
  end

  always @* begin
    if (started_q && hit && !is_control) assume (run_q + 8'd1 < 8'(LONGEST_RUN));
  end

  // Threads that are appointed before T
  logic [1:0] before;
  logic [7:0] rounds;
  assign before = t - leader_q[1:0] - 2'd1;
  assign rounds = 8'(ROUND) * 8'(2'd3 - before);

  // -----------------------------------------------------------------------------------------------
  always @* begin
    if (started_q) begin
      fetches_when_ready: assert (!fetches || (status_q == READY && buffered_q < 2'd2 && !halt_i));
      fetches_are_seen: assert ((fetch_valid && fetch_warp == w) == fetched_q && (!fetched_q || fetch_pc == fetched_pc_q));
      fetch_is_not_passed_over: assert (!(passed_fetch_q && may_fetch) || fetches);
      packets: assert ((packet_valid && packet_warp == w) == packeted_q);
      packet_of_the_group: assert (!packeted_q || (packet_mask == 32'(packet_mask_q) && packet_pc == packet_pc_q
          && packet_depth == packet_depth_q && packet_fault == was_wrong_q && packet_instruction == instruction_q
          && packet_op == heddle_pkg::isa_op(instruction_q)));
      selects_when_asked: assert (!loads || may_select);
      select_is_not_passed_over: assert (!(passed_select_q && may_select) || loads);
      request_once: assert ((select_valid && select_warp == w) == asks_q);
      request_says: assert (!asks_q || (select_mode == mode_q && select_eligible == 32'(asked_eligible_q)
          && select_active == 32'(asked_active_q) && select_redo == 32'(asked_redo_q) && select_pc == asked_pc_q
          && select_depth == asked_depth_q && select_leader == asked_leader_q));
      asks_for_somebody: assert (!asks_q || asked_eligible_q != '0);
      follows_an_eligible_leader: assert (!asks_q || mode_q != heddle_pkg::SELECT_FOLLOW || asked_eligible_q[asked_leader_q[1:0]]);
      group: assert (warp_mask == 32'(active_q) && warp_pc == pc_q);
      living: assert (warp_alive == 32'(alive_q) && resident[w] == (alive_q != '0));
      shows: assert (missing[w] == (status_q == MISS) && barrier[w] == (status_q == BARRIER)
          && fetching[w] == (status_q == READY || buffered_q != '0) && split[w] == split_q);
      faults: assert (fault_valid == (misuse_q || (fault_valid && fault.warp != w)) && (!misuse_q || fault.warp == w));
      // Nobody is lost.
      stops_only_without_eligible_threads: assert (!barrier[w] || (eligible == '0 && alive_q != '0));
      idle_only_without_threads: assert (status_q != IDLE || alive_q == '0);
      runs_eligible_threads: assert (!(status_q == READY || status_q == FETCH || status_q == MISS || status_q == CONTROL)
          || (active_q != '0 && (active_q & ~eligible) == '0));
      nobody_waits_for_ever: assert (waited_q <= 8'(THREADS * ROUND));
    end
  end

  // -----------------------------------------------------------------------------------------------
  // In the RTL's registers
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_active.g_banks.g_bank[0].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_active.g_banks.g_bank[0].memory_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_active.g_banks.g_bank[1].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_active.g_banks.g_bank[1].memory_q[1] ;
  (* hierconn *) wire [0:0] \dut.u_thread_sets.u_active.g_banks.g_last.bank_q[0] ;
  (* hierconn *) wire [0:0] \dut.u_thread_sets.u_active.g_banks.g_last.bank_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_alive.g_banks.g_bank[0].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_alive.g_banks.g_bank[0].memory_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_alive.g_banks.g_bank[1].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_alive.g_banks.g_bank[1].memory_q[1] ;
  (* hierconn *) wire [0:0] \dut.u_thread_sets.u_alive.g_banks.g_last.bank_q[0] ;
  (* hierconn *) wire [0:0] \dut.u_thread_sets.u_alive.g_banks.g_last.bank_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_waiting.g_banks.g_bank[0].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_waiting.g_banks.g_bank[0].memory_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_syncing.g_banks.g_bank[0].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_syncing.g_banks.g_bank[0].memory_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_syncing.g_banks.g_bank[1].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_syncing.g_banks.g_bank[1].memory_q[1] ;
  (* hierconn *) wire [0:0] \dut.u_thread_sets.u_syncing.g_banks.g_last.bank_q[0] ;
  (* hierconn *) wire [0:0] \dut.u_thread_sets.u_syncing.g_banks.g_last.bank_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_redo.g_banks.g_bank[0].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_redo.g_banks.g_bank[0].memory_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_redo.g_banks.g_bank[1].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.u_redo.g_banks.g_bank[1].memory_q[1] ;
  (* hierconn *) wire [0:0] \dut.u_thread_sets.u_redo.g_banks.g_last.bank_q[0] ;
  (* hierconn *) wire [0:0] \dut.u_thread_sets.u_redo.g_banks.g_last.bank_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_warp_places.u_pc.g_banks.g_bank[0].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_warp_places.u_pc.g_banks.g_bank[0].memory_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_warp_places.u_pc.g_banks.g_bank[1].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_warp_places.u_pc.g_banks.g_bank[1].memory_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_warp_places.u_pc.g_banks.g_bank[2].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_warp_places.u_pc.g_banks.g_bank[2].memory_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_warp_places.u_pc.g_banks.g_bank[3].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_warp_places.u_pc.g_banks.g_bank[3].memory_q[1] ;
  (* hierconn *) wire [1:0] \dut.u_warp_places.u_pc.g_banks.g_last.bank_q[0] ;
  (* hierconn *) wire [1:0] \dut.u_warp_places.u_pc.g_banks.g_last.bank_q[1] ;
  (* hierconn *) wire [7:0] \dut.u_warp_places.u_depth.g_banks.g_bank[0].memory_q[0] ;
  (* hierconn *) wire [7:0] \dut.u_warp_places.u_depth.g_banks.g_bank[0].memory_q[1] ;
  (* hierconn *) wire [7:0] \dut.u_warp_places.u_depth.g_banks.g_bank[1].memory_q[0] ;
  (* hierconn *) wire [7:0] \dut.u_warp_places.u_depth.g_banks.g_bank[1].memory_q[1] ;
  (* hierconn *) wire [0:0] \dut.u_warp_places.u_depth.g_banks.g_last.bank_q[0] ;
  (* hierconn *) wire [0:0] \dut.u_warp_places.u_depth.g_banks.g_last.bank_q[1] ;
  (* hierconn *) wire [31:0] \dut.u_warp_places.u_stop_pc.g_banks.g_bank[0].memory_q[0] ;
  (* hierconn *) wire [31:0] \dut.u_warp_places.u_stop_pc.g_banks.g_bank[0].memory_q[1] ;
  (* hierconn *) wire [1:0] \dut.u_forward_progress.u_streak.g_banks.g_bank[0].memory_q[0] ;
  (* hierconn *) wire [1:0] \dut.u_forward_progress.u_streak.g_banks.g_bank[0].memory_q[1] ;
  (* hierconn *) wire [4:0] \dut.u_forward_progress.u_leader.g_banks.g_bank[0].memory_q[0] ;
  (* hierconn *) wire [4:0] \dut.u_forward_progress.u_leader.g_banks.g_bank[0].memory_q[1] ;
  (* hierconn *) wire [1:0] \dut.u_thread_sets.left_out_q ;
  (* hierconn *) wire [1:0] \dut.u_thread_sets.some_waiting_q ;
  (* hierconn *) wire [1:0] \dut.u_thread_sets.some_syncing_q ;
  (* hierconn *) wire [1:0] \dut.u_thread_sets.redo_holds_q ;
  (* hierconn *) wire [heddle_pkg::BARRIER_BITS-1:0] \dut.u_thread_sets.barrier_id_q[0] ;
  (* hierconn *) wire [heddle_pkg::CTA_BITS-1:0] \dut.u_thread_sets.cta_q[0] ;
  (* hierconn *) wire [heddle_pkg::BARRIER_BITS-1:0] \dut.u_thread_sets.barrier_id_q[1] ;
  (* hierconn *) wire [heddle_pkg::CTA_BITS-1:0] \dut.u_thread_sets.cta_q[1] ;
  (* hierconn *) wire [1:0] \dut.u_thread_sets.release_match_q ;
  (* hierconn *) wire \dut.u_thread_sets.control_left_out_q ;
  (* hierconn *) wire \dut.u_thread_sets.control_some_waiting_q ;
  (* hierconn *) wire \dut.u_thread_sets.control_some_syncing_q ;
  (* hierconn *) wire \dut.u_thread_sets.control_match_q ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.control_alive_q ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.control_waiting_q ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.control_syncing_q ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.control_redo_q ;
  (* hierconn *) wire [heddle_pkg::BARRIER_BITS-1:0] \dut.u_thread_sets.control_barrier_id_q ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.select_alive_q ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.served_alive_q ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.served_eligible_q ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.served_active_q ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.served_redo_q ;
  (* hierconn *) wire [31:0] \dut.u_thread_sets.served_mask_q ;
  (* hierconn *) wire \dut.u_thread_sets.select_waited_q ;
  (* hierconn *) wire \dut.u_thread_sets.served_waited_q ;
  (* hierconn *) wire [1:0] \dut.u_warp_places.launched_q ;
  (* hierconn *) wire [1:0] \dut.u_warp_places.moved_q ;
  (* hierconn *) wire [1:0] \dut.u_warp_status.ready_q ;
  (* hierconn *) wire [1:0] \dut.u_warp_status.miss_q ;
  (* hierconn *) wire [1:0] \dut.u_warp_status.reselect_q ;
  (* hierconn *) wire [1:0] \dut.u_warp_status.barrier_q ;
  (* hierconn *) wire [1:0] \dut.u_warp_status.table_q ;
  (* hierconn *) wire [1:0] \dut.u_warp_status.match_q ;
  (* hierconn *) wire [1:0] \dut.u_warp_status.converged_q ;
  (* hierconn *) wire [1:0] \dut.u_warp_status.stop_valid_q ;
  (* hierconn *) wire [1:0] \dut.u_warp_status.buffered_one_q ;
  (* hierconn *) wire [1:0] \dut.u_warp_status.buffered_two_q ;
  (* hierconn *) wire [0:0] \dut.fetch_last_q ;
  (* hierconn *) wire [0:0] \dut.select_last_q ;
  (* hierconn *) wire [1:0] \dut.u_forward_progress.leading_q ;
  (* hierconn *) wire [1:0] \dut.u_forward_progress.counts_q ;
  (* hierconn *) wire [1:0] \dut.u_forward_progress.led_q ;
  (* hierconn *) wire \dut.u_forward_progress.loaded_q ;
  (* hierconn *) wire [0:0] \dut.u_forward_progress.warp_q ;
  (* hierconn *) wire \dut.u_forward_progress.dismisses ;
  (* hierconn *) wire \dut.u_forward_progress.appoints ;

  // The words of W in the memories
  logic [31:0] active_word, alive_word, waiting_word, syncing_word, redo_word, pc_word, stop_pc_word;
  logic [7:0] depth_word;
  logic [1:0] streak_word;
  logic [4:0] leader_word;
  always @* begin
    active_word = w
        ? (\dut.u_thread_sets.u_active.g_banks.g_last.bank_q[1] ? \dut.u_thread_sets.u_active.g_banks.g_bank[1].memory_q[1] : \dut.u_thread_sets.u_active.g_banks.g_bank[0].memory_q[1] )
        : (\dut.u_thread_sets.u_active.g_banks.g_last.bank_q[0] ? \dut.u_thread_sets.u_active.g_banks.g_bank[1].memory_q[0] : \dut.u_thread_sets.u_active.g_banks.g_bank[0].memory_q[0] );
    alive_word = w
        ? (\dut.u_thread_sets.u_alive.g_banks.g_last.bank_q[1] ? \dut.u_thread_sets.u_alive.g_banks.g_bank[1].memory_q[1] : \dut.u_thread_sets.u_alive.g_banks.g_bank[0].memory_q[1] )
        : (\dut.u_thread_sets.u_alive.g_banks.g_last.bank_q[0] ? \dut.u_thread_sets.u_alive.g_banks.g_bank[1].memory_q[0] : \dut.u_thread_sets.u_alive.g_banks.g_bank[0].memory_q[0] );
    waiting_word = w
        ? \dut.u_thread_sets.u_waiting.g_banks.g_bank[0].memory_q[1]
        : \dut.u_thread_sets.u_waiting.g_banks.g_bank[0].memory_q[0] ;
    syncing_word = w
        ? (\dut.u_thread_sets.u_syncing.g_banks.g_last.bank_q[1] ? \dut.u_thread_sets.u_syncing.g_banks.g_bank[1].memory_q[1] : \dut.u_thread_sets.u_syncing.g_banks.g_bank[0].memory_q[1] )
        : (\dut.u_thread_sets.u_syncing.g_banks.g_last.bank_q[0] ? \dut.u_thread_sets.u_syncing.g_banks.g_bank[1].memory_q[0] : \dut.u_thread_sets.u_syncing.g_banks.g_bank[0].memory_q[0] );
    redo_word = w
        ? (\dut.u_thread_sets.u_redo.g_banks.g_last.bank_q[1] ? \dut.u_thread_sets.u_redo.g_banks.g_bank[1].memory_q[1] : \dut.u_thread_sets.u_redo.g_banks.g_bank[0].memory_q[1] )
        : (\dut.u_thread_sets.u_redo.g_banks.g_last.bank_q[0] ? \dut.u_thread_sets.u_redo.g_banks.g_bank[1].memory_q[0] : \dut.u_thread_sets.u_redo.g_banks.g_bank[0].memory_q[0] );
    pc_word = w
        ? (\dut.u_warp_places.u_pc.g_banks.g_last.bank_q[1] == 2'd3 ? \dut.u_warp_places.u_pc.g_banks.g_bank[3].memory_q[1]
        : \dut.u_warp_places.u_pc.g_banks.g_last.bank_q[1] == 2'd2 ? \dut.u_warp_places.u_pc.g_banks.g_bank[2].memory_q[1]
        : \dut.u_warp_places.u_pc.g_banks.g_last.bank_q[1] == 2'd1 ? \dut.u_warp_places.u_pc.g_banks.g_bank[1].memory_q[1]
        : \dut.u_warp_places.u_pc.g_banks.g_bank[0].memory_q[1] )
        : (\dut.u_warp_places.u_pc.g_banks.g_last.bank_q[0] == 2'd3 ? \dut.u_warp_places.u_pc.g_banks.g_bank[3].memory_q[0]
        : \dut.u_warp_places.u_pc.g_banks.g_last.bank_q[0] == 2'd2 ? \dut.u_warp_places.u_pc.g_banks.g_bank[2].memory_q[0]
        : \dut.u_warp_places.u_pc.g_banks.g_last.bank_q[0] == 2'd1 ? \dut.u_warp_places.u_pc.g_banks.g_bank[1].memory_q[0]
        : \dut.u_warp_places.u_pc.g_banks.g_bank[0].memory_q[0] );
    depth_word = w
        ? (\dut.u_warp_places.u_depth.g_banks.g_last.bank_q[1] ? \dut.u_warp_places.u_depth.g_banks.g_bank[1].memory_q[1] : \dut.u_warp_places.u_depth.g_banks.g_bank[0].memory_q[1] )
        : (\dut.u_warp_places.u_depth.g_banks.g_last.bank_q[0] ? \dut.u_warp_places.u_depth.g_banks.g_bank[1].memory_q[0] : \dut.u_warp_places.u_depth.g_banks.g_bank[0].memory_q[0] );
    stop_pc_word = w
        ? \dut.u_warp_places.u_stop_pc.g_banks.g_bank[0].memory_q[1]
        : \dut.u_warp_places.u_stop_pc.g_banks.g_bank[0].memory_q[0] ;
    streak_word = w
        ? \dut.u_forward_progress.u_streak.g_banks.g_bank[0].memory_q[1]
        : \dut.u_forward_progress.u_streak.g_banks.g_bank[0].memory_q[0] ;
    leader_word = w
        ? \dut.u_forward_progress.u_leader.g_banks.g_bank[0].memory_q[1]
        : \dut.u_forward_progress.u_leader.g_banks.g_bank[0].memory_q[0] ;
  end

  logic same_match, same_control, same_waiting;
  logic is_launched, waited, same_sets, same_request, same_places, same_barrier, same_status, pending;
  assign is_launched = \dut.u_warp_places.launched_q [w];
  assign waited = asks_q ? \dut.u_thread_sets.select_waited_q : \dut.u_thread_sets.served_waited_q ;

  always @* begin
    same_sets = (is_launched ? active_word == 32'(active_q) && alive_word == 32'(alive_q)
            : status_q == IDLE && active_q == '0 && alive_q == '0 && pc_q == '0)
        && \dut.u_thread_sets.some_waiting_q [w] == (waiting_q != '0) && (waiting_q == '0 || waiting_word == 32'(waiting_q))
        && \dut.u_thread_sets.some_syncing_q [w] == (syncing_q != '0) && (syncing_q == '0 || syncing_word == 32'(syncing_q))
        && (\dut.u_thread_sets.redo_holds_q [w] ? redo_word == 32'(redo_q) : redo_q == '0);
    same_request = (!asks_q || \dut.u_thread_sets.select_alive_q == 32'(alive_q))
        && (!asked_q || (\dut.u_thread_sets.served_alive_q == 32'(alive_q)
            && \dut.u_thread_sets.served_eligible_q == 32'(asked_eligible_q)
            && \dut.u_thread_sets.served_active_q == 32'(asked_active_q)
            && \dut.u_thread_sets.served_redo_q == 32'(asked_redo_q) && \dut.u_thread_sets.served_mask_q == asked_pc_q));
    same_match = id_q == next_id_q && cta_q == next_cta_q;
    same_waiting = !\dut.u_thread_sets.control_some_waiting_q
        || (\dut.u_thread_sets.control_waiting_q == 32'(waiting_q)
            && \dut.u_thread_sets.control_barrier_id_q == id_q
            && \dut.u_thread_sets.control_match_q == same_match);
    same_control = \dut.u_thread_sets.control_alive_q == 32'(alive_q)
        && \dut.u_thread_sets.control_left_out_q == ((eligible & ~active_q) != '0)
        && \dut.u_thread_sets.control_some_waiting_q == (waiting_q != '0) && same_waiting
        && \dut.u_thread_sets.control_some_syncing_q == (syncing_q != '0)
        && \dut.u_thread_sets.control_syncing_q == 32'(syncing_q)
        && \dut.u_thread_sets.control_redo_q == 32'(redo_q);
    same_places = (!is_launched || pc_word == pc_q)
        && depth_q == (\dut.u_warp_places.moved_q [w] ? depth_word : 8'd0)
        && \dut.u_warp_status.stop_valid_q [w] == stop_valid_q && (!stop_valid_q || stop_pc_word == stop_pc_q);
    same_barrier = (waiting_q == '0
            || (w ? \dut.u_thread_sets.barrier_id_q[1] : \dut.u_thread_sets.barrier_id_q[0] ) == id_q)
        && (!is_launched || (w ? \dut.u_thread_sets.cta_q[1] : \dut.u_thread_sets.cta_q[0] ) == cta_q);
    same_status = \dut.u_warp_status.ready_q [w] == (status_q == READY)
        && \dut.u_warp_status.miss_q [w] == (status_q == MISS)
        && \dut.u_warp_status.reselect_q [w] == (status_q == RESELECT)
        && \dut.u_warp_status.barrier_q [w] == (status_q == BARRIER)
        && (status_q != RESELECT || (\dut.u_warp_status.table_q [w] == (select_q == TABLE)
            && \dut.u_warp_status.match_q [w] == (select_q == MATCH)))
        && (status_q != BARRIER || \dut.u_warp_status.converged_q [w] == converged_q)
        && \dut.u_warp_status.buffered_one_q [w] == (buffered_q != '0)
        && \dut.u_warp_status.buffered_two_q [w] == (buffered_q == 2'd2);
    // A load's change of W is written a cycle later.
    pending = \dut.u_forward_progress.loaded_q && \dut.u_forward_progress.warp_q == w;
  end

  logic changes, running, merges, asks_or_asked;
  assign changes = \dut.u_forward_progress.dismisses || \dut.u_forward_progress.appoints ;
  assign running = status_q == READY || status_q == FETCH || status_q == MISS || status_q == CONTROL;
  assign merges = (status_q == RESELECT || status_q == SELECTING) && select_q == MERGE;
  assign asks_or_asked = asks_q || asked_q;

  always @* begin
    if (started_q) begin
      invariant_sets: assert (same_sets);
      invariant_request_sets: assert (same_request);
      invariant_left_out: assert ((!running && !(select_q == MATCH && (status_q == RESELECT || status_q == SELECTING)))
          || \dut.u_thread_sets.left_out_q [w] == ((eligible & ~active_q) != '0));
      invariant_nobody_left_out: assert (status_q != BARRIER || !converged_q || !\dut.u_thread_sets.left_out_q [w]);
      invariant_release: assert (waiting_q == '0 || \dut.u_thread_sets.release_match_q [w] == same_match);
      invariant_control: assert (status_q != CONTROL || packeted_q || next_warp_q != w || same_control);
      invariant_released: assert (!asks_or_asked || (waited ? waiting_q != '0 || select_q == MATCH
          || (eligible & ~asked_eligible_q) != '0 : waiting_q == '0));
      invariant_not_released: assert (!asks_or_asked || select_q == MATCH || (waited && waiting_q == '0)
          || eligible == asked_eligible_q);
      invariant_places: assert (same_places);
      invariant_barrier: assert (same_barrier);
      invariant_status: assert (same_status);
      invariant_pending: assert (!pending || asks_q);
      invariant_progress: assert (pending && changes
          ? leading_q == \dut.u_forward_progress.appoints && streak_q == '0
          : leading_q == \dut.u_forward_progress.leading_q [w]
              && streak_q == (\dut.u_forward_progress.counts_q [w] ? 3'(streak_word) : 3'd0));
      invariant_leader: assert (!is_launched || leader_q == (\dut.u_forward_progress.led_q [w] ? leader_word : 5'd31));
      invariant_request: assert (!asks_q || \dut.u_forward_progress.warp_q == w);
      invariant_passed: assert ((!passed_fetch_q || \dut.fetch_last_q != w) && (!passed_select_q || \dut.select_last_q != w));

      // The reference itself
      invariant_buffered: assert (buffered_q != 2'd3 && (status_q != FETCH || buffered_q != '0) && (!fetched_q || status_q == FETCH)
          && (!broken_q || status_q == CONTROL));
      invariant_members: assert (((waiting_q | syncing_q) & ~alive_q) == '0 && (waiting_q & syncing_q) == '0);
      invariant_idle: assert ((status_q != IDLE || alive_q == '0) && (status_q != BARRIER || (eligible == '0 && alive_q != '0)));
      invariant_converged: assert (status_q != BARRIER || !converged_q || (active_q == alive_q && waiting_q == alive_q));
      invariant_selecting: assert ((status_q == SELECTING) == asks_or_asked && !(asks_q && asked_q));
      invariant_asked: assert (!asks_or_asked || (asked_active_q == active_q && asked_redo_q == redo_q && asked_pc_q == pc_q
          && asked_depth_q == depth_q && asked_leader_q == leader_q && asked_eligible_q != '0
          && (select_q == MATCH ? asked_eligible_q == syncing_q : (asked_eligible_q & ~eligible) == '0)));
      invariant_mode: assert (!asks_or_asked || ((mode_q == heddle_pkg::SELECT_MERGE) == (select_q == MERGE)
          && (mode_q == heddle_pkg::SELECT_MATCH) == (select_q == MATCH) && mode_q <= heddle_pkg::SELECT_MATCH
          && (mode_q != heddle_pkg::SELECT_FOLLOW || (leading_q && asked_eligible_q[leader_q[1:0]]))
          && (mode_q != heddle_pkg::SELECT_APPOINT || (leading_q && streak_q == '0))
          && (mode_q != heddle_pkg::SELECT_TABLE || !leading_q)));
      invariant_why: assert (!(status_q == RESELECT || status_q == SELECTING) || (select_q != 2'd3
          && (select_q != TABLE || eligible != '0)
          && (select_q != MERGE || (active_q != '0 && (active_q & ~eligible) == '0))
          && (select_q != MATCH || (active_q != '0 && (active_q & ~syncing_q) == '0))));
      invariant_merges: assert (!asks_or_asked || select_q != MERGE || (active_q & ~asked_eligible_q) == '0);
      invariant_leaders: assert ((leader_q < 5'd4 || leader_q == 5'd31) && streak_q <= 3'(YIELD_AFTER)
          && (!leading_q || leader_q < 5'd4 || (asks_or_asked && mode_q == heddle_pkg::SELECT_APPOINT)));

      // How long T waits
      invariant_run: assert (run_q <= (status_q == CONTROL ? 8'(LONGEST_RUN) : running || merges ? 8'(LONGEST_RUN - 1) : 8'd0));
      invariant_since: assert (since_q <= (running || merges ? run_q
          : (status_q == SELECTING && select_q == TABLE) ? 8'd0 : 8'(LONGEST_RUN)));
      invariant_not_waiting: assert (waits || (waited_q == '0 && phase_q == '0 && since_q == '0));
      invariant_not_asked: assert (!(asks_or_asked && select_q != MATCH && !asked_eligible_q[t]) || waited_q == '0);
      invariant_phase: assert (phase_q <= (leading_q ? 8'(YIELD_FOR) : 8'(YIELD_AFTER)) - 8'd1 + since_q && phase_q <= waited_q);
      invariant_streak: assert (8'(streak_q) >= (phase_q < 8'(YIELD_AFTER) ? phase_q : 8'(YIELD_AFTER)));
      invariant_waited: assert (waited_q <= (asks_or_asked && mode_q == heddle_pkg::SELECT_APPOINT ? rounds + 8'(ROUND)
          : rounds + phase_q + (leading_q ? 8'd0 : 8'(YIELD_FOR + LONGEST_RUN))));
    end
  end

  always @* begin
    appoints: cover (started_q && asked_q && mode_q == heddle_pkg::SELECT_APPOINT && waits && asked_eligible_q[t]);
    released_together: cover (started_q && released && status_q == BARRIER && converged_q);
    released_while_others_run: cover (started_q && released && controlled && eligible != '0 && control_kind_i == heddle_pkg::CONTROL_BARRIER);
    matches_all: cover (started_q && matched && syncing_d == '0 && selected_active_i != active_q);
    again: cover (started_q && chosen && redo_q[t] && selected_active_i[t] && selected_mode_i == heddle_pkg::SELECT_TABLE);
    merged: cover (started_q && chosen && selected_mode_i == heddle_pkg::SELECT_MERGE && selected_active_i != active_q);
    gone: cover (started_q && controlled && status_d == IDLE && stop_valid_q);
  end

endmodule
`default_nettype wire
