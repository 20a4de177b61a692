// The rows that an operand loader has brought, and their scales or metadata: what passes read goes into
// them (docs/architecture/tensor.md, "operand_loader").
//
// With PAIRS the upper half of the places (of each half of B's buffer) is a memory of its own, which is
// read with the lower one for a sparse A.
`default_nettype none
module operand_buffer #(
  parameter int unsigned ROWS = 4,
  parameter int unsigned PLACES = 4,  // of batches
  parameter int unsigned PLACE_BITS = $clog2(PLACES),
  parameter int unsigned GROUP_BITS = 1,
  parameter int unsigned PART_BITS = $clog2(16 / ROWS),
  parameter bit SCALES = 0,    // there are words beside the rows ..
  parameter bit METADATA = 0,  // .. of 64 bits, else of 32
  parameter bit PAIRS = 0,
  parameter int unsigned WORD = METADATA ? 64 : 32,
  parameter int unsigned UNITS = (SCALES ? 3 : 2) * ROWS
) (
  input logic clk_i,

  // What a pass has read, and what its loader has said about it
  input logic write_valid_i,
  input logic [PLACE_BITS-1:0] write_place_i,
  input logic [UNITS-1:0] units_i,
  input logic [GROUP_BITS*UNITS-1:0] group_i,
  input logic [6:0] scale_tag_i,  // metadata, scales of a row, K-step, low bits of the batch's first row
  input logic [2*PART_BITS+1:0] transpose_tag_i,  // transposed, elements of 16 bits, part, column
  input logic [128*heddle_pkg::COPY_GROUPS-1:0] data_i,

  input logic read_valid_i,
  input logic read_pair_i,  // that place, and the one with it in the upper half
  input logic [PLACE_BITS-1:0] read_place_i,
  output logic [256*ROWS-1:0] read_data_o,  // a cycle later
  output logic [256*ROWS-1:0] read_upper_o,  // likewise, with PAIRS: what is in the upper half
  output logic [WORD*ROWS-1:0] read_scales_o  // 0 without
);

  localparam int unsigned GROUPS = heddle_pkg::COPY_GROUPS;
  // A row is written in its two units, or in its bytes, which are also those of transposed elements.
  localparam int unsigned GRANULE = heddle_pkg::MMA_TRANSPOSE ? 8 : 128;
  localparam int unsigned GRANULES = 256 / GRANULE;

  logic [GRANULES*ROWS-1:0] row_write;
  logic [256*ROWS-1:0] row_data;

  // -----------------------------------------------------------------------------------------------
  // Units of 16 bytes as the passes bring them, a group's or, of a transposed operand, a row's: its two
  // units with the elements where they belong. A row takes two of them, each of a line. So a bit of the
  // buffer costs one multiplexer of the lines, with transposed operands or without.
  if (heddle_pkg::MMA_TRANSPOSE) begin : g_bytes
    localparam int unsigned LINES = (GROUPS > ROWS) ? GROUPS : ROWS;

    logic transposed, wide;
    logic [PART_BITS-1:0] part, column;
    logic [32*ROWS-1:0] plain_write, element_write;
    logic [256*ROWS-1:0] element_data;
    logic [256*LINES-1:0] lines;

    assign {transposed, wide, part, column} = transpose_tag_i;

    operand_transpose #(
      .ROWS(ROWS),
      .GROUP_BITS(GROUP_BITS)
    ) u_transpose (
      .data_i,
      .units_i(units_i[2*ROWS-1:0]),
      .group_i(group_i[GROUP_BITS*2*ROWS-1:0]),
      .wide_i(wide),
      .part_i(part),
      .column_i(column),
      .write_o(element_write),
      .data_o(element_data)
    );

    always_comb begin : make_lines
      lines = '0;
      for (int g = 0; g < GROUPS; g++) lines[256*g+:256] = {2{data_i[128*g+:128]}};
      for (int i = 0; i < ROWS; i++) begin
        if (transposed) lines[256*i+:256] = element_data[256*i+:256];
      end
    end

    always_comb begin : take_lines
      row_data = '0;
      for (int k = 0; k < 2 * ROWS; k++) begin
        for (int l = 0; l < LINES; l++) begin
          if (transposed ? l == k / 2 : 32'(group_i[GROUP_BITS*k+:GROUP_BITS]) == 32'(l)) begin
            row_data[128*k+:128] = lines[256*l+128*(k%2)+:128];
          end
        end
      end
    end

    for (genvar k = 0; k < 2 * ROWS; k++) begin : g_plain
      assign plain_write[16*k+:16] = {16{units_i[k]}};
    end
    assign row_write = transposed ? element_write : plain_write;
  end else begin : g_units
    always_comb begin : take_units
      row_data = '0;
      for (int k = 0; k < 2 * ROWS; k++) begin
        for (int g = 0; g < GROUPS; g++) begin
          if (group_i[GROUP_BITS*k+:GROUP_BITS] == GROUP_BITS'(g)) begin
            row_data[128*k+:128] = data_i[128*g+:128];
          end
        end
      end
    end
    assign row_write = units_i[2*ROWS-1:0];

    logic unused_tag;
    assign unused_tag = ^transpose_tag_i;
  end

  // Nobody reads a batch that is being written.
  if (PAIRS) begin : g_pairs
    localparam int unsigned UPPER_BIT = PLACE_BITS - 2;  // the highest one is B's half
    logic [PLACE_BITS-2:0] read_address, write_address;
    logic [1:0] read, write;
    logic [2*256*ROWS-1:0] data;
    logic upper_q;

    assign read_address = {read_place_i[PLACE_BITS-1], read_place_i[UPPER_BIT-1:0]};
    assign write_address = {write_place_i[PLACE_BITS-1], write_place_i[UPPER_BIT-1:0]};
    assign read = {2{read_valid_i}}
        & {read_place_i[UPPER_BIT] || read_pair_i, !read_place_i[UPPER_BIT]};
    assign write = {2{write_valid_i}} & {write_place_i[UPPER_BIT], !write_place_i[UPPER_BIT]};

    for (genvar h = 0; h < 2; h++) begin : g_half
      for (genvar i = 0; i < ROWS; i++) begin : g_row
        ram_1r1w #(
          .WIDTH(256),
          .DEPTH(PLACES / 2),
          .GRANULE(GRANULE),
          .COLLIDES(0)
        ) u_rows (
          .clk_i,
          .read_valid_i(read[h]),
          .read_address_i(read_address),
          .read_data_o(data[256*(ROWS*h+i)+:256]),
          .write_valid_i(write[h]),
          .write_address_i(write_address),
          .write_mask_i(row_write[GRANULES*i+:GRANULES]),
          .write_data_i(row_data[256*i+:256])
        );
      end
    end

    always_ff @(posedge clk_i) begin
      if (read_valid_i) upper_q <= read_place_i[UPPER_BIT];
    end
    assign read_upper_o = data[256*ROWS+:256*ROWS];
    assign read_data_o = upper_q ? read_upper_o : data[0+:256*ROWS];
  end else begin : g_rows
    for (genvar i = 0; i < ROWS; i++) begin : g_row
      ram_1r1w #(
        .WIDTH(256),
        .DEPTH(PLACES),
        .GRANULE(GRANULE),
        .COLLIDES(0)
      ) u_rows (
        .clk_i,
        .read_valid_i,
        .read_address_i(read_place_i),
        .read_data_o(read_data_o[256*i+:256]),
        .write_valid_i,
        .write_address_i(write_place_i),
        .write_mask_i(row_write[GRANULES*i+:GRANULES]),
        .write_data_i(row_data[256*i+:256])
      );
    end
    assign read_upper_o = '0;

    logic unused_pair;
    assign unused_pair = read_pair_i;
  end

  if (SCALES) begin : g_words
    logic [128*ROWS-1:0] units_data;

    always_comb begin : place_units
      units_data = '0;
      for (int k = 0; k < ROWS; k++) begin
        for (int g = 0; g < GROUPS; g++) begin
          if (group_i[GROUP_BITS*(2*ROWS+k)+:GROUP_BITS] == GROUP_BITS'(g)) begin
            units_data[128*k+:128] = data_i[128*g+:128];
          end
        end
      end
    end

    operand_scales #(
      .ROWS(ROWS),
      .METADATA(METADATA),
      .PLACES(PLACES)
    ) u_scales (
      .clk_i,
      .write_valid_i,
      .write_place_i,
      .sparse_i(scale_tag_i[6]),
      .scales_i(scale_tag_i[5:4]),
      .k_step_i(scale_tag_i[3:2]),
      .row_i(scale_tag_i[1:0]),
      .units_i(units_i[UNITS-1:2*ROWS]),
      .units_data_i(units_data),
      .read_valid_i,
      .read_place_i,
      .read_data_o(read_scales_o)
    );
  end else begin : g_no_words
    assign read_scales_o = '0;

    logic unused_scales;
    assign unused_scales = ^scale_tag_i;
  end

endmodule
`default_nettype wire
