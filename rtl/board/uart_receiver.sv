// Receiver of a UART: 8 data bits, no parity, 1 stop bit.
//
// The line is looked at OVERSAMPLING times a bit, at ticks that a phase accumulator makes of the
// clock, so that any rate up to CLOCK_HZ / OVERSAMPLING will do. Three looks in the middle of a bit
// decide it by majority. byte_valid_o is an event; byte_error_o with it: there was no stop bit.
`default_nettype none
module uart_receiver #(
  parameter int unsigned CLOCK_HZ = 25_000_000,
  parameter int unsigned BAUD = 3_000_000,
  parameter int unsigned OVERSAMPLING = 8
) (
  input logic clk_i,
  input logic rst_ni,
  input logic rx_i,

  output logic byte_valid_o,
  output logic [7:0] byte_o,
  output logic byte_error_o
);

  localparam int unsigned PHASE_BITS = 24;
  localparam logic [PHASE_BITS:0] STEP = (PHASE_BITS + 1)'(
      ((64'(BAUD) * 64'(OVERSAMPLING) << PHASE_BITS) + 64'(CLOCK_HZ) / 64'd2) / 64'(CLOCK_HZ));
  localparam int unsigned COUNT_BITS = $clog2(OVERSAMPLING);
  localparam int unsigned MIDDLE = OVERSAMPLING / 2;

  typedef enum logic [1:0] {
    IDLE,
    BITS,
    BREAK
  } state_e;

  state_e state_d, state_q;
  logic [1:0] synchronizer_q;
  logic [PHASE_BITS-1:0] phase_q;
  logic tick_q, rx;
  logic [COUNT_BITS-1:0] count_d, count_q;  // looks since the bit began
  logic [3:0] bit_d, bit_q;  // 0: start bit, 9: stop bit
  logic [1:0] ones_d, ones_q;
  logic [7:0] shift_d, shift_q;
  logic valid_d, valid_q, error_d, error_q;
  logic [1:0] ones;
  logic value;

  assign rx = synchronizer_q[1];
  assign ones = ones_q + 2'(rx);
  assign value = ones >= 2'd2;

  always_comb begin : next
    state_d = state_q;
    count_d = count_q;
    bit_d = bit_q;
    ones_d = ones_q;
    shift_d = shift_q;
    valid_d = 1'b0;
    error_d = error_q;
    if (tick_q) begin
      unique case (state_q)
        IDLE: begin
          count_d = COUNT_BITS'(1);
          bit_d = '0;
          ones_d = '0;
          if (!rx) state_d = BITS;
        end
        BITS: begin
          count_d = (count_q == COUNT_BITS'(OVERSAMPLING - 1)) ? '0 : count_q + COUNT_BITS'(1);
          if (count_q == COUNT_BITS'(MIDDLE - 1)) ones_d = 2'(rx);
          if (count_q == COUNT_BITS'(MIDDLE)) ones_d = ones;
          if (count_q == COUNT_BITS'(MIDDLE + 1)) begin
            bit_d = bit_q + 4'd1;
            if (bit_q == 4'd0) begin
              if (value) state_d = IDLE;
            end else if (bit_q == 4'd9) begin
              // The rest of the stop bit is left for senders that are a little faster.
              valid_d = 1'b1;
              error_d = !value;
              state_d = value ? IDLE : BREAK;
            end else begin
              shift_d = {value, shift_q[7:1]};
            end
          end
        end
        BREAK: if (rx) state_d = IDLE;
        default: state_d = IDLE;
      endcase
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= IDLE;
      synchronizer_q <= '1;
      phase_q <= '0;
      tick_q <= 1'b0;
      count_q <= '0;
      bit_q <= '0;
      ones_q <= '0;
      shift_q <= '0;
      valid_q <= 1'b0;
      error_q <= 1'b0;
    end else begin
      state_q <= state_d;
      synchronizer_q <= {synchronizer_q[0], rx_i};
      {tick_q, phase_q} <= {1'b0, phase_q} + STEP;
      count_q <= count_d;
      bit_q <= bit_d;
      ones_q <= ones_d;
      shift_q <= shift_d;
      valid_q <= valid_d;
      error_q <= error_d;
    end
  end

  assign byte_valid_o = valid_q;
  assign byte_o = shift_q;
  assign byte_error_o = error_q;

endmodule
`default_nettype wire
