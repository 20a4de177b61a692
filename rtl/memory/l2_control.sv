// State of an L2 slice: clearing at the start of a grid, work, and writing back at its end.
//
// CLEAR makes one set invalid a cycle. FLUSH reads the tags of one set after the other (an address
// cycle and one in which they become visible) and looks at one way a cycle, which is evicted if it
// is dirty; the cycle is repeated while the write queue has no place. SETTLE waits until memory has
// answered everything.
`default_nettype none
module l2_control (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From dispatcher (event)
  input logic flush_i,

  // To l2_lookup
  output logic run_o,
  output logic clear_o,
  output logic flush_read_o,  // the tags of the set are addressed
  output logic flush_look_o,  // the way is evicted if it is dirty
  output logic [heddle_pkg::L2_SET_BITS-1:0] set_o,
  output logic [heddle_pkg::L2_WAY_BITS-1:0] way_o,

  // From l2_lookup: the way of the set is dirty; the decision of this cycle
  input logic way_dirty_i,
  input logic decision_valid_i,
  input logic decision_write_i,

  // From the slice: a place in the write queue is free; nothing is under way to memory
  input logic write_place_i,
  input logic settled_i,

  // To dispatcher
  output logic flushing_o
);

  localparam int unsigned SET_BITS = heddle_pkg::L2_SET_BITS;
  localparam int unsigned WAY_BITS = heddle_pkg::L2_WAY_BITS;
  localparam logic [SET_BITS-1:0] LAST_SET = SET_BITS'(heddle_pkg::L2_SETS - 1);
  localparam logic [WAY_BITS-1:0] LAST_WAY = WAY_BITS'(heddle_pkg::L2_WAYS - 1);

  typedef enum logic [2:0] {
    RUN,
    CLEAR,
    FLUSH_ADDRESS,
    FLUSH_READ,
    FLUSH_LOOK,
    SETTLE
  } state_t;

  state_t state_d, state_q;
  logic [SET_BITS-1:0] set_d, set_q;
  logic [WAY_BITS-1:0] way_d, way_q;
  logic written_d, written_q;  // something was written in the L2 since the start

  always_comb begin : next_state
    state_d = state_q;
    set_d = set_q;
    way_d = way_q;
    written_d = written_q || (decision_valid_i && decision_write_i);
    case (state_q)
      RUN: begin
        set_d = '0;
        if (flush_i && written_q) state_d = FLUSH_ADDRESS;
      end
      CLEAR: begin
        set_d = set_q + SET_BITS'(1);
        if (set_q == LAST_SET) state_d = RUN;
      end
      FLUSH_ADDRESS: state_d = FLUSH_READ;
      FLUSH_READ: begin
        way_d = '0;
        state_d = FLUSH_LOOK;
      end
      FLUSH_LOOK: begin
        if (!way_dirty_i || write_place_i) begin
          way_d = way_q + WAY_BITS'(1);
          if (way_q == LAST_WAY) begin
            set_d = set_q + SET_BITS'(1);
            state_d = (set_q == LAST_SET) ? SETTLE : FLUSH_ADDRESS;
          end
        end
      end
      default: if (settled_i) state_d = RUN;  // SETTLE
    endcase
    if (start_i) begin
      state_d = CLEAR;
      set_d = '0;
      written_d = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= RUN;
      set_q <= '0;
      way_q <= '0;
      written_q <= 1'b0;
    end else begin
      state_q <= state_d;
      set_q <= set_d;
      way_q <= way_d;
      written_q <= written_d;
    end
  end

  assign run_o = state_q == RUN;
  assign clear_o = state_q == CLEAR;
  assign flush_read_o = state_q == FLUSH_ADDRESS;
  assign flush_look_o = state_q == FLUSH_LOOK;
  assign set_o = set_q;
  assign way_o = way_q;
  assign flushing_o = state_q != RUN && state_q != CLEAR;

endmodule
`default_nettype wire
