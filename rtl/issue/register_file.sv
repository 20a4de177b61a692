// All warps' registers in four banks: heddle_pkg::register_bank says which one holds a row.
//
// Each bank reads one row and the file writes one row a cycle. A read addressed in cycle c is
// visible in c+1 and sees the writes presented before c. A row's address inside its bank leaves
// out the two bits of r that the bank, the warp and the beat imply.
`default_nettype none
module register_file #(
  parameter int unsigned ROWS = 8 * heddle_pkg::WARPS * heddle_pkg::BEATS,
  parameter int unsigned ADDRESS_BITS = $clog2(ROWS)
) (
  input logic clk_i,

  // From operand_collector: one read a bank
  input logic [3:0] read_valid_i,
  input logic [4*ADDRESS_BITS-1:0] read_address_i,
  output logic [4*32*heddle_pkg::LANES-1:0] read_data_o,

  // From writeback (event)
  input logic write_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] write_warp_i,
  input logic [4:0] write_rd_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] write_beat_i,
  input logic [heddle_pkg::LANES-1:0] write_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] write_data_i
);

  localparam int unsigned ROW_BITS = 32 * heddle_pkg::LANES;

  logic [1:0] write_bank;
  logic [ADDRESS_BITS-1:0] write_address;

  assign write_bank = heddle_pkg::register_bank(write_warp_i, write_rd_i, write_beat_i);
  assign write_address = ADDRESS_BITS'(
      (32'(write_warp_i) * 8 + 32'(write_rd_i[4:2])) * heddle_pkg::BEATS + 32'(write_beat_i));

  for (genvar i = 0; i < 4; i++) begin : g_bank
    ram_1r1w #(
      .WIDTH(ROW_BITS),
      .DEPTH(ROWS),
      .GRANULE(32),
      .COLLIDES(0)  // the scoreboard keeps readers from a register that is to be written
    ) u_bank (
      .clk_i,
      .read_valid_i(read_valid_i[i]),
      .read_address_i(read_address_i[ADDRESS_BITS*i+:ADDRESS_BITS]),
      .read_data_o(read_data_o[ROW_BITS*i+:ROW_BITS]),
      .write_valid_i(write_valid_i && write_bank == 2'(i)),
      .write_address_i(write_address),
      .write_mask_i,
      .write_data_i
    );
  end

endmodule
`default_nettype wire
