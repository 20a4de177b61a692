// What an operation makes of an mbarrier: 64 bits, their layout is in programming_model.md,
// "mbarriers". Operation and operand are those of the cycle before, the mbarrier is this cycle's.
//
// The end of the phase does not wait for sums and differences: what the counts have to equal for it
// is known a cycle earlier than they are. A count that n is taken from becomes 0 if it equals n,
// modulo its width.
`default_nettype none
module mbarrier_alu (
  input logic clk_i,

  // A cycle ahead
  input logic [heddle_pkg::OP_BITS-1:0] op_i,
  input logic [31:0] operand_i,  // arrivals or bytes

  input logic [63:0] mbarrier_i,
  output logic [63:0] mbarrier_o
);

  localparam int unsigned COUNT_BITS = 20;
  localparam int unsigned TX_BITS = 21;

  // Where the operation changes nothing, what is taken from a count or added to it is 0.
  logic drops, arrives, expects, completes, expects_q, completes_q, too_large_q;
  logic [COUNT_BITS-1:0] n, arrivals_q, dropped_q;
  logic [TX_BITS-1:0] bytes, bytes_d, bytes_q, tx_goal_d, tx_goal_q;

  assign n = operand_i[COUNT_BITS-1:0];
  assign drops = op_i == heddle_pkg::OP_MBARRIER_ARRIVE_DROP;
  assign arrives = drops || op_i == heddle_pkg::OP_MBARRIER_ARRIVE;
  assign expects = op_i == heddle_pkg::OP_MBARRIER_EXPECT_TX;
  assign completes = op_i == heddle_pkg::OP_MBARRIER_COMPLETE_TX;

  assign bytes = {1'b0, n};

  always_comb begin : transactions
    bytes_d = '0;
    tx_goal_d = '0;
    if (expects) begin
      bytes_d = bytes;
      tx_goal_d = -bytes;
    end
    if (completes) begin
      bytes_d = -bytes;
      tx_goal_d = bytes;
    end
  end

  always_ff @(posedge clk_i) begin
    expects_q <= expects;
    completes_q <= completes;
    too_large_q <= operand_i[31:COUNT_BITS] != '0;
    arrivals_q <= arrives ? n : '0;
    dropped_q <= drops ? n : '0;
    bytes_q <= bytes_d;
    tx_goal_q <= tx_goal_d;
  end

  logic phase, error, pending_borrow, expected_borrow, overflow, ends, wrong;
  logic [COUNT_BITS-1:0] pending, expected, pending_left, expected_left;
  logic [COUNT_BITS-1:0] new_pending;
  logic [TX_BITS-1:0] tx, tx_sum;

  assign phase = mbarrier_i[0];
  assign error = mbarrier_i[1];
  assign pending = mbarrier_i[21:2];
  assign expected = mbarrier_i[41:22];
  assign tx = mbarrier_i[62:42];

  assign {pending_borrow, pending_left} = {1'b0, pending} - {1'b0, arrivals_q};
  assign {expected_borrow, expected_left} = {1'b0, expected} - {1'b0, dropped_q};
  assign tx_sum = tx + bytes_q;
  // n is not negative: a sum is too large if it is negative and tx is not, a difference too small
  // if tx is negative and it is not.
  assign overflow = completes_q ? tx[TX_BITS-1] && !tx_sum[TX_BITS-1]
      : expects_q && !tx[TX_BITS-1] && tx_sum[TX_BITS-1];

  assign ends = pending == arrivals_q && tx == tx_goal_q;
  assign wrong = too_large_q || pending_borrow || expected_borrow || overflow;
  assign new_pending = ends ? expected_left : pending_left;
  assign mbarrier_o = {1'b0, tx_sum, expected_left, new_pending, error || wrong, phase ^ ends};

  logic unused;
  assign unused = mbarrier_i[63];

endmodule
`default_nettype wire
