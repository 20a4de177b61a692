// memory/memory_queue: with no more than LSU_QUEUE instructions inside, at most one of them on pairs (the proof `credits`), it
// takes every row; rows go out
// in order and once, to both memories of their instruction in one cycle; and the credit comes back with the last row.
//
// Instructions of BEATS rows, on pairs of as many with `high` before them; one row, any, is marked.
`default_nettype none
module memory_queue_proof (
  input logic clk_i,
  input logic start_i,
  input logic row_valid_i,
  input logic [4:0] row_rd_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic any_shared_i,
  input logic any_global_i,
  input logic shared_ready_i,
  input logic global_ready_i,
  input logic pair_i,
  input logic mark_i
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned DEPTH = heddle_pkg::LSU_QUEUE;

  logic started_q, shared_valid, global_valid, head_last, head_any_shared, head_any_global, op_done, op_done_pair, idle;
  logic head_high;
  logic [4:0] head_rd;
  logic [LANES-1:0] head_shared_mask, head_global_mask;
  logic [heddle_pkg::BEAT_BITS-1:0] head_beat;
  logic [heddle_pkg::WARP_BITS-1:0] head_warp;
  logic [heddle_pkg::OP_BITS-1:0] head_op;
  logic head_writes_rd;
  logic [31:0] head_pc;
  logic [32*LANES-1:0] head_address, head_data, head_compare;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  logic [3:0] beat_q;
  logic pair_q, pair, high, last, op;
  assign pair = (beat_q == '0) ? pair_i : pair_q;  // of the instruction whose rows come
  assign high = pair && beat_q < 4'(BEATS);
  assign last = beat_q == 4'(pair ? 2 * BEATS - 1 : BEATS - 1);
  assign op = row_valid_i && last;

  memory_queue dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .memory_row_valid_i(row_valid_i),
    .memory_row_warp_i('0),
    .memory_row_high_i(high),
    .memory_row_op_i(pair ? heddle_pkg::OP_AMOCAS_D : '0),
    .memory_row_rd_i(row_rd_i),
    .memory_row_writes_rd_i(1'b1),
    .memory_row_pc_i('0),
    .memory_row_beat_i(heddle_pkg::BEAT_BITS'(beat_q)),
    .memory_row_last_i(last),
    .memory_row_shared_mask_i(row_mask_i),
    .memory_row_global_mask_i(~row_mask_i),
    .memory_row_address_i('0),
    .memory_row_data_i('0),
    .memory_row_compare_i('0),
    .memory_op_valid_i(op),
    .memory_op_any_shared_i(any_shared_i),
    .memory_op_any_global_i(any_global_i),
    .shared_row_valid_o(shared_valid),
    .shared_row_ready_i(shared_ready_i),
    .global_row_valid_o(global_valid),
    .global_row_ready_i(global_ready_i),
    .head_warp_o(head_warp),
    .head_op_o(head_op),
    .head_rd_o(head_rd),
    .head_writes_rd_o(head_writes_rd),
    .head_pc_o(head_pc),
    .head_beat_o(head_beat),
    .head_last_o(head_last),
    .head_high_o(head_high),
    .head_shared_mask_o(head_shared_mask),
    .head_global_mask_o(head_global_mask),
    .head_address_o(head_address),
    .head_data_o(head_data),
    .head_compare_o(head_compare),
    .head_any_shared_o(head_any_shared),
    .head_any_global_o(head_any_global),
    .op_done_valid_o(op_done),
    .op_done_pair_o(op_done_pair),
    .idle_o(idle)
  );

  // Reference: rows and whole instructions inside, credits taken (from the first row), and the marked row
  logic [4:0] rows_q, before_q;
  logic [3:0] ops_q, credits_q, ops_before_q;
  logic pair_inside_q, leaves_pair_q, marked_high_q;
  logic leaves, leaves_last_q, marked_q, known_q, marked_shared_q, marked_global_q, starts;
  logic [4:0] rd_q;
  logic [LANES-1:0] mask_q;
  logic [3:0] marked_beat_q;
  logic marked_last_q;

  // What leaves, is seen from outside unless its instruction touches no memory.
  (* hierconn *) wire \dut.transfer ;
  assign leaves = \dut.transfer ;
  assign starts = row_valid_i && beat_q == '0;

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      beat_q <= '0;
      rows_q <= '0;
      ops_q <= '0;
      credits_q <= '0;
      marked_q <= 1'b0;
      leaves_last_q <= 1'b0;
      pair_inside_q <= 1'b0;
    end else begin
      if (row_valid_i) beat_q <= last ? '0 : beat_q + 4'd1;
      if (row_valid_i) pair_q <= pair;
      pair_inside_q <= (pair_inside_q && !(op_done && op_done_pair)) || (starts && pair);
      leaves_pair_q <= head_op == heddle_pkg::OP_AMOCAS_D;
      rows_q <= rows_q + 5'(row_valid_i) - 5'(leaves);
      ops_q <= ops_q + 4'(op) - 4'(leaves && head_last);
      credits_q <= credits_q + 4'(starts) - 4'(op_done);
      leaves_last_q <= leaves && head_last;
      if (marked_q) begin
        if (leaves) before_q <= before_q - 5'd1;
        if (leaves && before_q == '0) marked_q <= 1'b0;
        if (op && !known_q) begin
          known_q <= 1'b1;
          marked_shared_q <= any_shared_i;
          marked_global_q <= any_global_i;
        end
      end else if (row_valid_i && mark_i) begin
        marked_q <= 1'b1;
        before_q <= rows_q - 5'(leaves);
        rd_q <= row_rd_i;
        mask_q <= row_mask_i;
        marked_beat_q <= beat_q;
        marked_high_q <= high;
        marked_last_q <= last;
        known_q <= op;
        marked_shared_q <= any_shared_i;
        marked_global_q <= any_global_i;
      end
    end
  end

  always @* begin
    // A credit that comes back in this cycle can be used in the next.
    if (started_q && starts) assume (credits_q < 4'(DEPTH) && !(pair && pair_inside_q));
  end

  logic head_is_marked;
  assign head_is_marked = marked_q && before_q == '0;
  (* hierconn *) wire [2:0] \dut.g_rows.count_q ;
  (* hierconn *) wire [2:0] \dut.g_rows.read_q ;
  (* hierconn *) wire [2:0] \dut.g_rows.write_q ;
  (* hierconn *) wire \dut.op_ready ;
  logic [3:0] end_of_rows;
  assign end_of_rows = 4'(\dut.g_rows.read_q ) + 4'(\dut.g_rows.count_q );

  always @* begin
    if (started_q) begin
      always_room: assert ((!row_valid_i || rows_q != 5'((DEPTH + 1) * BEATS)) && (!op || \dut.op_ready ));
      invariant_rows: assert (5'(\dut.g_rows.count_q ) == rows_q && \dut.g_rows.write_q
          == 3'(end_of_rows >= 4'd6 ? end_of_rows - 4'd6 : end_of_rows) && \dut.g_rows.read_q < 3'd6);
      both_or_none: assert (!leaves || (shared_valid == head_any_shared && global_valid == head_any_global));
      only_when_ready: assert ((!shared_valid || shared_ready_i) && (!global_valid || global_ready_i));
      none_alone: assert (leaves || (!shared_valid && !global_valid));
      in_order: assert (!(leaves && head_is_marked) || (head_rd == rd_q && head_shared_mask == mask_q
          && head_global_mask == ~mask_q && head_beat == heddle_pkg::BEAT_BITS'(marked_beat_q)
          && head_last == marked_last_q && head_high == marked_high_q));
      with_its_instruction: assert (!(leaves && head_is_marked) || (known_q && head_any_shared == marked_shared_q
          && head_any_global == marked_global_q));
      leaves_when_it_can: assert (leaves || ops_q == '0 || (head_any_shared && !shared_ready_i)
          || (head_any_global && !global_ready_i));
      credit_comes_back: assert (op_done == leaves_last_q && (!op_done || op_done_pair == leaves_pair_q));
      idle_when_empty: assert (idle == (rows_q == '0 && ops_q == '0));
    end
  end

  always @* begin
    full: cover (started_q && rows_q == 5'((DEPTH + 1) * BEATS) && head_is_marked);
    alone: cover (started_q && leaves && shared_valid && !global_valid && head_last && op);
  end

endmodule
`default_nettype wire
