// The bulk copies under way, from the end of their check to the completion at their mbarrier: how
// many pieces are outstanding, whether the walker is through, whether one has failed. And the copy
// engine's faults: a job knows whom to blame.
`default_nettype none
module copy_jobs (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From and to copy_walker: a command in RANGE becomes a job, or a fault
  output logic free_o,
  output logic [heddle_pkg::COPY_JOB_BITS-1:0] free_job_o,
  input logic take_i,
  input logic [16:0] take_units_i,
  input logic [heddle_pkg::COPY_UNIT_BITS:0] take_mbarrier_i,
  input logic [heddle_pkg::CTA_BITS-1:0] take_cta_i,
  input logic [heddle_pkg::WARP_BITS-1:0] take_warp_i,
  input logic [4:0] take_thread_i,
  input logic [31:0] take_pc_i,
  input logic walker_fault_valid_i,
  input logic [4:0] walker_fault_cause_i,
  input logic [31:0] walker_fault_address_i,

  // From copy_walker (events)
  input logic load_i,  // a piece more
  input logic walked_i,
  input logic [heddle_pkg::COPY_JOB_BITS-1:0] load_job_i,  // of both
  input logic refused_i,  // a piece less
  input logic [heddle_pkg::COPY_JOB_BITS-1:0] refused_job_i,
  input logic [31:0] refused_address_i,

  // From copy_writer (events): a piece less, written or with an error
  input logic written_i,
  input logic [heddle_pkg::COPY_JOB_BITS-1:0] written_job_i,
  input logic failed_i,
  input logic [heddle_pkg::COPY_JOB_BITS-1:0] failed_job_i,

  // To shared_memory: the bytes that are complete, at an mbarrier
  output logic complete_valid_o,
  input logic complete_ready_i,
  output logic [16:0] complete_units_o,
  output logic [heddle_pkg::COPY_UNIT_BITS:0] complete_mbarrier_o,

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o,

  // To copy_engine
  output logic [heddle_pkg::CTA_SLOTS-1:0] copying_o,
  output logic idle_o
);

  localparam int unsigned JOBS = heddle_pkg::COPY_JOBS;
  localparam int unsigned JOB_BITS = heddle_pkg::COPY_JOB_BITS;
  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;
  // In a tag each, one in the piece register, two in the writer.
  localparam int unsigned COUNT_BITS = $clog2(heddle_pkg::COPY_ENTRIES + 4);
  localparam int unsigned TARGET_BITS = 17 + heddle_pkg::COPY_UNIT_BITS + 1;

  logic [JOBS-1:0] valid_d, valid_q, walked_d, walked_q, failed_d, failed_q, over, complete;
  logic [COUNT_BITS*JOBS-1:0] outstanding_d, outstanding_q;
  logic [CTA_BITS*JOBS-1:0] cta_q;
  logic [TARGET_BITS-1:0] targets_q[0:JOBS-1];
  logic [JOB_BITS-1:0] complete_job;

  // -----------------------------------------------------------------------------------------------
  // The lowest free job, and the one that can complete: while it asks, no other one's count falls
  always_comb begin : choose
    free_job_o = '0;
    complete_job = '0;
    for (int j = JOBS - 1; j >= 0; j--) begin
      over[j] = valid_q[j] && walked_q[j] && outstanding_q[COUNT_BITS*j+:COUNT_BITS] == '0;
      complete[j] = over[j] && !failed_q[j];
      if (!valid_q[j]) free_job_o = JOB_BITS'(j);
      if (complete[j]) complete_job = JOB_BITS'(j);
    end
  end

  assign free_o = valid_q != '1;
  assign complete_valid_o = complete != '0;
  assign {complete_units_o, complete_mbarrier_o} = targets_q[complete_job];

  // -----------------------------------------------------------------------------------------------
  logic plus, refusal, written, failure;

  always_comb begin : next_jobs
    valid_d = valid_q;
    walked_d = walked_q;
    failed_d = failed_q;
    outstanding_d = outstanding_q;
    plus = 1'b0;
    refusal = 1'b0;
    written = 1'b0;
    failure = 1'b0;
    for (int j = 0; j < JOBS; j++) begin
      plus = load_i && load_job_i == JOB_BITS'(j);
      refusal = refused_i && refused_job_i == JOB_BITS'(j);
      written = written_i && written_job_i == JOB_BITS'(j);
      failure = failed_i && failed_job_i == JOB_BITS'(j);
      outstanding_d[COUNT_BITS*j+:COUNT_BITS] = outstanding_q[COUNT_BITS*j+:COUNT_BITS]
          + COUNT_BITS'(plus) - COUNT_BITS'(refusal) - COUNT_BITS'(written) - COUNT_BITS'(failure);
      if (walked_i && load_job_i == JOB_BITS'(j)) walked_d[j] = 1'b1;
      if (refusal || failure) failed_d[j] = 1'b1;
      if (over[j] && failed_q[j]) valid_d[j] = 1'b0;
      if (complete_valid_o && complete_ready_i && complete_job == JOB_BITS'(j)) valid_d[j] = 1'b0;
      if (take_i && free_job_o == JOB_BITS'(j)) begin
        valid_d[j] = 1'b1;
        walked_d[j] = 1'b0;
        failed_d[j] = 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      outstanding_q <= '0;
    end else if (start_i) begin
      valid_q <= '0;
      outstanding_q <= '0;
    end else begin
      valid_q <= valid_d;
      outstanding_q <= outstanding_d;
    end
  end

  always_ff @(posedge clk_i) begin
    walked_q <= walked_d;
    failed_q <= failed_d;
    for (int j = 0; j < JOBS; j++) begin
      if (take_i && free_job_o == JOB_BITS'(j)) cta_q[CTA_BITS*j+:CTA_BITS] <= take_cta_i;
    end
    if (take_i) targets_q[free_job_o] <= {take_units_i, take_mbarrier_i};
  end

  always_comb begin : copying
    copying_o = '0;
    for (int i = 0; i < heddle_pkg::CTA_SLOTS; i++) begin
      for (int j = 0; j < JOBS; j++) begin
        if (valid_q[j] && cta_q[CTA_BITS*j+:CTA_BITS] == CTA_BITS'(i)) copying_o[i] = 1'b1;
      end
    end
  end

  assign idle_o = valid_q == '0;

  // -----------------------------------------------------------------------------------------------
  // Faults. Of several in one cycle the first is made: the command, the piece, the response.
  logic [WARP_BITS+37-1:0] blamed_q[0:JOBS-1];
  logic [WARP_BITS+37-1:0] blamed;
  logic [WARP_BITS-1:0] warp;
  logic [4:0] thread;
  logic [31:0] pc;

  always_ff @(posedge clk_i) begin
    if (take_i) blamed_q[free_job_o] <= {take_warp_i, take_thread_i, take_pc_i};
  end

  assign blamed = walker_fault_valid_i ? {take_warp_i, take_thread_i, take_pc_i}
      : blamed_q[refused_i ? refused_job_i : failed_job_i];
  assign {warp, thread, pc} = blamed;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) fault_valid_o <= 1'b0;
    else fault_valid_o <= (walker_fault_valid_i || refused_i || failed_i) && !start_i;
  end

  always_ff @(posedge clk_i) begin
    if (walker_fault_valid_i || refused_i || failed_i) begin
      fault_o.cause <= walker_fault_valid_i ? walker_fault_cause_i : heddle_pkg::CAUSE_LOAD_ACCESS;
      fault_o.warp <= warp;
      fault_o.mask <= 32'd1 << thread;
      fault_o.pc <= pc;
      fault_o.address <= walker_fault_valid_i ? walker_fault_address_i
          : refused_i ? refused_address_i : '0;
    end
  end

endmodule
`default_nettype wire
