"""What a function refers to by name: globals, and attributes of the user's own modules."""

from __future__ import annotations

import builtins
import dis
import importlib
import importlib.util
from collections.abc import Iterator
from types import CodeType, ModuleType
from typing import Any

from thalweg._library import library

# What stands for a name that is defined nowhere.
MISSING = "a name that is not defined"

_GLOBALS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD")


def references(code: CodeType, namespace: dict[str, Any]) -> dict[str, Any]:
    """Returns the values that `code`, and the functions and classes inside it, refer to in `namespace`, by name.

    Of a module of the user's own it is the attributes that are used (`helper.scale`), or the module itself where that cannot be told.
    """
    found: dict[str, Any] = {}
    for inside in _nested(code):
        found.update(_of_one(inside, namespace))
    return found


def own_module(value: Any) -> bool:
    """Whether a value is a module that belongs to no installed library."""
    return isinstance(value, ModuleType) and library(value.__name__) is None


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _of_one(code: CodeType, namespace: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    # The name that the last instructions have read, with its value.
    path, value = "", None
    level = 0
    for step in dis.get_instructions(code):
        if step.opname == "EXTENDED_ARG":
            continue
        if path and step.opname in _ATTRIBUTES and own_module(value):
            path, value = f"{path}.{step.argval}", getattr(value, step.argval, MISSING)
            continue
        if path:
            found[path] = value
            path = ""
        if step.opname in _GLOBALS and _is_global(step.argval, namespace):
            path, value = step.argval, namespace.get(step.argval, MISSING)
        elif step.opname == "IMPORT_NAME":
            found[f"import of {step.argval}"] = _imported(step.argval, level, namespace)
        level = step.argval if isinstance(step.argval, int) else level
    return found


def _is_global(name: str, namespace: dict[str, Any]) -> bool:
    # A class inside a function reads the name of its module, which is "__main__" or not by how the file was started.
    return name != "__name__" and (name in namespace or not hasattr(builtins, name))


def _imported(name: str, level: int, namespace: dict[str, Any]) -> Any:
    """Returns the module that an `import` inside a function gets."""
    try:
        return importlib.import_module("." * level + name, namespace.get("__package__"))
    except Exception:  # Whatever it is: the function meets it when it is called.
        return MISSING
