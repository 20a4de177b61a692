// Binary32 to half, bfloat16 or fp8: the distance in c+1, aligned in c+2, rounded in c+3, packed in
// c+4 (the result is not registered).
//
// Every format is rounded where half has its bits: `kept` is the significand with the leading one
// at bit 10, or below for a subnormal result. A format with fewer fraction bits has ones behind its
// last one, through which a one that is added to bit 0 carries. Exponent, leading one and fraction
// are added together; the exponent is less by one, which the leading one makes up for. Tininess is
// detected after rounding, as in float_round. fp8 saturates. `flags_o` are those of a conversion of
// one number; of a pair there is `beyond_o` alone: beyond the largest finite value, an infinity
// included.
`default_nettype none
module float_narrow (
  input logic clk_i,

  // From lane_control, c+1 to c+4
  input logic [1:0] stage1_format_i,  // heddle_pkg::NARROW_
  input logic [1:0] stage2_format_i,
  input logic [1:0] stage4_format_i,

  // From lane
  input logic stage1_valid_i,
  input logic stage2_valid_i,
  input logic stage3_valid_i,
  input logic [31:0] a_i,
  input logic [2:0] stage3_rm_i,

  // To lane, c+4
  output logic [15:0] result_o,  // fp8: in the upper half
  output logic [4:0] flags_o,
  output logic beyond_o
);

  localparam logic [2:0] RM_ZERO = 3'd1;
  localparam logic [2:0] RM_DOWN = 3'd2;
  localparam logic [2:0] RM_UP = 3'd3;
  localparam logic [2:0] RM_NEAREST_AWAY = 3'd4;

  // -----------------------------------------------------------------------------------------------
  // c+1: distance
  logic [7:0] least, exponent, above;
  logic [3:0] dropped;  // fraction bits fewer than half has
  logic below;
  logic [3:0] shift_d, shift_q;
  logic [4:0] lost_d, lost_q;  // bits fewer than half has of a normal number
  logic [31:0] stage2_a_q;     // sign, exponent's class, fraction
  logic [7:0] stage2_exponent_d, stage2_exponent_q;

  always_comb begin : distance
    case (stage1_format_i)
      heddle_pkg::NARROW_BFLOAT16: {least, dropped} = {8'd1, 4'd3};
      heddle_pkg::NARROW_E4M3: {least, dropped} = {8'd121, 4'd7};
      heddle_pkg::NARROW_E5M2: {least, dropped} = {8'd113, 4'd8};
      default: {least, dropped} = {8'd113, 4'd0};
    endcase
    exponent = {a_i[30:24], a_i[23] | (a_i[30:23] == 8'b0)};
    {below, above} = {1'b0, exponent} - {1'b0, least};
    // With 15 positions all formats lose everything, the bit behind the guard bit included.
    if (!below) shift_d = 4'd0;
    else if (above[7:4] != 4'hF || above[3:0] == 4'd0) shift_d = 4'd15;
    else shift_d = -above[3:0];
    lost_d = {1'b0, shift_d} + {1'b0, dropped};
    stage2_exponent_d = below ? 8'd0 : above;
  end

  // -----------------------------------------------------------------------------------------------
  // c+2: align. The guard bit, the one behind it, and whether any is set behind that
  logic [23:0] significand, shifted, in_sticky;
  logic [9:0] behind;  // the format's fraction
  logic sign_q, nan_d, nan_q, signalling_q, infinite_q;
  logic [10:0] kept_q;
  logic last_d, last_q, guard_d, guard_q, next_d, next_q, sticky_q;
  logic [7:0] exponent_q;

  always_comb begin : align
    nan_d = stage2_a_q[30:23] == 8'hFF && stage2_a_q[22:0] != 23'b0;
    significand = {stage2_a_q[30:23] != 8'b0, stage2_a_q[22:0]};
    // The greatest distance first: the fewer bits are left to come, the fewer have to be shifted.
    shifted = significand;
    for (int i = 3; i >= 0; i--) if (shift_q[i]) shifted = shifted >> (1 << i);
    in_sticky = ~({{13{1'b1}}, 11'b0} << lost_q);
    case (stage2_format_i)
      heddle_pkg::NARROW_BFLOAT16: begin
        {last_d, guard_d, next_d} = shifted[16:14];
        behind = 10'h007;
      end
      heddle_pkg::NARROW_E4M3: begin
        {last_d, guard_d, next_d} = shifted[20:18];
        behind = 10'h07F;
      end
      heddle_pkg::NARROW_E5M2: begin
        {last_d, guard_d, next_d} = shifted[21:19];
        behind = 10'h0FF;
      end
      default: begin
        {last_d, guard_d, next_d} = shifted[13:11];
        behind = 10'h000;
      end
    endcase
  end

  // -----------------------------------------------------------------------------------------------
  // c+3: round
  logic [17:0] rounded_d, rounded_q;
  logic up, up_unbounded, away;
  logic toward_zero_d, toward_zero_q, inexact_d, inexact_q, tiny_d, tiny_q;
  logic stage4_sign_q, stage4_nan_q, stage4_signalling_q, stage4_infinite_q;

  always_comb begin : round
    rounded_d = rounded_q;
    toward_zero_d = toward_zero_q;
    inexact_d = inexact_q;
    tiny_d = tiny_q;
    away = (stage3_rm_i == RM_DOWN && sign_q) || (stage3_rm_i == RM_UP && !sign_q);
    // `up_unbounded` is asked only where the bits from below the hidden one to the guard bit are
    // ones.
    case (stage3_rm_i)
      RM_ZERO, RM_DOWN, RM_UP: begin
        up = away && (guard_q || next_q || sticky_q);
        up_unbounded = away && (next_q || sticky_q);
      end
      RM_NEAREST_AWAY: begin
        up = guard_q;
        up_unbounded = next_q;
      end
      default: begin
        up = guard_q && (next_q || sticky_q || last_q);
        up_unbounded = next_q;
      end
    endcase
    if (stage3_valid_i) begin
      rounded_d = {exponent_q, kept_q[9:0]} + {7'b0, kept_q[10], 10'b0} + {17'b0, up};
      inexact_d = guard_q || next_q || sticky_q;
      tiny_d = !kept_q[10] && !(&kept_q[9:0] && guard_q && up_unbounded);
      toward_zero_d = stage3_rm_i == RM_ZERO
          || ((stage3_rm_i == RM_DOWN || stage3_rm_i == RM_UP) && !away);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+4: pack
  logic overflow, is_finite;
  logic [14:0] finite, other;

  always_comb begin : pack
    finite = rounded_q[14:0];
    overflow = rounded_q[17:15] != 3'b0 || &rounded_q[14:10];
    case (stage4_format_i)
      heddle_pkg::NARROW_BFLOAT16: begin
        finite = rounded_q[17:3];
        overflow = &rounded_q[17:10];
        other = {8'hFF, stage4_nan_q, 6'b0};
        if (!stage4_nan_q && !stage4_infinite_q && toward_zero_q) other = 15'h7F7F;
      end
      heddle_pkg::NARROW_E4M3: begin
        finite[14:8] = rounded_q[13:7];
        overflow = rounded_q[17:14] != 4'b0 || &rounded_q[13:7];
        other = {6'h3F, stage4_nan_q, 8'b0};
      end
      heddle_pkg::NARROW_E5M2: other = {4'hF, stage4_nan_q, 2'b11, 8'b0};
      default: begin
        other = {5'h1F, stage4_nan_q, 9'b0};
        if (!stage4_nan_q && !stage4_infinite_q && toward_zero_q) other = 15'h7BFF;
      end
    endcase
    is_finite = !stage4_nan_q && !stage4_infinite_q && !overflow;
    result_o = {stage4_sign_q && !stage4_nan_q, is_finite ? finite : other};
    flags_o = {2'b0, overflow, tiny_q && inexact_q, inexact_q || overflow};
    if (stage4_infinite_q) flags_o = 5'b0;
    if (stage4_nan_q) flags_o = {stage4_signalling_q, 4'b0};
    beyond_o = !stage4_nan_q && !is_finite;
  end

  always_ff @(posedge clk_i) begin
    if (stage1_valid_i) begin
      shift_q <= shift_d;
      lost_q <= lost_d;
      stage2_a_q <= a_i;
      stage2_exponent_q <= stage2_exponent_d;
    end
    if (stage2_valid_i) begin
      sign_q <= stage2_a_q[31];
      nan_q <= nan_d;
      signalling_q <= nan_d && !stage2_a_q[22];
      infinite_q <= stage2_a_q[30:23] == 8'hFF && stage2_a_q[22:0] == 23'b0;
      kept_q <= shifted[23:13] | {1'b0, behind};
      last_q <= last_d;
      guard_q <= guard_d;
      next_q <= next_d;
      sticky_q <= (significand & in_sticky) != 24'b0;
      exponent_q <= stage2_exponent_q;
    end

    rounded_q <= rounded_d;
    toward_zero_q <= toward_zero_d;
    inexact_q <= inexact_d;
    tiny_q <= tiny_d;
    if (stage3_valid_i) begin
      stage4_sign_q <= sign_q;
      stage4_nan_q <= nan_q;
      stage4_signalling_q <= signalling_q;
      stage4_infinite_q <= infinite_q;
    end
  end

endmodule
`default_nettype wire
