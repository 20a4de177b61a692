// Instructions of unit TENSOR: threads load and store words of tensor memory, and take and give back
// blocks of it (docs/architecture/tensor.md, "tensor_access").
//
// Rows come from a FIFO, with the sums of address and immediate. The row at its head is checked while
// the one before, in the row register, takes its final pass; a pass has the lowest pending lane and
// all that are in its row of tensor memory. A load's pass in p has its row in p+1, and is a result in
// p+2. Nothing keeps what was read in p+1: a pass is made only if its result has a place. The
// sequencer goes first; a pass that it keeps waiting makes it pause after a while (`hold`).
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
  localparam int unsigned RESULT_CTL_BITS = WARP_BITS + 5 + 1 + BEAT_BITS + 1;  // result_ctl_t
  localparam int unsigned FIFO_BITS = WARP_BITS + heddle_pkg::OP_BITS + 5 + 1 + 32 + BEAT_BITS + 1
      + (1 + 32 + 32) * LANES;
  localparam logic [3:0] HOLD_MOST = 4'd15;

  // -----------------------------------------------------------------------------------------------
  // The rows that wait
  logic head_valid, head_writes_rd, head_last, head_words;
  logic check;  // the head goes to the row register
  logic [32*LANES-1:0] row_address;
  logic [WARP_BITS-1:0] head_warp;
  logic [heddle_pkg::OP_BITS-1:0] head_op;
  logic [4:0] head_rd;
  logic [31:0] head_pc;
  logic [BEAT_BITS-1:0] head_beat;
  logic [LANES-1:0] head_mask;
  logic [32*LANES-1:0] head_a, head_b;
  logic [CTA_BITS-1:0] ctas_q[0:heddle_pkg::WARPS-1];
  logic [CTA_BITS-1:0] head_cta;

  for (genvar i = 0; i < LANES; i++) begin : g_address
    assign row_address[32*i+:32] = row_a_i[32*i+:32] + row_ctl_i.imm;
  end

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
      row_ctl_i.beat, row_ctl_i.last, row_mask_i, row_address, row_b_i
    }),
    .pop_valid_o(head_valid),
    .pop_ready_i(check),
    .pop_data_o({
      head_warp, head_op, head_rd, head_writes_rd, head_pc, head_beat, head_last, head_mask,
      head_a, head_b
    })
  );

  always_ff @(posedge clk_i) begin
    if (launch_valid_i) ctas_q[launch_warp_i] <= launch_cta_i;
  end

  assign head_cta = ctas_q[head_warp];
  assign head_words = head_op == heddle_pkg::OP_TENSOR_LD || head_op == heddle_pkg::OP_TENSOR_ST;

  // -----------------------------------------------------------------------------------------------
  // CHECK. Every lane's place: a row of tensor memory and a word of it
  logic [BLOCKS-1:0] owned;
  logic [LANES-1:0] wrong, first_wrong, lowest;
  logic [PLACE_BITS*LANES-1:0] head_place;
  logic [WORD_BITS*LANES-1:0] head_word;
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
    assign head_place[PLACE_BITS*i+:PLACE_BITS] = {
      column[COLUMN_BITS-1],
      (PLACE_BITS - 1)'(32'(lane[LANE_BITS-1:0]) / heddle_pkg::MMA_M * BANK_GROUPS
          + 32'(column[COLUMN_BITS-2:0]) / heddle_pkg::MMA_N)
    };
    assign head_word[WORD_BITS*i+:WORD_BITS] = WORD_BITS'(
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
  // The row register
  logic occupied_q, writes_rd_q, last_q, is_load_q, is_store_q, is_alloc_q, is_dealloc_q;
  logic [WARP_BITS-1:0] warp_q;
  logic [4:0] rd_q;
  logic [31:0] pc_q;
  logic [BEAT_BITS-1:0] beat_q;
  logic [LANES-1:0] mask_q, lowest_q;
  logic [31:0] lowest_a_q, lowest_b_q;
  logic [PLACE_BITS*LANES-1:0] place_q;
  logic [WORD_BITS*LANES-1:0] word_q;
  logic [32*LANES-1:0] words_q;

  always_ff @(posedge clk_i) begin
    if (check) begin
      warp_q <= head_warp;
      rd_q <= head_rd;
      writes_rd_q <= head_writes_rd;
      pc_q <= head_pc;
      beat_q <= head_beat;
      last_q <= head_last;
      is_load_q <= head_op == heddle_pkg::OP_TENSOR_LD;
      is_store_q <= head_op == heddle_pkg::OP_TENSOR_ST;
      is_alloc_q <= head_op == heddle_pkg::OP_TENSOR_ALLOC;
      is_dealloc_q <= head_op == heddle_pkg::OP_TENSOR_DEALLOC;
      mask_q <= head_mask;
      lowest_q <= lowest;
      lowest_a_q <= lowest_a;
      lowest_b_q <= lowest_b;
      place_q <= head_place;
      word_q <= head_word;
      words_q <= head_b;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // The pass
  logic pass, pass_q, load_q, leaves, free_place, busy_bank, wants, kept_back;
  logic second_free;  // place for a result
  logic [LANES-1:0] pending_q, lead, served;
  logic [PLACE_BITS-1:0] place;

  always_comb begin : serve
    place = '0;
    lead = pending_q & (~pending_q + LANES'(1));
    for (int i = 0; i < LANES; i++) begin
      if (lead[i]) place = place | place_q[PLACE_BITS*i+:PLACE_BITS];
    end
    for (int i = 0; i < LANES; i++) begin
      served[i] = pending_q[i] && place_q[PLACE_BITS*i+:PLACE_BITS] == place;
    end
  end

  assign {bank_o, row_o} = place;
  // Of two: for those there and the one that comes, unless one leaves.
  assign free_place = !result_valid_o || result_ready_i || (second_free && !load_q);
  assign wants = occupied_q && (is_store_q || is_dealloc_q || free_place);
  assign busy_bank = pending_q != '0
      && (is_store_q ? sequencer_write_i && sequencer_write_bank_i == bank_o
          : sequencer_read_i && sequencer_read_bank_i == bank_o);
  assign pass = wants && !busy_bank;
  assign kept_back = wants && busy_bank;
  assign leaves = pass && pending_q == served;
  assign read_valid_o = pass && is_load_q && pending_q != '0;
  assign write_valid_o = pass && is_store_q && pending_q != '0;
  // Behind a row that changes blocks, it looks at them as they are then.
  assign check = head_valid && (!occupied_q || (leaves && (is_load_q || is_store_q)));

  // The highest lane wins a word.
  always_comb begin : store_words
    write_mask_o = '0;
    write_data_o = '0;
    for (int i = 0; i < LANES; i++) begin
      for (int w = 0; w < WORDS; w++) begin
        if (served[i] && word_q[WORD_BITS*i+:WORD_BITS] == WORD_BITS'(w)) begin
          write_mask_o[w] = 1'b1;
          write_data_o[32*w+:32] = words_q[32*i+:32];
        end
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Blocks: the first row with active lanes does it.
  logic done_q, make, blocks_fault;
  logic [31:0] first_column, value_q;

  assign make = pass && (is_alloc_q || is_dealloc_q) && !done_q && mask_q != '0;

  tensor_blocks u_blocks (
    .clk_i,
    .rst_ni,
    .start_i,
    .make_i(make),
    .dealloc_i(is_dealloc_q),
    .columns_i(is_dealloc_q ? lowest_b_q : lowest_a_q),
    .column_i(lowest_a_q),
    .cta_i(ctas_q[warp_q]),
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
  logic read_bank_q, read_alloc_q;
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

  fifo #(
    .WIDTH(RESULT_CTL_BITS + (1 + 32) * LANES),
    .DEPTH(2)
  ) u_results (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(load_q),
    .push_ready_o(second_free),
    .push_data_i({read_ctl_q, read_mask_q, result_d}),
    .pop_valid_o(result_valid_o),
    .pop_ready_i(result_ready_i),
    .pop_data_o({result_ctl_o, result_mask_o, result_data_o})
  );

  // -----------------------------------------------------------------------------------------------
  logic fault_check, fault_make;
  logic [3:0] hold_q;

  assign fault_check = check && head_words && wrong != '0;
  assign fault_make = make && blocks_fault;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      occupied_q <= 1'b0;
      pending_q <= '0;
      done_q <= 1'b0;
      pass_q <= 1'b0;
      load_q <= 1'b0;
      hold_q <= '0;
      store_done_valid_o <= 1'b0;
      op_done_valid_o <= 1'b0;
      fault_valid_o <= 1'b0;
    end else if (start_i) begin
      occupied_q <= 1'b0;
      pending_q <= '0;
      done_q <= 1'b0;
      pass_q <= 1'b0;
      load_q <= 1'b0;
      hold_q <= '0;
      store_done_valid_o <= 1'b0;
      op_done_valid_o <= 1'b0;
      fault_valid_o <= 1'b0;
    end else begin
      occupied_q <= check || (occupied_q && !leaves);
      if (check) pending_q <= head_words ? head_mask & ~wrong : '0;
      else if (pass) pending_q <= pending_q & ~served;
      if (leaves) done_q <= !last_q && (done_q || mask_q != '0);
      pass_q <= pass;
      load_q <= pass && (is_load_q || is_alloc_q);
      hold_q <= !kept_back ? '0 : (hold_q == HOLD_MOST) ? HOLD_MOST : hold_q + 4'd1;
      store_done_valid_o <= leaves && last_q && (is_store_q || is_dealloc_q);
      op_done_valid_o <= check && head_last;
      fault_valid_o <= fault_check || fault_make;
    end
  end

  always_ff @(posedge clk_i) begin
    if (make) value_q <= first_column;
    if (pass) begin
      read_bank_q <= bank_o;
      read_alloc_q <= is_alloc_q;
      read_mask_q <= is_alloc_q ? mask_q : served;
      read_word_q <= word_q;
      read_ctl_q.warp <= warp_q;
      read_ctl_q.rd <= rd_q;
      read_ctl_q.writes_rd <= writes_rd_q;
      read_ctl_q.beat <= beat_q;
      read_ctl_q.last <= leaves && last_q;
      store_done_warp_o <= warp_q;
    end
    if (fault_check || fault_make) begin
      fault_o.cause <= heddle_pkg::CAUSE_TENSOR_MEMORY;
      fault_o.warp <= fault_check ? head_warp : warp_q;
      fault_o.mask <= fault_check ? 32'(wrong) << (32'(head_beat) * LANES)
          : 32'(lowest_q) << (32'(beat_q) * LANES);
      fault_o.pc <= fault_check ? head_pc : pc_q;
      fault_o.address <= fault_check ? wrong_address : lowest_a_q;
    end
  end

  assign hold_o = hold_q == HOLD_MOST;
  assign idle_o = !head_valid && !occupied_q && !pass_q && !result_valid_o;

  // Of the row, the queue keeps what is needed.
  logic unused;
  assign unused = ^{row_ctl_i.select, row_ctl_i.rm, row_ctl_i.depth, row_ctl_i.first};

endmodule
`default_nettype wire
