// The sum converted to the result, once. The sum is visible in c+13, the result in c+18.
//
//   RZ32, RZ-E8M13   24 or 14 significant bits, truncated
//   RNE16            binary16, to the nearest, ties to even
//   integer          modulo 2^32, or clamped
//
// `exponent_i` is the biased exponent that the result would have if the leading one were the
// magnitude's upper bit. The count of leading zeros stops where it would fall below 1, as in fma, so
// that subnormal results come out unnormalized. It may be below 1 from the start (by no more than
// 8, since a product of two binary16 is at least 2^-28): then the magnitude moves eight places
// right first, and what it loses is jammed into its last bit, which is far below any rounding.
//
// Zeros are counted in bytes first, then in the byte that comes to the top: counting all at once
// would be the longest path of the unit.
`default_nettype none
module dot_convert #(
  parameter int unsigned WIDTH = 33,  // of the magnitude
  parameter int unsigned POINT = 0    // bits below an integer sum
) (
  input logic clk_i,

  // From dot_product_unit, c+12
  input logic signed [10:0] exponent_i,

  // From dot_sum or group_sum, and dot_operation, c+13
  input logic [WIDTH:0] sum_i,
  input logic integer_i,
  input logic saturate_i,

  // From dot_operation, c+17
  input logic stage17_integer_i,
  input logic stage17_half_i,
  input logic stage17_short_i,
  input logic [1:0] stage17_special_i,  // none, NaN, +infinity, -infinity

  // To the issuer, c+18
  output logic [31:0] result_o
);

  localparam int unsigned PADDING = 64 - WIDTH;

  // -----------------------------------------------------------------------------------------------
  // c+12: the exponent
  logic low_d, low_q;
  logic signed [10:0] exponent_d, exponent_q;

  always_comb begin : exponents
    low_d = exponent_i < 11'sd1;
    exponent_d = low_d ? exponent_i + 11'sd8 : exponent_i;
  end

  // -----------------------------------------------------------------------------------------------
  // c+13: magnitude, and how far it may be shifted
  logic [33:0] value;
  logic overflow;
  logic [WIDTH-1:0] absolute, magnitude_d, magnitude_q;
  logic limited_d, limited_q;
  logic [5:0] limit_d, limit_q;
  logic signed [10:0] stage14_exponent_q;
  logic stage14_negative_q;

  always_comb begin : magnitude
    value = sum_i[POINT +: 34];
    overflow = value[33:31] != 3'b000 && value[33:31] != 3'b111;
    absolute = sum_i[WIDTH] ? -sum_i[WIDTH-1:0] : sum_i[WIDTH-1:0];
    if (integer_i) begin
      magnitude_d = '0;
      magnitude_d[31:0] = value[31:0];
      if (saturate_i && overflow) magnitude_d[31:0] = {value[33], {31{~value[33]}}};
    end else if (low_q) begin
      magnitude_d = {8'b0, absolute[WIDTH-1:9], absolute[8:0] != 9'b0};
    end else magnitude_d = absolute;
    // An exponent below 1 is that of a sum of zero.
    limited_d = exponent_q >= 11'sd1 && exponent_q <= 11'sd64;
    limit_d = exponent_q[5:0] - 6'd1;
    // The limits of an integer's shift.
    if (integer_i) begin
      limited_d = 1'b1;
      limit_d = 6'd0;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+14: the first byte that has a one, or that the shift may not go beyond
  logic [63:0] padded;
  logic [7:0] occupied;
  logic [2:0] bytes_d, bytes_q;
  logic [WIDTH-1:0] stage15_magnitude_q;
  logic stage15_limited_q;
  logic [2:0] stage15_limit_q;
  logic signed [10:0] stage15_exponent_q;
  logic stage15_negative_q;

  always_comb begin : count_bytes
    padded = {magnitude_q, {PADDING{1'b0}}};
    for (int unsigned i = 0; i < 8; i++) begin
      occupied[i] = padded[56 - 8*i +: 8] != 8'b0 || (limited_q && limit_q[5:3] == i[2:0]);
    end
    bytes_d = 3'd7;
    for (int unsigned i = 0; i < 7; i++) begin
      if (occupied[6 - i]) bytes_d = 3'd6 - i[2:0];
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+15: that byte to the top; the first one in it
  logic [WIDTH-1:0] by_bytes_d, by_bytes_q;
  logic [7:0] top, limit_bit;
  logic [2:0] bits_d, bits_q, stage16_bytes_q;
  logic signed [10:0] stage16_exponent_q;
  logic stage16_negative_q;

  always_comb begin : count_bits
    by_bytes_d = stage15_magnitude_q << {bytes_q, 3'b0};
    limit_bit = stage15_limited_q ? 8'h80 >> stage15_limit_q : 8'h00;
    top = by_bytes_d[WIDTH-1 -: 8] | limit_bit;
    bits_d = 3'd7;
    for (int unsigned i = 0; i < 7; i++) begin
      if (top[i + 1]) bits_d = 3'd6 - i[2:0];
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+16: that one to the top
  logic [WIDTH-1:0] shifted_d, shifted_q;
  logic signed [10:0] stage17_exponent_d, stage17_exponent_q;
  logic stage17_negative_q;

  always_comb begin : normalize
    shifted_d = by_bytes_q << bits_q;
    stage17_exponent_d = stage16_exponent_q - $signed({5'b0, stage16_bytes_q, bits_q});
  end

  // -----------------------------------------------------------------------------------------------
  // c+17: round and pack
  logic [22:0] fraction;
  logic [7:0] field;
  logic [14:0] half;
  logic round_up, sign;
  logic [31:0] result_d, result_q;

  always_comb begin : pack
    fraction = shifted_q[WIDTH-2 -: 23];
    if (stage17_short_i) fraction[9:0] = 10'b0;
    field = shifted_q[WIDTH-1] ? stage17_exponent_q[7:0] : 8'b0;
    round_up = shifted_q[WIDTH-12]
        && (shifted_q[WIDTH-11] || shifted_q[WIDTH-13:0] != '0);
    half = {field[4:0], shifted_q[WIDTH-2 -: 10]} + {14'b0, round_up};
    sign = stage17_negative_q;
    result_d = {sign, field, fraction};
    if (stage17_integer_i) result_d = shifted_q[31:0];
    else if (stage17_special_i != 2'd0) begin
      sign = stage17_special_i == 2'd3;
      if (stage17_special_i == 2'd1) result_d = stage17_half_i ? 32'h7FFF : 32'h7FFF_FFFF;
      else result_d = stage17_half_i ? {16'b0, sign, 15'h7C00} : {sign, 31'h7F80_0000};
    end else if (stage17_half_i) begin
      if (shifted_q[WIDTH-1] && stage17_exponent_q > 11'sd30) half = 15'h7C00;
      result_d = {16'b0, sign && half != 15'b0, half};
    end else begin
      if (shifted_q[WIDTH-1] && stage17_exponent_q > 11'sd254) begin
        field = 8'hFF;
        fraction = 23'b0;
      end
      result_d = {sign && (field != 8'b0 || fraction != 23'b0), field, fraction};
    end
  end

  always_ff @(posedge clk_i) begin
    low_q <= low_d;
    exponent_q <= exponent_d;

    magnitude_q <= magnitude_d;
    limited_q <= limited_d;
    limit_q <= limit_d;
    stage14_exponent_q <= exponent_q;
    stage14_negative_q <= sum_i[WIDTH];

    bytes_q <= bytes_d;
    stage15_magnitude_q <= magnitude_q;
    stage15_limited_q <= limited_q && limit_q[5:3] == bytes_d;
    stage15_limit_q <= limit_q[2:0];
    stage15_exponent_q <= stage14_exponent_q;
    stage15_negative_q <= stage14_negative_q;

    by_bytes_q <= by_bytes_d;
    bits_q <= bits_d;
    stage16_bytes_q <= bytes_q;
    stage16_exponent_q <= stage15_exponent_q;
    stage16_negative_q <= stage15_negative_q;

    shifted_q <= shifted_d;
    stage17_exponent_q <= stage17_exponent_d;
    stage17_negative_q <= stage16_negative_q;

    result_q <= result_d;
  end

  assign result_o = result_q;

endmodule
`default_nettype wire
