// common/leading_zeros: the bit behind the counted ones is set, and none before it. Twelve bits.
`default_nettype none
module leading_zeros_proof (
  input logic clk_i,
  input logic [11:0] value_i
);

  logic [3:0] count;

  leading_zeros #(
    .WIDTH(12)
  ) dut (
    .value_i,
    .count_o(count)
  );

  logic started_q;
  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  always @* begin
    if (started_q) begin
      first_one: assert (value_i == 12'd0 || (value_i >> (4'd11 - count)) == 12'd1);
      of_nothing: assert (value_i != 12'd0 || count == 4'd11);
      lowest: cover (value_i == 12'd1);
    end
  end

endmodule
`default_nettype wire
