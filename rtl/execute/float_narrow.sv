// Binary32 to half, bfloat16 or fp8: the distance in c+1, aligned in c+2, rounded in c+3, packed in
// c+4 (the result is not registered).
//
// The significand is shifted right until its last bit to be kept is bit 0, whatever the format:
// `kept` holds the leading one at the format's number of fraction bits, or below for a subnormal
// result. Rounding adds one to exponent and fraction together. Tininess is detected after rounding,
// as in float_round. fp8 saturates. `flags_o` are those of a conversion of one number; of a pair there
// is `beyond_o` alone: beyond the largest finite value, an infinity included.
`default_nettype none
module float_narrow (
  input logic clk_i,

  // From lane_control, c+1, c+3 and c+4
  input logic [1:0] stage1_format_i,  // heddle_pkg::NARROW_
  input logic [1:0] stage3_format_i,
  input logic [1:0] stage4_format_i,

  // From lane
  input logic stage1_valid_i,
  input logic stage2_valid_i,
  input logic stage3_valid_i,
  input logic [31:0] a_i,
  input logic [2:0] stage3_rm_i,

  // To lane, c+4
  output logic [15:0] result_o,  // fp8: in the lower half
  output logic [4:0] flags_o,
  output logic beyond_o
);

  localparam logic [2:0] RM_ZERO = 3'd1;
  localparam logic [2:0] RM_DOWN = 3'd2;
  localparam logic [2:0] RM_UP = 3'd3;
  localparam logic [2:0] RM_NEAREST_AWAY = 3'd4;

  // -----------------------------------------------------------------------------------------------
  // c+1: distance
  logic [7:0] least, exponent, below;
  logic [3:0] dropped;  // fraction bits fewer than half has
  logic [4:0] shift_d, shift_q;
  logic normal;
  logic [31:0] stage2_a_q;  // sign, exponent's class, fraction
  logic [7:0] stage2_exponent_d, stage2_exponent_q;

  always_comb begin : distance
    case (stage1_format_i)
      heddle_pkg::NARROW_BFLOAT16: {least, dropped} = {8'd1, 4'd3};
      heddle_pkg::NARROW_E4M3: {least, dropped} = {8'd121, 4'd7};
      heddle_pkg::NARROW_E5M2: {least, dropped} = {8'd113, 4'd8};
      default: {least, dropped} = {8'd113, 4'd0};
    endcase
    exponent = {a_i[30:24], a_i[23] | (a_i[30:23] == 8'b0)};
    normal = a_i[30:23] >= least;
    below = least - exponent;
    // Beyond 16 positions all formats have lost everything, the bit behind the guard bit included.
    if (normal) shift_d = {1'b0, dropped};
    else if (below >= 8'd16) shift_d = 5'd31;
    else shift_d = {1'b0, dropped} + {1'b0, below[3:0]};
    stage2_exponent_d = normal ? exponent - least + 8'd1 : 8'd0;
  end

  // -----------------------------------------------------------------------------------------------
  // c+2: align
  logic lost;
  logic [23:0] shifted;
  logic sign_q, nan_d, nan_q, signalling_q, infinite_q;
  logic [10:0] kept_q;
  logic guard_q, next_q, sticky_q;
  logic [7:0] exponent_q;

  always_comb begin : align
    nan_d = stage2_a_q[30:23] == 8'hFF && stage2_a_q[22:0] != 23'b0;
    shifted = {stage2_a_q[30:23] != 8'b0, stage2_a_q[22:0]};
    lost = 1'b0;
    for (int i = 4; i >= 0; i--) begin
      if (shift_q[i]) begin
        lost = lost || (shifted & 24'((32'd1 << (1 << i)) - 32'd1)) != 24'b0;
        shifted = shifted >> (1 << i);
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+3: round
  logic [17:0] base, rounded_d, rounded_q;
  logic hidden, ones, up, up_unbounded, away;
  logic toward_zero_d, toward_zero_q, inexact_d, inexact_q, tiny_d, tiny_q;
  logic stage4_sign_q, stage4_nan_q, stage4_signalling_q, stage4_infinite_q;

  always_comb begin : round
    rounded_d = rounded_q;
    toward_zero_d = toward_zero_q;
    inexact_d = inexact_q;
    tiny_d = tiny_q;
    case (stage3_format_i)
      heddle_pkg::NARROW_BFLOAT16: begin
        base = {3'b0, exponent_q, kept_q[6:0]};
        hidden = kept_q[7];
        ones = &kept_q[6:0];
      end
      heddle_pkg::NARROW_E4M3: begin
        base = {7'b0, exponent_q, kept_q[2:0]};
        hidden = kept_q[3];
        ones = &kept_q[2:0];
      end
      heddle_pkg::NARROW_E5M2: begin
        base = {8'b0, exponent_q, kept_q[1:0]};
        hidden = kept_q[2];
        ones = &kept_q[1:0];
      end
      default: begin
        base = {exponent_q, kept_q[9:0]};
        hidden = kept_q[10];
        ones = &kept_q[9:0];
      end
    endcase
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
        up = guard_q && (next_q || sticky_q || kept_q[0]);
        up_unbounded = next_q;
      end
    endcase
    if (stage3_valid_i) begin
      rounded_d = base + {17'b0, up};
      inexact_d = guard_q || next_q || sticky_q;
      tiny_d = !hidden && !(ones && guard_q && up_unbounded);
      toward_zero_d = stage3_rm_i == RM_ZERO
          || ((stage3_rm_i == RM_DOWN || stage3_rm_i == RM_UP) && !away);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+4: pack
  logic overflow;
  logic [7:0] eight;

  always_comb begin : pack
    overflow = 1'b0;
    eight = 8'b0;
    flags_o = 5'b0;
    case (stage4_format_i)
      heddle_pkg::NARROW_E4M3, heddle_pkg::NARROW_E5M2: begin
        if (stage4_format_i == heddle_pkg::NARROW_E4M3) begin
          overflow = stage4_infinite_q || rounded_q[17:7] != 11'b0 || &rounded_q[6:0];
          eight = {stage4_sign_q, overflow ? 7'h7E : rounded_q[6:0]};
        end else begin
          overflow = stage4_infinite_q || rounded_q[17:7] != 11'b0 || &rounded_q[6:2];
          eight = {stage4_sign_q, overflow ? 7'h7B : rounded_q[6:0]};
        end
        result_o = {8'b0, stage4_nan_q ? 8'h7F : eight};
      end
      default: begin
        if (stage4_format_i == heddle_pkg::NARROW_BFLOAT16) begin
          overflow = rounded_q[14:7] == 8'hFF;
          result_o = {stage4_sign_q, rounded_q[14:0]};
          if (stage4_infinite_q) result_o[14:0] = 15'h7F80;
          else if (overflow) result_o[14:0] = toward_zero_q ? 15'h7F7F : 15'h7F80;
          if (stage4_nan_q) result_o = 16'h7FC0;
        end else begin
          overflow = rounded_q[17:15] != 3'b0 || &rounded_q[14:10];
          result_o = {stage4_sign_q, rounded_q[14:0]};
          if (stage4_infinite_q) result_o[14:0] = 15'h7C00;
          else if (overflow) result_o[14:0] = toward_zero_q ? 15'h7BFF : 15'h7C00;
          if (stage4_nan_q) result_o = 16'h7E00;
        end
        if (stage4_nan_q) flags_o = {stage4_signalling_q, 4'b0};
        else if (!stage4_infinite_q) begin
          flags_o = {2'b0, overflow, tiny_q && inexact_q, inexact_q || overflow};
        end
      end
    endcase
    beyond_o = !stage4_nan_q && (stage4_infinite_q || overflow);
  end

  always_ff @(posedge clk_i) begin
    if (stage1_valid_i) begin
      shift_q <= shift_d;
      stage2_a_q <= a_i;
      stage2_exponent_q <= stage2_exponent_d;
    end
    if (stage2_valid_i) begin
      sign_q <= stage2_a_q[31];
      nan_q <= nan_d;
      signalling_q <= nan_d && !stage2_a_q[22];
      infinite_q <= stage2_a_q[30:23] == 8'hFF && stage2_a_q[22:0] == 23'b0;
      kept_q <= shifted[23:13];
      guard_q <= shifted[12];
      next_q <= shifted[11];
      sticky_q <= lost || shifted[10:0] != 11'b0;
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
