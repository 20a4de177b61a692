// Who makes the next pass of the shared memory, its head row, the copy engine or the matrix engine, and
// what the banks do for it. Where several want one they take turns, in this order. Otherwise
// combinational.
//
// A copy pass writes units of 16 bytes, one in each group of four banks, an operand pass of the matrix
// engine reads them. A complete pass is the mbarrier.complete_tx of one lane, an arrival the
// mbarrier.arrive of one: two banks of a group, `copy_half_i` and `matrix_half_i` say which. Without bulk
// copies (COPY_TAGS = 0) and without a matrix engine (TENSOR_M = 0) rows alone have passes.
`default_nettype none
module shared_copy #(
  parameter int unsigned INDEX_BITS = 10
) (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  input logic possible_i,  // a pass can be made in this cycle

  // The head row
  input logic row_valid_i,
  input logic [heddle_pkg::LANES-1:0] row_enable_i,
  input logic [INDEX_BITS*heddle_pkg::LANES-1:0] row_index_i,
  input logic [32*heddle_pkg::LANES-1:0] row_data_i,
  input logic [4*heddle_pkg::LANES-1:0] row_strobe_i,

  // From copy_engine
  input logic copy_valid_i,
  input logic copy_complete_i,
  input logic copy_half_i,
  input logic [20:0] copy_bytes_i,
  input logic [heddle_pkg::COPY_GROUPS-1:0] copy_enable_i,
  input logic [INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] copy_index_i,
  input logic [128*heddle_pkg::COPY_GROUPS-1:0] copy_data_i,

  // From tensor_core
  input logic matrix_valid_i,
  input logic matrix_arrival_i,
  input logic matrix_half_i,
  input logic [heddle_pkg::COPY_GROUPS-1:0] matrix_enable_i,
  input logic [INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] matrix_index_i,

  output logic row_pass_o,
  output logic copy_pass_o,
  output logic matrix_pass_o,
  output logic [heddle_pkg::LANES-1:0] bank_enable_o,
  output logic [INDEX_BITS*heddle_pkg::LANES-1:0] bank_index_o,
  output logic [32*heddle_pkg::LANES-1:0] bank_data_o,
  output logic [4*heddle_pkg::LANES-1:0] bank_strobe_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;

  localparam logic [1:0] ROW = 2'd0;
  localparam logic [1:0] COPY = 2'd1;
  localparam logic [1:0] MATRIX = 2'd2;

  logic copy_valid, matrix_valid, any, several;
  logic [1:0] chosen, last_q;  // `last_q` got it when several wanted one

  assign copy_valid = heddle_pkg::COPY_TAGS != 0 && copy_valid_i;
  assign matrix_valid = heddle_pkg::MATRIX_ENGINE && matrix_valid_i;
  assign several = (row_valid_i && (copy_valid || matrix_valid)) || (copy_valid && matrix_valid);

  round_robin #(
    .COUNT(3)
  ) u_choose (
    .request_i({matrix_valid, copy_valid, row_valid_i}),
    .last_i(last_q),
    .valid_o(any),
    .index_o(chosen)
  );

  assign row_pass_o = possible_i && any && chosen == ROW;
  assign copy_pass_o = possible_i && any && chosen == COPY;
  assign matrix_pass_o = possible_i && any && chosen == MATRIX;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) last_q <= ROW;
    else if (start_i) last_q <= ROW;
    else if (possible_i && several) last_q <= chosen;
  end

  // Bank b is bank b % 4 of group b / 4.
  always_comb begin : banks
    bank_enable_o = row_enable_i;
    bank_index_o = row_index_i;
    bank_data_o = row_data_i;
    bank_strobe_o = row_strobe_i;
    if (copy_valid && chosen == COPY) begin
      bank_strobe_o = '1;
      for (int b = 0; b < LANES; b++) begin
        bank_enable_o[b] = copy_enable_i[b/4] && (!copy_complete_i || copy_half_i == (b % 4 >= 2));
        bank_index_o[INDEX_BITS*b+:INDEX_BITS] = copy_index_i[INDEX_BITS*(b/4)+:INDEX_BITS];
        bank_data_o[32*b+:32] =
            (copy_complete_i && b % 2 == 0) ? 32'(copy_bytes_i) : copy_data_i[32*b+:32];
      end
    end
    if (matrix_valid && chosen == MATRIX) begin
      bank_strobe_o = '1;
      for (int b = 0; b < LANES; b++) begin
        bank_enable_o[b] =
            matrix_enable_i[b/4] && (!matrix_arrival_i || matrix_half_i == (b % 4 >= 2));
        bank_index_o[INDEX_BITS*b+:INDEX_BITS] = matrix_index_i[INDEX_BITS*(b/4)+:INDEX_BITS];
        bank_data_o[32*b+:32] = 32'd1;
      end
    end
  end

endmodule
`default_nettype wire
