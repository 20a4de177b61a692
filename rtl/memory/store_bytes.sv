// First half of laying a row of stores into words: which lane's bytes stay, and where they go.
// Combinational.
//
// When several lanes write one byte of one word, the highest lane's stays. The others' bytes, and
// those of lanes without a store, have no strobe, so that store_merge needs no priority.
`default_nettype none
module store_bytes #(
  parameter int unsigned WORD_BITS = 4
) (
  input logic [heddle_pkg::LANES-1:0] mask_i,
  input logic [WORD_BITS*heddle_pkg::LANES-1:0] word_i,
  input logic [4*heddle_pkg::LANES-1:0] strobe_i,

  output logic [2**WORD_BITS*heddle_pkg::LANES-1:0] select_o,  // a lane's word, one-hot
  output logic [4*heddle_pkg::LANES-1:0] strobe_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned WORDS = 2 ** WORD_BITS;

  logic same_word;

  always_comb begin : decode_words
    select_o = '0;
    for (int i = 0; i < LANES; i++) begin
      for (int word = 0; word < WORDS; word++) begin
        if (word_i[WORD_BITS*i+:WORD_BITS] == WORD_BITS'(word)) select_o[WORDS*i+word] = 1'b1;
      end
    end
  end

  always_comb begin : staying_bytes
    strobe_o = '0;
    same_word = 1'b0;
    for (int i = 0; i < LANES; i++) begin
      if (mask_i[i]) strobe_o[4*i+:4] = strobe_i[4*i+:4];
      for (int higher = i + 1; higher < LANES; higher++) begin
        same_word =
            word_i[WORD_BITS*i+:WORD_BITS] == word_i[WORD_BITS*higher+:WORD_BITS];
        if (mask_i[higher] && same_word) begin
          strobe_o[4*i+:4] = strobe_o[4*i+:4] & ~strobe_i[4*higher+:4];
        end
      end
    end
  end

endmodule
`default_nettype wire
