// Tag memory of an L2 slice: for each set and way valid, dirty and tag, and for each set the way
// that is replaced next.
//
// A set addressed in c is visible from c+1 until the next read; writes of c or later are not seen.
`default_nettype none
module l2_tags (
  input logic clk_i,

  // From l2_lookup
  input logic read_valid_i,
  input logic [heddle_pkg::L2_SET_BITS-1:0] read_set_i,
  input logic [heddle_pkg::L2_WAYS-1:0] write_ways_i,
  input logic [heddle_pkg::L2_SET_BITS-1:0] write_set_i,
  input logic write_valid_bit_i,
  input logic write_dirty_bit_i,
  input logic [heddle_pkg::L2_TAG_BITS-1:0] write_tag_i,
  input logic victim_write_i,  // at the same set
  input logic [heddle_pkg::L2_WAY_BITS-1:0] victim_i,

  // To l2_lookup, c+1
  output logic [heddle_pkg::L2_WAYS-1:0] valid_o,
  output logic [heddle_pkg::L2_WAYS-1:0] dirty_o,
  output logic [heddle_pkg::L2_TAG_BITS*heddle_pkg::L2_WAYS-1:0] tag_o,
  output logic [heddle_pkg::L2_WAY_BITS-1:0] victim_o
);

  localparam int unsigned WAYS = heddle_pkg::L2_WAYS;
  localparam int unsigned TAG_BITS = heddle_pkg::L2_TAG_BITS;
  localparam int unsigned SETS = heddle_pkg::L2_SETS;
  localparam int unsigned ENTRY_BITS = TAG_BITS + 2;

  for (genvar w = 0; w < WAYS; w++) begin : g_way
    ram_1r1w #(
      .WIDTH(ENTRY_BITS),
      .DEPTH(SETS)
    ) u_tags (
      .clk_i,
      .read_valid_i,
      .read_address_i(read_set_i),
      .read_data_o({valid_o[w], dirty_o[w], tag_o[TAG_BITS*w+:TAG_BITS]}),
      .write_valid_i(write_ways_i[w]),
      .write_address_i(write_set_i),
      .write_mask_i(1'b1),
      .write_data_i({write_valid_bit_i, write_dirty_bit_i, write_tag_i})
    );
  end

  ram_1r1w #(
    .WIDTH(heddle_pkg::L2_WAY_BITS),
    .DEPTH(SETS)
  ) u_victims (
    .clk_i,
    .read_valid_i,
    .read_address_i(read_set_i),
    .read_data_o(victim_o),
    .write_valid_i(victim_write_i),
    .write_address_i(write_set_i),
    .write_mask_i(1'b1),
    .write_data_i(victim_i)
  );

endmodule
`default_nettype wire
