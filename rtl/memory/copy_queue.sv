// From operand rows of `bulk.load` to commands of the copy engine: the queue, and how many commands of
// each CTA slot are in it.
`default_nettype none
module copy_queue (
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

  // To and from copy_walker
  output logic command_valid_o,
  input logic command_ready_i,
  output logic [31:0] command_address_o,   // rs1
  output logic [31:0] command_pitch_o,     // rs2
  output logic [31:0] command_target_o,    // rs2 + 1: destination, swizzle, mbarrier
  output logic [31:0] command_columns_o,   // rs3: bytes of a row, valid ones
  output logic [31:0] command_rows_o,      // rs3 + 1: rows, valid ones
  output logic [heddle_pkg::WARP_BITS-1:0] command_warp_o,
  output logic [4:0] command_thread_o,
  output logic [31:0] command_pc_o,
  output logic [heddle_pkg::CTA_BITS-1:0] command_cta_o,
  output logic [heddle_pkg::COPY_BASE_BITS-1:0] command_base_o,  // in 256 bytes

  // To copy_engine
  output logic [heddle_pkg::CTA_SLOTS-1:0] copying_o,
  output logic idle_o
);

  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned COUNT_BITS = $clog2(heddle_pkg::COPY_QUEUE + 1);

  logic push, pop, collecting;
  logic [CTA_BITS-1:0] push_cta;
  logic [heddle_pkg::OP_BITS-1:0] op;

  command_queue #(
    .UNIT(heddle_pkg::UNIT_COPY),
    .DEPTH(heddle_pkg::COPY_QUEUE)
  ) u_queue (
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
    .command_valid_o,
    .command_ready_i,
    .command_op_o(op),
    .command_a_o(command_address_o),
    .command_b_o(command_pitch_o),
    .command_b_high_o(command_target_o),
    .command_c_o(command_columns_o),
    .command_c_high_o(command_rows_o),
    .command_warp_o,
    .command_thread_o,
    .command_pc_o,
    .command_cta_o,
    .command_base_o,
    .push_o(push),
    .push_cta_o(push_cta),
    .collecting_o(collecting)
  );

  assign pop = command_valid_o && command_ready_i;

  // Commands of a CTA slot in the FIFO. The one that is being pushed is seen besides.
  for (genvar i = 0; i < heddle_pkg::CTA_SLOTS; i++) begin : g_slot
    logic [COUNT_BITS-1:0] count_q;
    logic pushed, popped;

    assign pushed = push && push_cta == CTA_BITS'(i);
    assign popped = pop && command_cta_o == CTA_BITS'(i);

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) count_q <= '0;
      else if (start_i) count_q <= '0;
      else if (pushed && !popped) count_q <= count_q + COUNT_BITS'(1);
      else if (popped && !pushed) count_q <= count_q - COUNT_BITS'(1);
    end

    assign copying_o[i] = pushed || count_q != '0;
  end

  assign idle_o = !collecting && !push && !command_valid_o;

  // The unit has one instruction.
  logic unused;
  assign unused = ^op;

endmodule
`default_nettype wire
