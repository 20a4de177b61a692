// Third step of the coalescer: puts the request for a line together, and sends it.
//
// Of a store the data of the matched threads is read, a row a cycle, and laid into the line a cycle
// later; of an atomic the operands of its one thread. Loads skip it. SEND waits for a tag and the
// crossbar; meanwhile the next line is read, up to the first row, which stays at the memory's output.
// Data is 0 where no strobe is set.
`default_nettype none
module coalescer_make (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From coalescer_collect: the store data of a row, into a place that is not read here
  input logic write_valid_i,
  input logic [heddle_pkg::BEAT_BITS+1:0] write_address_i,
  input logic [32*heddle_pkg::LANES-1:0] write_data_i,
  input logic [32*heddle_pkg::LANES-1:0] write_compare_i,
  input logic write_high_valid_i,  // instead: operands for the second words of a row
  input logic [32*heddle_pkg::LANES-1:0] write_high_data_i,
  input logic [4*heddle_pkg::LANES-1:0] write_strobe_i,
  input logic [4*heddle_pkg::LANES-1:0] write_word_i,
  input logic [1:0] place_i,  // which is written; the chosen instruction has the one before

  // From coalescer_choose: a line (event, only in a cycle with takes_o)
  input logic given_valid_i,
  input logic [heddle_pkg::MEMORY_OP_BITS-1:0] given_entry_i,
  input logic [heddle_pkg::OP_BITS-1:0] given_op_i,
  input logic [31:0] given_match_i,
  input logic given_closed_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] given_line_i,
  input logic [3:0] given_word_i,
  output logic empty_o,
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

  // A line, but for its data
  typedef struct packed {
    logic [heddle_pkg::MEMORY_OP_BITS-1:0] entry;
    logic [heddle_pkg::OP_BITS-1:0] op;
    logic store;
    logic atomic;
    logic [31:0] match;
    logic closed;
    logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] line;
    logic [3:0] word;
  } line_t;

  state_t state_d, state_q;
  line_t given, read_q, line_q;  // given; that is read; that is made and sent
  logic given_load, given_read;  // to be read

  assign given.entry = given_entry_i;
  assign given.op = given_op_i;
  assign given.store = heddle_pkg::is_store(given_op_i);
  assign given.atomic = heddle_pkg::isa_is_atomic(given_op_i);
  assign given.match = given_match_i;
  assign given.closed = given_closed_i;
  assign given.line = given_line_i;
  assign given.word = given_word_i;
  assign given_load = !given.store && !given.atomic;
  assign given_read = given_valid_i && !given_load;

  // -----------------------------------------------------------------------------------------------
  // Rows with matched threads are read in ascending order. A row at the memory is laid into the line,
  // or held while the line before waits there.
  logic reading_q, begun_q, pair_q;  // begun: the first row of the line that is read has been laid
  logic [1:0] place_q;
  logic [BEATS-1:0] rows_q, rows_left;  // still to be read
  logic read, held, lay, first, ends;
  logic [BEAT_BITS-1:0] beat;
  logic [LANES-1:0] row_match, row_match_q;  // of the row that is at the memory
  logic row_valid_q, row_last_q;
  logic [ROW_BITS-1:0] row;
  logic [32*LANES-1:0] row_data, row_compare;
  logic [4*LANES-1:0] row_strobe, row_word;

  assign held = row_valid_q && state_q == SEND && !sent_valid_o;
  assign lay = row_valid_q && !held;
  assign first = state_q != MERGE;
  assign read = rows_q != '0 && !held;
  assign rows_left = read ? rows_q & (rows_q - BEATS'(1)) : rows_q;
  assign ends = reading_q && rows_left == '0 && (begun_q || (lay && first));

  always_comb begin : next_row
    beat = '0;
    row_match = '0;
    for (int b = BEATS - 1; b >= 0; b--) begin
      if (rows_q[b]) beat = BEAT_BITS'(b);
    end
    for (int b = 0; b < BEATS; b++) begin
      if (beat == BEAT_BITS'(b)) row_match = read_q.match[LANES*b+:LANES];
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      reading_q <= 1'b0;
      rows_q <= '0;
      row_valid_q <= 1'b0;
    end else if (start_i) begin
      reading_q <= 1'b0;
      rows_q <= '0;
      row_valid_q <= 1'b0;
    end else begin
      reading_q <= given_read || (reading_q && !ends);
      for (int b = 0; b < BEATS; b++) begin
        rows_q[b] <= given_read ? given_match_i[LANES*b+:LANES] != '0 : rows_left[b];
      end
      row_valid_q <= read || held;
    end
  end

  always_ff @(posedge clk_i) begin
    begun_q <= !given_read && (begun_q || (lay && first));
    if (read) begin
      row_match_q <= row_match;
      row_last_q <= rows_left == '0;
    end
    if (given_read) begin
      read_q <= given;
      pair_q <= heddle_pkg::isa_is_pair(given_op_i);
      place_q <= place_i - 2'd1;
    end
  end

  ram_1r1w #(
    .WIDTH(ROW_BITS),
    .DEPTH(2 ** (BEAT_BITS + 2)),
    .COLLIDES(0)  // another place is written
  ) u_data (
    .clk_i,
    .read_valid_i(read),
    .read_address_i({place_q, beat}),
    .read_data_o(row),
    .write_valid_i,
    .write_address_i,
    .write_mask_i(1'b1),
    .write_data_i({write_compare_i, write_data_i, write_strobe_i, write_word_i})
  );

  logic [64*LANES-1:0] high_row;

  ram_1r1w #(
    .WIDTH(64 * LANES),
    .DEPTH(2 ** (BEAT_BITS + 2)),
    .COLLIDES(0)
  ) u_high_data (
    .clk_i,
    .read_valid_i(read && pair_q),
    .read_address_i({place_q, beat}),
    .read_data_o(high_row),
    .write_valid_i(write_high_valid_i),
    .write_address_i,
    .write_mask_i(1'b1),
    .write_data_i({write_compare_i, write_high_data_i})
  );

  assign {row_compare, row_data, row_strobe, row_word} = row;

  logic [LINE_WORDS*LANES-1:0] select;
  logic [4*LANES-1:0] bytes_strobe;
  logic [heddle_pkg::LINE_BITS-1:0] merged_data, line_data_d, line_data_q;
  logic [heddle_pkg::LINE_BYTES-1:0] merged_strobe, line_write, line_strobe_q;
  logic [31:0] compare, high_data, high_compare;

  store_bytes #(
    .WORD_BITS(4)
  ) u_bytes (
    .mask_i(row_match_q),
    .word_i(row_word),
    .strobe_i(row_strobe),
    .select_o(select),
    .strobe_o(bytes_strobe)
  );

  store_merge #(
    .WORDS(LINE_WORDS)
  ) u_merge (
    .valid_i(row_valid_q),
    .select_i(select),
    .strobe_i(bytes_strobe),
    .data_i(row_data),
    .strobe_o(merged_strobe),
    .data_o(merged_data)
  );

  // An atomic, which has one row, has b in its first word, c in the next; one on two words those of the
  // second behind them.
  always_comb begin : with_compare
    line_data_d = merged_data;
    line_write = merged_strobe;
    compare = '0;
    high_data = '0;
    high_compare = '0;
    if (read_q.atomic && first && row_valid_q) begin
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
      if ((given_valid_i && given_load) || (lay && first && !line_write[i])) begin
        line_data_q[8*i+:8] <= 8'b0;
        line_strobe_q[i] <= 1'b0;
      end else if (lay && line_write[i]) begin
        line_data_q[8*i+:8] <= line_data_d[8*i+:8];
        line_strobe_q[i] <= !first || read_q.store;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  assign request_valid_o = state_q == SEND && tag_free_i;
  assign sent_valid_o = request_valid_o && request_ready_i;
  assign empty_o = !reading_q && state_q == EMPTY;
  assign takes_o = given_load ? !reading_q && (state_q == EMPTY || sent_valid_o)
      : !reading_q || ends;

  always_comb begin : control
    state_d = state_q;
    if (lay) state_d = row_last_q ? SEND : MERGE;
    else if (given_valid_i && given_load) state_d = SEND;
    else if (sent_valid_o) state_d = EMPTY;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) state_q <= EMPTY;
    else if (start_i) state_q <= EMPTY;
    else state_q <= state_d;
  end

  always_ff @(posedge clk_i) begin
    if (lay && first) line_q <= read_q;
    if (given_valid_i && given_load) line_q <= given;
  end

  assign sent_closed_o = line_q.closed;
  assign sent_match_o = line_q.match;
  assign entry_o = line_q.entry;
  assign request_write_o = line_q.store;
  assign request_atomic_o = line_q.atomic;
  assign request_op_o = line_q.op;
  assign request_word_o = line_q.word;
  assign request_line_o = line_q.line;
  assign request_data_o = line_data_q;
  assign request_strobe_o = line_strobe_q;

endmodule
`default_nettype wire
