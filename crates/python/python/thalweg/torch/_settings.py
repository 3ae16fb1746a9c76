"""What a parameter group says, under torch's names, and what the core is told."""

from __future__ import annotations

import difflib
import inspect
import math
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

import torch

from thalweg._native import Rule

# What torch calls some hyper-parameters, or several of them in one tuple.
_TUPLES = {"betas": ("beta1", "beta2", "beta3"), "etas": ("shrink", "grow"), "step_sizes": ("smallest_step", "largest_step")}
_RENAMED = {
    "lr": "learning_rate",
    "eps": "epsilon",
    "alpha": "decay_rate",
    "rho": "decay_rate",
    "lr_decay": "rate_decay",
    "initial_accumulator_value": "initial_accumulator",
    "lambd": "lambda",
    "ns_steps": "iterations",
    "d": "clip_threshold",
    "adjust_lr_fn": "adjust",
}
# The names of a rule that torch does not have.
_GENERAL = {"learning_rate": "lr", "epsilon": "eps", "lambda": "lambd"}
# Words that stand for numbers.
_WORDS = {"adjust_lr_fn": {"original": 0.0, "match_rms_adamw": 1.0, "spectral_unclamped": 2.0}}
# How torch computes, which changes no number here.
_TECHNICAL = ("foreach", "fused", "capturable")
# What there is elsewhere, and what does the same in torch.
_ELSEWHERE = {
    "schedule": "use torch.optim.lr_scheduler",
    "schedules": "change the values in param_groups",
    "non_finite": "as in torch, what is not finite spreads; use torch.amp.GradScaler",
    "accumulate": "call backward several times before a step",
    "sharpness": "use thalweg.optim, whose minimise() asks for two gradients",
    "groups": "give a list of dicts in place of the parameters",
    "state": "it is called state_format here",
    "measure": "use thalweg.optim",
}


def torch_class(name: str) -> type[torch.optim.Optimizer] | None:
    """The class of torch with this name, if there is one."""
    found = getattr(torch.optim, name, None)
    return found if isinstance(found, type) and issubclass(found, torch.optim.Optimizer) else None


class Settings:
    """The keys of a rule's parameter groups: their defaults, and how their values are read."""

    def __init__(self, rule: Rule, dialect: str, name: str) -> None:
        self.name = name
        self.known: dict[str, float] = rule.defaults[dialect]
        self._switches = {ours for ours, meaning in rule.hyperparameters.items() if meaning.startswith("whether")}
        self.parts: dict[str, tuple[str, ...]] = {}
        self.defaults: dict[str, Any] = {}
        self.positional: list[str] = ["lr"]
        theirs = torch_class(name) if dialect == "torch" else None
        if theirs is not None:
            self._follow(theirs)
        self._complete()
        for key in _TECHNICAL:
            self.defaults.setdefault(key, False if key == "capturable" else None)
        self.defaults.setdefault("differentiable", False)
        # Keys with numbers that the core is told, in order.
        self.watched = [key for key in self.defaults if key in self.parts or key == "differentiable" or self._is_fixed(key)]
        self.all_watched = itemgetter(*self.watched)

    def _is_fixed(self, key: str) -> bool:
        return key not in self.parts and key not in (*_TECHNICAL, "differentiable")

    def _follow(self, theirs: type[torch.optim.Optimizer]) -> None:
        """Takes over the keys of torch's class: its names, its order, its defaults."""
        given = [one for name, one in inspect.signature(theirs).parameters.items() if name != "params"]
        self.positional = [one.name for one in given if one.kind is not one.KEYWORD_ONLY]
        # A group has more keys than the class has arguments: AdamW is Adam with decoupled_weight_decay.
        group = theirs([torch.zeros(1, 1)]).param_groups[0]
        for key, default in group.items():
            if key != "params":
                self.defaults[key] = default
                parts = self._parts(key)
                if parts:
                    self.parts[key] = parts

    def _parts(self, key: str) -> tuple[str, ...]:
        """Our names for what is in a key."""
        if key == "eps" and "epsilon1" in self.known:
            return ("epsilon1", "epsilon2")
        if key in _TUPLES:
            return tuple(part for part in _TUPLES[key] if part in self.known)
        ours = key if key in self.known else _RENAMED.get(key, key)
        return (ours,) if ours in self.known else ()

    def _complete(self) -> None:
        """Adds what the rule has beside the keys so far."""
        there = {part for parts in self.parts.values() for part in parts}
        for key, names in _TUPLES.items():
            # A single β has a key of its own, and so has a third that is optional.
            parts = tuple(part for part in names if part in self.known and (part != "beta3" or self.known[part] != 0.0))
            if len(parts) >= 2 and not there.intersection(parts):
                self.parts[key] = parts
                there.update(parts)
        for ours in self.known:
            if ours not in there:
                self.parts[_GENERAL.get(ours, ours)] = (ours,)
        order = sorted(self.parts, key=lambda key: list(self.known).index(self.parts[key][0]))
        for key in order:
            values = tuple(bool(self.known[part]) if part in self._switches else self.known[part] for part in self.parts[key])
            self.defaults.setdefault(key, values if len(values) > 1 else values[0])

    def spelt(self, given: Mapping[str, Any], start: Mapping[str, Any]) -> dict[str, Any]:
        """The same settings under the names of the groups; names that the rule does not have stay. Parts of a tuple are laid over `start`."""
        found: dict[str, Any] = {}
        for name, value in given.items():
            if name in self.defaults:
                found[name] = value
                continue
            ours = name if name in self.known else _RENAMED.get(name, name)
            key = next((key for key, parts in self.parts.items() if ours in parts), None)
            if key is None and name in _TUPLES and isinstance(value, Iterable):
                # Several numbers of which each has a key here.
                found.update(self.spelt(dict(zip(_TUPLES[name], value)), start))
            elif key is None:
                found[name] = value
            elif len(self.parts[key]) == 1:
                found[key] = value
            else:
                whole = list(found.get(key, start[key]))
                whole[self.parts[key].index(ours)] = value
                found[key] = tuple(whole)
        return found

    def refuse(self, name: str) -> None:
        """Says why there is no setting of this name."""
        if name in _ELSEWHERE:
            raise ValueError(f"thalweg.torch.{self.name} has no `{name}`: {_ELSEWHERE[name]}")
        near = self.near(name)
        advice = f"; did you mean `{near}`?" if near else f"; it has {', '.join(self.defaults)}"
        raise ValueError(f"thalweg.torch.{self.name} has no `{name}`{advice}")

    def near(self, name: str) -> str | None:
        """The setting that a name was meant to be, if it is nearly one."""
        return next(iter(difflib.get_close_matches(name, [*self.defaults, *self.known], 1, 0.8)), None)

    def read(self, group: Mapping[str, Any]) -> dict[str, float]:
        """What the core is told of a group."""
        if group.get("differentiable"):
            raise ValueError(f"thalweg.torch.{self.name} takes steps that autograd does not see; leave differentiable=True out")
        found: dict[str, float] = {}
        for key in self.watched:
            value = group.get(key, self.defaults[key])
            parts = self.parts.get(key)
            if parts is None:
                if key != "differentiable" and value != self.defaults[key]:
                    raise TypeError(f"{key} cannot be chosen in thalweg.torch.{self.name}; it is {self.defaults[key]}")
            elif len(parts) == 1:
                found[parts[0]] = _number(key, value)
            else:
                if not isinstance(value, tuple | list) or len(value) != len(parts):
                    raise TypeError(f"{key} is {value!r}; give {len(parts)} numbers, such as {self.defaults[key]}")
                found.update({part: _number(key, one) for part, one in zip(parts, value)})
        return found


def _number(key: str, value: Any) -> float:
    if isinstance(value, str):
        words = _WORDS.get(key)
        if words is None:
            raise TypeError(f"{key} is {value!r}; give a number")
        if value not in words:
            raise ValueError(f"{key} is {value!r}; give one of {', '.join(map(repr, words))}")
        return words[value]
    if value is None:
        # What torch leaves out: the first ε of Adafactor, how Muon adjusts its rate.
        if key in _WORDS or key == "eps":
            return 0.0
        raise TypeError(f"{key} is None; give a number")
    try:
        number = float(value)
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"{key} is {value!r}; give a number") from None
    if not math.isfinite(number):
        raise ValueError(f"{key} is {number}; give a finite number")
    return number
