// What a load makes of the word in memory that holds its bytes: those bytes, extended as the
// instruction says. Combinational.
`default_nettype none
module load_extend (
  input logic byte_access_i,  // neither: the whole word, as also of atomics
  input logic half_access_i,
  input logic signed_i,
  input logic [1:0] byte_i,  // of the address
  input logic [31:0] word_i,
  output logic [31:0] value_o
);

  logic [15:0] half;
  logic [7:0] low;
  logic sign;

  assign half = byte_i[1] ? word_i[31:16] : word_i[15:0];
  assign low = byte_i[0] ? half[15:8] : half[7:0];
  assign sign = signed_i && (byte_access_i ? low[7] : half[15]);

  assign value_o[31:16] = (byte_access_i || half_access_i) ? {16{sign}} : word_i[31:16];
  assign value_o[15:8] = byte_access_i ? {8{sign}} : half[15:8];
  assign value_o[7:0] = low;

endmodule
`default_nettype wire
