// Keeps the first fault and the first non-zero exit status since `start`. A fault that is visible
// in f makes `halt` visible from f+1 on; of several in one cycle, the one that is listed first is
// kept.
`default_nettype none
module fault_unit (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From host_interface (event) and dispatcher
  input logic stop_i,
  input logic busy_i,
  input logic deadlock_i,
  input logic invalid_launch_i,

  // Faults (events), first in priority first
  input logic load_return_fault_valid_i,
  input heddle_pkg::fault_t load_return_fault_i,
  input logic coalescer_fault_valid_i,
  input heddle_pkg::fault_t coalescer_fault_i,
  input logic address_unit_fault_valid_i,
  input heddle_pkg::fault_t address_unit_fault_i,
  input logic copy_engine_fault_valid_i,
  input heddle_pkg::fault_t copy_engine_fault_i,
  input logic mma_control_fault_valid_i,
  input heddle_pkg::fault_t mma_control_fault_i,
  input logic tensor_access_fault_valid_i,
  input heddle_pkg::fault_t tensor_access_fault_i,
  input logic branch_unit_fault_valid_i,
  input heddle_pkg::fault_t branch_unit_fault_i,
  input logic warp_control_fault_valid_i,
  input heddle_pkg::fault_t warp_control_fault_i,
  input logic barrier_fault_valid_i,
  input heddle_pkg::fault_t barrier_fault_i,
  input logic operand_collector_fault_valid_i,
  input heddle_pkg::fault_t operand_collector_fault_i,
  input logic instruction_cache_fault_valid_i,
  input heddle_pkg::fault_t instruction_cache_fault_i,
  input logic l2_slice_fault_valid_i,  // of any channel: an eviction came back with an error

  // From dispatcher (event)
  input logic launch_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] launch_warp_i,
  input logic [31:0] launch_ctaid_x_i,
  input logic [31:0] launch_ctaid_y_i,
  input logic [31:0] launch_ctaid_z_i,

  // From branch_unit (event)
  input logic control_valid_i,
  input logic [2:0] control_kind_i,
  input logic [31:0] control_status_i,

  // To all
  output logic halt_o,

  // To host_interface
  output heddle_pkg::fault_t fault_o,
  output logic [31:0] fault_ctaid_x_o,
  output logic [31:0] fault_ctaid_y_o,
  output logic [31:0] fault_ctaid_z_o,
  output logic [31:0] exit_status_o
);

  logic [95:0] ctaid_table[0:heddle_pkg::WARPS-1];
  logic halt_d, halt_q;
  heddle_pkg::fault_t first, fault_d, fault_q;
  logic first_valid, has_warp;
  logic [95:0] ctaid_d, ctaid_q;
  logic [31:0] exit_status_d, exit_status_q;

  always_comb begin : choose
    first_valid = 1'b1;
    has_warp = 1'b1;
    first = '0;
    if (load_return_fault_valid_i) begin
      first = load_return_fault_i;
    end else if (coalescer_fault_valid_i) begin
      first = coalescer_fault_i;
    end else if (address_unit_fault_valid_i) begin
      first = address_unit_fault_i;
    end else if (copy_engine_fault_valid_i) begin
      first = copy_engine_fault_i;
    end else if (mma_control_fault_valid_i) begin
      first = mma_control_fault_i;
    end else if (tensor_access_fault_valid_i) begin
      first = tensor_access_fault_i;
    end else if (branch_unit_fault_valid_i) begin
      first = branch_unit_fault_i;
    end else if (warp_control_fault_valid_i) begin
      first = warp_control_fault_i;
    end else if (barrier_fault_valid_i) begin
      first = barrier_fault_i;
    end else if (operand_collector_fault_valid_i) begin
      first = operand_collector_fault_i;
    end else if (instruction_cache_fault_valid_i) begin
      first = instruction_cache_fault_i;
    end else if (l2_slice_fault_valid_i) begin
      first.cause = heddle_pkg::CAUSE_STORE_ACCESS;
    end else begin
      has_warp = 1'b0;
      first_valid = (stop_i && busy_i) || deadlock_i || invalid_launch_i;
      first.cause = heddle_pkg::CAUSE_INVALID_LAUNCH;
      if (deadlock_i) first.cause = heddle_pkg::CAUSE_DEADLOCK;
      if (stop_i && busy_i) first.cause = heddle_pkg::CAUSE_STOPPED;
    end
  end

  always_comb begin : keep
    halt_d = halt_q;
    fault_d = fault_q;
    ctaid_d = ctaid_q;
    if (first_valid && !halt_q) begin
      halt_d = 1'b1;
      fault_d = first;
      ctaid_d = has_warp ? ctaid_table[first.warp] : 96'b0;
    end
    exit_status_d = exit_status_q;
    if (control_valid_i && control_kind_i == heddle_pkg::CONTROL_EXIT
        && exit_status_q == 32'b0) begin
      exit_status_d = control_status_i;
    end
    if (start_i) begin
      halt_d = 1'b0;
      fault_d = '0;
      ctaid_d = 96'b0;
      exit_status_d = 32'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (launch_valid_i) begin
      ctaid_table[launch_warp_i] <= {launch_ctaid_z_i, launch_ctaid_y_i, launch_ctaid_x_i};
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      halt_q <= 1'b0;
      fault_q <= '0;
      ctaid_q <= 96'b0;
      exit_status_q <= 32'b0;
    end else begin
      halt_q <= halt_d;
      fault_q <= fault_d;
      ctaid_q <= ctaid_d;
      exit_status_q <= exit_status_d;
    end
  end

  assign halt_o = halt_q;
  assign fault_o = fault_q;
  assign fault_ctaid_x_o = ctaid_q[31:0];
  assign fault_ctaid_y_o = ctaid_q[63:32];
  assign fault_ctaid_z_o = ctaid_q[95:64];
  assign exit_status_o = exit_status_q;

endmodule
`default_nettype wire
