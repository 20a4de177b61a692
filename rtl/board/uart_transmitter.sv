// Transmitter of a UART: 8 data bits, no parity, 1 stop bit. A phase accumulator makes the bits' times
// of the clock, as in uart_receiver.
`default_nettype none
module uart_transmitter #(
  parameter int unsigned CLOCK_HZ = 25_000_000,
  parameter int unsigned BAUD = 3_000_000
) (
  input logic clk_i,
  input logic rst_ni,
  output logic tx_o,

  input logic byte_valid_i,
  output logic byte_ready_o,
  input logic [7:0] byte_i
);

  localparam int unsigned PHASE_BITS = 24;
  localparam logic [PHASE_BITS:0] STEP = (PHASE_BITS + 1)'(
      ((64'(BAUD) << PHASE_BITS) + 64'(CLOCK_HZ) / 64'd2) / 64'(CLOCK_HZ));

  logic [PHASE_BITS-1:0] phase_d, phase_q;
  logic tick;
  logic [3:0] left_d, left_q;  // bits that are not over
  logic [8:0] shift_d, shift_q;  // the bit on the line is the lowest

  assign byte_ready_o = left_q == 4'd0;

  always_comb begin : next
    {tick, phase_d} = {1'b0, phase_q} + STEP;
    left_d = left_q;
    shift_d = shift_q;
    if (left_q == 4'd0) begin
      phase_d = '0;
      if (byte_valid_i) begin
        left_d = 4'd10;
        shift_d = {byte_i, 1'b0};
      end
    end else if (tick) begin
      left_d = left_q - 4'd1;
      shift_d = {1'b1, shift_q[8:1]};
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      phase_q <= '0;
      left_q <= '0;
      shift_q <= '1;
    end else begin
      phase_q <= phase_d;
      left_q <= left_d;
      shift_q <= shift_d;
    end
  end

  assign tx_o = shift_q[0];

endmodule
`default_nettype wire
