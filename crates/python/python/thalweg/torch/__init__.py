"""Update rules as `torch.optim` optimizers, on CPU tensors, without a copy.

>>> import torch
>>> import thalweg.torch
>>> model = torch.nn.Linear(3, 1)
>>> optimizer = thalweg.torch.Lion(model.parameters(), lr=1e-3)
>>> model(torch.ones(2, 3)).sum().backward()
>>> optimizer.step()

A class for every rule of the catalogue, named as in `thalweg.optim`, with `lr` and the rule's other hyper-parameters. Each is a real
`torch.optim.Optimizer`: parameter groups, closures, hooks, schedulers, `state_dict` and pickling are torch's own. The default dialect is
torch's where torch has the rule. Parameters without a gradient sit a step out. Tensors are float32 or float64, dense, on the CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

try:
    import torch
except ImportError as error:
    raise ImportError("thalweg.torch needs PyTorch; install it with: pip install torch") from error

from torch.optim.optimizer import _global_optimizer_post_hooks, _global_optimizer_pre_hooks

from thalweg._native import Optimizer as _Core
from thalweg._native import Rule, rules
from thalweg.optim import _NAMES

# What torch calls some hyper-parameters, or pairs of them.
_PAIRS = {
    "betas": ("beta1", "beta2", "beta3"),
    "etas": ("shrink", "grow"),
    "step_sizes": ("smallest_step", "largest_step"),
}
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
# Words that stand for numbers.
_WORDS = {"original": 0.0, "match_rms_adamw": 1.0, "spectral_unclamped": 2.0}


def _view(tensor: Any) -> Any:
    """The tensor's own memory as a NumPy array."""
    return (tensor.detach() if tensor.requires_grad else tensor).numpy()


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
        lr: float | None = None,
        *,
        dialect: str | None = None,
        before: Any = None,
        after: Any = None,
        state_format: str | None = None,
        threads: int = 1,
        **settings: Any,
    ) -> None:
        rule = self._rule
        self._dialect = dialect or ("torch" if "torch" in rule.defaults else next(iter(rule.defaults)))
        # As in torch, numbers that are not finite spread; GradScaler and clipping see to them before a step.
        self._options = {"before": before, "after": after, "state": state_format, "non_finite": "allow"}
        self._options = {name: value for name, value in self._options.items() if value is not None}
        self._threads = threads
        if lr is not None:
            settings["lr"] = lr
        given = self._translated(settings)
        # Names and values are checked here, not at the first step.
        core = _Core(rule.name, self._dialect, options=self._options, **given)
        defaults = core.hyperparameters
        # Schedulers of torch change lr in the groups.
        if "learning_rate" in defaults:
            defaults["lr"] = defaults.pop("learning_rate")
        self._cores: list[_Group | None] = []
        super().__init__(params, defaults)

    def _translated(self, settings: dict[str, Any]) -> dict[str, Any]:
        known = self._rule.defaults.get(self._dialect, {})
        found: dict[str, Any] = {}
        for name, value in settings.items():
            if name in _PAIRS and name not in known:
                found.update(zip(_PAIRS[name], value))
            elif value is not None:
                # Switches and rates in tensors are numbers too.
                plain = float(value) if isinstance(value, bool | torch.Tensor) else _WORDS.get(value, value)
                found[name if name in known else _RENAMED.get(name, name)] = plain
        return found

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        names = {name: value for name, value in param_group.items() if name not in ("params", "param_names")}
        if self.param_groups or names:
            values = {"lr" if name == "learning_rate" else name: value for name, value in self._translated(names).items()}
            unknown = [name for name in values if name not in self.defaults and name != "initial_lr"]
            if unknown:
                raise ValueError(f"{self._rule.name} has no {', '.join(unknown)}; it has {', '.join(self.defaults)}")
            kept = {name: param_group[name] for name in ("params", "param_names") if name in param_group}
            param_group = {**kept, **values}
        super().add_param_group(param_group)
        for parameter in self.param_groups[-1]["params"]:
            self._check(parameter)
        self._cores.append(None)

    @staticmethod
    def _check(parameter: Any) -> None:
        if parameter.device.type != "cpu":
            raise ValueError(f"a parameter is on {parameter.device}; thalweg.torch updates tensors on the CPU")
        if parameter.dtype not in (torch.float32, torch.float64):
            raise TypeError(f"a parameter has dtype {parameter.dtype}; thalweg.torch updates float32 and float64")
        if parameter.layout is not torch.strided:
            raise TypeError("a parameter is sparse; thalweg.torch updates dense tensors")

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
        for place, group in enumerate(self.param_groups):
            core = self._cores[place]
            if core is None:
                core = self._cores[place] = _Group(self, group)
            core.step(group)
        return loss

    _watched_update = torch.optim.Optimizer.profile_hook_step(_update)

    def state_dict(self) -> dict[str, Any]:
        """torch's form: `state` by number of the parameter, `param_groups`; the core's own state is bytes in each group."""
        found = super().state_dict()
        for group, core in zip(found["param_groups"], self._cores):
            group["thalweg"] = None if core is None else core.saved()
        return found

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Goes on from a `state_dict` of the same rule, dialect and groups."""
        groups = state_dict["param_groups"]
        if any("thalweg" not in group for group in groups):
            raise ValueError("this state was saved by another optimizer; give one that a thalweg.torch optimizer saved")
        plain = {**state_dict, "param_groups": [{k: v for k, v in group.items() if k != "thalweg"} for group in groups]}
        saved = [group["thalweg"] for group in groups]
        if len(groups) != len(self.param_groups):
            raise ValueError(f"the state has {len(groups)} groups and the optimizer {len(self.param_groups)}")
        fresh = [None if state is None else _Group(self, group) for state, group in zip(saved, self.param_groups)]
        for core, state in zip(fresh, saved):
            if core is not None:
                core.load(state)
        super().load_state_dict(plain)
        self._cores = fresh

    def __getstate__(self) -> dict[str, Any]:
        # As torch does it, with the core's state beside: a copy has memory of its own.
        kept = super().__getstate__()
        saved = [None if core is None else core.saved() for core in self._cores]
        own = {"_dialect": self._dialect, "_options": self._options, "_threads": self._threads, "_saved": saved}
        return {**kept, **own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        saved = state.pop("_saved", None)
        super().__setstate__(state)
        if saved is not None:
            self._cores = [None if one is None else _Group(self, group) for one, group in zip(saved, self.param_groups)]
            for core, one in zip(self._cores, saved):
                if core is not None:
                    core.load(one)


class _Group:
    """One parameter group: its tensors as arrays, and the core that updates them."""

    def __init__(self, owner: ThalwegOptimizer, group: dict[str, Any]) -> None:
        self.tensors = group["params"]
        self.views: list[Any] = [_view(tensor) for tensor in self.tensors]
        self.addresses = [tensor.data_ptr() for tensor in self.tensors]
        self.names = list(owner.defaults)
        # What the group said last, if that was numbers: a tensor may change without being another.
        self.seen: list[Any] | None = None
        self.settings = self._values(group)
        self.core = _Core(
            owner._rule.name, owner._dialect, options=owner._options, threads=owner._threads, **self.settings
        )

    def _values(self, group: dict[str, Any]) -> dict[str, float]:
        values = [(name, group.get(name)) for name in self.names]
        return {"learning_rate" if name == "lr" else name: float(value) for name, value in values if value is not None}

    def step(self, group: dict[str, Any]) -> None:
        said = [group.get(name) for name in self.names]
        if self.seen is None or said != self.seen:
            self._set(said, self._values(group))
        addresses = [tensor.data_ptr() for tensor in self.tensors]
        if addresses != self.addresses:
            # A parameter whose memory is another now (`model.to`, `tensor.data = …`) is looked at anew.
            for place, (address, known) in enumerate(zip(addresses, self.addresses)):
                if address != known:
                    self.views[place] = _view(self.tensors[place])
            self.addresses = addresses
        try:
            gradients = [None if (gradient := tensor.grad) is None else gradient.numpy() for tensor in self.tensors]
        except (RuntimeError, TypeError):
            gradients = [self._gradient(tensor) for tensor in self.tensors]
        self.core.update_list(self.views, gradients)
        # Autograd is told of what it did not see, so that it refuses values that are no longer those of the forward pass.
        torch.autograd.graph.increment_version(self.tensors)

    def _set(self, said: list[Any], settings: dict[str, float]) -> None:
        if settings != self.settings:
            # Only what has changed: switches such as amsgrad are settled at the start.
            self.core.set(**{name: value for name, value in settings.items() if self.settings.get(name) != value})
            self.settings = settings
        self.seen = said if all(value is None or isinstance(value, int | float) for value in said) else None

    @staticmethod
    def _gradient(tensor: Any) -> Any:
        """The gradient as an array: one that has a gradient itself, or that cannot be taken, which the error says."""
        gradient = tensor.grad
        if gradient is None:
            return None
        if gradient.layout is not torch.strided or gradient.dtype != tensor.dtype:
            raise TypeError(
                f"a gradient is {gradient.dtype}, {gradient.layout}; thalweg.torch takes dense gradients of the parameter's type"
            )
        return _view(gradient)

    def saved(self) -> dict[str, Any]:
        return self.core.state_dict()

    def load(self, state: dict[str, Any]) -> None:
        self.core.load_state_dict(state)
        self.settings = self.core.hyperparameters


def _class(rule: Rule) -> type[ThalwegOptimizer]:
    meanings = "\n".join(f"    {key}: {meaning}" for key, meaning in rule.hyperparameters.items())
    text = f"{rule.title}: {rule.formula}\n\n{rule.paper}.\nWhen to use it: {rule.when}.\n\n{meanings}"
    name = _NAMES.get(rule.name, rule.title)
    return type(name, (ThalwegOptimizer,), {"_rule": rule, "__doc__": text, "__module__": __name__})


# A gradient at another place than the parameters is not torch's way.
_CLASSES = {cls.__name__: cls for cls in (_class(rule) for rule in rules() if not rule.looks_ahead)}
# torch's own spelling.
_CLASSES.update({"Adagrad": _CLASSES["AdaGrad"], "RMSprop": _CLASSES["RMSProp"], "Adadelta": _CLASSES["AdaDelta"], "Adamax": _CLASSES["AdaMax"]})
globals().update(_CLASSES)

__all__ = ["ThalwegOptimizer", *_CLASSES]
