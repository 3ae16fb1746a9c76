"""State that earlier versions wrote: the core's own form, as bytes in each group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from thalweg._native import Optimizer as Core

from ._state import buffer_name, number_places, tensor_at

if TYPE_CHECKING:
    from ._optimizer import ThalwegOptimizer


def read(owner: ThalwegOptimizer, state_dict: dict[str, Any]) -> dict[str, Any]:
    """The same in today's form; what is of that form already is returned as it is."""
    groups = state_dict["param_groups"]
    if not any("thalweg" in group for group in groups):
        return state_dict
    state = dict(state_dict["state"])
    for group in groups:
        saved = group.get("thalweg")
        if saved is not None:
            state.update(zip(group["params"], entries(owner, saved)))
    plain = [{name: value for name, value in group.items() if name != "thalweg"} for group in groups]
    return {**state_dict, "state": state, "param_groups": plain}


def unpickle(owner: ThalwegOptimizer, saved: list[Any]) -> None:
    """Takes over the state of a pickled optimizer."""
    owner.defaults = {**owner._settings.defaults, **owner._settings.spelt(owner.defaults, owner._settings.defaults)}
    for group, one in zip(owner.param_groups, saved):
        settings = owner._settings.spelt(dict(group), owner.defaults)
        group.clear()
        group.update({**{name: value for name, value in owner.defaults.items() if name not in settings}, **settings})
        if one is not None:
            owner.state.update(zip(group["params"], entries(owner, one)))


def entries(owner: ThalwegOptimizer, saved: dict[str, Any]) -> list[dict[str, Any]]:
    """The state of each parameter of a group."""
    # Settings are those of the group; here only rule, dialect, stages and format have to agree.
    written = saved["specification"]
    core = Core(owner._rule.name, owner._dialect, options=owner._options, **written["hyperparameters"])
    core.load_state_dict(saved)
    parameters = saved.get("parameters", [])
    kinds = {"float32": np.float32, "float64": np.float64}
    like = [np.zeros(shape, kinds[kind]) for _, kind, shape in parameters]
    if not like:
        return []
    found: list[dict[str, Any]] = [{} for _ in like]
    for parameter, name, shape, kind, address, length in core.state_memory(like):
        found[int(parameter)][buffer_name(owner._rule, name)] = tensor_at(core, tuple(shape), kind, address, length)
    steps, names, numbers = core.counts()
    places = number_places(owner._rule, names, [list(range(len(like)))])
    for place, entry in enumerate(found):
        entry["step"] = torch.tensor(steps[place])
        entry.update({name: torch.tensor(numbers[at], dtype=torch.float64) for name, at in places[place].items()})
    return [entry if entry["step"] > 0 else {} for entry in found]
