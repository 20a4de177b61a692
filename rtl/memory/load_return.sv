// What the coalescer has in flight, and what comes back.
//
// Two tables: memory instructions (op entries) and line requests (tags). A response is kept in ROWS
// until its threads' words are in the result register, a row of lanes a cycle. An instruction is
// over when it is closed (the coalescer sends no further line) and no line remains; its last row,
// or for stores the event `store_done`, says so. Lines return in any order. An instruction on pairs
// of registers has each row twice, for its first and its second word.
`default_nettype none
module load_return (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // To coalescer: the lowest free entry and tag
  output logic entry_free_o,
  output logic [heddle_pkg::MEMORY_OP_BITS-1:0] entry_o,
  output logic tag_free_o,
  output logic [heddle_pkg::TAG_BITS-1:0] tag_o,

  // From coalescer (events): entry_o is taken, tag_o is sent, no line follows
  input logic alloc_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] alloc_warp_i,
  input logic [4:0] alloc_rd_i,
  input logic alloc_writes_rd_i,
  input logic [heddle_pkg::OP_BITS-1:0] alloc_op_i,
  input logic [31:0] alloc_pc_i,
  input logic [6*32-1:0] alloc_offset_i,
  input logic sent_valid_i,
  input logic sent_closed_i,
  input logic close_valid_i,
  input logic [heddle_pkg::MEMORY_OP_BITS-1:0] sent_entry_i,
  input logic [31:0] sent_match_i,

  // From crossbar
  input logic response_valid_i,
  output logic response_ready_o,
  input logic [heddle_pkg::TAG_BITS-1:0] response_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] response_data_i,
  input logic response_write_i,
  input logic response_error_i,

  // To writeback
  output logic result_valid_o,
  input logic result_ready_i,
  output heddle_pkg::result_ctl_t result_ctl_o,
  output logic result_pair_o,  // a register of a pair
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,

  // To scoreboard (event)
  output logic store_done_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] store_done_warp_o,

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o,

  // To dispatcher
  output logic idle_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;
  localparam int unsigned OP_BITS = heddle_pkg::OP_BITS;
  localparam int unsigned ENTRIES = heddle_pkg::MEMORY_OPS;
  localparam int unsigned ENTRY_BITS = heddle_pkg::MEMORY_OP_BITS;
  localparam int unsigned TAGS = heddle_pkg::LINE_TAGS;
  localparam int unsigned TAG_BITS = heddle_pkg::TAG_BITS;
  localparam int unsigned INFO_BITS = WARP_BITS + 5 + 1 + OP_BITS + 32 + 6 * 32;

  // -----------------------------------------------------------------------------------------------
  // Tables
  logic [ENTRIES-1:0] valid_d, valid_q, closed_d, closed_q;
  logic [6*ENTRIES-1:0] remaining_d, remaining_q;
  logic [INFO_BITS-1:0] infos[0:ENTRIES-1];
  logic [TAGS-1:0] tag_valid_d, tag_valid_q;
  logic [ENTRY_BITS-1:0] tag_entries[0:TAGS-1];
  logic [31:0] tag_matches[0:TAGS-1];
  // The rows that the matching threads are in, and the first of them (one-hot): known when the line
  // is sent, so that its row does not wait for them when it is back
  logic [BEATS-1:0] sent_rows, sent_first;
  logic [2*BEATS-1:0] tag_rows[0:TAGS-1];

  always_comb begin : lowest_free
    entry_o = '0;
    for (int e = ENTRIES - 1; e >= 0; e--) begin
      if (!valid_q[e]) entry_o = ENTRY_BITS'(e);
    end
    tag_o = '0;
    for (int t = TAGS - 1; t >= 0; t--) begin
      if (!tag_valid_q[t]) tag_o = TAG_BITS'(t);
    end
  end

  assign entry_free_o = valid_q != '1;
  assign tag_free_o = tag_valid_q != '1;

  // -----------------------------------------------------------------------------------------------
  // The response being served
  logic rows_d, rows_q;  // state: ROWS, else IDLE
  logic transfer, result_free, load_row, returned, final_line;
  logic pair, second_d, second_q, row_done;  // of a pair: its second word is next
  logic [TAG_BITS-1:0] response_tag_q;
  logic [ENTRY_BITS-1:0] response_entry_q;
  logic [31:0] match_q;
  logic [heddle_pkg::LINE_BITS-1:0] line_q;
  logic write_q, error_q;
  logic [INFO_BITS-1:0] info;
  logic [WARP_BITS-1:0] warp;
  logic [4:0] rd;
  logic writes_rd;
  logic [OP_BITS-1:0] op;
  logic [31:0] pc;
  logic [6*32-1:0] offset;
  logic [BEATS-1:0] left_d, left_q, first_d, first_q;  // rows that are left; the first one, one-hot
  logic [BEAT_BITS-1:0] beat;
  logic last_beat;

  assign response_ready_o = !rows_q;
  assign transfer = response_valid_i && !rows_q;
  assign info = infos[response_entry_q];
  assign {warp, rd, writes_rd, op, pc, offset} = info;
  assign pair = heddle_pkg::isa_is_pair(op);

  function automatic logic [BEATS-1:0] lowest(input logic [BEATS-1:0] rows);
    lowest = rows & (~rows + BEATS'(1));
  endfunction

  always_comb begin : find_rows
    for (int b = 0; b < BEATS; b++) sent_rows[b] = sent_match_i[LANES*b+:LANES] != '0;
    sent_first = lowest(sent_rows);
    last_beat = left_q == first_q;
    beat = '0;
    for (int b = 0; b < BEATS; b++) begin
      if (first_q[b]) beat = beat | BEAT_BITS'(b);
    end
  end

  assign result_free = !result_valid_q || result_ready_i;
  assign load_row = rows_q && !write_q && !error_q && result_free;
  assign row_done = !pair || second_q;
  assign returned = rows_q && (write_q || error_q || (result_free && last_beat && row_done));

  always_comb begin : last_of_entry
    final_line = 1'b0;
    for (int e = 0; e < ENTRIES; e++) begin
      if (response_entry_q == ENTRY_BITS'(e)) begin
        final_line = closed_q[e] && remaining_q[6*e+:6] == 6'd1;
      end
    end
  end

  always_comb begin : response_state
    rows_d = rows_q;
    left_d = left_q;
    first_d = first_q;
    second_d = second_q;
    if (transfer) begin
      rows_d = 1'b1;
      {first_d, left_d} = tag_rows[response_tag_i];
      second_d = 1'b0;
    end else if (returned) begin
      rows_d = 1'b0;
    end else if (load_row && !row_done) begin
      second_d = 1'b1;
    end else if (load_row) begin
      second_d = 1'b0;
      left_d = left_q & ~first_q;
      first_d = lowest(left_q & ~first_q);
    end
  end

  // An entry is free again when nothing remains of a closed instruction, in whichever order that
  // comes about: a line that may not be accessed, or that came back with an error, ends nothing
  // else.
  always_comb begin : tables
    valid_d = valid_q;
    closed_d = closed_q;
    remaining_d = remaining_q;
    tag_valid_d = tag_valid_q;
    if (alloc_valid_i) begin
      for (int e = 0; e < ENTRIES; e++) begin
        if (entry_o == ENTRY_BITS'(e)) begin
          valid_d[e] = 1'b1;
          closed_d[e] = 1'b0;
          remaining_d[6*e+:6] = 6'd0;
        end
      end
    end
    if (sent_valid_i || close_valid_i || returned) begin
      for (int e = 0; e < ENTRIES; e++) begin
        if (sent_entry_i == ENTRY_BITS'(e)) begin
          if (sent_valid_i) remaining_d[6*e+:6] = remaining_d[6*e+:6] + 6'd1;
          if (close_valid_i || (sent_valid_i && sent_closed_i)) closed_d[e] = 1'b1;
        end
        if (returned && response_entry_q == ENTRY_BITS'(e)) begin
          remaining_d[6*e+:6] = remaining_d[6*e+:6] - 6'd1;
        end
        if (closed_d[e] && remaining_d[6*e+:6] == 6'd0) valid_d[e] = 1'b0;
      end
      for (int t = 0; t < TAGS; t++) begin
        if (sent_valid_i && tag_o == TAG_BITS'(t)) tag_valid_d[t] = 1'b1;
        if (returned && response_tag_q == TAG_BITS'(t)) tag_valid_d[t] = 1'b0;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // One row: every lane takes its word of the line and extends it
  logic result_valid_d, result_valid_q, result_pair_q;
  heddle_pkg::result_ctl_t result_ctl_d, result_ctl_q;
  logic [LANES-1:0] result_mask_d, result_mask_q;
  logic [32*LANES-1:0] lane_word, result_data_d, result_data_q;
  logic [6*LANES-1:0] row_offset;
  logic [3:0] line_word;  // a lane's word of the line

  always_comb begin : row
    result_valid_d = load_row || (result_valid_q && !result_ready_i);
    result_ctl_d.warp = warp;
    result_ctl_d.rd = rd | 5'(second_q);
    result_ctl_d.writes_rd = writes_rd;
    result_ctl_d.beat = beat;
    result_ctl_d.last = last_beat && row_done && final_line;
    result_mask_d = '0;
    row_offset = '0;
    line_word = '0;
    for (int b = 0; b < BEATS; b++) begin
      result_mask_d = result_mask_d | (match_q[LANES*b+:LANES] & {LANES{first_q[b]}});
      row_offset = row_offset | (offset[6*LANES*b+:6*LANES] & {6 * LANES{first_q[b]}});
    end
    for (int i = 0; i < LANES; i++) begin
      line_word = row_offset[6*i+2+:4] | 4'(second_q);
      lane_word[32*i+:32] = line_q[32*line_word+:32];
    end
  end

  for (genvar i = 0; i < LANES; i++) begin : g_lane
    load_extend u_extend (
      .byte_access_i(op == heddle_pkg::OP_LB || op == heddle_pkg::OP_LBU),
      .half_access_i(op == heddle_pkg::OP_LH || op == heddle_pkg::OP_LHU),
      .signed_i(op == heddle_pkg::OP_LB || op == heddle_pkg::OP_LH),
      .byte_i(row_offset[6*i+:2]),
      .word_i(lane_word[32*i+:32]),
      .value_o(result_data_d[32*i+:32])
    );
  end

  // -----------------------------------------------------------------------------------------------
  // Events of stores and errors
  logic store_done_d, store_done_q, fault_valid_d, fault_valid_q;
  logic [WARP_BITS-1:0] store_done_warp_q;
  heddle_pkg::fault_t fault_d, fault_q;

  assign store_done_d = rows_q && write_q && !error_q && final_line;
  assign fault_valid_d = rows_q && error_q;

  always_comb begin : fault
    fault_d = fault_q;
    if (fault_valid_d) begin
      fault_d.cause = write_q || heddle_pkg::isa_is_atomic(op) ? heddle_pkg::CAUSE_STORE_ACCESS
          : heddle_pkg::CAUSE_LOAD_ACCESS;
      fault_d.warp = warp;
      fault_d.mask = match_q;
      fault_d.pc = pc;
      fault_d.address = 32'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      closed_q <= '0;
      remaining_q <= '0;
      tag_valid_q <= '0;
      rows_q <= 1'b0;
      result_valid_q <= 1'b0;
      store_done_q <= 1'b0;
      fault_valid_q <= 1'b0;
    end else if (start_i) begin
      valid_q <= '0;
      closed_q <= '0;
      remaining_q <= '0;
      tag_valid_q <= '0;
      rows_q <= 1'b0;
      result_valid_q <= 1'b0;
      store_done_q <= 1'b0;
      fault_valid_q <= 1'b0;
    end else begin
      valid_q <= valid_d;
      closed_q <= closed_d;
      remaining_q <= remaining_d;
      tag_valid_q <= tag_valid_d;
      rows_q <= rows_d;
      result_valid_q <= result_valid_d;
      store_done_q <= store_done_d;
      fault_valid_q <= fault_valid_d;
    end
  end

  always_ff @(posedge clk_i) begin
    left_q <= left_d;
    first_q <= first_d;
    second_q <= second_d;
    fault_q <= fault_d;
    if (alloc_valid_i) begin
      infos[entry_o] <= {
        alloc_warp_i, alloc_rd_i, alloc_writes_rd_i, alloc_op_i, alloc_pc_i, alloc_offset_i
      };
    end
    if (sent_valid_i) begin
      tag_entries[tag_o] <= sent_entry_i;
      tag_matches[tag_o] <= sent_match_i;
      tag_rows[tag_o] <= {sent_first, sent_rows};
    end
    if (transfer) begin
      response_tag_q <= response_tag_i;
      response_entry_q <= tag_entries[response_tag_i];
      match_q <= tag_matches[response_tag_i];
      line_q <= response_data_i;
      write_q <= response_write_i;
      error_q <= response_error_i;
    end
    if (load_row) begin
      result_ctl_q <= result_ctl_d;
      result_mask_q <= result_mask_d;
      result_data_q <= result_data_d;
      result_pair_q <= pair;
    end
    if (store_done_d) store_done_warp_q <= warp;
  end

  assign result_valid_o = result_valid_q;
  assign result_ctl_o = result_ctl_q;
  assign result_pair_o = result_pair_q;
  assign result_mask_o = result_mask_q;
  assign result_data_o = result_data_q;
  assign store_done_valid_o = store_done_q;
  assign store_done_warp_o = store_done_warp_q;
  assign fault_valid_o = fault_valid_q;
  assign fault_o = fault_q;
  assign idle_o = !rows_q && tag_valid_q == '0 && !result_valid_q;

endmodule
`default_nettype wire
