// What the lanes take as operands of an instruction. It goes with the row, so that the lanes need
// not decode the instruction in front of their multiplexers.
`default_nettype none
module operand_select (
  input logic [heddle_pkg::OP_BITS-1:0] op_i,
  output heddle_pkg::operand_select_t select_o
);

  always_comb begin : decode
    select_o.a = 2'd0;
    select_o.b = 2'd0;
    select_o.c = 2'd0;
    select_o.shift = 1'b0;
    select_o.left = 1'b0;
    case (op_i)
      heddle_pkg::OP_LUI: begin
        select_o.a = 2'd2;
        select_o.b = 2'd1;
      end
      heddle_pkg::OP_AUIPC: begin
        select_o.a = 2'd1;
        select_o.b = 2'd1;
      end
      heddle_pkg::OP_JAL, heddle_pkg::OP_JALR: begin
        select_o.a = 2'd1;
        select_o.b = 2'd2;
      end
      heddle_pkg::OP_ADDI, heddle_pkg::OP_SLTI, heddle_pkg::OP_SLTIU, heddle_pkg::OP_XORI,
      heddle_pkg::OP_ORI, heddle_pkg::OP_ANDI:
        select_o.b = 2'd1;
      heddle_pkg::OP_SLLI: begin
        select_o.b = 2'd1;
        select_o.shift = 1'b1;
        select_o.left = 1'b1;
      end
      heddle_pkg::OP_SLL, heddle_pkg::OP_ROL: begin
        select_o.shift = 1'b1;
        select_o.left = 1'b1;
      end
      heddle_pkg::OP_SRLI, heddle_pkg::OP_SRAI, heddle_pkg::OP_RORI: begin
        select_o.b = 2'd1;
        select_o.shift = 1'b1;
      end
      heddle_pkg::OP_SRL, heddle_pkg::OP_SRA, heddle_pkg::OP_ROR: select_o.shift = 1'b1;
      heddle_pkg::OP_FADD_S, heddle_pkg::OP_FSUB_S: begin
        select_o.b = 2'd3;
        select_o.c = 2'd1;
      end
      heddle_pkg::OP_FCVT_W_S, heddle_pkg::OP_FCVT_WU_S: select_o.c = 2'd2;
      default: ;
    endcase
  end

endmodule
`default_nettype wire
