// The scale tiles of the command that mma_control looks at, or a sparse A's metadata tile: where they lie,
// and what is wrong with them (docs/architecture/tensor.md, "Scales", "A sparse A"). Only in an engine that
// has formats with scales or a sparse A.
//
// A row of metadata is as long as one of two scales a K-step, or of four.
`default_nettype none
module mma_scales (
  input logic clk_i,

  // From host_interface, constant during a grid
  input logic [31:0] shared_size_i,

  // From mma_queue, and what the command is made of, from mma_control
  input logic pop_i,
  input logic [31:0] a_i,
  input logic [31:0] b_i,
  input logic check_i,
  input logic [1:0] scale_format_i,
  input logic sparse_i,
  input logic [1:0] a_scales_i,  // of a row and K-step: 0; 1, 2, 3: 1, 2, 4
  input logic [1:0] b_scales_i,
  input logic [8:0] a_rows_i,
  input logic [8:0] b_rows_i,
  input logic [heddle_pkg::COPY_UNIT_BITS-1:0] base_i,  // of the CTA's shared memory, in 16 bytes
  input logic range_i,
  input logic [1:0] first_step_i,
  input logic next_step_i,  // event: the K-step's last step was pushed

  // CHECK, RANGE
  output logic wrong_o,  // bits are set that must be 0
  output logic outside_o,
  output logic [13:0] outside_offset_o,  // in 16 bytes, of the first tile that is outside

  // To the loaders
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] a_unit_o,  // of the first row's scales
  output logic [heddle_pkg::COPY_UNIT_BITS-1:0] b_unit_o,
  output logic [1:0] a_scales_o,
  output logic [1:0] b_scales_o,
  output logic [1:0] k_step_o
);

  logic [13:0] a_q, b_q;
  logic upper_q;  // one of bits 31:14
  logic [1:0] a_scales_q, b_scales_q, k_step_q;
  logic [14:0] a_end_q, b_end_q;
  logic a_outside, b_outside;

  // 16-byte units of the scales of `rows` rows, a multiple of 8
  function automatic logic [14:0] units_of(input logic [8:0] rows, input logic [1:0] scales);
    case (scales)
      2'd1: units_of = {8'b0, rows[8:2]};
      2'd2: units_of = {7'b0, rows[8:1]};
      2'd3: units_of = {6'b0, rows};
      default: units_of = '0;
    endcase
  endfunction

  always_ff @(posedge clk_i) begin
    if (pop_i) begin
      a_q <= a_i[13:0];
      b_q <= b_i[13:0];
      upper_q <= a_i[31:14] != '0 || b_i[31:14] != '0;
    end
    if (check_i) begin
      a_scales_q <= a_scales_i;
      b_scales_q <= b_scales_i;
      a_end_q <= 15'(a_q) + units_of(a_rows_i, a_scales_i);
      b_end_q <= 15'(b_q) + units_of(b_rows_i, b_scales_i);
    end
    if (range_i) k_step_q <= first_step_i;
    else if (next_step_i) k_step_q <= k_step_q + 2'd1;
  end

  assign wrong_o = upper_q || (scale_format_i == '0 && ((a_q != '0 && !sparse_i) || b_q != '0));
  // Without scales both tiles are empty, at 0.
  assign a_outside = 28'(a_end_q) > shared_size_i[31:4];
  assign b_outside = 28'(b_end_q) > shared_size_i[31:4];
  assign outside_o = a_outside || b_outside;
  assign outside_offset_o = a_outside ? a_q : b_q;
  assign a_unit_o = base_i + heddle_pkg::COPY_UNIT_BITS'(a_q);
  assign b_unit_o = base_i + heddle_pkg::COPY_UNIT_BITS'(b_q);
  assign a_scales_o = a_scales_q;
  assign b_scales_o = b_scales_q;
  assign k_step_o = k_step_q;

  // Shared memory is given in multiples of 256 bytes.
  logic unused;
  assign unused = ^shared_size_i[3:0];

endmodule
`default_nettype wire
