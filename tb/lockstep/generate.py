#!/usr/bin/env python3
"""Makes the lockstep's probe from probe_fields.tsv.

    tb/lockstep/generate.py CONFIG.toml RTL_FOLDER PROBE_FIELDS.tsv OUT_FOLDER WAVE_FILTER
    tb/lockstep/generate.py --pins CONFIG.toml RTL_FOLDER PROBE_FIELDS.tsv OUT_FOLDER

writes OUT_FOLDER/lockstep_top.sv, the device with one more output port a probe field; OUT_FOLDER/probe.hpp, which
compares those ports with the golden model; and for GTKWave OUT_FOLDER/view.gtkw (wave_view.py; WAVE_FILTER is the program
that disassembles words in it), with its tables of names in OUT_FOLDER/names. With --pins the probe has what is on the
device's own pins alone, which a mapped netlist has, too, and there is no view. Columns of the table:

    module, event   whose output it is; an event's first field says whether there is anything to compare
    repeat          instances of the event, an expression as in `bits`; {i} in expressions is the instance (an event
                    without it has one or none)
    field, bits     name, and width as an expression over the configuration's parameters
    kind            value: a number; lanes: one element a lane, compared where the mask in `gate` is set;
                    bytes: one byte an element, compared where the strobes in `gate` are set ("-": all);
                    data: likewise all bytes, only if `gate` (a C++ expression over the model) holds
    gate            a C++ expression as in `model`; "-": none
    rtl             expression over hierarchical names that start at `gpu.`
    model           C++ expression; `g` is the golden model, `m` the event's model object, which the first row of an
                    event gives as `object: expression of the field`
"""

import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "isa"))

import wave_view  # noqa: E402

COLUMNS = ("module", "event", "repeat", "field", "bits", "kind", "gate", "rtl", "model")


def parameters(path):
    with open(path, "rb") as file:
        values = {key.upper(): value for key, value in tomllib.load(file).items()}
    values["BEATS"] = 32 // values["LANES"]
    for name, source in (("WARP_BITS", "WARPS"), ("CTA_BITS", "CTA_SLOTS"), ("BEAT_BITS", "BEATS"),
                         ("TAG_BITS", "LINE_TAGS"), ("MEMORY_OP_BITS", "MEMORY_OPS"),
                         ("AXI_ID_BITS", "AXI_OUTSTANDING"), ("L1_WAY_BITS", "L1_WAYS"), ("L2_WAY_BITS", "L2_WAYS")):
        values[name] = max(1, (values[source] - 1).bit_length())
    l1_sets = values["L1_BYTES"] // 64 // values["L1_WAYS"]
    values["L1_SET_BITS"] = max(1, (l1_sets - 1).bit_length())
    sets = values["L2_BYTES"] // 64 // values["L2_WAYS"] // values["CHANNELS"]
    values["L2_SET_BITS"] = max(1, (sets - 1).bit_length())
    values["MEMORY_ID_BITS"] = values["AXI_OUTSTANDING"].bit_length()
    # Without bulk copies (COPY_TAGS = 0) there is no copy engine, and events of it are repeated 0 times.
    values["COPY_ENGINES"] = min(1, values["COPY_TAGS"])
    values["TENSOR_ENGINES"] = min(1, values["TENSOR_M"])  # likewise the matrix engine
    # Formats with scales: MX bytes, FP4.
    values["TENSOR_SCALES"] = int(values["TENSOR_FORMATS"] & 0x180 != 0)
    values["MMA_B_ROW_UNITS"] = 2 + values["TENSOR_SCALES"]
    values["MMA_A_ROW_UNITS"] = 2 + int(values["TENSOR_SCALES"] or values["TENSOR_SPARSE"])
    values["COPY_GROUPS"] = values["LANES"] // 4
    values["COPY_UNIT_BITS"] = (values["SHARED_BYTES"] // 16 - 1).bit_length()
    values["COPY_INDEX_BITS"] = (values["SHARED_BYTES"] // 4 // values["LANES"] - 1).bit_length()
    return values


def number(text, values):
    if not re.fullmatch(r"[A-Z0-9_+*/ ()]+", text):
        raise ValueError(f"\"{text}\" is no expression over parameters")
    return int(eval(text.replace("/", "//"), {"__builtins__": {}}, values))


def rows(path):
    for index, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t") if cell.strip()]
        if len(cells) != len(COLUMNS):
            raise ValueError(f"{path}:{index}: {len(cells)} columns instead of {len(COLUMNS)}")
        yield dict(zip(COLUMNS, cells))


def hierarchical(text, values):
    """An expression of the table in lockstep_top, where parameters have no names."""
    text = re.sub(r"\b[A-Z][A-Z0-9_]+\b", lambda match: str(values.get(match[0], match[0])), text)
    return re.sub(r"\bgpu\.", "u_gpu.", text)


def events(path, values):
    """Rows grouped by event, repeated events written out; each field with its port name."""
    groups = {}
    for row in rows(path):
        groups.setdefault((row["module"], row["event"]), []).append(row)
    result = []
    for (module, event), fields in groups.items():
        count = number(fields[0]["repeat"], values)
        repeated = any("{i}" in row["rtl"] for row in fields)
        for i in range(count):
            suffix = f"_{i}" if repeated else ""
            title = f"{event}[{i}]" if repeated else event
            expanded = []
            for row in fields:
                expand = lambda text: text.replace("{i}", str(i))
                expanded.append({
                    "field": row["field"], "kind": row["kind"], "bits": number(row["bits"], values), "lanes": values["LANES"],
                    "gate": expand(row["gate"]), "rtl": hierarchical(expand(row["rtl"]), values),
                    "model": expand(row["model"]),
                    "port": f"probe_{module}_{event}{suffix}_{row['field']}", "title": f"{title} {row['field']}"})
            head = expanded[0]
            head["object"], _, head["model"] = (part.strip() for part in head["model"].partition(" : "))
            result.append((module, title, expanded))
    return result


def on_pins(groups, ports):
    """Those events whose fields are all read from the device's ports."""
    pins = {name for _, name in ports}

    def is_pin(field):
        names = re.findall(r"\bu_gpu\.([\w.]+)", field["rtl"])
        return bool(names) and all(name in pins for name in names)

    return [(module, title, fields) for module, title, fields in groups if all(map(is_pin, fields))]


def gpu_ports(path):
    """Declarations of the device's ports, as they are written, and their names."""
    text = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
    header = re.search(r"\bmodule\s+gpu\s*\((.*?)\)\s*;", text, re.DOTALL).group(1)
    declarations = [" ".join(part.split()) for part in re.split(r",(?=\s*(?:input|output)\b)", header)]
    return [(part, re.search(r"(\w+)$", part).group(1)) for part in declarations]


def bit_range(field):
    return f"[{field['bits'] - 1}:0]" if field["bits"] > 1 else ""


def system_verilog(ports, groups, wires):
    fields = [field for _, _, group in groups for field in group]
    declared = [part for part, _ in ports]
    declared += [f"output logic {bit_range(field)}{field['port']}" for field in fields]
    lines = ["// Made by tb/lockstep/generate.py; do not edit.", "`default_nettype none",
             "module lockstep_top (", "  " + ",\n  ".join(declared), ");", "  gpu u_gpu ("]
    lines += ["    " + ",\n    ".join(f".{name}({name})" for _, name in ports), "  );"]
    lines += [f"  assign {field['port']} = {field['bits']}'({field['rtl']});" for field in fields]
    lines += wires
    return "\n".join(lines + ["endmodule", "`default_nettype wire", ""])


def comparison(field, index):
    port, model, gate = f"top.{field['port']}", field["model"], field["gate"]
    if field["kind"] == "value":
        return f"    if (!same({index}, {port}, {model}, difference)) return false;"
    if field["kind"] == "lanes":
        width = field["bits"] // field["lanes"]
        return f"    if (!same_lanes<{width}>({index}, {port}, {model}, {gate}, difference)) return false;"
    if field["kind"] == "bytes":
        strobe = "~std::uint64_t{0}" if gate == "-" else gate
        return (f"    if (!same_bytes({index}, {port}, {model}, {strobe}, {field['bits'] // 8}, difference)) "
                "return false;")
    if field["kind"] == "data":
        return (f"    if ({gate} && !same_bytes({index}, {port}, {model}, ~std::uint64_t{{0}}, "
                f"{field['bits'] // 8}, difference)) return false;")
    raise ValueError(f"unknown kind \"{field['kind']}\"")


def header(groups):
    index = 0
    names, body, warps = [], [], []
    for module, title, fields in groups:
        warp = next((field["model"] for field in fields if field["field"] == "warp"), None)
        body += ["  {", f"    [[maybe_unused]] const auto& m = {fields[0]['object']};",
                 comparison(fields[0], index)]
        if len(fields) > 1:
            body.append(f"    if ({fields[0]['model']}) {{")
            if warp:
                body.append(f"      difference.warp = static_cast<int>({warp});")
            for offset, field in enumerate(fields[1:], 1):
                body.append("  " + comparison(field, index + offset))
            body += ["      difference.warp = -1;"] if warp else []
            body.append("    }")
        body.append("  }")
        for field in fields:
            names.append(f'    {{"{module}", "{title}", "{field["field"]}", {field["bits"]}}},')
        index += len(fields)
    return "\n".join(["// Made by tb/lockstep/generate.py; do not edit.", "#pragma once", "",
                      '#include "gpu.hpp"', '#include "isa/semantics.hpp"', '#include "lockstep/compare.hpp"', "",
                      "namespace heddle::lockstep {", "",
                      f"inline constexpr std::array<FieldName, {index}> kFields = {{{{", *names, "}};", "",
                      "/// Compares one cycle. The first difference is described in `difference`.",
                      "template <typename Top>",
                      "bool same_cycle(const Top& top, const timed::Gpu& g, Difference& difference) {",
                      *body, "  return true;", "}", "", "}  // namespace heddle::lockstep", ""])


def write(path, text):
    # An unchanged file keeps its time stamp, so that nothing is rebuilt for it.
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main():
    pins, words = "--pins" in sys.argv[1:2], [word for word in sys.argv[1:] if word != "--pins"]
    if len(words) != (4 if pins else 5):
        sys.exit("usage: tb/lockstep/generate.py CONFIG.toml RTL_FOLDER PROBE_FIELDS.tsv OUT_FOLDER WAVE_FILTER\n"
                 "       tb/lockstep/generate.py --pins CONFIG.toml RTL_FOLDER PROBE_FIELDS.tsv OUT_FOLDER")
    config, rtl, table, folder = map(pathlib.Path, words[:4])
    try:
        groups, ports = events(table, parameters(config)), gpu_ports(rtl / "gpu.sv")
        if pins:
            groups = on_pins(groups, ports)
            if not groups:
                raise ValueError(f"{table} has no event on the device's pins")
            folder.mkdir(parents=True, exist_ok=True)
            write(folder / "lockstep_top.sv", system_verilog(ports, groups, []))
            write(folder / "probe.hpp", header(groups))
            return
        wave_view.mark_texts(groups)
        view = wave_view.View(groups, wave_view.Rtl(rtl), folder, words[4])
        (folder / "names").mkdir(parents=True, exist_ok=True)
        write(folder / "lockstep_top.sv", system_verilog(ports, groups, wave_view.wires(groups)))
        write(folder / "probe.hpp", header(groups))
        write(folder / "view.gtkw", view.text())
        for name, text in view.tables.items():
            write(folder / "names" / name, text)
    except (OSError, tomllib.TOMLDecodeError, ValueError) as error:
        sys.exit(f"tb/lockstep/generate.py: {error}")


if __name__ == "__main__":
    main()
