// Status of every warp, as one bit a status in vectors over the warps: READY, MISS, RESELECT and
// BARRIER, what comes with them, and `buffered` in unary. In the other statuses (IDLE, FETCH,
// CONTROL, SELECTING) a warp only waits for its event, so no bit stands for them. A warp has at
// most one event of response, control, select result and launch in a cycle.
`default_nettype none
module warp_status (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From warp_control: a warp fetches
  input logic fetch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] fetch_warp_i,

  // From warp_control: what came back
  input logic response_hit_i,
  input logic response_miss_i,
  input logic [heddle_pkg::WARP_BITS-1:0] response_warp_i,
  input logic response_control_i,  // a control-flow instruction
  input logic response_merges_i,   // the warp's next PC is its stop PC
  input logic refilling_i,

  // From warp_scheduler (event)
  input logic pick_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] pick_warp_i,

  // From control_outcome
  input logic [heddle_pkg::WARP_BITS-1:0] control_warp_i,
  input logic control_ready_i,
  input logic control_reselect_i,
  input logic control_match_i,
  input logic control_barrier_i,
  input logic control_converged_i,

  // From warp_control: warps of which a barrier releases threads
  input logic [heddle_pkg::WARPS-1:0] released_i,

  // From warp_control: the select request loads
  input logic load_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] load_warp_i,

  // From reconvergence and dispatcher (events)
  input logic selected_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] selected_warp_i,
  input logic selected_stop_valid_i,
  input logic matched_valid_i,  // the result of a MATCH
  input logic matched_barrier_i,  // after it no thread of the warp is eligible
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,

  // To warp_control
  output logic [heddle_pkg::WARPS-1:0] may_fetch_o,
  output logic [heddle_pkg::WARPS-1:0] reselect_o,
  output logic [heddle_pkg::WARPS-1:0] table_o,  // of a warp in RESELECT
  output logic [heddle_pkg::WARPS-1:0] match_o,  // of a warp in RESELECT
  output logic [heddle_pkg::WARPS-1:0] stop_valid_o,

  // To stall_monitor
  output logic [heddle_pkg::WARPS-1:0] fetching_o,  // `buffered` is not 0, or READY
  output logic [heddle_pkg::WARPS-1:0] missing_o,
  output logic [heddle_pkg::WARPS-1:0] barrier_o
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam logic [WARPS-1:0] ONE = WARPS'(1);

  logic [WARPS-1:0] ready_d, ready_q, miss_d, miss_q;
  logic [WARPS-1:0] reselect_d, reselect_q, barrier_d, barrier_q;
  logic [WARPS-1:0] table_d, table_q, match_d, match_q, converged_d, converged_q;
  logic [WARPS-1:0] stop_valid_d, stop_valid_q;
  // `buffered`: at least one, two
  logic [WARPS-1:0] buffered_one_d, buffered_one_q, buffered_two_d, buffered_two_q;
  logic [WARPS-1:0] fetch_bit, miss_bit, pick_bit, response_bit, control_bit, load_bit;
  logic [WARPS-1:0] selected_bit, launch_bit, released_barrier, matched_bit, again;

  assign fetch_bit = fetch_valid_i ? ONE << fetch_warp_i : '0;
  assign response_bit = (response_hit_i || response_miss_i) ? ONE << response_warp_i : '0;
  assign miss_bit = response_miss_i ? response_bit : '0;
  assign pick_bit = pick_valid_i ? ONE << pick_warp_i : '0;
  assign control_bit = ONE << control_warp_i;
  assign load_bit = load_valid_i ? ONE << load_warp_i : '0;
  assign selected_bit = selected_valid_i ? ONE << selected_warp_i : '0;
  assign launch_bit = launch_valid_i ? ONE << launch_warp_i : '0;
  assign released_barrier = released_i & barrier_q;  // a warp that is in BARRIER goes on

  always_comb begin : next_status
    ready_d = ready_q & ~fetch_bit;
    miss_d = miss_q;
    reselect_d = reselect_q & ~load_bit;
    barrier_d = barrier_q & ~released_barrier;
    table_d = table_q;
    match_d = match_q;
    converged_d = converged_q;
    stop_valid_d = stop_valid_q;

    if (!refilling_i) begin
      ready_d = ready_d | miss_q;
      miss_d = '0;
    end
    miss_d = miss_d | miss_bit;

    if (response_hit_i && !response_control_i) begin
      if (response_merges_i) begin
        reselect_d = reselect_d | response_bit;
        table_d = table_d & ~response_bit;
        match_d = match_d & ~response_bit;
      end else begin
        ready_d = ready_d | response_bit;
      end
    end

    if (control_ready_i) ready_d = ready_d | control_bit;
    if (control_reselect_i) begin
      reselect_d = reselect_d | control_bit;
      table_d = control_match_i ? table_d & ~control_bit : table_d | control_bit;
      match_d = control_match_i ? match_d | control_bit : match_d & ~control_bit;
    end
    if (control_barrier_i) begin
      barrier_d = barrier_d | control_bit;
      converged_d = control_converged_i ? converged_d | control_bit : converged_d & ~control_bit;
    end

    matched_bit = matched_valid_i ? selected_bit : '0;
    if (matched_barrier_i) begin
      barrier_d = barrier_d | matched_bit;
      converged_d = converged_d & ~matched_bit;
    end
    again = released_barrier & ~converged_q;
    if (!matched_barrier_i) again = again | matched_bit;

    ready_d = ready_d | (released_barrier & converged_q) | (selected_bit & ~matched_bit)
        | launch_bit;
    reselect_d = reselect_d | again;
    table_d = table_d | again;
    match_d = match_d & ~again;
    if (selected_stop_valid_i) stop_valid_d = stop_valid_d | (selected_bit & ~matched_bit);
    else stop_valid_d = stop_valid_d & ~(selected_bit & ~matched_bit);
    stop_valid_d = stop_valid_d & ~launch_bit;
    converged_d = converged_d & ~launch_bit;
  end

  // A warp loses an entry with a miss and with a pick, also both in one cycle.
  logic [WARPS-1:0] one_after_miss, two_after_miss, one_after_pick, two_after_pick;

  assign one_after_miss = (buffered_one_q & ~miss_bit) | buffered_two_q;
  assign two_after_miss = buffered_two_q & ~miss_bit;
  assign one_after_pick = (one_after_miss & ~pick_bit) | two_after_miss;
  assign two_after_pick = two_after_miss & ~pick_bit;
  assign buffered_two_d = two_after_pick | (one_after_pick & fetch_bit);
  assign buffered_one_d = one_after_pick | fetch_bit;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ready_q <= '0;
      miss_q <= '0;
      reselect_q <= '0;
      barrier_q <= '0;
      table_q <= '0;
      match_q <= '0;
      converged_q <= '0;
      stop_valid_q <= '0;
      buffered_one_q <= '0;
      buffered_two_q <= '0;
    end else if (start_i) begin
      ready_q <= '0;
      miss_q <= '0;
      reselect_q <= '0;
      barrier_q <= '0;
      table_q <= '0;
      match_q <= '0;
      converged_q <= '0;
      stop_valid_q <= '0;
      buffered_one_q <= '0;
      buffered_two_q <= '0;
    end else begin
      ready_q <= ready_d;
      miss_q <= miss_d;
      reselect_q <= reselect_d;
      barrier_q <= barrier_d;
      table_q <= table_d;
      match_q <= match_d;
      converged_q <= converged_d;
      stop_valid_q <= stop_valid_d;
      buffered_one_q <= buffered_one_d;
      buffered_two_q <= buffered_two_d;
    end
  end

  assign may_fetch_o = ready_q & ~buffered_two_q;
  assign reselect_o = reselect_q;
  assign table_o = table_q;
  assign match_o = match_q;
  assign stop_valid_o = stop_valid_q;
  assign fetching_o = ready_q | buffered_one_q | buffered_two_q;
  assign missing_o = miss_q;
  assign barrier_o = barrier_q;

endmodule
`default_nettype wire
