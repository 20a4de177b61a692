// Number of zeros before the first one, from the top; WIDTH - 1 for 0. Combinational.
//
// By groups of four bits, so that it is not deep: a loop over single bits would become a chain.
`default_nettype none
module leading_zeros #(
  parameter int unsigned WIDTH = 32,  // a multiple of 4
  parameter int unsigned COUNT_BITS = $clog2(WIDTH)
) (
  input logic [WIDTH-1:0] value_i,
  output logic [COUNT_BITS-1:0] count_o
);

  localparam int unsigned GROUPS = WIDTH / 4;

  logic [COUNT_BITS-3:0] group;  // the first one with a bit set, from the top
  logic [2:0] bits;              // of it, but the lowest

  always_comb begin : count
    group = (COUNT_BITS-2)'(GROUPS - 1);
    bits = value_i[3:1];
    for (int i = 1; i < GROUPS; i++) begin
      if (value_i[4*i+:4] != 4'b0) begin
        group = (COUNT_BITS-2)'(GROUPS - 1 - i);
        bits = value_i[4*i+1+:3];
      end
    end
    count_o = {group, bits[2:1] == 2'b0, !bits[2] && (bits[1] || !bits[0])};
  end

endmodule
`default_nettype wire
