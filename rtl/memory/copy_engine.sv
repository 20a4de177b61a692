// Bulk copies from global to shared memory (docs/architecture/copy.md): wiring, and the two kinds of
// pass that the shared memory is asked for. Only with COPY_TAGS > 0.
//
// Operand rows -> queue (commands) -> walker (pieces of a box, requests) -> crossbar -> writer (lines)
// -> shared memory; jobs counts the pieces and completes the bytes at the mbarrier.
`default_nettype none
module copy_engine (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From operand_collector
  input logic row_valid_i,
  input logic row_high_i,
  input heddle_pkg::exec_ctl_t row_ctl_i,
  input logic [heddle_pkg::LANES-1:0] row_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_a_i,
  input logic [32*heddle_pkg::LANES-1:0] row_b_i,
  input logic [32*heddle_pkg::LANES-1:0] row_c_i,

  // From dispatcher (event)
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [heddle_pkg::CTA_BITS-1:0] launch_cta_i,
  input logic [31:0] launch_shared_base_i,

  // From host_interface, constant during a grid
  input logic [31:0] shared_size_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_base_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_limit_i,

  // Between copy_engine and crossbar
  output logic request_valid_o,
  input logic request_ready_i,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_o,
  output logic [heddle_pkg::COPY_TAG_BITS-1:0] request_tag_o,
  input logic response_valid_i,
  output logic response_ready_o,
  input logic [heddle_pkg::COPY_TAG_BITS-1:0] response_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] response_data_i,
  input logic response_error_i,

  // From and to shared_memory: a pass, of units to write or of bytes that are complete
  output logic pass_valid_o,
  input logic pass_ready_i,
  output logic pass_complete_o,
  output logic pass_half_o,  // the mbarrier is in the upper two banks of its group
  output logic [20:0] pass_bytes_o,
  output logic [heddle_pkg::COPY_GROUPS-1:0] pass_enable_o,
  output logic [heddle_pkg::COPY_INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] pass_index_o,
  output logic [128*heddle_pkg::COPY_GROUPS-1:0] pass_data_o,

  // To warp_scheduler (event)
  output logic op_done_valid_o,

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o,

  // To dispatcher
  output logic [heddle_pkg::CTA_SLOTS-1:0] copying_o,
  output logic idle_o
);

  localparam int unsigned CTA_SLOTS = heddle_pkg::CTA_SLOTS;
  localparam int unsigned JOB_BITS = heddle_pkg::COPY_JOB_BITS;
  localparam int unsigned TAG_BITS = heddle_pkg::COPY_TAG_BITS;
  localparam int unsigned UNIT_BITS = heddle_pkg::COPY_UNIT_BITS;
  localparam int unsigned GROUPS = heddle_pkg::COPY_GROUPS;
  localparam int unsigned INDEX_BITS = heddle_pkg::COPY_INDEX_BITS;

  // From copy_queue
  logic command_valid;
  logic [31:0] command_address, command_pitch, command_target, command_columns, command_rows;
  logic [31:0] command_pc;
  logic [heddle_pkg::WARP_BITS-1:0] command_warp;
  logic [4:0] command_thread;
  logic [heddle_pkg::CTA_BITS-1:0] command_cta;
  logic [heddle_pkg::COPY_BASE_BITS-1:0] command_base;
  logic [CTA_SLOTS-1:0] queue_copying;
  logic queue_idle;
  // From copy_walker
  logic command_ready, take_job;
  logic [16:0] job_units;
  logic [UNIT_BITS:0] job_mbarrier;
  logic [heddle_pkg::CTA_BITS-1:0] job_cta;
  logic [heddle_pkg::WARP_BITS-1:0] job_warp;
  logic [4:0] job_thread;
  logic [31:0] job_pc;
  logic walker_fault_valid;
  logic [4:0] walker_fault_cause;
  logic [31:0] walker_fault_address;
  logic load, walked, refused;
  logic [JOB_BITS-1:0] load_job, piece_job;
  logic [31:0] refused_address;
  logic [1:0] piece_first, piece_more, piece_upper, piece_swizzle;
  logic [5:0] piece_end;
  logic [UNIT_BITS-1:0] piece_unit;
  logic send, fill;
  logic [CTA_SLOTS-1:0] walker_copying;
  logic walker_idle;
  // From copy_writer
  logic tag_free, writer_place, written, failed, write_valid, writer_idle;
  logic [TAG_BITS-1:0] tag;
  logic [JOB_BITS-1:0] written_job, failed_job;
  logic [GROUPS-1:0] write_enable;
  logic [INDEX_BITS*GROUPS-1:0] write_index;
  // From copy_jobs
  logic job_free, complete_valid, jobs_idle;
  logic [JOB_BITS-1:0] free_job;
  logic [16:0] complete_units;
  logic [UNIT_BITS:0] complete_mbarrier;
  logic [CTA_SLOTS-1:0] jobs_copying;

  copy_queue queue (
    .clk_i,
    .rst_ni,
    .start_i,
    .row_valid_i,
    .row_high_i,
    .row_ctl_i,
    .row_mask_i,
    .row_a_i,
    .row_b_i,
    .row_c_i,
    .launch_valid_i,
    .launch_warp_i,
    .launch_cta_i,
    .launch_shared_base_i,
    .command_valid_o(command_valid),
    .command_ready_i(command_ready),
    .command_address_o(command_address),
    .command_pitch_o(command_pitch),
    .command_target_o(command_target),
    .command_columns_o(command_columns),
    .command_rows_o(command_rows),
    .command_warp_o(command_warp),
    .command_thread_o(command_thread),
    .command_pc_o(command_pc),
    .command_cta_o(command_cta),
    .command_base_o(command_base),
    .copying_o(queue_copying),
    .idle_o(queue_idle)
  );

  copy_walker walker (
    .clk_i,
    .rst_ni,
    .start_i,
    .shared_size_i,
    .region_base_i,
    .region_limit_i,
    .command_valid_i(command_valid),
    .command_ready_o(command_ready),
    .command_address_i(command_address),
    .command_pitch_i(command_pitch),
    .command_target_i(command_target),
    .command_columns_i(command_columns),
    .command_rows_i(command_rows),
    .command_warp_i(command_warp),
    .command_thread_i(command_thread),
    .command_pc_i(command_pc),
    .command_cta_i(command_cta),
    .command_base_i(command_base),
    .job_free_i(job_free),
    .free_job_i(free_job),
    .take_job_o(take_job),
    .job_units_o(job_units),
    .job_mbarrier_o(job_mbarrier),
    .job_cta_o(job_cta),
    .job_warp_o(job_warp),
    .job_thread_o(job_thread),
    .job_pc_o(job_pc),
    .fault_valid_o(walker_fault_valid),
    .fault_cause_o(walker_fault_cause),
    .fault_address_o(walker_fault_address),
    .load_o(load),
    .load_job_o(load_job),
    .walked_o(walked),
    .refused_o(refused),
    .refused_address_o(refused_address),
    .piece_job_o(piece_job),
    .piece_first_o(piece_first),
    .piece_more_o(piece_more),
    .piece_end_o(piece_end),
    .piece_unit_o(piece_unit),
    .piece_upper_o(piece_upper),
    .piece_swizzle_o(piece_swizzle),
    .send_o(send),
    .fill_o(fill),
    .tag_free_i(tag_free),
    .tag_i(tag),
    .writer_place_i(writer_place),
    .request_valid_o,
    .request_ready_i,
    .request_line_o,
    .request_tag_o,
    .op_done_valid_o,
    .copying_o(walker_copying),
    .idle_o(walker_idle)
  );

  copy_writer writer (
    .clk_i,
    .rst_ni,
    .start_i,
    .piece_job_i(piece_job),
    .piece_first_i(piece_first),
    .piece_more_i(piece_more),
    .piece_end_i(piece_end),
    .piece_unit_i(piece_unit),
    .piece_upper_i(piece_upper),
    .piece_swizzle_i(piece_swizzle),
    .send_i(send),
    .fill_i(fill),
    .tag_free_o(tag_free),
    .tag_o(tag),
    .place_o(writer_place),
    .response_valid_i,
    .response_ready_o,
    .response_tag_i,
    .response_data_i,
    .response_error_i,
    .written_o(written),
    .written_job_o(written_job),
    .failed_o(failed),
    .failed_job_o(failed_job),
    .pass_valid_o(write_valid),
    .pass_ready_i(pass_ready_i && !complete_valid),
    .pass_enable_o(write_enable),
    .pass_index_o(write_index),
    .pass_data_o,
    .idle_o(writer_idle)
  );

  copy_jobs jobs (
    .clk_i,
    .rst_ni,
    .start_i,
    .free_o(job_free),
    .free_job_o(free_job),
    .take_i(take_job),
    .take_units_i(job_units),
    .take_mbarrier_i(job_mbarrier),
    .take_cta_i(job_cta),
    .take_warp_i(job_warp),
    .take_thread_i(job_thread),
    .take_pc_i(job_pc),
    .walker_fault_valid_i(walker_fault_valid),
    .walker_fault_cause_i(walker_fault_cause),
    .walker_fault_address_i(walker_fault_address),
    .load_i(load),
    .walked_i(walked),
    .load_job_i(load_job),
    .refused_i(refused),
    .refused_job_i(piece_job),
    .refused_address_i(refused_address),
    .written_i(written),
    .written_job_i(written_job),
    .failed_i(failed),
    .failed_job_i(failed_job),
    .complete_valid_o(complete_valid),
    .complete_ready_i(pass_ready_i),
    .complete_units_o(complete_units),
    .complete_mbarrier_o(complete_mbarrier),
    .fault_valid_o,
    .fault_o,
    .copying_o(jobs_copying),
    .idle_o(jobs_idle)
  );

  // Bytes are completed before more is written. The mbarrier is half a unit.
  assign pass_valid_o = write_valid || complete_valid;
  assign pass_complete_o = complete_valid;
  assign pass_half_o = complete_mbarrier[0];
  assign pass_bytes_o = {complete_units, 4'b0};

  always_comb begin : pass
    pass_enable_o = write_enable;
    pass_index_o = write_index;
    if (complete_valid) begin
      pass_index_o = {GROUPS{complete_mbarrier[UNIT_BITS-:INDEX_BITS]}};
      for (int g = 0; g < GROUPS; g++) begin
        pass_enable_o[g] = GROUPS == 1 || (32'(complete_mbarrier[UNIT_BITS:1]) % GROUPS) == 32'(g);
      end
    end
  end

  assign copying_o = queue_copying | walker_copying | jobs_copying;
  assign idle_o = queue_idle && walker_idle && writer_idle && jobs_idle;

endmodule
`default_nettype wire
