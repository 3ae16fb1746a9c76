"""Comparisons: which rule, at which learning rate, and how sure?

>>> from thalweg import compare
>>> result = compare("bowl", rules=["sgd", "momentum", "adam"])
>>> result.best
'adam'

A problem is the name of a data set or a function (`thalweg list`), a dict with the keys of an experiment's `[problem]`, a function
`f(params) -> (loss, gradients)` with a dict of initial `params`, an object of the class `Problem`, or a PyTorch module with a data loader
(`TorchProblem`).
"""

from __future__ import annotations

import html
import inspect
import json
import os
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from thalweg import _figures as figures
from thalweg._native import compare as _compare
from thalweg._native import functions
from thalweg.nn import _bar

__all__ = ["Comparison", "FunctionProblem", "Problem", "TorchProblem", "compare"]


class Problem:
    """A problem of one's own. Override `start`; it returns a run.

    A run has `parameters()`, a dict of arrays to start from; `gradients(params)`, the loss of the next batch and a dict of gradients;
    `evaluate(params, split)`, the loss on "validation" or "test" and the accuracy or None; and `splits`, whether there is a test split.
    All randomness of a run should follow from its seed: then all rules see the same.
    """

    name = "own"

    def start(self, seed: int) -> Any:
        raise NotImplementedError("a problem overrides start(seed) and returns a run; see help(thalweg.lab.Problem)")

    def identity(self) -> str:
        """What tells this problem from others, for results that are kept: its source, by default."""
        try:
            return inspect.getsource(type(self))
        except (OSError, TypeError):
            return repr(type(self))


class FunctionProblem(Problem):
    """Minimise `f(params) -> (loss, gradients)` from `params`; `f(params, seed, step)` if its batches are random."""

    splits = False

    def __init__(self, f: Callable[..., tuple[float, dict[str, Any]]], params: dict[str, Any], name: str = "function") -> None:
        self.f, self.params, self.name = f, params, name
        self._random = len(inspect.signature(f).parameters) >= 3

    def start(self, seed: int) -> Any:
        return _FunctionRun(self, seed)

    def identity(self) -> str:
        try:
            return inspect.getsource(self.f)
        except (OSError, TypeError):
            return repr(self.f)


class _FunctionRun:
    splits = False

    def __init__(self, problem: FunctionProblem, seed: int) -> None:
        self.problem, self.seed, self.step = problem, seed, 0

    def parameters(self) -> dict[str, Any]:
        return {name: np.asarray(value, dtype=np.float64) for name, value in self.problem.params.items()}

    def gradients(self, params: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        self.step += 1
        more = (self.seed, self.step) if self.problem._random else ()
        loss, grads = self.problem.f(params, *more)
        return float(loss), grads

    def evaluate(self, params: dict[str, Any], split: str) -> tuple[float, None]:
        # The same batch for all rules and steps, one that training does not see.
        more = (self.seed, 0) if self.problem._random else ()
        return float(self.problem.f(params, *more)[0]), None


class TorchProblem(Problem):
    """Train a PyTorch module.

    make: builds a fresh module. loss: `loss(outputs, targets)`. train: a sequence of `(inputs, targets)` batches, drawn from in an order
    that follows from the seed. validation, test: batches for the figures; accuracy is taken where targets are labels.
    """

    def __init__(
        self,
        make: Callable[[], Any],
        loss: Callable[[Any, Any], Any],
        train: Iterable[Any],
        validation: Iterable[Any],
        test: Iterable[Any] | None = None,
        name: str = "module",
    ) -> None:
        self.make, self.loss, self.name = make, loss, name
        self.train, self.validation = list(train), list(validation)
        self.test = None if test is None else list(test)
        if not self.train or not self.validation:
            raise ValueError("train and validation need at least one batch each")

    def start(self, seed: int) -> Any:
        return _TorchRun(self, seed)

    def identity(self) -> str:
        import hashlib

        digest = hashlib.sha256()
        for part in (self.train, self.validation, self.test or []):
            for batch in part:
                for tensor in batch:
                    digest.update(tensor.detach().cpu().numpy().tobytes())
        return f"{self.make()!r} {self.loss!r} {digest.hexdigest()}"


class _TorchRun:
    def __init__(self, problem: TorchProblem, seed: int) -> None:
        import torch

        self.torch, self.problem, self.splits = torch, problem, problem.test is not None
        with torch.random.fork_rng():
            torch.manual_seed(seed % 2**63)
            self.module = problem.make()
        self.named = dict(self.module.named_parameters())
        self.random = np.random.default_rng(seed)
        self.order: list[int] = []

    def parameters(self) -> dict[str, Any]:
        return {name: value.detach().numpy().astype(np.float64) for name, value in self.named.items()}

    def _set(self, params: dict[str, Any]) -> None:
        with self.torch.no_grad():
            for name, value in self.named.items():
                value.copy_(self.torch.from_numpy(params[name]).to(value.dtype))

    def gradients(self, params: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        self._set(params)
        self.module.train()
        if not self.order:
            self.order = list(self.random.permutation(len(self.problem.train)))
        inputs, targets = self.problem.train[self.order.pop()]
        self.module.zero_grad(set_to_none=True)
        loss = self.problem.loss(self.module(inputs), targets)
        loss.backward()
        grads = {
            name: np.zeros(tuple(value.shape)) if value.grad is None else value.grad.numpy() for name, value in self.named.items()
        }
        return loss.item(), grads

    def evaluate(self, params: dict[str, Any], split: str) -> tuple[float, float | None]:
        self._set(params)
        self.module.eval()
        batches = self.problem.test if split == "test" and self.problem.test is not None else self.problem.validation
        loss, right, count, labels = 0.0, 0, 0, True
        with self.torch.no_grad():
            for inputs, targets in batches:
                outputs = self.module(inputs)
                loss += self.problem.loss(outputs, targets).item() * len(inputs)
                count += len(inputs)
                labels = labels and not targets.is_floating_point() and targets.ndim == 1 and outputs.ndim == 2
                if labels:
                    right += int((outputs.argmax(dim=1) == targets).sum())
        return loss / count, right / count if labels else None


class Comparison:
    """What came out: all of it as `data`, the conclusion as `verdict`."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    @property
    def verdict(self) -> str:
        """The conclusion in plain words, with how far it reaches."""
        return self.data["conclusion"]["en"]

    @property
    def verdict_ko(self) -> str:
        """The conclusion in Korean."""
        return self.data["conclusion"]["ko"]

    @property
    def problems(self) -> list[str]:
        """The problems' names."""
        return [problem["name"] for problem in self.data["problems"]]

    @property
    def best(self) -> str:
        """The rule with the best mean on the first problem: an order, not a claim. The verdict says what can be claimed."""
        return self.data["problems"][0]["verdict"]["ranking"][0]

    @property
    def more_seeds(self) -> int | None:
        """How many more final seeds would tell what cannot be told; None if nothing is open."""
        found = [problem["verdict"]["more_seeds"] for problem in self.data["problems"]]
        return max((seeds for seeds in found if seeds is not None), default=None)

    def rows(self) -> list[dict[str, Any]]:
        """A row for each final run: problem, rule, hyper-parameters, seed, figures."""
        found = []
        for problem in self.data["problems"]:
            for rule in problem["rules"]:
                for run in rule["runs"]:
                    found.append({
                        "problem": problem["name"], "rule": rule["label"], **rule["hyperparameters"], "seed": run["seed"],
                        "validation": run["validation"], "test": run["test"], "diverged_at": run["diverged_at"],
                    })
        return found

    def trials(self) -> list[dict[str, Any]]:
        """A row for each trial of the search and seed: problem, rule, hyper-parameters, figure on validation."""
        found = []
        for problem in self.data["problems"]:
            for rule in problem["rules"]:
                for trial in (rule.get("tuning") or {}).get("trials", []):
                    point = {"learning_rate": trial["learning_rate"], **trial.get("others", {})}
                    found.extend({"problem": problem["name"], "rule": rule["label"], **point, "value": v} for v in trial["values"])
        return found

    def to_pandas(self) -> Any:
        """`rows()` as a DataFrame."""
        try:
            import pandas
        except ImportError as error:
            raise ImportError("to_pandas needs pandas; install it with: pip install pandas, or use rows()") from error
        return pandas.DataFrame(self.rows())

    def plot(self, kind: str = "curves", problem: str | None = None, backend: str | None = None) -> Any:
        """A figure of a problem (the first by default).

        kind: "curves" (loss by step, mean and range over the seeds), "rates" (what each rate of the search gave) or "finals" (the final
        runs). backend: "plotly" or "matplotlib"; plotly by default, if it is installed. Returns its figure.
        """
        if kind not in ("curves", "rates", "finals"):
            raise ValueError(f"there is no figure called {kind}; there are curves, rates and finals")
        chosen = self._problem(problem)
        series = {"curves": figures.curves, "rates": figures.rates, "finals": figures.finals}[kind](chosen)
        if backend not in (None, "plotly", "matplotlib"):
            raise ValueError(f"there is no backend called {backend}; there are plotly and matplotlib")
        if backend != "matplotlib":
            try:
                return figures.with_plotly(series)
            except ImportError as error:
                if backend == "plotly":
                    raise ImportError("plotly is not installed; install it with: pip install plotly") from error
        try:
            return figures.with_matplotlib(series)
        except ImportError as error:
            raise ImportError("plot needs plotly or matplotlib; install one with: pip install plotly") from error

    def _problem(self, name: str | None) -> dict[str, Any]:
        for problem in self.data["problems"]:
            if name is None or problem["name"] == name:
                return problem
        raise ValueError(f"there is no problem called {name}; there are {', '.join(self.problems)}")

    def _table(self, problem: dict[str, Any]) -> list[list[str]]:
        rows = [["rule", "learning rate", "validation", "test"]]

        def shown(figures: list[float | None]) -> str:
            values = [value for value in figures if value is not None and np.isfinite(value)]
            if not values:
                return "–"
            spread = f" ± {np.std(values, ddof=1):.4g}" if len(values) > 1 else ""
            return f"{np.mean(values):.4g}{spread}"

        for rule in problem["rules"]:
            figures = [shown([run[key] for run in rule["runs"]]) for key in ("validation", "test")]
            rows.append([rule["label"], f"{rule['learning_rate']:.3g}", *figures])
        return rows

    def __repr__(self) -> str:
        lines = []
        for problem in self.data["problems"]:
            rows = self._table(problem)
            widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
            lines.append(problem["name"])
            lines.extend("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)
            lines.append("")
        return "\n".join([*lines, self.verdict])

    def _repr_html_(self) -> str:
        parts = [f"<p><b>{html.escape(self.verdict)}</b></p>"]
        for problem in self.data["problems"]:
            head, *rows = self._table(problem)
            cells = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
            body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
            parts.append(f"<table><caption>{html.escape(problem['name'])}</caption><tr>{cells}</tr>{body}</table>")
        return "".join(parts)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes everything as JSON; `Comparison.load` reads it."""
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.data, file, ensure_ascii=False)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Comparison:
        """A saved comparison, or the `result.json` of `thalweg compare`."""
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file))


def compare(
    problem: Any,
    rules: Iterable[Any] = ("sgd", "momentum", "adam"),
    *,
    params: dict[str, Any] | None = None,
    preset: str = "quick",
    steps: int | None = None,
    seed: int = 1,
    protocol: dict[str, Any] | None = None,
    name: str | None = None,
    threads: int | None = None,
    store: str | os.PathLike[str] | None = None,
    data: str | os.PathLike[str] | None = None,
    progress: bool | Callable[[int, int, str], None] = False,
    **settings: Any,
) -> Comparison:
    """Compares rules fairly: each tuned with the same trials on the same seeds, confirmed on fresh seeds, judged on seeds never used.

    problem: see the module; `params` start a plain function. rules: names, or dicts such as `{"name": "adam", "dialect": "torch",
    "learning_rate": 0.001}`. preset: "quick", "standard" or "publish"; `protocol` changes its numbers. steps and settings: keys of the
    experiment's `[problem]`, such as `hidden=[100]`, `batch=64`, `metric="accuracy"`. store: a file to keep results in; what is known does
    not run again. threads: runs at the same time (of problems in Python, which share one interpreter, 1 by default). Ctrl-C stops it with
    KeyboardInterrupt; with a store nothing is lost.
    """
    problem = FunctionProblem(problem, _required(params), name or getattr(problem, "__name__", "function")) if _is_function(problem) else problem
    table: dict[str, Any]
    own: dict[int, Any] = {}
    if isinstance(problem, str):
        table = {"function" if problem in functions() else "dataset": problem}
    elif isinstance(problem, dict):
        table = dict(problem)
    elif hasattr(problem, "start"):
        label = getattr(problem, "name", type(problem).__name__)
        table = {"name": label, "program": [f"python:{label}"]}
        identity = problem.identity() if hasattr(problem, "identity") else repr(problem)
        own = {0: (problem, identity)}
    else:
        raise TypeError(f"the problem is a {type(problem).__name__}; give a name, a dict, a function with params=…, or an object with start(seed)")
    table.update(settings)
    if steps is not None:
        table["steps"] = steps
    if name is not None:
        table["name"] = name
    experiment = {"name": name or "comparison", "seed": seed, "preset": preset, "rules": [_rule(rule) for rule in rules],
                  "protocol": protocol or {}, "problem": table}
    if threads is None:
        threads = 1 if own else os.cpu_count() or 1
    close = lambda: None  # noqa: E731
    tell: Any = progress or None
    if progress is True:
        bar = _bar(0)
        close = bar.close

        def tell(done: int, total: int, label: str) -> None:
            bar.total = total
            bar.update(done - bar.n)
            bar.set_postfix_str(label)

    try:
        found = _compare(_toml(experiment), threads=threads, folder=data, store=store, own=own, progress=tell)
    finally:
        close()
    return Comparison(json.loads(found))


def _required(params: dict[str, Any] | None) -> dict[str, Any]:
    if not params:
        raise TypeError("a function needs params={…}, the arrays to start from")
    return params


def _is_function(problem: Any) -> bool:
    return callable(problem) and not hasattr(problem, "start") and not isinstance(problem, type)


def _rule(rule: Any) -> Any:
    return dict(rule) if isinstance(rule, dict) else str(rule)


def _toml(value: Any, key: str | None = None) -> str:
    """A value as TOML; tables inside are written inline."""
    if key is None and isinstance(value, dict):
        return "\n".join(f"{json.dumps(name)} = {_toml(one, name)}" for name, one in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return repr(float(value))
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one, "") for one in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_toml(one, name)}" for name, one in value.items()) + " }"
    raise TypeError(f"{key} is a {type(value).__name__}; give a number, text, list or dict")
