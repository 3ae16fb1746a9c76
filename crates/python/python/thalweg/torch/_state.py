"""What `optimizer.state` is made of: dicts that notice changes, and tensors that share memory with the core."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

# What torch calls state, beside the names that each of its classes has.
_GENERAL = {"first_moment": "exp_avg", "second_moment": "exp_avg_sq"}
_BY_RULE = {
    "muon": {"velocity": "momentum_buffer"},
    "asgd": {"average": "ax"},
    "adafactor": {"row": "row_var", "column": "col_var", "second_moment": "variance"},
}
# Numbers that a rule keeps of each parameter, in the order in which the core has them.
_NUMBERS = {"nadam": ("mu_product",), "asgd": ("eta_before", "eta")}


class Changes:
    """Whether somebody else has written to the state."""

    __slots__ = ("made",)

    def __init__(self) -> None:
        self.made = False


def _noticed(name: str) -> Callable[..., Any]:
    plain = getattr(dict, name)

    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        self.changes.made = True
        return plain(self, *arguments, **named)

    method.__name__ = name
    return method


class Entry(dict):  # type: ignore[type-arg]
    """The state of one parameter."""

    def __init__(self, values: dict[str, Any], changes: Changes) -> None:
        super().__init__(values)
        self.changes = changes

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


class State(defaultdict):  # type: ignore[type-arg]
    """The state of all parameters that have had an update."""

    def __init__(self, changes: Changes) -> None:
        super().__init__(dict)
        self.changes = changes

    def __missing__(self, key: Any) -> Entry:
        entry = Entry({}, self.changes)
        self.install(key, entry)
        return entry

    def install(self, key: Any, entry: Entry) -> None:
        """Puts an entry in without noticing a change."""
        dict.__setitem__(self, key, entry)

    def __reduce__(self) -> Any:
        return defaultdict, (dict, dict(self))


for _name in ("__setitem__", "__delitem__", "__ior__", "clear", "pop", "popitem", "setdefault", "update"):
    for _class in (Entry, State):
        setattr(_class, _name, _noticed(_name))


class _Memory:
    """A stretch of the core's memory as NumPy's protocol describes it. It keeps the core, and with it the memory, alive."""

    __slots__ = ("__array_interface__", "core")

    def __init__(self, core: Any, shape: tuple[int, ...], kind: str, address: int) -> None:
        self.core = core
        self.__array_interface__ = {"version": 3, "shape": shape, "typestr": kind, "data": (address, False)}


def tensor_at(core: Any, shape: tuple[int, ...], kind: str, address: int, length: int) -> torch.Tensor:
    """A tensor in memory of the core."""
    if length == 0:
        return torch.from_numpy(np.empty(shape, kind))
    whole = int(np.prod(shape, dtype=np.int64)) == length
    tensor = torch.from_numpy(np.asarray(_Memory(core, shape if whole else (length,), kind, address)))
    # Words of 16 bits are halves of float32, which NumPy has no name for.
    return tensor.view(torch.bfloat16) if kind == "<u2" else tensor


def torch_shape(rule: Any, name: str, shape: tuple[int, ...], parameter: torch.Size) -> tuple[int, ...]:
    """The shape that torch gives a buffer which the core keeps for rows or columns."""
    if rule.name == "adafactor" and name in ("row_var", "col_var"):
        own = list(parameter)
        own[-1 if name == "row_var" else -2] = 1
        return tuple(own) if int(np.prod(own)) == int(np.prod(shape)) else shape
    return shape


def buffer_name(rule: Any, ours: str) -> str:
    """What torch calls a buffer."""
    plain, mark, number = ours.partition("#")
    scales = "_scales" if plain.endswith("_scales") else ""
    plain = plain.removesuffix("_scales")
    named = rule.torch_buffers.get(plain) or _BY_RULE.get(rule.name, {}).get(plain) or _GENERAL.get(plain, plain)
    return f"{named}{scales}{mark}{number}"


_KEY = re.compile(r"(memory|number)\.(.*?)(?:\.(before)|\.group (.*))?$")


def number_places(rule: Any, names: list[str], groups: list[list[int]]) -> list[dict[str, int]]:
    """For each parameter, the places of the numbers that concern it, by name. `groups` are the numbers of each group's parameters."""
    places: list[dict[str, int]] = [{} for group in groups for _ in group]
    for place, name in enumerate(names):
        found = _KEY.match(name)
        if found is None:
            continue
        kind, rest, before, group = found.groups()
        if kind == "memory":
            stage, position, k, parameter = rest.split(".", 3)
            own = _NUMBERS.get(rule.name, ())
            called = own[int(k)] if int(k) < len(own) and not before else f"memory_{stage}_{position}_{k}"
            concerned = [int(parameter)]
        else:
            called = rest
            concerned = groups[int(group)] if group is not None and group.isdigit() else range(len(places))
        for parameter_place in concerned:
            places[parameter_place][f"{called}_before" if before else called] = place
    return places
