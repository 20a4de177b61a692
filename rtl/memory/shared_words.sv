// What the lanes of a pass get: each its bank's word, extended as the operation says. Combinational.
`default_nettype none
module shared_words #(
  parameter int unsigned BANK_BITS = $clog2(heddle_pkg::LANES)
) (
  input logic byte_access_i,
  input logic half_access_i,
  input logic signed_i,
  input logic [BANK_BITS*heddle_pkg::LANES-1:0] lane_bank_i,
  input logic [2*heddle_pkg::LANES-1:0] lane_byte_i,
  input logic [32*heddle_pkg::LANES-1:0] bank_word_i,
  output logic [32*heddle_pkg::LANES-1:0] lane_word_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;

  logic [32*LANES-1:0] word;

  for (genvar i = 0; i < LANES; i++) begin : g_lane
    assign word[32*i+:32] = bank_word_i[32*lane_bank_i[BANK_BITS*i+:BANK_BITS]+:32];

    load_extend u_extend (
      .byte_access_i,
      .half_access_i,
      .signed_i,
      .byte_i(lane_byte_i[2*i+:2]),
      .word_i(word[32*i+:32]),
      .value_o(lane_word_o[32*i+:32])
    );
  end

endmodule
`default_nettype wire
