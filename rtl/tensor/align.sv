// One term brought to the common exponent: its magnitude is shifted right into a window of two
// integer and FRACTION fraction bits, what falls out is dropped, then the fraction bits that the
// mode does not keep. Exponents are visible in c+5, the magnitude in c+6, the term in c+7.
//
// A negative term leaves as one's complement; the adder behind adds the missing ones.
`default_nettype none
module align #(
  parameter int unsigned INTEGER = 2,
  parameter int unsigned FRACTION = 25,
  parameter int unsigned MAGNITUDE = 22,
  localparam int unsigned WINDOW = INTEGER + FRACTION,
  localparam int unsigned SHIFT_BITS = $clog2(WINDOW + 1)
) (
  input logic clk_i,

  // From exponent_max, product and accumulator_decode, c+5
  input logic signed [9:0] maximum_i,
  input logic signed [9:0] exponent_i,  // at most maximum_i unless the magnitude is 0
  input logic integer_i,                // the magnitude goes to the window's right end

  // From product and accumulator_decode, c+6
  input logic negative_i,
  input logic [MAGNITUDE-1:0] magnitude_i,

  // From dot_operation, c+6: 25, 24, 23 or 13 fraction bits are kept of 25
  input logic [1:0] dropped_i,

  // To dot_sum, c+7
  output logic [WINDOW:0] term_o
);

  localparam logic [SHIFT_BITS-1:0] ALL = SHIFT_BITS'(WINDOW);
  localparam logic [SHIFT_BITS-1:0] TO_RIGHT = SHIFT_BITS'(WINDOW - MAGNITUDE);

  logic signed [10:0] distance;
  logic [SHIFT_BITS-1:0] shift_d, shift_q;
  logic [WINDOW-1:0] window, mask;
  logic [WINDOW:0] term_d, term_q;

  always_comb begin : distances
    distance = {maximum_i[9], maximum_i} - {exponent_i[9], exponent_i};
    shift_d = distance[SHIFT_BITS-1:0];
    if (distance[10:SHIFT_BITS] != '0) shift_d = ALL;
    if (integer_i) shift_d = TO_RIGHT;
  end

  always_comb begin : shift
    case (dropped_i)
      2'd0: mask = '1;
      2'd1: mask = {{(WINDOW - 1) {1'b1}}, 1'b0};
      2'd2: mask = {{(WINDOW - 2) {1'b1}}, 2'b0};
      default: mask = {{(WINDOW - 12) {1'b1}}, 12'b0};
    endcase
    window = {magnitude_i, {(WINDOW - MAGNITUDE) {1'b0}}} >> shift_q;
    term_d = {1'b0, window & mask} ^ {(WINDOW + 1) {negative_i}};
  end

  always_ff @(posedge clk_i) begin
    shift_q <= shift_d;
    term_q <= term_d;
  end

  assign term_o = term_q;

endmodule
`default_nettype wire
