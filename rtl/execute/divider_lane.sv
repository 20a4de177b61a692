// One lane of the divider: keeps the operands of all rows, and divides those of one row, a quotient
// bit a cycle.
//
// Operands are stored as magnitudes with the sign that the result will get, so that the loop is an
// unsigned restoring division and one conditional negation ends it. A divisor of 0 then gives
// quotient -1 and remainder = dividend by itself (the quotient must only not be negated), and -2^31
// / -1 gives -2^31 and 0: what RISC-V asks for.
`default_nettype none
module divider_lane (
  input logic clk_i,

  // From divider: a row arrives in which this lane's thread is active
  input logic store_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] store_beat_i,
  input logic [31:0] a_i,
  input logic [31:0] b_i,
  input logic signed_i,
  input logic remainder_i,

  // From divider: one of these a cycle, only for rows in which this lane's thread is active
  input logic load_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] load_beat_i,
  input logic step_i,
  input logic finish_i,
  input logic finish_remainder_i,

  // To divider, from the cycle after finish_i
  output logic [31:0] result_o
);

  // The lanes then share one copy of simulation code.
  // verilator no_inline_module

  logic [64:0] rows[0:heddle_pkg::BEATS-1];
  logic a_negative, b_negative, result_negative;
  logic [31:0] a_magnitude, b_magnitude;

  assign a_negative = signed_i && a_i[31];
  assign b_negative = signed_i && b_i[31];
  assign a_magnitude = a_negative ? -a_i : a_i;
  assign b_magnitude = b_negative ? -b_i : b_i;
  assign result_negative = remainder_i ? a_negative : (a_negative != b_negative) && b_i != 32'b0;

  always_ff @(posedge clk_i) begin
    if (store_i) rows[store_beat_i] <= {result_negative, a_magnitude, b_magnitude};
  end

  // The dividend leaves `quotient_q` at the top as the quotient enters it at the bottom.
  logic [31:0] quotient_d, quotient_q, remainder_d, remainder_q, divisor_d, divisor_q;
  logic negate_d, negate_q;
  logic [31:0] magnitude, result_d, result_q;
  logic [32:0] partial, difference;

  always_comb begin : divide
    quotient_d = quotient_q;
    remainder_d = remainder_q;
    divisor_d = divisor_q;
    negate_d = negate_q;
    result_d = result_q;
    partial = {remainder_q, quotient_q[31]};
    difference = partial - {1'b0, divisor_q};
    magnitude = finish_remainder_i ? remainder_q : quotient_q;
    if (load_i) begin
      {negate_d, quotient_d, divisor_d} = rows[load_beat_i];
      remainder_d = 32'b0;
    end else if (step_i) begin
      quotient_d = {quotient_q[30:0], ~difference[32]};
      remainder_d = difference[32] ? partial[31:0] : difference[31:0];
    end
    if (finish_i) result_d = negate_q ? -magnitude : magnitude;
  end

  always_ff @(posedge clk_i) begin
    quotient_q <= quotient_d;
    remainder_q <= remainder_d;
    divisor_q <= divisor_d;
    negate_q <= negate_d;
    result_q <= result_d;
  end

  assign result_o = result_q;

endmodule
`default_nettype wire
