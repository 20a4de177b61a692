// Rings of operand_collector: a bank's rows stay for four cycles, and each source of a row takes
// the one that was read for it.
//
// A ring a bank, with a slot a cycle, so that each is a memory with one write port (LUT RAM). A row
// that is written in c can be read from c+1 to c+4; reads are combinational.
`default_nettype none
module operand_rings #(
  parameter int unsigned ROW_BITS = 32 * heddle_pkg::LANES
) (
  input logic clk_i,
  input logic rst_ni,

  // From the banks
  input logic [3:0] write_valid_i,
  input logic [1:0] write_slot_i,
  input logic [4*ROW_BITS-1:0] write_data_i,

  // Where the sources lie, and their rows
  input logic [5:0] source_bank_i,
  input logic [5:0] source_slot_i,
  output logic [3*ROW_BITS-1:0] source_data_o
);

  logic [3*ROW_BITS-1:0] ring_data[0:3];  // of every source, as if it lay in the bank

  for (genvar bank = 0; bank < 4; bank++) begin : g_ring
    multiport_ram #(
      .WIDTH(ROW_BITS),
      .DEPTH(4),
      .WRITES(1),
      .READS(3)
    ) u_ring (
      .clk_i,
      .rst_ni,
      .write_valid_i(write_valid_i[bank]),
      .write_address_i(write_slot_i),
      .write_data_i(write_data_i[ROW_BITS*bank+:ROW_BITS]),
      .read_address_i(source_slot_i),
      .read_data_o(ring_data[bank])
    );
  end

  for (genvar i = 0; i < 3; i++) begin : g_source
    logic [ROW_BITS-1:0] lower, upper;
    assign lower = source_bank_i[2*i] ? ring_data[1][ROW_BITS*i+:ROW_BITS]
        : ring_data[0][ROW_BITS*i+:ROW_BITS];
    assign upper = source_bank_i[2*i] ? ring_data[3][ROW_BITS*i+:ROW_BITS]
        : ring_data[2][ROW_BITS*i+:ROW_BITS];
    assign source_data_o[ROW_BITS*i+:ROW_BITS] = source_bank_i[2*i+1] ? upper : lower;
  end

endmodule
`default_nettype wire
