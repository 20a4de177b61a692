#!/usr/bin/env python3
"""FuseSoC's generator heddle_config (heddle.core): makes a core with the design point's heddle_config.svh.

    configs/fusesoc.py INPUT.yml    as FuseSoC calls it, in the folder that the core goes to

The parameter `config` is a name of this folder, or the path of such a file from the calling core's folder.
"""

import pathlib
import sys
import tomllib

import yaml

import generate

CORE = """\
CAPI=2:
name: {vlnv}
filesets:
  header:
    files:
      - heddle_config.svh: {{is_include_file: true}}
    file_type: systemVerilogSource
targets:
  default:
    filesets: [header]
"""


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: configs/fusesoc.py INPUT.yml")
    with open(sys.argv[1], encoding="utf-8") as file:
        asked = yaml.safe_load(file)
    config = asked["parameters"]["config"]
    folder = pathlib.Path(__file__).resolve().parent
    source = pathlib.Path(asked["files_root"], config) if config.endswith(".toml") else folder / f"{config}.toml"
    try:
        values = generate.load(source)
    except (OSError, tomllib.TOMLDecodeError, ValueError) as error:
        sys.exit(f"{source}: {error}")
    pathlib.Path("heddle_config.svh").write_text(generate.text(source.stem, values), encoding="utf-8")
    pathlib.Path("heddle_config.core").write_text(CORE.format(vlnv=asked["vlnv"]), encoding="utf-8")


if __name__ == "__main__":
    main()
