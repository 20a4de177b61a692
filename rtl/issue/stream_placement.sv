// Start delays for the operand streams of the instruction at the head of the issue queue.
//
// A stream whose beat 0 lies in bank k and that starts in cycle s has phase (k - s) mod 4, and
// streams of different phases never meet in a bank. `taken` says for how many cycles, counted from
// the next one, a phase stays occupied. Each source gets the smallest delay whose phase is free by
// then and not claimed by an earlier source of the same instruction; a source that names the
// register of an earlier one shares its stream. `delays_o` and `placed_o` are combinational;
// `accept_i` (which may depend on them) takes the phases.
`default_nettype none
module stream_placement (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // The instruction: banks of its registers' beat 0 and which registers are read, rs1 lowest; and
  // which sources are the same register: {rs2 = rs3, rs1 = rs3, rs1 = rs2}
  input logic valid_i,
  input logic [5:0] banks_i,
  input logic [2:0] uses_i,
  input logic [2:0] same_i,
  output logic placed_o,
  output logic [5:0] delays_o,
  input logic accept_i,

  // Cycle number mod 4
  output logic [1:0] cycle4_o
);

  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned TAKEN_BITS = $clog2(BEATS + 3);

  logic [TAKEN_BITS-1:0] taken_d[0:3];
  logic [TAKEN_BITS-1:0] taken_q[0:3];
  logic [5:0] phases;
  logic [3:0] claimed;
  logic [1:0] phase;
  logic found;

  // The sources that need a stream of their own
  logic [2:0] streams;
  assign streams[0] = uses_i[0];
  assign streams[1] = uses_i[1] && !(uses_i[0] && same_i[0]);
  assign streams[2] = uses_i[2] && !(uses_i[0] && same_i[1]) && !(uses_i[1] && same_i[2]);

  always_comb begin : place
    delays_o = '0;
    phases = '0;
    claimed = '0;
    phase = '0;
    found = 1'b0;
    placed_o = 1'b1;
    if (valid_i) begin
      for (int i = 0; i < 3; i++) begin
        found = !streams[i];
        for (int d = 0; d < 4; d++) begin
          phase = banks_i[2*i+:2] - cycle4_o - 2'd1 - 2'(d);
          if (!found && !claimed[phase] && taken_q[phase] <= TAKEN_BITS'(d)) begin
            found = 1'b1;
            claimed[phase] = 1'b1;
            delays_o[2*i+:2] = 2'(d);
            phases[2*i+:2] = phase;
          end
        end
        if (!found) placed_o = 1'b0;
      end
      if (!streams[1]) delays_o[3:2] = delays_o[1:0];
      if (!streams[2]) delays_o[5:4] = (uses_i[0] && same_i[1]) ? delays_o[1:0] : delays_o[3:2];
    end
  end

  always_comb begin : next_taken
    for (int i = 0; i < 4; i++) begin
      taken_d[i] = (taken_q[i] != '0) ? taken_q[i] - TAKEN_BITS'(1) : '0;
    end
    if (accept_i) begin
      for (int i = 0; i < 3; i++) begin
        if (streams[i]) begin
          taken_d[phases[2*i+:2]] = TAKEN_BITS'(delays_o[2*i+:2]) + TAKEN_BITS'(BEATS - 1);
        end
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cycle4_o <= 2'd0;
      for (int i = 0; i < 4; i++) taken_q[i] <= '0;
    end else if (start_i) begin
      cycle4_o <= 2'd0;
      for (int i = 0; i < 4; i++) taken_q[i] <= '0;
    end else begin
      cycle4_o <= cycle4_o + 2'd1;
      for (int i = 0; i < 4; i++) taken_q[i] <= taken_d[i];
    end
  end

endmodule
`default_nettype wire
