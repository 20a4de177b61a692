"""Reads what nextpnr says of a routed design's timing, in the RTL's names."""

import re


def clock_paths(report):
    """The critical paths from a clock edge to a clock edge."""
    return [path for path in report["critical_paths"]
            if path["from"].startswith("posedge") and path["to"].startswith("posedge")]


def pin_times(report):
    """{"from": ns from a pin to a register, "to": ns from a register to a pin}, the longest; those that there are."""
    ends = {path["from"].split()[0] + path["to"].split()[0]: sum(segment["delay"] for segment in path["path"])
            for path in report["critical_paths"]}
    names = {"<async>posedge": "from", "posedge<async>": "to"}
    return {names[end]: delay for end, delay in sorted(ends.items()) if end in names}


def fmax(report):
    """MHz of the slowest clock; None without a clock."""
    return min((clock["achieved"] for clock in report["fmax"].values()), default=None)


def utilization(report, kinds):
    """{kind: (used, available)}"""
    return {kind: (report["utilization"][kind]["used"], report["utilization"][kind]["available"]) for kind in kinds}


def describe(path, names):
    """{"logic": ns, "routing": ns, "levels": cells between the flip-flops, "steps": [...]}, a step a signal.

    A step: {"signal", "source": "file:line", "logic": ns in the cell that drives it, "routing": ns to the next cell}.
    """
    steps, logic, routing, levels, pending = [], 0.0, 0.0, 0, 0.0

    def step(cell, name, wire):
        nonlocal pending
        signal = names.signal(cell) or name
        if not steps or steps[-1]["signal"] != signal:
            steps.append({"signal": signal, "source": names.source(cell), "logic": 0.0, "routing": 0.0})
        steps[-1]["logic"] += pending
        steps[-1]["routing"] += wire
        pending = 0.0

    for segment in path["path"]:
        if segment["type"] == "routing":
            routing += segment["delay"]
            step(segment["from"]["cell"], segment["net"], segment["delay"])
        else:
            logic += segment["delay"]
            pending += segment["delay"]
            levels += segment["type"] == "logic"
    last = path["path"][-1]["to"]["cell"]
    step(last, last, 0.0)
    return {"logic": logic, "routing": routing, "levels": levels, "steps": steps}


def register_of(cell, names):
    """The register, without the bit, that a path ends in."""
    return re.sub(r"\[\d+\]$", "", names.signal(cell) or cell)


def slow_registers(report, names):
    """[(ns, register, source)] of the registers that paths end in, each with its slowest path, slowest first.

    nextpnr's detailed timings give for each end of a path when the signal is there, setup time included.
    """
    worst = {}
    for net in report["detailed_net_timings"]:
        if not net["event"].startswith("posedge"):
            continue
        for end in net["endpoints"]:
            if end["event"].startswith("posedge"):
                register = register_of(end["cell"], names)
                if end["delay"] > worst.get(register, (0.0, ""))[0]:
                    worst[register] = (end["delay"], names.source(end["cell"]))
    return sorted(((delay, register, source) for register, (delay, source) in worst.items()), reverse=True)
