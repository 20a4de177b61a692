"""Is the table of parameters in docs/architecture/README.md that of configs/*.toml and rtl/heddle_pkg.sv? Exit status 1 if
not, with a line for each difference."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/architecture/README.md"


def rows():
    """The design points of the table's head, and a row each parameter: name, its values by design point."""
    lines = PAGE.read_text(encoding="utf-8").split("\n## Parameters\n")[1].split("\n## ")[0].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    found = {}
    for names, *values in (row[:-1] for row in cells[2:]):
        for place, name in enumerate(re.findall(r"`(\w+)`", names)):
            # "4, 4" has a value for each name of the row, "4" one for all of them.
            parts = [value.split(", ") for value in values]
            found[name] = [part[place % len(part)] for part in parts]
    return cells[0][1:-1], found


def main():
    points, table = rows()
    configs = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in ROOT.glob("configs/*.toml")}
    package = (ROOT / "rtl/heddle_pkg.sv").read_text(encoding="utf-8")
    wrong = [f"{PAGE.relative_to(ROOT)} has no column {name}" for name in configs.keys() - set(points)]
    names = {key.upper() for config in configs.values() for key in config}
    wrong += [f"{PAGE.relative_to(ROOT)} has no row {name}" for name in names - table.keys()]
    for name, values in table.items():
        fixed = re.search(rf"\b{name} = (\d+);", package)
        for point, value in zip(points, values):
            is_value = configs.get(point, {}).get(name.lower(), fixed and int(fixed[1]))
            if str(is_value) != value:
                wrong.append(f"{PAGE.relative_to(ROOT)}: {name} of {point} is {value} there, and is {is_value}")
    print("\n".join(sorted(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
