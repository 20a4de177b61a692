// The SM's shared memory: LANES banks of 32 bits.
//
// Rows wait in a FIFO of two. The head row is served in passes, one a cycle: in every bank the
// lowest pending lane leads, and all pending lanes that want the same word are served with it. A
// pass made in h reaches the banks in h+1 and is a result in h+3; a result that writeback does not
// take stops the whole pipe, banks included. A row without shared lanes takes one empty pass, which
// carries its `last` when the instruction has nothing in global memory.
`default_nettype none
module shared_memory (
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
  input logic [heddle_pkg::BEAT_BITS-1:0] row_beat_i,
  input logic row_last_i,
  input logic row_any_global_i,
  input logic [heddle_pkg::LANES-1:0] row_shared_mask_i,
  input logic [32*heddle_pkg::LANES-1:0] row_address_i,
  input logic [32*heddle_pkg::LANES-1:0] row_data_i,

  // To writeback
  output logic result_valid_o,
  input logic result_ready_i,
  output heddle_pkg::result_ctl_t result_ctl_o,
  output logic [heddle_pkg::LANES-1:0] result_mask_o,
  output logic [32*heddle_pkg::LANES-1:0] result_data_o,

  // To scoreboard (event)
  output logic store_done_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] store_done_warp_o,

  // To coalescer and dispatcher
  output logic idle_o,

  // To host_interface: counters, in the cycle of the pass
  output logic shared_row_o,
  output logic shared_pass_o
);

  localparam int unsigned LANES = heddle_pkg::LANES;
  localparam int unsigned WORDS = heddle_pkg::SHARED_BYTES / 4 / LANES;  // of a bank
  localparam int unsigned BANK_BITS = $clog2(LANES);
  localparam int unsigned INDEX_BITS = $clog2(WORDS);
  localparam int unsigned ADDRESS_BITS = INDEX_BITS + BANK_BITS + 2;
  localparam int unsigned OP_BITS = heddle_pkg::OP_BITS;
  localparam int unsigned CONTROL_BITS =
      heddle_pkg::WARP_BITS + OP_BITS + 5 + 1 + heddle_pkg::BEAT_BITS + 1 + 1;
  localparam int unsigned ROW_BITS = CONTROL_BITS + (1 + ADDRESS_BITS + 32) * LANES;

  // -----------------------------------------------------------------------------------------------
  // Input
  logic [ADDRESS_BITS*LANES-1:0] row_address, head_address;
  logic [ROW_BITS-1:0] head;
  logic head_valid, head_writes_rd, head_last, head_any_global, pop;
  logic [heddle_pkg::WARP_BITS-1:0] head_warp;
  logic [OP_BITS-1:0] head_op;
  logic [4:0] head_rd;
  logic [heddle_pkg::BEAT_BITS-1:0] head_beat;
  logic [LANES-1:0] head_mask;
  logic [32*LANES-1:0] head_data;

  always_comb begin : narrow_addresses
    for (int i = 0; i < LANES; i++) begin
      row_address[ADDRESS_BITS*i+:ADDRESS_BITS] = row_address_i[32*i+:ADDRESS_BITS];
    end
  end

  fifo #(
    .WIDTH(ROW_BITS),
    .DEPTH(2)
  ) u_rows (
    .clk_i,
    .rst_ni,
    .clear_i(start_i),
    .push_valid_i(row_valid_i),
    .push_ready_o(row_ready_o),
    .push_data_i({
      row_warp_i, row_op_i, row_rd_i, row_writes_rd_i, row_beat_i, row_last_i, row_any_global_i,
      row_shared_mask_i, row_address, row_data_i
    }),
    .pop_valid_o(head_valid),
    .pop_ready_i(pop),
    .pop_data_o(head)
  );

  assign {head_warp, head_op, head_rd, head_writes_rd, head_beat, head_last, head_any_global,
      head_mask, head_address, head_data} = head;

  // -----------------------------------------------------------------------------------------------
  // h: the pass
  logic advance, final_pass, store, byte_access, word_access;
  logic [LANES-1:0] pending, served, served_before_d, served_before_q, bank_enable;
  logic [INDEX_BITS*LANES-1:0] bank_index;
  logic [32*LANES-1:0] bank_data;
  logic [4*LANES-1:0] bank_strobe;
  logic [BANK_BITS*LANES-1:0] lane_bank;
  logic [2*LANES-1:0] lane_byte;
  logic [INDEX_BITS*LANES-1:0] lane_index;
  logic [32*LANES-1:0] lane_data;
  logic [4*LANES-1:0] lane_strobe;
  logic [INDEX_BITS-1:0] index;
  logic any;

  assign pending = head_mask & ~served_before_q;
  assign store = head_op == heddle_pkg::OP_SB || head_op == heddle_pkg::OP_SH
      || head_op == heddle_pkg::OP_SW;
  assign byte_access = head_op == heddle_pkg::OP_SB;
  assign word_access = head_op == heddle_pkg::OP_SW;

  always_comb begin : split_addresses
    lane_bank = '0;
    lane_byte = '0;
    lane_index = '0;
    lane_data = '0;
    lane_strobe = '0;
    if (head_valid) begin
      for (int i = 0; i < LANES; i++) begin
        lane_byte[2*i+:2] = head_address[ADDRESS_BITS*i+:2];
        lane_bank[BANK_BITS*i+:BANK_BITS] = head_address[ADDRESS_BITS*i+2+:BANK_BITS];
        lane_index[INDEX_BITS*i+:INDEX_BITS] =
            head_address[ADDRESS_BITS*i+2+BANK_BITS+:INDEX_BITS];
        if (byte_access) begin
          lane_data[32*i+:32] = {4{head_data[32*i+:8]}};
          lane_strobe[4*i+:4] = 4'b0001 << head_address[ADDRESS_BITS*i+:2];
        end else if (word_access) begin
          lane_data[32*i+:32] = head_data[32*i+:32];
          lane_strobe[4*i+:4] = 4'b1111;
        end else begin
          lane_data[32*i+:32] = {2{head_data[32*i+:16]}};
          lane_strobe[4*i+:4] = 4'b0011 << head_address[ADDRESS_BITS*i+:2];
        end
      end
    end
  end

  always_comb begin : pass
    served = '0;
    bank_enable = '0;
    bank_index = '0;
    bank_data = '0;
    bank_strobe = '0;
    index = '0;
    any = 1'b0;
    if (head_valid && pending != '0) begin
      for (int bank = 0; bank < LANES; bank++) begin
        any = 1'b0;
        for (int i = 0; i < LANES; i++) begin
          if (pending[i] && lane_bank[BANK_BITS*i+:BANK_BITS] == BANK_BITS'(bank)) begin
            if (!any) index = lane_index[INDEX_BITS*i+:INDEX_BITS];
            any = 1'b1;
            if (lane_index[INDEX_BITS*i+:INDEX_BITS] == index) begin
              served[i] = 1'b1;
              for (int k = 0; k < 4; k++) begin
                if (lane_strobe[4*i+k]) bank_data[32*bank+8*k+:8] = lane_data[32*i+8*k+:8];
              end
              bank_strobe[4*bank+:4] = bank_strobe[4*bank+:4] | lane_strobe[4*i+:4];
            end
          end
        end
        bank_enable[bank] = any;
        bank_index[INDEX_BITS*bank+:INDEX_BITS] = index;
      end
    end
  end

  assign final_pass = served == pending;
  assign pop = head_valid && advance && final_pass;

  always_comb begin : progress
    served_before_d = served_before_q;
    if (head_valid && advance) served_before_d = final_pass ? '0 : served_before_q | served;
  end

  // For the counters, visible one cycle after the pass.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      shared_row_o <= 1'b0;
      shared_pass_o <= 1'b0;
    end else begin
      shared_row_o <= pop && head_mask != '0;
      shared_pass_o <= head_valid && advance && pending != '0;
    end
  end

  // -----------------------------------------------------------------------------------------------
  // h+1: banks
  heddle_pkg::result_ctl_t stage1_ctl_d, stage1_ctl_q, stage2_ctl_q, stage3_ctl_q;
  logic stage1_valid_q, stage2_valid_q, stage3_valid_q;
  logic stage1_store_q, stage2_store_q, stage3_store_q;
  logic [OP_BITS-1:0] stage1_op_q, stage2_op_q;
  logic [LANES-1:0] stage1_mask_q, stage2_mask_q, stage3_mask_q;
  logic [BANK_BITS*LANES-1:0] stage1_lane_bank_q, stage2_lane_bank_q;
  logic [2*LANES-1:0] stage1_lane_byte_q, stage2_lane_byte_q;
  logic [LANES-1:0] bank_enable_q;
  logic [INDEX_BITS*LANES-1:0] bank_index_q;
  logic [32*LANES-1:0] bank_data_q, stage2_data;
  logic [4*LANES-1:0] bank_strobe_q;

  always_comb begin : control_fields
    stage1_ctl_d.warp = head_warp;
    stage1_ctl_d.rd = head_rd;
    stage1_ctl_d.writes_rd = head_writes_rd;
    stage1_ctl_d.beat = head_beat;
    stage1_ctl_d.last = final_pass && head_last && !head_any_global;
  end

  for (genvar bank = 0; bank < LANES; bank++) begin : g_bank
    logic [31:0] memory[0:WORDS-1];
    logic [31:0] read_q;

    always_ff @(posedge clk_i) begin
      if (advance && stage1_valid_q && bank_enable_q[bank]) begin
        if (stage1_store_q) begin
          for (int k = 0; k < 4; k++) begin
            if (bank_strobe_q[4*bank+k]) begin
              memory[bank_index_q[INDEX_BITS*bank+:INDEX_BITS]][8*k+:8] <=
                  bank_data_q[32*bank+8*k+:8];
            end
          end
        end else begin
          read_q <= memory[bank_index_q[INDEX_BITS*bank+:INDEX_BITS]];
        end
      end
    end

    assign stage2_data[32*bank+:32] = read_q;
  end

  // -----------------------------------------------------------------------------------------------
  // h+2: every lane takes its bank's word and extends it
  logic [32*LANES-1:0] result_d, result_q;
  logic [31:0] value;

  always_comb begin : align
    result_d = result_q;
    value = 32'b0;
    if (stage2_valid_q && !stage2_store_q) begin
      for (int i = 0; i < LANES; i++) begin
        value = stage2_data[32*stage2_lane_bank_q[BANK_BITS*i+:BANK_BITS]+:32];
        if (stage2_lane_byte_q[2*i+1]) value[15:0] = value[31:16];
        if (stage2_lane_byte_q[2*i]) value[7:0] = value[15:8];
        case (stage2_op_q)
          heddle_pkg::OP_LB: value = {{24{value[7]}}, value[7:0]};
          heddle_pkg::OP_LBU: value = {24'b0, value[7:0]};
          heddle_pkg::OP_LH: value = {{16{value[15]}}, value[15:0]};
          heddle_pkg::OP_LHU: value = {16'b0, value[15:0]};
          default: ;
        endcase
        result_d[32*i+:32] = value;
      end
    end
  end

  // -----------------------------------------------------------------------------------------------
  assign advance = !(result_valid_o && !result_ready_i);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      served_before_q <= '0;
      stage1_valid_q <= 1'b0;
      stage2_valid_q <= 1'b0;
      stage3_valid_q <= 1'b0;
    end else if (start_i) begin
      served_before_q <= '0;
      stage1_valid_q <= 1'b0;
      stage2_valid_q <= 1'b0;
      stage3_valid_q <= 1'b0;
    end else if (advance) begin
      served_before_q <= served_before_d;
      stage1_valid_q <= head_valid;
      stage2_valid_q <= stage1_valid_q;
      stage3_valid_q <= stage2_valid_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance && head_valid) begin
      stage1_ctl_q <= stage1_ctl_d;
      stage1_store_q <= store;
      stage1_op_q <= head_op;
      stage1_mask_q <= served;
      stage1_lane_bank_q <= lane_bank;
      stage1_lane_byte_q <= lane_byte;
      bank_enable_q <= bank_enable;
      bank_index_q <= bank_index;
      bank_data_q <= bank_data;
      bank_strobe_q <= bank_strobe;
    end
    if (advance && stage1_valid_q) begin
      stage2_ctl_q <= stage1_ctl_q;
      stage2_store_q <= stage1_store_q;
      stage2_op_q <= stage1_op_q;
      stage2_mask_q <= stage1_mask_q;
      stage2_lane_bank_q <= stage1_lane_bank_q;
      stage2_lane_byte_q <= stage1_lane_byte_q;
    end
    if (advance && stage2_valid_q) begin
      stage3_ctl_q <= stage2_ctl_q;
      stage3_store_q <= stage2_store_q;
      stage3_mask_q <= stage2_mask_q;
      result_q <= result_d;
    end
  end

  assign result_valid_o = stage3_valid_q && !stage3_store_q;
  assign result_ctl_o = stage3_ctl_q;
  assign result_mask_o = stage3_mask_q;
  assign result_data_o = result_q;
  assign store_done_valid_o = stage3_valid_q && stage3_store_q && stage3_ctl_q.last;
  assign store_done_warp_o = stage3_ctl_q.warp;
  assign idle_o = !head_valid && !stage1_valid_q && !stage2_valid_q && !stage3_valid_q;

  // The host keeps blocks inside the shared memory: the upper address bits are 0.
  logic unused;
  assign unused = ^row_address_i;

endmodule
`default_nettype wire
