// Instructions of unit TENSOR: threads load and store words of tensor memory, and take and give back
// blocks of it (docs/architecture/tensor.md, "tensor_access").
//
// Rows come from a FIFO. A row's first cycle is its CHECK; then, in PASS, it takes passes, each with the
// lowest pending lane and all that are in its row of tensor memory. A load's pass in p has its row in
// p+1, and is a result in p+2. The sequencer goes first; a pass that it keeps waiting makes it pause
// after a while (`hold`).
`default_nettype none
module tensor_access (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From operand_collector
  input logic row_valid_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,

  // From dispatcher (event)
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,

  // From barrier (event) and mma_queue
  input logic cta_done_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] cta_done_cta_i,
  input logic [heddle_pkg::CTA_SLOTS-1:0] working_i,

  // From and to mma_sequencer and mma_control
  input logic sequencer_read_i,
  input logic sequencer_read_bank_i,
  input logic sequencer_write_i,
  input logic sequencer_write_bank_i,
  output logic hold_o,
  output logic [heddle_pkg::TENSOR_BLOCKS-1:0] taken_o,
  output logic [heddle_pkg::CTA_BITS*heddle_pkg::TENSOR_BLOCKS-1:0] owner_o,

  // From and to tensor_memory
  output logic read_valid_o,
  output logic write_valid_o,
  output logic bank_o,  // of both
  output logic [heddle_pkg::MMA_ROW_BITS-1:0] row_o,
  output logic [heddle_pkg::MMA_WORDS-1:0] write_mask_o,
  output logic [32*heddle_pkg::MMA_WORDS-1:0] write_data_o,
  input logic [2*32*heddle_pkg::MMA_WORDS-1:0] read_data_i,  // both banks, a cycle later

  // To writeback
  output logic result_valid_o,
  input logic result_ready_i,
  output heddle_pkg::result_ctl_t result_ctl_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,

  // To scoreboard and warp_scheduler (events)
  output logic store_done_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] store_done_warp_o,
  output logic op_done_valid_o,

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o,

  // To tensor_core
  output logic [heddle_pkg::CTA_SLOTS-1:0] ended_o,
  output logic idle_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;
  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam int unsigned WORDS = heddle_pkg::MMA_WORDS;
  localparam int unsigned WORD_BITS = (WORDS > 1) ? $clog2(WORDS) : 1;
  localparam int unsigned LANE_BITS = heddle_pkg::MMA_LANE_BITS;
  localparam int unsigned COLUMN_BITS = heddle_pkg::MMA_COLUMN_BITS;
  localparam int unsigned BLOCKS = heddle_pkg::TENSOR_BLOCKS;
  localparam int unsigned BLOCK_SHIFT = heddle_pkg::MMA_BLOCK_SHIFT;
  // Columns of a bank in rows of tensor memory
  localparam int unsigned BANK_GROUPS = heddle_pkg::MMA_COLUMNS / heddle_pkg::MMA_N / 2;
  localparam int unsigned PLACE_BITS = heddle_pkg::MMA_ROW_BITS + 1;  // bank, row
  localparam int unsigned FIFO_BITS = WARP_BITS + heddle_pkg::OP_BITS + 5 + 1 + 32 + BEAT_BITS + 1
      + (1 + 32 + 32) * LANES;
  localparam logic [3:0] HOLD_MOST = 4'd15;

  // -----------------------------------------------------------------------------------------------
  // The rows that wait
  logic head_valid, pop, head_writes_rd, head_last, is_load, is_store, is_alloc, is_dealloc;
  logic [WARP_BITS-1:0] head_warp;
  logic [heddle_pkg::OP_BITS-1:0] head_op;
  logic [4:0] head_rd;
  logic [31:0] head_pc;
  logic [BEAT_BITS-1:0] head_beat;
  logic [LANES-1:0] head_mask;
  logic [32*LANES-1:0] head_a, head_b;
  logic [CTA_BITS-1:0] ctas_q[0:heddle_pkg::WARPS-1];
  logic [CTA_BITS-1:0] head_cta;

  fifo #(
    .WIDTH(FIFO_BITS),
    .DEPTH(heddle_pkg::TENSOR_QUEUE * heddle_pkg::BEATS)
  ) u_rows (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(row_valid_i && row_ctl_i.unit == heddle_pkg::UNIT_TENSOR),
    // The scheduler's credits keep it from overflowing.
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({
      row_ctl_i.warp, row_ctl_i.op, row_ctl_i.rd, row_ctl_i.writes_rd, row_ctl_i.pc,
      row_ctl_i.beat, row_ctl_i.last, row_mask_i, row_a_i, row_b_i
    }),
    .pop_valid_o(head_valid),
    .pop_ready_i(pop),
    .pop_data_o({
      head_warp, head_op, head_rd, head_writes_rd, head_pc, head_beat, head_last, head_mask,
      head_a, head_b
    })
  );

  always_ff @(posedge clk_i) begin
    if (launch_valid_i) ctas_q[launch_warp_i] <= launch_cta_i;
  end

  assign head_cta = ctas_q[head_warp];
  assign is_load = head_op == heddle_pkg::OP_TENSOR_LD;
  assign is_store = head_op == heddle_pkg::OP_TENSOR_ST;
  assign is_alloc = head_op == heddle_pkg::OP_TENSOR_ALLOC;
  assign is_dealloc = head_op == heddle_pkg::OP_TENSOR_DEALLOC;

  // -----------------------------------------------------------------------------------------------
  // Every lane's place: a row of tensor memory and a word of it
  logic [BLOCKS-1:0] owned;
  logic [LANES-1:0] wrong, first_wrong, lowest;
  logic [PLACE_BITS*LANES-1:0] lane_place;
  logic [WORD_BITS*LANES-1:0] lane_word;
  logic [31:0] wrong_address, lowest_a, lowest_b;

  always_comb begin : look_at_blocks
    for (int i = 0; i < BLOCKS; i++) begin
      owned[i] = taken_o[i] && owner_o[CTA_BITS*i+:CTA_BITS] == head_cta;
    end
  end

  for (genvar i = 0; i < LANES; i++) begin : g_lane
    logic [15:0] lane, column;
    logic [2:0] block;

    assign lane = head_a[32*i+16+:16];
    assign column = head_a[32*i+:16];
    assign block = column[BLOCK_SHIFT+:3];
    assign wrong[i] = head_mask[i] && (32'(lane) >= heddle_pkg::MMA_LANES
        || 32'(column) >= heddle_pkg::MMA_COLUMNS || !owned[block]);
    assign lane_place[PLACE_BITS*i+:PLACE_BITS] = {
      column[COLUMN_BITS-1],
      (PLACE_BITS - 1)'(32'(lane[LANE_BITS-1:0]) / heddle_pkg::MMA_M * BANK_GROUPS
          + 32'(column[COLUMN_BITS-2:0]) / heddle_pkg::MMA_N)
    };
    assign lane_word[WORD_BITS*i+:WORD_BITS] = WORD_BITS'(
        32'(lane) % heddle_pkg::MMA_M * heddle_pkg::MMA_N + 32'(column) % heddle_pkg::MMA_N);
  end

  assign lowest = head_mask & (~head_mask + LANES'(1));
  assign first_wrong = wrong & (~wrong + LANES'(1));

  always_comb begin : lowest_lanes
    wrong_address = '0;
    lowest_a = '0;
    lowest_b = '0;
    for (int i = 0; i < LANES; i++) begin
      if (first_wrong[i]) wrong_address = wrong_address | head_a[32*i+:32];
      if (lowest[i]) begin
        lowest_a = lowest_a | head_a[32*i+:32];
        lowest_b = lowest_b | head_b[32*i+:32];
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // The pass
  logic checked_q, pass, pass_q, final_pass, result_free, busy_bank, wants, kept_back;
  logic [LANES-1:0] pending_q, lead, served;
  logic [PLACE_BITS-1:0] place;

  always_comb begin : serve
    place = '0;
    lead = pending_q & (~pending_q + LANES'(1));
    for (int i = 0; i < LANES; i++) begin
      if (lead[i]) place = place | lane_place[PLACE_BITS*i+:PLACE_BITS];
    end
    for (int i = 0; i < LANES; i++) begin
      served[i] = pending_q[i] && lane_place[PLACE_BITS*i+:PLACE_BITS] == place;
    end
  end

  assign {bank_o, row_o} = place;
  assign final_pass = pending_q == served;
  assign result_free = !result_valid_o || result_ready_i;
  assign wants = head_valid && checked_q
      && (is_store || is_dealloc || (!pass_q && result_free));
  assign busy_bank = pending_q != '0
      && (is_store ? sequencer_write_i && sequencer_write_bank_i == bank_o
          : sequencer_read_i && sequencer_read_bank_i == bank_o);
  assign pass = wants && !busy_bank;
  assign kept_back = wants && busy_bank;
  assign pop = pass && final_pass;
  assign read_valid_o = pass && is_load && pending_q != '0;
  assign write_valid_o = pass && is_store && pending_q != '0;

  // The highest lane wins a word.
  always_comb begin : store_words
    write_mask_o = '0;
    write_data_o = '0;
    for (int i = 0; i < LANES; i++) begin
      for (int w = 0; w < WORDS; w++) begin
        if (served[i] && lane_word[WORD_BITS*i+:WORD_BITS] == WORD_BITS'(w)) begin
          write_mask_o[w] = 1'b1;
          write_data_o[32*w+:32] = head_b[32*i+:32];
        end
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Blocks: the first row with active lanes does it.
  logic done_q, make, blocks_fault;
  logic [31:0] first_column, value_q;

  assign make = pass && (is_alloc || is_dealloc) && !done_q && head_mask != '0;

  tensor_blocks u_blocks (
    .clk_i,
    .rst_ni,
    .start_i,
    .make_i(make),
    .dealloc_i(is_dealloc),
    .columns_i(is_dealloc ? lowest_b : lowest_a),
    .column_i(lowest_a),
    .cta_i(head_cta),
    .fault_o(blocks_fault),
    .first_column_o(first_column),
    .cta_done_valid_i,
    .cta_done_cta_i,
    .working_i,
    .taken_o,
    .owner_o,
    .ended_o
  );

  // -----------------------------------------------------------------------------------------------
  // p+1: the row that was read
  logic load_q, read_bank_q, read_alloc_q;
  heddle_pkg::result_ctl_t read_ctl_q;
  logic [LANES-1:0] read_mask_q;
  logic [WORD_BITS*LANES-1:0] read_word_q;
  logic [32*WORDS-1:0] row_words;
  logic [32*LANES-1:0] result_d;

  assign row_words = read_bank_q ? read_data_i[32*WORDS+:32*WORDS] : read_data_i[0+:32*WORDS];

  always_comb begin : select_words
    for (int i = 0; i < LANES; i++) begin
      result_d[32*i+:32] = read_alloc_q ? value_q
          : row_words[32*(32'(read_word_q[WORD_BITS*i+:WORD_BITS]))+:32];
    end
  end

  // -----------------------------------------------------------------------------------------------
  logic fault_check, fault_make;
  logic [3:0] hold_q;

  assign fault_check = head_valid && !checked_q && (is_load || is_store) && wrong != '0;
  assign fault_make = make && blocks_fault;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      checked_q <= 1'b0;
      pending_q <= '0;
      done_q <= 1'b0;
      pass_q <= 1'b0;
      load_q <= 1'b0;
      hold_q <= '0;
      result_valid_o <= 1'b0;
      store_done_valid_o <= 1'b0;
      op_done_valid_o <= 1'b0;
      fault_valid_o <= 1'b0;
    end else if (start_i) begin
      checked_q <= 1'b0;
      pending_q <= '0;
      done_q <= 1'b0;
      pass_q <= 1'b0;
      load_q <= 1'b0;
      hold_q <= '0;
      result_valid_o <= 1'b0;
      store_done_valid_o <= 1'b0;
      op_done_valid_o <= 1'b0;
      fault_valid_o <= 1'b0;
    end else begin
      checked_q <= head_valid && !pop;
      if (head_valid && !checked_q) pending_q <= (is_load || is_store) ? head_mask & ~wrong : '0;
      else if (pass) pending_q <= pending_q & ~served;
      if (pop) done_q <= !head_last && (done_q || head_mask != '0);
      pass_q <= pass;
      load_q <= pass && (is_load || is_alloc);
      hold_q <= !kept_back ? '0 : (hold_q == HOLD_MOST) ? HOLD_MOST : hold_q + 4'd1;
      result_valid_o <= load_q || (result_valid_o && !result_ready_i);
      store_done_valid_o <= pop && head_last && (is_store || is_dealloc);
      op_done_valid_o <= pop && head_last;
      fault_valid_o <= fault_check || fault_make;
    end
  end

  always_ff @(posedge clk_i) begin
    if (make) value_q <= first_column;
    if (pass) begin
      read_bank_q <= bank_o;
      read_alloc_q <= is_alloc;
      read_mask_q <= is_alloc ? head_mask : served;
      read_word_q <= lane_word;
      read_ctl_q.warp <= head_warp;
      read_ctl_q.rd <= head_rd;
      read_ctl_q.writes_rd <= head_writes_rd;
      read_ctl_q.beat <= head_beat;
      read_ctl_q.last <= head_last && final_pass;
      store_done_warp_o <= head_warp;
    end
    if (load_q) begin
      result_ctl_o <= read_ctl_q;
      result_mask_o <= read_mask_q;
      result_data_o <= result_d;
    end
    if (fault_check || fault_make) begin
      fault_o.cause <= heddle_pkg::CAUSE_TENSOR_MEMORY;
      fault_o.warp <= head_warp;
      fault_o.mask <= (fault_check ? 32'(wrong) : 32'(lowest)) << (32'(head_beat) * LANES);
      fault_o.pc <= head_pc;
      fault_o.address <= fault_check ? wrong_address : lowest_a;
    end
  end

  assign hold_o = hold_q == HOLD_MOST;
  assign idle_o = !head_valid && !pass_q && !result_valid_o;

  // Of the row, the queue keeps what is needed.
  logic unused;
  assign unused = ^{row_ctl_i.select, row_ctl_i.imm, row_ctl_i.rm, row_ctl_i.depth, row_ctl_i.first};

endmodule
`default_nettype wire
