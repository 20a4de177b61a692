// What the fields of an operation mean for the stages of the dot-product unit.
//
// Fields are visible in c. What operand_decode and accumulator_decode need in c leaves in c, the
// rest in c+1. Encodings that are reserved, or whose hardware the parameters leave out, get a
// meaning here (tensor.md): a class that is not supported turns every element to zero.
`default_nettype none
module dot_operation #(
  parameter logic [heddle_pkg::DOT_FORMAT_BITS-1:0] FORMATS = '1,
  parameter logic [4:0] MODES = '1
) (
  input logic clk_i,

  // From the issuer, c
  input logic [2:0] mode_i,
  input logic [3:0] a_format_i,
  input logic [3:0] b_format_i,
  input logic [1:0] accumulator_i,
  input logic [1:0] scale_format_i,
  input logic [1:0] step_i,
  input logic [7:0] a_scale_i,
  input logic [7:0] b_scale_i,

  // To operand_decode, scale_decode and accumulator_decode, c
  output logic [3:0] enable_o,   // of each 8 bytes: their elements take part
  output logic c_half_o,         // c is a binary16
  output logic scale_e8m0_o,     // of fp4
  output logic scale_ue4m3_o,

  // c+1: the class, at most one of these
  output logic byte_float_o,
  output logic int8_o,
  output logic int4_o,
  output logic fp4_o,

  // c+1
  output logic mx_o,                   // byte floats with scales
  output logic d_half_o,               // d is a binary16
  output logic short_fraction_o,       // d has 13 fraction bits
  output logic saturate_o,             // of integers
  output logic [1:0] dropped_o,        // alignment keeps 25, 24, 23 or 13 fraction bits
  output logic signed [9:0] floor_o,   // E_FLOOR
  output logic [8:0] bias_o,           // of a product's exponent
  output logic [8:0] scale_exponent_o  // biased, of mx
);

  function automatic logic [6:0] bias_of(input logic [3:0] format);
    case (format)
      heddle_pkg::DOT_FP16, heddle_pkg::DOT_E5M2: bias_of = 7'd15;
      heddle_pkg::DOT_BF16, heddle_pkg::DOT_TF32: bias_of = 7'd127;
      heddle_pkg::DOT_E4M3: bias_of = 7'd7;
      heddle_pkg::DOT_E3M2: bias_of = 7'd3;
      default: bias_of = 7'd1;
    endcase
  endfunction

  // A byte float that this unit has.
  function automatic logic is_byte_float(input logic [3:0] format);
    case (format)
      heddle_pkg::DOT_E4M3, heddle_pkg::DOT_E5M2:
          is_byte_float = FORMATS[heddle_pkg::DOT_HAS_FP8];
      heddle_pkg::DOT_E3M2, heddle_pkg::DOT_E2M3, heddle_pkg::DOT_E2M1:
          is_byte_float = FORMATS[heddle_pkg::DOT_HAS_FP6];
      default: is_byte_float = 1'b0;
    endcase
  endfunction

  // -----------------------------------------------------------------------------------------------
  // Classes and modes
  logic same, fp16, bf16, tf32, byte_float, int8, int4, fp4, mx, half_accumulator;
  logic volta, ampere, hopper, wgmma;

  assign same = a_format_i == b_format_i;
  assign fp16 = FORMATS[heddle_pkg::DOT_HAS_FP16] && same && a_format_i == heddle_pkg::DOT_FP16;
  assign bf16 = FORMATS[heddle_pkg::DOT_HAS_BF16] && same && a_format_i == heddle_pkg::DOT_BF16;
  assign tf32 = FORMATS[heddle_pkg::DOT_HAS_TF32] && same && a_format_i == heddle_pkg::DOT_TF32;
  assign byte_float = is_byte_float(a_format_i) && is_byte_float(b_format_i);
  assign int8 = FORMATS[heddle_pkg::DOT_HAS_INT8] && a_format_i[3:1] == heddle_pkg::DOT_S8[3:1]
      && b_format_i[3:1] == heddle_pkg::DOT_S8[3:1];
  assign int4 = FORMATS[heddle_pkg::DOT_HAS_INT4] && a_format_i[3:1] == heddle_pkg::DOT_S4[3:1]
      && b_format_i[3:1] == heddle_pkg::DOT_S4[3:1];
  assign fp4 = FORMATS[heddle_pkg::DOT_HAS_FP4] && same && a_format_i == heddle_pkg::DOT_FP4;
  assign mx = FORMATS[heddle_pkg::DOT_HAS_MX] && byte_float
      && scale_format_i == heddle_pkg::DOT_SCALE_E8M0;
  assign half_accumulator = fp16 || (byte_float && !mx);

  assign volta = MODES[1] && mode_i == heddle_pkg::DOT_VOLTA;
  assign ampere = MODES[2] && mode_i == heddle_pkg::DOT_AMPERE;
  assign hopper = MODES[3] && mode_i == heddle_pkg::DOT_HOPPER;
  assign wgmma = MODES[4] && mode_i == heddle_pkg::DOT_WGMMA;

  // -----------------------------------------------------------------------------------------------
  // c
  always_comb begin : elements
    enable_o = 4'b0;
    if (fp4 || int8 || int4) enable_o = 4'b1111;
    else if (fp16 || bf16 || tf32 || byte_float) begin
      if (volta) enable_o[step_i] = 1'b1;
      else if (ampere) enable_o = step_i[0] ? 4'b1100 : 4'b0011;
      else enable_o = 4'b1111;
    end
  end

  assign c_half_o = half_accumulator && (accumulator_i == heddle_pkg::DOT_ACCUMULATE_FP16
      || accumulator_i == heddle_pkg::DOT_ACCUMULATE_FP16_TO_FP32);
  assign scale_e8m0_o = scale_format_i == heddle_pkg::DOT_SCALE_E8M0;
  assign scale_ue4m3_o = scale_format_i == heddle_pkg::DOT_SCALE_UE4M3;

  // -----------------------------------------------------------------------------------------------
  // c+1
  logic d_half_d, d_half_q, short_fraction_d, short_fraction_q;
  logic [1:0] dropped_d, dropped_q;
  logic signed [9:0] floor_d, floor_q;
  logic [8:0] bias_d, bias_q, scale_exponent_d, scale_exponent_q;
  logic byte_float_q, int8_q, int4_q, fp4_q, mx_q, saturate_q;

  always_comb begin : numerics
    d_half_d = half_accumulator && accumulator_i == heddle_pkg::DOT_ACCUMULATE_FP16;
    short_fraction_d = byte_float && (ampere || wgmma);
    dropped_d = 2'd0;
    if (short_fraction_d) dropped_d = 2'd3;
    else if (volta) dropped_d = 2'd2;
    else if (ampere) dropped_d = 2'd1;
    if (int8 || int4) dropped_d = 2'd0;

    floor_d = -10'sd133;
    if (fp4) floor_d = -10'sd139;
    else if (volta) floor_d = d_half_d ? -10'sd19 : -10'sd131;
    else if (ampere) floor_d = d_half_d ? -10'sd20 : -10'sd132;
    else if (hopper && d_half_d) floor_d = -10'sd21;

    // A biased exponent of 0 says that there is no product, so that exponents of E8M0 scales count
    // from 1 in fp4 (scale_decode).
    bias_d = {2'b0, bias_of(a_format_i)} + {2'b0, bias_of(b_format_i)};
    if (mx) bias_d = bias_d + 9'd254;
    if (fp4) bias_d = scale_ue4m3_o ? 9'd14 : 9'd256;
    scale_exponent_d = mx ? {1'b0, a_scale_i} + {1'b0, b_scale_i} : 9'd0;
  end

  always_ff @(posedge clk_i) begin
    byte_float_q <= byte_float;
    int8_q <= int8;
    int4_q <= int4;
    fp4_q <= fp4;
    mx_q <= mx;
    d_half_q <= d_half_d;
    short_fraction_q <= short_fraction_d;
    saturate_q <= accumulator_i[0];
    dropped_q <= dropped_d;
    floor_q <= floor_d;
    bias_q <= bias_d;
    scale_exponent_q <= scale_exponent_d;
  end

  assign byte_float_o = byte_float_q;
  assign int8_o = int8_q;
  assign int4_o = int4_q;
  assign fp4_o = fp4_q;
  assign mx_o = mx_q;
  assign d_half_o = d_half_q;
  assign short_fraction_o = short_fraction_q;
  assign saturate_o = saturate_q;
  assign dropped_o = dropped_q;
  assign floor_o = floor_q;
  assign bias_o = bias_q;
  assign scale_exponent_o = scale_exponent_q;

endmodule
`default_nettype wire
