// Memory with one read and one write port, written in granules.
//
// A read addressed in cycle c is visible at read_data_o in c+1 and stays there until the next
// read. It does not see a write of the same cycle. The contents are 0 at power-up (simulation,
// FPGA); reset leaves them alone.
//
// A block RAM of an FPGA promises less: what a read gets of an address that is written in the same
// cycle is unknown, and synthesis puts a register and a multiplexer a bit around it to keep the
// promise. With COLLIDES = 0 the user says that it needs no granule that is written in the cycle of
// its read; then nothing is put around, and a simulation gets such granules inverted, so that who
// needs one after all is found out.
`default_nettype none
module ram_1r1w #(
  parameter int unsigned WIDTH = 32,
  parameter int unsigned DEPTH = 16,
  parameter int unsigned GRANULE = WIDTH,
  parameter int unsigned COLLIDES = 1,
  parameter int unsigned GRANULES = WIDTH / GRANULE,
  parameter int unsigned ADDRESS_BITS = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
  input logic clk_i,

  input logic read_valid_i,
  input logic [ADDRESS_BITS-1:0] read_address_i,
  output logic [WIDTH-1:0] read_data_o,

  input logic write_valid_i,
  input logic [ADDRESS_BITS-1:0] write_address_i,
  input logic [GRANULES-1:0] write_mask_i,
  input logic [WIDTH-1:0] write_data_i
);

  (* no_rw_check = COLLIDES == 0 *)
  logic [WIDTH-1:0] memory[0:DEPTH-1];

  initial begin
    for (int i = 0; i < DEPTH; i++) memory[i] = '0;
  end

  always_ff @(posedge clk_i) begin
    if (write_valid_i) begin
      for (int i = 0; i < GRANULES; i++) begin
        if (write_mask_i[i]) begin
          memory[write_address_i][GRANULE*i+:GRANULE] <= write_data_i[GRANULE*i+:GRANULE];
        end
      end
    end
    if (read_valid_i) begin
      read_data_o <= memory[read_address_i];
`ifdef VERILATOR
      if (COLLIDES == 0 && write_valid_i && write_address_i == read_address_i) begin
        for (int i = 0; i < GRANULES; i++) begin
          if (write_mask_i[i]) begin
            read_data_o[GRANULE*i+:GRANULE] <= ~memory[read_address_i][GRANULE*i+:GRANULE];
          end
        end
      end
`endif
    end
  end

endmodule
`default_nettype wire
