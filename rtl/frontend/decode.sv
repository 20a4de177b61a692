// Instruction word to control fields, one cycle.
//
// What cannot be executed becomes an entry that raises its fault when it is issued, in program
// order: it has no sources, no destination and goes nowhere. `ecall` gets a7 and a0 as its
// sources, `amocas` rd as its third one; `jalr` has no rounding mode and carries "rs1 is x1" in
// rm[0] (branch_unit counts the call depth with it). Atomics drain when aq or rl is set. Without bulk
// copies (COPY_TAGS = 0) `bulk.load` is no instruction, without a matrix engine (TENSOR_M = 0) those of
// the units MMA and TENSOR are none.
`default_nettype none
module decode (
  input logic clk_i,
  input logic rst_ni,
  input logic start_i,

  // From warp_control, d (event)
  input logic packet_valid_i,
  input logic [heddle_pkg::WARP_BITS-1:0] packet_warp_i,
  input logic [31:0] packet_instruction_i,
  input logic [heddle_pkg::OP_BITS-1:0] packet_op_i,  // what that word encodes
  input logic packet_fault_i,
  input logic [4:0] packet_cause_i,
  input logic [31:0] packet_pc_i,
  input logic [31:0] packet_mask_i,
  input logic [7:0] packet_depth_i,

  // To instruction_buffer, d+1 (event)
  output logic decoded_valid_o,
  output logic [heddle_pkg::WARP_BITS-1:0] decoded_warp_o,
  output logic [31:0] decoded_pc_o,
  output logic [31:0] decoded_mask_o,
  output logic [7:0] decoded_depth_o,
  output heddle_pkg::decoded_t decoded_o
);

  localparam logic [4:0] LINK = 5'd1;
  localparam logic [4:0] SYSTEM_CALL_STATUS = 5'd10;
  localparam logic [4:0] SYSTEM_CALL_NUMBER = 5'd17;

  logic [31:0] word;
  logic [4:0] rs3;
  logic [heddle_pkg::OP_BITS-1:0] op;
  logic is_csr, csr_writes, is_fcsr, illegal, fault;
  heddle_pkg::decoded_t decoded_d;

  assign word = packet_instruction_i;

  always_comb begin
    // What the configuration has not
    op = packet_op_i;
    if (heddle_pkg::COPY_TAGS == 0 && op == heddle_pkg::OP_BULK_LOAD) begin
      op = heddle_pkg::OP_ILLEGAL;
    end
    if (!heddle_pkg::MATRIX_ENGINE && (heddle_pkg::isa_unit(op) == heddle_pkg::UNIT_MMA
        || heddle_pkg::isa_unit(op) == heddle_pkg::UNIT_TENSOR)) begin
      op = heddle_pkg::OP_ILLEGAL;
    end
    rs3 = 5'd0;
    is_csr = 1'b0;
    csr_writes = 1'b0;
    is_fcsr = 1'b0;
    illegal = 1'b0;
    fault = 1'b0;
    decoded_d = '0;
    decoded_d.unit = heddle_pkg::UNIT_ALU;
    decoded_d.fault_address = packet_pc_i;
    if (packet_valid_i) begin
      rs3 = heddle_pkg::isa_rs3_is_rd(op) ? word[11:7] : word[31:27];
      is_csr = heddle_pkg::isa_unit(op) == heddle_pkg::UNIT_CSR;
      csr_writes = op == heddle_pkg::OP_CSRRW || op == heddle_pkg::OP_CSRRWI
          || word[19:15] != 5'd0;
      is_fcsr = is_csr && (word[31:20] == heddle_pkg::CSR_FFLAGS
          || word[31:20] == heddle_pkg::CSR_FRM || word[31:20] == heddle_pkg::CSR_FCSR);
      illegal = op == heddle_pkg::OP_ILLEGAL
          || (heddle_pkg::isa_has_rm(op) && (word[14:12] == 3'd5 || word[14:12] == 3'd6))
          || (is_csr && !heddle_pkg::isa_csr_legal(word[31:20], csr_writes));
      fault = packet_fault_i || illegal || op == heddle_pkg::OP_EBREAK;

      if (packet_fault_i) begin
        decoded_d.cause = packet_cause_i;
      end else if (illegal) begin
        decoded_d.cause = heddle_pkg::CAUSE_ILLEGAL;
        decoded_d.fault_address = word;
      end else begin
        decoded_d.cause = heddle_pkg::CAUSE_BREAKPOINT;
      end
      decoded_d.fault = fault;

      if (!fault) begin
        decoded_d.op = op;
        decoded_d.unit = heddle_pkg::isa_unit(op);
        decoded_d.rd = word[11:7];
        decoded_d.rs1 = word[19:15];
        decoded_d.rs2 = word[24:20];
        decoded_d.rs3 = rs3;
        decoded_d.writes_rd = heddle_pkg::isa_writes_rd(op) && word[11:7] != 5'd0;
        decoded_d.uses_rs1 = heddle_pkg::isa_reads_rs1(op) && word[19:15] != 5'd0;
        decoded_d.uses_rs2 = heddle_pkg::isa_reads_rs2(op) && word[24:20] != 5'd0;
        decoded_d.uses_rs3 = heddle_pkg::isa_reads_rs3(op) && rs3 != 5'd0;
        decoded_d.pair = heddle_pkg::isa_is_pair(op);
        decoded_d.drain = heddle_pkg::isa_drain(op) || is_fcsr
            || (heddle_pkg::isa_ordered(op) && word[26:25] != 2'b00);
        decoded_d.imm = heddle_pkg::isa_imm(word, heddle_pkg::isa_format(op));
        if (heddle_pkg::isa_has_rm(op)) decoded_d.rm = word[14:12];
        if (op == heddle_pkg::OP_JALR) decoded_d.rm = {2'b00, word[19:15] == LINK};
        if (op == heddle_pkg::OP_ECALL) begin
          decoded_d.rs1 = SYSTEM_CALL_NUMBER;
          decoded_d.rs2 = SYSTEM_CALL_STATUS;
          decoded_d.uses_rs1 = 1'b1;
          decoded_d.uses_rs2 = 1'b1;
        end
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) decoded_valid_o <= 1'b0;
    else decoded_valid_o <= packet_valid_i && !start_i;
  end

  always_ff @(posedge clk_i) begin
    if (packet_valid_i) begin
      decoded_warp_o <= packet_warp_i;
      decoded_pc_o <= packet_pc_i;
      decoded_mask_o <= packet_mask_i;
      decoded_depth_o <= packet_depth_i;
      decoded_o <= decoded_d;
    end
  end

endmodule
`default_nettype wire
