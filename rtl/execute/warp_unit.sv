// Instructions that exchange values between the threads of a warp: shuffles, votes, match, redux.
// One at a time, rows from a FIFO in front (docs/architecture/execute.md gives the cycles).
//
// COLLECT keeps the rows' operands of all 32 threads: rs1 and rs2 in memories, a row an entry, and
// in registers the keys by which match and redux find threads. WORK changes the keys in place, for
// one value a time, the lowest pending thread's, and all pending threads that have it:
//   match  key rs1 becomes the mask of the threads with the same rs1 (two cycles: find, compare)
//   redux  key rs2 becomes the result over the members (find; a row a cycle into warp_reduction;
//          write)
// No key is needed in its old form by the threads that are still pending. RESULT then makes a row a
// cycle. A shuffle's source lanes are found one row ahead of it.
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
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;
  localparam int unsigned OP_BITS = heddle_pkg::OP_BITS;
  localparam int unsigned ROW_BITS =
      WARP_BITS + OP_BITS + 6 + BEAT_BITS + 1 + 32 + (32 + 32 + 10) * LANES;
  localparam int unsigned CLAMP_BITS = 10;  // of a shuffle's rs3: segment mask, clamp
  localparam int unsigned LANE_BITS = $clog2(LANES);

  // -----------------------------------------------------------------------------------------------
  // Queue. The scheduler's credits keep it from overflowing, so its ready is not looked at.
  logic head_valid, pop, push;
  logic [CLAMP_BITS*LANES-1:0] row_clamp, head_clamp;
  logic [ROW_BITS-1:0] head_row;
  logic [WARP_BITS-1:0] head_warp;
  logic [OP_BITS-1:0] head_op;
  logic [4:0] head_rd;
  logic head_writes_rd, head_last;
  logic [BEAT_BITS-1:0] head_beat;
  logic [31:0] head_group;
  logic [32*LANES-1:0] head_a, head_b;

  assign push = row_valid_i && row_ctl_i.unit == heddle_pkg::UNIT_WARP;
  for (genvar i = 0; i < LANES; i++) begin : g_clamp
    assign row_clamp[CLAMP_BITS*i+:CLAMP_BITS] = {row_c_i[32*i+8+:5], row_c_i[32*i+:5]};
  end

  fifo #(
    .WIDTH(ROW_BITS),
    .DEPTH(heddle_pkg::WARP_QUEUE * BEATS)
  ) u_rows (
    .clk_i,
    .rst_ni,
    .clear_i(1'b0),
    .push_valid_i(push),
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({
      row_ctl_i.warp, row_ctl_i.op, row_ctl_i.rd, row_ctl_i.writes_rd, row_ctl_i.beat,
      row_ctl_i.last, row_group_mask_i, row_a_i, row_b_i, row_clamp
    }),
    .pop_valid_o(head_valid),
    .pop_ready_i(pop),
    .pop_data_o(head_row)
  );

  assign {head_warp, head_op, head_rd, head_writes_rd, head_beat, head_last, head_group, head_a,
      head_b, head_clamp} = head_row;

  // -----------------------------------------------------------------------------------------------
  // The instruction
  typedef enum logic [1:0] {
    COLLECT,
    FIND,
    REDUCE,
    RESULT
  } state_t;

  localparam int unsigned REDUCE_CYCLES = BEATS + $clog2(LANES) + 2;
  localparam int unsigned STEP_BITS = $clog2(REDUCE_CYCLES);

  state_t state_d, state_q;
  logic collected_d, collected_q, op_done_d, op_done_q;
  logic [STEP_BITS-1:0] step_d, step_q;
  logic [WARP_BITS-1:0] warp_q;
  logic [OP_BITS-1:0] op_q;
  logic [4:0] rd_q;
  logic writes_rd_q;
  logic [31:0] group_q, nonzero_q;
  logic [31:0] key_q[0:31];
  logic [32*LANES-1:0] a_rows[0:BEATS-1];
  logic [32*LANES-1:0] b_rows[0:BEATS-1];
  logic [5*LANES-1:0] head_distances;
  logic [5*LANES-1:0] distance_rows[0:BEATS-1];  // of a shuffle's rs2
  logic [CLAMP_BITS*LANES-1:0] clamp_rows[0:BEATS-1];
  logic is_match, is_redux, is_shuffle, one_cycle, head_redux;

  for (genvar i = 0; i < LANES; i++) begin : g_distance
    assign head_distances[5*i+:5] = head_b[32*i+:5];
  end

  assign pop = state_q == COLLECT && head_valid;
  assign is_match = op_q == heddle_pkg::OP_MATCH_ANY || op_q == heddle_pkg::OP_MATCH_ALL;
  assign is_shuffle = op_q == heddle_pkg::OP_SHFL_UP || op_q == heddle_pkg::OP_SHFL_DOWN
      || op_q == heddle_pkg::OP_SHFL_BFLY || op_q == heddle_pkg::OP_SHFL_IDX;
  assign one_cycle = !is_match && !is_redux;

  // -----------------------------------------------------------------------------------------------
  // WORK, for match and redux: FIND takes the lowest pending thread's value, REDUCE ends with all
  // threads that have it.
  logic [31:0] pending_d, pending_q, lowest, equal, value_q, found_value, new_value;
  logic commit;

  assign lowest = pending_q & (~pending_q + 32'd1);

  always_comb begin : find
    found_value = 32'b0;
    if (state_q == FIND) begin
      for (int i = 0; i < 32; i++) begin
        found_value = found_value | ({32{lowest[i]}} & key_q[i]);
      end
    end
  end

  assign commit = state_q == REDUCE && (is_match || step_q == STEP_BITS'(REDUCE_CYCLES - 1));

  always_comb begin : compare
    equal = 32'b0;
    if (commit) begin
      for (int i = 0; i < 32; i++) begin
        equal[i] = pending_q[i] && key_q[i] == value_q;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // The row that is reduced or made
  logic [BEAT_BITS-1:0] feed_beat, beat, beat_ahead;
  logic [32*LANES-1:0] own_a, own_b, own_key;
  logic feed, load;

  assign own_a = a_rows[feed_beat];
  assign own_b = b_rows[beat];

  always_comb begin : gather
    own_key = '0;
    if (load) begin
      for (int k = 0; k < BEATS; k++) begin
        for (int i = 0; i < LANES; i++) begin
          own_key[32*i+:32] =
              own_key[32*i+:32] | ({32{beat == BEAT_BITS'(k)}} & key_q[k*LANES+i]);
        end
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Reduction
  logic [2:0] kind;
  logic is_signed;
  logic [31:0] identity, reduced;
  logic [32*LANES-1:0] feed_row;
  logic [31:0] members;
  logic [LANES-1:0] row_members;

  always_comb begin : find_redux
    case (head_op)
      heddle_pkg::OP_REDUX_ADD, heddle_pkg::OP_REDUX_MIN, heddle_pkg::OP_REDUX_MINU,
      heddle_pkg::OP_REDUX_MAX, heddle_pkg::OP_REDUX_MAXU, heddle_pkg::OP_REDUX_AND,
      heddle_pkg::OP_REDUX_OR, heddle_pkg::OP_REDUX_XOR: head_redux = 1'b1;
      default: head_redux = 1'b0;
    endcase
  end

  always_comb begin : reduction_kind
    is_redux = 1'b1;
    is_signed = 1'b0;
    kind = 3'd0;
    identity = 32'b0;
    case (op_q)
      heddle_pkg::OP_REDUX_ADD: kind = 3'd0;
      heddle_pkg::OP_REDUX_MIN, heddle_pkg::OP_REDUX_MINU: begin
        kind = 3'd1;
        identity = 32'hFFFF_FFFF;
        is_signed = op_q == heddle_pkg::OP_REDUX_MIN;
      end
      heddle_pkg::OP_REDUX_MAX, heddle_pkg::OP_REDUX_MAXU: begin
        kind = 3'd2;
        is_signed = op_q == heddle_pkg::OP_REDUX_MAX;
      end
      heddle_pkg::OP_REDUX_AND: begin
        kind = 3'd3;
        identity = 32'hFFFF_FFFF;
      end
      heddle_pkg::OP_REDUX_OR: kind = 3'd4;
      heddle_pkg::OP_REDUX_XOR: kind = 3'd5;
      default: is_redux = 1'b0;
    endcase
  end

  assign feed = state_q == REDUCE && is_redux && step_q < STEP_BITS'(BEATS);
  assign feed_beat = BEAT_BITS'(step_q);
  assign members = group_q & value_q;
  assign row_members = members[LANES*32'(feed_beat)+:LANES];

  always_comb begin : feed_values
    feed_row = '0;
    if (feed) begin
      for (int i = 0; i < LANES; i++) begin
        feed_row[32*i+:32] =
            row_members[i] ? own_a[32*i+:32] ^ {is_signed, 31'b0} : identity;
      end
    end
  end

  warp_reduction u_warp_reduction (
    .clk_i,
    .rst_ni,
    .kind_i(kind),
    .row_valid_i(feed),
    .row_first_i(feed_beat == '0),
    .row_i(feed_row),
    .value_o(reduced)
  );

  assign new_value = is_match ? equal : reduced ^ {is_signed, 31'b0};

  // -----------------------------------------------------------------------------------------------
  // RESULT: rows that are left, the lowest of them, and the one after it
  logic [BEATS-1:0] rows_d, rows_q, rows_behind;
  logic result_valid_q, find_sources;

  assign load = state_q == RESULT && (!result_valid_q || result_ready_i);

  always_comb begin : choose_rows
    beat = '0;
    rows_behind = rows_q;
    for (int i = BEATS - 1; i >= 0; i--) begin
      if (rows_q[i]) beat = BEAT_BITS'(i);
    end
    rows_behind[beat] = 1'b0;
    beat_ahead = '0;
    for (int i = BEATS - 1; i >= 0; i--) begin
      if (state_q == RESULT ? rows_behind[i] : rows_q[i]) beat_ahead = BEAT_BITS'(i);
    end
  end

  // A shuffle's sources in the row ahead
  logic [5*LANES-1:0] distances;
  logic [5*LANES-1:0] sources_d, sources_q;
  logic [4:0] thread, segment, limit, distance, source;
  logic signed [6:0] target;
  logic taken;

  assign find_sources = is_shuffle && (state_q == FIND || load);

  always_comb begin : shuffle
    sources_d = sources_q;
    thread = 5'd0;
    segment = 5'd0;
    limit = 5'd0;
    distance = 5'd0;
    target = 7'sd0;
    taken = 1'b0;
    source = 5'd0;
    distances = '0;
    if (find_sources) begin
      distances = distance_rows[beat_ahead];
      for (int i = 0; i < LANES; i++) begin
        thread = 5'(32'(beat_ahead) * LANES + i);
        {segment, limit} = clamp_rows[beat_ahead][CLAMP_BITS*i+:CLAMP_BITS];
        limit = (thread & segment) | (limit & ~segment);
        distance = distances[5*i+:5];
        case (op_q)
          heddle_pkg::OP_SHFL_UP: target = $signed({2'b0, thread}) - $signed({2'b0, distance});
          heddle_pkg::OP_SHFL_DOWN: target = $signed({2'b0, thread}) + $signed({2'b0, distance});
          heddle_pkg::OP_SHFL_BFLY: target = {2'b0, thread ^ distance};
          default: target = {2'b0, (thread & segment) | (distance & ~segment)};
        endcase
        taken = (op_q == heddle_pkg::OP_SHFL_UP) ? target >= $signed({2'b0, limit})
            : target <= $signed({2'b0, limit});
        source = target[4:0];
        sources_d[5*i+:5] = (taken && group_q[source]) ? source : thread;
      end
    end
  end

  // What a shuffle's source thread has: its row, and the lane in it
  logic [32*LANES-1:0] source_rows[0:LANES-1];
  logic [32*LANES-1:0] source_values;

  for (genvar i = 0; i < LANES; i++) begin : g_source
    assign source_rows[i] = a_rows[BEAT_BITS'(sources_q[5*i+:5] >> LANE_BITS)];
    assign source_values[32*i+:32] =
        source_rows[i][32*32'(sources_q[5*i+:LANE_BITS])+:32];
  end

  // The row
  logic [32*LANES-1:0] data_d, data_q;
  logic [31:0] own, same, mask, value;

  always_comb begin : make_row
    data_d = data_q;
    own = 32'b0;
    same = 32'b0;
    mask = 32'b0;
    value = 32'b0;
    if (load) begin
      for (int i = 0; i < LANES; i++) begin
        own = own_b[32*i+:32];
        same = own_key[32*i+:32];
        mask = group_q & own;
        case (op_q)
          heddle_pkg::OP_VOTE_ALL: value = {31'b0, (mask & ~nonzero_q) == 32'b0};
          heddle_pkg::OP_VOTE_ANY: value = {31'b0, (mask & nonzero_q) != 32'b0};
          heddle_pkg::OP_VOTE_BALLOT: value = mask & nonzero_q;
          heddle_pkg::OP_ACTIVEMASK: value = group_q;
          heddle_pkg::OP_MATCH_ANY: value = mask & same;
          heddle_pkg::OP_MATCH_ALL: value = ((mask & ~same) == 32'b0) ? mask : 32'b0;
          default: value = is_redux ? same : source_values[32*i+:32];
        endcase
        data_d[32*i+:32] = value;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  always_comb begin : control
    state_d = state_q;
    collected_d = collected_q;
    op_done_d = 1'b0;
    step_d = step_q;
    pending_d = pending_q;
    rows_d = rows_q;
    case (state_q)
      COLLECT: begin
        if (pop) begin
          collected_d = !head_last;
          rows_d[head_beat] = head_group[LANES*32'(head_beat)+:LANES] != '0;
          pending_d = head_group;
          if (head_last) begin
            state_d = FIND;
            op_done_d = 1'b1;
          end
        end
      end
      FIND: begin
        step_d = '0;
        state_d = one_cycle ? RESULT : REDUCE;
      end
      REDUCE: begin
        step_d = step_q + STEP_BITS'(1);
        if (commit) begin
          pending_d = pending_q & ~equal;
          state_d = (pending_d == 32'b0) ? RESULT : FIND;
        end
      end
      default: begin
        if (load) begin
          rows_d = rows_behind;
          if (rows_behind == '0) state_d = COLLECT;
        end
      end
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= COLLECT;
      collected_q <= 1'b0;
      op_done_q <= 1'b0;
      rows_q <= '0;
      result_valid_q <= 1'b0;
    end else begin
      state_q <= state_d;
      collected_q <= collected_d;
      op_done_q <= op_done_d;
      rows_q <= rows_d;
      if (load) result_valid_q <= 1'b1;
      else if (result_ready_i) result_valid_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    step_q <= step_d;
    pending_q <= pending_d;
    sources_q <= sources_d;
    data_q <= data_d;
    if (state_q == FIND) value_q <= found_value;
    if (pop) begin
      warp_q <= head_warp;
      op_q <= head_op;
      rd_q <= head_rd;
      writes_rd_q <= head_writes_rd;
      group_q <= head_group;
      a_rows[head_beat] <= head_a;
      b_rows[head_beat] <= head_b;
      distance_rows[head_beat] <= head_distances;
      clamp_rows[head_beat] <= head_clamp;
      for (int k = 0; k < BEATS; k++) begin
        if (head_beat == BEAT_BITS'(k)) begin
          for (int i = 0; i < LANES; i++) begin
            key_q[k*LANES+i] <= head_redux ? head_b[32*i+:32] : head_a[32*i+:32];
            nonzero_q[k*LANES+i] <= head_a[32*i+:32] != 32'b0;
          end
        end
      end
    end
    if (commit) begin
      for (int i = 0; i < 32; i++) begin
        if (equal[i]) key_q[i] <= new_value;
      end
    end
    if (load) begin
      result_ctl_o.warp <= warp_q;
      result_ctl_o.rd <= rd_q;
      result_ctl_o.writes_rd <= writes_rd_q;
      result_ctl_o.beat <= beat;
      result_ctl_o.last <= rows_behind == '0;
      result_mask_o <= group_q[LANES*32'(beat)+:LANES];
    end
  end

  assign result_valid_o = result_valid_q;
  assign result_data_o = data_q;
  assign op_done_valid_o = op_done_q;
  assign idle_o = state_q == COLLECT && !head_valid && !collected_q && !result_valid_q;

  // Of the row, the queue keeps what is needed; the mask is a part of the group.
  logic unused;
  assign unused = ^{row_ctl_i, row_mask_i, row_c_i};

endmodule
`default_nettype wire
