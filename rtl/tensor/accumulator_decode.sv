// The accumulator: fields in c+1, its exponent in the products' units in c+3.
`default_nettype none
module accumulator_decode (
  input logic clk_i,

  // From the issuer and dot_operation, c
  input logic [31:0] c_i,
  input logic half_i,  // binary16 in the low half, else binary32

  // From dot_operation, c+1 and c+2
  input logic signed [9:0] floor_i,
  input logic signed [9:0] offset_i,  // of a product: exponent less its biased fields

  // c+1
  output logic negative_o,
  output logic [23:0] significand_o,
  output logic infinite_o,
  output logic nan_o,

  // c+3: as if it had the biased fields of a product; E_FLOOR if the accumulator is zero. (One that
  // is not zero is above every floor.)
  output logic signed [9:0] exponent_o
);

  logic negative_d, negative_q, infinite_d, infinite_q, nan_d, nan_q;
  logic normal, greatest, fraction_empty;
  logic [23:0] significand_d, significand_q;
  logic signed [9:0] exponent_d, exponent_q, floored_d, floored_q, relative_d, relative_q;

  always_comb begin : fields
    if (half_i) begin
      negative_d = c_i[15];
      normal = c_i[14:10] != 5'b0;
      greatest = c_i[14:10] == 5'h1F;
      fraction_empty = c_i[9:0] == 10'b0;
      significand_d = {normal, c_i[9:0], 13'b0};
      exponent_d = {5'b0, c_i[14:11], c_i[10] | ~normal} - 10'sd15;
    end else begin
      negative_d = c_i[31];
      normal = c_i[30:23] != 8'b0;
      greatest = c_i[30:23] == 8'hFF;
      fraction_empty = c_i[22:0] == 23'b0;
      significand_d = {normal, c_i[22:0]};
      exponent_d = {2'b0, c_i[30:24], c_i[23] | ~normal} - 10'sd127;
    end
    infinite_d = greatest && fraction_empty;
    nan_d = greatest && !fraction_empty;
    floored_d = (significand_q == 24'b0) ? floor_i : exponent_q;
    relative_d = floored_q - offset_i;
  end

  always_ff @(posedge clk_i) begin
    negative_q <= negative_d;
    significand_q <= significand_d;
    infinite_q <= infinite_d;
    nan_q <= nan_d;
    exponent_q <= exponent_d;
    floored_q <= floored_d;
    relative_q <= relative_d;
  end

  assign negative_o = negative_q;
  assign significand_o = significand_q;
  assign infinite_o = infinite_q;
  assign nan_o = nan_q;
  assign exponent_o = relative_q;

endmodule
`default_nettype wire
