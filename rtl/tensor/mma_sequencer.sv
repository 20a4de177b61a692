// Issues the operations of the matrix engine's steps, one a cycle, and follows them to the write of
// their results (docs/architecture/tensor.md, "mma_sequencer").
//
// An operation that is issued in t has its row of tensor memory and its operands addressed in t+1,
// enters the dot-product units in t+2, and is written in t+20; in t+21 it is over. It sees what is
// written before t+1: it waits while an operation on its row was issued in t-19 .. t-1.
//
// So that this is known from registers, the steps' operations are counted through ahead of their issue
// (`walk`), and compared with those under way when they come to it (`next`). A step is two cycles on this
// way, and its operands some more on theirs: nothing ever waits for it.
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
  input logic step_sparse_i,
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
  output logic b_pair_o,  // and its upper batch, for a sparse A

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
  output logic dot_sparse_o,

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
  localparam int unsigned BATCH_BITS = heddle_pkg::MMA_BATCH_BITS;
  localparam int unsigned ROW_BITS = heddle_pkg::MMA_ROW_BITS;
  localparam int unsigned LATENCY = heddle_pkg::MMA_LATENCY;
  localparam int unsigned MBARRIER_BITS = heddle_pkg::COPY_UNIT_BITS + 1;
  localparam int unsigned ALL_STEP_BITS = CTA_BITS + 21 + MBARRIER_BITS;
  // An engine without scales has no scale format.
  localparam int unsigned STEP_BITS = ALL_STEP_BITS - (heddle_pkg::MMA_SCALES ? 0 : 2);
  localparam int unsigned NUMERICS_BITS = heddle_pkg::MMA_SCALES ? 17 : 15;
  localparam int unsigned LANE_GROUPS = heddle_pkg::MMA_LANES / heddle_pkg::MMA_M;
  localparam int unsigned COLUMN_GROUPS = heddle_pkg::MMA_COLUMNS / heddle_pkg::MMA_N;
  localparam int unsigned LANE_GROUP_BITS = (LANE_GROUPS > 1) ? $clog2(LANE_GROUPS) : 1;
  localparam int unsigned COLUMN_GROUP_BITS = $clog2(COLUMN_GROUPS);
  localparam int unsigned PLACE_BITS = LANE_GROUP_BITS + COLUMN_GROUP_BITS;
  localparam int unsigned STEPS = 4;    // places for steps
  localparam int unsigned COMMITS = 4;  // under way
  localparam int unsigned ARRIVALS_BITS = $clog2(COMMITS + 1);

  // -----------------------------------------------------------------------------------------------
  // The step at the head
  logic head_valid, pop, issue, commit, last, reads, half;
  logic [CTA_BITS-1:0] cta;
  logic [3:0] a_format, b_format;
  logic [2:0] mode;
  logic [1:0] accumulator, block, scale_format;
  logic [MBARRIER_BITS-1:0] mbarrier;
  logic [STEP_BITS-1:0] head;

  fifo #(
    .WIDTH(STEP_BITS),
    .DEPTH(STEPS)
  ) u_steps (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(step_valid_i),
    .push_ready_o(step_ready_o),
    .push_data_i(STEP_BITS'({
      step_scale_format_i, step_commit_i, step_cta_i, step_last_i, step_reads_i, step_a_format_i,
      step_b_format_i, step_mode_i, step_accumulator_i, step_block_i, step_half_i, step_mbarrier_i
    })),
    .pop_valid_o(head_valid),
    .pop_ready_i(pop),
    .pop_data_o(head)
  );

  assign {scale_format, commit, cta, last, reads, a_format, b_format, mode, accumulator, block, half,
      mbarrier} = ALL_STEP_BITS'(head);

  // A sparse A: of the step, and of what is made of it
  if (heddle_pkg::MMA_SPARSE) begin : g_sparse
    logic sparse, sparse_1_q, sparse_2_q;

    fifo #(
      .WIDTH(1),
      .DEPTH(STEPS)
    ) u_sparse (
      .clk_i,
      .rst_ni,
      .clear_i(start_i),
      .push_valid_i(step_valid_i),
      // The other part of a step
      // verilator lint_off PINCONNECTEMPTY
      .push_ready_o(),
      .pop_valid_o(),
      // verilator lint_on PINCONNECTEMPTY
      .push_data_i(step_sparse_i),
      .pop_ready_i(pop),
      .pop_data_o(sparse)
    );

    always_ff @(posedge clk_i) begin
      if (issue) sparse_1_q <= sparse;
      sparse_2_q <= sparse_1_q;
    end
    assign b_pair_o = sparse_1_q;
    assign dot_sparse_o = sparse_2_q;
  end else begin : g_dense
    assign b_pair_o = 1'b0;
    assign dot_sparse_o = 1'b0;

    logic unused_sparse;
    assign unused_sparse = step_sparse_i;
  end

  // -----------------------------------------------------------------------------------------------
  // The walk: the operations of the steps in their order. A row in both banks of tensor memory is
  // {lanes / TENSOR_M, columns / TENSOR_N}.
  logic [PLACE_BITS-1:0] walk_place;
  logic [LANE_GROUP_BITS-1:0] step_lanes, shape_lanes, walk_lanes_q;
  logic [COLUMN_GROUP_BITS-1:0] step_columns, shape_columns, walk_columns_q, walk_first_q;
  logic shape_valid, shape_pop, walk_valid_q, walk_group_end, walk_step_end, advance;
  logic [BATCH_BITS-1:0] shape_a_last, shape_b_last, walk_a_left_q, walk_b_left_q, walk_b_last_q;

  assign step_lanes = LANE_GROUP_BITS'(32'(step_lane_i) / heddle_pkg::MMA_M);
  assign step_columns = COLUMN_GROUP_BITS'(32'(step_column_i) / heddle_pkg::MMA_N);

  fifo #(
    .WIDTH(PLACE_BITS + 2 * BATCH_BITS),
    .DEPTH(STEPS)
  ) u_shapes (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(step_valid_i && !step_commit_i),
    // A shape leaves before its step does.
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({step_lanes, step_columns, step_a_last_i, step_b_last_i}),
    .pop_valid_o(shape_valid),
    .pop_ready_i(shape_pop),
    .pop_data_o({shape_lanes, shape_columns, shape_a_last, shape_b_last})
  );

  assign walk_place = {walk_lanes_q, walk_columns_q};
  assign walk_group_end = walk_b_left_q == '0;
  assign walk_step_end = walk_group_end && walk_a_left_q == '0;
  assign shape_pop = !walk_valid_q || (advance && walk_step_end);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) walk_valid_q <= 1'b0;
    else if (start_i) walk_valid_q <= 1'b0;
    else if (shape_pop) walk_valid_q <= shape_valid;
  end

  always_ff @(posedge clk_i) begin
    if (shape_pop) begin
      walk_lanes_q <= shape_lanes;
      walk_columns_q <= shape_columns;
      walk_first_q <= shape_columns;
      walk_a_left_q <= shape_a_last;
      walk_b_left_q <= shape_b_last;
      walk_b_last_q <= shape_b_last;
    end else if (advance && walk_group_end) begin
      walk_lanes_q <= walk_lanes_q + LANE_GROUP_BITS'(1);
      walk_columns_q <= walk_first_q;
      walk_a_left_q <= walk_a_left_q - BATCH_BITS'(1);
      walk_b_left_q <= walk_b_last_q;
    end else if (advance) begin
      walk_columns_q <= walk_columns_q + COLUMN_GROUP_BITS'(1);
      walk_b_left_q <= walk_b_left_q - BATCH_BITS'(1);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // t: the issue of the next operation, which is one of the step at the head unless that is a commit
  logic next_valid_q, group_end_q, step_end_q, waits_q;
  logic [PLACE_BITS-1:0] next_place_q;
  logic [LATENCY-1:1] match_d;             // bit k: one on its row was issued k cycles ago ..
  logic [LATENCY-2:1] match_q;             // .. seen from the cycle before
  logic [LATENCY+1:1] valid_q;             // bit k: one was issued k cycles ago
  logic [PLACE_BITS*LATENCY-1:0] place_q;  // the k-th from below: that one's row
  logic [BATCH_BITS-1:0] b_q;              // n-group
  logic [1:0] a_batch_q;                   // the head of A's FIFO

  assign issue = next_valid_q && !commit && !(reads && waits_q) && a_there_i && b_there_i[half]
      && !hold_i;
  assign advance = issue || !next_valid_q;
  assign a_pop_o = issue && group_end_q;
  assign b_done_o = issue && step_end_q;
  assign b_done_half_o = half;

  always_comb begin : compare_rows
    match_d[1] = issue && next_place_q == walk_place;
    for (int k = 1; k < LATENCY - 1; k++) begin
      match_d[k+1] = !advance ? match_q[k]
          : valid_q[k] && place_q[PLACE_BITS*(k-1)+:PLACE_BITS] == walk_place;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next_valid_q <= 1'b0;
      b_q <= '0;
      a_batch_q <= '0;
      valid_q <= '0;
    end else if (start_i) begin
      next_valid_q <= 1'b0;
      b_q <= '0;
      a_batch_q <= '0;
      valid_q <= '0;
    end else begin
      if (advance) next_valid_q <= walk_valid_q;
      if (issue) b_q <= group_end_q ? '0 : b_q + BATCH_BITS'(1);
      if (a_pop_o) a_batch_q <= a_batch_q + 2'd1;
      valid_q <= {valid_q[LATENCY:1], issue};
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance) begin
      next_place_q <= walk_place;
      group_end_q <= walk_group_end;
      step_end_q <= walk_step_end;
    end
    match_q <= match_d[LATENCY-2:1];
    waits_q <= match_d != '0;
    place_q <= {place_q[PLACE_BITS*(LATENCY-1)-1:0], next_place_q};
  end

  // -----------------------------------------------------------------------------------------------
  // Commits under way: one leaves the steps in t, and asks for its arrival from t+20 on. What was issued
  // before it is over then.
  logic commit_starts, commits_ready;
  logic [LATENCY-1:1] started_q;         // bit k: one left k cycles ago
  logic [ARRIVALS_BITS-1:0] arrivals_q;  // commits that ask

  fifo #(
    .WIDTH(CTA_BITS + MBARRIER_BITS),
    .DEPTH(COMMITS)
  ) u_commits (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(head_valid && commit),
    .push_ready_o(commits_ready),
    .push_data_i({cta, mbarrier}),
    // verilator lint_off PINCONNECTEMPTY
    .pop_valid_o(),
    // verilator lint_on PINCONNECTEMPTY
    .pop_ready_i(commit_valid_o),
    .pop_data_o({commit_cta_o, arrival_mbarrier_o})
  );

  assign commit_starts = head_valid && commit && commits_ready;
  assign arrival_valid_o = arrivals_q != '0;
  assign commit_valid_o = arrival_valid_o && arrival_ready_i;
  assign pop = b_done_o || commit_starts;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      started_q <= '0;
      arrivals_q <= '0;
    end else if (start_i) begin
      started_q <= '0;
      arrivals_q <= '0;
    end else begin
      started_q <= {started_q[LATENCY-2:1], commit_starts};
      arrivals_q <= arrivals_q + ARRIVALS_BITS'(started_q[LATENCY-1])
          - ARRIVALS_BITS'(commit_valid_o);
    end
  end

  // -----------------------------------------------------------------------------------------------
  // t+1: addresses. The upper half of the columns is the second bank.
  logic [NUMERICS_BITS-1:0] numerics_1_q, numerics_2_q;
  logic reads_1_q, last_1_q;
  logic [CTA_BITS-1:0] cta_1_q;

  // A row's bank, and its number there
  function automatic logic [ROW_BITS:0] row_of(input logic [PLACE_BITS-1:0] place);
    row_of = {
      place[COLUMN_GROUP_BITS-1],
      ROW_BITS'({place[PLACE_BITS-1:COLUMN_GROUP_BITS], place[COLUMN_GROUP_BITS-2:0]})
    };
  endfunction

  always_ff @(posedge clk_i) begin
    if (issue) begin
      a_batch_o <= a_batch_q;
      b_half_o <= half;
      b_batch_o <= b_q;
      reads_1_q <= reads;
      last_1_q <= last && step_end_q;
      cta_1_q <= cta;
      numerics_1_q <=
          NUMERICS_BITS'({scale_format, a_format, b_format, mode, accumulator, block});
    end
    dot_bank_o <= read_bank_o;
    dot_reads_o <= reads_1_q;
    numerics_2_q <= numerics_1_q;
  end

  assign read_valid_o = valid_q[1];
  assign {read_bank_o, read_row_o} = row_of(place_q[0+:PLACE_BITS]);

  assign dot_valid_o = valid_q[2];
  assign {dot_scale_format_o, dot_a_format_o, dot_b_format_o, dot_mode_o, dot_accumulator_o,
      dot_block_o} = 17'(numerics_2_q);

  // -----------------------------------------------------------------------------------------------
  // t+20, t+21
  logic last_20;
  logic [CTA_BITS-1:0] cta_20;
  logic last_21_q;

  delay_line #(
    .WIDTH(CTA_BITS + 1),
    .CYCLES(LATENCY - 1)
  ) u_operation (
    .clk_i,
    .data_i({last_1_q, cta_1_q}),
    .data_o({last_20, cta_20})
  );

  always_ff @(posedge clk_i) begin
    last_21_q <= last_20;
    over_cta_o <= cta_20;
  end

  assign write_valid_o = valid_q[LATENCY];
  assign {write_bank_o, write_row_o} = row_of(place_q[PLACE_BITS*(LATENCY-1)+:PLACE_BITS]);
  assign over_valid_o = valid_q[LATENCY+1] && last_21_q;

endmodule
`default_nettype wire
