"""Lattice ECP5: Yosys, nextpnr with several seeds, ecppack."""

import json
import re

import area
import harness
import names
import progress
import target
import timing

# What the device has, by the columns of the tables. nextpnr knows it, too, but says it only of a design that fits.
DEVICE = {
    "device": "LFE5U-85F-6", "package": "CABGA381", "frequency": 100,
    "available": {"LUT": 83640, "FF": 83640, "BRAM": 208, "DSP": 156},
}
# Boards with such a device: the top module, whose ports are its pins.
BOARDS = {"ulx3s": "ulx3s_top"}
# The ECP5 cells that each column counts and how many. "LUT" are all sites of a LUT4, those that carry chains and LUT RAM
# take included; nextpnr counts these as TRELLIS_COMB.
COLUMNS = {
    "LUT": {"LUT4": 1, "CCU2C": 2, "TRELLIS_DPR16X4": 4},
    "carry": {"CCU2C": 2},
    "LUT RAM": {"TRELLIS_DPR16X4": 4},
    "FF": {"TRELLIS_FF": 1},
    "BRAM": {"DP16KD": 1, "PDPW16KD": 1},
    "DSP": {"MULT18X18D": 1, "ALU54B": 1},
}


def fits(total):
    """Whether there is room for it. A LUT RAM cell also blocks the two sites of its write address."""
    needed = {**total, "LUT": total["LUT"] + total["LUT RAM"] // 2}
    return all(needed[column] <= number for column, number in DEVICE["available"].items())


def constraints(work, options):
    """The board's pins; with another frequency of its oscillator than the board has, a copy."""
    path = target.ROOT / f"constraints/{options.board}.lpf"
    if options.frequency is None:
        return path
    text = re.sub(r'(FREQUENCY PORT "\w+" )[\d.]+', rf"\g<1>{options.frequency:g}", path.read_text(encoding="utf-8"))
    copy = work / path.name
    copy.write_text(text, encoding="utf-8")
    return copy


def nextpnr_job(work, seed, options):
    folder = work / f"seed{seed}"
    folder.mkdir(exist_ok=True)
    command = ["nextpnr-ecp5", "--85k", "--package", DEVICE["package"], "--speed", "6",
               "--timing-allow-fail", "--seed", str(seed), "--json", str(work / "placed.json"), "--textcfg", "placed.config",
               "--report", "report.json", "--detailed-timing-report", "-q", "--log", "nextpnr.log"]
    if options.board:
        command += ["--lpf", str(constraints(work, options))]
    else:
        command += ["--freq", f"{options.frequency or DEVICE['frequency']:g}", "--lpf-allow-unconstrained"]
    return (f"nextpnr, seed {seed}", command, folder / "nextpnr.log", folder)


def place(work, options):
    """A dictionary a seed, the fastest first, and the command of one."""
    top = options.top
    todo = [nextpnr_job(work, seed, options) for seed in range(1, options.seeds + 1)]
    netlist = json.loads((work / "netlist.json").read_text(encoding="utf-8"))
    if not options.board:
        if not set(harness.CLOCKS) & netlist["modules"][top]["ports"].keys():
            raise progress.StepFailed(f"{top} has no clock, so it cannot be placed alone; --area (ARGS=--area) tells its size")
        harness.wrap(netlist["modules"][top])
    elif options.without_gpu:
        harness.stand_in(netlist["modules"][top], "gpu")
    (work / "placed.json").write_text(json.dumps(netlist), encoding="utf-8")
    cell_names = names.Names(netlist["modules"][top], str(target.ROOT))
    results = []
    for seed, seconds in enumerate(progress.run(todo, options.jobs), 1):
        report = json.loads((work / f"seed{seed}/report.json").read_text(encoding="utf-8"))
        paths = sorted((timing.describe(path, cell_names) for path in timing.clock_paths(report)),
                       key=lambda path: -(path["logic"] + path["routing"]))
        results.append({
            "seed": seed, "seconds": round(seconds), "fmax": timing.fmax(report), "path": paths[0],
            "pins": timing.pin_times(report) if options.board else {},
            "slow_registers": timing.slow_registers(report, cell_names)[:40],
            "utilization": timing.utilization(report, ("TRELLIS_COMB", "TRELLIS_FF", "DP16KD", "MULT18X18D")),
        })
    return sorted(results, key=lambda result: -result["fmax"]), target.short(todo[0][1])


def prepare(_):
    """Nothing but the programs is needed, and those synth/run gets."""


def tools(options):
    """The versions of what a result depends on."""
    found = {"yosys": target.version("yosys", "-V")}
    return found if options.area else {**found, "nextpnr": target.version("nextpnr-ecp5", "--version"),
                                       "ecppack": target.version("ecppack", "--version")}


def run(options, work, _):
    """What the report says of this target; progress.StepFailed if a tool ends with an error."""
    top = options.top
    files, gpu = target.sources(), str(target.ROOT / "rtl/gpu.sv")
    read = ""
    if options.without_gpu:
        files.remove(gpu)
        read = f"read_verilog -sv -lib {gpu}; "
    job = target.yosys_job(work, "Yosys", files, read + target.scripts("ecp5", work, options, {"TOP": top}))
    progress.run([job], 1)
    tree = area.tree(area.read(work / "modules.json"), COLUMNS, top)
    log = (work / "yosys.log").read_text(encoding="utf-8", errors="replace")
    result = {
        **DEVICE,
        "tools": tools(options), "commands": [target.short(job[1])], "columns": list(COLUMNS),
        "total": tree["total"] if options.area else area.cells_of(area.read(work / "flat.json")[top], COLUMNS),
        "tree": tree, "flip_flop_memories": area.flip_flop_memories(log), "seeds": [],
    }
    # The sum of modules that are mapped each by itself says nothing of the room on a device.
    result["fits"] = options.area or fits(result["total"])
    if result["fits"] and not options.area:
        result["seeds"], command = place(work, options)
        best = result["seeds"][0]["seed"]
        pack = ["ecppack", "--compress", str(work / f"seed{best}/placed.config"), str(work / f"{top}.bit")]
        progress.run([("ecppack", pack, work / "ecppack.log", work)], 1)
        result["commands"] += [command, target.short(pack)]
    return result
