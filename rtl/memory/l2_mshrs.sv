// Requests of an L2 slice that wait for memory. An entry is a fetch of a line or a strobed write;
// `respond` says that somebody waits for the answer (an atomic stays at the head of the requests
// and is looked up again instead).
`default_nettype none
module l2_mshrs (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From and to l2_lookup: the head's line, its set, and the victim there
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] line_i,
  input logic [heddle_pkg::L2_SET_BITS-1:0] set_i,
  input logic [heddle_pkg::L2_WAY_BITS-1:0] victim_i,
  output logic line_pending_o,    // the line is being fetched
  output logic victim_pending_o,  // a line is being fetched to the victim's place
  output logic free_o,
  output logic [heddle_pkg::L2_ID_BITS-1:0] free_id_o,
  input logic take_valid_i,
  input logic take_fetch_i,
  input logic take_respond_i,
  input logic [heddle_pkg::L2_WAY_BITS-1:0] take_way_i,
  input logic [heddle_pkg::SOURCE_BITS-1:0] take_source_i,
  input logic [heddle_pkg::L2_REQUEST_TAG_BITS-1:0] take_tag_i,

  // From and to the slice: what memory answers to; frees the entry
  input logic answer_valid_i,
  input logic [heddle_pkg::L2_ID_BITS-1:0] answer_id_i,
  output logic answer_fetch_o,
  output logic answer_respond_o,
  output logic [heddle_pkg::L2_TAG_BITS-1:0] answer_line_tag_o,
  output logic [heddle_pkg::L2_SET_BITS-1:0] answer_set_o,
  output logic [heddle_pkg::L2_WAY_BITS-1:0] answer_way_o,
  output logic [heddle_pkg::SOURCE_BITS-1:0] answer_source_o,
  output logic [heddle_pkg::L2_REQUEST_TAG_BITS-1:0] answer_tag_o,

  output logic idle_o
);

  localparam int unsigned ENTRIES = heddle_pkg::L2_MSHRS;
  localparam int unsigned ID_BITS = heddle_pkg::L2_ID_BITS;
  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned WAY_BITS = heddle_pkg::L2_WAY_BITS;
  localparam int unsigned TAG_BITS = heddle_pkg::L2_REQUEST_TAG_BITS;
  localparam int unsigned SOURCE_BITS = heddle_pkg::SOURCE_BITS;
  localparam int unsigned L2_TAG_BITS = heddle_pkg::L2_TAG_BITS;
  localparam int unsigned SET_LOW = $clog2(heddle_pkg::CHANNELS);
  localparam int unsigned SET_BITS = heddle_pkg::L2_SET_BITS;

  logic [ENTRIES-1:0] valid_d, valid_q, fetch_q, respond_q;
  logic [SOURCE_BITS*ENTRIES-1:0] sources_q;
  logic [LINE_ADDRESS_BITS*ENTRIES-1:0] lines_q;
  logic [SET_BITS*ENTRIES-1:0] sets_q;
  logic [WAY_BITS*ENTRIES-1:0] ways_q;
  logic [TAG_BITS*ENTRIES-1:0] tags_q;

  always_comb begin : look_up
    line_pending_o = 1'b0;
    victim_pending_o = 1'b0;
    free_id_o = '0;
    for (int e = ENTRIES - 1; e >= 0; e--) begin
      if (!valid_q[e]) free_id_o = ID_BITS'(e);
      if (valid_q[e] && fetch_q[e]) begin
        if (lines_q[LINE_ADDRESS_BITS*e+:LINE_ADDRESS_BITS] == line_i) line_pending_o = 1'b1;
        if (sets_q[SET_BITS*e+:SET_BITS] == set_i
            && ways_q[WAY_BITS*e+:WAY_BITS] == victim_i) begin
          victim_pending_o = 1'b1;
        end
      end
    end
  end

  assign free_o = valid_q != '1;
  assign idle_o = valid_q == '0;

  // The id of an eviction names no entry.
  always_comb begin : answer
    answer_fetch_o = 1'b0;
    answer_respond_o = 1'b0;
    answer_line_tag_o = '0;
    answer_set_o = '0;
    answer_way_o = '0;
    answer_source_o = '0;
    answer_tag_o = '0;
    for (int e = 0; e < ENTRIES; e++) begin
      if (answer_id_i == ID_BITS'(e)) begin
        answer_fetch_o = fetch_q[e];
        answer_respond_o = respond_q[e];
        answer_line_tag_o = lines_q[LINE_ADDRESS_BITS*e+SET_LOW+SET_BITS+:L2_TAG_BITS];
        answer_set_o = sets_q[SET_BITS*e+:SET_BITS];
        answer_way_o = ways_q[WAY_BITS*e+:WAY_BITS];
        answer_source_o = sources_q[SOURCE_BITS*e+:SOURCE_BITS];
        answer_tag_o = tags_q[TAG_BITS*e+:TAG_BITS];
      end
    end
  end

  always_comb begin : table_of_requests
    valid_d = valid_q;
    for (int e = 0; e < ENTRIES; e++) begin
      if (take_valid_i && free_id_o == ID_BITS'(e)) valid_d[e] = 1'b1;
      if (answer_valid_i && answer_id_i == ID_BITS'(e)) valid_d[e] = 1'b0;
    end
    if (start_i) valid_d = '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= valid_d;
  end

  always_ff @(posedge clk_i) begin
    // The free entry is loaded in every cycle: whether the request is taken is known late.
    for (int e = 0; e < ENTRIES; e++) begin
      if (!valid_q[e] && free_id_o == ID_BITS'(e)) begin
        fetch_q[e] <= take_fetch_i;
        respond_q[e] <= take_respond_i;
        sources_q[SOURCE_BITS*e+:SOURCE_BITS] <= take_source_i;
        lines_q[LINE_ADDRESS_BITS*e+:LINE_ADDRESS_BITS] <= line_i;
        sets_q[SET_BITS*e+:SET_BITS] <= set_i;
        ways_q[WAY_BITS*e+:WAY_BITS] <= take_way_i;
        tags_q[TAG_BITS*e+:TAG_BITS] <= take_tag_i;
      end
    end
  end

endmodule
`default_nettype wire
