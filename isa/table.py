"""Reads and checks the instruction and CSR tables."""

import dataclasses
import itertools
import re

UNITS = ["ALU", "MUL", "FLOAT", "CSR", "BRANCH", "JUMP", "SYSTEM", "MEMORY", "DIVIDE", "WARP", "SFU", "COPY", "MMA", "TENSOR"]
FORMATS = ["NONE", "R", "R4", "I", "SHIFT", "S", "B", "U", "J", "CSR", "CSRI", "AMO"]
REGISTERS = {"a0": 10, "a7": 17}

# Bits that hold an operand, by format where that matters.
FIELD_BITS = {
    "rd": range(7, 12),
    "rm": range(12, 15),
    "rs1": range(15, 20),
    "uimm": range(15, 20),
    "rs2": range(20, 25),
    "rs3": range(27, 32),
    "csr": range(20, 32),
    "pred": range(24, 28),
    "succ": range(20, 24),
}
IMMEDIATE_BITS = {
    "I": range(20, 32),
    "SHIFT": range(20, 25),
    "S": [*range(7, 12), *range(25, 32)],
    "B": [*range(7, 12), *range(25, 32)],
    "U": range(12, 32),
    "J": range(12, 32),
}
ORDERING_BITS = (26, 25)  # aq, rl of format AMO
PAIR_BITS = {"rs2": 20, "rd": 7, "rs3": 27}  # 0 where the field names a pair of registers


class TableError(Exception):
    """A table breaks one of its rules; the message names the line's subject."""


@dataclasses.dataclass
class Instruction:
    name: str
    mask: int
    match: int
    pattern: str  # 32 characters of 0, 1 and '.', bit 31 first
    encoding: str  # the same with its spaces
    format: str
    unit: str
    operands: str
    flags: list
    extension: str
    what: str
    number: int

    @property
    def tokens(self):
        return re.findall(r"[a-z0-9]+", self.operands)

    @property
    def constant(self):
        """Name as a SystemVerilog constant: FCVT_W_S."""
        return self.name.upper().replace(".", "_")

    @property
    def camel(self):
        """Name as a C++ constant without its k: FcvtWS."""
        return "".join(part.capitalize() for part in re.split(r"[._]", self.name))

    def implied(self, register):
        """Number of the register that the instruction reads as `register` without a field for it, or None."""
        for flag in self.flags:
            if flag.startswith(register + "=") and flag != "rs3=rd":
                return REGISTERS[flag.split("=")[1]]
        return None

    def reads(self, register):
        return (register in self.tokens or self.implied(register) is not None
                or register == "rs3" and self.rs3_is_rd)

    @property
    def rs3_is_rd(self):
        return "rs3=rd" in self.flags

    @property
    def pair(self):
        """True if rs2, rd and rs3 name pairs of registers."""
        return "pair" in self.flags

    @property
    def writes_rd(self):
        return "rd" in self.tokens

    @property
    def has_rm(self):
        return "rm" in self.tokens

    @property
    def drain(self):
        return "drain" in self.flags

    @property
    def ordered(self):
        """True if the instruction drains with aq or rl set."""
        return "ordered" in self.flags

    @property
    def atomic(self):
        return self.format == "AMO"


@dataclasses.dataclass
class Csr:
    name: str
    number: int
    writable: bool
    what: str

    @property
    def constant(self):
        return self.name.upper().replace(".", "_")

    @property
    def camel(self):
        return "".join(part.capitalize() for part in re.split(r"[._]", self.name))


def rows(path, columns):
    for line_number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) != columns:
            raise TableError(f"{path.name}:{line_number}: {len(cells)} columns, expected {columns}")
        yield cells


def load_instructions(path):
    instructions = []
    for cells in rows(path, 8):
        name, encoding, form, unit, operands, flags, extension, what = cells
        pattern = encoding.replace(" ", "")
        if not re.fullmatch(r"[01.]{32}", pattern):
            raise TableError(f"{name}: the encoding is not 32 characters of 0, 1 and '.'")
        instruction = Instruction(
            name=name, mask=int(re.sub("[01]", "1", pattern).replace(".", "0"), 2),
            match=int(pattern.replace(".", "0"), 2), pattern=pattern, encoding=encoding, format=form, unit=unit,
            operands="" if operands == "-" else operands, flags=[] if flags == "-" else flags.split(),
            extension=extension, what=what, number=len(instructions) + 1)
        check(instruction)
        instructions.append(instruction)
    for one, other in itertools.combinations(instructions, 2):
        if (one.match ^ other.match) & one.mask & other.mask == 0:
            raise TableError(f"{one.name} and {other.name} share an encoding")
        if one.name == other.name:
            raise TableError(f"{one.name} appears twice")
    if len(instructions) > 255:
        raise TableError("more instructions than OP_BITS can number")
    return instructions


def check(instruction):
    name = instruction.name
    if instruction.unit not in UNITS:
        raise TableError(f"{name}: no unit {instruction.unit}")
    if instruction.format not in FORMATS:
        raise TableError(f"{name}: no format {instruction.format}")
    for flag in instruction.flags:
        if not re.fullmatch(r"drain|ordered|rs[12]=(a0|a7)|rs3=rd|pair", flag):
            raise TableError(f"{name}: unknown flag {flag}")
    if instruction.ordered and not instruction.atomic:
        raise TableError(f"{name}: only format AMO has aq and rl")
    needed = set(ORDERING_BITS) if instruction.atomic else set()
    for token in instruction.tokens:
        if token in FIELD_BITS:
            needed |= set(FIELD_BITS[token])
        elif token in ("imm", "upper", "target") and instruction.format in IMMEDIATE_BITS:
            needed |= set(IMMEDIATE_BITS[instruction.format])
        else:
            raise TableError(f"{name}: unknown operand {token}")
    if instruction.pair:
        if instruction.format not in ("AMO", "R4"):
            raise TableError(f"{name}: only formats AMO and R4 have pairs of registers")
        bits = {bit for field, bit in PAIR_BITS.items() if field in instruction.tokens}
        if any(instruction.pattern[31 - bit] != "0" for bit in bits):
            raise TableError(f"{name}: registers of a pair are even")
        needed -= bits
    free = {31 - i for i, bit in enumerate(instruction.pattern) if bit == "."}
    if free and needed != free and not name.startswith("fence"):
        raise TableError(f"{name}: the operands' bits are not the encoding's free bits")


def load_csrs(path):
    csrs = [Csr(name, int(number, 16), access == "rw", what) for name, number, access, what in rows(path, 4)]
    if len({csr.number for csr in csrs}) != len(csrs):
        raise TableError("two CSRs share a number")
    for csr in csrs:
        if csr.writable == (csr.number >> 10 == 3):
            raise TableError(f"{csr.name}: access does not agree with the number (0xC00 and above are read-only)")
    return csrs
