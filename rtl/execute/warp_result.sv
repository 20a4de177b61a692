// A row of the warp unit's results, made out of rows of operands: a lane that is written has its
// result one cycle later.
`default_nettype none
module warp_result (
  input logic clk_i,

  // From warp_unit: what a vote or match is; none of them for other instructions
  input logic is_ballot_i,     // also match_any: the threads of rs2 that are in `set_i`
  input logic is_match_all_i,  // the same, or 0 if a thread of rs2 is in `test_i`
  input logic is_vote_any_i,   // is a thread of rs2 in `test_i`?
  input logic is_vote_all_i,   // or none?

  // From warp_unit: threads, and a value that all lanes get, else 0
  input logic [31:0] set_i,
  input logic [31:0] test_i,
  input logic [31:0] common_i,

  // From warp_unit: rs1 of the row that a shuffle reads, and for each lane which one is its source
  // (one bit of LANES; none unless it is a shuffle); rs2
  input logic [32*heddle_pkg::LANES-1:0] a_i,
  input logic [heddle_pkg::LANES*heddle_pkg::LANES-1:0] select_i,
  input logic [32*heddle_pkg::LANES-1:0] b_i,
  input logic [heddle_pkg::LANES-1:0] write_i,

  // To writeback
  output logic [32*heddle_pkg::LANES-1:0] data_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;

  for (genvar i = 0; i < LANES; i++) begin : g_lane
    logic [31:0] own, source, made;
    logic found, set_enable, vote;

    assign own = b_i[32*i+:32];

    always_comb begin : choose_source
      source = 32'b0;
      for (int j = 0; j < LANES; j++) begin
        source = source | (a_i[32*j+:32] & {32{select_i[LANES*i+j]}});
      end
    end

    assign found = (own & test_i) != 32'b0;
    assign set_enable = is_ballot_i || (is_match_all_i && !found);
    assign vote = (is_vote_any_i && found) || (is_vote_all_i && !found);
    assign made = source | (own & set_i & {32{set_enable}}) | common_i | {31'b0, vote};

    always_ff @(posedge clk_i) begin
      if (write_i[i]) data_o[32*i+:32] <= made;
    end
  end

endmodule
`default_nettype wire
