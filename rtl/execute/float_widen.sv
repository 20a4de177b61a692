// Half, bfloat16 and fp8 to binary32, exactly. Combinational; the operand is visible in c+1, the
// result is loaded by lane for c+2.
//
// Half and both fp8 formats go through one datapath as {sign, exponent (5), fraction (10)}: e5m2 is
// the upper half of a half; e4m3, with a bias of 7 and no infinities, gets half's bias by 8 more. A
// subnormal's fraction is shifted up until its leading one leaves it.
`default_nettype none
module float_widen (
  // From lane_control
  input logic [1:0] format_i,  // heddle_pkg::NARROW_

  // From lane
  input logic [15:0] a_i,

  // To lane
  output logic [31:0] result_o,
  output logic invalid_o
);

  localparam logic [31:0] CANONICAL_NAN = 32'h7FC0_0000;

  logic sign, is_e4m3, is_subnormal, is_nan, is_infinite, quiet;
  logic [4:0] exponent;
  logic [9:0] fraction, search;
  logic [3:0] zeros, minus_zeros;

  always_comb begin : unpack
    is_e4m3 = format_i == heddle_pkg::NARROW_E4M3;
    case (format_i)
      heddle_pkg::NARROW_E4M3: {sign, exponent, fraction} = {
          a_i[7:6], ~a_i[6], a_i[5:0], 7'b0};
      heddle_pkg::NARROW_E5M2: {sign, exponent, fraction} = {a_i[7:0], 8'b0};
      default: {sign, exponent, fraction} = a_i;
    endcase
    is_subnormal = exponent == (is_e4m3 ? 5'd8 : 5'd0);
    case (format_i)
      heddle_pkg::NARROW_E4M3: begin
        is_nan = a_i[6:0] == 7'h7F;
        is_infinite = 1'b0;
        quiet = 1'b1;
      end
      heddle_pkg::NARROW_BFLOAT16: begin
        is_nan = a_i[14:7] == 8'hFF && a_i[6:0] != 7'b0;
        is_infinite = 1'b0;  // comes out as it goes in
        quiet = a_i[6];
      end
      default: begin
        is_nan = exponent == 5'd31 && fraction != 10'b0;
        is_infinite = exponent == 5'd31 && fraction == 10'b0;
        quiet = fraction[9] || format_i == heddle_pkg::NARROW_E5M2;
      end
    endcase
  end

  always_comb begin : normalize
    search = fraction;
    zeros = 4'd0;
    if (search[9:2] == 8'b0) begin
      zeros[3] = 1'b1;
      search = search << 8;
    end
    if (search[9:6] == 4'b0) begin
      zeros[2] = 1'b1;
      search = search << 4;
    end
    if (search[9:8] == 2'b0) begin
      zeros[1] = 1'b1;
      search = search << 2;
    end
    if (!search[9]) begin
      zeros[0] = 1'b1;
      search = search << 1;
    end
  end

  // Half has the bias 15, binary32 127: a normal exponent gets 112 more, a subnormal one is 112 (of
  // e4m3 120) less the zeros.
  logic [7:0] normal_exponent, subnormal_exponent;

  always_comb begin : pack
    minus_zeros = {
      zeros[3] ^ |zeros[2:0], zeros[2] ^ |zeros[1:0], zeros[1] ^ zeros[0], zeros[0]
    };
    normal_exponent = {exponent[4], {3{~exponent[4]}}, exponent[3:0]};
    subnormal_exponent = {3'b011, is_e4m3 || zeros == 4'd0, minus_zeros};
    if (is_e4m3) subnormal_exponent[3] = zeros == 4'd0;
    if (is_nan) result_o = CANONICAL_NAN;
    else if (format_i == heddle_pkg::NARROW_BFLOAT16) result_o = {a_i, 16'b0};
    else if (is_infinite) result_o = {sign, 8'hFF, 23'b0};
    else if (!is_subnormal) result_o = {sign, normal_exponent, fraction, 13'b0};
    else if (fraction == 10'b0) result_o = {sign, 31'b0};
    else result_o = {sign, subnormal_exponent, search[8:0], 14'b0};
    invalid_o = is_nan && !quiet;
  end

endmodule
`default_nettype wire
