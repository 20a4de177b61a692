// What the L1 knows of its lines: their tags, which of them are valid, and the fills under way.
//
// A lookup's set is read one cycle ahead; what is said of the lookup's line is combinational on that
// and on the registers, so it is right in every later cycle, too: tags change by decisions on this
// very lookup only. A fill is keyed by the line tag of the load that asked for the line.
`default_nettype none
module l1_lines (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From l1_cache: a request is taken (event), its set is read
  input logic read_valid_i,
  input logic [heddle_pkg::L1_SET_BITS-1:0] read_set_i,

  // From l1_cache: the lookup, from the next cycle on
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] line_i,
  output logic hit_o,
  output logic coming_o,
  output logic [heddle_pkg::L1_INDEX_BITS-1:0] index_o,  // of the line that hits or comes

  // From l1_cache: its decision (events). `allocate`: a fill of the victim, for tag_i;
  // `invalidate`: the line at index_o, and a fill of it
  input logic allocate_i,
  input logic [heddle_pkg::TAG_BITS-1:0] tag_i,
  input logic invalidate_i,

  // From l1_cache: a response of the memory is transferred (event). `fill`: its data are the line
  // at fill_index_o
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

  logic [SET_BITS-1:0] set;
  logic [TAG_BITS-1:0] tag;
  logic [WAYS-1:0] match, valid, filling;
  logic [WAYS*SETS-1:0] valid_d, valid_q;
  logic [FILLS-1:0] active_d, active_q, dropped;
  logic [INDEX_BITS-1:0] fill_index_q[0:FILLS-1];
  logic [WAY_BITS-1:0] victim_way_q;
  logic [INDEX_BITS-1:0] victim, dropped_index;

  assign set = heddle_pkg::l1_set(line_i);
  assign tag = line_i[SET_BITS+:TAG_BITS];
  assign victim = {victim_way_q, set};

  for (genvar w = 0; w < WAYS; w++) begin : g_way
    logic [TAG_BITS-1:0] way_tag;

    ram_1r1w #(
      .WIDTH(TAG_BITS),
      .DEPTH(SETS)
    ) u_tags (
      .clk_i,
      .read_valid_i,
      .read_address_i(read_set_i),
      .read_data_o(way_tag),
      .write_valid_i(allocate_i && victim_way_q == WAY_BITS'(w)),
      .write_address_i(set),
      .write_mask_i(1'b1),
      .write_data_i(tag)
    );

    assign match[w] = way_tag == tag;
    assign valid[w] = valid_q[{WAY_BITS'(w), set}];
  end

  always_comb begin : find
    filling = '0;
    for (int w = 0; w < WAYS; w++) begin
      for (int t = 0; t < FILLS; t++) begin
        if (active_q[t] && fill_index_q[t] == {WAY_BITS'(w), set}) filling[w] = 1'b1;
      end
    end
    index_o = {WAY_BITS'(0), set};
    for (int w = 0; w < WAYS; w++) begin
      if (match[w] && (valid[w] || filling[w])) index_o[SET_BITS+:WAY_BITS] = WAY_BITS'(w);
    end
  end

  assign hit_o = (match & valid) != '0;
  assign coming_o = (match & filling) != '0;

  // The fill that a decision ends before its time
  assign dropped_index = allocate_i ? victim : index_o;
  always_comb begin : drop
    dropped = '0;
    if (allocate_i || invalidate_i) begin
      for (int t = 0; t < FILLS; t++) dropped[t] = fill_index_q[t] == dropped_index;
    end
  end

  assign fill_index_o = fill_index_q[response_tag_i];
  assign fill_o = response_valid_i && !response_error_i && active_q[response_tag_i]
      && !dropped[response_tag_i];

  always_comb begin : next_state
    valid_d = valid_q;
    active_d = active_q & ~dropped;
    if (allocate_i || invalidate_i) valid_d[dropped_index] = 1'b0;
    if (fill_o) valid_d[fill_index_o] = 1'b1;
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
    if (allocate_i) fill_index_q[tag_i] <= victim;
  end

endmodule
`default_nettype wire
