// One registered stage of a minimum tree: the smallest of each GROUP of COUNT keys. A key's
// uppermost bit says "no key", so that such a key loses against every other.
`default_nettype none
module key_minimum #(
  parameter int unsigned KEY_BITS = 41,
  parameter int unsigned COUNT = 4,
  parameter int unsigned GROUP = 4,
  parameter int unsigned RESULTS = (COUNT + GROUP - 1) / GROUP
) (
  input logic clk_i,
  input logic valid_i,
  input logic [KEY_BITS*COUNT-1:0] keys_i,
  output logic [KEY_BITS*RESULTS-1:0] keys_o
);

  logic [KEY_BITS*RESULTS-1:0] keys_d;

  logic [GROUP-1:0] smallest;  // one-hot
  logic [KEY_BITS-1:0] key, earlier, chosen;

  // Every key is compared with every other at once; of equal ones the first is taken.
  always_comb begin : choose
    keys_d = '0;
    smallest = '0;
    key = '0;
    earlier = '0;
    chosen = '0;
    for (int i = 0; i < RESULTS; i++) begin
      smallest = '1;
      chosen = '0;
      for (int k = 0; k < GROUP; k++) begin
        if (GROUP * i + k < COUNT) begin
          key = keys_i[KEY_BITS*((GROUP*i+k)%COUNT)+:KEY_BITS];
          for (int j = 0; j < k; j++) begin
            earlier = keys_i[KEY_BITS*((GROUP*i+j)%COUNT)+:KEY_BITS];
            if (key < earlier) smallest[j] = 1'b0;
            else smallest[k] = 1'b0;
          end
        end
      end
      for (int k = 0; k < GROUP; k++) begin
        if (GROUP * i + k < COUNT) begin
          key = keys_i[KEY_BITS*((GROUP*i+k)%COUNT)+:KEY_BITS];
          chosen = chosen | (key & {KEY_BITS{smallest[k]}});
        end
      end
      keys_d[KEY_BITS*i+:KEY_BITS] = chosen;
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) keys_o <= keys_d;
  end

endmodule
`default_nettype wire
