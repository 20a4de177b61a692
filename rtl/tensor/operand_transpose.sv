// What a pass brings of a transposed operand, as bytes of the batch's rows (docs/architecture/tensor.md,
// "operand_loader"): of each unit, which is that of one k, the elements of the batch's rows.
`default_nettype none
module operand_transpose #(
  parameter int unsigned ROWS = 4,
  parameter int unsigned GROUP_BITS = 1,
  parameter int unsigned PART_BITS = $clog2(16 / ROWS)
) (
  // What was read, and of it the units of a part
  input logic [128*heddle_pkg::COPY_GROUPS-1:0] data_i,
  input logic [2*ROWS-1:0] units_i,
  input logic [GROUP_BITS*2*ROWS-1:0] group_i,
  input logic wide_i,  // elements have 16 bits, else 8
  input logic [PART_BITS-1:0] part_i,
  input logic [PART_BITS-1:0] column_i,  // of the rows' elements in a unit, in ROWS bytes

  // Rows of 32 bytes
  output logic [32*ROWS-1:0] write_o,
  output logic [256*ROWS-1:0] data_o
);

  localparam int unsigned GROUPS = heddle_pkg::COPY_GROUPS;
  localparam int unsigned WINDOW = 16 * ROWS;  // bits: elements of 16 bits of ROWS rows

  logic [WINDOW*GROUPS-1:0] windows;  // of the groups
  logic [WINDOW*2*ROWS-1:0] elements;  // of the units

  for (genvar g = 0; g < GROUPS; g++) begin : g_window
    assign windows[WINDOW*g+:WINDOW] =
        WINDOW'({128'b0, data_i[128*g+:128]} >> (8 * ROWS * 32'(column_i)));
  end

  always_comb begin : of_units
    elements = '0;
    for (int k = 0; k < 2 * ROWS; k++) begin
      for (int g = 0; g < GROUPS; g++) begin
        if (group_i[GROUP_BITS*k+:GROUP_BITS] == GROUP_BITS'(g)) begin
          elements[WINDOW*k+:WINDOW] = windows[WINDOW*g+:WINDOW];
        end
      end
    end
  end

  for (genvar i = 0; i < ROWS; i++) begin : g_row
    for (genvar p = 0; p < 32; p++) begin : g_byte
      // The unit and part that have it
      localparam int unsigned WIDE_UNIT = (p / 2) % (2 * ROWS);
      localparam int unsigned BYTE_UNIT = p % (2 * ROWS);

      assign data_o[256*i+8*p+:8] = wide_i ? elements[WINDOW*WIDE_UNIT+16*i+8*(p%2)+:8]
          : elements[WINDOW*BYTE_UNIT+8*i+:8];
      assign write_o[32*i+p] = wide_i
          ? units_i[WIDE_UNIT] && part_i == PART_BITS'((p / 2) / (2 * ROWS))
          : units_i[BYTE_UNIT] && part_i == PART_BITS'(p / (2 * ROWS));
    end
  end

endmodule
`default_nettype wire
