// Share of the L2 that belongs to one memory channel: write-back, write-allocate for lines that are
// read or wholly written, and the place where global atomics are performed.
//
// Requests wait in a queue, l2_lookup decides on its head, l2_pipe carries the decision out and
// never waits, because every response and every write has its place in a queue from the decision
// on. Answers of memory go past both; what needs one waits in l2_mshrs.
`default_nettype none
module l2_slice (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,
  input logic [heddle_pkg::CHANNEL_BITS-1:0] channel_i,  // constant

  // From and to dispatcher
  input logic flush_i,  // event
  output logic flushing_o,
  output logic idle_o,

  // From crossbar
  input logic request_valid_i,
  output logic request_ready_o,
  input logic [heddle_pkg::SOURCE_BITS-1:0] request_source_i,
  input logic request_write_i,
  input logic request_atomic_i,
  input logic [heddle_pkg::OP_BITS-1:0] request_op_i,
  input logic [3:0] request_word_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_i,
  input logic [heddle_pkg::L2_REQUEST_TAG_BITS-1:0] request_tag_i,
  input logic [heddle_pkg::LINE_BITS-1:0] request_data_i,
  input logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_i,

  // To crossbar
  output logic response_valid_o,
  input logic response_ready_i,
  output logic [heddle_pkg::SOURCE_BITS-1:0] response_source_o,
  output logic [heddle_pkg::L2_REQUEST_TAG_BITS-1:0] response_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] response_data_o,
  output logic response_write_o,
  output logic response_error_o,

  // To axi_master
  output logic memory_request_valid_o,
  input logic memory_request_ready_i,
  output logic memory_request_write_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] memory_request_line_o,
  output logic [heddle_pkg::L2_ID_BITS-1:0] memory_request_id_o,
  output logic [heddle_pkg::LINE_BITS-1:0] memory_request_data_o,
  output logic [heddle_pkg::LINE_BYTES-1:0] memory_request_strobe_o,

  // From axi_master
  input logic memory_response_valid_i,
  output logic memory_response_ready_o,
  input logic [heddle_pkg::L2_ID_BITS-1:0] memory_response_id_i,
  input logic [heddle_pkg::LINE_BITS-1:0] memory_response_data_i,
  input logic memory_response_write_i,
  input logic memory_response_error_i,

  // To performance_counters (events)
  output logic load_hit_o,
  output logic load_miss_o,
  output logic store_hit_o,
  output logic store_miss_o,
  output logic atomic_hit_o,
  output logic atomic_miss_o,
  output logic eviction_o,

  // To fault_unit (event): a line could not be written back
  output logic fault_valid_o
);

  localparam int unsigned OP_BITS = heddle_pkg::OP_BITS;
  localparam int unsigned TAG_BITS = heddle_pkg::L2_REQUEST_TAG_BITS;
  localparam int unsigned SOURCE_BITS = heddle_pkg::SOURCE_BITS;
  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned LINE_BITS = heddle_pkg::LINE_BITS;
  localparam int unsigned LINE_BYTES = heddle_pkg::LINE_BYTES;
  localparam int unsigned ID_BITS = heddle_pkg::L2_ID_BITS;
  localparam int unsigned SET_BITS = heddle_pkg::L2_SET_BITS;
  localparam int unsigned WAY_BITS = heddle_pkg::L2_WAY_BITS;
  localparam int unsigned SET_LOW = $clog2(heddle_pkg::CHANNELS);
  localparam int unsigned REQUEST_BITS =
      SOURCE_BITS + 4 + OP_BITS + 4 + LINE_ADDRESS_BITS + SET_BITS + TAG_BITS;

  // From the request queue
  logic head_valid, head_pop, head_write, head_full, head_atomic, head_pair;
  logic [SOURCE_BITS-1:0] head_source;
  logic [OP_BITS-1:0] head_op;
  logic [3:0] head_word;
  logic [LINE_ADDRESS_BITS-1:0] head_line;
  logic [SET_BITS-1:0] head_set;
  logic [TAG_BITS-1:0] head_tag;
  // From l2_control
  logic run, clear, flush_read, flush_look;
  logic [SET_BITS-1:0] control_set;
  logic [WAY_BITS-1:0] control_way;
  // From l2_lookup
  logic way_dirty, decision_valid, promise, take_mshr, reopens, lookup_idle;
  logic [WAY_BITS-1:0] victim, looked_way;
  heddle_pkg::l2_decision_t decision;
  // From l2_mshrs
  logic line_pending, victim_pending, mshr_free, mshrs_idle;
  logic [ID_BITS-1:0] mshr_id;
  logic answer_fetch, answer_respond;
  logic [SOURCE_BITS-1:0] answer_source;
  logic [heddle_pkg::L2_TAG_BITS-1:0] answer_line_tag;
  logic [SET_BITS-1:0] answer_set;
  logic [WAY_BITS-1:0] answer_way;
  logic [TAG_BITS-1:0] answer_tag;
  // From l2_pipe
  logic open_atomic, open_store, looked_atomic, looked_store, float_busy, pipe_writing, pipe_idle;
  logic pipe_response_valid, pipe_response_write, pipe_response_error;
  logic [SOURCE_BITS-1:0] pipe_response_source;
  logic [TAG_BITS-1:0] pipe_response_tag;
  logic [LINE_BITS-1:0] pipe_response_data;
  logic pipe_write_valid, pipe_fetch_valid;
  logic [ID_BITS-1:0] pipe_write_id, pipe_fetch_id;
  logic [LINE_ADDRESS_BITS-1:0] pipe_write_line, pipe_fetch_line;
  logic [LINE_BITS-1:0] pipe_write_data;
  logic [LINE_BYTES-1:0] pipe_write_strobe;
  // From the queues behind the pipe
  logic response_place, write_place, writes_empty, fetches_empty, evictions_done;

  // -----------------------------------------------------------------------------------------------
  // Requests; l2_pipe keeps their data. Set and kind are found when a request comes.
  fifo #(
    .WIDTH(REQUEST_BITS),
    .DEPTH(2)
  ) u_requests (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(request_valid_i),
    .push_ready_o(request_ready_o),
    .push_data_i({
      request_source_i, request_write_i, request_strobe_i == '1, request_atomic_i,
      heddle_pkg::isa_is_pair(request_op_i), request_op_i, request_word_i, request_line_i,
      heddle_pkg::l2_set(request_line_i[LINE_ADDRESS_BITS-1:SET_LOW]), request_tag_i
    }),
    .pop_valid_o(head_valid),
    .pop_ready_i(head_pop),
    .pop_data_o({
      head_source, head_write, head_full, head_atomic, head_pair, head_op, head_word, head_line,
      head_set, head_tag
    })
  );

  l2_control u_control (
    .clk_i,
    .rst_ni,
    .start_i,
    .flush_i,
    .run_o(run),
    .clear_o(clear),
    .flush_read_o(flush_read),
    .flush_look_o(flush_look),
    .set_o(control_set),
    .way_o(control_way),
    .way_dirty_i(way_dirty),
    .decision_valid_i(decision_valid),
    .decision_write_i(decision.write),
    .write_place_i(write_place),
    .settled_i(pipe_idle && writes_empty && evictions_done),
    .flushing_o
  );

  // -----------------------------------------------------------------------------------------------
  // Answers of memory: they use the ways into the response queue and the data memory when no
  // decision does.
  logic answer, answer_mshr, fill;

  assign memory_response_ready_o = !pipe_response_valid && !pipe_writing && !clear;
  assign answer = memory_response_valid_i && memory_response_ready_o;
  assign answer_mshr = answer && memory_response_id_i != ID_BITS'(heddle_pkg::L2_MSHRS);
  assign fill = answer_mshr && answer_fetch && !memory_response_error_i;

  l2_mshrs u_mshrs (
    .clk_i,
    .rst_ni,
    .start_i,
    .line_i(head_line),
    .set_i(head_set),
    .victim_i(victim),
    .line_pending_o(line_pending),
    .victim_pending_o(victim_pending),
    .free_o(mshr_free),
    .free_id_o(mshr_id),
    .take_valid_i(decision_valid && take_mshr && run),
    .take_fetch_i(decision.fetch),
    .take_respond_i(promise),
    .take_way_i(decision.index[WAY_BITS-1:0]),
    .take_source_i(head_source),
    .take_tag_i(head_tag),
    .answer_valid_i(answer_mshr),
    .answer_id_i(memory_response_id_i),
    .answer_fetch_o(answer_fetch),
    .answer_respond_o(answer_respond),
    .answer_line_tag_o(answer_line_tag),
    .answer_set_o(answer_set),
    .answer_way_o(answer_way),
    .answer_source_o(answer_source),
    .answer_tag_o(answer_tag),
    .idle_o(mshrs_idle)
  );

  l2_lookup u_lookup (
    .clk_i,
    .rst_ni,
    .start_i,
    .channel_i,
    .head_valid_i(head_valid),
    .head_pop_o(head_pop),
    .head_source_i(head_source),
    .head_write_i(head_write),
    .head_full_i(head_full),
    .head_atomic_i(head_atomic),
    .head_op_i(head_op),
    .head_pair_i(head_pair),
    .head_word_i(head_word),
    .head_line_i(head_line),
    .head_set_i(head_set),
    .head_tag_i(head_tag),
    .run_i(run),
    .clear_i(clear),
    .flush_read_i(flush_read),
    .flush_look_i(flush_look),
    .set_i(control_set),
    .way_i(control_way),
    .way_dirty_o(way_dirty),
    .victim_o(victim),
    .line_pending_i(line_pending),
    .victim_pending_i(victim_pending),
    .mshr_free_i(mshr_free),
    .mshr_id_i(mshr_id),
    .answer_fetch_i(answer_mshr && answer_fetch),
    .answer_error_i(memory_response_error_i),
    .answer_respond_i(answer_respond),
    .answer_line_tag_i(answer_line_tag),
    .answer_set_i(answer_set),
    .answer_way_i(answer_way),
    .response_place_i(response_place),
    .write_place_i(write_place),
    .looked_way_o(looked_way),
    .reopens_o(reopens),
    .open_atomic_i(open_atomic),
    .open_store_i(open_store),
    .looked_atomic_i(looked_atomic),
    .looked_store_i(looked_store),
    .float_busy_i(float_busy),
    .decision_valid_o(decision_valid),
    .decision_o(decision),
    .promise_o(promise),
    .take_mshr_o(take_mshr),
    .load_hit_o,
    .load_miss_o,
    .store_hit_o,
    .store_miss_o,
    .atomic_hit_o,
    .atomic_miss_o,
    .eviction_o,
    .idle_o(lookup_idle)
  );

  l2_pipe u_pipe (
    .clk_i,
    .rst_ni,
    .start_i,
    .request_valid_i(request_valid_i && request_ready_o),
    .request_data_i,
    .request_strobe_i,
    .head_pop_i(head_pop),
    .decision_valid_i(decision_valid),
    .decision_i(decision),
    .head_set_i(head_set),
    .looked_way_i(looked_way),
    .reopens_i(reopens),
    .open_atomic_o(open_atomic),
    .open_store_o(open_store),
    .looked_atomic_o(looked_atomic),
    .looked_store_o(looked_store),
    .float_busy_o(float_busy),
    .fill_valid_i(fill),
    .fill_index_i({answer_set, answer_way}),
    .fill_data_i(memory_response_data_i),
    .response_valid_o(pipe_response_valid),
    .response_source_o(pipe_response_source),
    .response_tag_o(pipe_response_tag),
    .response_data_o(pipe_response_data),
    .response_write_o(pipe_response_write),
    .response_error_o(pipe_response_error),
    .write_valid_o(pipe_write_valid),
    .write_id_o(pipe_write_id),
    .write_line_o(pipe_write_line),
    .write_data_o(pipe_write_data),
    .write_strobe_o(pipe_write_strobe),
    .fetch_valid_o(pipe_fetch_valid),
    .fetch_id_o(pipe_fetch_id),
    .fetch_line_o(pipe_fetch_line),
    .writing_o(pipe_writing),
    .idle_o(pipe_idle)
  );

  // -----------------------------------------------------------------------------------------------
  // Queues behind the pipe
  l2_responses u_responses (
    .clk_i,
    .rst_ni,
    .start_i,
    .promise_i(decision_valid && run && promise),
    .place_o(response_place),
    .pipe_valid_i(pipe_response_valid),
    .pipe_source_i(pipe_response_source),
    .pipe_tag_i(pipe_response_tag),
    .pipe_data_i(pipe_response_data),
    .pipe_write_i(pipe_response_write),
    .pipe_error_i(pipe_response_error),
    .answer_valid_i(answer_mshr && answer_respond),
    .answer_source_i(answer_source),
    .answer_tag_i(answer_tag),
    .answer_data_i(memory_response_data_i),
    .answer_write_i(memory_response_write_i),
    .answer_error_i(memory_response_error_i),
    .response_valid_o,
    .response_ready_i,
    .response_source_o,
    .response_tag_o,
    .response_data_o,
    .response_write_o,
    .response_error_o
  );

  l2_memory_queue u_memory_queue (
    .clk_i,
    .rst_ni,
    .start_i,
    .decide_write_i(decision_valid && (decision.evict || decision.strobed_write)),
    .decide_eviction_i(decision_valid && decision.evict),
    .write_place_o(write_place),
    .write_valid_i(pipe_write_valid),
    .write_id_i(pipe_write_id),
    .write_line_i(pipe_write_line),
    .write_data_i(pipe_write_data),
    .write_strobe_i(pipe_write_strobe),
    .fetch_valid_i(pipe_fetch_valid),
    .fetch_id_i(pipe_fetch_id),
    .fetch_line_i(pipe_fetch_line),
    .eviction_done_i(answer && !answer_mshr),
    .request_valid_o(memory_request_valid_o),
    .request_ready_i(memory_request_ready_i),
    .request_write_o(memory_request_write_o),
    .request_line_o(memory_request_line_o),
    .request_id_o(memory_request_id_o),
    .request_data_o(memory_request_data_o),
    .request_strobe_o(memory_request_strobe_o),
    .writes_empty_o(writes_empty),
    .fetches_empty_o(fetches_empty),
    .evictions_done_o(evictions_done)
  );

  // -----------------------------------------------------------------------------------------------
  logic fault_valid_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) fault_valid_q <= 1'b0;
    else fault_valid_q <= answer && !answer_mshr && memory_response_error_i && !start_i;
  end

  assign fault_valid_o = fault_valid_q;
  assign idle_o = !head_valid && pipe_idle && !response_valid_o && writes_empty && fetches_empty
      && lookup_idle && mshrs_idle && run;

endmodule
`default_nettype wire
