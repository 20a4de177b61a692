// From operand rows of unit MMA to commands of the matrix engine: the queue, and `commands`, how many
// commands of each CTA slot are not over.
`default_nettype none
module mma_queue (
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

  // To and from mma_control
  output logic command_valid_o,
  input logic command_ready_i,
  output logic command_commit_o,
  output logic [31:0] command_what_o,     // rs1: formats, shape; of a commit the mbarrier
  output logic [31:0] command_a_o,        // rs2: tile of A, column of D
  output logic [31:0] command_a_scale_o,  // rs2 + 1: scale tile of A
  output logic [31:0] command_b_o,        // rs3: tile of B, lane of D
  output logic [31:0] command_b_scale_o,  // rs3 + 1: scale tile of B
  output logic [heddle_pkg::WARP_BITS-1:0] command_warp_o,
  output logic [4:0] command_thread_o,
  output logic [31:0] command_pc_o,
  output logic [heddle_pkg::CTA_BITS-1:0] command_cta_o,
  output logic [heddle_pkg::COPY_BASE_BITS-1:0] command_base_o,  // in 256 bytes

  // A command is over (events): it faults, its last operation is over, its arrival was made
  input logic fault_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] fault_cta_i,
  input logic over_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] over_cta_i,
  input logic commit_valid_i,
  input logic [heddle_pkg::CTA_BITS-1:0] commit_cta_i,

  // To tensor_access and tensor_core
  output logic [heddle_pkg::CTA_SLOTS-1:0] working_o,  // `commands` is not 0
  output logic idle_o
);

  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned COUNT_BITS = 5;

  logic push, collecting;
  logic [CTA_BITS-1:0] push_cta;
  logic [heddle_pkg::OP_BITS-1:0] op;

  command_queue #(
    .UNIT(heddle_pkg::UNIT_MMA),
    .DEPTH(heddle_pkg::MMA_QUEUE)
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
    .command_a_o(command_what_o),
    .command_b_o(command_a_o),
    .command_b_high_o(command_a_scale_o),
    .command_c_o(command_b_o),
    .command_c_high_o(command_b_scale_o),
    .command_warp_o,
    .command_thread_o,
    .command_pc_o,
    .command_cta_o,
    .command_base_o,
    .push_o(push),
    .push_cta_o(push_cta),
    .collecting_o(collecting)
  );

  assign command_commit_o = op == heddle_pkg::OP_TENSOR_COMMIT;

  // A command counts from the cycle on in which it is being pushed, the register from the next one on.
  for (genvar i = 0; i < heddle_pkg::CTA_SLOTS; i++) begin : g_slot
    logic [COUNT_BITS-1:0] count_q;
    logic pushed, fault, over, commit;

    assign pushed = push && push_cta == CTA_BITS'(i);
    assign fault = fault_valid_i && fault_cta_i == CTA_BITS'(i);
    assign over = over_valid_i && over_cta_i == CTA_BITS'(i);
    assign commit = commit_valid_i && commit_cta_i == CTA_BITS'(i);

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        count_q <= '0;
      end else if (start_i) begin
        count_q <= '0;
      end else if (pushed || fault || over || commit) begin
        count_q <= count_q + COUNT_BITS'(pushed) - COUNT_BITS'(fault) - COUNT_BITS'(over)
            - COUNT_BITS'(commit);
      end
    end

    assign working_o[i] = pushed || count_q != '0;
  end

  assign idle_o = !collecting && working_o == '0;

endmodule
`default_nettype wire
