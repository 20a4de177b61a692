"""sw/device/heddle_isa.inc (for the preprocessor and the assembler) and docs/manual/instructions.md."""

INCLUDE = """\
/* Made by isa/generate.py from isa/instructions.tsv and isa/csrs.tsv; do not edit.
 *
 * For C, C++ and preprocessed assembler: CSR numbers, and the instructions that assemblers do not know (Xheddle; Zfbfmin
 * in integer registers) as text for asm statements, with strings as operands; `rm` is a number. In assembler (.S) they
 * are macros. Atomics come without and with their ordering suffixes; the address is a register without parentheses. */
#ifndef HEDDLE_ISA_INC
#define HEDDLE_ISA_INC

{csrs}
{texts}
#ifdef __ASSEMBLER__
{macros}#endif

#endif
"""

MANUAL = """\
# Instructions

Made by `isa/generate.py` from `isa/instructions.tsv` and `isa/csrs.tsv`; do not edit. Encodings are bits 31 to 0; dots
are operands. `rm` is a rounding mode (5 and 6 are illegal), `target` is pc + imm. Instructions marked *drain* issue only
when their warp has nothing in flight. Those marked *aq, rl* do so with bit 26 (`aq`) or bit 25 (`rl`) set; `.aq`, `.rl` or
`.aqrl` is then behind the name.

{sections}
## CSRs

| number | name | access | what |
| --- | --- | --- | --- |
{csrs}"""

EXTENSIONS = {
    "I": "RV32I: base integer",
    "Zifencei": "Zifencei: instruction fence",
    "Zicsr": "Zicsr: control and status registers",
    "M": "M: multiply and divide",
    "Zaamo": "Zaamo: atomic memory operations",
    "Zacas": "Zacas: atomic compare and swap, of words and doublewords",
    "Zba": "Zba: address generation",
    "Zbb": "Zbb: basic bit manipulation",
    "Zicond": "Zicond: conditional zero",
    "Zfinx": "Zfinx: single-precision float in integer registers",
    "Zhinxmin": "Zhinxmin: half-precision conversions",
    "Zfbfmin": "Zfbfmin: bfloat16 conversions, in integer registers",
    "Xheddle": "Xheddle: ours",
}


ORDERINGS = {"": 0, ".rl": 1, ".aq": 2, ".aqrl": 3}


def _directive(op, operands, ordering=0):
    """The operands of an .insn directive that assembles the instruction."""
    if op.format in ("I", "S"):
        register = operands["rd" if op.format == "I" else "rs2"]
        return f"{op.format.lower()} 0x{op.match & 0x7f:02x}, {op.match >> 12 & 7}, {register}, {operands['imm']}({operands['rs1']})"
    fixed = {"rs2": f"x{op.match >> 20 & 31}"}
    fields = [operands.get(field, fixed.get(field, "x0")) for field in ("rd", "rs1", "rs2", "rs3")]
    kind, function, registers = ("r4", op.match >> 25 & 3, fields) if op.format == "R4" else ("r", op.match >> 25 | ordering, fields[:3])
    rounding = operands.get("rm", op.match >> 12 & 7)
    return f"{kind} 0x{op.match & 0x7f:02x}, {rounding}, {function}, {', '.join(registers)}"


def _orderings(op):
    return ORDERINGS.items() if op.ordered else [("", 0)]


def _text(op):
    """The instruction for asm statements: a macro of strings such as "%0"."""
    if not op.tokens:
        return f'#define HEDDLE_ASM_{op.constant} ".insn 0x{op.match:08x}"\n'
    lines = ""
    for suffix, ordering in _orderings(op):
        directive = _directive(op, {token: f'" {token} "' for token in op.tokens}, ordering)
        text = f'".insn {directive}"'.removesuffix(' ""')
        name = op.constant + suffix.upper().replace(".", "_")
        lines += f"#define HEDDLE_ASM_{name}({', '.join(op.tokens)}) \\\n  {text}\n"
    return lines


def _macro(op):
    """The instruction for assembler. Operands of barriers that are left out are zero."""
    if not op.tokens:
        return f".macro {op.name}\n  .insn 0x{op.match:08x}\n.endm\n"
    parameters = ", ".join(f"{token}=x0" if op.name.startswith("bar.") else token for token in op.tokens)
    operands = {token: chr(92) + token for token in op.tokens}
    return "".join(f".macro {op.name}{suffix} {parameters}\n  .insn {_directive(op, operands, ordering)}\n.endm\n"
                   for suffix, ordering in _orderings(op))


def assembler_include(instructions, csrs):
    ours = [op for op in instructions if op.extension in ("Xheddle", "Zfbfmin")]
    texts = "".join(_text(op) for op in ours)
    macros = "".join(_macro(op) for op in ours)
    numbers = "".join(f"#define HEDDLE_CSR_{csr.constant} 0x{csr.number:03x}\n" for csr in csrs)
    return INCLUDE.format(csrs=numbers, texts=texts, macros=macros)


def manual(instructions, csrs):
    sections = ""
    for extension, title in EXTENSIONS.items():
        sections += f"## {title}\n\n| instruction | encoding | unit | what |\n| --- | --- | --- | --- |\n"
        for op in instructions:
            if op.extension == extension:
                text = f"{op.name} {op.operands}".strip()
                note = " (*drain*)" if op.drain else " (*aq, rl*)" if op.ordered else ""
                what = op.what.replace("|", "\\|")
                sections += f"| `{text}` | `{op.encoding}` | {op.unit} | {what}{note} |\n"
        sections += "\n"
    rows = "".join(f"| 0x{csr.number:03X} | `{csr.name}` | {'read/write' if csr.writable else 'read-only'} | {csr.what} |\n"
                   for csr in csrs)
    return MANUAL.format(sections=sections.rstrip("\n") + "\n", csrs=rows)
