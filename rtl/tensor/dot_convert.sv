// The sum converted to the result, once. The sum is visible in c+13, the result in c+17.
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
`default_nettype none
module dot_convert #(
  parameter int unsigned WIDTH = 33,  // of the magnitude
  parameter int unsigned POINT = 0    // bits below an integer sum
) (
  input logic clk_i,

  // From dot_sum or group_sum, and dot_operation, c+13
  input logic [WIDTH:0] sum_i,
  input logic signed [10:0] exponent_i,
  input logic integer_i,
  input logic saturate_i,

  // From dot_operation, c+16
  input logic stage16_integer_i,
  input logic stage16_half_i,
  input logic stage16_short_i,
  input logic [1:0] stage16_special_i,  // none, NaN, +infinity, -infinity

  // To the issuer, c+17
  output logic [31:0] result_o
);

  localparam int unsigned PADDING = 64 - WIDTH;

  // -----------------------------------------------------------------------------------------------
  // c+13: magnitude
  logic [33:0] value;
  logic overflow, low;
  logic [WIDTH-1:0] absolute, magnitude_d, magnitude_q;
  logic signed [10:0] exponent_d, exponent_q;
  logic stage14_integer_q;
  logic negative_q, stage15_negative_q, stage16_negative_q;

  always_comb begin : magnitude
    value = sum_i[POINT +: 34];
    overflow = value[33:31] != 3'b000 && value[33:31] != 3'b111;
    absolute = sum_i[WIDTH] ? -sum_i[WIDTH-1:0] : sum_i[WIDTH-1:0];
    low = exponent_i < 11'sd1;
    exponent_d = low ? exponent_i + 11'sd8 : exponent_i;
    if (integer_i) begin
      magnitude_d = '0;
      magnitude_d[31:0] = value[31:0];
      if (saturate_i && overflow) magnitude_d[31:0] = {value[33], {31{~value[33]}}};
    end else if (low) begin
      magnitude_d = {8'b0, absolute[WIDTH-1:9], absolute[8:0] != 9'b0};
    end else magnitude_d = absolute;
  end

  // -----------------------------------------------------------------------------------------------
  // c+14: how far to shift
  logic [63:0] limit, search;
  logic [5:0] shift_d, shift_q;
  logic [WIDTH-1:0] stage15_magnitude_q;
  logic signed [10:0] stage15_exponent_q;

  always_comb begin : count
    limit = 64'b0;
    if (exponent_q <= 11'sd64) limit = 64'd1 << (6'd0 - exponent_q[5:0]);
    search = {magnitude_q, {PADDING{1'b0}}} | limit;
    shift_d = 6'd0;
    if (search[63:32] == 32'b0) begin
      shift_d[5] = 1'b1;
      search = search << 32;
    end
    if (search[63:48] == 16'b0) begin
      shift_d[4] = 1'b1;
      search = search << 16;
    end
    if (search[63:56] == 8'b0) begin
      shift_d[3] = 1'b1;
      search = search << 8;
    end
    if (search[63:60] == 4'b0) begin
      shift_d[2] = 1'b1;
      search = search << 4;
    end
    if (search[63:62] == 2'b0) begin
      shift_d[1] = 1'b1;
      search = search << 2;
    end
    shift_d[0] = !search[63];
    if (stage14_integer_q) shift_d = 6'd0;
  end

  // -----------------------------------------------------------------------------------------------
  // c+15: shift
  logic [WIDTH-1:0] shifted_d, shifted_q;
  logic signed [10:0] stage16_exponent_d, stage16_exponent_q;

  always_comb begin : normalize
    shifted_d = stage15_magnitude_q << shift_q;
    stage16_exponent_d = stage15_exponent_q - $signed({5'b0, shift_q});
  end

  // -----------------------------------------------------------------------------------------------
  // c+16: round and pack
  logic [22:0] fraction;
  logic [7:0] field;
  logic [14:0] half;
  logic round_up, sign;
  logic [31:0] result_d, result_q;

  always_comb begin : pack
    fraction = shifted_q[WIDTH-2 -: 23];
    if (stage16_short_i) fraction[9:0] = 10'b0;
    field = shifted_q[WIDTH-1] ? stage16_exponent_q[7:0] : 8'b0;
    round_up = shifted_q[WIDTH-12]
        && (shifted_q[WIDTH-11] || shifted_q[WIDTH-13:0] != '0);
    half = {field[4:0], shifted_q[WIDTH-2 -: 10]} + {14'b0, round_up};
    sign = stage16_negative_q;
    result_d = {sign, field, fraction};
    if (stage16_integer_i) result_d = shifted_q[31:0];
    else if (stage16_special_i != 2'd0) begin
      sign = stage16_special_i == 2'd3;
      if (stage16_special_i == 2'd1) result_d = stage16_half_i ? 32'h7FFF : 32'h7FFF_FFFF;
      else result_d = stage16_half_i ? {16'b0, sign, 15'h7C00} : {sign, 31'h7F80_0000};
    end else if (stage16_half_i) begin
      if (shifted_q[WIDTH-1] && stage16_exponent_q > 11'sd30) half = 15'h7C00;
      result_d = {16'b0, sign && half != 15'b0, half};
    end else begin
      if (shifted_q[WIDTH-1] && stage16_exponent_q > 11'sd254) begin
        field = 8'hFF;
        fraction = 23'b0;
      end
      result_d = {sign && (field != 8'b0 || fraction != 23'b0), field, fraction};
    end
  end

  always_ff @(posedge clk_i) begin
    magnitude_q <= magnitude_d;
    exponent_q <= exponent_d;
    negative_q <= sum_i[WIDTH];
    stage14_integer_q <= integer_i;

    stage15_magnitude_q <= magnitude_q;
    stage15_exponent_q <= exponent_q;
    stage15_negative_q <= negative_q;
    shift_q <= shift_d;

    shifted_q <= shifted_d;
    stage16_exponent_q <= stage16_exponent_d;
    stage16_negative_q <= stage15_negative_q;

    result_q <= result_d;
  end

  assign result_o = result_q;

endmodule
`default_nettype wire
