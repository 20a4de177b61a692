"""rtl/generated/isa.svh: included inside heddle_pkg.

Only what Verilator, Yosys' own reader and Icarus agree on: sized localparams (Yosys gets unqualified enum names in
package functions wrong), functions that assign to their name, casez.
"""

from table import FORMATS, UNITS

OP_BITS = 8
UNIT_BITS = 4
FORMAT_BITS = 4


def localparams(prefix, bits, names):
    width = max(map(len, names))
    return [f"  localparam logic [{bits - 1}:0] {(prefix + name).ljust(width + len(prefix))} = {bits}'d{value};"
            for value, name in enumerate(names)]


def wrap(names):
    """Case labels, a few on each line, so that a line has at most 100 columns."""
    lines, line = [], "     "
    for i, name in enumerate(names):
        item = " " + name + ("," if i + 1 < len(names) else ":")
        if len(line) + len(item) > 99:
            lines.append(line)
            line = "     "
        line += item
    return lines + [line]


def predicate(name, comment, ops):
    return [f"  // {comment}",
            f"  function automatic logic {name}(input logic [OP_BITS-1:0] op);",
            "    case (op)",
            *wrap([f"OP_{op.constant}" for op in ops]),
            f"        {name} = 1'b1;",
            f"      default: {name} = 1'b0;",
            "    endcase",
            "  endfunction", ""]


def grouped(name, kind, bits, default, groups):
    lines = [f"  function automatic logic [{bits}-1:0] {name}(input logic [OP_BITS-1:0] op);", "    case (op)"]
    for value, ops in groups:
        if ops and value != default:
            lines += [*wrap([f"OP_{op.constant}" for op in ops]), f"        {name} = {kind}_{value};"]
    return lines + [f"      default: {name} = {kind}_{default};", "    endcase", "  endfunction", ""]


IMM = """\
  // The immediate of a format (docs/architecture/execute.md, "The operand row").
  // verilator lint_off UNUSEDSIGNAL
  function automatic logic [31:0] isa_imm(
    input logic [31:0] instr, input logic [FORMAT_BITS-1:0] format
  );
    case (format)
      FORMAT_I: isa_imm = {{20{instr[31]}}, instr[31:20]};
      FORMAT_SHIFT: isa_imm = {27'd0, instr[24:20]};
      FORMAT_S: isa_imm = {{20{instr[31]}}, instr[31:25], instr[11:7]};
      FORMAT_B: isa_imm = {{20{instr[31]}}, instr[7], instr[30:25], instr[11:8], 1'b0};
      FORMAT_U: isa_imm = {instr[31:12], 12'd0};
      FORMAT_J: isa_imm = {{12{instr[31]}}, instr[19:12], instr[20], instr[30:21], 1'b0};
      FORMAT_CSR, FORMAT_CSRI: isa_imm = {15'd0, instr[19:15], instr[31:20]};
      default: isa_imm = 32'd0;
    endcase
  endfunction
  // verilator lint_on UNUSEDSIGNAL
"""


def isa_svh(instructions, csrs):
    lines = ["// Made by isa/generate.py from isa/instructions.tsv and isa/csrs.tsv; do not edit.", "//",
             "// The instruction set, for inclusion inside heddle_pkg. OP_ILLEGAL stands for every word that is no",
             "// instruction; all functions of it are 0.",
             "  // verilator lint_off UNUSEDPARAM",
             f"  localparam int unsigned OP_BITS = {OP_BITS};",
             f"  localparam int unsigned UNIT_BITS = {UNIT_BITS};",
             f"  localparam int unsigned FORMAT_BITS = {FORMAT_BITS};", ""]
    lines += localparams("OP_", OP_BITS, ["ILLEGAL"] + [op.constant for op in instructions]) + [""]
    lines += localparams("UNIT_", UNIT_BITS, UNITS) + [""]
    lines += localparams("FORMAT_", FORMAT_BITS, FORMATS) + [""]
    width = max(len(csr.constant) for csr in csrs)
    lines += [f"  localparam logic [11:0] CSR_{csr.constant.ljust(width)} = 12'h{csr.number:03X};" for csr in csrs]
    lines += ["", "  // The instruction that a word encodes. Says nothing about rounding modes and CSR numbers.",
              "  function automatic logic [OP_BITS-1:0] isa_op(input logic [31:0] instr);", "    casez (instr)"]
    lines += [f"      32'b{op.pattern.replace('.', '?')}: isa_op = OP_{op.constant};" for op in instructions]
    lines += ["      default: isa_op = OP_ILLEGAL;", "    endcase", "  endfunction", ""]
    controls = [op for op in instructions if op.unit in ("BRANCH", "JUMP", "SYSTEM")]
    lines += ["  // True if the branch unit executes the instruction that a word encodes.",
              "  function automatic logic isa_is_control(input logic [31:0] instr);", "    casez (instr)"]
    lines += [f"      32'b{op.pattern.replace('.', '?')}: isa_is_control = 1'b1;" for op in controls]
    lines += ["      default: isa_is_control = 1'b0;", "    endcase", "  endfunction", ""]
    lines += ["  // The unit that executes an instruction."]
    lines += grouped("isa_unit", "UNIT", "UNIT_BITS", "ALU",
                     [(unit, [op for op in instructions if op.unit == unit]) for unit in UNITS])
    lines += ["  // Where an instruction keeps its immediate."]
    lines += grouped("isa_format", "FORMAT", "FORMAT_BITS", "NONE",
                     [(form, [op for op in instructions if op.format == form]) for form in FORMATS])
    for n in (1, 2, 3):
        comment = f"True if rs{n} is a source" + (" (ecall: an implied register)." if n < 3 else ".")
        lines += predicate(f"isa_reads_rs{n}", comment, [op for op in instructions if op.reads(f"rs{n}")])
    lines += predicate("isa_writes_rd", "True if the instruction has an rd (which may be x0).",
                       [op for op in instructions if op.writes_rd])
    lines += predicate("isa_drain", "True if it issues only when the warp has nothing in flight.",
                       [op for op in instructions if op.drain])
    lines += predicate("isa_ordered", "True if it also does so when aq or rl (bits 26, 25) is set.",
                       [op for op in instructions if op.ordered])
    lines += predicate("isa_rs3_is_rd", "True if rs3 is the register that the rd field names.",
                       [op for op in instructions if op.rs3_is_rd])
    lines += predicate("isa_is_pair", "True if rs2, rs3 and rd name pairs of registers, the low word in the even one.",
                       [op for op in instructions if op.pair])
    lines += predicate("isa_is_atomic", "True if the instruction reads and writes memory in one step.",
                       [op for op in instructions if op.atomic])
    lines += predicate("isa_has_rm", "True if bits 14 to 12 are a rounding mode.",
                       [op for op in instructions if op.has_rm])
    lines += [IMM]
    writable = ", ".join(f"CSR_{csr.constant}" for csr in csrs if csr.writable)
    lines += ["  // True if the CSR exists and, with `writes`, may be written.",
              "  function automatic logic isa_csr_legal(input logic [11:0] csr, input logic writes);",
              "    case (csr)",
              f"      {writable}: isa_csr_legal = 1'b1;",
              *wrap([f"CSR_{csr.constant}" for csr in csrs if not csr.writable]),
              "        isa_csr_legal = !writes;",
              "      default: isa_csr_legal = 1'b0;",
              "    endcase",
              "  endfunction",
              "  // verilator lint_on UNUSEDPARAM"]
    return "\n".join(lines) + "\n"
