"""sw/device/heddle_isa.inc (for the preprocessor and the assembler) and docs/manual/instructions.md."""

INCLUDE = """\
/* Made by isa/generate.py from isa/instructions.tsv and isa/csrs.tsv; do not edit.
 *
 * For C, C++ and preprocessed assembler: CSR numbers, and the Xheddle instructions as assembler text for asm statements.
 * In assembler (.S) the Xheddle instructions are macros as well. */
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
when their warp has nothing in flight.

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
    "Zba": "Zba: address generation",
    "Zbb": "Zbb: basic bit manipulation",
    "Zicond": "Zicond: conditional zero",
    "Zfinx": "Zfinx: single-precision float in integer registers",
    "Xheddle": "Xheddle: ours",
}


def assembler_include(instructions, csrs):
    ours = [op for op in instructions if op.extension == "Xheddle"]
    texts = "".join(f"#define HEDDLE_ASM_{op.constant} \".insn 0x{op.match:08x}\"\n" for op in ours)
    macros = ""
    for op in ours:
        parameter = " id=0" if "imm" in op.tokens else ""
        macros += f".macro {op.name}{parameter}\n"
        if parameter:
            macros += f".if \\id\n.error \"{op.name}: only id 0 exists\"\n.endif\n"
        macros += f"  .insn 0x{op.match:08x}\n.endm\n"
    numbers = "".join(f"#define HEDDLE_CSR_{csr.constant} 0x{csr.number:03x}\n" for csr in csrs)
    return INCLUDE.format(csrs=numbers, texts=texts, macros=macros)


def manual(instructions, csrs):
    sections = ""
    for extension, title in EXTENSIONS.items():
        sections += f"## {title}\n\n| instruction | encoding | unit | what |\n| --- | --- | --- | --- |\n"
        for op in instructions:
            if op.extension == extension:
                text = f"{op.name} {op.operands}".strip()
                note = " (*drain*)" if op.drain else ""
                what = op.what.replace("|", "\\|")
                sections += f"| `{text}` | `{op.encoding}` | {op.unit} | {what}{note} |\n"
        sections += "\n"
    rows = "".join(f"| 0x{csr.number:03X} | `{csr.name}` | {'read/write' if csr.writable else 'read-only'} | {csr.what} |\n"
                   for csr in csrs)
    return MANUAL.format(sections=sections.rstrip("\n") + "\n", csrs=rows)
