// Issues the operations of the matrix engine's steps, one a cycle, and follows them to the write of
// their results (docs/architecture/tensor.md, "mma_sequencer").
//
// An operation that is issued in t has its row of tensor memory and its operands addressed in t+1,
// enters the dot-product units in t+2, and is written in t+20; in t+21 it is over. `since` counts the
// cycles from the last issue on: a step's first operation waits until the results that the step reads
// will be there.
`default_nettype none
module mma_sequencer (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From mma_control: a step
  input logic step_valid_i,
  output logic step_ready_o,
  input logic step_commit_i,
  input logic [heddle_pkg::CTA_BITS-1:0] step_cta_i,
  input logic step_last_i,
  input logic step_reads_i,
  input logic [4:0] step_apart_i,  // of its first operation from the one before, in cycles
  input logic [heddle_pkg::MMA_LANE_BITS-1:0] step_lane_i,
  input logic [heddle_pkg::MMA_COLUMN_BITS-1:0] step_column_i,
  input logic [heddle_pkg::MMA_BATCH_BITS-1:0] step_a_last_i,
  input logic [heddle_pkg::MMA_BATCH_BITS-1:0] step_b_last_i,
  input logic [3:0] step_a_format_i,
  input logic [3:0] step_b_format_i,
  input logic [2:0] step_mode_i,
  input logic [1:0] step_accumulator_i,
  input logic [1:0] step_scale_format_i,
  input logic [1:0] step_block_i,
  input logic step_half_i,
  input logic [heddle_pkg::COPY_UNIT_BITS:0] step_mbarrier_i,

  // From and to the loaders
  input logic a_there_i,        // a batch is at the head of A's FIFO
  input logic [1:0] b_there_i,  // a step is in B's half
  output logic a_pop_o,
  output logic b_done_o,
  output logic b_done_half_o,

  // t+1: addresses
  output logic read_valid_o,
  output logic read_bank_o,
  output logic [heddle_pkg::MMA_ROW_BITS-1:0] read_row_o,
  output logic [1:0] a_batch_o,
  output logic b_half_o,
  output logic [heddle_pkg::MMA_BATCH_BITS-1:0] b_batch_o,

  // t+2: to the dot-product units
  output logic dot_valid_o,
  output logic dot_bank_o,
  output logic dot_reads_o,
  output logic [3:0] dot_a_format_o,
  output logic [3:0] dot_b_format_o,
  output logic [2:0] dot_mode_o,
  output logic [1:0] dot_accumulator_o,
  output logic [1:0] dot_scale_format_o,
  output logic [1:0] dot_block_o,

  // t+20: the write
  output logic write_valid_o,
  output logic write_bank_o,
  output logic [heddle_pkg::MMA_ROW_BITS-1:0] write_row_o,

  // From tensor_access
  input logic hold_i,

  // From and to shared_memory: an arrival
  output logic arrival_valid_o,
  input logic arrival_ready_i,
  output logic [heddle_pkg::COPY_UNIT_BITS:0] arrival_mbarrier_o,

  // To mma_queue (events): a command is over
  output logic over_valid_o,
  output logic [heddle_pkg::CTA_BITS-1:0] over_cta_o,
  output logic commit_valid_o,
  output logic [heddle_pkg::CTA_BITS-1:0] commit_cta_o
);

  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned LANE_BITS = heddle_pkg::MMA_LANE_BITS;
  localparam int unsigned COLUMN_BITS = heddle_pkg::MMA_COLUMN_BITS;
  localparam int unsigned BATCH_BITS = heddle_pkg::MMA_BATCH_BITS;
  localparam int unsigned ROW_BITS = heddle_pkg::MMA_ROW_BITS;
  localparam int unsigned LATENCY = heddle_pkg::MMA_LATENCY;
  localparam int unsigned MBARRIER_BITS = heddle_pkg::COPY_UNIT_BITS + 1;
  localparam int unsigned ALL_STEP_BITS =
      CTA_BITS + 26 + LANE_BITS + COLUMN_BITS + 2 * BATCH_BITS + MBARRIER_BITS;
  // An engine without scales has no scale format.
  localparam int unsigned STEP_BITS = ALL_STEP_BITS - (heddle_pkg::MMA_SCALES ? 0 : 2);
  localparam int unsigned NUMERICS_BITS = heddle_pkg::MMA_SCALES ? 17 : 15;
  localparam int unsigned COLUMN_GROUPS = heddle_pkg::MMA_COLUMNS / heddle_pkg::MMA_N;
  localparam int unsigned GROUP_BITS = $clog2(COLUMN_GROUPS);

  // -----------------------------------------------------------------------------------------------
  // The step at the head
  logic head_valid, pop, commit, last, reads, half;
  logic [CTA_BITS-1:0] cta;
  logic [4:0] apart;
  logic [LANE_BITS-1:0] lane;
  logic [COLUMN_BITS-1:0] column;
  logic [BATCH_BITS-1:0] a_last, b_last;
  logic [3:0] a_format, b_format;
  logic [2:0] mode;
  logic [1:0] accumulator, block, scale_format;
  logic [STEP_BITS-1:0] head;

  fifo #(
    .WIDTH(STEP_BITS),
    .DEPTH(2)
  ) u_steps (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(step_valid_i),
    .push_ready_o(step_ready_o),
    .push_data_i(STEP_BITS'({
      step_scale_format_i, step_commit_i, step_cta_i, step_last_i, step_reads_i, step_apart_i,
      step_lane_i, step_column_i, step_a_last_i, step_b_last_i, step_a_format_i, step_b_format_i,
      step_mode_i, step_accumulator_i, step_block_i, step_half_i, step_mbarrier_i
    })),
    .pop_valid_o(head_valid),
    .pop_ready_i(pop),
    .pop_data_o(head)
  );

  assign {scale_format, commit, cta, last, reads, apart, lane, column, a_last, b_last, a_format,
      b_format, mode, accumulator, block, half, arrival_mbarrier_o} = ALL_STEP_BITS'(head);

  // -----------------------------------------------------------------------------------------------
  // t: the issue
  logic issue, first, last_in_group, last_in_step;
  logic [BATCH_BITS-1:0] a_q, b_q;  // m-group, n-group
  logic [1:0] a_batch_q;            // the head of A's FIFO
  logic [4:0] since_q;
  logic [LATENCY+1:1] valid_q;      // bit k: an operation was issued k cycles ago

  assign first = a_q == '0 && b_q == '0;
  assign last_in_group = b_q == b_last;
  assign last_in_step = last_in_group && a_q == a_last;
  assign issue = head_valid && !commit && a_there_i && b_there_i[half]
      && (!first || since_q >= apart) && !hold_i;
  assign a_pop_o = issue && last_in_group;
  assign b_done_o = issue && last_in_step;
  assign b_done_half_o = half;

  assign arrival_valid_o = head_valid && commit && valid_q[LATENCY:1] == '0;
  assign commit_valid_o = arrival_valid_o && arrival_ready_i;
  assign commit_cta_o = cta;
  assign pop = b_done_o || commit_valid_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      a_q <= '0;
      b_q <= '0;
      a_batch_q <= '0;
      since_q <= 5'(LATENCY);
      valid_q <= '0;
    end else if (start_i) begin
      a_q <= '0;
      b_q <= '0;
      a_batch_q <= '0;
      since_q <= 5'(LATENCY);
      valid_q <= '0;
    end else begin
      if (issue) begin
        b_q <= last_in_group ? '0 : b_q + BATCH_BITS'(1);
        if (last_in_group) begin
          a_q <= last_in_step ? '0 : a_q + BATCH_BITS'(1);
          a_batch_q <= a_batch_q + 2'd1;
        end
      end
      if (issue) since_q <= 5'd1;
      else if (since_q != 5'(LATENCY)) since_q <= since_q + 5'd1;
      valid_q <= {valid_q[LATENCY:1], issue};
    end
  end

  // -----------------------------------------------------------------------------------------------
  // t+1: addresses. A row's number is {lanes / TENSOR_M, columns / TENSOR_N}; the upper half of the
  // columns is the second bank.
  logic [GROUP_BITS-1:0] column_group;
  logic [LANE_BITS-1:0] lane_group;
  logic [NUMERICS_BITS-1:0] numerics_1_q, numerics_2_q;
  logic reads_1_q, bank_1_q, last_1_q;
  logic [CTA_BITS-1:0] cta_1_q;
  logic [ROW_BITS-1:0] row_1_q;

  assign column_group = GROUP_BITS'(32'(column) / heddle_pkg::MMA_N) + GROUP_BITS'(b_q);
  assign lane_group = LANE_BITS'(32'(lane) / heddle_pkg::MMA_M) + LANE_BITS'(a_q);

  always_ff @(posedge clk_i) begin
    if (issue) begin
      bank_1_q <= column_group[GROUP_BITS-1];
      row_1_q <= ROW_BITS'({lane_group, column_group[GROUP_BITS-2:0]});
      a_batch_o <= a_batch_q;
      b_half_o <= half;
      b_batch_o <= b_q;
      reads_1_q <= reads;
      last_1_q <= last && last_in_step;
      cta_1_q <= cta;
      numerics_1_q <=
          NUMERICS_BITS'({scale_format, a_format, b_format, mode, accumulator, block});
    end
    dot_bank_o <= bank_1_q;
    dot_reads_o <= reads_1_q;
    numerics_2_q <= numerics_1_q;
  end

  assign read_valid_o = valid_q[1];
  assign read_bank_o = bank_1_q;
  assign read_row_o = row_1_q;

  assign dot_valid_o = valid_q[2];
  assign {dot_scale_format_o, dot_a_format_o, dot_b_format_o, dot_mode_o, dot_accumulator_o,
      dot_block_o} = 17'(numerics_2_q);

  // -----------------------------------------------------------------------------------------------
  // t+20, t+21
  logic last_20;
  logic [CTA_BITS-1:0] cta_20;
  logic last_21_q;

  delay_line #(
    .WIDTH(CTA_BITS + ROW_BITS + 2),
    .CYCLES(LATENCY - 1)
  ) u_operation (
    .clk_i,
    .data_i({last_1_q, cta_1_q, bank_1_q, row_1_q}),
    .data_o({last_20, cta_20, write_bank_o, write_row_o})
  );

  always_ff @(posedge clk_i) begin
    last_21_q <= last_20;
    over_cta_o <= cta_20;
  end

  assign write_valid_o = valid_q[LATENCY];
  assign over_valid_o = valid_q[LATENCY+1] && last_21_q;

endmodule
`default_nettype wire
