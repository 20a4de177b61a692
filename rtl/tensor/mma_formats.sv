// What the fields of a command of the matrix engine say about its operands: whether the engine has such
// formats, the blocks of a K-step, and the scales of a row (docs/architecture/tensor.md, "tensor.mma").
`default_nettype none
module mma_formats (
  input logic [3:0] a_format_i,
  input logic [3:0] b_format_i,
  input logic [2:0] mode_i,
  input logic [1:0] scale_format_i,
  input logic transposed_i,  // an operand is
  input logic sparse_i,      // A is

  output logic wrong_o,              // there is no such MMA
  output logic wide_o,               // elements that may be transposed or sparse: of 16 bits, else 8
  output logic [1:0] blocks_last_o,  // blocks of a K-step - 1
  output logic [1:0] scales_o        // of a row and K-step: 0; 1, 2, 3: 1, 2, 4
);

  localparam logic [heddle_pkg::DOT_FORMAT_BITS-1:0] FORMATS =
      heddle_pkg::DOT_FORMAT_BITS'(heddle_pkg::TENSOR_FORMATS);
  localparam logic [4:0] MODES = 5'(heddle_pkg::TENSOR_MODES);

  // The bit of FORMATS of a format; `known` = 0: it has none.
  function automatic logic [4:0] class_of(input logic [3:0] format);
    logic known;
    logic [3:0] kind;
    known = 1'b1;
    case (format)
      heddle_pkg::DOT_FP16: kind = 4'(heddle_pkg::DOT_HAS_FP16);
      heddle_pkg::DOT_BF16: kind = 4'(heddle_pkg::DOT_HAS_BF16);
      heddle_pkg::DOT_TF32: kind = 4'(heddle_pkg::DOT_HAS_TF32);
      heddle_pkg::DOT_E4M3, heddle_pkg::DOT_E5M2: kind = 4'(heddle_pkg::DOT_HAS_FP8);
      heddle_pkg::DOT_E3M2, heddle_pkg::DOT_E2M3, heddle_pkg::DOT_E2M1:
          kind = 4'(heddle_pkg::DOT_HAS_FP6);
      heddle_pkg::DOT_FP4: kind = 4'(heddle_pkg::DOT_HAS_FP4);
      heddle_pkg::DOT_S8, heddle_pkg::DOT_U8: kind = 4'(heddle_pkg::DOT_HAS_INT8);
      heddle_pkg::DOT_S4, heddle_pkg::DOT_U4: kind = 4'(heddle_pkg::DOT_HAS_INT4);
      default: begin
        kind = 4'd0;
        known = 1'b0;
      end
    endcase
    class_of = {known && FORMATS[kind], kind};
  endfunction

  // E4M3 and E3M2 are of one class, byte floats, with a bit of FORMATS each.
  function automatic logic [3:0] family_of(input logic [3:0] kind);
    family_of = (kind == 4'(heddle_pkg::DOT_HAS_FP6)) ? 4'(heddle_pkg::DOT_HAS_FP8) : kind;
  endfunction

  logic a_known, b_known, is_block_float, short_elements;
  logic [3:0] a_kind, b_kind, family;

  assign {a_known, a_kind} = class_of(a_format_i);
  assign {b_known, b_kind} = class_of(b_format_i);
  assign family = family_of(a_kind);
  assign wide_o = family == 4'(heddle_pkg::DOT_HAS_FP16) || family == 4'(heddle_pkg::DOT_HAS_BF16);
  assign short_elements = scale_format_i == 2'd0 && (wide_o || family == 4'(heddle_pkg::DOT_HAS_FP8)
      || family == 4'(heddle_pkg::DOT_HAS_INT8));
  assign wrong_o = !a_known || !b_known || family != family_of(b_kind)
      || (scale_format_i != 2'd0 && scales_o == 2'd0)
      || (transposed_i && !(heddle_pkg::MMA_TRANSPOSE && short_elements))
      || (sparse_i && !(heddle_pkg::MMA_SPARSE && short_elements));

  // A K-step of 32 bytes is several blocks in some modes.
  assign is_block_float = a_kind <= 4'(heddle_pkg::DOT_HAS_FP6);
  always_comb begin : blocks
    blocks_last_o = 2'd0;
    if (is_block_float && MODES[1] && mode_i == heddle_pkg::DOT_VOLTA) blocks_last_o = 2'd3;
    if (is_block_float && MODES[2] && mode_i == heddle_pkg::DOT_AMPERE) blocks_last_o = 2'd1;
  end

  always_comb begin : scales
    scales_o = 2'd0;
    if (family == 4'(heddle_pkg::DOT_HAS_FP8) && FORMATS[heddle_pkg::DOT_HAS_MX]) begin
      if (scale_format_i == heddle_pkg::DOT_SCALE_E8M0) scales_o = 2'd1;
    end
    if (family == 4'(heddle_pkg::DOT_HAS_FP4) && FORMATS[heddle_pkg::DOT_HAS_FP4]) begin
      if (scale_format_i == heddle_pkg::DOT_SCALE_E8M0) scales_o = 2'd2;
      if (scale_format_i == heddle_pkg::DOT_SCALE_UE4M3) scales_o = 2'd3;
    end
  end

endmodule
`default_nettype wire
