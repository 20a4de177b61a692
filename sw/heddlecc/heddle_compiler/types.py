"""Kernel parameters: how the host's bytes become the device's. Taken from the device half's debug information.

A pointer, a `long` and the types made of it (size_t...) have 8 bytes on the host and 4 on the device; everything else
has one layout on both sides. Parameters of those types are converted; inside structs they cannot be, which is an error."""

from dataclasses import dataclass

_QUALIFIERS = ("DW_TAG_const_type", "DW_TAG_volatile_type", "DW_TAG_restrict_type", "DW_TAG_atomic_type")
_REFERENCES = ("DW_TAG_reference_type", "DW_TAG_rvalue_reference_type")
_WORD_TYPEDEFS = {"size_t": False, "uintptr_t": False, "ptrdiff_t": True, "intptr_t": True, "ssize_t": True}
_WORD_TYPES = {"long": True, "unsigned long": False}
_POINTER_SIZES = "a pointer has 8 bytes on the host and 4 on the device"
_WORD_SIZES = "it has 8 bytes on the host and 4 on the device; use long long, int64_t or int"


@dataclass
class Parameter:
    """One parameter of a kernel. kind: pointer, signed_word, unsigned_word (8 bytes on the host, 4 on the device) or
    value (the same bytes on both sides)."""
    name: str
    kind: str
    size: int          # bytes on the device
    align: int
    by_reference: bool = False  # decided with the IR's types
    offset: int = 0             # in the argument block


class UnsupportedType(Exception):
    """Why a type cannot be a kernel's parameter."""


class TypeReader:
    def __init__(self, metadata):
        self._metadata = metadata

    def _strip(self, reference):
        """The node behind typedefs and qualifiers, and the word-sized typedef met on the way, if any."""
        word = None
        node = self._metadata.get(reference)
        while node is not None and node.kind == "DIDerivedType":
            tag = node.string("tag")
            if tag == "DW_TAG_typedef":
                word = word or (node.string("name") if node.string("name") in _WORD_TYPEDEFS else None)
            elif tag not in _QUALIFIERS:
                break
            node = self._metadata.get(node.fields.get("baseType"))
        return node, word

    def size(self, reference):
        """Bytes on the device."""
        node, _ = self._strip(reference)
        return node.number("size") // 8 if node is not None else 0

    def parameter(self, name, reference):
        """Classifies a parameter's type. Raises UnsupportedType."""
        node, word = self._strip(reference)
        if node is None:
            raise UnsupportedType("its type has no size")
        size = node.number("size") // 8
        if node.kind == "DIDerivedType":
            tag = node.string("tag")
            if tag == "DW_TAG_pointer_type":
                target, _ = self._strip(node.fields.get("baseType"))
                if target is not None and target.kind == "DISubroutineType":
                    raise UnsupportedType("it is a function pointer, and the host's functions are not on the device")
                return Parameter(name, "pointer", 4, 4)
            if tag in _REFERENCES:
                raise UnsupportedType("it is a reference, and what it refers to lives on the host; pass a pointer to "
                                      "device memory, or the value")
            raise UnsupportedType("pointers to members cannot be passed to a kernel")
        if node.kind == "DIBasicType":
            base = node.string("name")
            if word is not None or base in _WORD_TYPES:
                signed = _WORD_TYPEDEFS[word] if word is not None else _WORD_TYPES[base]
                return Parameter(name, "signed_word" if signed else "unsigned_word", 4, 4)
            if base == "long double":
                raise UnsupportedType("long double differs between host and device")
            return Parameter(name, "value", size, max(4, min(size, 8)))
        if node.kind == "DICompositeType":
            if node.string("tag") == "DW_TAG_enumeration_type":
                return Parameter(name, "value", size, max(4, min(size, 8)))
            problem = self._layout_problem(reference)
            if problem is not None:
                raise UnsupportedType(f"{self._describe(node)} contains {problem}")
            return Parameter(name, "value", size, max(16, node.number("align") // 8))
        raise UnsupportedType("types of this sort cannot be passed to a kernel")

    def pointee_warning(self, reference):
        """Why an array of what this pointer parameter points to looks different on the two sides, or None."""
        node, _ = self._strip(reference)
        if node is None or node.string("tag") != "DW_TAG_pointer_type":
            return None
        target, word = self._strip(node.fields.get("baseType"))
        if target is None:
            return None
        if word is not None or (target.kind == "DIBasicType" and target.string("name") in _WORD_TYPES):
            return f"points to {word or target.string('name')}: {_WORD_SIZES}"
        if target.kind == "DIDerivedType":
            return f"points to pointers: {_POINTER_SIZES}"
        if target.kind == "DICompositeType" and target.string("tag") != "DW_TAG_enumeration_type":
            problem = self._layout_problem(node.fields.get("baseType"))
            if problem is not None:
                return f"points to {self._describe(target)}, which contains {problem}"
        return None

    @staticmethod
    def _describe(node):
        return f"struct '{node.string('name')}'" if node.string("name") else "its type"

    def _members(self, node):
        """Name and type of what an object of the class stores: members and base classes."""
        for reference in self._metadata.tuple(node.fields.get("elements")):
            member = self._metadata.get(reference)
            if member is None or "DIFlagStaticMember" in member.string("flags"):
                continue
            if member.string("tag") == "DW_TAG_member":
                yield member.string("name"), member.fields.get("baseType")
            elif member.string("tag") == "DW_TAG_inheritance":
                yield "a base class", member.fields.get("baseType")

    def _layout_problem(self, reference, seen=()):
        """What makes the layout of a type differ between host and device, or None."""
        node, word = self._strip(reference)
        if node is None or node in seen:
            return None
        if node.kind == "DIDerivedType":
            return f"a pointer: {_POINTER_SIZES}; pass it as a parameter of its own"
        if node.kind == "DIBasicType":
            name = word or node.string("name")
            if word is not None or name in _WORD_TYPES:
                return f"{name}: {_WORD_SIZES}"
            return "long double" if name == "long double" else None
        if node.string("tag") == "DW_TAG_array_type":
            return self._layout_problem(node.fields.get("baseType"), (*seen, node))
        if node.string("tag") == "DW_TAG_enumeration_type":
            return None
        for name, member in self._members(node):
            problem = self._layout_problem(member, (*seen, node))
            if problem is not None:
                what, _, rest = problem.partition(":")
                at = "" if "(in " in what else f" (in '{name}')"
                return f"{what}{at}:{rest}" if rest else f"{what}{at}"
        return None
