"""Writes the stubs of the modules whose classes come from the catalogue of rules: `python stubs.py` in an environment that has thalweg.

`python stubs.py --check` says whether they are up to date.
"""

import importlib.util
import keyword
import sys
from pathlib import Path

from thalweg.optim import _NAMES, rules

FOLDER = Path(__file__).parent / "python" / "thalweg"

OPTIM = '''\
# Written by stubs.py from the catalogue of rules.
from collections.abc import Callable
from typing import Any

from thalweg._native import Optimizer as Optimizer
from thalweg._native import Rule as Rule
from thalweg._native import rules as rules

class Fixed(Optimizer):
    """An update rule at work on parameters that it knows. Its subclasses are the rules."""

    params: Any

    def step(self, grads: Any) -> None:
        """One update of the parameters: a gradient for each, under the same names, or a list in the same order."""

    def minimise(self, f: Callable[[Any], tuple[float, Any]]) -> float:
        """One update with the loss and gradients that `f(params)` gives, asked for wherever the rule wants them."""

    def averages(self) -> Any:
        """The parameters to evaluate with, as new arrays."""

    def plan(self) -> str:
        """Which parameter is in which group, with what settings and how much memory."""

class OwnRule:
    """A rule of one's own, written in Python: many times slower than the rules of the catalogue."""

    params: Any
    steps: int
    state: dict[str, dict[str, Any]]

    def __init__(self, params: Any) -> None: ...
    def update(self, gradient: Any, parameter: Any, state: dict[str, Any], step: int) -> Any:
        """To be overridden: what is subtracted from the parameter."""

    def step(self, grads: Any) -> None:
        """One update of all parameters; if `update` fails for one, none has changed."""
'''

TORCH = '''\
# Written by stubs.py from the catalogue of rules.
from collections.abc import Callable, Iterable
from typing import Any

import torch

class ThalwegOptimizer(torch.optim.Optimizer):
    """A rule of the catalogue as a torch optimizer. Its subclasses are the rules."""

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One update of all parameters that have a gradient."""

    def train(self) -> None:
        """Puts the parameters back that updates are applied to."""

    def eval(self) -> None:
        """Puts the averages in the parameters' place, to evaluate with; steps are refused until `train()`."""

    def swap(self) -> None:
        """Exchanges the parameters for their averages, or back."""

    def averages(self) -> list[torch.Tensor]:
        """The parameters to evaluate with, in the order of the groups, as new tensors."""

    def reset(self) -> None:
        """Forgets all state: the next update is a first one."""

    def plan(self) -> str:
        """Which parameter is in which group, with what settings and how much memory."""
'''

OPTIONS = {
    "before": "list[Any] | None",
    "after": "list[Any] | None",
    "groups": "list[dict[str, Any]] | None",
    "schedule": "str | dict[str, Any] | None",
    "schedules": "dict[str, Any] | None",
    "state": "str",
    "accumulate": "int",
    "sharpness": "dict[str, float] | None",
    "non_finite": "str",
    "measure": "bool",
    "threads": "int",
}


def settings(rule, skipped):
    names = {name: None for values in rule.defaults.values() for name in values if name not in skipped}
    # `lambda` is a word of the language; it is called `lambd`.
    return [name for name in names if not keyword.iskeyword(name)]


# Our names, what other libraries call them, and the type of that.
ALIASES = (
    ("learning_rate", "lr", "float"),
    ("weight_decay", "wd", "float"),
    ("epsilon", "eps", "float"),
    ("beta1", "betas", "tuple[float, ...]"),
    ("lambda", "lambd", "float"),
)


def aliases(rule, line="        {}: {} = ...,\n"):
    names = {name for values in rule.defaults.values() for name in values}
    return "".join(line.format(theirs, kind) for ours, theirs, kind in ALIASES if ours in names)


def optim():
    text = OPTIM
    for rule in rules():
        own = "".join(f"        {name}: float = ...,\n" for name in settings(rule, {"learning_rate"}))
        options = "".join(f"        {name}: {kind} = ...,\n" for name, kind in OPTIONS.items())
        attributes = "".join(f"    {name}: float\n" for name in settings(rule, {"learning_rate"})) + aliases(rule, "    {}: {}\n")
        text += (
            f'\nclass {_NAMES.get(rule.name, rule.title)}(Fixed):\n    """{rule.title}: {rule.formula}"""\n\n{attributes}\n'
            f"    def __new__(\n        cls,\n        params: Any,\n        learning_rate: float | None = ...,\n        *,\n"
            f"        dialect: str | None = ...,\n{own}{aliases(rule)}{options}    ) -> {_NAMES.get(rule.name, rule.title)}: ...\n"
        )
    return text


def kind(key, default):
    """The type of a key of torch's groups."""
    if key == "lr":
        return "float | torch.Tensor | None"
    if key == "adjust_lr_fn":
        return "str | None"
    if isinstance(default, bool):
        return "bool"
    if default is None:
        return "bool | None"
    return "tuple[float | None, ...]" if isinstance(default, tuple) else "float"


def torch():
    from thalweg.torch import _SPELT
    from thalweg.torch._settings import Settings

    text = TORCH
    for rule in rules():
        if rule.looks_ahead:
            continue
        name = _NAMES.get(rule.name, rule.title)
        dialect = next(dialect for dialect in ("torch", "paper", *rule.defaults) if dialect in rule.defaults)
        keys = Settings(rule, dialect, _SPELT.get(name, name))
        line = "        {}: {} = ...,\n".format
        first = "".join(line(key, kind(key, keys.defaults[key])) for key in keys.positional)
        others = {key: kind(key, default) for key, default in keys.defaults.items() if key not in keys.positional}
        others.update({ours: "float" for ours in settings(rule, {"learning_rate", *keys.defaults})})
        text += (
            f'\nclass {name}(ThalwegOptimizer):\n    """{rule.title}: {rule.formula}"""\n\n'
            f"    def __init__(\n        self,\n        params: Iterable[Any],\n{first}        *,\n"
            f"        dialect: str | None = ...,\n{''.join(line(*one) for one in others.items())}"
            f"        before: list[Any] | None = ...,\n        after: list[Any] | None = ...,\n"
            f"        state_format: str | None = ...,\n        threads: int = ...,\n    ) -> None: ...\n"
        )
    for ours, theirs in _SPELT.items():
        text += f"\n{theirs} = {ours}\n"
    return text


def main():
    stale = []
    for name, write in (("optim.pyi", optim), ("torch/__init__.pyi", torch)):
        if write is torch and importlib.util.find_spec("torch") is None:
            print("torch is not installed: its stubs are left as they are")
            continue
        path, text = FOLDER / name, write()
        if "--check" in sys.argv:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.exit(f"{', '.join(stale)} out of date; run python crates/python/stubs.py")


if __name__ == "__main__":
    main()
