// Reduces LANES values a row, over the rows of an instruction: a tree of log2(LANES) registered
// levels and an accumulator.
//
// A row given in cycle c is in the accumulator from c + log2(LANES) + 2. Minimum and maximum are
// unsigned: the user turns the sign bit of signed numbers over.
`default_nettype none
module warp_reduction (
  input logic clk_i,
  input logic rst_ni,

  // From warp_unit: the kind of the reduction, constant until the last row is accumulated
  input logic [2:0] kind_i,

  // From warp_unit: a row; values of threads that take no part are the identity
  input logic row_valid_i,
  input logic row_first_i,
  input logic [32*heddle_pkg::LANES-1:0] row_i,

  // To warp_unit
  output logic [31:0] value_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned LEVELS = $clog2(LANES);
  localparam logic [2:0] KIND_ADD = 3'd0;
  localparam logic [2:0] KIND_MINIMUM = 3'd1;
  localparam logic [2:0] KIND_MAXIMUM = 3'd2;
  localparam logic [2:0] KIND_AND = 3'd3;
  localparam logic [2:0] KIND_OR = 3'd4;

  function automatic logic [31:0] combine(
    input logic [2:0] kind, input logic [31:0] a, input logic [31:0] b
  );
    case (kind)
      KIND_ADD: combine = a + b;
      KIND_MINIMUM: combine = (a < b) ? a : b;
      KIND_MAXIMUM: combine = (a < b) ? b : a;
      KIND_AND: combine = a & b;
      KIND_OR: combine = a | b;
      default: combine = a ^ b;
    endcase
  endfunction

  logic [LEVELS:0] valid_q, first_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else valid_q <= {valid_q[LEVELS-1:0], row_valid_i};
  end

  always_ff @(posedge clk_i) first_q <= {first_q[LEVELS-1:0], row_first_i};

  // Level n has LANES / 2^n values, in the lowest words.
  logic [32*LANES-1:0] levels_q[0:LEVELS];

  always_ff @(posedge clk_i) begin
    if (row_valid_i) levels_q[0] <= row_i;
  end

  for (genvar n = 1; n <= LEVELS; n++) begin : g_level
    localparam int unsigned VALUES = LANES >> n;
    logic [32*VALUES-1:0] values_d;

    always_comb begin
      values_d = levels_q[n][32*VALUES-1:0];
      if (valid_q[n-1]) begin
        for (int i = 0; i < VALUES; i++) begin
          values_d[32*i+:32] =
              combine(kind_i, levels_q[n-1][64*i+:32], levels_q[n-1][64*i+32+:32]);
        end
      end
    end

    always_ff @(posedge clk_i) levels_q[n] <= {{(32*(LANES-VALUES)){1'b0}}, values_d};
  end

  logic [31:0] row_value, value_q;
  assign row_value = levels_q[LEVELS][31:0];

  always_ff @(posedge clk_i) begin
    if (valid_q[LEVELS]) begin
      value_q <= first_q[LEVELS] ? row_value : combine(kind_i, value_q, row_value);
    end
  end

  assign value_o = value_q;

endmodule
`default_nettype wire
