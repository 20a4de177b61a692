// common/fifo: what was pushed comes out, in order, once; it neither overflows nor loses a push that it accepted; it is
// ready exactly when it holds less than DEPTH entries, and `clear` empties it.
//
// One push, any, is marked. As each can be, what is shown for it holds for all.
`default_nettype none
module fifo_proof (
  input logic clk_i,
  input logic clear_i,
  input logic push_valid_i,
  input logic [3:0] push_data_i,
  input logic pop_ready_i,
  input logic mark_i
);

  localparam int unsigned WIDTH = 4;
  localparam int unsigned DEPTH = `DEPTH;

  logic started_q, push_ready, pop_valid;
  logic [WIDTH-1:0] pop_data;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  fifo #(
    .WIDTH(WIDTH),
    .DEPTH(DEPTH)
  ) dut (
    .clk_i,
    .rst_ni(started_q),
    .clear_i,
    .push_valid_i,
    .push_ready_o(push_ready),
    .push_data_i,
    .pop_valid_o(pop_valid),
    .pop_ready_i,
    .pop_data_o(pop_data)
  );

  // Reference: the fill level, and the marked entry with the number of those before it
  logic push, pop, marked_q;
  logic [3:0] count_q, before_q;
  logic [WIDTH-1:0] data_q;

  assign push = push_valid_i && push_ready;
  assign pop = pop_valid && pop_ready_i;

  always_ff @(posedge clk_i) begin
    if (!started_q || clear_i) begin
      count_q <= '0;
      marked_q <= 1'b0;
    end else begin
      count_q <= count_q + 4'(push) - 4'(pop);
      if (marked_q) begin
        if (pop) before_q <= before_q - 4'd1;
        if (pop && before_q == '0) marked_q <= 1'b0;
      end else if (push && mark_i) begin
        marked_q <= 1'b1;
        before_q <= count_q - 4'(pop);
        data_q <= push_data_i;
      end
    end
  end

  always @* begin
    if (started_q) begin
      never_more_than_depth: assert (count_q <= 4'(DEPTH));
      ready_unless_full: assert (push_ready == (count_q != 4'(DEPTH)));
      valid_unless_empty: assert (pop_valid == (count_q != '0));
      marked_is_inside: assert (!marked_q || before_q < count_q);
      in_order: assert (!marked_q || before_q != '0 || pop_data == data_q);
    end
  end

  always @* begin
    full: cover (started_q && count_q == 4'(DEPTH) && marked_q && before_q == 4'(DEPTH - 1));
    leaves: cover (started_q && marked_q && pop && before_q == '0 && data_q != '0);
  end

endmodule
`default_nettype wire
