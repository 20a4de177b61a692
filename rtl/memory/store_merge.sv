// Second half of laying a row of stores into words: every byte of a word is that of the one lane that
// writes it. Combinational; see store_bytes.
//
// The lane's number is found for each byte, and its bits choose the data: that is a multiplexer, which
// takes less than the OR of all lanes' bytes. A byte that no lane writes means nothing.
`default_nettype none
module store_merge #(
  parameter int unsigned WORDS = 16
) (
  input logic valid_i,  // without it there is nothing to write
  input logic [WORDS*heddle_pkg::LANES-1:0] select_i,
  input logic [4*heddle_pkg::LANES-1:0] strobe_i,  // a byte of a word has one lane at most
  input logic [32*heddle_pkg::LANES-1:0] data_i,   // in place within the word

  output logic [4*WORDS-1:0] strobe_o,
  output logic [32*WORDS-1:0] data_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned LANE_BITS = (LANES > 1) ? $clog2(LANES) : 1;

  for (genvar byte_of = 0; byte_of < 4 * WORDS; byte_of++) begin : g_byte
    logic [LANE_BITS-1:0] lane;
    logic [LANES-1:0] writes;

    always_comb begin : find_lane
      lane = '0;
      for (int i = 0; i < LANES; i++) begin
        writes[i] = select_i[WORDS*i+byte_of/4] && strobe_i[4*i+byte_of%4];
        if (writes[i]) lane = lane | LANE_BITS'(i);
      end
    end

    assign strobe_o[byte_of] = valid_i && writes != '0;
    assign data_o[8*byte_of+:8] = data_i[32*32'(lane)+8*(byte_of%4)+:8];
  end

endmodule
`default_nettype wire
