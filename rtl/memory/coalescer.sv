// Turns the global part of a memory instruction into requests for 64-byte lines.
//
// Three steps that work at the same time: coalescer_collect takes an instruction's rows,
// coalescer_choose picks line after line of the instruction before, coalescer_make puts a line's
// request together and sends it. This module decides when an instruction moves from the first step
// to the second: not before the shared part of the same instruction is done (its `last` comes from
// here). Store data has four places: of the instruction that is collected, of the one before, and of
// the one before that, of which the third step may still read it.
`default_nettype none
module coalescer (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From memory_queue; valid includes ready
  input logic row_valid_i,
  output logic row_ready_o,
  input logic [heddle_pkg::WARP_BITS-1:0] row_warp_i,
  input logic [heddle_pkg::OP_BITS-1:0] row_op_i,
  input logic [4:0] row_rd_i,
  input logic row_writes_rd_i,
  input logic [31:0] row_pc_i,
  input logic [heddle_pkg::BEAT_BITS-1:0] row_beat_i,
  input logic row_last_i,
  input logic row_high_i,  // b and c are for an atomic's second word, the rest says nothing
  input logic row_any_shared_i,
  input logic [heddle_pkg::LANES-1:0] row_global_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_address_i,
  input logic [32*heddle_pkg::LANES-1:0] row_data_i,
  input logic [32*heddle_pkg::LANES-1:0] row_compare_i,

  // From shared_memory
  input logic shared_idle_i,

  // From host_interface, constant during a grid
  input logic [32*heddle_pkg::REGIONS-1:0] region_base_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_limit_i,

  // From load_return: the lowest free entry and tag
  input logic entry_free_i,
  input logic [heddle_pkg::MEMORY_OP_BITS-1:0] entry_i,
  input logic tag_free_i,
  input logic [heddle_pkg::TAG_BITS-1:0] tag_i,

  // To load_return (events): an entry is taken, a line is sent, no line follows
  output logic alloc_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] alloc_warp_o,
  output logic [4:0] alloc_rd_o,
  output logic alloc_writes_rd_o,
  output logic [heddle_pkg::OP_BITS-1:0] alloc_op_o,
  output logic [31:0] alloc_pc_o,
  output logic [6*32-1:0] alloc_offset_o,
  output logic sent_valid_o,
  output logic sent_closed_o,
  output logic close_valid_o,
  output logic [heddle_pkg::MEMORY_OP_BITS-1:0] sent_entry_o,
  output logic [31:0] sent_match_o,

  // To crossbar
  output logic request_valid_o,
  input logic request_ready_i,
  output logic request_write_o,
  output logic request_atomic_o,
  output logic [heddle_pkg::OP_BITS-1:0] request_op_o,
  output logic [3:0] request_word_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_o,
  output logic [heddle_pkg::TAG_BITS-1:0] request_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] request_data_o,
  output logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_o,

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o,

  // To dispatcher
  output logic idle_o,

  // To host_interface: counters
  output logic global_access_o,
  output logic global_line_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;

  // From coalescer_collect
  logic full, collected, any_shared;
  logic [1:0] place;
  logic [31:0] pending;
  logic [32*heddle_pkg::LINE_ADDRESS_BITS-1:0] line;
  logic write_valid;
  logic [BEAT_BITS+1:0] write_address;
  logic [32*LANES-1:0] write_data;
  logic [4*LANES-1:0] write_strobe, write_word;
  // From coalescer_choose
  logic free, given_valid, given_closed;
  logic [heddle_pkg::MEMORY_OP_BITS-1:0] chosen_entry;
  logic [heddle_pkg::OP_BITS-1:0] given_op;
  logic [31:0] given_match;
  logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] given_line;
  logic [3:0] given_word;
  // From coalescer_make
  logic empty, takes;
  logic [heddle_pkg::MEMORY_OP_BITS-1:0] line_entry;

  logic move;

  assign move = full && free && entry_free_i && (!any_shared || shared_idle_i);

  coalescer_collect u_collect (
    .clk_i,
    .rst_ni,
    .start_i,
    .row_valid_i(row_valid_i && !row_high_i),
    .row_warp_i,
    .row_op_i,
    .row_rd_i,
    .row_writes_rd_i,
    .row_pc_i,
    .row_beat_i,
    .row_last_i,
    .row_any_shared_i,
    .row_global_mask_i,
    .row_address_i,
    .row_data_i,
    .move_i(move),
    .full_o(full),
    .collected_o(collected),
    .any_shared_o(any_shared),
    .warp_o(alloc_warp_o),
    .rd_o(alloc_rd_o),
    .writes_rd_o(alloc_writes_rd_o),
    .op_o(alloc_op_o),
    .pc_o(alloc_pc_o),
    .pending_o(pending),
    .line_o(line),
    .offset_o(alloc_offset_o),
    .place_o(place),
    .write_valid_o(write_valid),
    .write_address_o(write_address),
    .write_data_o(write_data),
    .write_strobe_o(write_strobe),
    .write_word_o(write_word)
  );

  coalescer_choose u_choose (
    .clk_i,
    .rst_ni,
    .start_i,
    .write_valid_i(write_valid),
    .write_address_i(write_address[BEAT_BITS:0]),
    .write_thread_address_i(row_address_i),
    .move_i(move),
    .warp_i(alloc_warp_o),
    .op_i(alloc_op_o),
    .pc_i(alloc_pc_o),
    .pending_i(pending),
    .line_i(line),
    .entry_i,
    .odd_i(place[0]),
    .region_base_i,
    .region_limit_i,
    .free_o(free),
    .close_valid_o,
    .entry_o(chosen_entry),
    .fault_valid_o,
    .fault_o,
    .empty_i(empty),
    .takes_i(takes),
    .given_valid_o(given_valid),
    .given_op_o(given_op),
    .given_match_o(given_match),
    .given_closed_o(given_closed),
    .given_line_o(given_line),
    .given_word_o(given_word)
  );

  coalescer_make u_make (
    .clk_i,
    .rst_ni,
    .start_i,
    .write_valid_i(write_valid),
    .write_address_i(write_address),
    .write_data_i(write_data),
    .write_compare_i(row_compare_i),
    .write_high_valid_i(row_valid_i && row_high_i),
    .write_high_data_i(row_data_i),
    .write_strobe_i(write_strobe),
    .write_word_i(write_word),
    .place_i(place),
    .given_valid_i(given_valid),
    .given_entry_i(chosen_entry),
    .given_op_i(given_op),
    .given_match_i(given_match),
    .given_closed_i(given_closed),
    .given_line_i(given_line),
    .given_word_i(given_word),
    .empty_o(empty),
    .takes_o(takes),
    .tag_free_i,
    .sent_valid_o,
    .sent_closed_o,
    .sent_match_o,
    .entry_o(line_entry),
    .request_valid_o,
    .request_ready_i,
    .request_write_o,
    .request_atomic_o,
    .request_op_o,
    .request_word_o,
    .request_line_o,
    .request_data_o,
    .request_strobe_o
  );

  assign row_ready_o = !full;
  assign alloc_valid_o = move;
  assign sent_entry_o = close_valid_o ? chosen_entry : line_entry;
  assign request_tag_o = tag_i;
  assign idle_o = !collected && free && empty;
  assign global_access_o = move;
  assign global_line_o = sent_valid_o;

endmodule
`default_nettype wire
