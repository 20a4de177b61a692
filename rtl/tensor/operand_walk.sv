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

  // The step at the head. Addresses are those of units of 16 bytes.
  input logic [heddle_pkg::COPY_UNIT_BITS-1:0] head_unit_i,  // of its first row or k
  input logic [1:0] head_upper_i,
  input logic [1:0] layout_i,
  input logic transposed_i,
  input logic wide_i,  // transposed elements have 16 bits, else 8
  input logic [heddle_pkg::COPY_UNIT_BITS-1:0] slab_i,
  input logic [heddle_pkg::MMA_BATCH_BITS-1:0] last_i,  // batches - 1
  input logic load_i,  // its next part is taken

  // The next part
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] unit_o,  // the first one, without the swizzle
  output logic [5:0] offset_o,   // of the same in the CTA's shared memory, modulo 64
  output logic [3:0] pitch_o,    // units of a row in shared memory: 2, 4, 8
  output logic [heddle_pkg::MMA_BATCH_BITS-1:0] batch_o,
  output logic [PART_BITS-1:0] part_o,
  output logic [PART_BITS-1:0] column_o,  // of the batch's elements in their units, in ROWS bytes
  output logic first_o,          // of the step
  output logic first_part_o,     // of the batch
  output logic last_part_o,
  output logic last_batch_o
);

  localparam int unsigned UNIT_BITS = heddle_pkg::COPY_UNIT_BITS;
  localparam int unsigned BATCH_BITS = heddle_pkg::MMA_BATCH_BITS;

  logic next_q;
  logic [BATCH_BITS-1:0] batch_q;
  logic [UNIT_BITS-1:0] next_unit_d, next_unit_q, behind;
  logic [1:0] next_upper_d, next_upper_q, upper;
  logic [7:0] part_pitch;
  logic [5:0] behind_offset;

  assign first_o = !next_q;
  assign batch_o = batch_q;
  assign last_batch_o = batch_q == last_i;
  assign unit_o = next_q ? next_unit_q : head_unit_i;
  assign upper = next_q ? next_upper_q : head_upper_i;
  assign offset_o = {upper, unit_o[3:0]};

  always_comb begin : pitch
    case (layout_i)
      2'd2: pitch_o = 4'd4;
      2'd3: pitch_o = 4'd8;
      default: pitch_o = 4'd2;
    endcase
  end

  // ROWS rows of shared memory, or twice as many
  assign part_pitch = transposed_i ? 8'(2 * ROWS * 32'(pitch_o)) : 8'(ROWS * 32'(pitch_o));
  assign behind = unit_o + UNIT_BITS'(part_pitch);
  assign behind_offset = offset_o + part_pitch[5:0];

  if (heddle_pkg::MMA_TRANSPOSE) begin : g_transposed
    logic [UNIT_BITS-1:0] slab_q, slab, next_slab;
    logic [1:0] slab_upper_q, slab_upper;
    logic [5:0] next_slab_offset;
    logic [4:0] part_q;  // parts are 16 / ROWS at most
    logic [6:0] position_q, next_position, row_bytes;  // of the batch in its slab's rows, in bytes
    logic slab_end;

    // The slab's first unit in the step
    assign slab = next_q ? slab_q : head_unit_i;
    assign slab_upper = next_q ? slab_upper_q : head_upper_i;
    assign next_position = position_q + (wide_i ? 7'(2 * ROWS) : 7'(ROWS));
    assign row_bytes = {pitch_o[2:0], 4'b0};  // of 128 bytes 0
    assign slab_end = next_position == row_bytes;
    assign next_slab = slab + (slab_end ? slab_i : UNIT_BITS'(next_position[6:4]));
    assign next_slab_offset = {slab_upper, slab[3:0]}
        + (slab_end ? slab_i[5:0] : 6'(next_position[6:4]));

    assign first_part_o = part_q == '0;
    assign last_part_o = !transposed_i
        || part_q == (wide_i ? 5'((ROWS < 8) ? 8 / ROWS - 1 : 0) : 5'(16 / ROWS - 1));
    assign part_o = PART_BITS'(part_q);
    assign column_o = PART_BITS'(32'(position_q[3:0]) / ROWS);
    assign next_unit_d = (transposed_i && last_part_o) ? next_slab : behind;
    assign next_upper_d = (transposed_i && last_part_o) ? next_slab_offset[5:4]
        : behind_offset[5:4];

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        part_q <= '0;
        position_q <= '0;
      end else if (start_i) begin
        part_q <= '0;
        position_q <= '0;
      end else if (load_i) begin
        part_q <= last_part_o ? '0 : part_q + 5'd1;
        if (last_part_o) begin
          position_q <= (last_batch_o || slab_end || !transposed_i) ? '0 : next_position;
        end
      end
    end

    always_ff @(posedge clk_i) begin
      if (load_i) begin
        slab_q <= (last_part_o && slab_end) ? next_slab : slab;
        slab_upper_q <= (last_part_o && slab_end) ? next_slab_offset[5:4] : slab_upper;
      end
    end

    logic unused_offset;
    assign unused_offset = ^{next_slab_offset[3:0], pitch_o[3]};
  end else begin : g_plain
    assign first_part_o = 1'b1;
    assign last_part_o = 1'b1;
    assign part_o = '0;
    assign column_o = '0;
    assign next_unit_d = behind;
    assign next_upper_d = behind_offset[5:4];

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
    if (load_i) begin
      next_unit_q <= next_unit_d;
      next_upper_q <= next_upper_d;
    end
  end

  logic unused;
  assign unused = ^behind_offset[3:0];

endmodule
`default_nettype wire
