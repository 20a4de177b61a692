// Compares the line addresses of 32 threads with one, in four parts each: a thread wants the line
// if all of its parts are equal. Combinational.
//
// In parts because synthesis builds them out of the smallest cells; comparators of 26 bits in one
// piece become twice as large.
`default_nettype none
module line_match (
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] line_i,
  input logic [32*heddle_pkg::LINE_ADDRESS_BITS-1:0] thread_line_i,
  output logic [4*32-1:0] equal_o  // four bits a thread
);

  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;

  always_comb begin : compare
    for (int t = 0; t < 32; t++) begin
      equal_o[4*t] = thread_line_i[LINE_ADDRESS_BITS*t+:8] == line_i[7:0];
      equal_o[4*t+1] = thread_line_i[LINE_ADDRESS_BITS*t+8+:8] == line_i[15:8];
      equal_o[4*t+2] = thread_line_i[LINE_ADDRESS_BITS*t+16+:8] == line_i[23:16];
      equal_o[4*t+3] = thread_line_i[LINE_ADDRESS_BITS*t+24+:2] == line_i[25:24];
    end
  end

endmodule
`default_nettype wire
