// The matrix engine's accumulators: rows of TENSOR_M x TENSOR_N words, in two banks of one read and one
// write port each (docs/architecture/tensor.md, "tensor_memory").
//
// A bank's reader and writer are chosen outside. Contents are 0 at power-up; `start` leaves them alone.
`default_nettype none
module tensor_memory (
  input logic clk_i,

  // A bank each
  input logic [1:0] read_valid_i,
  input logic [2*heddle_pkg::MMA_ROW_BITS-1:0] read_row_i,
  output logic [2*32*heddle_pkg::MMA_WORDS-1:0] read_data_o,  // a cycle later
  input logic [1:0] write_valid_i,
  input logic [2*heddle_pkg::MMA_ROW_BITS-1:0] write_row_i,
  input logic [2*heddle_pkg::MMA_WORDS-1:0] write_mask_i,
  input logic [2*32*heddle_pkg::MMA_WORDS-1:0] write_data_i
);

  localparam int unsigned WORDS = heddle_pkg::MMA_WORDS;
  localparam int unsigned ROW_BITS = heddle_pkg::MMA_ROW_BITS;

  for (genvar i = 0; i < 2; i++) begin : g_bank
    ram_1r1w #(
      .WIDTH(32 * WORDS),
      .DEPTH(heddle_pkg::MMA_ROWS),
      .GRANULE(32)
    ) u_rows (
      .clk_i,
      .read_valid_i(read_valid_i[i]),
      .read_address_i(read_row_i[ROW_BITS*i+:ROW_BITS]),
      .read_data_o(read_data_o[32*WORDS*i+:32*WORDS]),
      .write_valid_i(write_valid_i[i]),
      .write_address_i(write_row_i[ROW_BITS*i+:ROW_BITS]),
      .write_mask_i(write_mask_i[WORDS*i+:WORDS]),
      .write_data_i(write_data_i[32*WORDS*i+:32*WORDS])
    );
  end

endmodule
`default_nettype wire
