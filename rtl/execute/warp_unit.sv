// Instructions that exchange values between the threads of a warp: shuffles, votes, match, redux.
// One at a time, rows from a FIFO in front (docs/architecture/execute.md gives the cycles).
//
// COLLECT keeps the operands of all 32 threads in memories, a row an entry. After it a step is made
// in each cycle in which the result register is free. A row of results takes passes: PICK says which
// lanes get theirs in a pass, and by which row of operands; one step later that row is read, and one
// more step later the lanes are written into the result register. So one read port is enough: a
// shuffle makes a pass for each row in which sources lie, match and redux one for each key (match:
// rs1, redux: rs2). For a key other than the last one READ and VALUE fetch it, and SCAN goes over
// all rows: it finds the threads with that key, and feeds rs1 of the key's threads to the reduction.
`default_nettype none
module warp_unit (
  input logic clk_i,
  input logic rst_ni,

  // From operand_collector
  input logic row_valid_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [31:0] row_group_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,
  input logic [32*heddle_pkg::LANES-1:0] row_c_i,

  // To writeback
  output logic result_valid_o,
  input logic result_ready_i,
  output heddle_pkg::result_ctl_t result_ctl_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,

  // To warp_scheduler (event) and dispatcher
  output logic op_done_valid_o,
  output logic idle_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam int unsigned LANE_BITS = $clog2(LANES);

  // -----------------------------------------------------------------------------------------------
  // The rows that wait, and what the instruction at the head is
  logic head_valid, pop, head_writes_rd, head_last;
  logic [heddle_pkg::WARP_BITS-1:0] head_warp;
  logic [4:0] head_rd;
  logic [BEAT_BITS-1:0] head_beat;
  logic [31:0] head_group;
  logic [32*LANES-1:0] head_a, head_b;
  logic [5*LANES-1:0] head_sources;
  logic head_is_shuffle, head_is_vote_any, head_is_vote_all, head_is_ballot, head_is_activemask;
  logic head_is_match, head_is_match_all, head_is_redux, head_is_add, head_is_maximum, head_is_or;
  logic head_invert, head_is_signed;

  warp_queue u_warp_queue (
    .clk_i,
    .rst_ni,
    .row_valid_i,
    .row_ctl_i,
    .row_group_mask_i,
    .row_a_i,
    .row_b_i,
    .row_c_i,
    .pop_ready_i(pop),
    .head_valid_o(head_valid),
    .head_warp_o(head_warp),
    .head_rd_o(head_rd),
    .head_writes_rd_o(head_writes_rd),
    .head_beat_o(head_beat),
    .head_last_o(head_last),
    .head_group_o(head_group),
    .head_a_o(head_a),
    .head_b_o(head_b),
    .head_sources_o(head_sources),
    .head_is_shuffle_o(head_is_shuffle),
    .head_is_vote_any_o(head_is_vote_any),
    .head_is_vote_all_o(head_is_vote_all),
    .head_is_ballot_o(head_is_ballot),
    .head_is_activemask_o(head_is_activemask),
    .head_is_match_o(head_is_match),
    .head_is_match_all_o(head_is_match_all),
    .head_is_redux_o(head_is_redux),
    .head_is_add_o(head_is_add),
    .head_is_maximum_o(head_is_maximum),
    .head_is_or_o(head_is_or),
    .head_invert_o(head_invert),
    .head_is_signed_o(head_is_signed)
  );

  // -----------------------------------------------------------------------------------------------
  // The instruction
  typedef enum logic [2:0] {
    COLLECT,
    PICK,
    READ,
    VALUE,
    SCAN
  } state_t;

  // The reduction has its value when the pass that is picked behind SCAN writes it.
  localparam int unsigned REDUCE_SCAN = BEATS + LANE_BITS - 1;
  localparam int unsigned SCAN_BITS = $clog2(REDUCE_SCAN + 1);

  state_t state_d, state_q;
  logic step, collected_d, collected_q, op_done_d, op_done_q, result_valid_q, writes_rd_q;
  logic [SCAN_BITS-1:0] scan_d, scan_q;
  logic [heddle_pkg::WARP_BITS-1:0] warp_q;
  logic [4:0] rd_q;
  logic [31:0] group_q;
  logic is_shuffle_q, is_match_q, is_redux_q, is_ballot_q, is_match_all_q, is_vote_any_q, is_vote_all_q;
  logic is_activemask_q, is_add_q, is_maximum_q, is_or_q, invert_q, is_signed_q, is_keyed;
  // Threads of the group: in a vote those whose rs1 is not 0, else those with the last key
  logic [31:0] set_q;
  logic [32*LANES-1:0] a_rows[0:BEATS-1];
  logic [32*LANES-1:0] b_rows[0:BEATS-1];
  logic [5*LANES-1:0] sources;
  logic [5*LANES-1:0] source_rows[0:BEATS-1];

  assign pop = state_q == COLLECT && head_valid;
  assign step = state_q != COLLECT && (!result_valid_q || result_ready_i);
  assign is_keyed = is_match_q || is_redux_q;

  // -----------------------------------------------------------------------------------------------
  // PICK: rows that are left, the first of them and its lanes that are left, and the row after it
  logic [BEATS-1:0] rows_d, rows_q, rows_behind;
  logic [BEAT_BITS-1:0] beat_d, beat_q, beat_behind, first_source_row;
  logic [LANES-1:0] left_d, left_q, first_left, with_key, picked, head_lanes;
  logic pick, row_picked, compute;  // `compute`: a key

  assign sources = source_rows[beat_q];
  assign first_left = left_q & (~left_q + LANES'(1));
  assign head_lanes = head_group[LANES*32'(head_beat)+:LANES];

  always_comb begin : pick_lanes
    first_source_row = '0;
    for (int i = 0; i < LANES; i++) begin
      if (first_left[i]) first_source_row = first_source_row | BEAT_BITS'(sources[5*i+:5] >> LANE_BITS);
    end
    picked = left_q;
    if (is_keyed) picked = with_key;
    if (is_shuffle_q) begin
      for (int i = 0; i < LANES; i++) begin
        picked[i] = left_q[i] && BEAT_BITS'(sources[5*i+:5] >> LANE_BITS) == first_source_row;
      end
    end
  end

  assign with_key = left_q & set_q[LANES*32'(beat_q)+:LANES];
  assign compute = state_q == PICK && left_q != '0 && is_keyed && with_key == '0;
  assign pick = state_q == PICK && left_q != '0 && !compute;
  assign row_picked = (left_q & ~picked) == '0;

  always_comb begin : choose_row_behind
    rows_behind = rows_q;
    rows_behind[beat_q] = 1'b0;
    beat_behind = '0;
    for (int i = BEATS - 1; i >= 0; i--) begin
      if (rows_behind[i]) beat_behind = BEAT_BITS'(i);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // The row to be read, by a pass or for a key, and the pass
  logic read_valid_q, read_row_last_q, read_last_q;
  logic [BEAT_BITS-1:0] read_address_d, read_address_q, read_beat_q;
  logic [LANES-1:0] read_lanes_q, key_lane_q;
  logic [LANE_BITS*LANES-1:0] select_d, read_select_q;
  logic [LANES*LANES-1:0] write_select_d, write_select_q;

  for (genvar i = 0; i < LANES; i++) begin : g_select
    assign select_d[LANE_BITS*i+:LANE_BITS] = sources[5*i+:LANE_BITS];
    for (genvar j = 0; j < LANES; j++) begin : g_source
      assign write_select_d[LANES*i+j] =
          is_shuffle_q && read_select_q[LANE_BITS*i+:LANE_BITS] == LANE_BITS'(j);
    end
  end

  // The row that was read
  logic [32*LANES-1:0] a_q, b_q;
  logic write, write_valid_q, write_row_last_q, write_last_q;
  logic [BEAT_BITS-1:0] write_beat_q;
  logic [LANES-1:0] write_lanes_q;

  // -----------------------------------------------------------------------------------------------
  // The key, and the threads that have it
  logic [32*LANES-1:0] keys;
  logic [31:0] key_d, key_q, members, invert, reduced;
  logic [LANES-1:0] nonzero, equal, row_members, scan_group, set_lanes;
  logic [32*LANES-1:0] feed_row;
  logic [BEAT_BITS-1:0] scan_beat, set_beat;
  logic scan, feed, set_write;

  assign keys = is_match_q ? a_q : b_q;
  assign scan = state_q == SCAN && scan_q < SCAN_BITS'(BEATS);
  assign scan_beat = BEAT_BITS'(scan_q);
  assign feed = step && scan && is_redux_q;
  assign members = group_q & key_q;
  assign row_members = members[LANES*32'(scan_beat)+:LANES];
  assign invert = {invert_q ^ is_signed_q, {31{invert_q}}};

  always_comb begin : find_key
    key_d = 32'b0;
    for (int i = 0; i < LANES; i++) key_d = key_d | (keys[32*i+:32] & {32{key_lane_q[i]}});
  end

  assign scan_group = group_q[LANES*32'(scan_beat)+:LANES];
  for (genvar i = 0; i < LANES; i++) begin : g_compare
    assign nonzero[i] = head_a[32*i+:32] != 32'b0;
    assign equal[i] = keys[32*i+:32] == key_q;
    assign feed_row[32*i+:32] = (a_q[32*i+:32] ^ invert) & {32{row_members[i]}};
  end

  assign set_write = pop || (step && scan);
  assign set_beat = pop ? head_beat : scan_beat;
  assign set_lanes = pop ? head_lanes & nonzero & {LANES{!head_is_match && !head_is_redux}}
      : scan_group & equal;

  warp_reduction u_warp_reduction (
    .clk_i,
    .rst_ni,
    .is_add_i(is_add_q),
    .is_maximum_i(is_maximum_q),
    .is_or_i(is_or_q),
    .row_valid_i(feed),
    .row_first_i(scan_q == '0),
    .row_i(feed_row),
    .value_o(reduced)
  );

  // -----------------------------------------------------------------------------------------------
  // The row of results. The sets follow `set_q` a cycle later; it changes before PICK only.
  logic [31:0] result_set_q, result_test_q, common;

  assign common = is_redux_q ? reduced ^ invert : is_activemask_q ? group_q : 32'b0;

  assign write = step && write_valid_q;

  warp_result u_warp_result (
    .clk_i,
    .is_ballot_i(is_ballot_q),
    .is_match_all_i(is_match_all_q),
    .is_vote_any_i(is_vote_any_q),
    .is_vote_all_i(is_vote_all_q),
    .set_i(result_set_q),
    .test_i(result_test_q),
    .common_i(common),
    .a_i(a_q),
    .select_i(write_select_q),
    .b_i(b_q),
    .write_i({LANES{write}} & write_lanes_q),
    .data_o(result_data_o)
  );

  // -----------------------------------------------------------------------------------------------
  always_comb begin : control
    state_d = state_q;
    collected_d = collected_q;
    op_done_d = 1'b0;
    scan_d = scan_q;
    rows_d = rows_q;
    beat_d = beat_q;
    left_d = left_q;
    read_address_d = read_address_q;
    if (pop) begin
      collected_d = !head_last;
      rows_d[head_beat] = head_lanes != '0;
      if (rows_q == '0) begin
        beat_d = head_beat;
        left_d = head_lanes;
      end
      if (head_last) begin
        state_d = PICK;
        op_done_d = 1'b1;
      end
    end
    if (step) begin
      case (state_q)
        PICK: begin
          read_address_d = is_shuffle_q ? first_source_row : beat_q;
          if (compute) state_d = READ;
          if (pick) begin
            left_d = left_q & ~picked;
            if (row_picked) begin
              rows_d = rows_behind;
              beat_d = beat_behind;
              left_d = (rows_behind == '0) ? '0 : group_q[LANES*32'(beat_behind)+:LANES];
            end
          end
        end
        READ: begin
          read_address_d = '0;
          state_d = VALUE;
        end
        VALUE: begin
          read_address_d = BEAT_BITS'(1);
          scan_d = '0;
          state_d = SCAN;
        end
        default: begin
          read_address_d = read_address_q + BEAT_BITS'(1);
          scan_d = scan_q + SCAN_BITS'(1);
          if (scan_q == (is_match_q ? SCAN_BITS'(BEATS - 1) : SCAN_BITS'(REDUCE_SCAN - 1))) begin
            state_d = PICK;
          end
        end
      endcase
    end
    if (write && write_last_q) state_d = COLLECT;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= COLLECT;
      collected_q <= 1'b0;
      op_done_q <= 1'b0;
      rows_q <= '0;
      read_valid_q <= 1'b0;
      write_valid_q <= 1'b0;
      result_valid_q <= 1'b0;
    end else begin
      state_q <= state_d;
      collected_q <= collected_d;
      op_done_q <= op_done_d;
      rows_q <= rows_d;
      if (step) begin
        read_valid_q <= pick;
        write_valid_q <= read_valid_q;
      end
      if (write && write_row_last_q) result_valid_q <= 1'b1;
      else if (result_ready_i) result_valid_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    scan_q <= scan_d;
    beat_q <= beat_d;
    left_q <= left_d;
    read_address_q <= read_address_d;
    for (int i = 0; i < BEATS; i++) begin
      if (set_write && set_beat == BEAT_BITS'(i)) set_q[LANES*i+:LANES] <= set_lanes;
    end
    result_set_q <= set_q;
    result_test_q <= is_vote_any_q ? set_q : group_q & ~set_q;
    if (pop) begin
      warp_q <= head_warp;
      rd_q <= head_rd;
      writes_rd_q <= head_writes_rd;
      group_q <= head_group;
      is_shuffle_q <= head_is_shuffle;
      is_match_q <= head_is_match;
      is_redux_q <= head_is_redux;
      is_ballot_q <= head_is_ballot;
      is_match_all_q <= head_is_match_all;
      is_vote_any_q <= head_is_vote_any;
      is_vote_all_q <= head_is_vote_all;
      is_activemask_q <= head_is_activemask;
      is_add_q <= head_is_add;
      is_maximum_q <= head_is_maximum;
      is_or_q <= head_is_or;
      invert_q <= head_invert;
      is_signed_q <= head_is_signed;
      a_rows[head_beat] <= head_a;
      b_rows[head_beat] <= head_b;
      source_rows[head_beat] <= head_sources;
    end
    if (step) begin
      read_beat_q <= beat_q;
      read_lanes_q <= picked;
      read_select_q <= select_d;
      read_row_last_q <= row_picked;
      read_last_q <= row_picked && rows_behind == '0;
      if (state_q == PICK) key_lane_q <= first_left;
      if (state_q == VALUE) key_q <= key_d;
      a_q <= a_rows[read_address_q];
      b_q <= b_rows[read_address_q];
      write_beat_q <= read_beat_q;
      write_lanes_q <= read_lanes_q;
      write_select_q <= write_select_d;
      write_row_last_q <= read_row_last_q;
      write_last_q <= read_last_q;
    end
    if (write) begin
      result_ctl_o.warp <= warp_q;
      result_ctl_o.rd <= rd_q;
      result_ctl_o.writes_rd <= writes_rd_q;
      result_ctl_o.beat <= write_beat_q;
      result_ctl_o.last <= write_last_q;
      result_mask_o <= group_q[LANES*32'(write_beat_q)+:LANES];
    end
  end

  assign result_valid_o = result_valid_q;
  assign op_done_valid_o = op_done_q;
  assign idle_o = state_q == COLLECT && !head_valid && !collected_q && !result_valid_q;

  logic unused;  // a part of the group
  assign unused = ^row_mask_i;

endmodule
`default_nettype wire
