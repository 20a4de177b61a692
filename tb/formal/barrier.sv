// device/barrier: the threads of a CTA, one by one. A barrier without a count releases exactly when every living thread of
// the CTA waits at it, those counted in that have not been launched yet; one with a count exactly when that many threads
// have arrived; a CTA is done exactly when its last thread has left; and a misuse is a fault.
//
// For any CTA slot C of two, four warps of up to two threads, CTAs of up to four threads, two barriers. Other CTAs' events
// are as they like. Assumed: launches are the dispatcher's, control events come from threads that live and do not wait, and
// the rule on barriers of one warp's threads (warp_control's) is kept.
`default_nettype none
module barrier_proof (
  input logic clk_i,
  input logic start_i,
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [4:0] launch_warp_in_cta_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,
  input logic control_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] control_warp_i,
  input logic [2:0] control_kind_i,
  input logic [1:0] control_mask_i,
  input logic [31:0] control_next_pc_i,
  input logic [31:0] control_a_i,
  input logic [31:0] control_b_i
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned BARRIERS = heddle_pkg::BARRIERS;
  localparam int unsigned BARRIER_BITS = heddle_pkg::BARRIER_BITS;

  logic started_q, release_valid, cta_done_valid, fault_valid;
  logic [heddle_pkg::CTA_BITS-1:0] release_cta, release_next_cta, next_cta_q, cta_done_cta;
  logic [BARRIER_BITS-1:0] release_id, release_next_id, next_id_q;
  heddle_pkg::fault_t fault;
  (* anyconst *) logic [heddle_pkg::CTA_BITS-1:0] c;
  (* anyconst *) logic [2:0] threads;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  barrier dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .threads_i(32'(threads)),
    .launch_valid_i,
    .launch_warp_i,
    .launch_warp_in_cta_i,
    .launch_cta_i,
    .control_valid_i,
    .control_warp_i,
    .control_kind_i,
    .control_mask_i(32'(control_mask_i)),
    .control_next_pc_i,
    .control_a_i,
    .control_b_i,
    .release_valid_o(release_valid),
    .release_cta_o(release_cta),
    .release_id_o(release_id),
    .release_next_cta_o(release_next_cta),
    .release_next_id_o(release_next_id),
    .cta_done_valid_o(cta_done_valid),
    .cta_done_cta_o(cta_done_cta),
    .fault_valid_o(fault_valid),
    .fault_o(fault)
  );

  // -----------------------------------------------------------------------------------------------
  // The event of the cycle before, which is settled now
  logic event_q;
  logic [heddle_pkg::WARP_BITS-1:0] warp_q;
  logic [2:0] kind_q;
  logic [1:0] mask_q;
  logic [31:0] next_pc_q, a_q, b_q;

  always_ff @(posedge clk_i) begin
    event_q <= started_q && !start_i && control_valid_i;
    warp_q <= control_warp_i;
    kind_q <= control_kind_i;
    mask_q <= control_mask_i;
    next_pc_q <= control_next_pc_i;
    a_q <= control_a_i;
    next_cta_q <= release_next_cta;
    next_id_q <= release_next_id;
    b_q <= control_b_i;
  end

  // -----------------------------------------------------------------------------------------------
  // Reference: the threads of CTA C. A warp's threads wait at one barrier, all with a count or none.
  logic [WARPS-1:0] launched_q, mine_q, counted_q;
  logic [2*WARPS-1:0] alive_q, waiting_q;
  logic [BARRIER_BITS*WARPS-1:0] id_q;
  logic running_q;
  logic [2:0] unlaunched_q;  // threads
  logic [10:0] arrived_q[0:BARRIERS-1];
  logic [10:0] expected_q[0:BARRIERS-1];

  function automatic logic [2:0] two_at_most(input logic [2:0] count);
    two_at_most = (count >= 3'd2) ? 3'd2 : count;
  endfunction

  logic launch, launch_first, own, sync, arrive, leaves, released;
  logic [2:0] n, launched_threads;
  logic [BARRIER_BITS-1:0] id;
  assign launch = launch_valid_i && launch_cta_i == c;
  assign launch_first = launch && launch_warp_in_cta_i == 5'd0;
  assign launched_threads = two_at_most(launch_first ? threads : unlaunched_q);
  assign own = event_q && mine_q[warp_q];
  assign sync = own && kind_q == heddle_pkg::CONTROL_BARRIER;
  assign arrive = own && kind_q == heddle_pkg::CONTROL_ARRIVE;
  assign leaves = own && kind_q == heddle_pkg::CONTROL_EXIT;
  assign n = 3'(mask_q[0]) + 3'(mask_q[1]);
  assign id = a_q[BARRIER_BITS-1:0];
  assign released = release_valid && release_cta == c;

  // Threads that wait without a count, and where
  logic uncounted_wait, all_wait;
  logic [BARRIER_BITS-1:0] uncounted_id;
  always @* begin
    uncounted_wait = 1'b0;
    uncounted_id = '0;
    all_wait = unlaunched_q == '0;
    for (int i = 0; i < WARPS; i++) begin
      if (waiting_q[2*i+:2] != 2'b00 && !counted_q[i]) begin
        uncounted_wait = 1'b1;
        uncounted_id = id_q[BARRIER_BITS*i+:BARRIER_BITS];
      end
    end
    for (int i = 0; i < WARPS; i++) begin
      if (alive_q[2*i+:2] != waiting_q[2*i+:2] || (alive_q[2*i+:2] != 2'b00
          && (counted_q[i] || id_q[BARRIER_BITS*i+:BARRIER_BITS] != uncounted_id))) begin
        all_wait = 1'b0;
      end
    end
    if (alive_q == '0) all_wait = 1'b0;
  end

  // programming_model.md, "Barriers"
  logic counts, count_misuse, misuse, completes;
  always @* begin
    counts = b_q != '0;
    count_misuse = (arrived_q[id] != '0 && 32'(expected_q[id]) != b_q) || 32'(arrived_q[id]) + 32'(n) > b_q;
    misuse = (sync || arrive) && (a_q >= BARRIERS || b_q > 32'd1024
        || (!counts && (arrive || arrived_q[id] != '0 || (uncounted_wait && uncounted_id != id)))
        || (counts && (count_misuse || (uncounted_wait && uncounted_id == id))));
    completes = (sync || arrive) && !misuse && counts && 32'(arrived_q[id]) + 32'(n) == b_q;
  end

  logic [2*WARPS-1:0] alive_after;
  logic last_leaves, completes_q, last_leaves_q;
  logic [BARRIER_BITS-1:0] completed_id_q;
  always @* begin
    alive_after = alive_q;
    alive_after[2*warp_q+:2] = alive_after[2*warp_q+:2] & ~mask_q;
    last_leaves = leaves && alive_after == '0 && unlaunched_q == '0;
  end

  always_ff @(posedge clk_i) begin
    completed_id_q <= id;
    if (!started_q || start_i) begin
      launched_q <= '0;
      mine_q <= '0;
      counted_q <= '0;
      alive_q <= '0;
      waiting_q <= '0;
      id_q <= '0;
      running_q <= 1'b0;
      unlaunched_q <= '0;
      completes_q <= 1'b0;
      last_leaves_q <= 1'b0;
      for (int i = 0; i < BARRIERS; i++) arrived_q[i] <= '0;
    end else begin
      completes_q <= completes;
      last_leaves_q <= last_leaves;
      for (int i = 0; i < WARPS; i++) begin
        if (released && id_q[BARRIER_BITS*i+:BARRIER_BITS] == release_id) waiting_q[2*i+:2] <= 2'b00;
      end
      if (leaves) alive_q <= alive_after;
      if (sync && !misuse) begin
        waiting_q[2*warp_q+:2] <= waiting_q[2*warp_q+:2] | mask_q;
        id_q[BARRIER_BITS*warp_q+:BARRIER_BITS] <= id;
        counted_q[warp_q] <= counts;
      end
      if ((sync || arrive) && !misuse && counts) begin
        arrived_q[id] <= completes ? '0 : arrived_q[id] + 11'(n);
        expected_q[id] <= b_q[10:0];
      end
      if (last_leaves_q) running_q <= 1'b0;
      if (launch_valid_i) begin
        launched_q[launch_warp_i] <= 1'b1;
        mine_q[launch_warp_i] <= launch;
        alive_q[2*launch_warp_i+:2] <= !launch ? 2'b00 : (launched_threads == 3'd2) ? 2'b11 : 2'b01;
        waiting_q[2*launch_warp_i+:2] <= 2'b00;
      end
      if (launch_first) begin
        running_q <= 1'b1;
        for (int i = 0; i < BARRIERS; i++) arrived_q[i] <= '0;
      end
      if (launch) unlaunched_q <= (launch_first ? threads : unlaunched_q) - launched_threads;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // What may come
  logic [1:0] own_waiting;
  assign own_waiting = waiting_q[2*control_warp_i+:2];

  always @* begin
    assume (threads != 3'd0 && threads <= 3'd4);
    if (started_q) begin
      if (launch_valid_i) assume (alive_q[2*launch_warp_i+:2] == 2'b00);
      // Who is launched is not alive, in another CTA either.
      if (launch_valid_i) assume (!control_valid_i || control_warp_i != launch_warp_i);
      if (launch_valid_i) assume (!event_q || warp_q != launch_warp_i);
      if (launch_first) assume (!running_q);
      if (launch && !launch_first) assume (running_q && unlaunched_q != '0);
      if (control_valid_i) begin
        assume (launched_q[control_warp_i]);
        assume (control_mask_i != 2'b00);
        // A warp's next instruction comes when it knows what this one did.
        assume (!event_q || warp_q != control_warp_i);
        // issue.md, operand_collector: nothing follows a barrier instruction in the next cycle.
        assume (!event_q || (kind_q != heddle_pkg::CONTROL_BARRIER && kind_q != heddle_pkg::CONTROL_ARRIVE));
        if (mine_q[control_warp_i]) begin
          assume ((control_mask_i & ~(alive_q[2*control_warp_i+:2] & ~own_waiting)) == 2'b00);
          // The rule on barriers of one warp: warp_control's
          if (own_waiting != 2'b00 && control_kind_i == heddle_pkg::CONTROL_BARRIER
              && !(released && id_q[BARRIER_BITS*control_warp_i+:BARRIER_BITS] == release_id)) begin
            assume (id_q[BARRIER_BITS*control_warp_i+:BARRIER_BITS] == control_a_i[BARRIER_BITS-1:0]);
          end
        end
      end
    end
  end

  always @* begin
    if (started_q) begin
      release_is_said_ahead: assert (!release_valid || (release_cta == next_cta_q && release_id == next_id_q));
      no_early_release: assert (!released || (all_wait && release_id == uncounted_id)
          || (completes_q && release_id == completed_id_q));
      // One that comes to a barrier does not meet the release of those before.
      no_release_on_arrival: assert (!released || !sync || id != release_id);
      no_missed_release: assert (!all_wait || (released && release_id == uncounted_id));
      no_missed_counted_release: assert (!completes_q || (released && release_id == completed_id_q));
      done_when_the_last_leaves: assert ((cta_done_valid && cta_done_cta == c) == last_leaves_q);
      fault_for_a_misuse: assert (!own || fault_valid == misuse);
      what_faulted: assert (!(own && misuse) || (fault.warp == warp_q && fault.mask == 32'(mask_q)
          && fault.address == a_q && fault.pc == next_pc_q - 32'd4 && fault.cause == heddle_pkg::CAUSE_BARRIER));
      no_fault_without_an_event: assert (event_q || !fault_valid);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // In the RTL's registers
  (* hierconn *) wire [10:0] \dut.alive_q[0] ;
  (* hierconn *) wire [10:0] \dut.alive_q[1] ;
  (* hierconn *) wire [10:0] \dut.arrived_q[0] ;
  (* hierconn *) wire [10:0] \dut.arrived_q[1] ;
  (* hierconn *) wire [0:0] \dut.id_q[0] ;
  (* hierconn *) wire [0:0] \dut.id_q[1] ;
  (* hierconn *) wire [0:0] \dut.cta_table[0] ;
  (* hierconn *) wire [0:0] \dut.cta_table[1] ;
  (* hierconn *) wire [0:0] \dut.cta_table[2] ;
  (* hierconn *) wire [0:0] \dut.cta_table[3] ;
  (* hierconn *) wire [3:0] \dut.u_barrier_counts.counting_q ;
  (* hierconn *) wire [21:0] \dut.u_barrier_counts.entries[0] ;
  (* hierconn *) wire [21:0] \dut.u_barrier_counts.entries[1] ;
  (* hierconn *) wire [21:0] \dut.u_barrier_counts.entries[2] ;
  (* hierconn *) wire [21:0] \dut.u_barrier_counts.entries[3] ;
  (* hierconn *) wire [1:0] \dut.u_barrier_counts.index_q ;
  (* hierconn *) wire \dut.u_barrier_counts.counting_o ;
  (* hierconn *) wire [10:0] \dut.u_barrier_counts.expected_q ;
  (* hierconn *) wire [10:0] \dut.u_barrier_counts.counted_q ;
  (* hierconn *) wire [10:0] \dut.u_barrier_counts.asked_q ;
  (* hierconn *) wire [11:0] \dut.u_barrier_counts.room_q ;
  (* hierconn *) wire [5:0] \dut.u_barrier_counts.threads_q ;
  (* hierconn *) wire [0:0] \dut.cta_q ;
  (* hierconn *) wire \dut.exit_q ;
  (* hierconn *) wire \dut.sync_q ;
  (* hierconn *) wire \dut.arrive_q ;
  (* hierconn *) wire [5:0] \dut.threads_q ;
  (* hierconn *) wire [31:0] \dut.a_q ;
  (* hierconn *) wire [31:0] \dut.b_q ;
  (* hierconn *) wire [1:0] \dut.warp_q ;

  logic [10:0] alive, arrived;
  logic wait_id;
  logic [1:0] counting;
  logic [21:0] entries[0:1];
  logic [3:0] cta_of_warp;
  assign alive = c[0] ? \dut.alive_q[1] : \dut.alive_q[0] ;
  assign arrived = c[0] ? \dut.arrived_q[1] : \dut.arrived_q[0] ;
  assign wait_id = c[0] ? \dut.id_q[1] : \dut.id_q[0] ;
  assign counting = c[0] ? \dut.u_barrier_counts.counting_q [3:2] : \dut.u_barrier_counts.counting_q [1:0];
  assign entries[0] = c[0] ? \dut.u_barrier_counts.entries[2] : \dut.u_barrier_counts.entries[0] ;
  assign entries[1] = c[0] ? \dut.u_barrier_counts.entries[3] : \dut.u_barrier_counts.entries[1] ;
  assign cta_of_warp = {\dut.cta_table[3] , \dut.cta_table[2] , \dut.cta_table[1] , \dut.cta_table[0] };

  // What barrier_counts has read for the event
  logic [87:0] all_entries;
  logic [21:0] read_entry;
  assign all_entries = {\dut.u_barrier_counts.entries[3] , \dut.u_barrier_counts.entries[2] ,
      \dut.u_barrier_counts.entries[1] , \dut.u_barrier_counts.entries[0] };
  assign read_entry = all_entries[22*\dut.u_barrier_counts.index_q +:22];

  logic [3:0] alive_threads, waiting_threads;
  logic warps_agree, counts_agree;
  always @* begin
    alive_threads = 4'(unlaunched_q);
    waiting_threads = 4'd0;
    warps_agree = 1'b1;
    counts_agree = 1'b1;
    for (int i = 0; i < WARPS; i++) begin
      for (int k = 0; k < 2; k++) begin
        alive_threads = alive_threads + 4'(alive_q[2*i+k]);
        waiting_threads = waiting_threads + 4'(waiting_q[2*i+k] && !counted_q[i]);
      end
      if (!mine_q[i] && alive_q[2*i+:2] != 2'b00) warps_agree = 1'b0;
      if (mine_q[i] && !launched_q[i]) warps_agree = 1'b0;
      if (launched_q[i] && mine_q[i] != (cta_of_warp[i] == c)) warps_agree = 1'b0;
      if (waiting_q[2*i+:2] != 2'b00 && !counted_q[i] && id_q[i] != uncounted_id) warps_agree = 1'b0;
      if (waiting_q[2*i+:2] != 2'b00 && counted_q[i] && arrived_q[id_q[i]] == '0
          && !(completes_q && completed_id_q == id_q[i])) begin
        warps_agree = 1'b0;
      end
    end
    for (int i = 0; i < BARRIERS; i++) begin
      if (counting[i] != (arrived_q[i] != '0)) counts_agree = 1'b0;
      if (counting[i] && entries[i] != {expected_q[i], arrived_q[i]}) counts_agree = 1'b0;
    end
  end

  always @* begin
    if (started_q) begin
      invariant_alive: assert (!running_q || alive == 11'(alive_threads));
      invariant_arrived: assert (!running_q || arrived == (all_wait ? 11'd0 : 11'(waiting_threads)));
      invariant_id: assert (arrived == '0 || !running_q || wait_id == uncounted_id);
      invariant_four: assert (alive_threads <= 4'd4);
      invariant_runs: assert (running_q == (alive_threads != '0 || last_leaves_q));
      invariant_waiters_live: assert ((waiting_q & ~alive_q) == '0);
      invariant_warps: assert (warps_agree);
      invariant_counts: assert (!running_q || counts_agree);
      invariant_gone: assert (!last_leaves_q || alive_threads == '0);
      invariant_gap: assert (!completes_q || (!event_q && !all_wait
          && !(uncounted_wait && uncounted_id == completed_id_q)));
      invariant_all_wait: assert (!all_wait || !own);
      invariant_event: assert (!event_q || (\dut.warp_q == warp_q && (\dut.cta_q == c) == mine_q[warp_q]
          && \dut.threads_q == 6'(n) && \dut.a_q == a_q && \dut.b_q == b_q && launched_q[warp_q]
          && mask_q != 2'b00));
      invariant_read: assert (!own || (\dut.u_barrier_counts.counting_o
              == \dut.u_barrier_counts.counting_q [\dut.u_barrier_counts.index_q ]
          && (!\dut.u_barrier_counts.counting_o
              || read_entry == {\dut.u_barrier_counts.expected_q , \dut.u_barrier_counts.counted_q })));
      invariant_asked: assert (!event_q || (\dut.u_barrier_counts.index_q == {\dut.cta_q , id}
          && \dut.u_barrier_counts.asked_q == b_q[10:0] && \dut.u_barrier_counts.threads_q == 6'(n)
          && \dut.u_barrier_counts.room_q == {1'b0, b_q[10:0]} - 12'(n)));
      invariant_eligible: assert (!own || (mask_q & ~(alive_q[2*warp_q+:2] & ~waiting_q[2*warp_q+:2])) == 2'b00);
      invariant_one_barrier: assert (!sync || waiting_q[2*warp_q+:2] == 2'b00 || id_q[warp_q] == id);
      invariant_kind: assert (\dut.exit_q == (event_q && kind_q == heddle_pkg::CONTROL_EXIT)
          && \dut.sync_q == (event_q && kind_q == heddle_pkg::CONTROL_BARRIER)
          && \dut.arrive_q == (event_q && kind_q == heddle_pkg::CONTROL_ARRIVE));
    end
  end

  always @* begin
    four_wait: cover (started_q && released && all_wait && mine_q == '1
        && (alive_q[0] ^ alive_q[1]) && (alive_q[2] ^ alive_q[3]));
    exit_completes: cover (started_q && released && all_wait && alive_q[1:0] == 2'b01 && threads == 3'd4);
    three_arrive: cover (started_q && completes_q && b_q == 32'd3 && counted_q != '0);
    next_cta: cover (started_q && running_q && launched_q == '1 && alive_q != '0 && mine_q != '1);
  end

endmodule
`default_nettype wire
