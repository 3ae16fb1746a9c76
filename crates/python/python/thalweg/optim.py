"""Update rules for NumPy arrays: a class for every rule of the catalogue.

>>> import numpy as np
>>> from thalweg import optim
>>> params = {"W": np.ones((2, 3)), "b": np.zeros(3)}
>>> optimizer = optim.AdamW(params, learning_rate=0.01, dialect="torch")
>>> optimizer.step({"W": np.full((2, 3), 2.0), "b": np.ones(3)})
>>> optimizer.steps
1

Every class takes, beside `params` and the hyper-parameters of its rule:

* `dialect`: whose formula and defaults: "book", "torch", "keras", "optax" or "paper" (the first of these that has the rule);
* `schedule`: what the learning rate is multiplied by: a name, or `{"name": "cosine", "steps": 1000, "warmup": 100}`, where `steps` is
  the number of updates of the whole run, those of the warm-up included; `schedules`: the same for other hyper-parameters, by name;
* `before`, `after`: lists of stages on the gradients and on the updates, such as `[{"stage": "clip-by-global-norm", "largest": 1.0}]`;
* `groups`: `[{"name": "biases", "match": {"largest_rank": 1}, "hyperparameters": {"weight_decay": 0}}, {"name": "rest"}]`;
* `state`: "full", "bf16" or "8-bit"; `accumulate`: gradients to average before an update; `sharpness`: `{"radius": 0.05}` for SAM;
* `non_finite`: "refuse" (the default: an error, and nothing changes), "skip" or "allow";
* `measure`: whether norms are measured for `report`; `threads` of an update.

The names of other libraries are understood as well: `lr`, `wd`, `eps`, and `betas=(0.9, 0.999)`.

All of it runs in one pass over the numbers. A rule of one's own in Python is `OwnRule`, many times slower.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from thalweg._native import Optimizer, Rule, rules

_OPTIONS = ("before", "after", "groups", "schedule", "schedules", "state", "non_finite", "accumulate", "sharpness")


def _restore(cls: type, rule: str, dialect: str, state: dict[str, Any], attributes: dict[str, Any] | None) -> Optimizer:
    optimizer = Optimizer.__new__(
        cls, rule, dialect, measure=state["measure"], threads=state["threads"], written=state["specification"]
    )
    if attributes:
        optimizer.__dict__.update(attributes)
    optimizer.load_state_dict(state)
    return optimizer


def _reduce(self: Optimizer) -> Any:
    return _restore, (type(self), self.rule, self.dialect, self.state_dict(), getattr(self, "__dict__", None))


def _names(params: Any, called: str = "params") -> dict[str, Any]:
    """The parameters as a dict: a list or tuple is named by its places."""
    if isinstance(params, dict):
        return params
    if isinstance(params, list | tuple):
        named = {str(place): value for place, value in enumerate(params)}
        numbers = [place for place, value in named.items() if isinstance(value, int | float | np.number)]
        if numbers and called == "params":
            raise TypeError(f"element {numbers[0]} of the list is a number, which cannot change in place; give a dict of numbers, or arrays")
        return named
    raise TypeError(f"{called} is a {type(params).__name__}; give a dict from names to NumPy arrays, or a list of arrays")


# What libraries call hyper-parameters.
_ALIASES = {"lr": "learning_rate", "wd": "weight_decay", "eps": "epsilon", "rho": "decay_rate", "alpha": "decay_rate", "lambd": "lambda"}


def _own_name(name: str, values: dict[str, float]) -> str | None:
    """Our name for a hyper-parameter of the rule; None if it has none of this name."""
    own = name if name in values else _ALIASES.get(name)
    return own if own in values else None


class Fixed(Optimizer):
    """An update rule at work on parameters that it knows. Its subclasses are the rules."""

    params: Any

    def step(self, grads: Any) -> None:
        """One update of the parameters: a gradient for each, under the same names, or a list in the same order."""
        self.update(self._parameters, _names(grads, "grads"))

    def __getattr__(self, name: str) -> Any:
        # Asked for what is no attribute: hyper-parameters, under any library's name.
        if name.startswith("__"):
            raise AttributeError(name)
        values = self.hyperparameters
        if name == "betas" and "beta1" in values:
            return tuple(values[beta] for beta in ("beta1", "beta2", "beta3") if beta in values)
        own = _own_name(name, values)
        if own is None:
            raise AttributeError(f"{type(self).__name__} has no {name}; its hyper-parameters are {', '.join(values)}")
        return values[own]

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "betas":
            self.set(**{f"beta{place}": beta for place, beta in enumerate(value, start=1)})
        elif (own := _own_name(name, self.hyperparameters)) is not None:
            self.set(**{own: value})
        else:
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        settings = "".join(f", {name}={value:g}" for name, value in self.hyperparameters.items())
        return f"{type(self).__name__}(<{len(self._parameters)} parameters>, dialect={self.dialect!r}{settings})"

    def minimise(self, f: Callable[[Any], tuple[float, Any]]) -> float:
        """One update with the loss and gradients that `f(params)` gives, asked for wherever the rule wants them: ahead for Nesterov's
        exact form, twice for sharpness-aware minimisation. Returns the loss."""
        here = self._parameters
        loss, grads = f(self._like(self.evaluation_point(here)))
        second = self.second_point(here, _names(grads, "grads"))
        if second is not None:
            _, grads = f(self._like(second))
        self.update(here, _names(grads, "grads"))
        return loss

    def averages(self) -> Any:
        """The parameters to evaluate with, as new arrays: averages of weights and schedule-free rules have others than those trained."""
        return self._like(self.averaged(self._parameters))

    def plan(self) -> str:
        """Which parameter is in which group, with what settings and how much memory."""
        return self.explain(self._parameters)

    def _like(self, named: dict[str, Any]) -> Any:
        return named if isinstance(self.params, dict) else list(named.values())

    __reduce__ = _reduce


def _defaults(rule: Rule, key: str) -> str:
    """The default of a hyper-parameter in each dialect that has it, in words."""
    return ", ".join(f"{dialect} {values[key]:g}" for dialect, values in rule.defaults.items() if key in values)


def _class(rule: Rule) -> type[Fixed]:
    name = _NAMES.get(rule.name, rule.title)

    def __new__(cls: type, params: Any, learning_rate: float | None = None, *, dialect: str | None = None, **settings: Any) -> Fixed:
        own = {key: settings.pop(key) for key in ("measure", "threads") if key in settings}
        threads = own.get("threads", 1)
        if not isinstance(threads, int) or threads < 1:
            raise ValueError(f"threads is {threads!r}; give a whole number of at least 1")
        options = {key: settings.pop(key) for key in _OPTIONS if settings.get(key) is not None}
        settings = {key: value for key, value in settings.items() if key not in _OPTIONS}
        if learning_rate is not None and any(name.lower() == "lr" for name in settings):
            raise TypeError(f"{cls.__name__} got both learning_rate and lr; give one")
        for name in [name for name in settings if name.lower() == "betas"]:
            betas = settings.pop(name)
            if not isinstance(betas, (tuple, list)):
                raise TypeError(f"{name} is a tuple such as (0.9, 0.999), not {betas!r}")
            settings.update({f"beta{place}": beta for place, beta in enumerate(betas, start=1)})
        if learning_rate is not None:
            settings["learning_rate"] = learning_rate
        if dialect is None:
            dialect = next(iter(rule.defaults))
        self = Optimizer.__new__(cls, rule.name, dialect, options=options or None, **own, **settings)
        self.params = params
        self._parameters = _names(params)
        return self

    meanings = "\n".join(f"    {key}: {meaning} ({_defaults(rule, key)})" for key, meaning in rule.hyperparameters.items())
    text = f"{rule.title}: {rule.formula}\n\n{rule.paper}.\nWhen to use it: {rule.when}.\nDialects: {', '.join(rule.defaults)}.\n\n{meanings}"
    return type(name, (Fixed,), {"__new__": __new__, "__doc__": text, "__module__": __name__})


# Titles that are no identifiers.
_NAMES = {
    "nesterov-lookahead": "NesterovLookahead",
    "nesterov-as-printed": "NesterovAsPrinted",
    "signsgd": "SignSGD",
    "asgd": "ASGD",
    "adam-atan2": "AdamAtan2",
    "dadapt-adam": "DAdaptAdam",
    "schedule-free-sgd": "ScheduleFreeSGD",
    "schedule-free-adamw": "ScheduleFreeAdamW",
}

_CLASSES = {cls.__name__: cls for cls in map(_class, rules())}
globals().update(_CLASSES)


class OwnRule:
    """A rule of one's own, written in Python with NumPy, for experiments: many times slower than the rules of the catalogue.

    Override `update`; it gets a gradient, the parameter, a dict to keep state in (empty at first) and the number of the update, from 1,
    and returns what is subtracted from the parameter.

    >>> class Sign(OwnRule):
    ...     def update(self, gradient, parameter, state, step):
    ...         return 0.1 * np.sign(gradient)
    >>> params = {"w": np.array([1.0, -1.0])}
    >>> Sign(params).step({"w": np.array([3.0, -2.0])})
    >>> params["w"]
    array([ 0.9, -0.9])
    """

    def __init__(self, params: Any) -> None:
        self.params, self.steps = params, 0
        self._parameters = _names(params)
        self.state: dict[str, dict[str, Any]] = {name: {} for name in self._parameters}

    def update(self, gradient: Any, parameter: Any, state: dict[str, Any], step: int) -> Any:
        raise NotImplementedError("a rule of one's own overrides update(gradient, parameter, state, step)")

    def step(self, grads: Any) -> None:
        """One update of all parameters; if `update` fails for one, none has changed."""
        grads = _names(grads, "grads")
        if grads.keys() != self._parameters.keys():
            odd = sorted(set(grads) ^ set(self._parameters))
            raise KeyError(f"parameters and gradients differ in {', '.join(map(str, odd))}; give a gradient for each parameter")
        state = {name: dict(kept) for name, kept in self.state.items()}
        updates = {}
        for name, parameter in self._parameters.items():
            updates[name] = np.asarray(self.update(grads[name], parameter, state[name], self.steps + 1))
            if updates[name].shape != np.shape(parameter):
                raise ValueError(f"the update of `{name}` has shape {updates[name].shape} and the parameter {np.shape(parameter)}")
        for name, change in updates.items():
            # Arrays change in place, numbers by replacing them.
            self._parameters[name] -= change
        self.state, self.steps = state, self.steps + 1


__all__ = ["Fixed", "Optimizer", "OwnRule", "Rule", "rules", *_CLASSES]
