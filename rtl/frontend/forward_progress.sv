// Sees to it that no thread waits for ever behind a group that is deeper or earlier: counts, for
// every warp, the instructions during which an eligible thread was left out or a leader was
// followed (`streak`), and says
// how the next group is to be chosen (programming_model.md, "Forward progress").
//
// The mode of a select request is made from registers that load with the request, so that the
// leader's bit needs no time behind the choice of the warp. What the choice changes in the warp is
// written a cycle after the load; nothing else looks at it or changes it before the result.
`default_nettype none
module forward_progress (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From warp_control: an instruction was fetched
  input logic fetched_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] fetched_warp_i,
  input logic fetched_left_out_i,  // an eligible thread is outside the group

  // From warp_control: the select request loads
  input logic load_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] load_warp_i,
  input logic load_table_i,  // TABLE: the mode is chosen here
  input logic load_match_i,  // MATCH; else MERGE

  // From warp_control: the request's eligible threads, from the cycle after the load
  input logic [31:0] request_eligible_i,

  // To reconvergence, from the cycle after the load
  output logic [2:0] request_mode_o,
  output logic [4:0] request_leader_o,

  // From reconvergence and dispatcher (events)
  input logic selected_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] selected_warp_i,
  input logic [4:0] selected_leader_i,
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,

  // To parking: an eligible thread was outside the group when it fetched last
  output logic [heddle_pkg::WARPS-1:0] split_o
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam int unsigned STREAK_BITS = $clog2(heddle_pkg::YIELD_AFTER + 1);
  localparam logic [STREAK_BITS-1:0] YIELD_AFTER = STREAK_BITS'(heddle_pkg::YIELD_AFTER);
  localparam logic [STREAK_BITS-1:0] YIELD_FOR = STREAK_BITS'(heddle_pkg::YIELD_FOR);

  // Streaks that are not 0 and leaders that were chosen lie in memories.
  logic [WARPS-1:0] leading_q, counts_d, counts_q, led_d, led_q;
  logic [STREAK_BITS-1:0] fetched_word, load_word, fetched_streak, load_streak, next_streak;
  logic [4:0] load_leader;
  logic fetched_counts;

  multiport_ram #(
    .WIDTH(STREAK_BITS),
    .DEPTH(WARPS),
    .WRITES(1)
  ) u_streak (
    .clk_i,
    .rst_ni,
    .write_valid_i(fetched_counts),
    .write_address_i(fetched_warp_i),
    .write_data_i(next_streak),
    .read_address_i({load_warp_i, fetched_warp_i}),
    .read_data_o({load_word, fetched_word})
  );

  multiport_ram #(
    .WIDTH(5),
    .DEPTH(WARPS),
    .WRITES(1),
    .READS(1)
  ) u_leader (
    .clk_i,
    .rst_ni,
    .write_valid_i(selected_valid_i),
    .write_address_i(selected_warp_i),
    .write_data_i(selected_leader_i),
    .read_address_i(load_warp_i),
    .read_data_o(load_leader)
  );

  assign fetched_streak = counts_q[fetched_warp_i] ? fetched_word : '0;
  assign load_streak = counts_q[load_warp_i] ? load_word : '0;
  assign fetched_counts = fetched_valid_i && (fetched_left_out_i || leading_q[fetched_warp_i]);
  assign next_streak = (fetched_streak == YIELD_AFTER) ? YIELD_AFTER
      : fetched_streak + STREAK_BITS'(1);

  // -----------------------------------------------------------------------------------------------
  // The request
  logic loaded_q, table_q, match_q, request_leading_q, stays_q, appoints_q;
  logic [heddle_pkg::WARP_BITS-1:0] warp_q;
  logic [4:0] request_leader_q;
  logic dismisses, appoints, leads_anew;

  always_comb begin : mode
    request_mode_o = match_q ? heddle_pkg::SELECT_MATCH : heddle_pkg::SELECT_MERGE;
    dismisses = 1'b0;
    appoints = 1'b0;
    if (table_q) begin
      request_mode_o = heddle_pkg::SELECT_TABLE;
      if (request_leading_q) begin
        dismisses = !stays_q || !request_eligible_i[request_leader_q];
        if (!dismisses) request_mode_o = heddle_pkg::SELECT_FOLLOW;
      end else if (appoints_q) begin
        appoints = 1'b1;
        request_mode_o = heddle_pkg::SELECT_APPOINT;
      end
    end
  end

  assign request_leader_o = request_leader_q;
  assign leads_anew = loaded_q && (dismisses || appoints);

  always_ff @(posedge clk_i) begin
    if (load_valid_i) begin
      warp_q <= load_warp_i;
      table_q <= load_table_i;
      match_q <= load_match_i;
      request_leading_q <= leading_q[load_warp_i];
      request_leader_q <= led_q[load_warp_i] ? load_leader : 5'd31;
      stays_q <= load_streak < YIELD_FOR;
      appoints_q <= load_streak >= YIELD_AFTER;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // The warps
  always_comb begin : next_bits
    counts_d = counts_q;
    led_d = led_q;
    if (fetched_valid_i) counts_d[fetched_warp_i] = fetched_counts;
    if (leads_anew) counts_d[warp_q] = 1'b0;
    if (selected_valid_i) led_d[selected_warp_i] = 1'b1;
    if (launch_valid_i) begin
      counts_d[launch_warp_i] = 1'b0;
      led_d[launch_warp_i] = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      loaded_q <= 1'b0;
      leading_q <= '0;
      split_o <= '0;
      counts_q <= '0;
      led_q <= '0;
    end else if (start_i) begin
      loaded_q <= 1'b0;
      leading_q <= '0;
      split_o <= '0;
      counts_q <= '0;
      led_q <= '0;
    end else begin
      loaded_q <= load_valid_i;
      counts_q <= counts_d;
      if (fetched_valid_i) split_o[fetched_warp_i] <= fetched_left_out_i;
      led_q <= led_d;
      if (leads_anew) leading_q[warp_q] <= appoints;
      if (launch_valid_i) leading_q[launch_warp_i] <= 1'b0;
    end
  end

endmodule
`default_nettype wire
