// Turns the global part of a memory instruction into requests for 64-byte lines.
//
// One instruction at a time: COLLECT takes its rows, ALLOC gets an entry of load_return's table,
// then for every line, in the order of the lowest thread that wants it: LEAD, MATCH, for stores
// MERGE (a cycle for each beat with matched threads), SEND. A line whose page may not be accessed
// is not sent but reported; CLOSE tells load_return the end if no line was sent last. ALLOC waits
// for the shared part of the same instruction, because its `last` comes from here.
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
  input logic row_any_shared_i,
  input logic [heddle_pkg::LANES-1:0] row_global_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_address_i,
  input logic [32*heddle_pkg::LANES-1:0] row_data_i,

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
  output logic [heddle_pkg::LINE_ADDRESS_BITS-1:0] request_line_o,
  output logic [heddle_pkg::TAG_BITS-1:0] request_tag_o,
  output logic [heddle_pkg::LINE_BITS-1:0] request_data_o,
  output logic [heddle_pkg::LINE_BYTES-1:0] request_strobe_o,

  // To fault_unit (event)
  output logic fault_valid_o,
  output heddle_pkg::fault_t fault_o,

  // To dispatcher: in COLLECT
  output logic idle_o,

  // To host_interface: counters
  output logic global_access_o,
  output logic global_line_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned BEATS = heddle_pkg::BEATS;
  localparam int unsigned BEAT_BITS = heddle_pkg::BEAT_BITS;
  localparam logic [2:0] MAY_READ = 3'b001;
  localparam logic [2:0] MAY_WRITE = 3'b010;

  typedef enum logic [2:0] {
    COLLECT,
    ALLOC,
    LEAD,
    MATCH,
    MERGE,
    SEND,
    CLOSE
  } state_t;

  state_t state_d, state_q;
  logic [32*32-1:0] address_q, data_q;
  logic [31:0] pending_d, pending_q, match_d, match_q;
  logic [31:0] leader_d, leader_q;  // address of the lowest pending thread
  logic [BEATS-1:0] merge_d, merge_q;  // beats that MERGE has still to do
  logic [BEAT_BITS-1:0] merge_beat;
  logic [heddle_pkg::MEMORY_OP_BITS-1:0] entry_d, entry_q;
  logic [heddle_pkg::WARP_BITS-1:0] warp_q;
  logic [heddle_pkg::OP_BITS-1:0] op_q;
  logic [4:0] rd_q;
  logic writes_rd_q, any_shared_q, store_q;
  logic [31:0] pc_q;
  logic fault_valid_d, fault_valid_q;
  heddle_pkg::fault_t fault_d, fault_q;
  logic collect, allowed, request;

  // -----------------------------------------------------------------------------------------------
  // LEAD and MATCH
  always_comb begin : lead
    leader_d = leader_q;
    if (state_q == LEAD) begin
      for (int t = 31; t >= 0; t--) begin
        if (pending_q[t]) leader_d = address_q[32*t+:32];
      end
    end
  end

  always_comb begin : match
    match_d = match_q;
    if (state_q == MATCH) begin
      for (int t = 0; t < 32; t++) begin
        match_d[t] = pending_q[t] && address_q[32*t+6+:26] == leader_q[31:6];
      end
    end
  end

  region_check u_region_check (
    .valid_i(state_q == MATCH),
    .page_i(leader_q[31:12]),
    .permission_i(store_q ? MAY_WRITE : MAY_READ),
    .region_base_i,
    .region_limit_i,
    .allowed_o(allowed)
  );

  // -----------------------------------------------------------------------------------------------
  // MERGE: the lanes of one beat put their bytes into the line. Data is 0 where no strobe is set.
  logic [heddle_pkg::LINE_BITS-1:0] line_data_d, line_data_q;
  logic [heddle_pkg::LINE_BYTES-1:0] line_strobe_d, line_strobe_q;
  logic [32*LANES-1:0] merge_address, merge_data;
  logic [LANES-1:0] merge_match;
  logic [31:0] lane_data;
  logic [3:0] lane_strobe;

  always_comb begin : next_beat
    merge_beat = '0;
    for (int b = BEATS - 1; b >= 0; b--) begin
      if (merge_q[b]) merge_beat = BEAT_BITS'(b);
    end
  end

  always_comb begin : merge_lanes
    merge_address = '0;
    merge_data = '0;
    merge_match = '0;
    if (state_q == MERGE) begin
      for (int b = 0; b < BEATS; b++) begin
        if (merge_beat == BEAT_BITS'(b)) begin
          merge_address = address_q[32*LANES*b+:32*LANES];
          merge_data = data_q[32*LANES*b+:32*LANES];
          merge_match = match_q[LANES*b+:LANES];
        end
      end
    end
  end

  always_comb begin : merge
    line_data_d = line_data_q;
    line_strobe_d = line_strobe_q;
    lane_data = 32'b0;
    lane_strobe = 4'b0;
    if (state_q == MATCH) begin
      line_data_d = '0;
      line_strobe_d = '0;
    end else if (state_q == MERGE) begin
      for (int i = 0; i < LANES; i++) begin
        if (merge_match[i]) begin
          case (op_q)
            heddle_pkg::OP_SB: begin
              lane_data = {4{merge_data[32*i+:8]}};
              lane_strobe = 4'b0001 << merge_address[32*i+:2];
            end
            heddle_pkg::OP_SH: begin
              lane_data = {2{merge_data[32*i+:16]}};
              lane_strobe = 4'b0011 << merge_address[32*i+:2];
            end
            default: begin
              lane_data = merge_data[32*i+:32];
              lane_strobe = 4'b1111;
            end
          endcase
          for (int word = 0; word < 16; word++) begin
            if (merge_address[32*i+2+:4] == 4'(word)) begin
              for (int k = 0; k < 4; k++) begin
                if (lane_strobe[k]) line_data_d[32*word+8*k+:8] = lane_data[8*k+:8];
              end
              line_strobe_d[4*word+:4] = line_strobe_d[4*word+:4] | lane_strobe;
            end
          end
        end
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  assign collect = row_valid_i && state_q == COLLECT;
  assign request = state_q == SEND && tag_free_i;

  always_comb begin : control
    state_d = state_q;
    pending_d = pending_q;
    merge_d = merge_q;
    entry_d = entry_q;
    fault_valid_d = 1'b0;
    fault_d = fault_q;
    alloc_valid_o = 1'b0;
    sent_valid_o = 1'b0;
    close_valid_o = 1'b0;
    case (state_q)
      COLLECT: begin
        if (collect) begin
          for (int b = 0; b < BEATS; b++) begin
            if (row_beat_i == BEAT_BITS'(b)) pending_d[LANES*b+:LANES] = row_global_mask_i;
          end
          if (row_last_i) state_d = ALLOC;
        end
      end
      ALLOC: begin
        if (entry_free_i && (!any_shared_q || shared_idle_i)) begin
          alloc_valid_o = 1'b1;
          entry_d = entry_i;
          state_d = LEAD;
        end
      end
      LEAD: state_d = MATCH;
      MATCH: begin
        pending_d = pending_q & ~match_d;
        for (int b = 0; b < BEATS; b++) merge_d[b] = match_d[LANES*b+:LANES] != '0;
        if (allowed) begin
          state_d = store_q ? MERGE : SEND;
        end else begin
          fault_valid_d = 1'b1;
          fault_d.cause = store_q ? heddle_pkg::CAUSE_STORE_ACCESS : heddle_pkg::CAUSE_LOAD_ACCESS;
          fault_d.warp = warp_q;
          fault_d.mask = match_d;
          fault_d.pc = pc_q;
          fault_d.address = leader_q;
          state_d = (pending_d != 32'b0) ? LEAD : CLOSE;
        end
      end
      MERGE: begin
        merge_d = merge_q & (merge_q - BEATS'(1));
        if (merge_d == '0) state_d = SEND;
      end
      SEND: begin
        if (request && request_ready_i) begin
          sent_valid_o = 1'b1;
          state_d = (pending_q != 32'b0) ? LEAD : COLLECT;
        end
      end
      CLOSE: begin
        close_valid_o = 1'b1;
        state_d = COLLECT;
      end
      default: ;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= COLLECT;
      pending_q <= '0;
      fault_valid_q <= 1'b0;
    end else if (start_i) begin
      state_q <= COLLECT;
      pending_q <= '0;
      fault_valid_q <= 1'b0;
    end else begin
      state_q <= state_d;
      pending_q <= pending_d;
      fault_valid_q <= fault_valid_d;
    end
  end

  for (genvar b = 0; b < BEATS; b++) begin : g_beat
    always_ff @(posedge clk_i) begin
      if (collect && row_beat_i == BEAT_BITS'(b)) begin
        address_q[32*LANES*b+:32*LANES] <= row_address_i;
        data_q[32*LANES*b+:32*LANES] <= row_data_i;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (collect) begin
      warp_q <= row_warp_i;
      op_q <= row_op_i;
      store_q <= row_op_i == heddle_pkg::OP_SB || row_op_i == heddle_pkg::OP_SH
          || row_op_i == heddle_pkg::OP_SW;
      rd_q <= row_rd_i;
      writes_rd_q <= row_writes_rd_i;
      pc_q <= row_pc_i;
      any_shared_q <= row_any_shared_i;
    end
    leader_q <= leader_d;
    match_q <= match_d;
    merge_q <= merge_d;
    entry_q <= entry_d;
    fault_q <= fault_d;
    if (state_q == MATCH || state_q == MERGE) begin
      line_data_q <= line_data_d;
      line_strobe_q <= line_strobe_d;
    end
  end

  always_comb begin : offsets
    for (int t = 0; t < 32; t++) alloc_offset_o[6*t+:6] = address_q[32*t+:6];
  end

  assign row_ready_o = state_q == COLLECT;
  assign alloc_warp_o = warp_q;
  assign alloc_rd_o = rd_q;
  assign alloc_writes_rd_o = writes_rd_q;
  assign alloc_op_o = op_q;
  assign alloc_pc_o = pc_q;
  assign sent_closed_o = pending_q == 32'b0;
  assign sent_entry_o = entry_q;
  assign sent_match_o = match_q;
  assign request_valid_o = request;
  assign request_write_o = store_q;
  assign request_line_o = leader_q[31:6];
  assign request_tag_o = tag_i;
  assign request_data_o = line_data_q;
  assign request_strobe_o = line_strobe_q;
  assign fault_valid_o = fault_valid_q;
  assign fault_o = fault_q;
  assign idle_o = state_q == COLLECT;
  assign global_access_o = alloc_valid_o;
  assign global_line_o = sent_valid_o;

endmodule
`default_nettype wire
