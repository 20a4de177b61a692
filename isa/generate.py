#!/usr/bin/env python3
"""Makes everything that depends on instruction encodings from isa/instructions.tsv and isa/csrs.tsv, and the special
functions' coefficients from isa/special_functions.py.

    isa/generate.py            write the outputs (they are committed)
    isa/generate.py --check    write nothing; exit with 1 when a committed output is not what the tables give

The tables are checked on the way: complete encodings, no two instructions that share a word, operands that have bits.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import emit_cpp
import emit_docs
import emit_sv
import special_functions
from table import TableError, load_csrs, load_instructions

ROOT = pathlib.Path(__file__).resolve().parent.parent


def outputs():
    """Path (relative to the repository) and text of every generated file."""
    here = ROOT / "isa"
    instructions = load_instructions(here / "instructions.tsv")
    csrs = load_csrs(here / "csrs.tsv")
    return {
        "rtl/generated/isa.svh": emit_sv.isa_svh(instructions, csrs),
        "cpp_model/isa/instructions.hpp": emit_cpp.header(instructions, csrs),
        "cpp_model/isa/instructions.cpp": emit_cpp.source(instructions, csrs),
        "sw/device/heddle_isa.inc": emit_docs.assembler_include(instructions, csrs),
        "rtl/generated/special_functions.svh": special_functions.svh(),
        "cpp_model/isa/special_functions_table.hpp": special_functions.header(),
        "docs/manual/instructions.md": emit_docs.manual(instructions, csrs),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed outputs instead of writing")
    arguments = parser.parse_args()
    try:
        texts = outputs()
    except TableError as error:
        sys.exit(f"isa/generate.py: {error}")
    stale = [path for path, text in texts.items()
             if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != text]
    if arguments.check:
        for path in stale:
            print(f"{path} is stale: run isa/generate.py and commit the result", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(texts[path], encoding="utf-8")
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
