// CRC-32 of IEEE 802.3, reflected, one byte further. Combinational. It starts with all ones; what is
// sent is the complement, lowest byte first; over a frame with its CRC it ends in RESIDUE.
`default_nettype none
module link_crc (
  input logic [31:0] crc_i,
  input logic [7:0] byte_i,
  output logic [31:0] crc_o,
  output logic residue_o
);

  localparam logic [31:0] POLYNOMIAL = 32'hEDB8_8320;
  localparam logic [31:0] RESIDUE = 32'hDEBB_20E3;

  always_comb begin : step
    crc_o = crc_i ^ 32'(byte_i);
    for (int i = 0; i < 8; i++) begin
      crc_o = (crc_o >> 1) ^ (crc_o[0] ? POLYNOMIAL : 32'b0);
    end
  end

  assign residue_o = crc_i == RESIDUE;

endmodule
`default_nettype wire
