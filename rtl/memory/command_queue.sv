// From operand rows of a unit to commands of an engine that works beside the lanes: the queue of the
// copy engine and of the matrix engine.
//
// An instruction's rows come high halves first, if it has them. Of each half the operands of the first
// active thread are kept; with the last row, visible in c, the command is complete, and is pushed into
// the FIFO in c+1. The scheduler's credits keep that from overflowing. `warps` knows the CTA slot of a
// warp and where its shared memory begins.
`default_nettype none
module command_queue #(
  parameter logic [heddle_pkg::UNIT_BITS-1:0] UNIT = heddle_pkg::UNIT_COPY,
  parameter int unsigned DEPTH = 4
) (
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

  // To and from the engine
  output logic command_valid_o,
  input logic command_ready_i,
  output logic [heddle_pkg::OP_BITS-1:0] command_op_o,
  output logic [31:0] command_a_o,       // rs1
  output logic [31:0] command_b_o,       // rs2
  output logic [31:0] command_b_high_o,  // rs2 + 1; of an instruction without pairs unspecified
  output logic [31:0] command_c_o,       // rs3
  output logic [31:0] command_c_high_o,  // rs3 + 1
  output logic [heddle_pkg::WARP_BITS-1:0] command_warp_o,
  output logic [4:0] command_thread_o,
  output logic [31:0] command_pc_o,
  output logic [heddle_pkg::CTA_BITS-1:0] command_cta_o,
  output logic [heddle_pkg::COPY_BASE_BITS-1:0] command_base_o,  // in 256 bytes

  // c+1: a command is being pushed, of this CTA slot
  output logic push_o,
  output logic [heddle_pkg::CTA_BITS-1:0] push_cta_o,

  // A row of an instruction was seen whose last row has not come
  output logic collecting_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;
  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned OP_BITS = heddle_pkg::OP_BITS;
  localparam int unsigned BASE_BITS = heddle_pkg::COPY_BASE_BITS;
  localparam int unsigned COMMAND_BITS = OP_BITS + 6 * 32 + 5 + WARP_BITS + CTA_BITS + BASE_BITS;

  // -----------------------------------------------------------------------------------------------
  // c: the first active thread of a half
  logic row, found_before, keep, found_q, collecting_q, push_q;
  logic [LANES-1:0] lowest;
  logic [31:0] a, b, c;
  logic [4:0] thread;

  assign row = row_valid_i && row_ctl_i.unit == UNIT;
  assign found_before = found_q && row_ctl_i.beat != '0;
  assign keep = row && !found_before && row_mask_i != '0;
  assign lowest = row_mask_i & (~row_mask_i + LANES'(1));

  always_comb begin : first_thread
    a = '0;
    b = '0;
    c = '0;
    thread = '0;
    if (row) begin
      for (int i = 0; i < LANES; i++) begin
        if (lowest[i]) begin
          a = a | row_a_i[32*i+:32];
          b = b | row_b_i[32*i+:32];
          c = c | row_c_i[32*i+:32];
          thread = thread | 5'(32'(row_ctl_i.beat) * LANES + 32'(i));
        end
      end
    end
  end

  logic [31:0] a_q, b_q, b_high_q, c_q, c_high_q, pc_q;
  logic [4:0] thread_q;
  logic [OP_BITS-1:0] op_q;
  logic [WARP_BITS-1:0] warp_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      found_q <= 1'b0;
      collecting_q <= 1'b0;
      push_q <= 1'b0;
    end else if (start_i) begin
      found_q <= 1'b0;
      collecting_q <= 1'b0;
      push_q <= 1'b0;
    end else begin
      if (row) begin
        found_q <= found_before || keep;
        collecting_q <= !row_ctl_i.last;
      end
      push_q <= row && row_ctl_i.last;
    end
  end

  always_ff @(posedge clk_i) begin
    if (keep && row_high_i) begin
      b_high_q <= b;
      c_high_q <= c;
    end
    if (keep && !row_high_i) begin
      a_q <= a;
      b_q <= b;
      c_q <= c;
      thread_q <= thread;
    end
    if (row && row_ctl_i.last) begin
      op_q <= row_ctl_i.op;
      warp_q <= row_ctl_i.warp;
      pc_q <= row_ctl_i.pc;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+1: the command
  logic [CTA_BITS+BASE_BITS-1:0] warps_q[0:heddle_pkg::WARPS-1];
  logic [CTA_BITS-1:0] cta;
  logic [BASE_BITS-1:0] base;

  always_ff @(posedge clk_i) begin
    if (launch_valid_i) begin
      warps_q[launch_warp_i] <= {launch_cta_i, launch_shared_base_i[8+:BASE_BITS]};
    end
  end

  assign {cta, base} = warps_q[warp_q];

  fifo #(
    .WIDTH(COMMAND_BITS),
    .DEPTH(DEPTH)
  ) u_commands (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(push_q),
    // The credits see to it that there is room.
    // verilator lint_off PINCONNECTEMPTY
    .push_ready_o(),
    // verilator lint_on PINCONNECTEMPTY
    .push_data_i({
      op_q, a_q, b_q, b_high_q, c_q, c_high_q, pc_q, thread_q, warp_q, cta, base
    }),
    .pop_valid_o(command_valid_o),
    .pop_ready_i(command_ready_i),
    .pop_data_o({
      command_op_o, command_a_o, command_b_o, command_b_high_o, command_c_o, command_c_high_o,
      command_pc_o, command_thread_o, command_warp_o, command_cta_o, command_base_o
    })
  );

  assign push_o = push_q;
  assign push_cta_o = cta;
  assign collecting_o = collecting_q;

  // Fields of the row that other units look at
  logic unused;
  assign unused = ^{row_ctl_i.select, row_ctl_i.rd, row_ctl_i.writes_rd, row_ctl_i.imm, row_ctl_i.rm, row_ctl_i.depth,
      row_ctl_i.first, launch_shared_base_i};

endmodule
`default_nettype wire
