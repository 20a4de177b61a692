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
  input logic [PART_BITS-1:0] column_i,  // of the rows' elements in a unit, in ROWS bytes; wide: even

  // Rows of 32 bytes
  output logic [32*ROWS-1:0] write_o,
  output logic [256*ROWS-1:0] data_o
);

  localparam int unsigned GROUPS = heddle_pkg::COPY_GROUPS;
  localparam int unsigned COLUMN = 8 * ROWS;  // bits

  logic [PART_BITS-1:0] next_column;  // the second half of wide elements
  assign next_column = column_i | PART_BITS'(1);

  // Of each group and row two bytes: an element, or one of 8 bits twice
  logic [2*COLUMN*GROUPS-1:0] pairs;

  for (genvar g = 0; g < GROUPS; g++) begin : g_group
    logic [127:0] unit;
    logic [2*COLUMN-1:0] columns;

    assign unit = data_i[128*g+:128];
    assign columns = {unit[COLUMN*next_column+:COLUMN], unit[COLUMN*column_i+:COLUMN]};

    for (genvar i = 0; i < ROWS; i++) begin : g_row
      assign pairs[2*COLUMN*g+16*i+:16] = wide_i ? columns[16*i+:16] : {2{columns[8*i+:8]}};
    end
  end

  for (genvar p = 0; p < 32; p++) begin : g_byte
    // The unit and part that have it
    localparam int unsigned WIDE_UNIT = (p / 2) % (2 * ROWS);
    localparam int unsigned BYTE_UNIT = p % (2 * ROWS);

    logic write;
    logic [GROUP_BITS-1:0] group;

    assign write = wide_i ? units_i[WIDE_UNIT] && part_i == PART_BITS'((p / 2) / (2 * ROWS))
        : units_i[BYTE_UNIT] && part_i == PART_BITS'(p / (2 * ROWS));
    assign group = wide_i ? group_i[GROUP_BITS*WIDE_UNIT+:GROUP_BITS]
        : group_i[GROUP_BITS*BYTE_UNIT+:GROUP_BITS];

    for (genvar i = 0; i < ROWS; i++) begin : g_row
      logic [7:0] data;

      always_comb begin : of_group
        data = '0;
        for (int g = 0; g < GROUPS; g++) begin
          if (group == GROUP_BITS'(g)) data = pairs[2*COLUMN*g+16*i+8*(p%2)+:8];
        end
      end
      assign data_o[256*i+8*p+:8] = data;
      assign write_o[32*i+p] = write;
    end
  end

endmodule
`default_nettype wire
