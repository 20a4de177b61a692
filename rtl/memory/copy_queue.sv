// From operand rows of `bulk.load` to commands of the copy engine.
//
// An instruction's rows come high halves first. Of each half the operands of the first active thread
// are kept; with the last row, visible in c, the command is complete, and is pushed into the FIFO in
// c+1. The scheduler's credits keep that from overflowing. `warps` knows the CTA slot of a warp and
// where its shared memory begins.
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

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;
  localparam int unsigned CTA_BITS = heddle_pkg::CTA_BITS;
  localparam int unsigned BASE_BITS = heddle_pkg::COPY_BASE_BITS;
  localparam int unsigned COUNT_BITS = $clog2(heddle_pkg::COPY_QUEUE + 1);
  localparam int unsigned COMMAND_BITS = 6 * 32 + 5 + WARP_BITS + CTA_BITS + BASE_BITS;

  // -----------------------------------------------------------------------------------------------
  // c: the first active thread of a half
  logic row, found_before, keep, found_q, collecting_q, push_q;
  logic [LANES-1:0] lowest;
  logic [31:0] a, b, c;
  logic [4:0] thread;

  assign row = row_valid_i && row_ctl_i.unit == heddle_pkg::UNIT_COPY;
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

  logic [31:0] address_q, pitch_q, target_q, columns_q, rows_q, pc_q;
  logic [4:0] thread_q;
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
      target_q <= b;
      rows_q <= c;
    end
    if (keep && !row_high_i) begin
      address_q <= a;
      pitch_q <= b;
      columns_q <= c;
      thread_q <= thread;
    end
    if (row && row_ctl_i.last) begin
      warp_q <= row_ctl_i.warp;
      pc_q <= row_ctl_i.pc;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // c+1: the command
  logic [CTA_BITS+BASE_BITS-1:0] warps_q[0:heddle_pkg::WARPS-1];
  logic [CTA_BITS-1:0] cta;
  logic [BASE_BITS-1:0] base;
  logic push_ready, pop;

  always_ff @(posedge clk_i) begin
    if (launch_valid_i) begin
      warps_q[launch_warp_i] <= {launch_cta_i, launch_shared_base_i[8+:BASE_BITS]};
    end
  end

  assign {cta, base} = warps_q[warp_q];

  fifo #(
    .WIDTH(COMMAND_BITS),
    .DEPTH(heddle_pkg::COPY_QUEUE)
  ) u_commands (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(push_q),
    .push_ready_o(push_ready),
    .push_data_i({
      address_q, pitch_q, target_q, columns_q, rows_q, pc_q, thread_q, warp_q, cta, base
    }),
    .pop_valid_o(command_valid_o),
    .pop_ready_i(command_ready_i),
    .pop_data_o({
      command_address_o, command_pitch_o, command_target_o, command_columns_o, command_rows_o,
      command_pc_o, command_thread_o, command_warp_o, command_cta_o, command_base_o
    })
  );

  assign pop = command_valid_o && command_ready_i;

  // Commands of a CTA slot in the FIFO. The one that is being pushed is seen besides.
  for (genvar i = 0; i < heddle_pkg::CTA_SLOTS; i++) begin : g_slot
    logic [COUNT_BITS-1:0] count_q;
    logic pushed, popped;

    assign pushed = push_q && cta == CTA_BITS'(i);
    assign popped = pop && command_cta_o == CTA_BITS'(i);

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) count_q <= '0;
      else if (start_i) count_q <= '0;
      else if (pushed && !popped) count_q <= count_q + COUNT_BITS'(1);
      else if (popped && !pushed) count_q <= count_q - COUNT_BITS'(1);
    end

    assign copying_o[i] = pushed || count_q != '0;
  end

  assign idle_o = !collecting_q && !push_q && !command_valid_o;

  // Fields of the row that other units look at; the credits see to it that there is room.
  logic unused;
  assign unused = ^{row_ctl_i.select, row_ctl_i.op, row_ctl_i.rd, row_ctl_i.writes_rd,
      row_ctl_i.imm, row_ctl_i.rm, row_ctl_i.depth, row_ctl_i.first, launch_shared_base_i, push_ready};

endmodule
`default_nettype wire
