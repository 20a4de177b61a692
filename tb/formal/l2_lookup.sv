// memory/l2_lookup with l2_tags, l2_mshrs and l2_control: of any line X of an L2 slice. X is at one place at most; a request
// hits exactly if X is there, and at its place; X is fetched once at a time, to a place that nothing else takes meanwhile; it
// is never dropped modified: whoever takes its place evicts it, and so does the flush. Of any MSHR N: it is taken free, and
// gives back what it was taken with.
//
// Two sets of two ways, two MSHRs, lines of 5 bits. Assumed: the head stays until it is popped; memory answers what was
// asked; a grid starts and a flush begins when nothing is under way.
`default_nettype none
module l2_lookup_proof (
  input logic clk_i,
  input logic start_i,
  input logic flush_i,
  input logic head_valid_i,
  input logic head_instruction_i,
  input logic head_write_i,
  input logic head_full_i,
  input logic head_atomic_i,
  input logic [2:0] head_line_i,  // without its lowest digit
  input logic [heddle_pkg::TAG_BITS-1:0] head_tag_i,
  input logic answer_i,
  input logic [heddle_pkg::L2_ID_BITS-1:0] answer_id_i,
  input logic answer_error_i,
  input logic response_place_i,
  input logic write_place_i,
  input logic open_atomic_i,
  input logic open_store_i,
  input logic looked_atomic_i,
  input logic looked_store_i,
  input logic float_busy_i,
  input logic settled_i
);

  localparam int unsigned TAG_BITS = heddle_pkg::TAG_BITS;
  localparam int unsigned LINE_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam int unsigned ID_BITS = heddle_pkg::L2_ID_BITS;

  logic started_q;
  initial started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  (* anyconst *) logic [1:0] channel;
  (* anyconst *) logic [2:0] x;  // without its lowest digit
  (* anyconst *) logic n;

  logic [LINE_BITS-1:0] head_line, line_x;

  // A line's digits are folded: of two bits to the channel, of one, without the lowest digit, to the set.
  function automatic logic [4:0] line_of(input logic [2:0] upper, input logic [1:0] of_channel);
    line_of = {upper, of_channel ^ upper[1:0] ^ {1'b0, upper[2]}};
  endfunction
  function automatic logic set_of(input logic [2:0] upper);
    set_of = upper[2] ^ upper[1] ^ upper[0];
  endfunction

  logic x_set;
  assign head_line = line_of(head_line_i, channel);
  assign line_x = line_of(x, channel);
  assign x_set = set_of(x);

  logic run, clear, flush_read, flush_look, way_dirty, flushing;
  logic control_set, control_way, victim, line_pending, victim_pending, mshr_free, head_pop, idle, mshrs_idle;
  logic [ID_BITS-1:0] mshr_id;
  logic answer_fetch, answer_respond, answer_instruction, answer_set, answer_way;
  logic [1:0] answer_line_tag;
  logic [TAG_BITS-1:0] answer_tag;
  logic decision_valid, promise, take_mshr, looked_way, reopens;
  logic load_hit, load_miss, store_hit, store_miss, atomic_hit, atomic_miss, eviction;
  heddle_pkg::l2_decision_t decision;

  l2_control u_control (
    .clk_i,
    .rst_ni(started_q),
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
    .write_place_i,
    .settled_i,
    .flushing_o(flushing)
  );

  l2_mshrs u_mshrs (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .line_i(head_line),
    .set_i(set_of(head_line_i)),
    .victim_i(victim),
    .line_pending_o(line_pending),
    .victim_pending_o(victim_pending),
    .free_o(mshr_free),
    .free_id_o(mshr_id),
    .take_valid_i(decision_valid && take_mshr && run),
    .take_fetch_i(decision.fetch),
    .take_respond_i(promise),
    .take_way_i(decision.index[0]),
    .take_source_i(head_instruction_i),
    .take_tag_i(head_tag_i),
    .answer_valid_i(answer_i),
    .answer_id_i,
    .answer_fetch_o(answer_fetch),
    .answer_respond_o(answer_respond),
    .answer_line_tag_o(answer_line_tag),
    .answer_set_o(answer_set),
    .answer_way_o(answer_way),
    .answer_source_o(answer_instruction),
    .answer_tag_o(answer_tag),
    .idle_o(mshrs_idle)
  );

  l2_lookup dut (
    .clk_i,
    .rst_ni(started_q),
    .start_i,
    .channel_i(channel),
    .head_valid_i,
    .head_pop_o(head_pop),
    .head_source_i(head_instruction_i),
    .head_write_i,
    .head_full_i,
    .head_atomic_i,
    .head_op_i('0),
    .head_pair_i(1'b0),
    .head_word_i(4'd0),
    .head_line_i(head_line),
    .head_set_i(set_of(head_line_i)),
    .head_tag_i,
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
    .answer_fetch_i(answer_i && answer_fetch),
    .answer_error_i,
    .answer_respond_i(answer_respond),
    .answer_line_tag_i(answer_line_tag),
    .answer_set_i(answer_set),
    .answer_way_i(answer_way),
    .response_place_i,
    .write_place_i,
    .looked_way_o(looked_way),
    .reopens_o(reopens),
    .open_atomic_i,
    .open_store_i,
    .looked_atomic_i,
    .looked_store_i,
    .float_busy_i,
    .decision_valid_o(decision_valid),
    .decision_o(decision),
    .promise_o(promise),
    .take_mshr_o(take_mshr),
    .load_hit_o(load_hit),
    .load_miss_o(load_miss),
    .store_hit_o(store_hit),
    .store_miss_o(store_miss),
    .atomic_hit_o(atomic_hit),
    .atomic_miss_o(atomic_miss),
    .eviction_o(eviction),
    .idle_o(idle)
  );

  // -----------------------------------------------------------------------------------------------
  // Line X: whether and where it is, whether it is modified, and its fetch
  logic here_q, way_q, dirty_q, fetching_q, fetch_way_q;
  logic [ID_BITS-1:0] fetch_id_q;
  logic decided, of_x, takes_place, answered;
  assign decided = decision_valid && !flush_look;
  assign of_x = decided && head_line == line_x;
  assign takes_place = decided && !of_x && (decision.fetch || decision.write);
  assign answered = answer_i && fetching_q && answer_id_i == fetch_id_q;

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) begin
      here_q <= 1'b0;
      dirty_q <= 1'b0;
      fetching_q <= 1'b0;
    end else begin
      if (takes_place && decision.index == {x_set, way_q}) here_q <= 1'b0;
      if (of_x && decision.write) begin
        here_q <= 1'b1;
        dirty_q <= 1'b1;
        way_q <= decision.index[0];
      end
      if (answered) begin
        fetching_q <= 1'b0;
        here_q <= !answer_error_i;
        dirty_q <= 1'b0;
        way_q <= fetch_way_q;
      end
      if (of_x && decision.fetch) begin
        fetching_q <= 1'b1;
        fetch_id_q <= decision.id;
        fetch_way_q <= decision.index[0];
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  // MSHR N: what it was taken with; and which MSHRs are taken
  logic [1:0] taken_q;
  logic n_fetch_q, n_respond_q, n_instruction_q, n_way_q;
  logic [2:0] n_line_q;
  logic [TAG_BITS-1:0] n_tag_q;
  logic takes, takes_n;
  assign takes = decided && take_mshr;
  assign takes_n = takes && decision.id == ID_BITS'(n);

  always_ff @(posedge clk_i) begin
    if (!started_q || start_i) taken_q <= '0;
    else begin
      if (takes) taken_q[decision.id[0]] <= 1'b1;
      if (answer_i) taken_q[answer_id_i[0]] <= 1'b0;
    end
    if (takes_n) begin
      n_fetch_q <= decision.fetch;
      n_respond_q <= promise;
      n_instruction_q <= head_instruction_i;
      n_way_q <= decision.index[0];
      n_line_q <= head_line_i;
      n_tag_q <= head_tag_i;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // The head of the requests stays. Nothing is requested before the first grid.
  logic begun_q;
  always_ff @(posedge clk_i) begun_q <= started_q && (begun_q || start_i);

  logic head_stays_q;
  logic [TAG_BITS+6:0] head, head_q;
  assign head = {head_instruction_i, head_write_i, head_full_i, head_atomic_i, head_line_i, head_tag_i};
  always_ff @(posedge clk_i) begin
    head_stays_q <= started_q && !start_i && head_valid_i && !head_pop;
    head_q <= head;
  end

  always @* begin
    // The first grid has not started: the tags hold anything.
    if (!begun_q) assume (!head_valid_i && !answer_i && !flush_i);
    if (started_q) begin
      if (head_stays_q) assume (head_valid_i && head == head_q);
      assume (!head_write_i || !head_atomic_i);
      if (answer_i) assume (answer_id_i < ID_BITS'(2) && taken_q[answer_id_i[0]] && !clear);
      if (start_i) assume (taken_q == '0 && !decision_valid);
      if (flush_i) assume (taken_q == '0 && !head_valid_i);
    end
  end

  // X, modified, has been evicted since the flush began.
  logic flushed_q, flushing_q;
  always_ff @(posedge clk_i) begin
    flushing_q <= started_q && !start_i && flushing;
    flushed_q <= flushing && (flushed_q || (flush_look && decision_valid && decision.evicted_line == line_x));
  end

  always @* begin
    if (started_q) begin
      hits_where_x_is: assert (!of_x || !here_q || (decision.index == {x_set, way_q} && !decision.fetch && !decision.strobed_write
          && !decision.evict && decision.respond && head_pop));
      misses_otherwise: assert (!of_x || here_q || (decision.fetch || decision.strobed_write || decision.error
          || (decision.write && head_write_i && head_full_i)));
      fetches_once: assert (!of_x || !fetching_q);
      place_of_a_fetch_is_kept: assert (!takes_place || !fetching_q || decision.index != {x_set, fetch_way_q});
      evicted_when_replaced: assert (!(takes_place && here_q && dirty_q && decision.index == {x_set, way_q})
          || (decision.evict && decision.evicted_line == line_x));
      evicted_only_if_modified: assert (!(decision_valid && decision.evict && decision.evicted_line == line_x)
          || (here_q && dirty_q && decision.index == {x_set, way_q}));
      flush_evicts: assert (!(flush_look && control_set == x_set && control_way == way_q && here_q && dirty_q)
          || (decision_valid == write_place_i && (!decision_valid || (decision.evict && decision.evicted_line == line_x))));
      flushes_what_was_written: assert (!flush_was_q || flushing);
      flush_leaves_nothing: assert (!(flushing_q && !flushing && here_q && dirty_q) || flushed_q);
      takes_a_free_one: assert (!takes || (decision.id < ID_BITS'(2) && !taken_q[decision.id[0]]));
      gives_back: assert (!(answer_i && answer_id_i == ID_BITS'(n)) || (answer_fetch == n_fetch_q && answer_respond == n_respond_q
          && answer_instruction == n_instruction_q && answer_tag == n_tag_q && answer_set == set_of(n_line_q)
          && answer_line_tag == n_line_q[2:1] && (!n_fetch_q || answer_way == n_way_q)));
      idle_without_mshrs: assert (mshrs_idle == (taken_q == '0));
      nothing_while_clearing: assert (!decided || run);
    end
  end

  logic flush_was_q;
  always_ff @(posedge clk_i) flush_was_q <= started_q && !start_i && flush_i && run && here_q && dirty_q;

  // -----------------------------------------------------------------------------------------------
  // In the RTL's registers: entries are {valid, dirty, tag}
  (* hierconn *) wire [3:0] \dut.u_tags.g_way[0].u_tags.memory[0] ;
  (* hierconn *) wire [3:0] \dut.u_tags.g_way[0].u_tags.memory[1] ;
  (* hierconn *) wire [3:0] \dut.u_tags.g_way[0].u_tags.read_data_o ;
  (* hierconn *) wire [3:0] \dut.u_tags.g_way[1].u_tags.memory[0] ;
  (* hierconn *) wire [3:0] \dut.u_tags.g_way[1].u_tags.memory[1] ;
  (* hierconn *) wire [3:0] \dut.u_tags.g_way[1].u_tags.read_data_o ;
  (* hierconn *) wire [1:0] \dut.step_q ;
  (* hierconn *) wire \dut.stale_q ;
  (* hierconn *) wire \dut.hit_q ;
  (* hierconn *) wire [0:0] \dut.hit_way_q ;
  (* hierconn *) wire [0:0] \dut.victim_q ;
  (* hierconn *) wire \dut.victim_dirty_q ;
  (* hierconn *) wire [1:0] \dut.victim_tag_q ;
  (* hierconn *) wire \dut.line_pending_q ;
  (* hierconn *) wire \dut.victim_pending_q ;
  (* hierconn *) wire \dut.open_valid_q ;
  (* hierconn *) wire [LINE_BITS-1:0] \dut.open_line_q ;
  (* hierconn *) wire [0:0] \dut.open_way_q ;
  (* hierconn *) wire [2:0] \u_control.state_q ;
  (* hierconn *) wire \u_control.written_q ;
  (* hierconn *) wire [1:0] \u_mshrs.valid_q ;
  (* hierconn *) wire [1:0] \u_mshrs.fetch_q ;
  (* hierconn *) wire [1:0] \u_mshrs.respond_q ;
  (* hierconn *) wire [1:0] \u_mshrs.sources_q ;
  (* hierconn *) wire [2*LINE_BITS-1:0] \u_mshrs.lines_q ;
  (* hierconn *) wire [1:0] \u_mshrs.sets_q ;
  (* hierconn *) wire [1:0] \u_mshrs.ways_q ;
  (* hierconn *) wire [2*TAG_BITS-1:0] \u_mshrs.tags_q ;
  localparam logic [1:0] START = 2'd0;
  localparam logic [1:0] READ = 2'd1;
  localparam logic [1:0] DECIDE = 2'd2;
  localparam logic [2:0] FLUSH_READ = 3'd3;
  localparam logic [2:0] FLUSH_LOOK = 3'd4;
  localparam logic [2:0] SETTLE = 3'd5;

  logic [3:0] entries[0:3];  // of the place {set, way}
  logic [3:0] read[0:1];
  logic [1:0] x_at, fetches_x, matches, place_invalid;
  logic [1:0] pending_places;
  logic read_is_current, known_x, head_set;
  assign entries[0] = \dut.u_tags.g_way[0].u_tags.memory[0] ;
  assign entries[1] = \dut.u_tags.g_way[1].u_tags.memory[0] ;
  assign entries[2] = \dut.u_tags.g_way[0].u_tags.memory[1] ;
  assign entries[3] = \dut.u_tags.g_way[1].u_tags.memory[1] ;
  assign read[0] = \dut.u_tags.g_way[0].u_tags.read_data_o ;
  assign read[1] = \dut.u_tags.g_way[1].u_tags.read_data_o ;
  assign head_set = set_of(head_line_i);

  // The clearing has not come to X yet.
  assign known_x = begun_q && !(clear && control_set <= x_set);

  always @* begin
    for (int i = 0; i < 2; i++) begin
      x_at[i] = entries[{x_set, 1'(i)}][3] && entries[{x_set, 1'(i)}][1:0] == x[2:1];
      matches[i] = read[i][3] && read[i][1:0] == head_line_i[2:1];
      fetches_x[i] = \u_mshrs.valid_q [i] && \u_mshrs.fetch_q [i] && \u_mshrs.lines_q [LINE_BITS*i+:LINE_BITS] == line_x;
      place_invalid[i] = !(\u_mshrs.valid_q [i] && \u_mshrs.fetch_q [i])
          || !entries[{\u_mshrs.sets_q [i], \u_mshrs.ways_q [i]}][3];
    end
    pending_places = \u_mshrs.valid_q & \u_mshrs.fetch_q ;
    read_is_current = read[0] == entries[{head_set, 1'b0}] && read[1] == entries[{head_set, 1'b1}];
  end

  logic looking, flush_passed_x;
  assign flush_passed_x = !run && !clear && (\u_control.state_q == SETTLE || control_set > x_set
      || (flush_look && control_set == x_set && control_way > way_q));
  assign looking = \u_control.state_q == FLUSH_READ || flush_look;

  always @* begin
    if (started_q) begin
      invariant_x: assert (!known_x || x_at == (here_q ? 2'd1 << way_q : 2'd0));
      invariant_dirty: assert (!known_x || !here_q || entries[{x_set, way_q}][2] == dirty_q);
      invariant_clearing: assert ((begun_q && !clear) || (!here_q && !fetching_q && taken_q == '0 && !\dut.open_valid_q
          && \dut.step_q == START && (clear || run)));
      invariant_fetching: assert (fetches_x == (fetching_q ? 2'd1 << fetch_id_q[0] : 2'd0) && (!fetching_q || (!here_q
          && fetch_id_q < ID_BITS'(2) && \u_mshrs.ways_q [fetch_id_q[0]] == fetch_way_q)));
      invariant_taken: assert (\u_mshrs.valid_q == taken_q);
      invariant_places: assert (place_invalid == '1 && (pending_places != '1 || {\u_mshrs.sets_q [0], \u_mshrs.ways_q [0]}
          != {\u_mshrs.sets_q [1], \u_mshrs.ways_q [1]}));
      invariant_folded: assert ((!taken_q[0] || (\u_mshrs.lines_q [4:0] == line_of(\u_mshrs.lines_q [4:2], channel)
          && \u_mshrs.sets_q [0] == set_of(\u_mshrs.lines_q [4:2])))
          && (!taken_q[1] || (\u_mshrs.lines_q [9:5] == line_of(\u_mshrs.lines_q [9:7], channel)
          && \u_mshrs.sets_q [1] == set_of(\u_mshrs.lines_q [9:7]))));
      invariant_n: assert (!taken_q[n] || (\u_mshrs.fetch_q [n] == n_fetch_q && \u_mshrs.respond_q [n] == n_respond_q
          && \u_mshrs.sources_q [n] == n_instruction_q && \u_mshrs.lines_q [LINE_BITS*n+:LINE_BITS] == line_of(n_line_q, channel)
          && \u_mshrs.ways_q [n] == n_way_q && \u_mshrs.tags_q [TAG_BITS*n+:TAG_BITS] == n_tag_q));
      invariant_step: assert (\dut.step_q <= DECIDE && (\dut.step_q == START || (run && head_stays_q)));
      invariant_state: assert (\u_control.state_q <= 3'd5 && (run || clear || taken_q == '0));
      invariant_read: assert (\dut.step_q == START || \dut.stale_q || read_is_current);
      invariant_looked: assert (\dut.step_q != DECIDE || \dut.stale_q || (\dut.hit_q == (matches != '0)
          && (matches == '0 || \dut.hit_way_q == matches[1])
          && \dut.victim_dirty_q == (read[\dut.victim_q ][3:2] == 2'b11) && \dut.victim_tag_q == read[\dut.victim_q ][1:0]
          && \dut.line_pending_q == line_pending && \dut.victim_pending_q == victim_pending && \dut.victim_q == victim));
      invariant_open: assert (!\dut.open_valid_q || (!clear && \dut.open_line_q == line_of(\dut.open_line_q [4:2], channel)
          && entries[{set_of(\dut.open_line_q [4:2]), \dut.open_way_q }][3]
          && entries[{set_of(\dut.open_line_q [4:2]), \dut.open_way_q }][1:0] == \dut.open_line_q [4:3]));
      invariant_looking: assert (!looking || (read[0] == entries[{control_set, 1'b0}] && read[1] == entries[{control_set, 1'b1}]));
      invariant_flushed: assert (!(flush_passed_x && here_q && dirty_q) || flushed_q);
      invariant_written: assert (!(here_q && dirty_q) || \u_control.written_q );
    end
  end

  always @* begin
    evicts: cover (started_q && takes_place && decision.evict && decision.evicted_line == line_x);
    fetched: cover (started_q && answered && !answer_error_i && taken_q == '1);
    stale: cover (started_q && \dut.step_q == DECIDE && \dut.stale_q );
    flushed: cover (started_q && flush_look && decision_valid && decision.evicted_line == line_x);
    hits_at_once: cover (started_q && of_x && here_q && \dut.step_q == START && head_write_i);
  end

endmodule
`default_nettype wire
