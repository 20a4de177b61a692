// The tile of A or of B of the command that mma_control looks at: whether it has the K-steps, where it
// ends, and where those of the steps begin (docs/architecture/tensor.md, "tensor.mma").
`default_nettype none
module mma_tile (
  input logic clk_i,

  // From host_interface, constant during a grid
  input logic [31:0] shared_size_i,

  // From mma_queue, with the command
  input logic pop_i,
  input logic [13:0] slab_i,  // slab pitch in 16 bytes

  // What the command is made of, from mma_control. Offsets are in units of 16 bytes.
  input logic [13:0] offset_i,
  input logic [1:0] layout_i,
  input logic [8:0] rows_i,
  input logic transposed_i,
  input logic wide_i,             // transposed elements have 16 bits, else 8
  input logic pair_i,             // two of its K-steps are one of the command: B of a sparse A
  input logic [1:0] first_step_i,
  input logic [2:0] last_step_i,  // may be too great in CHECK
  input logic [heddle_pkg::COPY_UNIT_BITS-1:0] base_i,  // of the CTA's shared memory
  input logic check_i,
  input logic range_i,
  input logic next_step_i,  // event: to its next K-step
  input logic back_i,       // event: to the one before

  output logic wrong_o,    // CHECK: there is no such K-step, or a slab pitch for nothing
  output logic outside_o,  // RANGE

  // To the loader
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] unit_o,  // of the first row or k, without the swizzle
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] slab_o
);

  localparam int unsigned UNIT_BITS = heddle_pkg::COPY_UNIT_BITS;

  // Of a row of the tile in shared memory: log2 of its units; K-steps - 1
  logic [1:0] pitch_shift, row_last;

  always_comb begin : rows
    case (layout_i)
      2'd2: begin
        pitch_shift = 2'd2;
        row_last = 2'd1;
      end
      2'd3: begin
        pitch_shift = 2'd3;
        row_last = 2'd3;
      end
      default: begin
        pitch_shift = 2'd1;
        row_last = 2'd0;
      end
    endcase
  end

  // -----------------------------------------------------------------------------------------------
  // Transposed: a K-step is 16 or 32 rows; what lies before the last slab
  logic transposed, slab_wrong;
  logic [3:0] step_shift;  // log2 of the units from a K-step to the next one
  logic [17:0] slabs_before;

  if (heddle_pkg::MMA_TRANSPOSE) begin : g_transposed
    logic [13:0] slab_q;
    logic [17:0] slabs_before_q;
    logic [3:0] slab_shift;  // log2 of the operand's rows in a slab
    logic [7:0] last_row;
    logic [3:0] last_slab;

    assign slab_shift = 4'd4 + 4'(pitch_shift) - 4'(wide_i);
    assign last_row = 8'(rows_i - 9'd1);
    assign last_slab = 4'(last_row >> slab_shift);

    always_ff @(posedge clk_i) begin
      if (pop_i) slab_q <= slab_i;
      if (check_i) slabs_before_q <= transposed_i ? 18'(last_slab) * 18'(slab_q) : '0;
    end

    assign transposed = transposed_i;
    assign step_shift = transposed_i ? 4'd5 + 4'(pitch_shift) - 4'(wide_i) : 4'd1;
    assign slab_wrong = !transposed_i && slab_q != '0;
    assign slabs_before = slabs_before_q;
    assign slab_o = UNIT_BITS'(slab_q);
  end else begin : g_plain
    assign transposed = 1'b0;
    assign step_shift = 4'd1;
    assign slab_wrong = 1'b0;
    assign slabs_before = '0;
    assign slab_o = '0;

    logic unused_plain;
    assign unused_plain = ^{pop_i, slab_i, transposed_i, wide_i};
  end

  // -----------------------------------------------------------------------------------------------
  logic [3:0] last;    // K-step of the tile
  logic [11:0] units;  // of all rows, or of those of a slab up to the last K-step
  logic [15:0] end_q;

  assign last = pair_i ? {last_step_i, 1'b1} : {1'b0, last_step_i};
  assign wrong_o = last > (transposed ? 4'd3 : 4'(row_last)) || slab_wrong;
  assign units = transposed ? (12'(last) + 12'd1) << step_shift : 12'(rows_i) << pitch_shift;
  assign outside_o = 28'(end_q) + 28'(slabs_before) > shared_size_i[31:4];

  always_ff @(posedge clk_i) begin
    if (check_i) end_q <= 16'(offset_i) + 16'(units);
  end

  logic [UNIT_BITS-1:0] unit_q;
  logic [10:0] first, step;

  assign first = (pair_i ? 11'({first_step_i, 1'b0}) : 11'(first_step_i)) << step_shift;
  assign step = back_i ? -(11'd1 << step_shift) : 11'd1 << step_shift;

  always_ff @(posedge clk_i) begin
    if (range_i) begin
      unit_q <= base_i + UNIT_BITS'(offset_i) + UNIT_BITS'(first);
    end else if (next_step_i || back_i) begin
      unit_q <= unit_q + UNIT_BITS'(signed'(step));
    end
  end

  assign unit_o = unit_q;

  // Shared memory is given in multiples of 256 bytes.
  logic unused;
  assign unused = ^shared_size_i[3:0];

endmodule
`default_nettype wire
