// memory/copy_engine with its parts: a job's `outstanding` is what is held for it, in the piece register, under tags and in
// the writer; a tag is used once at a time; a line is over with a pass of its own; bytes are completed once, with nothing
// held, for exactly the jobs that have not failed; and an idle engine holds nothing.
//
// Any rows, any shared memory, a crossbar that answers what it was sent, in any order.
`default_nettype none
module copy_engine_proof (
  input logic clk_i,
  input logic start_i,
  input logic row_valid_i,
  input logic row_high_i,
  input logic row_last_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,
  input logic [32*heddle_pkg::LANES-1:0] row_c_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_base_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_limit_i,
  input logic request_ready_i,
  input logic response_valid_i,
  input logic [heddle_pkg::COPY_TAG_BITS-1:0] response_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] response_data_i,
  input logic response_error_i,
  input logic pass_ready_i
);

  localparam int unsigned TAGS = heddle_pkg::COPY_TAGS;
  localparam int unsigned TAG_BITS = heddle_pkg::COPY_TAG_BITS;
  localparam int unsigned JOBS = heddle_pkg::COPY_JOBS;
  localparam int unsigned JOB_BITS = heddle_pkg::COPY_JOB_BITS;
  localparam int unsigned PIECE_BITS = JOB_BITS + heddle_pkg::COPY_UNIT_BITS + 14;
  localparam int unsigned COUNT_BITS = $clog2(TAGS + 4);
  localparam int unsigned LINE_BITS = 4 + JOB_BITS + 2 + 4 * heddle_pkg::COPY_UNIT_BITS + heddle_pkg::LINE_BITS;
  localparam logic [1:0] CHECK = 2'd1;
  localparam logic [1:0] RANGE = 2'd2;
  localparam logic [1:0] WALK = 2'd3;

  logic started_q, request_valid, response_ready, pass_valid, pass_complete, idle;
  logic [TAG_BITS-1:0] request_tag;
  heddle_pkg::exec_ctl_t row_ctl;

  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  always_comb begin
    row_ctl = '0;
    row_ctl.unit = heddle_pkg::UNIT_COPY;
    row_ctl.last = row_last_i;
  end

  copy_engine dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .row_valid_i,
    .row_high_i,
    .row_ctl_i(row_ctl),
    .row_mask_i,
    .row_a_i,
    .row_b_i,
    .row_c_i,
    .launch_valid_i(1'b0),
    .launch_warp_i('0),
    .launch_cta_i('0),
    .launch_shared_base_i('0),
    .shared_size_i(32'(heddle_pkg::SHARED_BYTES)),
    .region_base_i,
    .region_limit_i,
    .request_valid_o(request_valid),
    .request_ready_i,
    .request_tag_o(request_tag),
    .response_valid_i,
    .response_ready_o(response_ready),
    .response_tag_i,
    .response_data_i,
    .response_error_i,
    .pass_valid_o(pass_valid),
    .pass_ready_i(pass_ready_i && pass_valid),
    .pass_complete_o(pass_complete),
    .idle_o(idle)
  );

  (* hierconn *) wire [1:0] \dut.walker.state_q ;
  (* hierconn *) wire [JOB_BITS-1:0] \dut.walker.job_q ;
  (* hierconn *) wire \dut.walker.piece_valid_q ;
  (* hierconn *) wire \dut.walker.refused_o ;
  (* hierconn *) wire [JOB_BITS-1:0] \dut.walker.piece_job_o ;
  (* hierconn *) wire [TAGS-1:0] \dut.writer.taken_q ;
  (* hierconn *) wire [PIECE_BITS-1:0] \dut.writer.pieces_q[0] ;
  (* hierconn *) wire [PIECE_BITS-1:0] \dut.writer.pieces_q[1] ;
  (* hierconn *) wire [1:0] \dut.writer.u_lines.count_q ;
  (* hierconn *) wire [LINE_BITS-1:0] \dut.writer.u_lines.g_two.head_q ;
  (* hierconn *) wire [LINE_BITS-1:0] \dut.writer.u_lines.g_two.next_q ;
  (* hierconn *) wire [3:0] \dut.writer.pending ;
  (* hierconn *) wire [3:0] \dut.writer.over_q ;
  (* hierconn *) wire \dut.writer.written_o ;
  (* hierconn *) wire [JOBS-1:0] \dut.jobs.valid_q ;
  (* hierconn *) wire [JOBS-1:0] \dut.jobs.walked_q ;
  (* hierconn *) wire [JOBS-1:0] \dut.jobs.failed_q ;
  (* hierconn *) wire [COUNT_BITS*JOBS-1:0] \dut.jobs.outstanding_q ;
  (* hierconn *) wire [JOB_BITS-1:0] \dut.jobs.complete_job ;

  // -----------------------------------------------------------------------------------------------
  // Reference: requests under way, and what is held for each job
  logic [TAGS-1:0] flying_q, asked;
  logic [JOB_BITS-1:0] job_of[0:TAGS-1];
  logic [JOB_BITS-1:0] head_job, next_job;
  logic [COUNT_BITS-1:0] held[0:JOBS-1];

  assign job_of[0] = \dut.writer.pieces_q[0] [PIECE_BITS-1-:JOB_BITS];
  assign job_of[1] = \dut.writer.pieces_q[1] [PIECE_BITS-1-:JOB_BITS];
  assign head_job = \dut.writer.u_lines.g_two.head_q [LINE_BITS-5-:JOB_BITS];
  assign next_job = \dut.writer.u_lines.g_two.next_q [LINE_BITS-5-:JOB_BITS];

  always @* begin
    for (int t = 0; t < TAGS; t++) asked[t] = request_valid && request_tag == TAG_BITS'(t);
    for (int j = 0; j < JOBS; j++) begin
      held[j] = COUNT_BITS'(\dut.walker.piece_valid_q && \dut.walker.piece_job_o == JOB_BITS'(j))
          + COUNT_BITS'(\dut.writer.u_lines.count_q != '0 && head_job == JOB_BITS'(j))
          + COUNT_BITS'(\dut.writer.u_lines.count_q == 2'd2 && next_job == JOB_BITS'(j));
      for (int t = 0; t < TAGS; t++) begin
        held[j] = held[j] + COUNT_BITS'(\dut.writer.taken_q [t] && job_of[t] == JOB_BITS'(j));
      end
    end
  end

  logic [JOBS-1:0] was_valid_q, was_failed_q, completed_q;
  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      flying_q <= '0;
      was_valid_q <= '0;
    end else begin
      for (int t = 0; t < TAGS; t++) begin
        if (asked[t] && request_ready_i) flying_q[t] <= 1'b1;
        if (response_valid_i && response_ready && response_tag_i == TAG_BITS'(t)) flying_q[t] <= 1'b0;
      end
      was_valid_q <= \dut.jobs.valid_q ;
    end
    was_failed_q <= \dut.jobs.failed_q ;
    for (int j = 0; j < JOBS; j++) begin
      completed_q[j] <= pass_valid && pass_complete && pass_ready_i && \dut.jobs.complete_job == JOB_BITS'(j);
    end
  end

  always @* begin
    if (started_q) assume (!response_valid_i || flying_q[response_tag_i]);
  end

  always @* begin
    if (started_q) begin
      tag_used_once: assert ((flying_q & asked) == '0);
      idle_holds_nothing: assert (!idle || (flying_q == '0 && !request_valid && !pass_valid
          && \dut.jobs.outstanding_q == '0 && \dut.jobs.valid_q == '0));
      written_by_a_pass: assert (!\dut.writer.written_o || (pass_valid && pass_ready_i && !pass_complete));
      completes_with_nothing_held: assert (!(pass_valid && pass_complete)
          || (held[\dut.jobs.complete_job ] == '0 && !\dut.jobs.failed_q [\dut.jobs.complete_job ]));
    end
  end

  // Of each job:
  logic [JOBS-1:0] counted, held_for, over, freed, can_complete, not_walked, walking, ended_q, ended;

  always @* begin
    for (int j = 0; j < JOBS; j++) begin
      counted[j] = \dut.jobs.outstanding_q [COUNT_BITS*j+:COUNT_BITS] == held[j];
      held_for[j] = held[j] == '0 || \dut.jobs.valid_q [j];
      over[j] = !was_valid_q[j] || \dut.jobs.valid_q [j] || was_failed_q[j] != completed_q[j];
      freed[j] = !was_valid_q[j] || !completed_q[j] || !\dut.jobs.valid_q [j];
      can_complete[j] = \dut.jobs.valid_q [j] && \dut.jobs.walked_q [j] && !\dut.jobs.failed_q [j] && held[j] == '0;
      walking[j] = \dut.walker.state_q == WALK && \dut.walker.job_q == JOB_BITS'(j);
      not_walked[j] = \dut.jobs.valid_q [j] && !\dut.jobs.walked_q [j];
      // A piece of it was refused while it was walked: none follows.
      ended[j] = !ended_q[j] || !\dut.walker.piece_valid_q || \dut.walker.piece_job_o != JOB_BITS'(j);
    end
    if (started_q) begin
      counts_what_is_held: assert (counted == '1);
      held_for_a_job: assert (held_for == '1);
      over_when_complete_or_failed: assert (over == '1);
      complete_is_over: assert (freed == '1);
      refusal_ends_the_walk: assert (ended == '1);
      completes_what_it_can: assert (can_complete == '0 || (pass_valid && pass_complete));
      invariant_walking: assert (not_walked == walking);
    end
  end

  always_ff @(posedge clk_i) begin
    for (int j = 0; j < JOBS; j++) begin
      ended_q[j] <= started_q && walking[j] && \dut.walker.refused_o
          && \dut.walker.piece_job_o == JOB_BITS'(j);
    end
  end

  always @* begin
    if (started_q) begin
      invariant_room: assert (!(\dut.walker.state_q == CHECK || \dut.walker.state_q == RANGE)
          || \dut.jobs.valid_q != '1);
      invariant_tags: assert (\dut.writer.taken_q == (flying_q | asked));
      invariant_lines: assert (\dut.writer.u_lines.count_q != 2'd3
          && (\dut.writer.u_lines.count_q == '0 ? \dut.writer.over_q == '0 : \dut.writer.pending != '0));
      invariant_units: assert (\dut.writer.u_lines.count_q != 2'd2
          || \dut.writer.u_lines.g_two.next_q [LINE_BITS-1-:4] != '0);
    end
  end

  always @* begin
    completes: cover (started_q && pass_valid && pass_complete && pass_ready_i && flying_q != '0);
    all_tags: cover (started_q && flying_q == '1 && \dut.walker.piece_valid_q );
    fails: cover (started_q && was_valid_q != '0 && \dut.jobs.valid_q == '0 && was_failed_q != '0);
  end

endmodule
`default_nettype wire
