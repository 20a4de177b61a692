// Adder of amofadd.w: binary32, round to nearest even, canonical NaN, no flags. Operands visible in
// c, sum visible in c + FLOAT_ADD_LATENCY (9), one addition a cycle.
//
// The lanes' datapath with the constant 1.0 in place of a multiplicand: a product with 1.0 is the
// other one's significand, shifted, so there is no multiplier.
`default_nettype none
module atomic_float_add (
  input logic clk_i,
  input logic rst_ni,

  // c
  input logic valid_i,
  input logic [31:0] a_i,
  input logic [31:0] b_i,

  // c + 9
  output logic [31:0] sum_o
);

  localparam logic [31:0] ONE = 32'h3F80_0000;

  // Bit n: an addition is in stage n; rounds: and its result is not known without arithmetic.
  logic [8:1] valid_q;
  logic [7:2] rounds_q;
  logic special, rounds8_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      rounds_q <= '0;
      rounds8_q <= 1'b0;
    end else begin
      valid_q <= {valid_q[7:1], valid_i};
      rounds_q <= {rounds_q[6:2], valid_q[1] && !special};
      rounds8_q <= rounds_q[7];
    end
  end

  // c+1: operands; c+2, c+3: what fma needs of the significand, as the multiplier would give it.
  logic [31:0] a_q, b_q;
  logic a_normal_q;
  logic [23:0] significand2_q, significand3_q;
  logic special_invalid;
  logic [31:0] special_value;
  logic [31:0] special2_q, special3_q, special4_q, special5_q, special6_q, special7_q, special8_q;
  logic [51:0] magnitude;
  logic [5:0] shift, limit;
  logic [8:0] exponent;
  logic sign;
  logic [1:0] rounding;
  logic [31:0] rounded, sum_q;
  logic [4:0] flags;

  fma u_fma (
    .clk_i,
    .valid_i(valid_q[1]),
    .x_i(a_q),
    .y_i(ONE),
    .z_i(b_q),
    .x_normal_i(a_normal_q),
    .y_normal_i(1'b1),
    .negate_product_i(1'b0),
    .negate_addend_i(1'b0),
    .multiply_only_i(1'b0),
    .from_int_i(1'b0),
    .to_int_i(1'b0),
    .int_unsigned_i(1'b0),
    .special_o(special),
    .special_value_o(special_value),
    .special_invalid_o(special_invalid),
    .stage2_valid_i(rounds_q[2]),
    .stage3_valid_i(rounds_q[3]),
    .stage4_valid_i(rounds_q[4]),
    .stage5_valid_i(rounds_q[5]),
    .stage2_rm_i(3'd0),
    .stage2_frm_i(3'd0),
    .product_i({1'b0, significand3_q, 23'b0}),
    .stage3_from_int_i(1'b0),
    .stage3_integer_i(32'b0),
    .stage5_to_int_i(1'b0),
    .magnitude_o(magnitude),
    .shift_o(shift),
    .limit_o(limit),
    .exponent_o(exponent),
    .sign_o(sign),
    .rounding_o(rounding)
  );

  float_round u_float_round (
    .clk_i,
    .magnitude_i(magnitude),
    .shift_i(shift),
    .limit_i(limit),
    .exponent_i(exponent),
    .sign_i(sign),
    .rounding_i(rounding),
    .stage6_valid_i(rounds_q[6]),
    .stage7_valid_i(rounds_q[7]),
    .stage8_valid_i(rounds8_q),
    .stage7_to_int_i(1'b0),
    .stage8_to_int_i(1'b0),
    .stage8_int_unsigned_i(1'b0),
    .result_o(rounded),
    .flags_o(flags)
  );

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      a_q <= a_i;
      b_q <= b_i;
      a_normal_q <= a_i[30:23] != 8'b0;
    end
    if (valid_q[1]) begin
      significand2_q <= {a_normal_q, a_q[22:0]};
      special2_q <= special_value;
    end
    if (valid_q[2]) begin
      significand3_q <= significand2_q;
      special3_q <= special2_q;
    end
    if (valid_q[3]) special4_q <= special3_q;
    if (valid_q[4]) special5_q <= special4_q;
    if (valid_q[5]) special6_q <= special5_q;
    if (valid_q[6]) special7_q <= special6_q;
    if (valid_q[7]) special8_q <= rounds_q[7] ? 32'b0 : special7_q;
    if (valid_q[8]) sum_q <= special8_q | rounded;
  end

  assign sum_o = sum_q;

  // An atomic raises no flags.
  logic unused;
  assign unused = special_invalid ^ (^flags);

endmodule
`default_nettype wire
