"""The class behind all optimizers of `thalweg.torch`."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

import torch
from torch.optim.optimizer import _global_optimizer_post_hooks, _global_optimizer_pre_hooks

from thalweg._native import Optimizer as Core
from thalweg._native import Rule

from . import _earlier
from ._binding import Binding, check
from ._settings import Settings


def _watched(optimizer: torch.optim.Optimizer) -> bool:
    """Whether a profiler runs or a hook is registered."""
    own = optimizer._optimizer_step_pre_hooks or optimizer._optimizer_step_post_hooks
    everywhere = _global_optimizer_pre_hooks or _global_optimizer_post_hooks
    return bool(own or everywhere or torch.autograd._profiler_enabled())


class ThalwegOptimizer(torch.optim.Optimizer):
    """A rule of the catalogue as a torch optimizer. Its subclasses are the rules."""

    _rule: Rule

    def __init__(
        self,
        params: Iterable[Any],
        *positional: Any,
        dialect: str | None = None,
        before: Any = None,
        after: Any = None,
        state_format: str | None = None,
        threads: int = 1,
        **settings: Any,
    ) -> None:
        rule = self._rule
        self._dialect = dialect or next(name for name in ("torch", "paper", *rule.defaults) if name in rule.defaults)
        if self._dialect not in rule.defaults:
            raise ValueError(f"there is no {type(self).__name__} in dialect {dialect!r}; it has {', '.join(rule.defaults)}")
        if not isinstance(threads, int) or threads < 1:
            raise ValueError(f"threads is {threads!r}; give a whole number of at least 1")
        if state_format not in (None, "full", "bf16", "8-bit"):
            raise ValueError(f"state_format is {state_format!r}; give 'full', 'bf16' or '8-bit'")
        # As in torch, numbers that are not finite spread; GradScaler and clipping see to them before a step.
        options = {"before": before, "after": after, "state": state_format, "non_finite": "allow"}
        self._options = {name: value for name, value in options.items() if value is not None}
        self._threads = threads
        self._settings = Settings(rule, self._dialect, type(self).__name__)
        self._binding: Binding | None = None
        # The parameters as they are trained, while they hold averages.
        self._trained: list[torch.Tensor] | None = None
        names = self._settings.positional
        if len(positional) > len(names):
            raise TypeError(f"{type(self).__name__} takes {', '.join(names)} by position, and got {len(positional)} values")
        twice = [name for name, _ in zip(names, positional) if name in settings]
        if twice:
            raise TypeError(f"{type(self).__name__} got {twice[0]} twice, by position and by name")
        settings.update(zip(names, positional))
        defaults = dict(self._settings.defaults)
        given = self._settings.spelt({name: value for name, value in settings.items() if name != "lr" or value is not None}, defaults)
        for name in given:
            if name not in defaults:
                self._settings.refuse(name)
        defaults.update(given)
        # Names and values are checked here, not at the first step.
        Core(rule.name, self._dialect, options=self._options, **self._settings.read(defaults))
        super().__init__(params, defaults)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        if isinstance(param_group, dict):
            own = {name: value for name, value in param_group.items() if name not in ("params", "param_names")}
            own = self._settings.spelt(own, self.defaults)
            for name in own:
                # Names that are nearly those of settings are slips; others are the user's own, as in torch.
                if name not in self.defaults and self._settings.near(name):
                    self._settings.refuse(name)
            kept = {name: param_group[name] for name in ("params", "param_names") if name in param_group}
            Core(self._rule.name, self._dialect, options=self._options, **self._settings.read({**self.defaults, **own}))
            param_group = {**kept, **own}
        super().add_param_group(param_group)
        try:
            for parameter in self.param_groups[-1]["params"]:
                check(parameter)
        except (TypeError, ValueError):
            self.param_groups.pop()
            raise

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One update of all parameters that have a gradient. `closure` computes the loss anew and returns it."""
        given = () if closure is None else (closure,)
        return self._watched_update(*given) if _watched(self) else self._update(*given)

    # So that torch does not wrap it for profilers and hooks: without either that takes longer than the update of a small network.
    step.hooked = True  # type: ignore[attr-defined]

    def _update(self, closure: Callable[[], Any] | None = None) -> Any:
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        if self._trained is not None:
            raise RuntimeError("the parameters hold averages; call optimizer.train() before a step")
        binding = self._bound()
        binding.tell(self.param_groups)
        binding.step()
        return loss

    _watched_update = torch.optim.Optimizer.profile_hook_step(_update)

    def _bound(self) -> Binding:
        """The parameters of the groups bound to a core, anew if somebody changed groups, tensors or state."""
        binding = self._binding
        if binding is None or not binding.fits(self):
            binding = self._bind(self.state, strict=False)
        return binding

    def _bind(self, state: Any, strict: bool) -> Binding:
        binding = Binding(self)
        binding.fill(state, strict)
        # What does not belong to a parameter of the groups is kept, as in torch.
        for key, value in dict.items(state):
            if not isinstance(key, torch.Tensor):
                binding.state.install(key, value)
        self._binding, self.state = binding, binding.state
        return binding

    def reset(self) -> None:
        """Forgets all state: the next update is a first one."""
        self.train()
        self._binding, self.state = None, defaultdict(dict)

    def averages(self) -> list[torch.Tensor]:
        """The parameters to evaluate with, in the order of the groups, as new tensors: those of schedule-free rules and averages of
        weights, and for every other rule the parameters themselves."""
        if self._trained is not None:
            return [tensor.detach().clone() for tensor in self._bound().tensors]
        binding = self._bound()
        found = binding.core.averaged({str(place): view for place, view in enumerate(binding.views)})
        made = [torch.empty_like(tensor.detach()) for tensor in binding.tensors]
        for place, (tensor, order) in enumerate(zip(made, binding.orders)):
            binding._view(tensor, order)[...] = found[str(place)]
        return made

    @torch.no_grad()
    def swap(self) -> None:
        """Exchanges the parameters for their averages, or back."""
        tensors = self._bound().tensors
        coming = self.averages() if self._trained is None else self._trained
        self._trained = [tensor.detach().clone() for tensor in tensors] if self._trained is None else None
        for tensor, value in zip(tensors, coming):
            tensor.copy_(value)

    def eval(self) -> None:
        """Puts the averages in the parameters' place, to evaluate with; steps are refused until `train()`."""
        if self._trained is None:
            self.swap()

    def train(self) -> None:
        """Puts the parameters back that updates are applied to."""
        if self._trained is not None:
            self.swap()

    def plan(self) -> str:
        """Which parameter is in which group, with what settings and how much memory."""
        binding = self._bound()
        return binding.core.explain({str(place): view for place, view in enumerate(binding.views)})

    def state_dict(self) -> dict[str, Any]:
        """torch's form: `state` by number of the parameter, under torch's names where it has the rule, and `param_groups`."""
        found = super().state_dict()
        found["state"] = {key: dict(entry) if isinstance(entry, dict) else entry for key, entry in found["state"].items()}
        if self._rule.name == "asgd":
            for key, entry in found["state"].items():
                t0 = next((group["t0"] for group in found["param_groups"] if key in group["params"]), 1e6)
                entry["mu"] = 1.0 / (entry["step"] - t0).clamp(min=1.0)
        return found

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Goes on from a `state_dict` of this class or of torch's; with `param_names` on both sides by name, else by place. All or nothing."""
        state_dict = state_dict.copy()
        for hook in self._optimizer_load_state_dict_pre_hooks.values():
            state_dict = hook(self, state_dict) or state_dict
        state_dict = _earlier.read(self, state_dict)
        groups = self._loaded_groups(state_dict["param_groups"])
        mine = list(chain.from_iterable(group["params"] for group in self.param_groups))
        numbers = self._numbers(state_dict["param_groups"])
        given = state_dict["state"]
        state: dict[Any, Any] = {tensor: given[number] for tensor, number in zip(mine, numbers) if number in given}
        state.update({key: value for key, value in given.items() if key not in set(numbers)})
        before = self.param_groups, self.state, self._binding, self._trained
        self.param_groups, self._trained = groups, None
        try:
            self._bind(state, strict=True)
        except BaseException:
            self.param_groups, self.state, self._binding, self._trained = before
            raise
        for hook in self._optimizer_load_state_dict_post_hooks.values():
            hook(self)

    def _loaded_groups(self, saved: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The groups with the settings that were saved and the parameters that there are."""
        if len(saved) != len(self.param_groups):
            raise ValueError(f"loaded state dict has {len(saved)} parameter groups, and the optimizer {len(self.param_groups)}")
        groups = []
        for own, given in zip(self.param_groups, saved):
            settings = {name: copy.deepcopy(value) for name, value in given.items() if name not in ("params", "param_names")}
            settings = self._settings.spelt(settings, self.defaults)
            kept = {name: own[name] for name in ("params", "param_names") if name in own}
            if "param_names" in given and "param_names" not in own:
                kept["param_names"] = list(given["param_names"])
            groups.append({**kept, **{name: value for name, value in self.defaults.items() if name not in settings}, **settings})
        return groups

    def _numbers(self, saved: list[dict[str, Any]]) -> list[int]:
        """The numbers that the parameters of the groups have in what was saved."""
        if all("param_names" in group for group in (*saved, *self.param_groups)):
            theirs = {name: number for group in saved for name, number in zip(group["param_names"], group["params"])}
            wanted = [name for group in self.param_groups for name in group["param_names"]]
            missing = [name for name in wanted if name not in theirs]
            if missing or len(theirs) != len(wanted):
                odd = missing or sorted(set(theirs) - set(wanted))
                raise ValueError(f"loaded state dict has other parameters: {', '.join(odd)} {'is missing' if missing else 'is not here'}")
            return [theirs[name] for name in wanted]
        for place, (own, given) in enumerate(zip(self.param_groups, saved)):
            if len(own["params"]) != len(given["params"]):
                raise ValueError(
                    f"loaded state dict contains a parameter group that doesn't match the size of optimizer's group {place}: "
                    f"{len(given['params'])} parameters for {len(own['params'])}"
                )
        return [number for group in saved for number in group["params"]]

    def __getstate__(self) -> dict[str, Any]:
        # A copy has memory of its own: it is bound at its first step.
        own = ("_dialect", "_options", "_threads", "_trained")
        return {**super().__getstate__(), **{name: getattr(self, name) for name in own}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        saved = state.pop("_saved", None)
        self._settings = Settings(self._rule, state.get("_dialect", getattr(self, "_dialect", "")), type(self).__name__)
        self._binding = None
        state.setdefault("_trained", None)
        super().__setstate__(state)
        if saved is not None:
            _earlier.unpickle(self, saved)
