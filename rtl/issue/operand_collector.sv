// Reads the operands of issued instructions and sends them as rows, first row OPERAND_LATENCY
// cycles after acceptance.
//
// An operand is read as a stream, one row a cycle, that moves over the four banks in step with all
// other streams; two streams never meet if their phases differ. At acceptance in cycle A every
// source gets a start delay of 0 to 3 cycles such that its phase is free. From then on nothing can
// stall:
//
//   A+1+b      row b enters stage 0; in stage d the sources with delay d are addressed
//   A+3+d+b    the bank's data goes into its ring, in the slot of the cycle of its address
//   A+6+b      stage 5: all sources of the row lie in the rings, and go into the row register
//   A+7+b      the row is visible
//
// A ring has four slots: a row is taken out at most five cycles after it was addressed, just
// before the row addressed four cycles later overwrites it.
//
// An instruction on pairs of registers is accepted twice: its high half first, whose rows have
// `high`, then its low half, like any instruction.
`default_nettype none
module operand_collector (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,
  input logic halt_i,

  // From instruction_buffer (event)
  input logic issue_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] issue_warp_i,
  input logic [31:0] issue_pc_i,
  input logic [31:0] issue_mask_i,
  input logic [7:0] issue_depth_i,
  input heddle_pkg::decoded_t issue_i,

  // From writeback: `starved`, and the row to write (event)
  input logic starved_i,
  input logic write_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] write_warp_i,
  input logic [4:0] write_rd_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] write_beat_i,
  input logic [heddle_pkg::LANES-1:0] write_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] write_data_i,

  // To warp_scheduler, A+1 (event): an entry left the issue queue
  output logic accepted_valid_o,

  // To host_interface, A+1 (event): an instruction, not a fault, with its number of threads
  output logic issued_valid_o,
  output logic [5:0] issued_threads_o,

  // To fault_unit, A+1 (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o,

  // To the execution units, A+7+b (event)
  output logic row_valid_o,
  output logic row_high_o,  // high half of a pair
  output heddle_pkg::exec_ctl_t row_ctl_o,
  output logic [heddle_pkg::LANES-1:0] row_mask_o,
  output logic [31:0] row_group_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] row_a_o,
  output logic [32*heddle_pkg::LANES-1:0] row_b_o,
  output logic [32*heddle_pkg::LANES-1:0] row_c_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;
  localparam int unsigned ROW_BITS = 32 * LANES;
  localparam int unsigned ROWS = 8 * heddle_pkg::WARPS * BEATS;
  localparam int unsigned ADDRESS_BITS = $clog2(ROWS);
  localparam int unsigned ISSUE_QUEUE = (BEATS == 1) ? 8 : (BEATS == 2) ? 4 : 2;
  localparam int unsigned DECODED_BITS = heddle_pkg::OP_BITS + heddle_pkg::UNIT_BITS + 99;
  localparam int unsigned ENTRY_BITS = 3 + WARP_BITS + 32 + 32 + 8 + DECODED_BITS;
  localparam int unsigned CTL_BITS = WARP_BITS + heddle_pkg::OP_BITS + heddle_pkg::UNIT_BITS
      + BEAT_BITS + 91;

  // -----------------------------------------------------------------------------------------------
  // Issue queue. The scheduler's credits keep it from overflowing, so its ready is not looked at.
  logic head_valid, accept, pop;
  logic [ENTRY_BITS-1:0] head_entry;
  logic [WARP_BITS-1:0] head_warp;
  logic [31:0] head_pc, head_mask;
  logic [7:0] head_depth;
  logic [2:0] issue_same, head_same;  // which sources are the same register
  // verilator lint_off UNUSEDSIGNAL
  heddle_pkg::decoded_t head;  // its drain bit was for the scoreboard
  // verilator lint_on UNUSEDSIGNAL

  assign issue_same =
      {issue_i.rs2 == issue_i.rs3, issue_i.rs1 == issue_i.rs3, issue_i.rs1 == issue_i.rs2};

  fifo #(
    .WIDTH(ENTRY_BITS),
    .DEPTH(ISSUE_QUEUE)
  ) u_issue_queue (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(issue_valid_i),
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({issue_same, issue_warp_i, issue_pc_i, issue_mask_i, issue_depth_i, issue_i}),
    .pop_valid_o(head_valid),
    .pop_ready_i(pop),
    .pop_data_o(head_entry)
  );

  assign {head_same, head_warp, head_pc, head_mask, head_depth, head} = head_entry;

  // -----------------------------------------------------------------------------------------------
  // A: place the sources
  logic [1:0] cycle4;
  logic [14:0] head_sources;
  logic [2:0] head_uses;
  logic [5:0] head_banks;
  logic [5:0] delays;
  logic placed, slot_free, accept_rows, barrier_d, barrier_q;
  logic high, high_done_q;  // the high half of the head is next; it was accepted

  assign high = head.pair && !high_done_q;
  assign head_sources = {head.rs3 | 5'(high), head.rs2 | 5'(high), head.rs1};
  assign head_uses = {head.uses_rs3, head.uses_rs2, head.uses_rs1 && !high};
  for (genvar i = 0; i < 3; i++) begin : g_head_bank
    assign head_banks[2*i+:2] =
        heddle_pkg::register_bank(head_warp, head_sources[5*i+:5], BEAT_BITS'(0));
  end
  // The low half does not look at `halt`: rows of the high half alone would stay in the memory
  // queue, the copy queue or the MMA queue.
  assign accept = head_valid && slot_free && !barrier_q && (!halt_i || high_done_q) && !starved_i
      && placed;
  assign accept_rows = accept && !head.fault;
  assign pop = accept && !high;
  // A cycle of distance, so that who comes to a barrier does not meet the release of those before.
  assign barrier_d = heddle_pkg::BEATS == 1 && accept_rows
      && (head.op == heddle_pkg::OP_BAR_SYNC || head.op == heddle_pkg::OP_BAR_ARRIVE);

  stream_placement u_stream_placement (
    .clk_i,
    .rst_ni,
    .start_i,
    .banks_i(head_banks),
    .uses_i(head_uses),
    .same_i(head_same),
    .placed_o(placed),
    .delays_o(delays),
    .accept_i(accept_rows),
    .cycle4_o(cycle4)
  );

  // -----------------------------------------------------------------------------------------------
  // A+1: events, and the accepted instruction, which stays for BEATS cycles. What the valid bits go
  // with is loaded without looking whether the head is accepted, which is known late.
  logic entry_valid_q, entry_last, entry_high_q;
  logic [BEAT_BITS-1:0] entry_beat_q;
  logic [WARP_BITS-1:0] entry_warp_q;
  logic [31:0] entry_pc_q, entry_mask_q;
  logic [7:0] entry_depth_q;
  logic [heddle_pkg::OP_BITS-1:0] entry_op_q;
  logic [heddle_pkg::UNIT_BITS-1:0] entry_unit_q;
  logic [4:0] entry_rd_q;
  logic entry_writes_rd_q;
  logic [31:0] entry_imm_q;
  logic [2:0] entry_rm_q;
  logic [14:0] entry_sources_q;
  logic [2:0] entry_uses_q;
  logic [5:0] entry_delays_q;
  logic [5:0] threads_d;

  assign entry_last = entry_beat_q == BEAT_BITS'(BEATS - 1);
  assign slot_free = !entry_valid_q || entry_last;

  always_comb begin : count_threads
    threads_d = 6'd0;
    for (int i = 0; i < 32; i++) threads_d = threads_d + 6'(head_mask[i]);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      entry_valid_q <= 1'b0;
      entry_beat_q <= '0;
      barrier_q <= 1'b0;
      high_done_q <= 1'b0;
      accepted_valid_o <= 1'b0;
      issued_valid_o <= 1'b0;
      fault_valid_o <= 1'b0;
    end else if (start_i) begin
      entry_valid_q <= 1'b0;
      entry_beat_q <= '0;
      barrier_q <= 1'b0;
      high_done_q <= 1'b0;
      accepted_valid_o <= 1'b0;
      issued_valid_o <= 1'b0;
      fault_valid_o <= 1'b0;
    end else begin
      if (slot_free) entry_valid_q <= accept_rows;
      barrier_q <= barrier_d;
      if (accept) high_done_q <= high;
      entry_beat_q <= slot_free ? '0 : entry_beat_q + BEAT_BITS'(1);
      accepted_valid_o <= pop;
      issued_valid_o <= accept_rows && !high;
      fault_valid_o <= accept && head.fault;
    end
  end

  always_ff @(posedge clk_i) begin
    if (slot_free) begin
      entry_warp_q <= head_warp;
      entry_pc_q <= head_pc;
      entry_mask_q <= head_mask;
      entry_depth_q <= head_depth;
      entry_op_q <= head.op;
      entry_unit_q <= head.unit;
      entry_rd_q <= head.rd;
      entry_writes_rd_q <= head.writes_rd;
      entry_imm_q <= head.imm;
      entry_rm_q <= head.rm;
      entry_sources_q <= head_sources;
      entry_uses_q <= head_uses;
      entry_delays_q <= delays;
      entry_high_q <= high;
      issued_threads_o <= threads_d;
    end
    if (head.fault) begin
      fault_o.cause <= head.cause;
      fault_o.warp <= head_warp;
      fault_o.mask <= head_mask;
      fault_o.pc <= head_pc;
      fault_o.address <= head.fault_address;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Stages: 0 is the entry with its beat counter, 1 to 5 follow it
  heddle_pkg::exec_ctl_t entry_ctl;
  heddle_pkg::operand_select_t entry_select;
  logic [5:0] stage_valid;
  logic [4:0] stage_valid_q;
  logic [CTL_BITS+32:0] stage_payload_q[1:5];
  logic [WARP_BITS-1:0] stage_warp[0:4];
  logic [BEAT_BITS-1:0] stage_beat[0:5];
  logic [14:0] stage_sources[0:4];
  logic [2:0] stage_uses[0:5];
  logic [5:0] stage_delays[0:4];

  always_comb begin : entry_control
    entry_ctl.warp = entry_warp_q;
    entry_ctl.op = entry_op_q;
    entry_ctl.unit = entry_unit_q;
    entry_ctl.rd = entry_rd_q;
    entry_ctl.writes_rd = entry_writes_rd_q;
    entry_ctl.pc = entry_pc_q;
    entry_ctl.imm = entry_imm_q;
    entry_ctl.rm = entry_rm_q;
    entry_ctl.depth = entry_depth_q;
    entry_ctl.beat = entry_beat_q;
    entry_ctl.first = entry_beat_q == '0 && !entry_high_q;
    entry_ctl.last = entry_last && !entry_high_q;
    entry_ctl.select = entry_select;
  end

  operand_select u_operand_select (
    .op_i(entry_op_q),
    .select_o(entry_select)
  );

  assign stage_valid = {stage_valid_q, entry_valid_q};
  assign stage_warp[0] = entry_warp_q;
  assign stage_beat[0] = entry_beat_q;
  assign stage_sources[0] = entry_sources_q;
  assign stage_uses[0] = entry_uses_q;
  assign stage_delays[0] = entry_delays_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      stage_valid_q <= '0;
      row_valid_o <= 1'b0;
    end else begin
      stage_valid_q <= start_i ? '0 : stage_valid[4:0];
      row_valid_o <= stage_valid[5] && !start_i;
    end
  end

  for (genvar i = 1; i < 6; i++) begin : g_stage
    logic [BEAT_BITS-1:0] beat_q;
    logic [2:0] uses_q;

    always_ff @(posedge clk_i) begin
      if (stage_valid[i-1]) begin
        beat_q <= stage_beat[i-1];
        uses_q <= stage_uses[i-1];
      end
    end

    assign stage_beat[i] = beat_q;
    assign stage_uses[i] = uses_q;
  end

  for (genvar i = 1; i < 5; i++) begin : g_source_stage
    logic [WARP_BITS-1:0] warp_q;
    logic [14:0] sources_q;
    logic [5:0] delays_q;

    always_ff @(posedge clk_i) begin
      if (stage_valid[i-1]) begin
        warp_q <= stage_warp[i-1];
        sources_q <= stage_sources[i-1];
        delays_q <= stage_delays[i-1];
      end
    end

    assign stage_warp[i] = warp_q;
    assign stage_sources[i] = sources_q;
    assign stage_delays[i] = delays_q;
  end

  always_ff @(posedge clk_i) begin
    if (stage_valid[0]) stage_payload_q[1] <= {entry_high_q, entry_ctl, entry_mask_q};
    for (int i = 2; i < 6; i++) begin
      if (stage_valid[i-1]) stage_payload_q[i] <= stage_payload_q[i-1];
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Stages 0 to 3: address the banks. The placement sees to it that a bank has one reader at most,
  // so the addresses of those that read are ORed.
  logic [3:0] read_valid;
  logic [4*ADDRESS_BITS-1:0] read_address;
  logic [4*ROW_BITS-1:0] read_data;
  logic [ADDRESS_BITS-1:0] source_address;
  logic [1:0] source_bank;

  always_comb begin : address_banks
    read_valid = '0;
    read_address = '0;
    source_address = '0;
    source_bank = '0;
    for (int k = 0; k < 4; k++) begin
      for (int i = 0; i < 3; i++) begin
        if (stage_valid[k] && stage_uses[k][i] && stage_delays[k][2*i+:2] == 2'(k)) begin
          source_bank = heddle_pkg::register_bank(
              stage_warp[k], stage_sources[k][5*i+:5], stage_beat[k]);
          source_address = ADDRESS_BITS'(
              (32'(stage_warp[k]) * 8 + 32'(stage_sources[k][5*i+2+:3])) * BEATS
              + 32'(stage_beat[k]));
          for (int bank = 0; bank < 4; bank++) begin
            if (source_bank == 2'(bank)) begin
              read_valid[bank] = 1'b1;
              read_address[ADDRESS_BITS*bank+:ADDRESS_BITS] =
                  read_address[ADDRESS_BITS*bank+:ADDRESS_BITS] | source_address;
            end
          end
        end
      end
    end
  end

  register_file u_register_file (
    .clk_i,
    .read_valid_i(read_valid),
    .read_address_i(read_address),
    .read_data_o(read_data),
    .write_valid_i,
    .write_warp_i,
    .write_rd_i,
    .write_beat_i,
    .write_mask_i,
    .write_data_i
  );

  // -----------------------------------------------------------------------------------------------
  // Rings, and the row register
  logic [5:0] source_slot4, source_bank4;
  logic [ROW_BITS-1:0] row_a, row_b, row_c;
  logic [CTL_BITS-1:0] row_ctl_bits;
  logic [31:0] row_group_mask;
  logic row_high;
  logic [BEAT_BITS-1:0] row_beat;
  assign {row_high, row_ctl_bits, row_group_mask} = stage_payload_q[5];
  assign row_beat = stage_beat[5];
  // Where the sources lie is found in stage 4, a cycle ahead.
  for (genvar i = 0; i < 3; i++) begin : g_source
    assign source_bank4[2*i+:2] =
        heddle_pkg::register_bank(stage_warp[4], stage_sources[4][5*i+:5], stage_beat[4]);
    // Addressed 4 - d cycles ago
    assign source_slot4[2*i+:2] = cycle4 + stage_delays[4][2*i+:2];
  end

  operand_rings u_rings (
    .clk_i,
    .rst_ni,
    .write_slot_i(cycle4 - 2'd1),
    .write_data_i(read_data),
    .source_uses_i(stage_uses[4]),
    .source_bank_i(source_bank4),
    .source_slot_i(source_slot4),
    .source_data_o({row_c, row_b, row_a})
  );

  always_ff @(posedge clk_i) begin
    if (stage_valid[5]) begin
      row_ctl_o <= row_ctl_bits;
      row_high_o <= row_high;
      row_mask_o <= row_group_mask[LANES*32'(row_beat)+:LANES];
      row_group_mask_o <= row_group_mask;
      row_a_o <= stage_uses[5][0] ? row_a : '0;
      row_b_o <= stage_uses[5][1] ? row_b : '0;
      row_c_o <= stage_uses[5][2] ? row_c : '0;
    end
  end

endmodule
`default_nettype wire
