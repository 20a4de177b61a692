// What an operation makes of an mbarrier: 64 bits, their layout is in programming_model.md,
// "mbarriers". Pure function.
//
// The end of the phase does not wait for the differences: a count that n is taken from becomes 0 if
// it equals n, modulo its width.
`default_nettype none
module mbarrier_alu (
  input logic [heddle_pkg::OP_BITS-1:0] op_i,
  input logic [63:0] mbarrier_i,
  input logic [31:0] operand_i,  // arrivals or bytes
  output logic [63:0] mbarrier_o
);

  localparam int unsigned COUNT_BITS = 20;
  localparam int unsigned TX_BITS = 21;

  logic phase, error, arrives, drops, expects, completes;
  logic pending_borrow, expected_borrow, overflow, pending_done, tx_done, ends, wrong;
  logic [COUNT_BITS-1:0] pending, expected, n, pending_left, expected_left;
  logic [COUNT_BITS-1:0] new_pending, new_expected;
  logic [TX_BITS-1:0] tx, tx_sum;

  assign phase = mbarrier_i[0];
  assign error = mbarrier_i[1];
  assign pending = mbarrier_i[21:2];
  assign expected = mbarrier_i[41:22];
  assign tx = mbarrier_i[62:42];
  assign n = operand_i[COUNT_BITS-1:0];

  assign drops = op_i == heddle_pkg::OP_MBARRIER_ARRIVE_DROP;
  assign arrives = drops || op_i == heddle_pkg::OP_MBARRIER_ARRIVE;
  assign expects = op_i == heddle_pkg::OP_MBARRIER_EXPECT_TX;
  assign completes = op_i == heddle_pkg::OP_MBARRIER_COMPLETE_TX;

  assign {pending_borrow, pending_left} = {1'b0, pending} - {1'b0, n};
  assign {expected_borrow, expected_left} = {1'b0, expected} - {1'b0, n};
  assign tx_sum = tx + ({1'b0, n} ^ {TX_BITS{completes}}) + TX_BITS'(completes);
  // n is not negative: a sum is too large if it is negative and tx is not, a difference too small
  // if tx is negative and it is not.
  assign overflow = completes ? tx[TX_BITS-1] && !tx_sum[TX_BITS-1]
      : expects && !tx[TX_BITS-1] && tx_sum[TX_BITS-1];

  assign new_expected = drops ? expected_left : expected;
  assign pending_done = pending == (arrives ? n : '0);

  always_comb begin : transactions
    tx_done = tx == '0;
    if (expects) tx_done = tx_sum == '0;
    if (completes) tx_done = tx == {1'b0, n};
  end

  assign ends = pending_done && tx_done;
  assign wrong = operand_i[31:COUNT_BITS] != '0 || (arrives && pending_borrow)
      || (drops && expected_borrow) || overflow;

  always_comb begin : pending_arrivals
    new_pending = arrives ? pending_left : pending;
    if (ends) new_pending = new_expected;
  end

  assign mbarrier_o = {
    1'b0, expects || completes ? tx_sum : tx, new_expected, new_pending, error || wrong,
    phase ^ ends
  };

  logic unused;
  assign unused = mbarrier_i[63];

endmodule
`default_nettype wire
