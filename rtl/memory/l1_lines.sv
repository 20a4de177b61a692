// What the L1 knows of its lines: their tags, which of them are valid, and the fills under way.
//
// A lookup's set is read one cycle ahead: its tags, which of its lines are valid, and which are being
// filled. What responses change of these is followed until the decision, so what is said of the
// lookup's line is right in every later cycle, too; the rest changes by decisions on this very lookup
// only. A fill is keyed by the line tag of the load that asked for the line.
`default_nettype none
module l1_lines (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From l1_cache: a request is taken (event), its set is read
  input logic read_valid_i,
  input logic [heddle_pkg::L1_SET_BITS-1:0] read_set_i,

  // From l1_cache: the lookup's line address above the set, from the next cycle on
  input logic [heddle_pkg::L1_TAG_BITS-1:0] line_tag_i,
  output logic hit_o,
  output logic coming_o,
  output logic [heddle_pkg::L1_INDEX_BITS-1:0] index_o,  // of the line that hits or comes

  // From l1_cache: its decision (events). `allocate`: a fill of the victim, for tag_i;
  // `invalidate`: the line at index_o, and a fill of it
  input logic allocate_i,
  input logic [heddle_pkg::TAG_BITS-1:0] tag_i,
  input logic invalidate_i,

  // From l1_cache: a response of the memory is transferred (event). `fill`: its data are written as
  // the line at fill_index_o; that is not valid if a decision of the same cycle ends the fill
  input logic response_valid_i,
  input logic [heddle_pkg::TAG_BITS-1:0] response_tag_i,
  input logic response_error_i,
  output logic fill_o,
  output logic [heddle_pkg::L1_INDEX_BITS-1:0] fill_index_o
);

  localparam int unsigned WAYS = heddle_pkg::L1_WAYS;
  localparam int unsigned SETS = heddle_pkg::L1_SETS;
  localparam int unsigned WAY_BITS = heddle_pkg::L1_WAY_BITS;
  localparam int unsigned SET_BITS = heddle_pkg::L1_SET_BITS;
  localparam int unsigned INDEX_BITS = heddle_pkg::L1_INDEX_BITS;
  localparam int unsigned TAG_BITS = heddle_pkg::L1_TAG_BITS;
  localparam int unsigned FILLS = heddle_pkg::LINE_TAGS;

  logic [SET_BITS-1:0] set_d, set_q;
  logic [WAYS-1:0] match, valid_at_set_d, valid_at_set_q, filling_d, filling_q;
  logic [WAYS*SETS-1:0] valid_d, valid_q;
  logic [FILLS-1:0] active_d, active_q;
  logic [INDEX_BITS-1:0] fill_index_q[0:FILLS-1];
  logic [WAY_BITS-1:0] victim_way_q;
  logic [INDEX_BITS-1:0] victim;

  assign set_d = read_valid_i ? read_set_i : set_q;
  assign victim = {victim_way_q, set_q};

  for (genvar w = 0; w < WAYS; w++) begin : g_way
    logic [TAG_BITS-1:0] way_tag;

    ram_1r1w #(
      .WIDTH(TAG_BITS),
      .DEPTH(SETS),
      .COLLIDES(0)  // while a decision is made no lookup begins
    ) u_tags (
      .clk_i,
      .read_valid_i,
      .read_address_i(read_set_i),
      .read_data_o(way_tag),
      .write_valid_i(allocate_i && victim_way_q == WAY_BITS'(w)),
      .write_address_i(set_q),
      .write_mask_i(1'b1),
      .write_data_i(line_tag_i)
    );

    assign match[w] = way_tag == line_tag_i;
  end

  // A response to an active fill: the line, and whether it is one of the lookup's set
  logic answers;
  logic [WAYS-1:0] answered;

  assign fill_index_o = fill_index_q[response_tag_i];
  assign answers = response_valid_i && active_q[response_tag_i];
  assign fill_o = answers && !response_error_i;

  always_comb begin : find
    for (int w = 0; w < WAYS; w++) begin
      answered[w] = answers && fill_index_o == {WAY_BITS'(w), set_d};
      valid_at_set_d[w] = valid_at_set_q[w];
      filling_d[w] = filling_q[w];
      if (read_valid_i) begin
        valid_at_set_d[w] = valid_q[{WAY_BITS'(w), read_set_i}];
        filling_d[w] = 1'b0;
        for (int t = 0; t < FILLS; t++) begin
          if (active_q[t] && fill_index_q[t] == {WAY_BITS'(w), read_set_i}) filling_d[w] = 1'b1;
        end
      end
      if (answered[w]) begin
        filling_d[w] = 1'b0;
        if (!response_error_i) valid_at_set_d[w] = 1'b1;
      end
    end
    index_o = {WAY_BITS'(0), set_q};
    for (int w = 0; w < WAYS; w++) begin
      if (match[w] && (valid_at_set_q[w] || filling_q[w])) index_o[SET_BITS+:WAY_BITS] = WAY_BITS'(w);
    end
  end

  assign hit_o = (match & valid_at_set_q) != '0;
  assign coming_o = (match & filling_q) != '0;

  // What a decision ends: the line at an index and a fill of it. Both indices are compared before it
  // is known which of them it is.
  logic [WAYS*SETS-1:0] ended;

  function automatic logic [WAYS*SETS-1:0] at(input logic [INDEX_BITS-1:0] index);
    at = (WAYS * SETS)'(1) << index;
  endfunction

  always_comb begin : next_state
    ended = '0;
    if (allocate_i) ended = at(victim);
    if (invalidate_i) ended = at(index_o);
    valid_d = valid_q;
    if (fill_o) valid_d[fill_index_o] = 1'b1;
    valid_d = valid_d & ~ended;
    active_d = active_q;
    for (int t = 0; t < FILLS; t++) begin
      if (allocate_i && fill_index_q[t] == victim) active_d[t] = 1'b0;
      if (invalidate_i && fill_index_q[t] == index_o) active_d[t] = 1'b0;
    end
    if (response_valid_i) active_d[response_tag_i] = 1'b0;
    if (allocate_i) active_d[tag_i] = 1'b1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      active_q <= '0;
      victim_way_q <= '0;
    end else if (start_i) begin
      valid_q <= '0;
      active_q <= '0;
      victim_way_q <= '0;
    end else begin
      valid_q <= valid_d;
      active_q <= active_d;
      if (allocate_i) begin
        victim_way_q <= (victim_way_q == WAY_BITS'(WAYS - 1)) ? '0 : victim_way_q + WAY_BITS'(1);
      end
    end
  end

  always_ff @(posedge clk_i) begin
    set_q <= set_d;
    valid_at_set_q <= valid_at_set_d;
    filling_q <= filling_d;
    if (allocate_i) fill_index_q[tag_i] <= victim;
  end

endmodule
`default_nettype wire
