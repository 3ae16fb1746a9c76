"""Problems written in Python: what `compare` asks of them, and functions as problems."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from thalweg._identity import Unreadable, identify


class Problem:
    """A problem of one's own. Override `start`; it returns a run.

    A run has `parameters()`, a dict of arrays to start from; `gradients(params)`, the loss of the next batch and a dict of gradients;
    `evaluate(params, split)`, the loss on "validation" or "test" and the accuracy or None; and `splits`, whether there is a test split.
    If it has `again()`, that is called before `gradients` is asked for the last batch once more, at another point, as SAM wants it.
    All randomness of a run should follow from its seed: then all rules see the same. Set `deterministic = True` where nothing is random:
    such a problem gets no seeds and no statistics.
    """

    name = "own"
    deterministic = False

    def start(self, seed: int) -> Any:
        raise NotImplementedError("a problem overrides start(seed) and returns a run; see help(thalweg.lab.Problem)")

    def identity(self) -> str:
        """What tells this problem from others, for results that are kept: all that its class and attributes say and refer to."""
        return identify(self, self.name)


class FunctionProblem(Problem):
    """Minimise `f(params) -> (loss, gradients)` from `params`; `f(params, seed, step)` if its batches are random.

    `f` is given seed and step if it needs three arguments, or if its second and third are called `seed` and `step`.
    """

    splits = False

    def __init__(self, f: Callable[..., tuple[float, dict[str, Any]]], params: dict[str, Any], name: str = "function") -> None:
        self.f, self.params, self.name = f, params, name
        self.seeded = _takes_a_seed(f, name)
        self.parameters()

    def start(self, seed: int) -> Any:
        return _FunctionRun(self, seed)

    @cached_property
    def deterministic(self) -> bool:  # type: ignore[override]
        """Whether nothing is random: `f` takes no seed, and two evaluations at the start agree."""
        if self.seeded:
            return False
        try:
            (loss, grads), (second, others) = (self.f(self.parameters()) for _ in range(2))
            agree = _equal(loss, second) and set(grads) == set(others) and all(_equal(grads[name], others[name]) for name in grads)
        except Exception:  # A run meets it again, and says where it came from.
            return False
        if not agree:
            warnings.warn(
                f"`{self.name}` takes no seed and gives other figures each time it is called, so that rules do not see the same noise; "
                "write it as f(params, seed, step) and draw from these", stacklevel=3,
            )
        return agree

    def identity(self) -> str:
        # Before it is called, which may change what it refers to.
        found = f"{identify(self.f, self.name)} {self.identity_of_start()}"
        if not self.seeded and not self.deterministic:
            raise Unreadable(f"`{self.name}` takes no seed and gives other figures each time it is called")
        return found

    def identity_of_start(self) -> str:
        """What tells the initial parameters from others."""
        return identify(list(self.parameters().items()), "params")

    def parameters(self) -> dict[str, Any]:
        """The initial parameters, as new arrays."""
        found = {}
        for name, value in self.params.items():
            try:
                found[name] = np.array(value, dtype=np.float64)
            except (TypeError, ValueError) as error:
                raise ValueError(f"params: `{name}` is no array of numbers") from error
        return found


class _FunctionRun:
    splits = False

    def __init__(self, problem: FunctionProblem, seed: int) -> None:
        self.problem, self.seed, self.step = problem, seed, 0

    def parameters(self) -> dict[str, Any]:
        return self.problem.parameters()

    def gradients(self, params: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        self.step += 1
        more = (self.seed, self.step) if self.problem.seeded else ()
        loss, grads = self.problem.f(params, *more)
        return float(loss), grads

    def again(self) -> None:
        self.step -= 1

    def evaluate(self, params: dict[str, Any], split: str) -> tuple[float, None]:
        # The same batch for all rules and steps, one that training does not see.
        more = (self.seed, 0) if self.problem.seeded else ()
        return float(self.problem.f(params, *more)[0]), None


def _takes_a_seed(f: Callable[..., Any], name: str) -> bool:
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):  # Some functions in other languages do not say what they take.
        return False
    by_place = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    needed = [one for one in by_place if one.default is one.empty]
    if len(needed) == 2 or len(needed) > 3:
        raise TypeError(f"problem: `{name}` takes {', '.join(one.name for one in needed)}; write it as f(params) or f(params, seed, step)")
    return len(needed) == 3 or [one.name for one in by_place[1:3]] == ["seed", "step"]


def _equal(a: Any, b: Any) -> bool:
    return np.array_equal(np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64), equal_nan=True)
