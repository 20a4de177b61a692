// Looks up the request at the head of an L2 slice and decides what is done with it: step START
// addresses the tags, READ compares them, DECIDE decides. A request for the line that was used last
// (`open`) is decided in START already, so that such requests run one a cycle.
//
// Nothing is decided that something under way forbids; a request that was not decided starts again.
// The MSHRs are compared in READ already: of what is looked at, only an answer for the head's set
// could change until DECIDE, and after such an answer DECIDE decides nothing.
`default_nettype none
module l2_lookup (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,
  input logic [heddle_pkg::CHANNEL_BITS-1:0] channel_i,

  // From the request queue
  input logic head_valid_i,
  output logic head_pop_o,
  input logic [heddle_pkg::SOURCE_BITS-1:0] head_source_i,
  input logic head_write_i,
  input logic head_full_i,  // all strobes set
  input logic head_atomic_i,
  input logic [heddle_pkg::OP_BITS-1:0] head_op_i,
  input logic head_pair_i,  // that is on two words
  input logic [3:0] head_word_i,
  input logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] head_line_i,
  input logic [heddle_pkg::L2_SET_BITS-1:0] head_set_i,  // of the line
  input logic [heddle_pkg::L2_REQUEST_TAG_BITS-1:0] head_tag_i,

  // From and to l2_control
  input logic run_i,
  input logic clear_i,
  input logic flush_read_i,
  input logic flush_look_i,
  input logic [heddle_pkg::L2_SET_BITS-1:0] set_i,
  input logic [heddle_pkg::L2_WAY_BITS-1:0] way_i,
  output logic way_dirty_o,

  // From and to l2_mshrs
  output logic [heddle_pkg::L2_WAY_BITS-1:0] victim_o,  // in READ
  input logic line_pending_i,
  input logic victim_pending_i,
  input logic mshr_free_i,
  input logic [heddle_pkg::L2_ID_BITS-1:0] mshr_id_i,

  // From the slice: an answer of memory is transferred; to a fetch, for that place
  input logic answer_fetch_i,
  input logic answer_error_i,
  input logic answer_respond_i,
  input logic [heddle_pkg::L2_TAG_BITS-1:0] answer_line_tag_i,
  input logic [heddle_pkg::L2_SET_BITS-1:0] answer_set_i,
  input logic [heddle_pkg::L2_WAY_BITS-1:0] answer_way_i,

  // From the slice: places in its queues
  input logic response_place_i,
  input logic write_place_i,

  // From and to l2_pipe
  output logic [heddle_pkg::L2_WAY_BITS-1:0] looked_way_o,  // that a decision in DECIDE would touch
  output logic reopens_o,       // and does, and it is the open line from now on
  input logic open_atomic_i,    // the open line is to be written by an atomic on a word
  input logic open_store_i,     // or by anything else
  input logic looked_atomic_i,  // likewise what a decision in DECIDE would touch
  input logic looked_store_i,
  input logic float_busy_i,
  output logic decision_valid_o,
  output heddle_pkg::l2_decision_t decision_o,

  // To the slice, with the decision of a request (not of the flush)
  output logic promise_o,      // somebody waits for its response
  output logic take_mshr_o,

  // To performance_counters, one cycle after the decision (events)
  output logic load_hit_o,
  output logic load_miss_o,
  output logic store_hit_o,
  output logic store_miss_o,
  output logic atomic_hit_o,
  output logic atomic_miss_o,
  output logic eviction_o,

  output logic idle_o
);

  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned WAYS = heddle_pkg::L2_WAYS;
  localparam int unsigned WAY_BITS = heddle_pkg::L2_WAY_BITS;
  localparam int unsigned SET_BITS = heddle_pkg::L2_SET_BITS;
  localparam int unsigned TAG_BITS = heddle_pkg::L2_TAG_BITS;
  localparam logic [WAY_BITS-1:0] LAST_WAY = WAY_BITS'(WAYS - 1);

  typedef enum logic [1:0] {
    START,
    READ,
    DECIDE
  } step_t;

  step_t step_d, step_q;
  logic [TAG_BITS-1:0] head_tag;

  assign head_tag = head_line_i[LINE_ADDRESS_BITS-1-:TAG_BITS];

  // -----------------------------------------------------------------------------------------------
  // START
  logic open_valid_d, open_valid_q, open_hit;
  logic [LINE_ADDRESS_BITS-1:0] open_line_q;
  logic [WAY_BITS-1:0] open_way_q;
  logic [WAYS-1:0] valid, dirty, write_ways;
  logic [TAG_BITS*WAYS-1:0] tag;
  logic [WAY_BITS-1:0] victim, victim_q;
  logic [SET_BITS-1:0] write_set;
  logic write_valid_bit, write_dirty_bit;
  logic [TAG_BITS-1:0] write_tag;
  logic replaces, decides;

  assign open_hit = open_valid_q && open_line_q == head_line_i;

  l2_tags u_tags (
    .clk_i,
    .read_valid_i(flush_read_i || (run_i && step_q == START && head_valid_i)),
    .read_set_i(run_i ? head_set_i : set_i),
    .write_ways_i(write_ways),
    .write_set_i(write_set),
    .write_valid_bit_i(write_valid_bit),
    .write_dirty_bit_i(write_dirty_bit),
    .write_tag_i(write_tag),
    .victim_write_i(clear_i || (decides && replaces)),
    .victim_i((clear_i || victim_q == LAST_WAY) ? '0 : victim_q + WAY_BITS'(1)),
    .valid_o(valid),
    .dirty_o(dirty),
    .tag_o(tag),
    .victim_o(victim)
  );

  // -----------------------------------------------------------------------------------------------
  // READ: hit or miss, and what would have to make place
  logic hit_d, hit_q, victim_dirty_d, victim_dirty_q, line_pending_q, victim_pending_q;
  logic stale_d, stale_q;
  logic [WAY_BITS-1:0] looked_way, hit_way_d, hit_way_q;
  logic [TAG_BITS-1:0] looked_tag, victim_tag_q;

  // The flush looks at its way with the victim's wires.
  assign looked_way = flush_look_i ? way_i : victim;

  always_comb begin : compare
    hit_d = 1'b0;
    hit_way_d = '0;
    victim_dirty_d = 1'b0;
    looked_tag = '0;
    for (int w = 0; w < WAYS; w++) begin
      if (valid[w] && tag[TAG_BITS*w+:TAG_BITS] == head_tag) begin
        hit_d = 1'b1;
        hit_way_d = WAY_BITS'(w);
      end
      if (looked_way == WAY_BITS'(w)) begin
        victim_dirty_d = valid[w] && dirty[w];
        looked_tag = tag[TAG_BITS*w+:TAG_BITS];
      end
    end
  end

  assign way_dirty_o = victim_dirty_d;
  assign victim_o = victim;

  // Since the tags were addressed, they or the MSHRs of the set have changed.
  assign stale_d = (step_q != START && stale_q) || (answer_fetch_i && answer_set_i == head_set_i);

  always_ff @(posedge clk_i) begin
    stale_q <= stale_d;
    if (step_q == READ) begin
      hit_q <= hit_d;
      hit_way_q <= hit_way_d;
      victim_q <= victim;
      victim_dirty_q <= victim_dirty_d;
      victim_tag_q <= looked_tag;
      line_pending_q <= line_pending_i;
      victim_pending_q <= victim_pending_i;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // Decision
  logic open_ready, looked_ready, joins, hit, miss, load, fetches, full_store, strobed_write, fails;
  logic evicts, touches, responds, writes, opens, failed_d, failed_q;
  logic [WAY_BITS-1:0] way;
  heddle_pkg::l2_decision_t decision;

  assign hit = step_q == START || hit_q;
  assign miss = !hit;
  assign load = !head_write_i && !head_atomic_i;
  assign fails = miss && head_atomic_i && failed_q;
  assign fetches = miss && (load || (head_atomic_i && !failed_q));
  assign full_store = miss && head_write_i && head_full_i;
  assign strobed_write = miss && head_write_i && !head_full_i;
  assign replaces = fetches || full_store;
  assign evicts = replaces && victim_dirty_q;
  assign responds = hit || full_store || fails;
  assign writes = (hit && !load) || full_store;
  assign touches = hit || evicts || full_store;
  assign opens = hit || full_store;
  assign take_mshr_o = fetches || strobed_write;
  assign promise_o = !(fetches && head_atomic_i);

  assign looked_way_o = hit_q ? hit_way_q : victim_q;
  assign way = (step_q == START) ? open_way_q : looked_way_o;

  // A hit on the open line needs little; so what the other decisions need is found beside it.
  assign joins = head_atomic_i && !head_pair_i;  // it may follow atomics on a word of its line
  assign open_ready = step_q == START && open_hit && response_place_i
      && !(open_store_i || (open_atomic_i && !joins));
  assign looked_ready = step_q == DECIDE && !stale_q
      && !(miss && line_pending_q)
      && !(replaces && victim_pending_q)
      && !(take_mshr_o && !mshr_free_i)
      && !(promise_o && !response_place_i)
      && !((evicts || strobed_write) && !write_place_i)
      && !(touches && (looked_store_i || (looked_atomic_i && !(hit && joins))));
  assign decides = run_i && head_valid_i && !answer_fetch_i && !float_busy_i
      && (open_ready || looked_ready);
  assign head_pop_o = decides && promise_o;
  assign reopens_o = decides && opens && step_q == DECIDE;

  always_comb begin : decide
    decision = '0;
    decision.read = (hit && !head_write_i) || evicts;
    decision.write = writes;
    decision.atomic = hit && head_atomic_i;
    decision.float_add = hit && head_atomic_i && head_op_i == heddle_pkg::OP_AMOFADD_W;
    decision.pair = hit && head_atomic_i && head_pair_i;
    decision.respond = responds;
    decision.store = head_write_i;
    decision.error = fails;
    decision.evict = evicts;
    decision.strobed_write = strobed_write;
    decision.fetch = fetches;
    decision.op = head_op_i;
    decision.word = head_word_i;
    decision.index = {head_set_i, way};
    decision.line = head_line_i;
    decision.evicted_line = heddle_pkg::l2_line(channel_i, victim_tag_q, head_set_i);
    decision.id = mshr_id_i;
    decision.source = head_source_i;
    decision.tag = head_tag_i;
    if (flush_look_i) begin
      decision = '0;
      decision.read = 1'b1;
      decision.evict = 1'b1;
      decision.index = {set_i, way_i};
      decision.evicted_line = heddle_pkg::l2_line(channel_i, looked_tag, set_i);
    end
  end

  assign decision_o = decision;
  assign decision_valid_o = decides || (flush_look_i && way_dirty_o && write_place_i);

  always_comb begin : next_step
    case (step_q)
      START: step_d = (run_i && head_valid_i && !open_hit) ? READ : START;
      READ: step_d = DECIDE;
      default: step_d = (decides || stale_q) ? START : DECIDE;
    endcase
    open_valid_d = (open_valid_q || (decides && opens)) && !(decides && fetches);
    failed_d = (failed_q && !(decides && fails))
        || (answer_fetch_i && answer_error_i && !answer_respond_i);
    if (start_i) begin
      step_d = START;
      open_valid_d = 1'b0;
      failed_d = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      step_q <= START;
      open_valid_q <= 1'b0;
      failed_q <= 1'b0;
    end else begin
      step_q <= step_d;
      open_valid_q <= open_valid_d;
      failed_q <= failed_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (decides && opens) begin
      open_line_q <= head_line_i;
      open_way_q <= way;
    end
  end

  // Tag writes: a decision never meets the answer to a fetch, and neither meets the clearing.
  always_comb begin : tag_write
    write_ways = '0;
    write_set = head_set_i;
    write_valid_bit = writes;
    write_dirty_bit = 1'b1;
    write_tag = head_tag;
    if (decides && (writes || replaces)) write_ways[way] = 1'b1;
    if (answer_fetch_i) begin
      write_ways[answer_way_i] = !answer_error_i;
      write_set = answer_set_i;
      write_valid_bit = 1'b1;
      write_dirty_bit = 1'b0;
      write_tag = answer_line_tag_i;
    end
    if (clear_i) begin
      write_ways = '1;
      write_set = set_i;
      write_valid_bit = 1'b0;
      write_dirty_bit = 1'b0;
    end
  end

  assign idle_o = step_q == START;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      load_hit_o <= 1'b0;
      load_miss_o <= 1'b0;
      store_hit_o <= 1'b0;
      store_miss_o <= 1'b0;
      atomic_hit_o <= 1'b0;
      atomic_miss_o <= 1'b0;
      eviction_o <= 1'b0;
    end else begin
      load_hit_o <= decides && hit && load;
      load_miss_o <= decides && miss && load;
      store_hit_o <= decides && hit && head_write_i;
      store_miss_o <= decides && miss && head_write_i;
      atomic_hit_o <= decides && hit && head_atomic_i;
      atomic_miss_o <= decides && fetches && head_atomic_i;
      eviction_o <= decides && evicts;
    end
  end

endmodule
`default_nettype wire
