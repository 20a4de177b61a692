// Rings of operand_collector: a bank's rows stay for four cycles, and each source of a row takes
// the one that was read for it.
//
// A ring a phase: that of a row is its bank less the cycle in which it was addressed (modulo 4), and
// the streams of different sources have different phases (stream_placement). So of a row each ring
// has one reader at most (two sources that are the same register are one), and needs one read port,
// where a ring a bank would need three. A ring has a slot a cycle, named after the cycle of the
// address, and is written in every cycle. A row that is written in c can be read from c+1 to c+4.
`default_nettype none
module operand_rings #(
  parameter int unsigned ROW_BITS = 32 * heddle_pkg::LANES
) (
  input logic clk_i,
  input logic rst_ni,

  // From the banks, and the slot of their rows
  input logic [1:0] write_slot_i,
  input logic [4*ROW_BITS-1:0] write_data_i,

  // A cycle ahead: which sources are read, their banks and slots
  input logic [2:0] source_uses_i,
  input logic [5:0] source_bank_i,
  input logic [5:0] source_slot_i,

  // The sources' rows; unknown where none is read
  output logic [3*ROW_BITS-1:0] source_data_o
);

  logic [5:0] source_phase, source_phase_q;
  logic [7:0] read_slot, read_slot_q;  // of each ring
  logic [4*ROW_BITS-1:0] ring_data;

  always_comb begin : find_slots
    read_slot = '0;
    for (int i = 0; i < 3; i++) begin
      source_phase[2*i+:2] = source_bank_i[2*i+:2] - source_slot_i[2*i+:2];
      for (int phase = 0; phase < 4; phase++) begin
        if (source_uses_i[i] && source_phase[2*i+:2] == 2'(phase)) begin
          read_slot[2*phase+:2] = read_slot[2*phase+:2] | source_slot_i[2*i+:2];
        end
      end
    end
  end

  always_ff @(posedge clk_i) begin
    source_phase_q <= source_phase;
    read_slot_q <= read_slot;
  end

  for (genvar phase = 0; phase < 4; phase++) begin : g_ring
    logic [1:0] bank;
    assign bank = write_slot_i + 2'(phase);

    multiport_ram #(
      .WIDTH(ROW_BITS),
      .DEPTH(4),
      .WRITES(1),
      .READS(1)
    ) u_ring (
      .clk_i,
      .rst_ni,
      .write_valid_i(1'b1),
      .write_address_i(write_slot_i),
      .write_data_i(write_data_i[ROW_BITS*bank+:ROW_BITS]),
      .read_address_i(read_slot_q[2*phase+:2]),
      .read_data_o(ring_data[ROW_BITS*phase+:ROW_BITS])
    );
  end

  for (genvar i = 0; i < 3; i++) begin : g_source
    assign source_data_o[ROW_BITS*i+:ROW_BITS] = ring_data[ROW_BITS*source_phase_q[2*i+:2]+:ROW_BITS];
  end

endmodule
`default_nettype wire
