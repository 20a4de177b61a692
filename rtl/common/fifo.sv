// First-in first-out queue.
//
// A push in cycle c into an empty queue is visible at the output in cycle c+1. push_ready_o (not
// full) and pop_valid_o (not empty) are functions of the fill level at the start of the cycle: a
// full queue does not accept in the cycle in which it is popped, and no combinational path leads
// through. clear_i empties the queue and wins over a push. Of a queue of two the output is a
// register, so that its users start from one. It takes words also when none is pushed, beside those
// that count: whether one is, is known late, and wide words have many flip-flops.
`default_nettype none
module fifo #(
  parameter int unsigned WIDTH = 32,
  parameter int unsigned DEPTH = 2
) (
  input logic clk_i,
  input logic rst_ni,
  input logic clear_i,

  // From the producer
  input logic push_valid_i,
  output logic push_ready_o,
  input logic [WIDTH-1:0] push_data_i,

  // To the consumer
  output logic pop_valid_o,
  input logic pop_ready_i,
  output logic [WIDTH-1:0] pop_data_o
);

  localparam int unsigned INDEX_BITS = (DEPTH > 1) ? $clog2(DEPTH) : 1;
  localparam int unsigned COUNT_BITS = $clog2(DEPTH + 1);

  logic [COUNT_BITS-1:0] count_q;
  logic push;
  logic pop;

  assign push_ready_o = count_q != COUNT_BITS'(DEPTH);
  assign pop_valid_o = count_q != '0;
  assign push = push_valid_i && push_ready_o;
  assign pop = pop_valid_o && pop_ready_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q <= '0;
    end else if (clear_i) begin
      count_q <= '0;
    end else begin
      if (push && !pop) count_q <= count_q + COUNT_BITS'(1);
      if (!push && pop) count_q <= count_q - COUNT_BITS'(1);
    end
  end

  if (DEPTH == 2) begin : g_two
    logic [WIDTH-1:0] head_q, next_q;

    always_ff @(posedge clk_i) begin
      if (push_ready_o) next_q <= push_data_i;
      if (pop || !pop_valid_o) head_q <= push_ready_o ? push_data_i : next_q;
    end

    assign pop_data_o = head_q;
  end else begin : g_more
    logic [WIDTH-1:0] memory_q[0:DEPTH-1];
    logic [INDEX_BITS-1:0] read_q, write_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        read_q <= '0;
        write_q <= '0;
      end else if (clear_i) begin
        read_q <= '0;
        write_q <= '0;
      end else begin
        if (push) write_q <= (write_q == INDEX_BITS'(DEPTH - 1)) ? '0 : write_q + INDEX_BITS'(1);
        if (pop) read_q <= (read_q == INDEX_BITS'(DEPTH - 1)) ? '0 : read_q + INDEX_BITS'(1);
      end
    end

    always_ff @(posedge clk_i) begin
      if (push) memory_q[write_q] <= push_data_i;
    end

    assign pop_data_o = memory_q[read_q];
  end

endmodule
`default_nettype wire
