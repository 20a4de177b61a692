// First step of the coalescer: takes the rows of an instruction, and keeps it until it moves on.
//
// What the next steps look up by row (a leader's address, store data) is not kept here but written
// into memories of theirs. `place_o` says which of four places the rows of now go to.
`default_nettype none
module coalescer_collect (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From memory_queue; valid only when not full
  input logic row_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] row_warp_i,
  input logic [heddle_pkg::OP_BITS-1:0] row_op_i,
  input logic [4:0] row_rd_i,
  input logic row_writes_rd_i,
  input logic [31:0] row_pc_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] row_beat_i,
  input logic row_last_i,
  input logic row_any_shared_i,
  input logic [heddle_pkg::LANES-1:0] row_global_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_address_i,
  input logic [32*heddle_pkg::LANES-1:0] row_data_i,

  // The instruction moves to coalescer_choose (event)
  input logic move_i,
  output logic full_o,
  output logic collected_o,  // a row, or all
  output logic any_shared_o,
  output logic [heddle_pkg::WARP_BITS-1:0] warp_o,
  output logic [4:0] rd_o,
  output logic writes_rd_o,
  output logic [heddle_pkg::OP_BITS-1:0] op_o,
  output logic [31:0] pc_o,
  output logic [31:0] pending_o,
  output logic [32*heddle_pkg::LINE_ADDRESS_BITS-1:0] line_o,
  output logic [6*32-1:0] offset_o,

  // To the memories of coalescer_choose and coalescer_make, in the cycle of the row: a lane's data
  // as it stands in its word of the line, its bytes in that word, and the word
  output logic [1:0] place_o,
  output logic write_valid_o,
  output logic [heddle_pkg::BEAT_BITS+1:0] write_address_o,
  output logic [32*heddle_pkg::LANES-1:0] write_data_o,
  output logic [4*heddle_pkg::LANES-1:0] write_strobe_o,
  output logic [4*heddle_pkg::LANES-1:0] write_word_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;

  logic full_q, collected_q;
  logic [1:0] place_q;
  logic [31:0] pending_q;
  logic [32*LINE_ADDRESS_BITS-1:0] line_q;
  logic [6*32-1:0] offset_q;
  logic byte_access, half_access, atomic;

  assign byte_access = row_op_i == heddle_pkg::OP_SB;
  assign half_access = row_op_i == heddle_pkg::OP_SH;
  assign atomic = heddle_pkg::isa_is_atomic(row_op_i);

  // An atomic's operand goes into the request's first word.
  always_comb begin : align
    write_data_o = row_data_i;
    write_strobe_o = '1;
    write_word_o = '0;
    for (int i = 0; i < LANES; i++) begin
      if (byte_access) begin
        write_data_o[32*i+:32] = {4{row_data_i[32*i+:8]}};
        write_strobe_o[4*i+:4] = 4'b0001 << row_address_i[32*i+:2];
      end else if (half_access) begin
        write_data_o[32*i+:32] = {2{row_data_i[32*i+:16]}};
        write_strobe_o[4*i+:4] = 4'b0011 << row_address_i[32*i+:2];
      end
      if (!atomic) write_word_o[4*i+:4] = row_address_i[32*i+2+:4];
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      full_q <= 1'b0;
      collected_q <= 1'b0;
      place_q <= '0;
    end else if (start_i) begin
      full_q <= 1'b0;
      collected_q <= 1'b0;
      place_q <= '0;
    end else if (move_i) begin
      full_q <= 1'b0;
      collected_q <= 1'b0;
      place_q <= place_q + 2'd1;
    end else if (row_valid_i) begin
      full_q <= row_last_i;
      collected_q <= 1'b1;
    end
  end

  // Every instruction has a row for every beat: nothing of the one before stays.
  for (genvar b = 0; b < BEATS; b++) begin : g_beat
    always_ff @(posedge clk_i) begin
      if (row_valid_i && row_beat_i == BEAT_BITS'(b)) begin
        pending_q[LANES*b+:LANES] <= row_global_mask_i;
        for (int i = 0; i < LANES; i++) begin
          line_q[LINE_ADDRESS_BITS*(LANES*b+i)+:LINE_ADDRESS_BITS] <=
              row_address_i[32*i+6+:LINE_ADDRESS_BITS];
          offset_q[6*(LANES*b+i)+:6] <= row_address_i[32*i+:6];
        end
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (row_valid_i) begin
      warp_o <= row_warp_i;
      op_o <= row_op_i;
      rd_o <= row_rd_i;
      writes_rd_o <= row_writes_rd_i;
      pc_o <= row_pc_i;
      any_shared_o <= row_any_shared_i;
    end
  end

  assign full_o = full_q;
  assign collected_o = collected_q;
  assign pending_o = pending_q;
  assign line_o = line_q;
  assign offset_o = offset_q;
  assign place_o = place_q;
  assign write_valid_o = row_valid_i;
  assign write_address_o = {place_q, row_beat_i};

endmodule
`default_nettype wire
