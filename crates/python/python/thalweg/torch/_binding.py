"""The parameters of all groups, bound to one core that updates them together."""

from __future__ import annotations

from operator import is_not
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from thalweg._native import Optimizer as Core

from ._state import Changes, Entry, State, buffer_name, number_places, tensor_at, torch_shape

if TYPE_CHECKING:
    from ._optimizer import ThalwegOptimizer

# Rules and stages that look at rows and columns, or draw numbers by place: they need tensors in row-major order.
_SHAPED_RULES = {"muon", "shampoo", "soap", "adafactor", "sm3"}
_SHAPED_STAGES = {"adaptive-clip", "centralise", "noise"}
# Rules and stages with one number for all parameters.
_TOGETHER = {"prodigy", "dadapt-adam", "clip-by-global-norm", "normalise"}
# Dialects that count the updates of the optimizer, not those of each parameter.
_COUNT_TOGETHER = {"book", "keras", "optax"}
_NONE = type(None)
_TYPES = (torch.float32, torch.float64)


def check(parameter: torch.Tensor) -> None:
    """Refuses a parameter that cannot be updated. One that is frozen may be of any kind."""
    if not parameter.requires_grad and parameter.grad is None and not can_be_updated(parameter):
        return
    if parameter.device.type != "cpu":
        raise ValueError(f"a parameter is on {parameter.device}; thalweg.torch updates tensors on the CPU")
    if parameter.dtype not in _TYPES:
        raise TypeError(f"a parameter has dtype {parameter.dtype}; thalweg.torch updates float32 and float64")
    if parameter.layout is not torch.strided:
        raise TypeError("a parameter is sparse; thalweg.torch updates dense tensors")


def can_be_updated(parameter: torch.Tensor) -> bool:
    return parameter.device.type == "cpu" and parameter.dtype in _TYPES and parameter.layout is torch.strided


def _order(tensor: torch.Tensor) -> tuple[int, ...] | None:
    """The axes in the order in which they lie in memory; None where that is their own order, or where there are gaps."""
    if tensor.is_contiguous():
        return None
    order = tuple(sorted(range(tensor.dim()), key=lambda axis: (-tensor.stride(axis), -tensor.size(axis))))
    return order if tensor.permute(order).is_contiguous() else None


def _turned_back(tensor: torch.Tensor, order: tuple[int, ...] | None) -> torch.Tensor:
    if order is None or tensor.dim() != len(order):
        return tensor
    return tensor.permute([order.index(axis) for axis in range(len(order))])


class Binding:
    """The tensors of all groups as arrays, the core, and the state that the two have in common."""

    def __init__(self, owner: ThalwegOptimizer) -> None:
        self.settings = owner._settings
        self.counts_together = owner._dialect in _COUNT_TOGETHER
        self.lists = [list(group["params"]) for group in owner.param_groups]
        moving = [[tensor for tensor in tensors if can_be_updated(tensor)] for tensors in self.lists]
        self.frozen = [tensor for tensors in self.lists for tensor in tensors if not can_be_updated(tensor)]
        self.tensors = [tensor for tensors in moving for tensor in tensors]
        starts = np.cumsum([0, *map(len, moving)]).tolist()
        numbers = [list(range(start, end)) for start, end in zip(starts, starts[1:])]
        # Groups of the core: those that have parameters.
        self.groups = [place for place, own in enumerate(numbers) if own]
        self.said: list[tuple[Any, ...] | None] = [None] * len(self.lists)
        self.values = [owner._settings.read(group) for group in owner.param_groups]
        self._look(owner)
        self.core = self._core(owner, [numbers[place] for place in self.groups])
        memory = self.core.state_memory(self.views)
        self.steps, names, self.numbers = self.core.counts()
        self.counts = (self.steps, self.numbers)
        self.number_places = number_places(owner._rule, names, [numbers[place] for place in self.groups])
        self.buffers: list[dict[str, torch.Tensor]] = [{} for _ in self.tensors]
        for parameter, name, shape, kind, address, length in memory:
            place, called = int(parameter), buffer_name(owner._rule, name)
            tensor = tensor_at(self.core, torch_shape(owner._rule, called, tuple(shape), self.kinds[place][1]), kind, address, length)
            self.buffers[place][called] = _turned_back(tensor, self.orders[place])
        self.changes = Changes()
        self.state = State(self.changes)
        # Parameters that have had no gradient yet: they have no state, as in torch.
        self.idle = set(range(len(self.tensors)))

    def _look(self, owner: ThalwegOptimizer) -> None:
        """The tensors as arrays of contiguous memory, and where they are."""
        options = owner._options
        written = [*options.get("before", ()), *options.get("after", ())]
        stages = {stage if isinstance(stage, str) else stage["stage"] for stage in written}
        shaped = owner._rule.name in _SHAPED_RULES or stages & _SHAPED_STAGES
        self.orders = [None if shaped else _order(tensor) for tensor in self.tensors]
        self.plain = not any(self.orders)
        self.kinds = [(tensor.dtype, tensor.shape) for tensor in self.tensors]
        self.views = [self._view(tensor, order) for tensor, order in zip(self.tensors, self.orders)]
        self.addresses = [tensor.data_ptr() for tensor in self.tensors]
        together = _TOGETHER & {owner._rule.name, *stages}
        if together and len({tensor.dtype for tensor in self.tensors}) > 1:
            raise TypeError(f"{', '.join(together)} has one number for all parameters; give parameters of one dtype")

    @staticmethod
    def _view(tensor: torch.Tensor, order: tuple[int, ...] | None) -> Any:
        plain = tensor.detach() if tensor.requires_grad else tensor
        return (plain if order is None else plain.permute(order)).numpy()

    def _core(self, owner: ThalwegOptimizer, numbers: list[list[int]]) -> Core:
        name, dialect, options = owner._rule.name, owner._dialect, dict(owner._options)
        if len(self.groups) < 2:
            own = self.values[self.groups[0]] if self.groups else self.values[0]
            return Core(name, dialect, options=options, threads=owner._threads, **own)
        options["groups"] = [
            {"name": str(at), "match": {"names": [str(number) for number in own]}, "hyperparameters": self.values[place]}
            for at, (place, own) in enumerate(zip(self.groups, numbers))
        ]
        return Core(name, dialect, options=options, threads=owner._threads)

    def fits(self, owner: ThalwegOptimizer) -> bool:
        """Whether groups, tensors and state are those that are bound."""
        groups = owner.param_groups
        if owner.state is not self.state or self.changes.made or len(groups) != len(self.lists):
            return False
        for group, known in zip(groups, self.lists):
            tensors = group["params"]
            if len(tensors) != len(known) or True in map(is_not, tensors, known):
                return False
        addresses = [tensor.data_ptr() for tensor in self.tensors]
        return addresses == self.addresses or self._follow(addresses)

    def _follow(self, addresses: list[int]) -> bool:
        """Looks anew at parameters whose memory is another now (`model.to`, `tensor.data = …`); false if they are of another kind."""
        for place, (address, known) in enumerate(zip(addresses, self.addresses)):
            tensor = self.tensors[place]
            if address == known:
                continue
            if (tensor.dtype, tensor.shape) != self.kinds[place] or _order(tensor) != self.orders[place]:
                return False
            self.views[place] = self._view(tensor, self.orders[place])
        self.addresses = addresses
        return True

    def tell(self, groups: list[dict[str, Any]]) -> None:
        """Tells the core what has changed in the groups."""
        watched = self.settings.all_watched
        for place, group in enumerate(groups):
            try:
                said = watched(group)
            except KeyError:
                # Somebody took a key out of the group: its default holds.
                said = None
            if said is not None and said == self.said[place]:
                continue
            values = self.settings.read(group)
            known = self.values[place]
            changed = {name: value for name, value in values.items() if known[name] != value}
            if changed and place in self.groups:
                if len(self.groups) < 2:
                    self.core.set(**changed)
                else:
                    self.core.set_group(self.groups.index(place), **changed)
            self.values[place] = values
            # A tensor or a list may change without being another.
            self.said[place] = said if said is not None and _stays(said) else None

    def step(self) -> None:
        """One update of all parameters that have a gradient; if it fails, nothing has changed."""
        tensors = self.tensors
        if self.frozen:
            for tensor in self.frozen:
                if tensor.grad is not None:
                    check(tensor)
        try:
            if self.plain:
                gradients = [None if (gradient := tensor.grad) is None else gradient.numpy() for tensor in tensors]
            else:
                gradients = [self._gradient(tensor, order) for tensor, order in zip(tensors, self.orders)]
        except (RuntimeError, TypeError):
            gradients = [self._gradient(tensor, order) for tensor, order in zip(tensors, self.orders)]
        self.core.update_list(self.views, gradients, self.counts)
        # Autograd is told of what it did not see, so that it refuses values that are no longer those of the forward pass.
        if _NONE in map(type, gradients):
            tensors = [tensor for tensor, gradient in zip(tensors, gradients) if gradient is not None]
        torch.autograd.graph.increment_version(tensors)
        if self.idle:
            for place in [place for place in self.idle if gradients[place] is not None]:
                self.begin(place)

    def begin(self, place: int, others: dict[str, Any] | None = None) -> None:
        """Shows the state of a parameter from now on."""
        self.idle.discard(place)
        step = torch.from_numpy(self.steps[place : place + 1]).view(())
        own = {"step": step, **self.buffers[place]}
        for name, at in self.number_places[place].items():
            own[name] = torch.from_numpy(self.numbers[at : at + 1]).view(())
        self.state.install(self.tensors[place], Entry({**own, **(others or {})}, self.changes))

    @staticmethod
    def _gradient(tensor: torch.Tensor, order: tuple[int, ...] | None) -> Any:
        """The gradient as an array that lies as the parameter does, or the reason why there is none."""
        gradient = tensor.grad
        if gradient is None:
            return None
        if gradient.layout is not torch.strided or gradient.dtype != tensor.dtype or gradient.device != tensor.device:
            found = f"{gradient.dtype}, {gradient.layout}, on {gradient.device}"
            raise TypeError(f"a gradient is {found}; thalweg.torch takes dense gradients of the parameter's type")
        gradient = gradient.detach()
        if order is None:
            return gradient.contiguous().numpy()
        if gradient.stride() != tensor.stride():
            gradient = torch.empty_like(tensor.detach()).copy_(gradient)
        return gradient.permute(order).numpy()

    def fill(self, state: Any, strict: bool) -> None:
        """Copies state into the core: entries by parameter. What a `strict` reading does not know, or misses, is an error."""
        for place, tensor in enumerate(self.tensors):
            entry = dict.get(state, tensor)
            if entry:
                self.begin(place, self._fill(place, entry, strict))
        if self.counts_together and len(self.steps):
            self.steps[:] = self.steps.max()

    def _fill(self, place: int, entry: dict[str, Any], strict: bool) -> dict[str, Any]:
        """Fills the state of one parameter; returns what is not the core's."""
        buffers, numbers, others = self.buffers[place], self.number_places[place], {}
        given = {name: value for name, value in entry.items() if value is not None}
        # torch's SGD does not count its steps.
        self.steps[place] = float(given.pop("step", 1.0))
        for name, value in given.items():
            if name in buffers:
                _copy(buffers[name], value, name, place)
            elif name in numbers:
                self.numbers[numbers[name]] = float(value)
            elif name in ("mu",):
                # torch's ASGD keeps what follows from the number of steps.
                continue
            else:
                others[name] = value
        missing = [name for name in buffers if name not in given]
        if strict and (others or missing and self.steps[place] > 0 and given):
            kept = ", ".join(["step", *buffers, *numbers])
            found = ", ".join(map(str, entry))
            name = self.settings.name
            raise ValueError(
                f"the state of parameter {place} is {found}, and {name} keeps {kept}: it was saved by another optimizer or with other settings"
            )
        return others


def _copy(target: torch.Tensor, value: Any, name: str, place: int) -> None:
    if not isinstance(value, torch.Tensor) or value.numel() != target.numel():
        found = f"of shape {tuple(value.shape)}" if isinstance(value, torch.Tensor) else repr(value)
        raise ValueError(f"the state `{name}` of parameter {place} is {found}; give a tensor of shape {tuple(target.shape)}")
    with torch.no_grad():
        target.copy_(value.detach().reshape(target.shape))


def _stays(value: Any) -> bool:
    """Whether a value cannot change without being another."""
    if isinstance(value, tuple):
        return all(map(_stays, value))
    return value is None or isinstance(value, int | float | str)
