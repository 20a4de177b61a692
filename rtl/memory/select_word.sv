// One of WORDS words, by a one-hot select: the OR of those that are selected. Combinational.
`default_nettype none
module select_word #(
  parameter int unsigned WORDS = 16
) (
  input logic [WORDS-1:0] select_i,
  input logic [32*WORDS-1:0] words_i,
  output logic [31:0] word_o
);

  always_comb begin : merge
    word_o = 32'b0;
    for (int i = 0; i < WORDS; i++) begin
      if (select_i[i]) word_o = word_o | words_i[32*i+:32];
    end
  end

endmodule
`default_nettype wire
