#!/usr/bin/env python3
"""Makes heddle_config.svh, the design point for heddle_pkg, from a file of this folder.

    configs/generate.py CONFIG.toml OUT/heddle_config.svh
"""

import pathlib
import sys
import tomllib

# Least and greatest value and whether it must be a power of two (or 0, if that is the least): the limits of the hardware; cpp_model/common/config.cpp
# has the same ones.
KEYS = {
    "warps": (1, 32, True),
    "lanes": (4, 32, True),
    "channels": (1, 16, True),
    "cta_slots": (1, 32, True),
    "shared_bytes": (1024, 262144, True),
    "icache_bytes": (1024, 65536, True),
    "axi_data_bits": (32, 512, True),
    "axi_outstanding": (2, 64, True),
    "lsu_queue": (2, 64, True),
    "memory_ops": (2, 64, True),
    "line_tags": (2, 256, True),
    "copy_tags": (0, 64, True),
    "tensor_m": (0, 8, True),
    "tensor_n": (0, 8, True),
    "tensor_lanes": (0, 256, True),
    "tensor_columns": (0, 1024, True),
    "tensor_formats": (0, 511, False),
    "tensor_modes": (0, 31, False),
    "tensor_transpose": (0, 1, False),
    "tensor_sparse": (0, 1, False),
    "l1_bytes": (0, 262144, True),
    "l1_ways": (1, 16, True),
    "l2_bytes": (1024, 16777216, True),
    "l2_ways": (1, 16, True),
    "regions": (1, 128, False),
}
LINE_BYTES = 64


def load(path):
    with open(path, "rb") as file:
        values = tomllib.load(file)
    for key in values:
        if key not in KEYS:
            raise ValueError(f"unknown key \"{key}\"")
    for key, (minimum, maximum, power_of_two) in KEYS.items():
        value = values.get(key)
        if value is None:
            raise ValueError(f"key \"{key}\" is missing")
        if type(value) is not int or not minimum <= value <= maximum or (power_of_two and value & (value - 1)):
            kind = "a whole number" if not power_of_two else "a power of two" if minimum else "0 or a power of two"
            raise ValueError(f"{key} must be {kind} from {minimum} to {maximum}")
    if 0 < values["l1_bytes"] < 2 * LINE_BYTES * values["l1_ways"]:
        raise ValueError(f"l1_bytes must be 0 or at least {2 * LINE_BYTES * values['l1_ways']}: two sets of l1_ways lines")
    least = 2 * values["channels"] * LINE_BYTES * values["l2_ways"]
    if values["l2_bytes"] < least:
        raise ValueError(f"l2_bytes must be at least {least}: two sets of l2_ways lines a channel")
    tensor = [key for key in KEYS if key.startswith("tensor_")]
    if values["tensor_m"] == 0 and any(values[key] for key in tensor):
        raise ValueError("with tensor_m = 0 all of tensor_* are 0")
    if values["tensor_m"]:
        for key, least in (("tensor_n", 1), ("tensor_lanes", 8), ("tensor_columns", 64), ("tensor_formats", 1)):
            if values[key] < least:
                raise ValueError(f"with tensor_m > 0, {key} must be at least {least}")
        if values["tensor_modes"] % 2 == 0:
            raise ValueError("with tensor_m > 0, tensor_modes must be odd: BLACKWELL is always there")
    return values


def text(name, values):
    lines = [f"// Made by configs/generate.py from configs/{name}.toml; do not edit.",
             "  // verilator lint_off UNUSEDPARAM",
             f"  localparam CONFIG_NAME = \"{name}\";"]
    lines += [f"  localparam int unsigned {key.upper()} = {values[key]};" for key in KEYS]
    lines += ["  // verilator lint_on UNUSEDPARAM"]
    return "\n".join(lines) + "\n"


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: configs/generate.py CONFIG.toml OUT/heddle_config.svh")
    source, target = map(pathlib.Path, sys.argv[1:])
    try:
        values = load(source)
    except (OSError, tomllib.TOMLDecodeError, ValueError) as error:
        sys.exit(f"{source}: {error}")
    result = text(source.stem, values)
    # An unchanged file keeps its time stamp, so that nothing is rebuilt for it.
    if not target.is_file() or target.read_text(encoding="utf-8") != result:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(result, encoding="utf-8")


if __name__ == "__main__":
    main()
