// Second half of laying a row of stores into words: every word is the OR of what the lanes that
// select it write. Combinational; see store_bytes.
`default_nettype none
module store_merge #(
  parameter int unsigned WORDS = 16
) (
  input logic valid_i,  // without it there is nothing to write
  input logic [WORDS*heddle_pkg::LANES-1:0] select_i,
  input logic [4*heddle_pkg::LANES-1:0] strobe_i,
  input logic [32*heddle_pkg::LANES-1:0] data_i,

  output logic [4*WORDS-1:0] strobe_o,
  output logic [32*WORDS-1:0] data_o
);

  always_comb begin : merge
    strobe_o = '0;
    data_o = '0;
    if (valid_i) begin
      for (int word = 0; word < WORDS; word++) begin
        for (int i = 0; i < heddle_pkg::LANES; i++) begin
          if (select_i[WORDS*i+word]) begin
            strobe_o[4*word+:4] = strobe_o[4*word+:4] | strobe_i[4*i+:4];
            data_o[32*word+:32] = data_o[32*word+:32] | data_i[32*i+:32];
          end
        end
      end
    end
  end

endmodule
`default_nettype wire
