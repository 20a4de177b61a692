// frontend/key_minimum: of each four keys the smallest, a cycle later; unchanged without `valid`.
//
// Two groups of four and one of one, as a tree over nine keys has them.
`default_nettype none
module key_minimum_proof (
  input logic clk_i,
  input logic valid_i,
  input logic [107:0] keys_i
);

  localparam int unsigned KEY_BITS = 12;
  localparam int unsigned COUNT = 9;

  logic started_q, valid_q;
  logic [3*KEY_BITS-1:0] keys, last_q;
  logic [KEY_BITS*COUNT-1:0] keys_q;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    valid_q <= valid_i;
    keys_q <= keys_i;
    last_q <= keys;
  end

  key_minimum #(
    .KEY_BITS(KEY_BITS),
    .COUNT(COUNT)
  ) dut (
    .clk_i,
    .valid_i,
    .keys_i,
    .keys_o(keys)
  );

  logic [2:0] is_one;
  logic none_smaller;
  always @* begin
    is_one = '0;
    none_smaller = 1'b1;
    for (int i = 0; i < COUNT; i++) begin
      if (keys_q[KEY_BITS*i+:KEY_BITS] == keys[KEY_BITS*(i/4)+:KEY_BITS]) is_one[i/4] = 1'b1;
      if (keys_q[KEY_BITS*i+:KEY_BITS] < keys[KEY_BITS*(i/4)+:KEY_BITS]) none_smaller = 1'b0;
    end
  end

  always @* begin
    if (started_q) begin
      one_of_them: assert (!valid_q || is_one == '1);
      the_smallest: assert (!valid_q || none_smaller);
      stays: assert (valid_q || keys == last_q);
    end
  end

  always @* begin
    last_of_four: cover (started_q && valid_q && keys[KEY_BITS-1:0] == keys_q[3*KEY_BITS+:KEY_BITS]
        && keys[KEY_BITS-1:0] != keys_q[0+:KEY_BITS] && keys[KEY_BITS-1:0] != keys_q[KEY_BITS+:KEY_BITS]
        && keys[KEY_BITS-1:0] != keys_q[2*KEY_BITS+:KEY_BITS]);
  end

endmodule
`default_nettype wire
