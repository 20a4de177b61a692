// Where the next part of the step at an operand loader's head begins, and which one it is
// (docs/architecture/tensor.md, "operand_loader").
//
// K-major, a batch is one part, and the next one's rows lie behind it. Transposed, a part is 2 * ROWS
// rows of shared memory, one for each k; behind its last part, a batch's next one is ROWS elements
// further in the same rows, or in the next slab.
`default_nettype none
module operand_walk #(
  parameter int unsigned ROWS = 4,
  parameter int unsigned PART_BITS = $clog2(16 / ROWS)
) (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // The step at the head. Addresses are those of units of 16 bytes, without the swizzle.
  input logic [heddle_pkg::COPY_UNIT_BITS-1:0] head_unit_i,  // of its first row or k
  input logic [1:0] pitch_shift_i,  // log2 of the units of a row in shared memory: 1, 2, 3
  input logic transposed_i,
  input logic wide_i,  // transposed elements have 16 bits, else 8
  input logic [heddle_pkg::COPY_UNIT_BITS-1:0] slab_i,  // slab pitch
  input logic [heddle_pkg::MMA_BATCH_BITS-1:0] last_i,  // batches - 1
  input logic load_i,  // its next part is taken

  // The next part
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] unit_o,  // the first one
  output logic [heddle_pkg::MMA_BATCH_BITS-1:0] batch_o,
  output logic [PART_BITS-1:0] part_o,
  output logic [PART_BITS-1:0] column_o,  // of the batch's elements in their units, in ROWS bytes
  output logic first_o,  // of the step
  output logic first_part_o,  // of the batch
  output logic last_part_o,
  output logic last_batch_o
);

  localparam int unsigned UNIT_BITS = heddle_pkg::COPY_UNIT_BITS;
  localparam int unsigned BATCH_BITS = heddle_pkg::MMA_BATCH_BITS;

  logic next_q;
  logic [BATCH_BITS-1:0] batch_q;
  logic [UNIT_BITS-1:0] next_unit_d, next_unit_q, part_rows, behind;

  assign first_o = !next_q;
  assign batch_o = batch_q;
  assign last_batch_o = batch_q == last_i;
  assign unit_o = next_q ? next_unit_q : head_unit_i;

  assign part_rows = transposed_i ? UNIT_BITS'(2 * ROWS) : UNIT_BITS'(ROWS);
  assign behind = unit_o + (part_rows << pitch_shift_i);

  if (heddle_pkg::MMA_TRANSPOSE) begin : g_transposed
    logic [UNIT_BITS-1:0] slab_q, slab, next_slab;
    logic [PART_BITS-1:0] part_q;
    // Of the batch in its slab's rows: the unit, and the column in it
    logic [PART_BITS+2:0] position_q, next_position, row_end;
    logic slab_end;

    // The slab's first unit in the step
    assign slab = next_q ? slab_q : head_unit_i;
    assign next_position = position_q + (PART_BITS + 3)'(wide_i ? 2 : 1);
    assign row_end = {3'(4'd1 << pitch_shift_i), PART_BITS'(0)};  // modulo 8 units
    assign slab_end = next_position == row_end;
    assign next_slab = slab + (slab_end ? slab_i : UNIT_BITS'(next_position[PART_BITS+:3]));

    // Elements of 16 bits have half as many parts.
    assign first_part_o = part_q == '0;
    assign last_part_o = !transposed_i || (part_q | (PART_BITS'(wide_i) << (PART_BITS - 1))) == '1;
    assign part_o = part_q;
    assign column_o = position_q[PART_BITS-1:0];
    assign next_unit_d = (transposed_i && last_part_o) ? next_slab : behind;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        part_q <= '0;
        position_q <= '0;
      end else if (start_i) begin
        part_q <= '0;
        position_q <= '0;
      end else if (load_i) begin
        part_q <= last_part_o ? '0 : part_q + PART_BITS'(1);
        if (last_part_o) begin
          position_q <= (last_batch_o || slab_end || !transposed_i) ? '0 : next_position;
        end
      end
    end

    always_ff @(posedge clk_i) begin
      if (load_i) slab_q <= (last_part_o && slab_end) ? next_slab : slab;
    end
  end else begin : g_plain
    assign first_part_o = 1'b1;
    assign last_part_o = 1'b1;
    assign part_o = '0;
    assign column_o = '0;
    assign next_unit_d = behind;

    logic unused_plain;
    assign unused_plain = ^{wide_i, slab_i};
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next_q <= 1'b0;
      batch_q <= '0;
    end else if (start_i) begin
      next_q <= 1'b0;
      batch_q <= '0;
    end else if (load_i) begin
      next_q <= !(last_batch_o && last_part_o);
      if (last_part_o) batch_q <= last_batch_o ? '0 : batch_q + BATCH_BITS'(1);
    end
  end

  always_ff @(posedge clk_i) begin
    if (load_i) next_unit_q <= next_unit_d;
  end

endmodule
`default_nettype wire
