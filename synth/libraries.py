"""Finds the Liberty files of a standard-cell technology (synth/technologies), and makes one library of them."""

import dataclasses
import os
import pathlib
import tomllib

import liberty

ROOT = pathlib.Path(__file__).resolve().parent.parent
TECHNOLOGIES = ROOT / "synth/technologies"
WIRE_LOAD = "heddle"
POWERS = ("internal_power", "leakage_power", "power_lut_template", "normalized_driver_waveform")


class Missing(Exception):
    """A library is not there; the text says what is missing and how to get it."""


@dataclasses.dataclass
class Technology:
    name: str
    description: dict  # of the TOML file
    cell_files: list
    macro_files: list
    library: liberty.Library = None
    macros: dict = dataclasses.field(default_factory=dict)  # {name: Cell}


def names():
    return sorted(path.stem for path in TECHNOLOGIES.glob("*.toml"))


def roots(given, environment, system):
    """Folders to look in, the first one first; system is where a package puts the library, or ''."""
    if given:
        return [pathlib.Path(path).resolve() for path in given]
    places = [environment.get("PDK_ROOT"), ROOT.parent / "shared/pdk", system]
    return [pathlib.Path(place).resolve() for place in places if place]


def look(root, folders, pattern):
    """The files of a pattern in the first of the folders that has some."""
    for folder in folders:
        found = sorted((root / folder).glob(pattern))
        if found:
            return found
    return []


def given_files(paths):
    """Files that were named themselves: those of cells and those of memories."""
    split = [], []
    for path in paths:
        if not path.exists():
            raise Missing(f"there is no {path} (--liberty)")
        if path.is_file():
            memories = any(cell.memory for cell in liberty.cells(liberty.read(path)).values())
            split[memories].append(path)
    return split


def find(name, given=(), environment=os.environ):
    """The technology with the files' paths; Missing if they are nowhere."""
    description = tomllib.loads((TECHNOLOGIES / f"{name}.toml").read_text(encoding="utf-8"))
    places = roots(given, environment, description.get("system", ""))
    cell_files, macro_files = given_files(places) if given else ([], [])
    for pattern in () if cell_files else description["cells"]:
        found = next(filter(None, (look(root, description["folders"], pattern) for root in places if not root.is_file())), None)
        if not found:
            raise Missing(f"{name} needs {pattern}, which is not in {', '.join(map(str, places))}; install it: "
                          f"{description['install']}")
        cell_files.append(found[-1])
    for pattern in () if macro_files else description["macros"]:
        for root in places:
            if not root.is_file() and not macro_files:
                macro_files += look(root, description["folders"], pattern)
    return Technology(name, description, cell_files, macro_files)


def wire_load(cell):
    """A wire load model: each fan-out brings as much wire as the smallest NAND's input has capacitance."""
    capacitance = max(cell.capacitance.values())
    return (f'wire_load ("{WIRE_LOAD}") {{ resistance : 0; capacitance : {capacitance:.6g}; area : 0; slope : 1; '
            "fanout_length (1, 1); fanout_length (1000, 1000); }")


def write(path, text):
    """Another run may be reading the file: it keeps the old one."""
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def load(technology, folder):
    """Reads what a synthesis must know of the library and the macros. Writes the library into a folder as one file,
    cells.lib, and for the mapping, which reads it once a module, without powers: mapping.lib.
    """
    texts = [liberty.read(file) for file in technology.cell_files]
    try:
        unwanted = technology.description["unwanted"]
        technology.library = liberty.library(liberty.merge(texts, unwanted, ""))
        merged = liberty.merge(texts, unwanted, wire_load(technology.library.nand2))
        for file in technology.macro_files:
            technology.macros.update(liberty.cells(liberty.read(file)))
    except liberty.LibertyError as failure:
        raise liberty.LibertyError(f"{', '.join(map(str, technology.cell_files))}: {failure}") from failure
    write(folder / "cells.lib", merged)
    write(folder / "mapping.lib", liberty.without(merged, POWERS))
