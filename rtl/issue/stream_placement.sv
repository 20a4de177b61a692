// Start delays for the operand streams of the instruction at the head of the issue queue.
//
// A stream whose beat 0 lies in bank k and that starts in cycle s has phase (k - s) mod 4, and
// streams of different phases never meet in a bank. A phase stays occupied for some cycles, counted
// from the next one. Each source gets the smallest delay whose phase is free by then and not claimed
// by an earlier source of the same instruction; a source that names the register of an earlier one
// shares its stream. `delays_o` and `placed_o` are combinational; `accept_i` (which may depend on
// them) takes the phases.
//
// Phases are counted from the current cycle on: a source in bank k takes slot k - d (mod 4) with
// delay d, and what is known of a slot moves on to the next one in every cycle. So the slots that
// are free for a source follow from its bank and registers in one step, for all sources at once.
`default_nettype none
module stream_placement (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // The instruction: banks of its registers' beat 0 and which registers are read, rs1 lowest; and
  // which sources are the same register: {rs2 = rs3, rs1 = rs3, rs1 = rs2}
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

  // A slot: for how many cycles it is taken, and for each delay whether it is free by then
  logic [TAKEN_BITS-1:0] taken_d[0:3];
  logic [TAKEN_BITS-1:0] taken_q[0:3];
  logic [3:0] free_d[0:3];
  logic [3:0] free_q[0:3];

  // The sources that need a stream of their own
  logic [2:0] streams;
  assign streams[0] = uses_i[0];
  assign streams[1] = uses_i[1] && !(uses_i[0] && same_i[0]);
  assign streams[2] = uses_i[2] && !(uses_i[0] && same_i[1]) && !(uses_i[1] && same_i[2]);

  // -----------------------------------------------------------------------------------------------
  // The slot of each source
  logic [3:0] picked[0:2];  // one-hot, or none
  logic [3:0] available, claimed;

  // Of the slots the one with the smallest delay for a source in this bank
  function automatic logic [3:0] nearest(input logic [3:0] slots, input logic [1:0] bank);
    case (bank)
      2'd0: nearest = {slots[3] & ~slots[0], slots[2] & ~(slots[0] | slots[3]),
          slots[1] & ~(slots[0] | slots[3] | slots[2]), slots[0]};
      2'd1: nearest = {slots[3] & ~(slots[1] | slots[0]), slots[2] & ~(slots[1] | slots[0] | slots[3]),
          slots[1], slots[0] & ~slots[1]};
      2'd2: nearest = {slots[3] & ~(slots[2] | slots[1] | slots[0]), slots[2],
          slots[1] & ~slots[2], slots[0] & ~(slots[2] | slots[1])};
      default: nearest = {slots[3], slots[2] & ~slots[3], slots[1] & ~(slots[3] | slots[2]),
          slots[0] & ~(slots[3] | slots[2] | slots[1])};
    endcase
  endfunction

  always_comb begin : place
    delays_o = '0;
    claimed = '0;
    available = '0;
    placed_o = 1'b1;
    for (int i = 0; i < 3; i++) begin
      for (int j = 0; j < 4; j++) available[j] = free_q[j][banks_i[2*i+:2]-2'(j)] && !claimed[j];
      picked[i] = nearest(available, banks_i[2*i+:2]) & {4{streams[i]}};
      claimed = claimed | picked[i];
      if (streams[i] && available == '0) placed_o = 1'b0;
      for (int j = 0; j < 4; j++) begin
        if (picked[i][j]) delays_o[2*i+:2] = delays_o[2*i+:2] | (banks_i[2*i+:2] - 2'(j));
      end
    end
    if (!streams[1]) delays_o[3:2] = delays_o[1:0];
    if (!streams[2]) delays_o[5:4] = (uses_i[0] && same_i[1]) ? delays_o[1:0] : delays_o[3:2];
  end

  // -----------------------------------------------------------------------------------------------
  // The slots in the next cycle
  logic [1:0] delay;

  always_comb begin : next_slots
    delay = '0;
    for (int j = 0; j < 4; j++) begin
      taken_d[(j+1)%4] = (taken_q[j] != '0) ? taken_q[j] - TAKEN_BITS'(1) : '0;
      for (int d = 0; d < 4; d++) free_d[(j+1)%4][d] = 32'(taken_q[j]) <= d + 1;
      for (int i = 0; i < 3; i++) begin
        if (accept_i && picked[i][j]) begin
          delay = banks_i[2*i+:2] - 2'(j);
          taken_d[(j+1)%4] = TAKEN_BITS'(delay) + TAKEN_BITS'(BEATS - 1);
          for (int d = 0; d < 4; d++) free_d[(j+1)%4][d] = 32'(delay) + BEATS - 1 <= d;
        end
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cycle4_o <= 2'd0;
      for (int i = 0; i < 4; i++) begin
        taken_q[i] <= '0;
        free_q[i] <= '1;
      end
    end else if (start_i) begin
      cycle4_o <= 2'd0;
      for (int i = 0; i < 4; i++) begin
        taken_q[i] <= '0;
        free_q[i] <= '1;
      end
    end else begin
      cycle4_o <= cycle4_o + 2'd1;
      for (int i = 0; i < 4; i++) begin
        taken_q[i] <= taken_d[i];
        free_q[i] <= free_d[i];
      end
    end
  end

endmodule
`default_nettype wire
