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
  logic [heddle_pkg::CTA_BITS-1:0] release_cta, cta_done_cta;
  logic [BARRIER_BITS-1:0] release_id;
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
    .cta_done_valid_o(cta_done_valid),
    .cta_done_cta_o(cta_done_cta),
    .fault_valid_o(fault_valid),
    .fault_o(fault)
  );

  // -----------------------------------------------------------------------------------------------
  // Reference: the threads of CTA C. A warp's threads wait at one barrier, all with a count or none.
  logic [WARPS-1:0] launched_q, mine_q, counted_q;
  logic [2*WARPS-1:0] alive_q, waiting_q;
  logic [BARRIER_BITS*WARPS-1:0] id_q;
  logic running_q;
  logic [2:0] unlaunched_q;  // threads
  logic [10:0] arrived_q[0:BARRIERS-1];
  logic [10:0] expected_q[0:BARRIERS-1];

  function automatic logic [1:0] first(input logic [2:0] count);
    first = (count >= 3'd2) ? 2'b11 : 2'b01;
  endfunction

  function automatic logic [2:0] two_at_most(input logic [2:0] count);
    two_at_most = (count >= 3'd2) ? 3'd2 : count;
  endfunction

  logic launch, control, sync, arrive, leaves;
  logic [2:0] n;
  logic [BARRIER_BITS-1:0] id;
  assign launch = launch_valid_i && launch_cta_i == c;
  assign control = control_valid_i && mine_q[control_warp_i];
  assign sync = control && control_kind_i == heddle_pkg::CONTROL_BARRIER;
  assign arrive = control && control_kind_i == heddle_pkg::CONTROL_ARRIVE;
  assign leaves = control && control_kind_i == heddle_pkg::CONTROL_EXIT;
  assign n = 3'(control_mask_i[0]) + 3'(control_mask_i[1]);
  assign id = control_a_i[BARRIER_BITS-1:0];

  // Threads that wait without a count, and where
  logic uncounted_wait;
  logic [BARRIER_BITS-1:0] uncounted_id;
  always @* begin
    uncounted_wait = 1'b0;
    uncounted_id = '0;
    for (int i = 0; i < WARPS; i++) begin
      if (mine_q[i] && waiting_q[2*i+:2] != 2'b00 && !counted_q[i]) begin
        uncounted_wait = 1'b1;
        uncounted_id = id_q[BARRIER_BITS*i+:BARRIER_BITS];
      end
    end
  end

  // programming_model.md, "Barriers"
  logic misuse, count_misuse, counted_completes;
  always @* begin
    count_misuse = (arrived_q[id] != '0 && expected_q[id] != control_b_i[10:0])
        || 32'(arrived_q[id]) + 32'(n) > control_b_i;
    misuse = (sync || arrive) && (control_a_i >= BARRIERS || control_b_i > 32'd1024
        || (control_b_i == '0 && (arrive || arrived_q[id] != '0 || (uncounted_wait && uncounted_id != id)))
        || (control_b_i != '0 && (count_misuse || (uncounted_wait && uncounted_id == id))));
    counted_completes = (sync || arrive) && !misuse && control_b_i != '0
        && 32'(arrived_q[id]) + 32'(n) == control_b_i;
  end

  logic released;
  assign released = release_valid && release_cta == c;

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      launched_q <= '0;
      mine_q <= '0;
      counted_q <= '0;
      alive_q <= '0;
      waiting_q <= '0;
      id_q <= '0;
      running_q <= 1'b0;
      unlaunched_q <= '0;
      for (int i = 0; i < BARRIERS; i++) arrived_q[i] <= '0;
    end else begin
      for (int i = 0; i < WARPS; i++) begin
        if (released && id_q[BARRIER_BITS*i+:BARRIER_BITS] == release_id) waiting_q[2*i+:2] <= 2'b00;
      end
      if (leaves) alive_q[2*control_warp_i+:2] <= alive_q[2*control_warp_i+:2] & ~control_mask_i;
      if (sync && !misuse) begin
        waiting_q[2*control_warp_i+:2] <= control_mask_i
            | ((released && id_q[BARRIER_BITS*control_warp_i+:BARRIER_BITS] == release_id) ? 2'b00
                : waiting_q[2*control_warp_i+:2]);
        id_q[BARRIER_BITS*control_warp_i+:BARRIER_BITS] <= id;
        counted_q[control_warp_i] <= control_b_i != '0;
      end
      if ((sync || arrive) && !misuse && control_b_i != '0) begin
        arrived_q[id] <= counted_completes ? '0 : arrived_q[id] + 11'(n);
        expected_q[id] <= control_b_i[10:0];
      end
      if (cta_done_valid && cta_done_cta == c) running_q <= 1'b0;
      if (launch_valid_i) begin
        launched_q[launch_warp_i] <= 1'b1;
        mine_q[launch_warp_i] <= launch;
        alive_q[2*launch_warp_i+:2] <= launch ? first(launch_warp_in_cta_i == 5'd0 ? threads : unlaunched_q) : 2'b00;
        waiting_q[2*launch_warp_i+:2] <= 2'b00;
      end
      if (launch && launch_warp_in_cta_i == 5'd0) begin
        running_q <= 1'b1;
        unlaunched_q <= threads - two_at_most(threads);
        for (int i = 0; i < BARRIERS; i++) arrived_q[i] <= '0;
      end else if (launch) unlaunched_q <= unlaunched_q - two_at_most(unlaunched_q);
    end
  end

  logic barrier_instruction_q;
  always_ff @(posedge clk_i) begin
    barrier_instruction_q <= control_valid_i && (control_kind_i == heddle_pkg::CONTROL_BARRIER
        || control_kind_i == heddle_pkg::CONTROL_ARRIVE);
  end

  logic [1:0] own_waiting;  // as a release of the same cycle leaves it
  assign own_waiting = (released && id_q[BARRIER_BITS*control_warp_i+:BARRIER_BITS] == release_id) ? 2'b00
      : waiting_q[2*control_warp_i+:2];

  always @* begin
    assume (threads != 3'd0 && threads <= 3'd4);
    if (started_q) begin
      if (launch_valid_i) assume (alive_q[2*launch_warp_i+:2] == 2'b00);
      if (launch && launch_warp_in_cta_i == 5'd0) assume (!running_q);
      if (launch && launch_warp_in_cta_i != 5'd0) assume (running_q && unlaunched_q != '0);
      // issue.md, operand_collector: nothing follows a barrier instruction in the next cycle.
      if (barrier_instruction_q) assume (!control_valid_i);
      if (control_valid_i) begin
        assume (launched_q[control_warp_i]);
        assume (control_mask_i != 2'b00);
        if (mine_q[control_warp_i]) begin
          assume ((control_mask_i & ~(alive_q[2*control_warp_i+:2] & ~waiting_q[2*control_warp_i+:2])) == 2'b00);
          if (sync && own_waiting != 2'b00) begin
            assume (id_q[BARRIER_BITS*control_warp_i+:BARRIER_BITS] == id);
          end
        end
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // What must come of it, and when
  logic all_wait, all_waited_q, own_q, misuse_q, last_leaves_d, last_leaves_q, done_q, counted_q1, counted_q2;
  logic [BARRIER_BITS-1:0] counted_id_q1, counted_id_q2;
  logic [heddle_pkg::WARP_BITS-1:0] warp_q;
  logic [1:0] mask_q;
  logic [31:0] a_q, next_pc_q;
  logic [2*WARPS-1:0] alive_after;

  always @* begin
    alive_after = alive_q;
    alive_after[2*control_warp_i+:2] = alive_after[2*control_warp_i+:2] & ~control_mask_i;
    last_leaves_d = leaves && alive_after == '0 && unlaunched_q == '0;
    // Dead threads do not wait.
    all_wait = running_q && unlaunched_q == '0 && alive_q != '0 && alive_q == waiting_q && uncounted_wait;
    for (int i = 0; i < WARPS; i++) begin
      if (alive_q[2*i+:2] != 2'b00 && (counted_q[i] || id_q[BARRIER_BITS*i+:BARRIER_BITS] != uncounted_id)) begin
        all_wait = 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      misuse_q <= 1'b0;
      all_waited_q <= 1'b0;
      last_leaves_q <= 1'b0;
      done_q <= 1'b0;
      counted_q1 <= 1'b0;
      counted_q2 <= 1'b0;
    end else begin
      misuse_q <= misuse;
      all_waited_q <= all_wait;
      last_leaves_q <= last_leaves_d;
      done_q <= last_leaves_q;
      counted_q1 <= counted_completes;
      counted_q2 <= counted_q1;
    end
    counted_id_q1 <= id;
    counted_id_q2 <= counted_id_q1;
    own_q <= started_q && !start_i && control;
    warp_q <= control_warp_i;
    mask_q <= control_mask_i;
    a_q <= control_a_i;
    next_pc_q <= control_next_pc_i;
  end

  // Every thread waits: visible in the cycle before the release and in that of the release.
  logic waited_before_q;
  always_ff @(posedge clk_i) waited_before_q <= started_q && !start_i && all_waited_q;

  always @* begin
    if (started_q) begin
      no_early_release: assert (!released || (all_waited_q && all_wait && release_id == uncounted_id)
          || (counted_q2 && release_id == counted_id_q2));
      no_missed_release: assert (!(all_waited_q && !waited_before_q) || (released && release_id == uncounted_id));
      no_missed_counted_release: assert (!counted_q2 || (released && release_id == counted_id_q2));
      nobody_waits_on: assert (!(all_wait && all_waited_q && waited_before_q));
      done_when_the_last_leaves: assert ((cta_done_valid && cta_done_cta == c) == done_q);
      fault_for_a_misuse: assert (!misuse_q || (fault_valid && fault.warp == warp_q && fault.mask == 32'(mask_q)
          && fault.address == a_q && fault.pc == next_pc_q - 32'd4 && fault.cause == heddle_pkg::CAUSE_BARRIER));
      fault_only_for_a_misuse: assert (misuse_q || !fault_valid || !own_q);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // In the RTL's registers, which an event reaches a cycle later
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
  (* hierconn *) wire [0:0] \dut.cta_q ;
  (* hierconn *) wire \dut.exit_q ;
  (* hierconn *) wire \dut.sync_q ;
  (* hierconn *) wire \dut.arrive_q ;
  (* hierconn *) wire [5:0] \dut.threads_q ;
  (* hierconn *) wire [31:0] \dut.a_q ;
  (* hierconn *) wire [31:0] \dut.b_q ;

  logic [10:0] alive, arrived;
  logic wait_id;
  logic [1:0] counting;
  logic [21:0] entries[0:1];
  assign alive = c[0] ? \dut.alive_q[1] : \dut.alive_q[0] ;
  assign arrived = c[0] ? \dut.arrived_q[1] : \dut.arrived_q[0] ;
  assign wait_id = c[0] ? \dut.id_q[1] : \dut.id_q[0] ;
  assign counting = c[0] ? \dut.u_barrier_counts.counting_q [3:2] : \dut.u_barrier_counts.counting_q [1:0];
  assign entries[0] = c[0] ? \dut.u_barrier_counts.entries[2] : \dut.u_barrier_counts.entries[0] ;
  assign entries[1] = c[0] ? \dut.u_barrier_counts.entries[3] : \dut.u_barrier_counts.entries[1] ;
  logic [3:0] cta_of_warp;
  assign cta_of_warp = {\dut.cta_table[3] , \dut.cta_table[2] , \dut.cta_table[1] , \dut.cta_table[0] };

  // The reference before the last event, and that event
  logic leaves_q, sync_q, arrive_q, waits_q;
  logic [2:0] n_q;
  logic [31:0] b_q;
  logic [10:0] arrived_before_q[0:1];
  logic [10:0] expected_before_q[0:1];
  always_ff @(posedge clk_i) begin
    leaves_q <= started_q && !start_i && leaves;
    sync_q <= started_q && !start_i && sync;
    arrive_q <= started_q && !start_i && arrive;
    waits_q <= started_q && !start_i && sync && !misuse && control_b_i == '0;
    n_q <= n;
    b_q <= control_b_i;
    for (int i = 0; i < BARRIERS; i++) begin
      arrived_before_q[i] <= (launch && launch_warp_in_cta_i == 5'd0) ? '0 : arrived_q[i];
      expected_before_q[i] <= expected_q[i];
    end
  end

  logic [3:0] alive_threads, waiting_threads;
  always @* begin
    alive_threads = 4'(unlaunched_q);
    waiting_threads = 4'd0;
    for (int i = 0; i < WARPS; i++) begin
      for (int k = 0; k < 2; k++) begin
        alive_threads = alive_threads + 4'(mine_q[i] && alive_q[2*i+k]);
        waiting_threads = waiting_threads + 4'(mine_q[i] && waiting_q[2*i+k] && !counted_q[i]);
      end
    end
  end

  always @* begin
    if (started_q) begin
      invariant_alive: assert (!running_q || alive == 11'(alive_threads) + (leaves_q ? 11'(n_q) : 11'd0));
      invariant_arrived: assert (!running_q || 11'(waiting_threads)
          == (all_waited_q ? 11'(waiting_threads) : arrived + (waits_q ? 11'(n_q) : 11'd0)));
      invariant_none_left: assert (!running_q || !all_waited_q || arrived == '0);
      invariant_id: assert (!running_q || arrived == '0 || wait_id == uncounted_id);
      invariant_four: assert (alive_threads <= 4'd4);
      invariant_alive_if_running: assert (running_q || alive_threads == 4'd0);
      invariant_runs_while_alive: assert (!running_q || alive_threads != 4'd0 || last_leaves_q || done_q);
      invariant_waiters_live: assert ((waiting_q & ~alive_q) == '0);
      invariant_warps: assert (warps_agree);
      invariant_counts: assert (!running_q || counts_agree);
      invariant_event: assert (!own_q || (running_q && \dut.cta_q == c && \dut.threads_q == 6'(n_q)
          && \dut.a_q == a_q && \dut.b_q == b_q && \dut.exit_q == leaves_q && \dut.sync_q == sync_q
          && \dut.arrive_q == arrive_q));
      invariant_no_event: assert (own_q || (!leaves_q && !sync_q && !arrive_q && !waits_q
          && (!(\dut.exit_q || \dut.sync_q || \dut.arrive_q ) || \dut.cta_q != c)));
    end
  end

  logic warps_agree, counts_agree;
  always @* begin
    warps_agree = 1'b1;
    counts_agree = 1'b1;
    for (int i = 0; i < WARPS; i++) begin
      if (!mine_q[i] && alive_q[2*i+:2] != 2'b00) warps_agree = 1'b0;
      if (mine_q[i] && (cta_of_warp[i] != c || !launched_q[i])) warps_agree = 1'b0;
      if (waiting_q[2*i+:2] != 2'b00 && !counted_q[i] && id_q[i] != uncounted_id) warps_agree = 1'b0;
    end
    for (int i = 0; i < BARRIERS; i++) begin
      if (counting[i] != (arrived_before_q[i] != '0)) counts_agree = 1'b0;
      if (counting[i] && entries[i] != {expected_before_q[i], arrived_before_q[i]}) counts_agree = 1'b0;
    end
  end

  always @* begin
    four_wait: cover (started_q && released && alive_q == waiting_q && mine_q == '1
        && (alive_q[0] ^ alive_q[1]) && (alive_q[2] ^ alive_q[3]));
    exit_completes: cover (started_q && released && all_waited_q && alive_q[1:0] == 2'b01 && threads == 3'd4);
    three_arrive: cover (started_q && counted_q2 && control_b_i == 32'd3 && counted_q != '0);
    next_cta: cover (started_q && running_q && launched_q == '1 && alive_q != '0 && mine_q != '1);
  end

endmodule
`default_nettype wire
