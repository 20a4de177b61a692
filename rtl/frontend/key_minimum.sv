// One registered stage of a minimum tree: the smallest of each four of COUNT keys. A key's
// uppermost bit says "no key", so that such a key loses against every other.
`default_nettype none
module key_minimum #(
  parameter int unsigned KEY_BITS = 41,
  parameter int unsigned COUNT = 4,
  parameter int unsigned RESULTS = (COUNT + 3) / 4
) (
  input logic clk_i,
  input logic valid_i,
  input logic [KEY_BITS*COUNT-1:0] keys_i,
  output logic [KEY_BITS*RESULTS-1:0] keys_o
);

  logic [KEY_BITS*RESULTS-1:0] keys_d;
  logic [KEY_BITS-1:0] smallest, key;

  always_comb begin
    keys_d = keys_o;
    smallest = '1;
    key = '1;
    if (valid_i) begin
      for (int i = 0; i < RESULTS; i++) begin
        smallest = keys_i[KEY_BITS*4*i+:KEY_BITS];
        for (int k = 1; k < 4; k++) begin
          if (4 * i + k < COUNT) begin
            key = keys_i[KEY_BITS*((4*i+k)%COUNT)+:KEY_BITS];
            if (key < smallest) smallest = key;
          end
        end
        keys_d[KEY_BITS*i+:KEY_BITS] = smallest;
      end
    end
  end

  always_ff @(posedge clk_i) keys_o <= keys_d;

endmodule
`default_nettype wire
