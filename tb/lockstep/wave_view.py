"""The view of a waveform: the text of a GTKWave save file with the probe's events, in pipeline order, and the tables that
give its numbers names. The wave's writer puts the lines about the file itself in front (wave_file.cpp).

A field is shown as the RTL signal that the table compares, where there is one; where the table has an expression, such as
a member of a structure, as the probe's port.
"""

import pathlib
import re

import table

# Flags of a save file's lines (GTKWave's analyzer.h).
HEX, DECIMAL, BY_FILE, BY_PROCESS = 0x22, 0x24, 0x2000, 0x4000
BLANK, COLLAPSED, CLOSED, GROUP_BEGIN, GROUP_END = 0x200, 0x1000, 0x400000, 0x800000, 0x1000000

ISA = pathlib.Path(table.__file__).resolve().parent
STAGES = {"frontend": "front end"}  # other folders have the name of their stage
TOP = "gpu"
DESIGN = "gpu.lockstep_top.u_gpu"
REGISTERS = ("zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 "
             "t3 t4 t5 t6").split()


class Rtl:
    """What the view needs to know of the sources: their order, ports, and named constants."""

    def __init__(self, folder):
        listed = re.findall(r"^rtl/(\S+\.sv)$", (folder / "filelist.f").read_text(encoding="utf-8"), re.MULTILINE)
        self.texts = {path: re.sub(r"//[^\n]*", "", (folder / path).read_text(encoding="utf-8")) for path in listed}
        self.paths = {path.rsplit("/", 1)[-1].removesuffix(".sv"): path for path in listed}
        self.modules = list(self.paths)

    def stage(self, module):
        folder = self.paths[module].rpartition("/")[0] or "device"
        return STAGES.get(folder, folder)

    def ports(self, module):
        """Names of the ports of a module, and whether they have a range; {} for what is no module."""
        text = self.texts.get(self.paths.get(module), "")
        found = re.findall(r"\b(?:input|output)\s+(?:[\w:]+\s+)?(\[[^\]]*\])?\s*(\w+)", text)
        return {name: bool(dimension) for dimension, name in found}

    def states(self, module):
        """Names of the values of a module's state_q, or []."""
        text = self.texts[self.paths[module]]
        if not re.search(r"\bstate_q\b", text):
            return []
        enumeration = re.search(r"typedef enum logic \[\d+:0\]\s*\{([^}]*)\}\s*state_t;", text)
        return re.findall(r"\w+", enumeration.group(1)) if enumeration else self.constants(module, "STATE_")

    def constants(self, module, prefix):
        """localparams PREFIX_x of a module or package, a list by value (None: no name)."""
        found = {int(value): name for name, value in
                 re.findall(rf"localparam logic \[\d+:0\] {prefix}(\w+) = \d+'d(\d+);", self.texts[self.paths[module]])}
        return [found.get(value) for value in range(max(found, default=-1) + 1)]


def bit_range(bits, dimension=True):
    return f"[{bits - 1}:0]" if bits > 1 or (bits == 1 and dimension) else ""


def is_word(field):
    return field["field"] == "instruction" and field["bits"] == 32


class View:
    def __init__(self, groups, rtl, folder, wave_filter):
        self.groups, self.rtl, self.folder, self.filter = groups, rtl, folder, wave_filter
        self.lines = ["[sst_expanded] 0", "[signals_width] 330", "[size] 1800 1000"]
        self.tables = {}
        self.add_table("op", ["illegal", *(one.name for one in table.load_instructions(ISA / "instructions.tsv"))], 8)
        self.add_table("unit", [name.lower() for name in table.UNITS], 4)
        self.add_table("register", REGISTERS, 5)
        self.add_table("cause", [name and name.lower() for name in rtl.constants("heddle_pkg", "CAUSE_")], 5)

    def add_table(self, name, names, bits):
        digits = (bits + 3) // 4
        self.tables[name] = "".join(f"{value:0{digits}X} {text}\n" for value, text in enumerate(names) if text)

    def table_of(self, module, event, field):
        """The table with the names of a field's values, or None."""
        name = field["field"]
        if name in ("op", "unit", "cause"):
            return name
        if re.fullmatch("rd|rs[123]", name):
            return "register"
        if name != "kind":
            return None
        kinds = self.rtl.constants(module, "KIND_") or self.rtl.constants("heddle_pkg", f"{event.upper()}_")
        if kinds:
            self.add_table(f"{module}_kind", [kind and kind.lower() for kind in kinds], field["bits"])
        return f"{module}_kind" if kinds else None

    def instance(self, module, index=None):
        """The hierarchical name of the module's instance, from the table's paths; None: they have none."""
        for name, _, fields in self.groups:
            for field in fields if name == module else ():
                found = re.search(rf"\bu_gpu((?:\.\w+(?:\[\d+\])?)*\.{module})\.", field["rtl"])
                if found and (index is None or f"[{index}]" in found.group(1)):
                    return DESIGN + found.group(1)
        return None

    def signal(self, module, title, field):
        """Name in the waveform, and an alias or None. Instances have the names of their modules."""
        expression = field["rtl"].partition(" ? ")[2] or field["rtl"]
        names = [arm for arm in expression.split(" : ") if arm.startswith("u_gpu.")]
        found = re.fullmatch(r"u_gpu((?:\.\w+(?:\[\d+\])?)*)\.(\w+)(\[[^\]]*\])?", names[0] if len(names) == 1 else "")
        if found:
            path, name, part = found.groups()
            owner, instance = path.rpartition(".")[2] or "gpu", DESIGN + path
            if part:  # of a bus of the device: the module has it as a port of the same name
                index = re.search(r"\[(\d+)\]$", title)
                owner, instance = module, self.instance(module, index and index.group(1))
            ports = self.rtl.ports(owner)
            if instance and name in ports:
                return f"{instance}.{name}{bit_range(field['bits'], ports[name])}", None
        alias = "/".join(names[0].rsplit(".", 2)[1:]) if names else field["field"]  # GTKWave cuts names at dots
        return f"{TOP}.{field['port']}{bit_range(field['bits'], False)}", alias

    def ready(self, module, title, field):
        """The ready signal that belongs to a valid output, or None."""
        path, _ = self.signal(module, title, field)
        instance, _, name = path.rpartition(".")
        ready = name.removesuffix("valid_o") + "ready_i"
        owner = instance.rpartition(".")[2]
        return f"{instance}.{ready}" if name.endswith("valid_o") and ready in self.rtl.ports(owner) else None

    def add(self, path, alias=None, table=None, text=False, base=HEX):
        flags = base | (BY_PROCESS if text else BY_FILE if table else 0)
        self.lines.append(f"@{flags:x}")
        if text:
            self.lines.append(f"^>1 {self.filter}")
        elif table:
            self.lines.append(f"^{list(self.tables).index(table) + 1} {self.folder / 'names' / table}")
        self.lines.append(f"+{{{alias}}} {path}" if alias else path)

    def begin(self, title, closed=False):
        self.lines += [f"@{BLANK | GROUP_BEGIN | (CLOSED if closed else 0):x}", f"-{title}"]

    def end(self, title, closed=False):
        self.lines += [f"@{BLANK | GROUP_END | (CLOSED | COLLAPSED if closed else 0):x}", f"-{title}"]

    def add_field(self, module, title, field, prefix=""):
        path, alias = self.signal(module, title, field)
        alias = prefix + (alias or re.sub(r"\[[\d:]*\]$", "", path.rpartition(".")[2])) if prefix or alias else None
        event = title.partition("[")[0]
        if field["kind"] == "lanes":
            name = alias or path.rpartition(".")[2]
            self.begin(f"{name}, by lane", closed=True)
            for lane in range(field["lanes"]):
                self.add(f"gpu.lockstep_top.{lane_wire(field, lane)}{bit_range(field['bits'] // field['lanes'])}",
                         f"lane {lane}")
            self.end(f"{name}, by lane", closed=True)
        elif "text" in field:
            self.add(f"gpu.lockstep_top.{field['text']}[63:0]", alias or path.rpartition(".")[2], text=True)
        else:
            self.add(path, alias, table=self.table_of(module, event, field), text=is_word(field),
                     base=DECIMAL if field["field"] in ("cycles", "instructions") else HEX)

    def add_event(self, module, title, fields):
        closed = fields[0]["field"] == "valid" and "fault" in title
        if len(fields) > 1:
            self.begin(f"{module}: {title}", closed)
        for field in fields:
            self.add_field(module, title, field)
            ready = field is fields[0] and self.ready(module, title, field)
            if ready:
                self.add(ready)
        if len(fields) > 1:
            self.end(f"{module}: {title}", closed)

    def overview(self):
        """A screen of it: what is valid where, and the instructions."""
        self.begin("overview")
        self.add(f"{TOP}.clk_i")
        for module in self.ordered():
            for title, fields in self.of(module):
                names = [field["field"] for field in fields]
                if names[0] in ("cycles", "busy"):
                    self.add_field(module, title, fields[0], f"{module}: ")
                if names[0] != "valid" or "fault" in title or len(fields) == 1:
                    continue
                wanted = {"valid"} | ({"instruction", "op", "warp"} if {"instruction", "op"} & set(names) else set())
                for field in fields:
                    if field["field"] in wanted:
                        self.add_field(module, title, field, f"{module}{title[len(title.partition('[')[0]):]}: ")
        self.end("overview")

    def ordered(self):
        known = [module for module in self.rtl.modules if self.of(module)]
        for module, _, _ in self.groups:
            if module not in known:
                raise ValueError(f"the module {module} is not in rtl/filelist.f")
        return known

    def of(self, module):
        return [(title, fields) for name, title, fields in self.groups if name == module]

    def stages(self):
        ordered = self.ordered()
        for stage in dict.fromkeys(map(self.rtl.stage, ordered)):
            self.begin(stage)
            for module in ordered:
                if self.rtl.stage(module) != stage:
                    continue
                for title, fields in self.of(module):
                    self.add_event(module, title, fields)
                states = self.rtl.states(module)
                instance = self.instance(module)
                if states and instance:
                    bits = max(1, (len(states) - 1).bit_length())
                    self.add_table(f"{module}_state", [state.lower() for state in states], bits)
                    self.add(f"{instance}.state_q{bit_range(bits)}", f"{module}: state_q",
                             f"{module}_state")
            self.end(stage)

    def text(self):
        self.overview()
        self.stages()
        return "\n".join([*self.lines, ""])


def lane_wire(field, lane):
    return f"{field['port']}_{lane}"


def wires(groups):
    """Declarations for lockstep_top: lane buses by lane, and instructions together with their address."""
    lines = []
    for _, _, fields in groups:
        for field in fields:
            if field["kind"] == "lanes":
                bits = field["bits"] // field["lanes"]
                lines += [f"  wire [{bits - 1}:0] {lane_wire(field, lane)} = {field['port']}[{bits * lane} +: {bits}];"
                          for lane in range(field["lanes"])]
            if "text" in field:
                pc = next(other for other in fields if other["field"] == "pc")
                lines.append(f"  wire [63:0] {field['text']} = {{{pc['port']}, {field['port']}}};")
    return lines


def mark_texts(groups):
    """An instruction whose event has its address is shown from a wire with both."""
    for _, _, fields in groups:
        for field in fields:
            if is_word(field) and any(one["field"] == "pc" for one in fields):
                field["text"] = f"{field['port']}_at_pc"
