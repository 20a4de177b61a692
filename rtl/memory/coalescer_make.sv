// Third step of the coalescer: puts the request for a line together, and sends it.
//
// MERGE reads the store data of the matched threads, a row a cycle, and lays it into the line a
// cycle later; for an atomic the operands of its one thread. Loads skip it. SEND waits for a tag
// and the crossbar, and takes the next line in the cycle of the transfer. Data is 0 where no strobe
// is set.
`default_nettype none
module coalescer_make (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From coalescer_collect: the store data of a row, into the half that is not read here
  input logic write_valid_i,
  input logic [heddle_pkg::BEAT_BITS:0] write_address_i,
  input logic [32*heddle_pkg::LANES-1:0] write_data_i,
  input logic [32*heddle_pkg::LANES-1:0] write_compare_i,
  input logic write_high_valid_i,  // instead: operands for the second words of a row
  input logic [32*heddle_pkg::LANES-1:0] write_high_data_i,
  input logic [4*heddle_pkg::LANES-1:0] write_strobe_i,
  input logic [4*heddle_pkg::LANES-1:0] write_word_i,
  input logic half_i,  // which half is written

  // From coalescer_choose: a line (event, only in a cycle with takes_o)
  input logic given_valid_i,
  input logic [heddle_pkg::MEMORY_OP_BITS-1:0] given_entry_i,
  input logic [heddle_pkg::OP_BITS-1:0] given_op_i,
  input logic [31:0] given_match_i,
  input logic given_closed_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] given_line_i,
  input logic [3:0] given_word_i,
  output logic empty_o,
  output logic merging_o,
  output logic takes_o,

  // From and to load_return (event)
  input logic tag_free_i,
  output logic sent_valid_o,
  output logic sent_closed_o,
  output logic [31:0] sent_match_o,
  output logic [heddle_pkg::MEMORY_OP_BITS-1:0] entry_o,

  // To crossbar
  output logic request_valid_o,
  input logic request_ready_i,
  output logic request_write_o,
  output logic request_atomic_o,
  output logic [heddle_pkg::OP_BITS-1:0] request_op_o,
  output logic [3:0] request_word_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_o,
  output logic [heddle_pkg::LINE_BITS-1:0] request_data_o,
  output logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam int unsigned LINE_WORDS = heddle_pkg::LINE_BITS / 32;
  localparam int unsigned ROW_BITS = (32 + 32 + 4 + 4) * LANES;

  typedef enum logic [1:0] {
    EMPTY,
    MERGE,
    SEND
  } state_t;

  state_t state_d, state_q;
  logic [heddle_pkg::MEMORY_OP_BITS-1:0] entry_q;
  logic [heddle_pkg::OP_BITS-1:0] op_q;
  logic given_load, store_q, atomic_q, pair_q, closed_q;
  logic [31:0] match_q;
  logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] line_q;
  logic [3:0] word_q;

  assign given_load = !heddle_pkg::is_store(given_op_i) && !heddle_pkg::isa_is_atomic(given_op_i);

  // -----------------------------------------------------------------------------------------------
  // MERGE: rows with matched threads are read in ascending order
  logic [BEATS-1:0] rows_d, rows_q;  // still to be read
  logic read;
  logic [BEAT_BITS-1:0] beat;
  logic [LANES-1:0] row_match_d, row_match_q;  // of the row that is visible at the memory
  logic row_valid_q;
  logic [ROW_BITS-1:0] row;
  logic [32*LANES-1:0] row_data, row_compare;
  logic [4*LANES-1:0] row_strobe, row_word;

  assign read = state_q == MERGE && rows_q != '0;

  always_comb begin : next_row
    beat = '0;
    row_match_d = '0;
    for (int b = BEATS - 1; b >= 0; b--) begin
      if (rows_q[b]) beat = BEAT_BITS'(b);
    end
    if (read) begin
      for (int b = 0; b < BEATS; b++) begin
        if (beat == BEAT_BITS'(b)) row_match_d = match_q[LANES*b+:LANES];
      end
    end
  end

  always_comb begin : rows_left
    rows_d = rows_q;
    if (given_valid_i) begin
      for (int b = 0; b < BEATS; b++) rows_d[b] = given_match_i[LANES*b+:LANES] != '0;
    end else if (read) begin
      rows_d = rows_q & (rows_q - BEATS'(1));
    end
  end

  ram_1r1w #(
    .WIDTH(ROW_BITS),
    .DEPTH(2 ** (BEAT_BITS + 1)),
    .COLLIDES(0)  // the rows of one instruction are read from one half while the other is written
  ) u_data (
    .clk_i,
    .read_valid_i(read),
    .read_address_i({!half_i, beat}),
    .read_data_o(row),
    .write_valid_i,
    .write_address_i,
    .write_mask_i(1'b1),
    .write_data_i({write_compare_i, write_data_i, write_strobe_i, write_word_i})
  );

  logic [64*LANES-1:0] high_row;

  ram_1r1w #(
    .WIDTH(64 * LANES),
    .DEPTH(2 ** (BEAT_BITS + 1)),
    .COLLIDES(0)
  ) u_high_data (
    .clk_i,
    .read_valid_i(read && pair_q),
    .read_address_i({!half_i, beat}),
    .read_data_o(high_row),
    .write_valid_i(write_high_valid_i),
    .write_address_i,
    .write_mask_i(1'b1),
    .write_data_i({write_compare_i, write_high_data_i})
  );

  assign {row_compare, row_data, row_strobe, row_word} = row;

  logic [LINE_WORDS*LANES-1:0] select;
  logic [4*LANES-1:0] bytes_strobe;
  logic [32*LANES-1:0] bytes_data;
  logic [heddle_pkg::LINE_BITS-1:0] merged_data, line_data_d, line_data_q;
  logic [heddle_pkg::LINE_BYTES-1:0] merged_strobe, line_write, line_strobe_q;
  logic [31:0] compare, high_data, high_compare;

  store_bytes #(
    .WORD_BITS(4)
  ) u_bytes (
    .mask_i(row_match_q),
    .word_i(row_word),
    .strobe_i(row_strobe),
    .data_i(row_data),
    .select_o(select),
    .strobe_o(bytes_strobe),
    .data_o(bytes_data)
  );

  store_merge #(
    .WORDS(LINE_WORDS)
  ) u_merge (
    .valid_i(row_valid_q),
    .select_i(select),
    .strobe_i(bytes_strobe),
    .data_i(bytes_data),
    .strobe_o(merged_strobe),
    .data_o(merged_data)
  );

  // An atomic has b in its first word, c in the next; one on two words those of the second behind
  // them.
  always_comb begin : with_compare
    line_data_d = merged_data;
    line_write = merged_strobe;
    compare = '0;
    high_data = '0;
    high_compare = '0;
    if (atomic_q && row_valid_q) begin
      for (int i = 0; i < LANES; i++) begin
        if (row_match_q[i]) begin
          compare = compare | row_compare[32*i+:32];
          high_data = high_data | high_row[32*i+:32];
          high_compare = high_compare | high_row[32*(LANES+i)+:32];
        end
      end
      line_data_d[63:32] = compare;
      line_write[7:4] = '1;
      if (pair_q) begin
        line_data_d[127:64] = {high_compare, high_data};
        line_write[15:8] = '1;
      end
    end
  end

  for (genvar i = 0; i < heddle_pkg::LINE_BYTES; i++) begin : g_byte
    always_ff @(posedge clk_i) begin
      if (given_valid_i) begin
        line_data_q[8*i+:8] <= 8'b0;
        line_strobe_q[i] <= 1'b0;
      end else if (line_write[i]) begin
        line_data_q[8*i+:8] <= line_data_d[8*i+:8];
        line_strobe_q[i] <= store_q;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  assign request_valid_o = state_q == SEND && tag_free_i;
  assign sent_valid_o = request_valid_o && request_ready_i;
  assign empty_o = state_q == EMPTY;
  assign merging_o = state_q == MERGE;
  assign takes_o = state_q == EMPTY || sent_valid_o;

  always_comb begin : control
    state_d = state_q;
    if (given_valid_i) state_d = given_load ? SEND : MERGE;
    else if (sent_valid_o) state_d = EMPTY;
    else if (state_q == MERGE && !read) state_d = SEND;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= EMPTY;
      row_valid_q <= 1'b0;
    end else if (start_i) begin
      state_q <= EMPTY;
      row_valid_q <= 1'b0;
    end else begin
      state_q <= state_d;
      row_valid_q <= read;
    end
  end

  always_ff @(posedge clk_i) begin
    rows_q <= rows_d;
    if (read) row_match_q <= row_match_d;
    if (given_valid_i) begin
      entry_q <= given_entry_i;
      op_q <= given_op_i;
      store_q <= heddle_pkg::is_store(given_op_i);
      atomic_q <= heddle_pkg::isa_is_atomic(given_op_i);
      pair_q <= heddle_pkg::isa_is_pair(given_op_i);
      match_q <= given_match_i;
      closed_q <= given_closed_i;
      line_q <= given_line_i;
      word_q <= given_word_i;
    end
  end

  assign sent_closed_o = closed_q;
  assign sent_match_o = match_q;
  assign entry_o = entry_q;
  assign request_write_o = store_q;
  assign request_atomic_o = atomic_q;
  assign request_op_o = op_q;
  assign request_word_o = word_q;
  assign request_line_o = line_q;
  assign request_data_o = line_data_q;
  assign request_strobe_o = line_strobe_q;

endmodule
`default_nettype wire
