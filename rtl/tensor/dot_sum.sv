// The exact sum of 32 aligned products and the accumulator. Terms are visible in c+7, the sum in
// c+13.
//
// Negative terms come as one's complements. How many there are is counted and added to the
// accumulator while the tree adds the products.
`default_nettype none
module dot_sum (
  input logic clk_i,

  // From align, c+7: the sign is the upper bit
  input logic [32*28-1:0] terms_i,
  input logic [27:0] accumulator_i,

  // From the issuer, c+7: instead of accumulator_i
  input logic integer_i,
  input logic [31:0] c_i,

  // To dot_convert, c+13
  output logic [33:0] sum_o
);

  // Five levels, one a stage: 16 sums of 29 bits, 8 of 30, 4 of 31, 2 of 32, one of 33.
  logic [16*29-1:0] level1_d, level1_q;
  logic [8*30-1:0] level2_d, level2_q;
  logic [4*31-1:0] level3_d, level3_q;
  logic [2*32-1:0] level4_d, level4_q;
  logic [32:0] level5_d, level5_q;

  always_comb begin : tree
    for (int unsigned i = 0; i < 16; i++) begin
      level1_d[29*i +: 29] = {terms_i[56*i + 27], terms_i[56*i +: 28]}
          + {terms_i[56*i + 55], terms_i[56*i + 28 +: 28]};
    end
    for (int unsigned i = 0; i < 8; i++) begin
      level2_d[30*i +: 30] = {level1_q[58*i + 28], level1_q[58*i +: 29]}
          + {level1_q[58*i + 57], level1_q[58*i + 29 +: 29]};
    end
    for (int unsigned i = 0; i < 4; i++) begin
      level3_d[31*i +: 31] = {level2_q[60*i + 29], level2_q[60*i +: 30]}
          + {level2_q[60*i + 59], level2_q[60*i + 30 +: 30]};
    end
    for (int unsigned i = 0; i < 2; i++) begin
      level4_d[32*i +: 32] = {level3_q[62*i + 30], level3_q[62*i +: 31]}
          + {level3_q[62*i + 61], level3_q[62*i + 31 +: 31]};
    end
    level5_d = {level4_q[31], level4_q[31:0]} + {level4_q[63], level4_q[63:32]};
  end

  function automatic logic [3:0] ones(input logic [7:0] x);
    ones = 4'b0;
    for (int unsigned i = 0; i < 8; i++) ones = ones + {3'b0, x[i]};
  endfunction

  logic [31:0] negative;
  logic [15:0] quarters_d, quarters_q;  // negative terms in each quarter
  logic [5:0] count_d, count_q;
  logic [33:0] stage8_c_d, stage8_c_q, stage9_c_q, stage10_c_d, stage10_c_q, stage12_c, sum_d, sum_q;
  logic accumulator_negative_d, accumulator_negative_q;

  always_comb begin : correction
    for (int unsigned i = 0; i < 32; i++) negative[i] = terms_i[28*i + 27];
    for (int unsigned i = 0; i < 4; i++) quarters_d[4*i +: 4] = ones(negative[8*i +: 8]);
    accumulator_negative_d = accumulator_i[27] && !integer_i;
    stage8_c_d = integer_i ? {{2{c_i[31]}}, c_i} : {{6{accumulator_i[27]}}, accumulator_i};
    count_d = {2'b0, quarters_q[3:0]} + {2'b0, quarters_q[7:4]} + {2'b0, quarters_q[11:8]}
        + {2'b0, quarters_q[15:12]} + {5'b0, accumulator_negative_q};
    stage10_c_d = stage9_c_q + {28'b0, count_q};
    sum_d = {level5_q[32], level5_q} + stage12_c;
  end

  delay_line #(.WIDTH(34), .CYCLES(2)) u_accumulator (
    .clk_i, .data_i(stage10_c_q), .data_o(stage12_c)
  );

  always_ff @(posedge clk_i) begin
    level1_q <= level1_d;
    level2_q <= level2_d;
    level3_q <= level3_d;
    level4_q <= level4_d;
    level5_q <= level5_d;
    quarters_q <= quarters_d;
    accumulator_negative_q <= accumulator_negative_d;
    count_q <= count_d;
    stage8_c_q <= stage8_c_d;
    stage9_c_q <= stage8_c_q;
    stage10_c_q <= stage10_c_d;
    sum_q <= sum_d;
  end

  assign sum_o = sum_q;

endmodule
`default_nettype wire
