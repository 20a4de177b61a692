// What the lanes of a pass get: each its bank's word, extended as the operation says. Combinational.
`default_nettype none
module shared_words #(
  parameter int unsigned BANK_BITS = $clog2(heddle_pkg::LANES)
) (
  input logic valid_i,  // without it the words mean nothing
  input logic byte_access_i,
  input logic half_access_i,
  input logic signed_i,
  input logic [BANK_BITS*heddle_pkg::LANES-1:0] lane_bank_i,
  input logic [2*heddle_pkg::LANES-1:0] lane_byte_i,
  input logic [32*heddle_pkg::LANES-1:0] bank_word_i,
  output logic [32*heddle_pkg::LANES-1:0] lane_word_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;

  logic [LANES*LANES-1:0] select;  // one-hot, a lane's bank
  logic [32*LANES-1:0] word;

  always_comb begin : select_banks
    select = '0;
    if (valid_i) begin
      for (int i = 0; i < LANES; i++) begin
        for (int bank = 0; bank < LANES; bank++) begin
          select[LANES*i+bank] = lane_bank_i[BANK_BITS*i+:BANK_BITS] == BANK_BITS'(bank);
        end
      end
    end
  end

  for (genvar i = 0; i < LANES; i++) begin : g_lane
    select_word #(
      .WORDS(LANES)
    ) u_word (
      .select_i(select[LANES*i+:LANES]),
      .words_i(bank_word_i),
      .word_o(word[32*i+:32])
    );

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
