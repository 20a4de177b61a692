// L1 data cache: a bump in the wire between coalescer and crossbar (requests) and between crossbar
// and load_return (responses). Write-through, no write-allocate; every line tag can be a miss.
//
// A request is taken every second cycle at most, as fast as the coalescer makes them:
//
//   a     transfer; the tags of the set are addressed
//   a+1   head visible, with the tags; decided here at the earliest
//   a+2   passed on: visible to the crossbar. Hit: the data memory is addressed or written
//   a+3   load hit: the line goes into the hit FIFO, from where load_return gets it at a+4
//
// Decisions are two cycles apart, so the head's payload still stands in the cycle of its access.
// With L1_BYTES = 0 requests and responses take the same cycles; no line is ever filled.
`default_nettype none
module l1_cache (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From host_interface, constant during a grid: loads neither hit nor fill
  input logic bypass_i,

  // From coalescer
  input logic request_valid_i,
  output logic request_ready_o,
  input logic request_write_i,
  input logic request_atomic_i,
  input logic [heddle_pkg::OP_BITS-1:0] request_op_i,
  input logic [3:0] request_word_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_i,
  input logic [heddle_pkg::TAG_BITS-1:0] request_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] request_data_i,
  input logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_i,

  // To crossbar
  output logic out_valid_o,
  input logic out_ready_i,
  output logic out_write_o,
  output logic out_atomic_o,
  output logic [heddle_pkg::OP_BITS-1:0] out_op_o,
  output logic [3:0] out_word_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] out_line_o,
  output logic [heddle_pkg::TAG_BITS-1:0] out_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] out_data_o,
  output logic [heddle_pkg::LINE_BYTES-1:0] out_strobe_o,

  // From crossbar
  input logic memory_response_valid_i,
  output logic memory_response_ready_o,
  input logic [heddle_pkg::TAG_BITS-1:0] memory_response_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] memory_response_data_i,
  input logic memory_response_write_i,
  input logic memory_response_error_i,

  // To load_return
  output logic response_valid_o,
  input logic response_ready_i,
  output logic [heddle_pkg::TAG_BITS-1:0] response_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] response_data_o,
  output logic response_write_o,
  output logic response_error_o,

  // To performance_counters (events): a load was decided
  output logic load_hit_o,
  output logic load_miss_o
);

  localparam int unsigned LINE_BITS = heddle_pkg::LINE_BITS;
  localparam int unsigned TAG_BITS = heddle_pkg::TAG_BITS;
  localparam int unsigned INDEX_BITS = heddle_pkg::L1_INDEX_BITS;
  localparam int unsigned L1_HITS = 4;
  // What of a request the cache looks at, and the whole of it with op and word
  localparam int unsigned LOOKED_AT_BITS = 2 + heddle_pkg::LINE_ADDRESS_BITS + TAG_BITS + LINE_BITS
      + heddle_pkg::LINE_BYTES;
  localparam int unsigned REQUEST_BITS = heddle_pkg::OP_BITS + 4 + LOOKED_AT_BITS;

  // -----------------------------------------------------------------------------------------------
  // The head, and what is decided on it
  logic take, head_valid_q, head_write, head_atomic, head_load;
  logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] head_line;
  logic [TAG_BITS-1:0] head_tag;
  logic [LINE_BITS-1:0] head_data;
  logic [heddle_pkg::LINE_BYTES-1:0] head_strobe;
  logic [REQUEST_BITS-1:0] head_q, out_q;
  logic out_valid_q, fills_allowed, hit, coming, load_hit, store_hit, decide, pass;
  logic [INDEX_BITS-1:0] index;
  logic [2:0] promised_d, promised_q;

  assign request_ready_o = !head_valid_q;
  assign take = request_valid_i && request_ready_o;
  assign {head_write, head_atomic, head_line, head_tag, head_data, head_strobe} =
      head_q[LOOKED_AT_BITS-1:0];
  assign head_load = !head_write && !head_atomic;

  assign fills_allowed = heddle_pkg::L1_BYTES != 0 && !bypass_i;
  assign load_hit = head_load && hit && !bypass_i;
  assign store_hit = head_write && hit;
  assign decide = head_valid_q
      && (load_hit ? promised_q != 3'(L1_HITS) : (!out_valid_q || out_ready_i));
  assign pass = decide && !load_hit;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_valid_q <= 1'b0;
      out_valid_q <= 1'b0;
      load_hit_o <= 1'b0;
      load_miss_o <= 1'b0;
    end else if (start_i) begin
      head_valid_q <= 1'b0;
      out_valid_q <= 1'b0;
      load_hit_o <= 1'b0;
      load_miss_o <= 1'b0;
    end else begin
      head_valid_q <= take || (head_valid_q && !decide);
      out_valid_q <= pass || (out_valid_q && !out_ready_i);
      load_hit_o <= decide && load_hit;
      load_miss_o <= decide && head_load && !load_hit;
    end
  end

  always_ff @(posedge clk_i) begin
    if (take) begin
      head_q <= {request_op_i, request_word_i, request_write_i, request_atomic_i, request_line_i,
          request_tag_i, request_data_i, request_strobe_i};
    end
    if (pass) out_q <= head_q;
  end

  assign out_valid_o = out_valid_q;
  assign {out_op_o, out_word_o, out_write_o, out_atomic_o, out_line_o, out_tag_o, out_data_o,
      out_strobe_o} = out_q;

  // -----------------------------------------------------------------------------------------------
  // Lines, and the access of a hit one cycle after its decision
  logic access_load_q, access_store_q, fetched_q;
  logic [TAG_BITS-1:0] access_tag_q, fetched_tag_q;
  logic [LINE_BITS-1:0] fetched_data;
  logic memory_transfer;

  logic [INDEX_BITS-1:0] access_index_q, fill_index;
  logic allocate, invalidate, fill;

  assign allocate = pass && head_load && !coming && fills_allowed;
  assign invalidate = pass && ((head_atomic && (hit || coming)) || (head_write && coming));

  l1_lines lines (
    .clk_i,
    .rst_ni,
    .start_i,
    .read_valid_i(take),
    .read_set_i(heddle_pkg::l1_set(request_line_i)),
    .line_tag_i(head_line[heddle_pkg::L1_SET_BITS+:heddle_pkg::L1_TAG_BITS]),
    .hit_o(hit),
    .coming_o(coming),
    .index_o(index),
    .allocate_i(allocate),
    .tag_i(head_tag),
    .invalidate_i(invalidate),
    .response_valid_i(memory_transfer),
    .response_tag_i(memory_response_tag_i),
    .response_error_i(memory_response_error_i),
    .fill_o(fill),
    .fill_index_o(fill_index)
  );

  if (heddle_pkg::L1_BYTES != 0) begin : g_data
    ram_1r1w #(
      .WIDTH(LINE_BITS),
      .DEPTH(2 ** INDEX_BITS),
      .GRANULE(8),
      .COLLIDES(0)  // a line that is being filled is not valid, and a decision loads or stores
    ) u_data (
      .clk_i,
      .read_valid_i(access_load_q),
      .read_address_i(access_index_q),
      .read_data_o(fetched_data),
      .write_valid_i(access_store_q || fill),
      .write_address_i(access_store_q ? access_index_q : fill_index),
      .write_mask_i(access_store_q ? head_strobe : '1),
      .write_data_i(access_store_q ? head_data : memory_response_data_i)
    );
  end else begin : g_data
    assign fetched_data = '0;
    logic unused;
    assign unused = ^{fill, fill_index, access_index_q};
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      access_load_q <= 1'b0;
      access_store_q <= 1'b0;
      fetched_q <= 1'b0;
    end else begin
      access_load_q <= decide && load_hit && !start_i;
      access_store_q <= decide && store_hit && !start_i;
      fetched_q <= access_load_q && !start_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (decide) begin
      access_tag_q <= head_tag;
      access_index_q <= index;
    end
    fetched_tag_q <= access_tag_q;
  end

  // -----------------------------------------------------------------------------------------------
  // Responses: lines that hit wait in a FIFO and take turns with those of the memory. The memory's
  // wait while a store hit uses the data memory's write port.
  logic hit_valid, hit_pop, takes_memory, choose_memory, hit_was_last_q;
  logic [TAG_BITS-1:0] hit_tag;
  logic [LINE_BITS-1:0] hit_data;

  fifo #(
    .WIDTH(TAG_BITS + LINE_BITS),
    .DEPTH(L1_HITS)
  ) u_hits (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(fetched_q),
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),  // `promised` keeps a place
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({fetched_tag_q, fetched_data}),
    .pop_valid_o(hit_valid),
    .pop_ready_i(hit_pop),
    .pop_data_o({hit_tag, hit_data})
  );

  assign takes_memory = !access_store_q && (!hit_valid || hit_was_last_q);
  assign choose_memory = memory_response_valid_i && takes_memory;
  assign response_valid_o = choose_memory || hit_valid;
  assign response_tag_o = choose_memory ? memory_response_tag_i : hit_tag;
  assign response_data_o = choose_memory ? memory_response_data_i : hit_data;
  assign response_write_o = choose_memory && memory_response_write_i;
  assign response_error_o = choose_memory && memory_response_error_i;
  assign memory_response_ready_o = takes_memory && response_ready_i;
  assign memory_transfer = choose_memory && response_ready_i;
  assign hit_pop = hit_valid && !choose_memory && response_ready_i;

  always_comb begin : count_promised
    promised_d = promised_q;
    if (decide && load_hit) promised_d = promised_d + 3'd1;
    if (hit_pop) promised_d = promised_d - 3'd1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      promised_q <= '0;
      hit_was_last_q <= 1'b1;
    end else if (start_i) begin
      promised_q <= '0;
      hit_was_last_q <= 1'b1;
    end else begin
      promised_q <= promised_d;
      if (response_valid_o && response_ready_i) hit_was_last_q <= !choose_memory;
    end
  end

  // The lookup's set went to `lines` with the request.
  logic unused_set;
  assign unused_set = ^head_line;

endmodule
`default_nettype wire
