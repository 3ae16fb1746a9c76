"""Trainings written in Python: a function `train(config, seed, report)`, run in processes of its own.

As a program (`python -m thalweg._trainings FILE NAME`), this runs one: the settings come from the environment variable THALWEG_RUN, and
what is reported goes to standard output.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import operator
import os
import sys
from collections.abc import Callable
from typing import Any

#: Where a run finds all that it is told.
RUN = "THALWEG_RUN"


def command(train: Callable[..., Any]) -> list[str]:
    """The command that runs a training in a process of its own."""
    name = getattr(train, "__qualname__", type(train).__name__)
    try:
        file = inspect.getsourcefile(train)
    except TypeError:
        file = None
    if file is None or not os.path.isfile(file) or "<" in name:
        raise TypeError(
            f"a training runs in processes of its own, which read it from its file, and {name} cannot be read there; define it with `def` at "
            "the top of a .py file (in a notebook: `%%writefile train.py`, then `from train import train`)"
        )
    # Braces are words of the command.
    words = [sys.executable, "-m", __name__, os.path.abspath(file), name]
    return [word.replace("{", "{{").replace("}", "}}") for word in words]


def arms(given: dict[str, dict[str, Any]], search: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The arms of an experiment: for each its settings, and what is searched for, of its own or for all."""
    if not isinstance(given, dict) or not given:
        raise TypeError("arms are a dict of settings by name, such as {\"adamw\": {}, \"muon\": {\"momentum\": 0.95}}")
    found = []
    for name, settings in given.items():
        if not isinstance(settings, dict):
            raise TypeError(f"arms[{name!r}] is a {type(settings).__name__}; give a dict of settings, which may be empty")
        arm: dict[str, Any] = {"name": name, "set": {}, "search": {}}
        for key, value in {**(search or {}), **settings}.items():
            space = _space(key, value)
            arm["set" if space is None else "search"][key] = value if space is None else space
        found.append(arm)
    return found


def _space(key: str, value: Any) -> dict[str, Any] | None:
    """What is searched: a range as a tuple, choices as a list; None for a value."""
    if isinstance(value, list):
        return {"values": value}
    if not isinstance(value, tuple):
        return None
    if len(value) not in (2, 3):
        raise TypeError(f"{key} is a tuple of {len(value)}; a range is (low, high), or (low, high, \"log\")")
    low, high, *scale = value
    return {"from": low, "to": high, **({"scale": scale[0]} if scale else {})}


def refuse_within() -> None:
    """Refuses a comparison that begins while a training is read, which would begin others without end."""
    if RUN in os.environ:
        raise RuntimeError("a training starts a comparison itself; put the call of compare below `if __name__ == \"__main__\":`")


def _plain(value: Any) -> Any:
    """Numbers of any library as those of Python."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return None if value is None else float(value)


def _main(file: str, name: str) -> None:
    run = json.loads(os.environ[RUN])
    sys.path.insert(0, os.path.dirname(file))
    # As `multiprocessing` does: what stands below `if __name__ == "__main__":` is left alone.
    spec = importlib.util.spec_from_file_location("__thalweg_training__", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} cannot be read as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)

    def report(step: int, loss: Any = None, validation: Any = None, test: Any = None) -> None:
        """Tells of a step. `validation` and `test` are numbers or dicts; `test` may be a function, which is called in final runs only."""
        if callable(test):
            test = test() if run["test"] else None
        said = {"loss": _plain(loss), "validation": _plain(validation), "test": _plain(test)}
        line = {"step": int(step), **{key: value for key, value in said.items() if value is not None}}
        # The newline before ends whatever line the training has begun.
        print("\n" + json.dumps(line), flush=True)

    operator.attrgetter(name)(module)({**run, "lr": run["learning_rate"]}, run["seed"], report)


if __name__ == "__main__":
    _main(*sys.argv[1:3])
