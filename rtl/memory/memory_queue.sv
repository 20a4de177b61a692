// Rows of memory instructions between address generation and the two memories.
//
// Two FIFOs: rows, and one entry an instruction that says which memories it touches. It is known
// only with the last row, so an instruction's rows wait for it. A row goes in one cycle to every
// memory that its instruction touches; the two `*_valid_o` are transfers, gated with the readies of
// both consumers, so that neither takes a row alone. `op_done` returns the scheduler's credit. There
// is place for the high half of one pair: the scheduler waits with the next until it is done.
//
// With several rows an instruction, a row leaves two cycles after it came at the earliest: the first
// waits for the last. So what is only passed on lies in block RAM, without a way past it.
`default_nettype none
module memory_queue (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From address_unit (events)
  input logic memory_row_valid_i,
  input logic memory_row_high_i,
  input logic [heddle_pkg::WARP_BITS-1:0] memory_row_warp_i,
  input logic [heddle_pkg::OP_BITS-1:0] memory_row_op_i,
  input logic [4:0] memory_row_rd_i,
  input logic memory_row_writes_rd_i,
  input logic [31:0] memory_row_pc_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] memory_row_beat_i,
  input logic memory_row_last_i,
  input logic [heddle_pkg::LANES-1:0] memory_row_shared_mask_i,
  input logic [heddle_pkg::LANES-1:0] memory_row_global_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] memory_row_address_i,
  input logic [32*heddle_pkg::LANES-1:0] memory_row_data_i,
  input logic [32*heddle_pkg::LANES-1:0] memory_row_compare_i,
  input logic memory_op_valid_i,
  input logic memory_op_any_shared_i,
  input logic memory_op_any_global_i,

  // To shared_memory and coalescer: the head row
  output logic shared_row_valid_o,
  input logic shared_row_ready_i,
  output logic global_row_valid_o,
  input logic global_row_ready_i,
  output logic [heddle_pkg::WARP_BITS-1:0] head_warp_o,
  output logic [heddle_pkg::OP_BITS-1:0] head_op_o,
  output logic [4:0] head_rd_o,
  output logic head_writes_rd_o,
  output logic [31:0] head_pc_o,
  output logic [heddle_pkg::BEAT_BITS-1:0] head_beat_o,
  output logic head_last_o,
  output logic head_high_o,
  output logic [heddle_pkg::LANES-1:0] head_shared_mask_o,
  output logic [heddle_pkg::LANES-1:0] head_global_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] head_address_o,
  output logic [32*heddle_pkg::LANES-1:0] head_data_o,
  output logic [32*heddle_pkg::LANES-1:0] head_compare_o,
  output logic head_any_shared_o,
  output logic head_any_global_o,

  // To warp_scheduler (event)
  output logic op_done_valid_o,
  output logic op_done_pair_o,

  // To dispatcher
  output logic idle_o
);

  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam int unsigned WARP_BITS = heddle_pkg::WARP_BITS;
  localparam int unsigned OP_BITS = heddle_pkg::OP_BITS;
  localparam int unsigned DEPTH = (heddle_pkg::LSU_QUEUE + 1) * BEATS;
  // What decides about a row in its cycle, and what is only passed on with it
  localparam int unsigned CONTROL_BITS = OP_BITS + 2;
  localparam int unsigned PAYLOAD_BITS = WARP_BITS + 5 + 1 + 32 + BEAT_BITS
      + (2 + 3 * 32) * heddle_pkg::LANES;

  logic [PAYLOAD_BITS-1:0] payload, head;
  logic row_valid, op_valid, transfer, op_pop, op_done_q, pair_done_q;
  logic row_ready, op_ready;

  assign payload = {
    memory_row_warp_i, memory_row_rd_i, memory_row_writes_rd_i, memory_row_pc_i, memory_row_beat_i,
    memory_row_shared_mask_i, memory_row_global_mask_i, memory_row_address_i, memory_row_data_i,
    memory_row_compare_i
  };

  if (BEATS > 1) begin : g_rows
    localparam int unsigned INDEX_BITS = $clog2(DEPTH);
    localparam int unsigned COUNT_BITS = $clog2(DEPTH + 1);
    logic [CONTROL_BITS-1:0] controls[0:DEPTH-1];
    logic [INDEX_BITS-1:0] read_d, read_q, write_q;
    logic [COUNT_BITS-1:0] count_q;

    function automatic logic [INDEX_BITS-1:0] next_index(input logic [INDEX_BITS-1:0] index);
      next_index = (index == INDEX_BITS'(DEPTH - 1)) ? '0 : index + INDEX_BITS'(1);
    endfunction

    assign row_valid = count_q != '0;
    assign row_ready = count_q != COUNT_BITS'(DEPTH);
    assign {head_op_o, head_last_o, head_high_o} = controls[read_q];

    always_ff @(posedge clk_i) begin
      if (memory_row_valid_i) begin
        controls[write_q] <= {memory_row_op_i, memory_row_last_i, memory_row_high_i};
      end
    end

    ram_1r1w #(
      .WIDTH(PAYLOAD_BITS),
      .DEPTH(2 ** INDEX_BITS),  // a block RAM's words cost nothing, and synth/ecp5.ys wants 32
      .COLLIDES(0)  // a row that was written a cycle ago does not leave yet
    ) u_payloads (
      .clk_i,
      .read_valid_i(1'b1),
      .read_address_i(read_d),
      .read_data_o(head),
      .write_valid_i(memory_row_valid_i),
      .write_address_i(write_q),
      .write_mask_i(1'b1),
      .write_data_i(payload)
    );

    assign read_d = start_i ? '0 : transfer ? next_index(read_q) : read_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        read_q <= '0;
        write_q <= '0;
        count_q <= '0;
      end else begin
        read_q <= read_d;
        if (start_i) begin
          write_q <= '0;
          count_q <= '0;
        end else begin
          if (memory_row_valid_i) write_q <= next_index(write_q);
          if (memory_row_valid_i && !transfer) count_q <= count_q + COUNT_BITS'(1);
          if (!memory_row_valid_i && transfer) count_q <= count_q - COUNT_BITS'(1);
        end
      end
    end
  end else begin : g_rows
    fifo #(
      .WIDTH(CONTROL_BITS + PAYLOAD_BITS),
      .DEPTH(DEPTH)
    ) u_rows (
      .clk_i,
      .rst_ni,
      .clear_i(start_i),
      .push_valid_i(memory_row_valid_i),
      .push_ready_o(row_ready),
      .push_data_i({memory_row_op_i, memory_row_last_i, memory_row_high_i, payload}),
      .pop_valid_o(row_valid),
      .pop_ready_i(transfer),
      .pop_data_o({head_op_o, head_last_o, head_high_o, head})
    );
  end

  fifo #(
    .WIDTH(2),
    .DEPTH(heddle_pkg::LSU_QUEUE)
  ) u_ops (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(memory_op_valid_i),
    .push_ready_o(op_ready),
    .push_data_i({memory_op_any_shared_i, memory_op_any_global_i}),
    .pop_valid_o(op_valid),
    .pop_ready_i(op_pop),
    .pop_data_o({head_any_shared_o, head_any_global_o})
  );

  assign {head_warp_o, head_rd_o, head_writes_rd_o, head_pc_o, head_beat_o, head_shared_mask_o,
      head_global_mask_o, head_address_o, head_data_o, head_compare_o} = head;

  assign transfer = row_valid && op_valid && (!head_any_shared_o || shared_row_ready_i)
      && (!head_any_global_o || global_row_ready_i);
  assign op_pop = transfer && head_last_o;
  assign shared_row_valid_o = transfer && head_any_shared_o;
  assign global_row_valid_o = transfer && head_any_global_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) op_done_q <= 1'b0;
    else op_done_q <= op_pop && !start_i;
  end

  always_ff @(posedge clk_i) pair_done_q <= heddle_pkg::isa_is_pair(head_op_o);

  assign op_done_valid_o = op_done_q;
  assign op_done_pair_o = pair_done_q;
  assign idle_o = !row_valid && !op_valid;

  // Always high when something is pushed: the scheduler's credits.
  logic unused;
  assign unused = row_ready ^ op_ready;

endmodule
`default_nettype wire
