// All functions of rtl/generated/isa.svh applied to one word, for isa_probe.tests.cpp.
`default_nettype none
module isa_probe (
  input logic [31:0] instr_i,
  input logic csr_writes_i,
  output logic [heddle_pkg::OP_BITS-1:0] op_o,
  output logic [heddle_pkg::UNIT_BITS-1:0] unit_o,
  output logic [heddle_pkg::FORMAT_BITS-1:0] format_o,
  output logic [31:0] imm_o,
  output logic reads_rs1_o,
  output logic reads_rs2_o,
  output logic reads_rs3_o,
  output logic writes_rd_o,
  output logic drain_o,
  output logic ordered_o,
  output logic rs3_is_rd_o,
  output logic is_pair_o,
  output logic is_atomic_o,
  output logic has_rm_o,
  output logic csr_legal_o
);
  always_comb begin
    op_o = heddle_pkg::isa_op(instr_i);
    unit_o = heddle_pkg::isa_unit(op_o);
    format_o = heddle_pkg::isa_format(op_o);
    imm_o = heddle_pkg::isa_imm(instr_i, format_o);
    reads_rs1_o = heddle_pkg::isa_reads_rs1(op_o);
    reads_rs2_o = heddle_pkg::isa_reads_rs2(op_o);
    reads_rs3_o = heddle_pkg::isa_reads_rs3(op_o);
    writes_rd_o = heddle_pkg::isa_writes_rd(op_o);
    drain_o = heddle_pkg::isa_drain(op_o);
    ordered_o = heddle_pkg::isa_ordered(op_o);
    rs3_is_rd_o = heddle_pkg::isa_rs3_is_rd(op_o);
    is_pair_o = heddle_pkg::isa_is_pair(op_o);
    is_atomic_o = heddle_pkg::isa_is_atomic(op_o);
    has_rm_o = heddle_pkg::isa_has_rm(op_o);
    csr_legal_o = heddle_pkg::isa_csr_legal(instr_i[31:20], csr_writes_i);
  end
endmodule
`default_nettype wire
