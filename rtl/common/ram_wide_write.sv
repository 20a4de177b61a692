// Memory with one read and one write port: a write is a row of PARTS words, a read is one of them.
//
// A read addressed in cycle c is visible at read_data_o in c+1 and stays there until the next
// read. Nobody reads a row in the cycle in which it is written: block RAM of an FPGA, whose ports
// may differ in width, promises nothing then; a simulation gets the word inverted, so that who does
// is found out. Such a block RAM takes the place of a multiplexer over the row's words, which
// would cost more than the memory: so it is worth its while for few rows, too.
// A word that was never written is unknown.
`default_nettype none
module ram_wide_write #(
  parameter int unsigned WIDTH = 32,  // of a word
  parameter int unsigned PARTS = 4,   // words a row, a power of two, at least 2
  parameter int unsigned ROWS = 4,
  parameter int unsigned ROW_BITS = (ROWS > 1) ? $clog2(ROWS) : 1,
  parameter int unsigned PART_BITS = $clog2(PARTS)
) (
  input logic clk_i,

  input logic read_valid_i,
  input logic [ROW_BITS-1:0] read_row_i,
  input logic [PART_BITS-1:0] read_part_i,
  output logic [WIDTH-1:0] read_data_o,

  input logic write_valid_i,
  input logic [ROW_BITS-1:0] write_row_i,
  input logic [WIDTH*PARTS-1:0] write_data_i
);

  localparam int unsigned WORD_BITS = $clog2(ROWS * PARTS);

  (* no_rw_check, ram_style = "block" *)
  logic [WIDTH-1:0] memory[0:ROWS*PARTS-1];

  always_ff @(posedge clk_i) begin
    if (write_valid_i) begin
      for (int i = 0; i < PARTS; i++) begin
        memory[WORD_BITS'({write_row_i, PART_BITS'(i)})] <= write_data_i[WIDTH*i+:WIDTH];
      end
    end
    if (read_valid_i) begin
      read_data_o <= memory[WORD_BITS'({read_row_i, read_part_i})];
`ifdef VERILATOR
      if (write_valid_i && write_row_i == read_row_i) begin
        read_data_o <= ~memory[WORD_BITS'({read_row_i, read_part_i})];
      end
`endif
    end
  end

endmodule
`default_nettype wire
