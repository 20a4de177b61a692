"""Standard cells: Yosys and ABC with a technology's Liberty library, memories, OpenSTA."""

import json
import re

import area
import liberty
import libraries
import memories
import names
import progress
import sta
import target

# The mapping sees neither wires nor the flip-flops' own times: this share of the period is what they leave to it.
MAPPING_SHARE = 0.5
RAM_SOURCES = {kind: target.ROOT / f"rtl/common/{kind}.sv" for kind in memories.PORTS}


def columns(technology, choices):
    """The report's columns (area.py) in the library's cells."""
    library, boxes = technology.library, memories.boxes(choices)
    areas = {name: cell.area for name, cell in library.cells.items()}
    ram = {**{name: cell.area for name, cell in technology.macros.items()},
           **{choice.shape.name: choice.area for choice in boxes}}
    return {
        "µm²": {**areas, **ram},
        "kGE": {name: size / library.nand2.area / 1000 for name, size in {**areas, **ram}.items()},
        "RAM µm²": ram,
        "cells": dict.fromkeys(areas, 1),
        "FF": {name: 1 for name, cell in library.cells.items() if cell.flip_flop},
        "RAMs": dict.fromkeys(ram, 1),
    }


def ties(library):
    """The Yosys command that puts cells at constants, if the library has such cells."""
    if not library.tie_high or not library.tie_low:
        return ""
    high, low = (f"{cell.name} {next(iter(cell.functions))}" for cell in (library.tie_high, library.tie_low))
    return f"hilomap -singleton -hicell {high} -locell {low}"


def driver(library):
    """The cell that drives a module's inputs: a buffer of the library that is neither the smallest nor large."""
    buffers = sorted((cell for cell in library.cells.values()
                      if len(cell.capacitance) == 1 and len(cell.functions) == 1 and not cell.flip_flop
                      and next(iter(cell.functions.values())).strip("() ") in cell.capacitance), key=lambda cell: cell.area)
    return buffers[min(2, len(buffers) - 1)]


def picofarads(technology, capacitance):
    """A capacitance in the library's unit as pF."""
    text = (technology.work / "cells.lib").read_text(encoding="utf-8")
    number, unit = re.search(r"capacitive_load_unit\s*\(\s*([\d.]+)\s*,\s*\"?(\w+)", text).groups()
    return capacitance * float(number) * {"pf": 1, "ff": 1e-3}[unit.lower()]


def prepare(options):
    """The technology's files; libraries.Missing if they are not there."""
    return libraries.find(options.target, options.liberty)


def make_memories(technology, options, work):
    """Finds the shapes of memories that the design uses; writes what takes their place. Returns choices and files."""
    job = target.yosys_job(work, "Memories", target.sources(), f"hierarchy -check -top {options.top}; tee -q -o memories.txt dump "
                           + " ".join(f"A:hdlname={kind}" for kind in memories.PORTS))
    progress.run([job], 1)
    shapes = memories.shapes((work / "memories.txt").read_text(encoding="utf-8"))
    choices = [memories.choose(shape, technology, not options.no_black_boxes) for shape in shapes]
    rtl = {kind: path.read_text(encoding="utf-8") for kind, path in RAM_SOURCES.items()}
    (work / "memories.sv").write_text(memories.verilog(choices, rtl, technology), encoding="utf-8")
    files = [path for path in target.sources() if path not in map(str, RAM_SOURCES.values())] + [work / "memories.sv"]
    if any(choice.how == "macros" for choice in choices):
        files += sorted((target.ROOT / "synth/memories").glob("*.sv"))
    files_of_memories = []
    if memories.boxes(choices):
        files_of_memories.append(work / "memories.lib")
        files_of_memories[0].write_text(memories.box_liberty(choices, technology.description["memory"]), encoding="utf-8")
    used = {choice.array.macro for choice in choices if choice.how == "macros"}
    for file in technology.macro_files:
        text = liberty.read(file)
        if used & set(liberty.cells(text)):
            files_of_memories.append(work / file.name)
            files_of_memories[-1].write_text(memories.readable(text), encoding="utf-8")
    return choices, files, files_of_memories


def analyze(work, options, technology, memory_files):
    """Timing and power."""
    library, period = technology.library, options.period
    load = sta.OUTPUT_LOAD_GATES * picofarads(technology, max(library.nand2.capacitance.values()))
    script = sta.script(options.top, [technology.work / "cells.lib", *memory_files], work / "netlist.v",
                        target.ROOT / "constraints/asic.sdc", period, driver(library).name, load)
    (work / "sta.tcl").write_text(script, encoding="utf-8")
    command = ["sta", "-no_splash", "-exit", str(work / "sta.tcl")]
    progress.run([("OpenSTA", command, work / "sta.log", work)], 1)
    sta.check((work / "sta.log.output").read_text(encoding="utf-8", errors="replace"))
    reports = {name: (work / f"{name}.rpt").read_text(encoding="utf-8") for name in ("setup", "hold", "ends", "power")}
    module = json.loads((work / "netlist.json").read_text(encoding="utf-8"))["modules"][options.top]
    cell_names = names.Names(module, str(target.ROOT))
    setup, hold = ([sta.describe(path, cell_names) for path in sta.paths(reports[kind])] for kind in ("setup", "hold"))
    timing = {"period": period, "paths": setup, "hold_paths": hold,
              "slow_registers": sta.slow_registers(sta.ends(reports["ends"]), cell_names, period)[:40]}
    if setup:
        timing |= {"slack": setup[0]["slack"], "fmax": 1000 / (period - setup[0]["slack"]), "path": setup[0]}
    if hold:
        timing["hold_slack"] = hold[0]["slack"]
    return timing, {"activity": sta.ACTIVITY, **sta.power(reports["power"])}, target.short(command)


def tools(options):
    """The versions of what a result depends on."""
    found = {"yosys": target.version("yosys", "-V")}
    return found if options.area else {**found, "sta": "OpenSTA " + target.version("sta", "-version")}


def run(options, work, technology):
    """What the report says of this target; progress.StepFailed if a tool ends with an error."""
    technology.work = work
    libraries.load(technology, work)
    library = technology.library
    options.period = options.period or technology.description["period_ns"]
    choices, files, memory_files = make_memories(technology, options, work)
    scripts = target.scripts("asic", work, options, {"TOP": options.top, "CELLS": work / "mapping.lib", "TIE": ties(library)})
    target.fill_in("asic.abc", work, {"PICOSECONDS": round(MAPPING_SHARE * 1000 * options.period)})
    load = max(library.nand2.capacitance.values())
    (work / "abc.constr").write_text(f"set_driving_cell {driver(library).name}\nset_load {load:.6g} [all_outputs]\n", encoding="utf-8")
    cells = " ".join(f"read_liberty -lib -ignore_miss_func {file};" for file in [work / "mapping.lib", *memory_files])
    job = target.yosys_job(work, "Yosys", files, f"{cells} {scripts}")
    progress.run([job], 1)
    counted = columns(technology, choices)
    log = (work / "yosys.log").read_text(encoding="utf-8", errors="replace")
    tree = area.tree(area.read(work / "modules.json"), counted, options.top)
    result = {
        "device": technology.description["title"],
        "tools": tools(options), "commands": [target.short(job[1])], "columns": list(counted),
        "total": tree["total"] if options.area else area.cells_of(area.read(work / "flat.json")[options.top], counted),
        "tree": tree,
        "flip_flop_memories": area.flip_flop_memories(log), "fits": True,
        "library": {"files": [str(file) for file in technology.cell_files], "nand2": library.nand2.name,
                    "nand2_area": library.nand2.area, "memory": technology.description["memory"]},
        "memories": [{"shape": choice.shape.name, "how": choice.how, "bits": choice.shape.bits, "area": choice.area,
                      "macro": choice.array.macro if choice.array else "", "macros": choice.macros} for choice in choices],
    }
    if options.area:
        return {**result, "seeds": []}
    timing, power, command = analyze(work, options, technology, memory_files)
    return {**result, "timing": timing, "power": power, "commands": [*result["commands"], command]}
