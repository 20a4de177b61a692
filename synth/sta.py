"""Static timing analysis and power with OpenSTA: writes its script and reads its reports, in the RTL's names."""

import re

import libraries

# Shares of the clock period that constraints/asic.sdc gets.
IO_DELAY, SETUP_UNCERTAINTY, HOLD_UNCERTAINTY = 0.1, 0.03, 0.01
OUTPUT_LOAD_GATES = 4  # inputs of the smallest NAND at every output
ACTIVITY = 0.1  # transitions a clock period of every net that no clock drives
PATHS, ENDS = 10, 2000


class ReportError(Exception):
    """A report of OpenSTA is not as this module knows it."""


def script(top, files, netlist, sdc, period, driver, load):
    """The Tcl script; its reports become files in the working folder."""
    values = {"period": period, "io_delay": IO_DELAY * period, "setup_uncertainty": SETUP_UNCERTAINTY * period,
              "hold_uncertainty": HOLD_UNCERTAINTY * period, "output_load": load}
    paths = "-fields {net capacitance} -format full -digits 5"
    return "\n".join([
        *(f"read_liberty {{{file}}}" for file in files), f"read_verilog {{{netlist}}}", f"link_design {top}",
        "set_cmd_units -time ns -capacitance pF -power W",
        "set_wire_load_mode top", f"set_wire_load_model -name {libraries.WIRE_LOAD}",
        *(f"set {name} {value:.6g}" for name, value in values.items()), f"set driver {driver}",
        f"source {{{sdc}}}",
        f"report_checks -path_delay max -group_count {PATHS} {paths} > setup.rpt",
        f"report_checks -path_delay min -group_count {PATHS} {paths} > hold.rpt",
        f"report_checks -path_delay max -group_count {ENDS} -format end -digits 5 > ends.rpt",
        f"set_power_activity -global -activity {ACTIVITY} -duty 0.5",
        "report_power -digits 5 > power.rpt", "exit", ""])


def check(output):
    """OpenSTA goes on behind an error, and its exit status says nothing of it."""
    found = re.search(r"(?m)^Error: .*$", output)
    if found:
        raise ReportError(f"OpenSTA: {found[0]}")


# A line of a path: numbers, the edge, and "pin (cell)" or what else happens there.
POINT = re.compile(r"^\s+(?:-?[\d.]+\s+)*?(?P<delay>-?[\d.]+)\s+(?P<time>-?[\d.]+) (?P<edge>[v^ ]) (?P<what>\S.*?)\s*$")
PIN = re.compile(r"^(?P<pin>\S+) \((?P<cell>\S+)\)$")


def paths(report):
    """[{"slack": ns, "start", "end", "points": [(pin, cell or in/out, delay)], "setup": ns}] of `report_checks -format full`.

    The points are those on the way of the data: from the clock's pin or the input port to the end.
    """
    found = []
    for text in re.split(r"(?m)^Startpoint: ", report)[1:]:
        slack = re.search(r"(-?[\d.]+)\s+slack \((MET|VIOLATED)\)", text)
        arrival = re.search(r"(-?[\d.]+)\s+data arrival time", text)
        if not slack or not arrival:
            raise ReportError(f"a path of OpenSTA's has no slack: {text[:80]}")
        constraint = re.search(r"(-?[\d.]+)\s+-?[\d.]+\s+(?:library (?:setup|hold) time|output external delay)", text)
        points, before = [], 0.0
        for line in text[:arrival.start()].splitlines():
            match = POINT.match(line)
            pin = match and PIN.match(match["what"])
            if pin:
                points.append((pin["pin"], pin["cell"], float(match["delay"])))
            elif match and "external delay" in match["what"]:
                before = float(match["delay"])
        if not points:
            raise ReportError(f"a path of OpenSTA's has no points: {text[:80]}")
        found.append({"slack": float(slack[1]), "arrival": float(arrival[1]), "before": before, "points": points,
                      "constraint": -float(constraint[1]) if constraint else 0.0})
    return found


def ends(report):
    """[(pin or port, arrival, slack)] of `report_checks -format end`."""
    lines = re.findall(r"(?m)^(\S+) \(\S+\)\s+-?[\d.]+\s+(-?[\d.]+)\s+(-?[\d.]+) \((?:MET|VIOLATED)\)$", report)
    return [(pin, float(arrival), float(slack)) for pin, arrival, slack in lines]


def power(report):
    """{"sequential", "combinational", "macro", "total": {"internal", "switching", "leakage", "total": W}}"""
    rows = re.findall(r"(?m)^(Sequential|Combinational|Macro|Total)((?:\s+[\d.e+-]+){4})", report)
    if not any(name == "Total" for name, _ in rows):
        raise ReportError("OpenSTA's report of the power has no total")
    return {name.lower(): dict(zip(("internal", "switching", "leakage", "total"), map(float, numbers.split())))
            for name, numbers in rows}


def cell_of(pin):
    """The instance of a pin; a port has none."""
    return pin.rsplit("/", 1)[0].replace("\\", "") if "/" in pin else ""


def describe(path, names):
    """A path in the shape of timing.describe: the time in cells is "logic", that on wires "routing".

    The last step's logic is the setup time, or for a hold path 0.
    """
    steps, logic, routing, pending = [], 0.0, 0.0, path["before"]
    for index, (pin, cell, delay) in enumerate(path["points"]):
        instance, last = cell_of(pin), index + 1 == len(path["points"])
        signal = names.signal(instance) if instance else pin
        if last and instance:
            routing += delay
            if steps:
                steps[-1]["routing"] += delay
            steps.append({"signal": signal or pin, "source": names.source(instance), "logic": 0.0, "routing": 0.0})
            break
        logic += delay
        pending += delay
        if not steps or steps[-1]["signal"] != (signal or pin):
            source = names.source(instance) if instance else names.source_of(pin)
            steps.append({"signal": signal or pin, "source": source, "logic": 0.0, "routing": 0.0})
        steps[-1]["logic"] += pending
        pending = 0.0
    steps[-1]["logic"] += path["constraint"]
    instances = [cell_of(pin) for pin, _, _ in path["points"]]
    between = {instance for instance in instances if instance} - {instances[0], instances[-1]}
    return {"slack": path["slack"], "logic": logic + path["before"] + path["constraint"], "routing": routing,
            "levels": len(between), "steps": steps}


def slow_registers(found, names, period):
    """[(ns, register, source)] as timing.slow_registers: what the period must be for the slowest path into each register."""
    worst = {}
    for pin, _, slack in found:
        instance = cell_of(pin)
        register = re.sub(r"\[\d+\]$", "", (names.signal(instance) or pin) if instance else pin)
        source = names.source(instance) if instance else names.source_of(pin)
        if period - slack > worst.get(register, (0.0, ""))[0]:
            worst[register] = (period - slack, source)
    return sorted(((needed, register, source) for register, (needed, source) in worst.items()), reverse=True)
