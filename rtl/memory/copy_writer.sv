// The copy engine's tags, and its way into the shared memory: a line at a time.
//
// A piece that is sent leaves what it wants of its line with its tag. A FIFO of two takes the
// responses, and pieces that read nothing, with zeros; bytes behind the valid ones become zeros on
// the way in. The head asks for copy passes, each with the lowest pending unit of every group of
// banks, until no unit is pending.
`default_nettype none
module copy_writer (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From and to copy_walker
  input logic [heddle_pkg::COPY_JOB_BITS-1:0] piece_job_i,
  input logic [1:0] piece_first_i,
  input logic [1:0] piece_more_i,
  input logic [5:0] piece_end_i,
  input logic [heddle_pkg::COPY_UNIT_BITS-1:0] piece_unit_i,
  input logic [1:0] piece_upper_i,
  input logic [1:0] piece_swizzle_i,
  input logic send_i,
  input logic fill_i,
  output logic tag_free_o,
  output logic [heddle_pkg::COPY_TAG_BITS-1:0] tag_o,
  output logic place_o,

  // From crossbar
  input logic response_valid_i,
  output logic response_ready_o,
  input logic [heddle_pkg::COPY_TAG_BITS-1:0] response_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] response_data_i,
  input logic response_error_i,

  // To copy_jobs (events): a piece less, written or with an error
  output logic written_o,
  output logic [heddle_pkg::COPY_JOB_BITS-1:0] written_job_o,
  output logic failed_o,
  output logic [heddle_pkg::COPY_JOB_BITS-1:0] failed_job_o,

  // From and to shared_memory
  output logic pass_valid_o,
  input logic pass_ready_i,
  output logic [heddle_pkg::COPY_GROUPS-1:0] pass_enable_o,
  output logic [heddle_pkg::COPY_INDEX_BITS*heddle_pkg::COPY_GROUPS-1:0] pass_index_o,
  output logic [128*heddle_pkg::COPY_GROUPS-1:0] pass_data_o,

  // To copy_engine
  output logic idle_o
);

  localparam int unsigned TAGS = heddle_pkg::COPY_ENTRIES;
  localparam int unsigned TAG_BITS = heddle_pkg::COPY_TAG_BITS;
  localparam int unsigned JOB_BITS = heddle_pkg::COPY_JOB_BITS;
  localparam int unsigned UNIT_BITS = heddle_pkg::COPY_UNIT_BITS;
  localparam int unsigned GROUPS = heddle_pkg::COPY_GROUPS;
  localparam int unsigned INDEX_BITS = heddle_pkg::COPY_INDEX_BITS;
  localparam int unsigned GROUP_SHIFT = UNIT_BITS - INDEX_BITS;
  localparam int unsigned GROUP_BITS = (GROUP_SHIFT > 0) ? GROUP_SHIFT : 1;
  localparam int unsigned PIECE_BITS = JOB_BITS + UNIT_BITS + 14;

  // -----------------------------------------------------------------------------------------------
  // Tags
  logic [TAGS-1:0] taken_d, taken_q;
  logic [PIECE_BITS-1:0] pieces_q[0:TAGS-1];
  logic [PIECE_BITS-1:0] sent_piece, piece;
  logic response, take;

  assign sent_piece = {
    piece_job_i, piece_first_i, piece_more_i, piece_end_i, piece_unit_i, piece_upper_i,
    piece_swizzle_i
  };
  assign tag_free_o = taken_q != '1;

  always_comb begin : free_tag
    tag_o = '0;
    for (int t = TAGS - 1; t >= 0; t--) begin
      if (!taken_q[t]) tag_o = TAG_BITS'(t);
    end
  end

  always_comb begin : tags
    taken_d = taken_q;
    for (int t = 0; t < TAGS; t++) begin
      if (send_i && tag_o == TAG_BITS'(t)) taken_d[t] = 1'b1;
      if (response && response_tag_i == TAG_BITS'(t)) taken_d[t] = 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (send_i) pieces_q[tag_o] <= sent_piece;
  end

  // -----------------------------------------------------------------------------------------------
  // What comes in: a line, or zeros
  logic [JOB_BITS-1:0] job;
  logic [1:0] first, more, upper, swizzle;
  logic [5:0] bytes_end;
  logic [UNIT_BITS-1:0] unit;
  logic [3:0] units;
  logic [15:0] low_bytes;
  logic [heddle_pkg::LINE_BYTES-1:0] valid_bytes;
  logic [heddle_pkg::LINE_BITS-1:0] line;

  assign place_o = response_ready_o && !response_valid_i;
  assign response = response_valid_i && response_ready_o;
  assign take = (response && !response_error_i) || fill_i;
  assign piece = response ? pieces_q[response_tag_i] : sent_piece;
  assign {job, first, more, bytes_end, unit, upper, swizzle} = piece;

  always_comb begin : valid
    for (int i = 0; i < 16; i++) low_bytes[i] = 4'(i) < bytes_end[3:0];
    for (int u = 0; u < 4; u++) begin
      valid_bytes[16*u+:16] = '0;
      if (bytes_end[5:4] == 2'(u)) valid_bytes[16*u+:16] = low_bytes;
      if (bytes_end[5:4] > 2'(u) || bytes_end == '0) valid_bytes[16*u+:16] = '1;
    end
    if (fill_i) valid_bytes = '0;
    for (int i = 0; i < heddle_pkg::LINE_BYTES; i++) begin
      line[8*i+:8] = valid_bytes[i] ? response_data_i[8*i+:8] : 8'b0;
    end
  end

  // Unit k of the piece goes to unit + k, of which the swizzle changes the lowest three bits by the
  // three above, of the offset in the CTA's shared memory. Both begin at a multiple of 16 units.
  logic [UNIT_BITS-4:0] above, above_next;
  logic [2:0] pattern, pattern_next, mask;
  logic [3:0] low;
  logic [4*UNIT_BITS-1:0] targets;

  assign above = unit[UNIT_BITS-1:3];
  assign above_next = above + (UNIT_BITS - 3)'(1);
  assign mask = {swizzle == 2'd3, swizzle >= 2'd2, swizzle != 2'd0};
  assign pattern = {upper, unit[3]};
  assign pattern_next = pattern + 3'd1;

  always_comb begin : place_units
    low = '0;
    for (int k = 0; k < 4; k++) begin
      low = 4'(unit[2:0]) + 4'(k);
      targets[UNIT_BITS*k+:UNIT_BITS] = low[3] ? {above_next, low[2:0] ^ (pattern_next & mask)}
          : {above, low[2:0] ^ (pattern & mask)};
      units[k] = 2'(k) <= more;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // What is written
  logic head_valid;
  logic [3:0] head_units, over_d, over_q, pending;
  logic [JOB_BITS-1:0] head_job;
  logic [1:0] head_first;
  logic [4*UNIT_BITS-1:0] head_targets;
  logic [heddle_pkg::LINE_BITS-1:0] head_line;

  fifo #(
    .WIDTH(4 + JOB_BITS + 2 + 4 * UNIT_BITS + heddle_pkg::LINE_BITS)
  ) u_lines (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(take),
    .push_ready_o(response_ready_o),
    .push_data_i({units, job, first, targets, line}),
    .pop_valid_o(head_valid),
    .pop_ready_i(written_o),
    .pop_data_o({head_units, head_job, head_first, head_targets, head_line})
  );

  assign pending = head_valid ? head_units & ~over_q : '0;

  // -----------------------------------------------------------------------------------------------
  // The pass: in every group the lowest pending unit
  logic [3:0] served, in_group, lead;
  logic [1:0] place;
  logic [GROUP_BITS-1:0] group;

  always_comb begin : pass
    served = '0;
    in_group = '0;
    lead = '0;
    place = '0;
    group = '0;
    pass_enable_o = '0;
    pass_index_o = '0;
    pass_data_o = '0;
    for (int g = 0; g < GROUPS; g++) begin
      for (int k = 0; k < 4; k++) begin
        group = (GROUPS > 1) ? head_targets[UNIT_BITS*k+:GROUP_BITS] : '0;
        in_group[k] = pending[k] && group == GROUP_BITS'(g);
      end
      lead = in_group & (~in_group + 4'd1);
      pass_enable_o[g] = in_group != '0;
      for (int k = 0; k < 4; k++) begin
        if (lead[k]) begin
          pass_index_o[INDEX_BITS*g+:INDEX_BITS] = pass_index_o[INDEX_BITS*g+:INDEX_BITS]
              | head_targets[UNIT_BITS*(k+1)-1-:INDEX_BITS];
        end
      end
      place = head_first + {lead[3] || lead[2], lead[3] || lead[1]};
      pass_data_o[128*g+:128] = head_line[{place, 7'b0}+:128];
      served = served | lead;
    end
  end

  assign pass_valid_o = head_valid;
  assign written_o = pass_valid_o && pass_ready_i && (pending & ~served) == '0;
  assign over_d = written_o ? '0 : pass_ready_i ? over_q | served : over_q;
  assign written_job_o = head_job;
  assign failed_o = response && response_error_i;
  assign failed_job_o = job;

  // -----------------------------------------------------------------------------------------------
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      taken_q <= '0;
      over_q <= '0;
    end else if (start_i) begin
      taken_q <= '0;
      over_q <= '0;
    end else begin
      taken_q <= taken_d;
      over_q <= over_d;
    end
  end

  assign idle_o = taken_q == '0 && !head_valid;

endmodule
`default_nettype wire
