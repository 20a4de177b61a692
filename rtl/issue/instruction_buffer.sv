// Two decoded instructions a warp.
//
// What the scoreboard and the scheduler look at every cycle is kept in registers, head and next,
// for all warps at once; it is little, because the registers that an instruction must find idle
// are stored as one set (a bit a register: used sources and the destination). The rest lies in a
// memory and comes out with the pick. warp_control never has more than two instructions of a warp
// under way, so there is always room.
`default_nettype none
module instruction_buffer (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From decode, d (event)
  input logic decoded_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] decoded_warp_i,
  input logic [31:0] decoded_pc_i,
  input logic [31:0] decoded_mask_i,
  input logic [7:0] decoded_depth_i,
  input heddle_pkg::decoded_t decoded_i,

  // To scoreboard and warp_scheduler: the heads of all warps
  output logic [heddle_pkg::WARPS-1:0] head_valid_o,
  output logic [32*heddle_pkg::WARPS-1:0] head_registers_o,
  output logic [heddle_pkg::WARPS-1:0] head_drain_o,
  output logic [heddle_pkg::WARPS-1:0] head_memory_o,
  output logic [heddle_pkg::WARPS-1:0] head_divide_o,
  output logic [heddle_pkg::WARPS-1:0] head_warp_unit_o,
  output logic [heddle_pkg::WARPS-1:0] head_sfu_o,
  output logic [heddle_pkg::WARPS-1:0] head_copy_o,
  output logic [heddle_pkg::WARPS-1:0] head_mma_o,
  output logic [heddle_pkg::WARPS-1:0] head_tensor_o,
  output logic [heddle_pkg::WARPS-1:0] head_pair_o,

  // From warp_scheduler, k (event)
  input logic pick_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] pick_warp_i,

  // To scoreboard: the head that is being picked, k
  output logic [4:0] picked_rd_o,
  output logic picked_writes_rd_o,
  output logic picked_drain_o,
  output logic picked_memory_o,
  output logic picked_pair_o,

  // To operand_collector, k+1 (event)
  output logic issue_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] issue_warp_o,
  output logic [31:0] issue_pc_o,
  output logic [31:0] issue_mask_o,
  output logic [7:0] issue_depth_o,
  output heddle_pkg::decoded_t issue_o
);

  localparam int unsigned WARPS = heddle_pkg::WARPS;
  localparam logic [WARPS-1:0] ONE = WARPS'(1);
  localparam int unsigned DECODED_BITS = heddle_pkg::OP_BITS + heddle_pkg::UNIT_BITS + 99;
  localparam int unsigned ENTRY_BITS = 32 + 32 + 8 + DECODED_BITS;

  // -----------------------------------------------------------------------------------------------
  // Summary of head and next
  logic [WARPS-1:0] head_valid_q, next_valid_q, read_slot_q;
  logic [WARPS-1:0] head_drain_q, next_drain_q, head_memory_q, next_memory_q;
  logic [WARPS-1:0] head_divide_q, next_divide_q, head_warp_unit_q, next_warp_unit_q;
  logic [WARPS-1:0] head_sfu_q, next_sfu_q, head_pair_q, next_pair_q;
  logic [WARPS-1:0] head_copy_q, next_copy_q, head_mma_q, next_mma_q, head_tensor_q, next_tensor_q;
  logic [31:0] registers, picked_next_registers;
  logic drain, memory, divide, warp_unit, sfu, copy, mma, tensor, pair, to_head;
  logic [WARPS-1:0] pick_bit, decoded_bit, head_bit, next_bit;

  assign drain = decoded_i.drain;
  assign memory = decoded_i.unit == heddle_pkg::UNIT_MEMORY;
  assign divide = decoded_i.unit == heddle_pkg::UNIT_DIVIDE;
  assign warp_unit = decoded_i.unit == heddle_pkg::UNIT_WARP;
  assign sfu = decoded_i.unit == heddle_pkg::UNIT_SFU;
  assign copy = heddle_pkg::COPY_TAGS != 0 && decoded_i.unit == heddle_pkg::UNIT_COPY;
  assign mma = heddle_pkg::MATRIX_ENGINE && decoded_i.unit == heddle_pkg::UNIT_MMA;
  assign tensor = heddle_pkg::MATRIX_ENGINE && decoded_i.unit == heddle_pkg::UNIT_TENSOR;
  assign pair = decoded_i.pair;

  always_comb begin : collect_registers
    registers = 32'b0;
    if (decoded_i.writes_rd) registers = registers | (32'd1 << decoded_i.rd);
    if (decoded_i.uses_rs1) registers = registers | (32'd1 << decoded_i.rs1);
    if (decoded_i.uses_rs2) registers = registers | (32'd1 << decoded_i.rs2);
    if (decoded_i.uses_rs3) registers = registers | (32'd1 << decoded_i.rs3);
    // The second registers of pairs; rs3 is rd, but for copies and MMAs.
    if (pair && decoded_i.writes_rd) registers = registers | (32'd2 << decoded_i.rd);
    if (pair && decoded_i.uses_rs2) registers = registers | (32'd2 << decoded_i.rs2);
    if ((copy || mma) && decoded_i.uses_rs3) registers = registers | (32'd2 << decoded_i.rs3);
  end

  // A new instruction is the head if none is left in front of it.
  assign to_head = !head_valid_q[decoded_warp_i]
      || (pick_bit[decoded_warp_i] && !next_valid_q[decoded_warp_i]);
  assign pick_bit = pick_valid_i ? ONE << pick_warp_i : '0;
  assign decoded_bit = decoded_valid_i ? ONE << decoded_warp_i : '0;
  assign head_bit = to_head ? decoded_bit : '0;
  assign next_bit = to_head ? '0 : decoded_bit;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_valid_q <= '0;
      next_valid_q <= '0;
      read_slot_q <= '0;
    end else if (start_i) begin
      head_valid_q <= '0;
      next_valid_q <= '0;
      read_slot_q <= '0;
    end else begin
      head_valid_q <= (head_valid_q & ~pick_bit) | (next_valid_q & pick_bit) | head_bit;
      next_valid_q <= (next_valid_q & ~pick_bit) | next_bit;
      read_slot_q <= read_slot_q ^ pick_bit;
    end
  end

  always_ff @(posedge clk_i) begin
    head_drain_q <= (((head_drain_q & ~pick_bit) | (next_drain_q & pick_bit)) & ~head_bit)
        | (drain ? head_bit : '0);
    head_memory_q <= (((head_memory_q & ~pick_bit) | (next_memory_q & pick_bit)) & ~head_bit)
        | (memory ? head_bit : '0);
    head_divide_q <= (((head_divide_q & ~pick_bit) | (next_divide_q & pick_bit)) & ~head_bit)
        | (divide ? head_bit : '0);
    head_warp_unit_q <=
        (((head_warp_unit_q & ~pick_bit) | (next_warp_unit_q & pick_bit)) & ~head_bit)
        | (warp_unit ? head_bit : '0);
    head_sfu_q <= (((head_sfu_q & ~pick_bit) | (next_sfu_q & pick_bit)) & ~head_bit)
        | (sfu ? head_bit : '0);
    head_copy_q <= (((head_copy_q & ~pick_bit) | (next_copy_q & pick_bit)) & ~head_bit)
        | (copy ? head_bit : '0);
    head_mma_q <= (((head_mma_q & ~pick_bit) | (next_mma_q & pick_bit)) & ~head_bit)
        | (mma ? head_bit : '0);
    head_tensor_q <= (((head_tensor_q & ~pick_bit) | (next_tensor_q & pick_bit)) & ~head_bit)
        | (tensor ? head_bit : '0);
    head_pair_q <= (((head_pair_q & ~pick_bit) | (next_pair_q & pick_bit)) & ~head_bit)
        | (pair ? head_bit : '0);
    next_drain_q <= (next_drain_q & ~next_bit) | (drain ? next_bit : '0);
    next_memory_q <= (next_memory_q & ~next_bit) | (memory ? next_bit : '0);
    next_divide_q <= (next_divide_q & ~next_bit) | (divide ? next_bit : '0);
    next_warp_unit_q <= (next_warp_unit_q & ~next_bit) | (warp_unit ? next_bit : '0);
    next_sfu_q <= (next_sfu_q & ~next_bit) | (sfu ? next_bit : '0);
    next_copy_q <= (next_copy_q & ~next_bit) | (copy ? next_bit : '0);
    next_mma_q <= (next_mma_q & ~next_bit) | (mma ? next_bit : '0);
    next_tensor_q <= (next_tensor_q & ~next_bit) | (tensor ? next_bit : '0);
    next_pair_q <= (next_pair_q & ~next_bit) | (pair ? next_bit : '0);
  end

  assign head_valid_o = head_valid_q;
  assign head_drain_o = head_drain_q;
  assign head_memory_o = head_memory_q;
  assign head_divide_o = head_divide_q;
  assign head_warp_unit_o = head_warp_unit_q;
  assign head_sfu_o = head_sfu_q;
  assign head_copy_o = head_copy_q;
  assign head_mma_o = head_mma_q;
  assign head_tensor_o = head_tensor_q;
  assign head_pair_o = head_pair_q;

  // The next instruction's registers are wanted of the picked warp only, and lie in a memory.
  multiport_ram #(
    .DEPTH(WARPS),
    .WRITES(1),
    .READS(1)
  ) u_next_registers (
    .clk_i,
    .rst_ni,
    .write_valid_i(decoded_valid_i && !to_head),
    .write_address_i(decoded_warp_i),
    .write_data_i(registers),
    .read_address_i(pick_warp_i),
    .read_data_o(picked_next_registers)
  );

  for (genvar i = 0; i < WARPS; i++) begin : g_registers
    logic [31:0] head_registers_q;

    always_ff @(posedge clk_i) begin
      if (pick_bit[i] || head_bit[i]) begin
        head_registers_q <= head_bit[i] ? registers : picked_next_registers;
      end
    end

    assign head_registers_o[32*i+:32] = head_registers_q;
  end

  // -----------------------------------------------------------------------------------------------
  // The instructions: two slots a warp, read and written in turn
  logic [ENTRY_BITS-1:0] entries_q[0:2*WARPS-1];
  logic [ENTRY_BITS-1:0] picked_entry;
  logic write_slot;
  logic [31:0] picked_pc, picked_mask;
  logic [7:0] picked_depth;
  heddle_pkg::decoded_t picked;

  assign write_slot = read_slot_q[decoded_warp_i] ^ head_valid_q[decoded_warp_i];
  assign picked_entry = entries_q[{pick_warp_i, read_slot_q[pick_warp_i]}];
  assign {picked_pc, picked_mask, picked_depth, picked} = picked_entry;
  assign picked_rd_o = picked.rd;
  assign picked_writes_rd_o = picked.writes_rd;
  assign picked_drain_o = picked.drain;
  assign picked_memory_o = picked.unit == heddle_pkg::UNIT_MEMORY;
  assign picked_pair_o = picked.pair;

  always_ff @(posedge clk_i) begin
    if (decoded_valid_i) begin
      entries_q[{decoded_warp_i, write_slot}] <=
          {decoded_pc_i, decoded_mask_i, decoded_depth_i, decoded_i};
    end
    if (pick_valid_i) begin
      issue_warp_o <= pick_warp_i;
      issue_pc_o <= picked_pc;
      issue_mask_o <= picked_mask;
      issue_depth_o <= picked_depth;
      issue_o <= picked;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) issue_valid_o <= 1'b0;
    else issue_valid_o <= pick_valid_i && !start_i;
  end

endmodule
`default_nettype wire
