// Comparisons of magnitude for a 4-state simulation, as a techmap of Yosys. Verilog's operators are
// unknown as soon as one bit of an operand is. These are unknown only where the known bits leave the
// order open: bits below the highest one that differs are not looked at.
(* techmap_celltype = "$lt $le $gt $ge" *)
module compare #(
  parameter A_SIGNED = 0,
  parameter B_SIGNED = 0,
  parameter A_WIDTH = 1,
  parameter B_WIDTH = 1,
  parameter Y_WIDTH = 1
) (
  input [A_WIDTH-1:0] A,
  input [B_WIDTH-1:0] B,
  output [Y_WIDTH-1:0] Y
);
  parameter _TECHMAP_CELLTYPE_ = "";

  localparam WIDTH = A_WIDTH > B_WIDTH ? A_WIDTH : B_WIDTH;
  // a > b is b < a, a <= b is the opposite of b < a.
  localparam SWAP = _TECHMAP_CELLTYPE_ == "$gt" || _TECHMAP_CELLTYPE_ == "$le";
  localparam INVERT = _TECHMAP_CELLTYPE_ == "$le" || _TECHMAP_CELLTYPE_ == "$ge";

  wire [WIDTH-1:0] a, b;
  \$pos #(.A_SIGNED(A_SIGNED), .A_WIDTH(A_WIDTH), .Y_WIDTH(WIDTH)) extend_a (.A(A), .Y(a));
  \$pos #(.A_SIGNED(B_SIGNED), .A_WIDTH(B_WIDTH), .Y_WIDTH(WIDTH)) extend_b (.A(B), .Y(b));

  // Signed numbers are in the order of unsigned ones with the sign bit inverted.
  localparam SIGN = A_SIGNED && B_SIGNED;
  wire [WIDTH-1:0] flip = {SIGN ? 1'b1 : 1'b0, {WIDTH - 1{1'b0}}};
  wire [WIDTH-1:0] lesser = (SWAP ? b : a) ^ flip;
  wire [WIDTH-1:0] greater = (SWAP ? a : b) ^ flip;

  wire [WIDTH:0] less;
  assign less[0] = 1'b0;
  genvar i;
  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : g_bit
      assign less[i+1] = (~lesser[i] & greater[i]) | (~(lesser[i] ^ greater[i]) & less[i]);
    end
  endgenerate
  assign Y = INVERT ? !less[WIDTH] : less[WIDTH];
endmodule
