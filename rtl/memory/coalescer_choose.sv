// Second step of the coalescer: the lines of an instruction, in the order of the lowest thread that
// wants each.
//
// LEAD reads the address of the lowest pending thread, MATCH finds the threads that want its line
// and gives the line to coalescer_make, or reports them if the page may not be accessed. An atomic
// is a line a thread. CLOSE tells load_return the end when no line was given last; it waits for the
// lines given before.
`default_nettype none
module coalescer_choose (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From coalescer_collect: addresses of a row, into the half that is not read here
  input logic write_valid_i,
  input logic [heddle_pkg::BEAT_BITS:0] write_address_i,
  input logic [32*heddle_pkg::LANES-1:0] write_thread_address_i,

  // From coalescer_collect and load_return: an instruction (event, only when free); `odd_i` is the
  // half that is written
  input logic move_i,
  input logic [heddle_pkg::WARP_BITS-1:0] warp_i,
  input logic [heddle_pkg::OP_BITS-1:0] op_i,
  input logic [31:0] pc_i,
  input logic [31:0] pending_i,
  input logic [32*heddle_pkg::LINE_ADDRESS_BITS-1:0] line_i,
  input logic [heddle_pkg::MEMORY_OP_BITS-1:0] entry_i,
  input logic odd_i,

  // From host_interface, constant during a grid
  input logic [32*heddle_pkg::REGIONS-1:0] region_base_i,
  input logic [32*heddle_pkg::REGIONS-1:0] region_limit_i,

  output logic free_o,

  // To load_return (event): no line follows
  output logic close_valid_o,
  output logic [heddle_pkg::MEMORY_OP_BITS-1:0] entry_o,

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o,

  // To coalescer_make (event, only when it takes a line in this cycle)
  input logic empty_i,
  input logic takes_i,
  output logic given_valid_o,
  output logic [heddle_pkg::OP_BITS-1:0] given_op_o,
  output logic [31:0] given_match_o,
  output logic given_closed_o,
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] given_line_o,
  output logic [3:0] given_word_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam int unsigned LINE_ADDRESS_BITS = heddle_pkg::LINE_ADDRESS_BITS;
  localparam logic [2:0] MAY_READ = 3'b001;
  localparam logic [2:0] MAY_WRITE = 3'b010;

  typedef enum logic [1:0] {
    FREE,
    LEAD,
    MATCH,
    CLOSE
  } state_t;

  state_t state_d, state_q;
  logic [31:0] pending_q;
  logic [32*LINE_ADDRESS_BITS-1:0] line_q;
  logic [heddle_pkg::WARP_BITS-1:0] warp_q;
  logic [heddle_pkg::OP_BITS-1:0] op_q;
  logic store_q, atomic_q;
  logic [31:0] pc_q;
  logic [heddle_pkg::MEMORY_OP_BITS-1:0] entry_q;

  // -----------------------------------------------------------------------------------------------
  // LEAD: the lowest pending thread by its row (one-hot, and its number) and lane
  logic [BEATS-1:0] rows, lead_row, lead_row_q;
  logic [LANES-1:0] lanes, lead_lane, lead_lane_q;
  logic [BEAT_BITS-1:0] lead_beat;
  logic [32*LANES-1:0] thread_addresses[0:2**(BEAT_BITS+1)-1];
  logic [32*LANES-1:0] row_address;
  logic [31:0] leader_d, leader_q;  // address of the lowest pending thread

  always_comb begin : pick
    lanes = '0;
    lead_beat = '0;
    for (int b = 0; b < BEATS; b++) rows[b] = pending_q[LANES*b+:LANES] != '0;
    lead_row = rows & (~rows + BEATS'(1));
    for (int b = 0; b < BEATS; b++) begin
      if (lead_row[b]) begin
        lanes = lanes | pending_q[LANES*b+:LANES];
        lead_beat = lead_beat | BEAT_BITS'(b);
      end
    end
    lead_lane = lanes & (~lanes + LANES'(1));
  end

  assign row_address = thread_addresses[{!odd_i, lead_beat}];

  always_comb begin : lead
    leader_d = '0;
    for (int i = 0; i < LANES; i++) begin
      if (lead_lane[i]) leader_d = leader_d | row_address[32*i+:32];
    end
  end

  always_ff @(posedge clk_i) begin
    if (write_valid_i) thread_addresses[write_address_i] <= write_thread_address_i;
    if (state_q == LEAD) begin
      lead_row_q <= lead_row;
      lead_lane_q <= lead_lane;
      leader_q <= leader_d;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // MATCH
  logic [4*32-1:0] equal;
  logic [31:0] match, left;
  logic allowed, any_left;

  line_match u_line_match (
    .line_i(leader_q[31:6]),
    .thread_line_i(line_q),
    .equal_o(equal)
  );

  always_comb begin : matching
    for (int b = 0; b < BEATS; b++) begin
      for (int i = 0; i < LANES; i++) begin
        match[LANES*b+i] = pending_q[LANES*b+i] && equal[4*(LANES*b+i)+:4] == 4'b1111
            && (!atomic_q || (lead_row_q[b] && lead_lane_q[i]));
      end
    end
  end

  assign left = pending_q & ~match;
  assign any_left = left != 32'b0;

  region_check u_region_check (
    .valid_i(state_q == MATCH),
    .page_i(leader_q[31:12]),
    .permission_i(atomic_q ? MAY_READ | MAY_WRITE : store_q ? MAY_WRITE : MAY_READ),
    .region_base_i,
    .region_limit_i,
    .allowed_o(allowed)
  );

  // -----------------------------------------------------------------------------------------------
  logic refused_d, refused_q;
  logic [31:0] refused_match_q;

  assign refused_d = state_q == MATCH && !allowed;
  assign given_valid_o = state_q == MATCH && allowed && takes_i;
  assign close_valid_o = state_q == CLOSE && empty_i;

  always_comb begin : control
    state_d = state_q;
    case (state_q)
      FREE: if (move_i) state_d = LEAD;
      LEAD: state_d = MATCH;
      MATCH: begin
        if (refused_d || given_valid_o) state_d = any_left ? LEAD : refused_d ? CLOSE : FREE;
      end
      CLOSE: if (empty_i) state_d = FREE;
      default: ;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= FREE;
      refused_q <= 1'b0;
    end else if (start_i) begin
      state_q <= FREE;
      refused_q <= 1'b0;
    end else begin
      state_q <= state_d;
      refused_q <= refused_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (move_i) pending_q <= pending_i;
    else if (refused_d || given_valid_o) pending_q <= left;
    if (move_i) begin
      line_q <= line_i;
      warp_q <= warp_i;
      op_q <= op_i;
      store_q <= heddle_pkg::is_store(op_i);
      atomic_q <= heddle_pkg::isa_is_atomic(op_i);
      pc_q <= pc_i;
      entry_q <= entry_i;
    end
    if (refused_d) refused_match_q <= match;
  end

  // The instruction is here for a cycle more after its threads were refused, and its next leader is
  // not read earlier either.
  always_comb begin : fault
    fault_o.cause = store_q || atomic_q ? heddle_pkg::CAUSE_STORE_ACCESS
        : heddle_pkg::CAUSE_LOAD_ACCESS;
    fault_o.warp = warp_q;
    fault_o.mask = refused_match_q;
    fault_o.pc = pc_q;
    fault_o.address = leader_q;
  end

  assign free_o = state_q == FREE;
  assign entry_o = entry_q;
  assign fault_valid_o = refused_q;
  assign given_op_o = op_q;
  assign given_match_o = match;
  assign given_closed_o = !any_left;
  assign given_line_o = leader_q[31:6];
  assign given_word_o = leader_q[5:2];

endmodule
`default_nettype wire
