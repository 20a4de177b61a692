// Brings the rows of A or B of a step from the shared memory into a buffer, a batch of ROWS rows at a
// time, of a transposed operand in parts (docs/architecture/tensor.md, "operand_loader").
//
// The batch register holds the addresses of the part's units of 16 bytes. It asks for operand passes,
// each with the lowest pending unit of every group of banks; what a pass reads comes back some cycles
// later, with what was said about it here (`tag`), and is written into the batch's place. So batches
// become complete in their order. A's buffer is a FIFO of batches, B's (HALVES) has two halves, each
// for the batches of a step.
//
// With formats that have scales there are more units in a batch, those of its rows' scales, behind
// those of the rows; what is wanted of them goes into a memory of its own, beside the buffer. A sparse A's
// metadata come in the same way. B's loader gets two steps for a sparse A's, of which the second goes into
// the upper half of the places in the same half of the buffer.
`default_nettype none
module operand_loader #(
  parameter int unsigned ROWS = 4,
  parameter bit HALVES = 0,
  parameter bit SCALES = heddle_pkg::MMA_SCALES,  // rows have words, scales ..
  parameter bit METADATA = 0,                     // .. or metadata, in words of 64 bits instead of 32
  parameter int unsigned WORD = METADATA ? 64 : 32,
  parameter int unsigned BATCHES = 4,  // of the buffer, or of a half of it
  parameter int unsigned PLACES = HALVES ? 2 * BATCHES : BATCHES,
  parameter int unsigned PLACE_BITS = $clog2(PLACES),
  parameter int unsigned GROUP_BITS =
      (heddle_pkg::COPY_GROUPS > 1) ? $clog2(heddle_pkg::COPY_GROUPS) : 1,
  parameter int unsigned PART_BITS = $clog2(16 / ROWS),
  // What a pass leaves until it comes back: place, the batch's last pass, the step's last pass, what is
  // wanted of transposed elements and of scales, units, the group of each. What the buffer makes of units
  // depends on the low bits alone: of loaders with as many rows, synthesis finds that it is the same.
  parameter int unsigned TRANSPOSE_BITS = 2 + 2 * PART_BITS,
  parameter int unsigned SCALE_TAG_BITS = METADATA ? 7 : SCALES ? 6 : 0,
  parameter int unsigned LOW_TAG_BITS = (heddle_pkg::MMA_TRANSPOSE ? TRANSPOSE_BITS : 0)
      + SCALE_TAG_BITS + (SCALES ? 3 : 2) * ROWS * (1 + GROUP_BITS),
  parameter int unsigned TAG_BITS = PLACE_BITS + 2 + LOW_TAG_BITS
) (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From mma_control: a step
  input logic step_valid_i,
  output logic step_ready_o,
  input logic [heddle_pkg::COPY_UNIT_BITS-1:0] step_unit_i,  // of its first row or k, without the swizzle
  input logic [1:0] step_base_i,  // bits 9:8 of where the CTA's shared memory begins
  input logic [1:0] step_layout_i,
  input logic step_transposed_i,
  input logic step_wide_i,  // transposed elements have 16 bits, else 8
  input logic [heddle_pkg::COPY_UNIT_BITS-1:0] step_slab_i,  // slab pitch
  input logic [heddle_pkg::MMA_BATCH_BITS-1:0] step_last_i,  // batches - 1
  input logic step_half_i,
  input logic step_sparse_i,
  input logic step_second_i,  // with HALVES: of the two for a sparse A's
  input logic [1:0] step_scales_i,  // of a row: 0; 1, 2, 3: 1, 2, 4; or metadata as long
  input logic [1:0] step_k_step_i,
  input logic [heddle_pkg::COPY_UNIT_BITS-1:0] step_scale_unit_i,  // of the first row's scales

  // From and to shared_memory: a pass
  output logic pass_valid_o,
  input logic pass_ready_i,
  output logic [heddle_pkg::COPY_GROUPS-1:0] pass_enable_o,
  output logic [heddle_pkg::COPY_INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] pass_index_o,
  output logic [TAG_BITS-1:0] pass_tag_o,
  input logic units_valid_i,  // event: what a pass has read
  input logic [TAG_BITS-1:0] units_tag_i,
  input logic [128*heddle_pkg::COPY_GROUPS-1:0] units_data_i,

  // From and to mma_sequencer
  output logic [1:0] there_o,  // bit 0: a batch is at the FIFO's head; with HALVES: a step in that half
  input logic release_i,       // a batch, or the step in `release_half_i`
  input logic release_half_i,
  input logic read_valid_i,
  input logic read_pair_i,
  input logic [PLACE_BITS-1:0] read_place_i,
  output logic [256*ROWS-1:0] read_data_o,  // a cycle later
  output logic [256*ROWS-1:0] read_upper_o,  // likewise, for a sparse A
  output logic [WORD*ROWS-1:0] read_scales_o  // 0 without
);

  localparam bit TRANSPOSE = heddle_pkg::MMA_TRANSPOSE;
  localparam bit SPARSE = heddle_pkg::MMA_SPARSE;
  localparam int unsigned UNITS = (SCALES ? 3 : 2) * ROWS;
  localparam int unsigned UNIT_BITS = heddle_pkg::COPY_UNIT_BITS;
  localparam int unsigned GROUPS = heddle_pkg::COPY_GROUPS;
  localparam int unsigned INDEX_BITS = heddle_pkg::COPY_INDEX_BITS;
  localparam int unsigned BATCH_BITS = heddle_pkg::MMA_BATCH_BITS;
  // Of a step: of all, and what engines with scales, with transposed operands and with a sparse A have
  // besides; where these begin
  localparam int unsigned ROW_STEP_BITS = UNIT_BITS + 4 + BATCH_BITS + 1;
  localparam int unsigned SCALE_STEP_BITS = UNIT_BITS + 4;
  localparam int unsigned TRANSPOSE_STEP_BITS = UNIT_BITS + 2;
  localparam int unsigned TRANSPOSE_AT = ROW_STEP_BITS + (SCALES ? SCALE_STEP_BITS : 0);
  localparam int unsigned SPARSE_AT = TRANSPOSE_AT + (TRANSPOSE ? TRANSPOSE_STEP_BITS : 0);
  localparam int unsigned STEP_BITS = SPARSE_AT + (SPARSE ? 2 : 0);
  localparam int unsigned EXTRA_BITS = TRANSPOSE_BITS + SCALE_TAG_BITS;

  // -----------------------------------------------------------------------------------------------
  // The step at the head, and its next part
  logic head_valid, load, last_batch, half, place_free, first_part_of_step, first_part, last_part;
  logic transposed, wide, sparse, second;
  logic [UNIT_BITS-1:0] head_unit, unit, slab, scale_unit;
  logic [1:0] base, layout, pitch_shift, scales, k_step;
  logic [BATCH_BITS-1:0] last, batch;
  logic [PART_BITS-1:0] part, column;
  logic [PLACE_BITS-1:0] place;
  logic [STEP_BITS-1:0] step, head;

  assign step[ROW_STEP_BITS-1:0] = {
    step_unit_i, step_base_i, step_layout_i, step_last_i, step_half_i
  };
  assign {head_unit, base, layout, last, half} = head[ROW_STEP_BITS-1:0];

  if (SCALES) begin : g_scale_step
    assign step[ROW_STEP_BITS+:SCALE_STEP_BITS] = {step_scale_unit_i, step_scales_i, step_k_step_i};
    assign {scale_unit, scales, k_step} = head[ROW_STEP_BITS+:SCALE_STEP_BITS];
  end else begin : g_no_scale_step
    assign {scale_unit, scales, k_step} = '0;

    logic unused_scale_step;
    assign unused_scale_step = ^{step_scale_unit_i, step_scales_i, step_k_step_i};
  end

  if (TRANSPOSE) begin : g_transpose_step
    assign step[TRANSPOSE_AT+:TRANSPOSE_STEP_BITS] = {step_transposed_i, step_wide_i, step_slab_i};
    assign {transposed, wide, slab} = head[TRANSPOSE_AT+:TRANSPOSE_STEP_BITS];
  end else begin : g_no_transpose_step
    assign {transposed, wide, slab} = '0;

    logic unused_transpose_step;
    assign unused_transpose_step = ^{step_transposed_i, step_wide_i, step_slab_i};
  end

  if (SPARSE) begin : g_sparse_step
    assign step[SPARSE_AT+:2] = {step_sparse_i, step_second_i};
    assign {sparse, second} = head[SPARSE_AT+:2];
  end else begin : g_no_sparse_step
    assign {sparse, second} = '0;

    logic unused_sparse_step;
    assign unused_sparse_step = ^{step_sparse_i, step_second_i};
  end

  fifo #(
    .WIDTH(STEP_BITS),
    .DEPTH(2)
  ) u_steps (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(step_valid_i),
    .push_ready_o(step_ready_o),
    .push_data_i(step),
    .pop_valid_o(head_valid),
    .pop_ready_i(load && last_batch && last_part),
    .pop_data_o(head)
  );

  always_comb begin : pitch
    case (layout)
      2'd2: pitch_shift = 2'd2;
      2'd3: pitch_shift = 2'd3;
      default: pitch_shift = 2'd1;
    endcase
  end

  operand_walk #(
    .ROWS(ROWS)
  ) u_walk (
    .clk_i,
    .rst_ni,
    .start_i,
    .head_unit_i(head_unit),
    .pitch_shift_i(pitch_shift),
    .transposed_i(transposed),
    .wide_i(wide),
    .slab_i(slab),
    .last_i(last),
    .load_i(load),
    .unit_o(unit),
    .batch_o(batch),
    .part_o(part),
    .column_o(column),
    .first_o(first_part_of_step),
    .first_part_o(first_part),
    .last_part_o(last_part),
    .last_batch_o(last_batch)
  );

  // -----------------------------------------------------------------------------------------------
  // The batch register
  logic [UNITS-1:0] wanted, pending_d, pending_q, served;
  logic [UNIT_BITS-1:0] target_d[0:UNITS-1];
  logic [UNIT_BITS-1:0] target_q[0:UNITS-1];
  logic [PLACE_BITS-1:0] place_q;
  logic step_end_q, last_part_q, final_pass;
  logic [2:0] swizzle;

  assign swizzle = {layout == 2'd3, layout >= 2'd2, layout != 2'd0};

  for (genvar k = 0; k < 2 * ROWS; k++) begin : g_target
    logic [6:0] distance;
    logic [UNIT_BITS-1:0] plain;
    logic [2:0] pattern;

    // A unit of each row, or the two of each second one
    assign distance = transposed ? 7'(k) << pitch_shift : (7'(k / 2) << pitch_shift) + 7'(k % 2);
    assign plain = unit + UNIT_BITS'(distance);
    // Bits 9:7 of the offset in the CTA's shared memory, which begins at a multiple of 256
    assign pattern = {plain[5:4] - base, plain[3]};
    assign target_d[k] = {plain[UNIT_BITS-1:3], plain[2:0] ^ (pattern & swizzle)};
    assign wanted[k] = 1'b1;
  end

  // -----------------------------------------------------------------------------------------------
  // Units of scales: of four rows each, or two, or one; with the first part of a batch
  logic [6:0] scale_tag;  // metadata, scales of a row, K-step, low bits of the batch's first row

  if (SCALES) begin : g_scales
    logic [8:0] first_row, rows_before;  // `rows_before`: units of the rows before the batch
    logic [UNIT_BITS-1:0] first;
    logic [6:0] scale_tag_q;

    assign first_row = 9'(32'(batch) * ROWS);
    assign rows_before = first_row >> (2'd3 - scales);
    assign first = scale_unit + UNIT_BITS'(rows_before);
    assign scale_tag = scale_tag_q;

    for (genvar u = 0; u < ROWS; u++) begin : g_unit
      // The first row that begins in this unit, of one and of two scales
      assign wanted[2*ROWS+u] = first_part && (scales == 2'd3 || (scales == 2'd2 && 2 * u < ROWS)
          || (scales == 2'd1 && 4 * u < ROWS));
      assign target_d[2*ROWS+u] = first + UNIT_BITS'(u);
    end

    always_ff @(posedge clk_i) begin
      if (load) scale_tag_q <= {sparse, scales, k_step, first_row[1:0]};
    end
  end else begin : g_no_scales
    assign scale_tag = '0;

    logic unused_scales;
    assign unused_scales = ^{scale_unit, scales, k_step, batch};
  end

  assign final_pass = (pending_q & ~served) == '0;
  assign load = head_valid && (pending_q == '0 || (pass_ready_i && final_pass)) && place_free;

  always_comb begin : next_pending
    pending_d = pass_ready_i ? pending_q & ~served : pending_q;
    if (load) pending_d = wanted;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      pending_q <= '0;
    end else if (start_i) begin
      pending_q <= '0;
    end else begin
      pending_q <= pending_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (load) begin
      for (int k = 0; k < UNITS; k++) target_q[k] <= target_d[k];
      place_q <= place;
      step_end_q <= last_batch && !(HALVES && sparse && !second);
      last_part_q <= last_part;
    end
  end

  // Of a part of a transposed operand: transposed, wide, part, column
  logic [TRANSPOSE_BITS-1:0] transpose_tag;
  logic [EXTRA_BITS-1:0] extra_tag;

  if (TRANSPOSE) begin : g_transpose_tag
    logic [TRANSPOSE_BITS-1:0] transpose_tag_q;

    always_ff @(posedge clk_i) begin
      if (load) transpose_tag_q <= {transposed, wide, part, column};
    end
    assign transpose_tag = transpose_tag_q;
  end else begin : g_no_transpose_tag
    assign transpose_tag = '0;

    logic unused_part;
    assign unused_part = ^{part, column};
  end
  // The bits that are there lowest
  assign extra_tag = METADATA ? EXTRA_BITS'({transpose_tag, scale_tag})
      : SCALES ? EXTRA_BITS'({transpose_tag, scale_tag[5:0]}) : EXTRA_BITS'(transpose_tag);

  // -----------------------------------------------------------------------------------------------
  // The pass: in every group the lowest pending unit
  logic [UNITS-1:0] in_group, lead;
  logic [GROUP_BITS*UNITS-1:0] unit_group;
  logic batch_end;

  always_comb begin : groups
    for (int k = 0; k < UNITS; k++) begin
      unit_group[GROUP_BITS*k+:GROUP_BITS] = (GROUPS > 1) ? target_q[k][GROUP_BITS-1:0] : '0;
    end
  end

  always_comb begin : pass
    served = '0;
    in_group = '0;
    lead = '0;
    pass_enable_o = '0;
    pass_index_o = '0;
    for (int g = 0; g < GROUPS; g++) begin
      for (int k = 0; k < UNITS; k++) begin
        in_group[k] =
            pending_q[k] && unit_group[GROUP_BITS*k+:GROUP_BITS] == GROUP_BITS'(g);
      end
      lead = in_group & (~in_group + UNITS'(1));
      pass_enable_o[g] = in_group != '0;
      for (int k = 0; k < UNITS; k++) begin
        if (lead[k]) begin
          pass_index_o[INDEX_BITS*g+:INDEX_BITS] = pass_index_o[INDEX_BITS*g+:INDEX_BITS]
              | target_q[k][UNIT_BITS-1-:INDEX_BITS];
        end
      end
      served = served | lead;
    end
  end

  assign pass_valid_o = pending_q != '0;
  assign batch_end = final_pass && last_part_q;
  assign pass_tag_o = {
    place_q, batch_end, batch_end && step_end_q, LOW_TAG_BITS'({extra_tag, served, unit_group})
  };

  // -----------------------------------------------------------------------------------------------
  // The buffer
  logic [UNITS-1:0] units;
  logic [GROUP_BITS*UNITS-1:0] units_group;
  logic [PLACE_BITS-1:0] units_place;
  logic units_batch, units_step;
  logic [LOW_TAG_BITS-1:0] units_low;
  logic [EXTRA_BITS-1:0] units_extra;

  assign {units_place, units_batch, units_step, units_low} = units_tag_i;
  assign {units_extra, units, units_group} = (EXTRA_BITS + UNITS * (1 + GROUP_BITS))'(units_low);

  operand_buffer #(
    .ROWS(ROWS),
    .PLACES(PLACES),
    .GROUP_BITS(GROUP_BITS),
    .SCALES(SCALES),
    .METADATA(METADATA),
    .PAIRS(HALVES && heddle_pkg::MMA_SPARSE)
  ) u_buffer (
    .clk_i,
    .write_valid_i(units_valid_i),
    .write_place_i(units_place),
    .units_i(units),
    .group_i(units_group),
    .scale_tag_i(METADATA ? 7'(units_extra) : SCALES ? 7'(6'(units_extra)) : '0),
    .transpose_tag_i(units_extra[SCALE_TAG_BITS+:TRANSPOSE_BITS]),
    .data_i(units_data_i),
    .read_valid_i,
    .read_pair_i,
    .read_place_i,
    .read_data_o,
    .read_upper_o,
    .read_scales_o
  );

  // -----------------------------------------------------------------------------------------------
  // Places, and what is there
  if (HALVES) begin : g_halves
    logic [1:0] busy_q, there_q, half_bit, release_bit, units_bit;

    assign half_bit = {half, !half};
    assign release_bit = release_i ? {release_half_i, !release_half_i} : 2'b0;
    assign units_bit = (units_valid_i && units_step)
        ? {units_place[PLACE_BITS-1], !units_place[PLACE_BITS-1]} : 2'b0;
    // The second of two steps follows the first one into its half.
    assign place_free = !first_part_of_step || second || (busy_q & half_bit) == '0;
    assign place = {half, batch[PLACE_BITS-2] || second, batch[PLACE_BITS-3:0]};
    assign there_o = there_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        busy_q <= '0;
        there_q <= '0;
      end else if (start_i) begin
        busy_q <= '0;
        there_q <= '0;
      end else begin
        busy_q <= (busy_q & ~release_bit) | (load ? half_bit : 2'b0);
        there_q <= (there_q & ~release_bit) | units_bit;
      end
    end

    logic unused_batch;
    assign unused_batch = ^{units_batch, first_part};
  end else begin : g_fifo
    localparam int unsigned COUNT_BITS = $clog2(BATCHES + 1);
    logic [COUNT_BITS-1:0] loaded_q, there_q;  // batches
    logic [PLACE_BITS-1:0] write_place_q;
    logic complete;

    assign complete = units_valid_i && units_batch;
    assign place_free = !first_part || loaded_q != COUNT_BITS'(BATCHES);
    assign place = write_place_q;
    assign there_o = {1'b0, there_q != '0};

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        loaded_q <= '0;
        there_q <= '0;
        write_place_q <= '0;
      end else if (start_i) begin
        loaded_q <= '0;
        there_q <= '0;
        write_place_q <= '0;
      end else begin
        loaded_q <= loaded_q + COUNT_BITS'(load && first_part) - COUNT_BITS'(release_i);
        there_q <= there_q + COUNT_BITS'(complete) - COUNT_BITS'(release_i);
        if (load && last_part) write_place_q <= write_place_q + PLACE_BITS'(1);
      end
    end

    logic unused_step;
    assign unused_step = ^{units_step, release_half_i, half, first_part_of_step};
  end

endmodule
`default_nettype wire
