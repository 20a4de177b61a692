"""Places __shared__ variables in the shared window.

clang leaves a __shared__ variable as an ordinary global without an initial value. Left so, the optimizer would treat a
variable that one function uses as that function's private one; so it is made visible to the outside first. After
optimization, every kernel's variables get constant addresses from the start of the window; variables that no kernel
uses together may share bytes. `extern __shared__` arrays begin behind the static variables of all kernels that use one,
at the greatest alignment that one of them has."""

import re

from .errors import CompileError
from .ir_module import NAME, global_name, plain_name
from .types import TypeReader

WINDOW = 0xF0000000
_DYNAMIC_ALIGN = 16
_STATIC = re.compile(rf"({NAME}) = (?:[a-z_]+(?:\([^)]*\))? )*global .* (?:undef|poison)(?=,|$)")
_EXTERN_ARRAY = re.compile(rf"({NAME}) = external (?:[a-z_]+(?:\([^)]*\))? )*global \[0 x ")


class SharedMemory:
    def __init__(self):
        self._static = {}   # name: (size, align)
        self._dynamic = {}  # name: align
        self._address = {}

    def prepare(self, module):
        """Before optimization: finds the variables and keeps the optimizer from making them private."""
        types = TypeReader(module.metadata)

        def change(line):
            if not line.startswith("@"):
                return line
            if _EXTERN_ARRAY.match(line):
                self._dynamic[global_name(line)] = self._align(line)
                return line
            match = _STATIC.match(line)
            if match is None:
                return line
            self._static[match.group(1)] = (self._size(line, module.metadata, types), self._align(line))
            line = re.sub(r" = (?:[a-z_]+(?:\([^)]*\))? )*global ", " = dso_local global ", line, count=1)
            return re.sub(r", comdat(\([^)]*\))?", "", line)

        module.map_lines(change)

    @staticmethod
    def _align(line):
        match = re.search(r", align (\d+)", line)
        return int(match.group(1)) if match else 4

    @staticmethod
    def _size(line, metadata, types):
        debug = re.search(r"!dbg (!\d+)", line)
        expression = metadata.get(debug.group(1)) if debug else None
        variable = metadata.get(expression.fields.get("var")) if expression else None
        if variable is None:
            raise CompileError(f"the __shared__ variable {plain_name(global_name(line))} has no debug information")
        return types.size(variable.fields.get("type"))

    def place(self, module, kernels, uses):
        """After optimization: replaces the variables by addresses. `uses` is reachable_names(). Returns, for each
        kernel, the bytes of its static variables and the offset of its dynamic ones (None if it uses none)."""
        names = set(self._static) | set(self._dynamic)
        users = [uses[kernel.name] & names for kernel in kernels]
        self._place_static(users)
        ends = [max((self._address[n] + self._static[n][0] for n in used if n in self._static), default=0)
                for used in users]
        dynamic_users = [used & set(self._dynamic) for used in users]
        start = max((end for end, dynamic in zip(ends, dynamic_users) if dynamic), default=0)
        align = max([_DYNAMIC_ALIGN, *self._dynamic.values()])
        start = (start + align - 1) // align * align
        self._address.update(dict.fromkeys(self._dynamic, start))
        self._substitute(module, names)
        return [(end, start if dynamic else None) for end, dynamic in zip(ends, dynamic_users)]

    def _place_static(self, users):
        """First fit, larger alignments and sizes first; two variables conflict if some kernel uses both."""
        placed = []
        for name in sorted(self._static, key=lambda n: (-self._static[n][1], -self._static[n][0], n)):
            size, align = self._static[name]
            conflicts = sorted((self._address[other], self._address[other] + self._static[other][0])
                               for other in placed if any(name in used and other in used for used in users))
            offset = 0
            for begin, end in conflicts:
                if offset + size <= begin:
                    break
                offset = max(offset, (end + align - 1) // align * align)
            self._address[name] = offset
            placed.append(name)

    def _substitute(self, module, names):
        if not names:
            return
        pattern = re.compile("|".join(rf"{re.escape(n)}(?![-\w.$])" for n in sorted(names, key=len, reverse=True)))

        def address(match):
            return f"inttoptr (i32 {WINDOW + self._address[match.group(0)] - (1 << 32)} to ptr)"

        for function in module.functions():
            function.body = [pattern.sub(address, line) for line in function.body]
        module.map_lines(lambda line: None if global_name(line) in names else line)


def reachable_names(module, kernels):
    """For each kernel, the global names that its entry reaches through functions and initializers."""
    direct = {}
    for function in module.functions():
        direct[function.name] = {name for line in function.body for name in re.findall(NAME, line)}
    for item in module.items:
        if isinstance(item, str) and global_name(item) is not None:
            direct[global_name(item)] = set(re.findall(NAME, item.partition(" = ")[2]))
    result = {}
    for kernel in kernels:
        reached, pending = set(), [f'@{kernel.entry}', f'@"{kernel.entry}"']
        while pending:
            name = pending.pop()
            if name not in reached:
                reached.add(name)
                pending += direct.get(name, ())
        result[kernel.name] = reached
    return result
