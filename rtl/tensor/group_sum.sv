// FP4 with scales: four groups of 16 products, each group's exact sum times its scales, aligned to
// 35 fraction bits and added to the accumulator. Pairs of products are visible in c+3, the sum in
// c+12.
//
// A group's sum counts quarters (two E2M1 in halves), the scales' significands 2^-6: a term is at
// most 2304 * 225 units of 2^-8 below its scale exponent, 11 integer and 8 fraction bits.
`default_nettype none
module group_sum (
  input logic clk_i,

  // From product, c+3
  input logic [32*10-1:0] pairs_i,

  // From scale_decode, c+5 and c+7
  input logic [4*9-1:0] exponents_i,
  input logic [4*8-1:0] significands_i,

  // From exponent_max and accumulator_decode, c+5
  input logic signed [9:0] maximum_i,
  input logic signed [9:0] accumulator_exponent_i,

  // From accumulator_decode, c+8
  input logic accumulator_negative_i,
  input logic [23:0] accumulator_significand_i,

  // To dot_convert, c+12
  output logic [48:0] sum_o
);

  // c+4 .. c+6: exact sums of the groups
  logic [16*11-1:0] sum4_d, sum4_q;
  logic [8*12-1:0] sum5_d, sum5_q;
  logic [4*13-1:0] sum6_d, sum6_q;
  // c+7, c+8: magnitude, times the scales
  logic [3:0] negative7_d, negative7_q, negative8_q;
  logic [4*12-1:0] magnitude7_d, magnitude7_q;
  logic [4*20-1:0] term8_d, term8_q;

  always_comb begin : groups
    for (int unsigned i = 0; i < 16; i++) begin
      sum4_d[11*i +: 11] = {pairs_i[20*i + 9], pairs_i[20*i +: 10]}
          + {pairs_i[20*i + 19], pairs_i[20*i + 10 +: 10]};
    end
    for (int unsigned i = 0; i < 8; i++) begin
      sum5_d[12*i +: 12] = {sum4_q[22*i + 10], sum4_q[22*i +: 11]}
          + {sum4_q[22*i + 21], sum4_q[22*i + 11 +: 11]};
    end
    for (int unsigned i = 0; i < 4; i++) begin
      sum6_d[13*i +: 13] = {sum5_q[24*i + 11], sum5_q[24*i +: 12]}
          + {sum5_q[24*i + 23], sum5_q[24*i + 12 +: 12]};
      negative7_d[i] = sum6_q[13*i + 12];
      magnitude7_d[12*i +: 12] =
          negative7_d[i] ? -sum6_q[13*i +: 12] : sum6_q[13*i +: 12];
      term8_d[20*i +: 20] =
          {8'b0, magnitude7_q[12*i +: 12]} * {12'b0, significands_i[8*i +: 8]};
    end
  end

  // c+9: aligned. align has its shift a cycle after the exponents, so these come late.
  logic signed [9:0] maximum7, accumulator_exponent7;
  logic [4*9-1:0] exponents7;
  logic [5*47-1:0] terms;

  delay_line #(.WIDTH(10 + 10 + 36), .CYCLES(2)) u_exponents (
    .clk_i, .data_i({maximum_i, accumulator_exponent_i, exponents_i}),
    .data_o({maximum7, accumulator_exponent7, exponents7})
  );

  generate
    for (genvar i = 0; i < 4; i++) begin : g_group
      align #(.INTEGER(11), .FRACTION(35), .MAGNITUDE(19)) u_align (
        .clk_i, .maximum_i(maximum7), .exponent_i($signed({1'b0, exponents7[9*i +: 9]})),
        .integer_i(1'b0), .negative_i(negative8_q[i]), .magnitude_i(term8_q[20*i +: 19]),
        .dropped_i(2'd0), .term_o(terms[47*i +: 47])
      );
    end
  endgenerate

  align #(.INTEGER(11), .FRACTION(35), .MAGNITUDE(34)) u_accumulator (
    .clk_i, .maximum_i(maximum7), .exponent_i(accumulator_exponent7), .integer_i(1'b0),
    .negative_i(accumulator_negative_i), .magnitude_i({10'b0, accumulator_significand_i}),
    .dropped_i(2'd0), .term_o(terms[47*4 +: 47])
  );

  // c+10 .. c+12: added. Each addition makes up for one of the five one's complements.
  logic [48:0] low_d, low_q, high_d, high_q, c10_d, c10_q, c11_q, sum11_d, sum11_q, sum_d, sum_q;
  logic [1:0] missing10_q;
  logic missing11_q;
  logic [5*49-1:0] wide;

  always_comb begin : add
    for (int unsigned i = 0; i < 5; i++) begin
      wide[49*i +: 49] = {{2{terms[47*i + 46]}}, terms[47*i +: 47]};
    end
    low_d = wide[0 +: 49] + wide[49 +: 49] + {48'b0, terms[46]};
    high_d = wide[98 +: 49] + wide[147 +: 49] + {48'b0, terms[140]};
    c10_d = wide[196 +: 49] + {48'b0, terms[234]};
    sum11_d = low_q + high_q + {48'b0, missing10_q[0]};
    sum_d = sum11_q + c11_q + {48'b0, missing11_q};
  end

  always_ff @(posedge clk_i) begin
    sum4_q <= sum4_d;
    sum5_q <= sum5_d;
    sum6_q <= sum6_d;
    negative7_q <= negative7_d;
    magnitude7_q <= magnitude7_d;
    negative8_q <= negative7_q;
    term8_q <= term8_d;
    low_q <= low_d;
    high_q <= high_d;
    c10_q <= c10_d;
    missing10_q <= {terms[187], terms[93]};
    sum11_q <= sum11_d;
    c11_q <= c10_q;
    missing11_q <= missing10_q[1];
    sum_q <= sum_d;
  end

  assign sum_o = sum_q;

  // A term has at most 19 bits.
  logic unused;
  assign unused = ^{term8_q[19], term8_q[39], term8_q[59], term8_q[79]};

endmodule
`default_nettype wire
