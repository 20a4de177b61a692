// The SM's shared memory: LANES banks of 32 bits.
//
// Rows wait in a FIFO of two. The head row is served in passes (shared_pass), one a cycle. A pass
// made in h reaches the banks in h+1 and is a result in h+3; a result that writeback does not take
// stops the whole pipe, banks included. A row without shared lanes takes one empty pass, which
// carries its `last` when the instruction has nothing in global memory.
//
// The pass of an atomic is alone in the pipe until its new words are written, in the first cycle of
// its result (those of amofadd, FLOAT_ADD_LATENCY later): so stage 1 keeps the banks' commands for
// the write, and no bank is read and written in one cycle. Of amocas.d the high half's rows, which come
// first, take an empty pass each and leave their operands in a memory; a pass has two results.
//
// The copy engine has passes of its own (shared_copy): those that write are over with stage 1, those
// that complete bytes at an mbarrier are atomics without a result. So has the matrix engine: arrivals at
// an mbarrier, and passes that read, whose units of 16 bytes stay in their banks' places in stage 3.
`default_nettype none
module shared_memory (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From memory_queue; valid includes ready
  input logic row_valid_i,
  output logic row_ready_o,
  input logic [heddle_pkg::WARP_BITS-1:0] row_warp_i,
  input logic [heddle_pkg::OP_BITS-1:0] row_op_i,
  input logic [4:0] row_rd_i,
  input logic row_writes_rd_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] row_beat_i,
  input logic row_last_i,
  input logic row_high_i,
  input logic row_any_global_i,
  input logic [heddle_pkg::LANES-1:0] row_shared_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_address_i,
  input logic [32*heddle_pkg::LANES-1:0] row_data_i,
  input logic [32*heddle_pkg::LANES-1:0] row_compare_i,

  // To writeback
  output logic result_valid_o,
  input logic result_ready_i,
  output heddle_pkg::result_ctl_t result_ctl_o,
  output logic result_pair_o,  // a register of a pair
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,

  // From and to copy_engine: a pass is made in a cycle in which it is ready
  input logic copy_valid_i,
  output logic copy_ready_o,
  input logic copy_complete_i,
  input logic copy_half_i,
  input logic [20:0] copy_bytes_i,
  input logic [heddle_pkg::COPY_GROUPS-1:0] copy_enable_i,
  input logic [heddle_pkg::COPY_INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] copy_index_i,
  input logic [128*heddle_pkg::COPY_GROUPS-1:0] copy_data_i,

  // From and to tensor_core: likewise; what an operand pass has read (event)
  input logic matrix_valid_i,
  output logic matrix_ready_o,
  input logic matrix_arrival_i,
  input logic matrix_half_i,
  input logic [heddle_pkg::COPY_GROUPS-1:0] matrix_enable_i,
  input logic [heddle_pkg::COPY_INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] matrix_index_i,
  output logic units_valid_o,
  output logic [128*heddle_pkg::COPY_GROUPS-1:0] units_data_o,

  // To scoreboard (event)
  output logic store_done_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] store_done_warp_o,

  // To parking (events): a try_wait's pass has found a phase that goes on; some phase has ended
  output logic park_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] park_warp_o,
  output logic phase_end_o,

  // To coalescer and dispatcher
  output logic idle_o,

  // To host_interface: counters, in the cycle of the pass
  output logic shared_row_o,
  output logic shared_pass_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned WORDS = heddle_pkg::SHARED_BYTES / 4 / LANES;  // of a bank
  localparam int unsigned BANK_BITS = $clog2(LANES);
  localparam int unsigned INDEX_BITS = $clog2(WORDS);
  localparam int unsigned ADDRESS_BITS = INDEX_BITS + BANK_BITS + 2;
  localparam int unsigned OP_BITS = heddle_pkg::OP_BITS;
  localparam int unsigned CONTROL_BITS =
      heddle_pkg::WARP_BITS + OP_BITS + 5 + 1 + heddle_pkg::BEAT_BITS + 1 + 1 + 1;
  localparam int unsigned ROW_BITS = CONTROL_BITS + (1 + ADDRESS_BITS + 32 + 32) * LANES;

  // -----------------------------------------------------------------------------------------------
  // Input
  logic [ADDRESS_BITS*LANES-1:0] row_address, head_address;
  logic [ROW_BITS-1:0] head;
  logic head_valid, head_writes_rd, head_last, head_high, head_any_global, pop;
  logic [heddle_pkg::WARP_BITS-1:0] head_warp;
  logic [OP_BITS-1:0] head_op;
  logic [4:0] head_rd;
  logic [heddle_pkg::BEAT_BITS-1:0] head_beat;
  logic [LANES-1:0] head_mask;
  logic [32*LANES-1:0] head_data, head_compare;

  always_comb begin : narrow_addresses
    for (int i = 0; i < LANES; i++) begin
      row_address[ADDRESS_BITS*i+:ADDRESS_BITS] = row_address_i[32*i+:ADDRESS_BITS];
    end
  end

  fifo #(
    .WIDTH(ROW_BITS),
    .DEPTH(2)
  ) u_rows (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(row_valid_i),
    .push_ready_o(row_ready_o),
    .push_data_i({
      row_warp_i, row_op_i, row_rd_i, row_writes_rd_i, row_beat_i, row_last_i, row_high_i,
      row_any_global_i, row_shared_mask_i, row_address, row_data_i, row_compare_i
    }),
    .pop_valid_o(head_valid),
    .pop_ready_i(pop),
    .pop_data_o(head)
  );

  assign {head_warp, head_op, head_rd, head_writes_rd, head_beat, head_last, head_high,
      head_any_global, head_mask, head_address, head_data, head_compare} = head;

  // -----------------------------------------------------------------------------------------------
  // h: the pass. An empty one is none of an atomic.
  logic advance, atomic_in_pipe, adding, adding_behind, pass, final_pass;
  logic store, atomic, mbarrier, pair;
  logic possible, copy_pass, matrix_pass, operand_pass, arrival_pass, complete_pass;
  logic [LANES-1:0] pending, served, served_before_d, served_before_q, row_enable, bank_enable;
  logic [INDEX_BITS*LANES-1:0] row_index, bank_index;
  logic [32*LANES-1:0] row_data, bank_data;
  logic [4*LANES-1:0] row_strobe, bank_strobe;
  logic [BANK_BITS*LANES-1:0] lane_bank;
  logic [2*LANES-1:0] lane_byte;

  assign pending = head_mask & ~served_before_q;
  assign store = heddle_pkg::is_store(head_op);
  assign atomic = heddle_pkg::isa_is_atomic(head_op);
  assign mbarrier = heddle_pkg::is_mbarrier_update(head_op);
  assign pair = heddle_pkg::isa_is_pair(head_op);

  shared_pass #(
    .INDEX_BITS(INDEX_BITS)
  ) u_pass (
    .valid_i(head_valid),
    .op_i(head_op),
    .atomic_i(atomic),
    .two_words_i(mbarrier || pair),
    .pending_i(pending),
    .address_i(head_address),
    .data_i(head_data),
    .served_o(served),
    .lane_bank_o(lane_bank),
    .lane_byte_o(lane_byte),
    .bank_enable_o(row_enable),
    .bank_index_o(row_index),
    .bank_data_o(row_data),
    .bank_strobe_o(row_strobe)
  );

  assign possible = advance && !atomic_in_pipe && !adding;

  shared_copy #(
    .INDEX_BITS(INDEX_BITS)
  ) u_copy (
    .clk_i,
    .rst_ni,
    .start_i,
    .possible_i(possible),
    .row_valid_i(head_valid),
    .row_enable_i(row_enable),
    .row_index_i(row_index),
    .row_data_i(row_data),
    .row_strobe_i(row_strobe),
    .copy_valid_i,
    .copy_complete_i,
    .copy_half_i,
    .copy_bytes_i,
    .copy_enable_i,
    .copy_index_i,
    .copy_data_i,
    .matrix_valid_i,
    .matrix_arrival_i,
    .matrix_half_i,
    .matrix_enable_i,
    .matrix_index_i,
    .row_pass_o(pass),
    .copy_pass_o(copy_pass),
    .matrix_pass_o(matrix_pass),
    .bank_enable_o(bank_enable),
    .bank_index_o(bank_index),
    .bank_data_o(bank_data),
    .bank_strobe_o(bank_strobe)
  );

  assign copy_ready_o = copy_pass;
  assign matrix_ready_o = matrix_pass;
  assign operand_pass = matrix_pass && !matrix_arrival_i;
  assign arrival_pass = matrix_pass && matrix_arrival_i;
  assign complete_pass = copy_pass && copy_complete_i;
  assign final_pass = served == pending;
  assign pop = pass && final_pass;

  always_comb begin : progress
    served_before_d = served_before_q;
    if (pass) served_before_d = final_pass ? '0 : served_before_q | served;
  end

  // For the counters, visible one cycle after the pass.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      shared_row_o <= 1'b0;
      shared_pass_o <= 1'b0;
    end else begin
      shared_row_o <= pop && head_mask != '0;
      shared_pass_o <= pass && pending != '0;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // h+1: banks
  heddle_pkg::result_ctl_t stage1_ctl_d, stage1_ctl_q, stage2_ctl_q, stage3_ctl_q;
  logic stage1_valid_q, stage2_valid_q, stage3_valid_q;
  logic stage1_store_q, stage1_copy_q;
  logic stage1_operand_q, stage2_operand_q, stage3_operand_q;  // the matrix engine's units
  logic stage1_quiet_q, stage2_quiet_q, stage3_quiet_q;  // no result
  logic stage1_atomic_q, stage2_atomic_q, stage1_add_q, stage1_compare_q;
  logic stage1_mbarrier_q, stage1_pair_q, stage2_pair_q, stage3_pair_q;
  logic stage1_waits_q, stage2_waits_q, stage3_waits_q;  // mbarrier.try_wait
  logic stage3_two_q, second_q;  // of two results; the second is next
  logic stage2_byte_access_q, stage2_half_access_q, stage2_signed_q;
  logic [OP_BITS-1:0] stage1_op_q;
  logic [LANES-1:0] stage1_mask_q, stage2_mask_q, stage3_mask_q;
  logic [LANES-1:0] head_parity, stage1_parity_q, stage2_parity_q, stage3_parity_q;
  logic [BANK_BITS*LANES-1:0] stage1_lane_bank_q, stage2_lane_bank_q, own_bank;
  logic [2*LANES-1:0] stage1_lane_byte_q, stage2_lane_byte_q;
  logic [LANES-1:0] bank_enable_q, bank_write;
  logic [INDEX_BITS*LANES-1:0] bank_index_q;
  logic [32*LANES-1:0] bank_data_q, compare_q, stage2_data, kept;
  logic [4*LANES-1:0] bank_strobe_q;
  logic write_sum, write_doubleword;
  logic [31:0] sum, upper_word;
  logic [63:0] doubleword;

  for (genvar i = 0; i < LANES; i++) begin : g_own_bank
    assign own_bank[BANK_BITS*i+:BANK_BITS] = BANK_BITS'(i);
  end

  always_comb begin : parities
    for (int i = 0; i < LANES; i++) head_parity[i] = head_data[32*i];
  end

  always_comb begin : control_fields
    stage1_ctl_d.warp = head_warp;
    stage1_ctl_d.rd = head_rd;
    stage1_ctl_d.writes_rd = head_writes_rd;
    stage1_ctl_d.beat = head_beat;
    stage1_ctl_d.last = !copy_pass && !matrix_pass && final_pass && head_last && !head_any_global;
  end

  for (genvar bank = 0; bank < LANES; bank++) begin : g_bank
    shared_bank #(
      .WORDS(WORDS)
    ) u_bank (
      .clk_i,
      .index_i(bank_index_q[INDEX_BITS*bank+:INDEX_BITS]),
      .operand_i(bank_data_q[32*bank+:32]),
      .strobe_i(bank_strobe_q[4*bank+:4]),
      .op_i(stage1_op_q),
      .access_i(advance && stage1_valid_q && bank_enable_q[bank]),
      .store_i(stage1_store_q),
      .word_o(stage2_data[32*bank+:32]),
      .keep_i(advance && stage2_valid_q && stage2_atomic_q),
      .kept_o(kept[32*bank+:32]),
      .write_i(bank_write[bank]),
      .write_word_i((write_sum || write_doubleword) && bank_enable_q[bank]),
      .word_i(write_doubleword ? doubleword[32*(bank%2)+:32] : sum)
    );
  end

  // -----------------------------------------------------------------------------------------------
  // h+2: every lane takes its bank's word; of an operand pass that of its own number
  logic [32*LANES-1:0] result_d, result_q;

  shared_words u_words (
    .byte_access_i(stage2_byte_access_q),
    .half_access_i(stage2_half_access_q),
    .signed_i(stage2_signed_q),
    .lane_bank_i(stage2_lane_bank_q),
    .lane_byte_i(stage2_lane_byte_q),
    .bank_word_i(stage2_data),
    .lane_word_o(result_d)
  );

  // -----------------------------------------------------------------------------------------------
  // s: new words of an atomic
  logic phase_end;
  logic new_words_q;  // the first cycle in which the result of an atomic's pass is visible

  assign atomic_in_pipe = (stage1_valid_q && stage1_atomic_q)
      || (stage2_valid_q && stage2_atomic_q);

  shared_atomic #(
    .BANK_BITS(BANK_BITS)
  ) u_atomic (
    .clk_i,
    .rst_ni,
    .start_i,
    .valid_i(new_words_q),
    .add_i(stage1_add_q),
    .compare_i(stage1_compare_q),
    .mbarrier_i(stage1_mbarrier_q),
    .pair_i(stage1_pair_q),
    .op_i(stage1_op_q),
    .lane_mask_i(stage1_mask_q),
    .lane_bank_i(stage1_lane_bank_q),
    .lane_word_i(result_q),
    .lane_compare_i(compare_q),
    .keep_high_i(pass && head_high),
    .use_high_i(pass && pair && !head_high),
    .high_beat_i(head_beat),
    .high_operand_i(head_data),
    .high_compare_i(head_compare),
    .bank_enable_i(bank_enable_q),
    .bank_word_i(kept),
    .bank_operand_i(bank_data_q),
    .bank_write_o(bank_write),
    .adding_o(adding),
    .adding_behind_o(adding_behind),
    .write_sum_o(write_sum),
    .sum_o(sum),
    .write_doubleword_o(write_doubleword),
    .doubleword_o(doubleword),
    .phase_end_o(phase_end),
    .upper_word_o(upper_word)
  );

  // -----------------------------------------------------------------------------------------------
  assign advance = !(result_valid_o && (!result_ready_i || (stage3_two_q && !second_q)));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      served_before_q <= '0;
      stage1_valid_q <= 1'b0;
      stage2_valid_q <= 1'b0;
      stage3_valid_q <= 1'b0;
      new_words_q <= 1'b0;
      phase_end_o <= 1'b0;
      second_q <= 1'b0;
    end else if (start_i) begin
      served_before_q <= '0;
      stage1_valid_q <= 1'b0;
      stage2_valid_q <= 1'b0;
      stage3_valid_q <= 1'b0;
      new_words_q <= 1'b0;
      phase_end_o <= 1'b0;
      second_q <= 1'b0;
    end else begin
      if (advance) begin
        served_before_q <= served_before_d;
        stage1_valid_q <= pass || copy_pass || matrix_pass;
        stage2_valid_q <= stage1_valid_q && !stage1_copy_q;
        stage3_valid_q <= stage2_valid_q;
      end
      new_words_q <= advance && stage2_valid_q && stage2_atomic_q;
      phase_end_o <= phase_end;
      if (result_valid_o && result_ready_i) second_q <= stage3_two_q && !second_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (pass || copy_pass || matrix_pass) begin
      stage1_ctl_q <= stage1_ctl_d;
      stage1_copy_q <= copy_pass && !copy_complete_i;
      stage1_operand_q <= operand_pass;
      stage1_store_q <= pass ? store || head_high : copy_pass && !copy_complete_i;
      stage1_quiet_q <= !pass || store || head_high;
      stage1_atomic_q <= pass ? atomic && pending != '0 : complete_pass || arrival_pass;
      stage1_add_q <= pass && head_op == heddle_pkg::OP_AMOFADD_W;
      stage1_mbarrier_q <= pass ? mbarrier : complete_pass || arrival_pass;
      stage1_pair_q <= pass && pair;
      stage1_compare_q <= pass && head_op == heddle_pkg::OP_AMOCAS_W;
      stage1_op_q <= copy_pass ? heddle_pkg::OP_MBARRIER_COMPLETE_TX
          : matrix_pass ? heddle_pkg::OP_MBARRIER_ARRIVE : head_op;
      stage1_waits_q <= pass && head_op == heddle_pkg::OP_MBARRIER_TRY_WAIT;
      stage1_parity_q <= head_parity;
      stage1_mask_q <= served;
      stage1_lane_bank_q <= operand_pass ? own_bank : lane_bank;
      stage1_lane_byte_q <= operand_pass ? '0 : lane_byte;
      bank_enable_q <= bank_enable;
      bank_index_q <= bank_index;
      bank_data_q <= bank_data;
      bank_strobe_q <= bank_strobe;
      compare_q <= head_compare;
    end
    if (advance && stage1_valid_q) begin
      stage2_ctl_q <= stage1_ctl_q;
      stage2_quiet_q <= stage1_quiet_q;
      stage2_operand_q <= stage1_operand_q;
      stage2_atomic_q <= stage1_atomic_q;
      stage2_pair_q <= stage1_pair_q;
      stage2_byte_access_q <= stage1_op_q == heddle_pkg::OP_LB || stage1_op_q == heddle_pkg::OP_LBU;
      stage2_half_access_q <= stage1_op_q == heddle_pkg::OP_LH || stage1_op_q == heddle_pkg::OP_LHU;
      stage2_signed_q <= stage1_op_q == heddle_pkg::OP_LB || stage1_op_q == heddle_pkg::OP_LH;
      stage2_waits_q <= stage1_waits_q;
      stage2_parity_q <= stage1_parity_q;
      stage2_mask_q <= stage1_mask_q;
      stage2_lane_bank_q <= stage1_lane_bank_q;
      stage2_lane_byte_q <= stage1_lane_byte_q;
    end
    if (advance && stage2_valid_q) begin
      stage3_ctl_q <= stage2_ctl_q;
      stage3_quiet_q <= stage2_quiet_q;
      stage3_operand_q <= stage2_operand_q;
      stage3_pair_q <= stage2_pair_q;
      stage3_two_q <= stage2_pair_q && stage2_atomic_q;
      stage3_waits_q <= stage2_waits_q;
      stage3_parity_q <= stage2_parity_q;
      stage3_mask_q <= stage2_mask_q;
    end
    if (advance && stage2_valid_q && (!stage2_quiet_q || stage2_operand_q)) result_q <= result_d;
  end

  // A stalled pass says it again and again: nothing behind it can end a phase meanwhile.
  always_comb begin : park
    park_valid_o = 1'b0;
    for (int i = 0; i < LANES; i++) begin
      if (stage3_mask_q[i] && result_q[32*i] == stage3_parity_q[i]) begin
        park_valid_o = stage3_valid_q && stage3_waits_q;
      end
    end
  end

  assign park_warp_o = stage3_ctl_q.warp;
  assign result_valid_o = stage3_valid_q && !stage3_quiet_q;
  // A pair's release comes with its second register.
  always_comb begin : result
    result_ctl_o = stage3_ctl_q;
    if (stage3_pair_q && (!stage3_two_q || second_q)) result_ctl_o.rd = stage3_ctl_q.rd | 5'd1;
    if (stage3_two_q && !second_q) result_ctl_o.last = 1'b0;
    result_data_o = second_q ? {LANES{upper_word}} : result_q;
  end

  assign result_pair_o = stage3_pair_q;
  assign result_mask_o = stage3_mask_q;
  assign store_done_valid_o = stage3_valid_q && stage3_quiet_q && stage3_ctl_q.last;
  assign store_done_warp_o = stage3_ctl_q.warp;
  assign units_valid_o = stage3_valid_q && stage3_operand_q;
  assign units_data_o = result_q;
  assign idle_o = !head_valid && !(stage1_valid_q && !stage1_copy_q && !stage1_operand_q)
      && !(stage2_valid_q && !stage2_operand_q) && !(stage3_valid_q && !stage3_operand_q)
      && !adding_behind;  // in s the pass is in stage 3

  // The host keeps blocks inside the shared memory: the upper address bits are 0.
  logic unused;
  assign unused = ^row_address_i;

endmodule
`default_nettype wire
