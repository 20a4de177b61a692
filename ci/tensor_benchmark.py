"""What ci/bench-gemm and ci/bench-attention share."""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build/bin/benchmarks"
STEP_BITS = 256  # of a row of each operand, a cycle and dot-product unit


def load(config):
    """The text of a configuration, by its name or its file's."""
    path = pathlib.Path(config)
    return (path if path.suffix == ".toml" else ROOT / "configs" / f"{config}.toml").read_text(encoding="utf-8")


def run(config, program, *words):
    """The counts that the program prints, on the timed model."""
    environment = dict(os.environ, HEDDLE_DEVICE="timed", HEDDLE_CONFIG=str(config))
    environment.setdefault("HEDDLE_MEMORY_LATENCY", "1")
    result = subprocess.run([FOLDER / program, *map(str, words)], env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)
    found = re.findall(r"(\d+) (?:cycles|beside)", result.stdout)
    if result.returncode != 0 or not found:
        sys.exit(f"ci/{pathlib.Path(sys.argv[0]).name}: {program} {' '.join(map(str, words))} ended with status "
                 f"{result.returncode}:\n{result.stdout}")
    return [int(number) for number in found]


def units(parameters, config):
    """The dot-product units of a configuration that has some."""
    count = parameters.get("tensor_m", 0) * parameters.get("tensor_n", 0)
    if count == 0:
        sys.exit(f"ci/{pathlib.Path(sys.argv[0]).name}: configuration {config} has no matrix engine")
    return count


def peak(count, bits):
    """Multiply-adds a cycle of so many units, of operands of so many bits."""
    return count * STEP_BITS // bits


def print_table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(cells).rstrip())
