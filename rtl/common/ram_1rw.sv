// Memory with one port, written in granules.
//
// An access reads or writes. A read of cycle c is visible at read_data_o in c+1 and stays there
// until the next read; a write leaves it alone.
`default_nettype none
module ram_1rw #(
  parameter int unsigned WIDTH = 32,
  parameter int unsigned DEPTH = 16,
  parameter int unsigned GRANULE = WIDTH,
  parameter int unsigned GRANULES = WIDTH / GRANULE,
  parameter int unsigned ADDRESS_BITS = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
  input logic clk_i,

  input logic access_i,
  input logic write_i,
  input logic [ADDRESS_BITS-1:0] address_i,
  input logic [GRANULES-1:0] write_mask_i,
  input logic [WIDTH-1:0] write_data_i,
  output logic [WIDTH-1:0] read_data_o
);

  logic [WIDTH-1:0] memory[0:DEPTH-1];

  always_ff @(posedge clk_i) begin
    if (access_i) begin
      if (write_i) begin
        for (int i = 0; i < GRANULES; i++) begin
          if (write_mask_i[i]) begin
            memory[address_i][GRANULE*i+:GRANULE] <= write_data_i[GRANULE*i+:GRANULE];
          end
        end
      end else begin
        read_data_o <= memory[address_i];
      end
    end
  end

endmodule
`default_nettype wire
