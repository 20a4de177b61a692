// The elements in one 16-bit slot of an operand: one FP16 or BF16, the upper part of a TF32, two
// bytes, or four FP4 or INT4. Visible in c, decoded in c+1.
//
// Numbers are not renormalized: a subnormal keeps its leading zeros and has the exponent field 1.
// Significands have one integer bit; those of byte floats are filled up to 1 + 3 bits, so that all
// products of a width have their binary point at one place. Integers and FP4 (in halves) become a
// sign and a magnitude.
//
// factor_0_o and factor_1_o are what product multiplies: two numbers of four bits stand nine bits
// apart, so that their crossed products fall between the wanted ones.
`default_nettype none
module operand_decode #(
  parameter logic [heddle_pkg::DOT_FORMAT_BITS-1:0] FORMATS = '1,
  parameter bit ODD = 1'b0  // the second slot of a 32-bit word: it has no TF32
) (
  input logic clk_i,

  // From the issuer, c
  input logic [3:0] format_i,
  input logic [15:0] slot_i,
  input logic [15:0] above_i,  // the slot above: a TF32's upper bits

  // From dot_operation, c
  input logic enable_i,  // else the elements are zeros

  // To product, c+1. Element 0 is the low byte or nibble, or the only one.
  output logic [12:0] factor_0_o,
  output logic [12:0] factor_1_o,
  output logic [7:0] exponent_0_o,
  output logic [4:0] exponent_1_o,
  output logic [3:0] negative_o,
  output logic [3:0] zero_o,
  output logic [1:0] infinite_o,
  output logic [1:0] nan_o
);

  // {sign, exponent field at least 1, significand, infinite, NaN} of a byte float.
  function automatic logic [11:0] byte_fields(input logic [3:0] format, input logic [7:0] x);
    logic sign, normal, infinite, nan;
    logic [4:0] exponent;
    logic [2:0] fraction;
    sign = x[7];
    exponent = {1'b0, x[6:3]};
    fraction = x[2:0];
    infinite = 1'b0;
    nan = x[6:0] == 7'h7F;
    if (format == heddle_pkg::DOT_E5M2) begin
      exponent = x[6:2];
      fraction = {x[1:0], 1'b0};
      infinite = x[6:0] == 7'h7C;
      nan = x[6:2] == 5'h1F && x[1:0] != 2'b0;
    end
    if (FORMATS[heddle_pkg::DOT_HAS_FP6] && format[3:1] != heddle_pkg::DOT_E4M3[3:1]) begin
      infinite = 1'b0;
      nan = 1'b0;
      if (format == heddle_pkg::DOT_E3M2) begin
        sign = x[5];
        exponent = {2'b0, x[4:2]};
        fraction = {x[1:0], 1'b0};
      end else if (format == heddle_pkg::DOT_E2M3) begin
        sign = x[5];
        exponent = {3'b0, x[4:3]};
        fraction = x[2:0];
      end else begin
        sign = x[3];
        exponent = {3'b0, x[2:1]};
        fraction = {x[0], 2'b0};
      end
    end
    normal = exponent != 5'b0;
    byte_fields = {sign, exponent[4:1], exponent[0] | ~normal, normal, fraction, infinite, nan};
  endfunction

  // Twice the magnitude of an E2M1.
  function automatic logic [3:0] fp4_magnitude(input logic [2:0] x);
    case (x[2:1])
      2'd0: fp4_magnitude = {3'b0, x[0]};
      2'd1: fp4_magnitude = {2'b0, 1'b1, x[0]};
      2'd2: fp4_magnitude = {1'b0, 1'b1, x[0], 1'b0};
      default: fp4_magnitude = {1'b1, x[0], 2'b0};
    endcase
  endfunction

  logic [12:0] factor_0_d, factor_0_q, factor_1_d, factor_1_q;
  logic [7:0] exponent_0_d, exponent_0_q;
  logic [4:0] exponent_1_d, exponent_1_q;
  logic [3:0] negative_d, negative_q, zero_d, zero_q;
  logic [1:0] infinite_d, infinite_q, nan_d, nan_q;
  logic [11:0] byte_0, byte_1;
  logic fraction_empty;
  logic [3:0] nibble;

  always_comb begin : decode
    factor_0_d = 13'b0;
    factor_1_d = 13'b0;
    exponent_0_d = 8'b0;
    exponent_1_d = 5'b0;
    negative_d = 4'b0;
    zero_d = 4'b1111;
    infinite_d = 2'b0;
    nan_d = 2'b0;
    byte_0 = byte_fields(format_i, slot_i[7:0]);
    byte_1 = byte_fields(format_i, slot_i[15:8]);
    fraction_empty = 1'b0;
    nibble = 4'b0;
    case (format_i)
      heddle_pkg::DOT_FP16: if (FORMATS[heddle_pkg::DOT_HAS_FP16]) begin
        fraction_empty = slot_i[9:0] == 10'b0;
        negative_d[0] = slot_i[15];
        exponent_0_d = {3'b0, slot_i[14:11], slot_i[10] | slot_i[14:10] == 5'b0};
        factor_0_d = {2'b0, slot_i[14:10] != 5'b0, slot_i[9:0]};
        zero_d[0] = slot_i[14:10] == 5'b0 && fraction_empty;
        infinite_d[0] = slot_i[14:10] == 5'h1F && fraction_empty;
        nan_d[0] = slot_i[14:10] == 5'h1F && !fraction_empty;
      end
      heddle_pkg::DOT_BF16: if (FORMATS[heddle_pkg::DOT_HAS_BF16]) begin
        fraction_empty = slot_i[6:0] == 7'b0;
        negative_d[0] = slot_i[15];
        exponent_0_d = {slot_i[14:8], slot_i[7] | slot_i[14:7] == 8'b0};
        factor_0_d = {2'b0, slot_i[14:7] != 8'b0, slot_i[6:0], 3'b0};
        zero_d[0] = slot_i[14:7] == 8'b0 && fraction_empty;
        infinite_d[0] = slot_i[14:7] == 8'hFF && fraction_empty;
        nan_d[0] = slot_i[14:7] == 8'hFF && !fraction_empty;
      end
      heddle_pkg::DOT_TF32: if (FORMATS[heddle_pkg::DOT_HAS_TF32] && !ODD) begin
        fraction_empty = above_i[6:0] == 7'b0 && slot_i[15:13] == 3'b0;
        negative_d[0] = above_i[15];
        exponent_0_d = {above_i[14:8], above_i[7] | above_i[14:7] == 8'b0};
        factor_0_d = {2'b0, above_i[14:7] != 8'b0, above_i[6:0], slot_i[15:13]};
        zero_d[0] = above_i[14:7] == 8'b0 && fraction_empty;
        infinite_d[0] = above_i[14:7] == 8'hFF && fraction_empty;
        nan_d[0] = above_i[14:7] == 8'hFF && !fraction_empty;
      end
      heddle_pkg::DOT_E4M3, heddle_pkg::DOT_E5M2, heddle_pkg::DOT_E3M2, heddle_pkg::DOT_E2M3,
      heddle_pkg::DOT_E2M1: begin
        if (FORMATS[heddle_pkg::DOT_HAS_FP8] || FORMATS[heddle_pkg::DOT_HAS_FP6]) begin
          negative_d[1:0] = {byte_1[11], byte_0[11]};
          exponent_0_d = {3'b0, byte_0[10:6]};
          exponent_1_d = byte_1[10:6];
          factor_0_d = {byte_1[5:2], 5'b0, byte_0[5:2]};
          zero_d[1:0] = {byte_1[5:2] == 4'b0, byte_0[5:2] == 4'b0};
          infinite_d = {byte_1[1], byte_0[1]};
          nan_d = {byte_1[0], byte_0[0]};
        end
      end
      heddle_pkg::DOT_FP4: if (FORMATS[heddle_pkg::DOT_HAS_FP4]) begin
        negative_d = {slot_i[15], slot_i[11], slot_i[7], slot_i[3]};
        factor_0_d = {fp4_magnitude(slot_i[6:4]), 5'b0, fp4_magnitude(slot_i[2:0])};
        factor_1_d = {fp4_magnitude(slot_i[14:12]), 5'b0, fp4_magnitude(slot_i[10:8])};
        for (int unsigned i = 0; i < 4; i++) zero_d[i] = slot_i[4*i +: 3] == 3'b0;
      end
      heddle_pkg::DOT_S8, heddle_pkg::DOT_U8: if (FORMATS[heddle_pkg::DOT_HAS_INT8]) begin
        if (!format_i[0]) negative_d[1:0] = {slot_i[15], slot_i[7]};
        factor_0_d[7:0] = negative_d[0] ? -slot_i[7:0] : slot_i[7:0];
        factor_1_d[7:0] = negative_d[1] ? -slot_i[15:8] : slot_i[15:8];
      end
      heddle_pkg::DOT_S4, heddle_pkg::DOT_U4: if (FORMATS[heddle_pkg::DOT_HAS_INT4]) begin
        for (int unsigned i = 0; i < 4; i++) begin
          nibble = slot_i[4*i +: 4];
          negative_d[i] = nibble[3] && !format_i[0];
          if (negative_d[i]) nibble = -nibble;
          if (i < 2) factor_0_d[9*i +: 4] = nibble;
          else factor_1_d[9*(i-2) +: 4] = nibble;
        end
      end
      default: ;
    endcase
    if (!enable_i) begin
      factor_0_d = 13'b0;
      factor_1_d = 13'b0;
      zero_d = 4'b1111;
      infinite_d = 2'b0;
      nan_d = 2'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    factor_0_q <= factor_0_d;
    factor_1_q <= factor_1_d;
    exponent_0_q <= exponent_0_d;
    exponent_1_q <= exponent_1_d;
    negative_q <= negative_d;
    zero_q <= zero_d;
    infinite_q <= infinite_d;
    nan_q <= nan_d;
  end

  assign factor_0_o = factor_0_q;
  assign factor_1_o = factor_1_q;
  assign exponent_0_o = exponent_0_q;
  assign exponent_1_o = exponent_1_q;
  assign negative_o = negative_q;
  assign zero_o = zero_q;
  assign infinite_o = infinite_q;
  assign nan_o = nan_q;

  // Below a TF32's fraction; above a slot that looks at itself alone.
  logic unused;
  assign unused = ^above_i;

endmodule
`default_nettype wire
