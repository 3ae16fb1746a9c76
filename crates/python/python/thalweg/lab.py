"""Comparisons: which rule, at which learning rate, and how sure?

>>> from thalweg import compare
>>> result = compare("bowl", rules=["sgd", "momentum", "adam"])
>>> result.best
'adam'

A problem is the name of a data set or a function (`thalweg list`), a dict with the keys of an experiment's `[problem]`, a function
`f(params) -> (loss, gradients)` with a dict of initial `params`, an object of the class `Problem`, or a PyTorch module with a data loader
(`TorchProblem`). With `arms`, it is a training that is not ours: a function `train(config, seed, report)`.
"""

from __future__ import annotations

import html
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from thalweg import _figures as figures
from thalweg import _trainings as trainings
from thalweg._identity import Unreadable, identify
from thalweg._native import compare as _compare
from thalweg._native import functions
from thalweg._native import write_page as _write_page
from thalweg._problems import FunctionProblem, Problem
from thalweg._torch_problem import TorchProblem
from thalweg.nn import _bar

__all__ = ["Comparison", "FunctionProblem", "Problem", "TorchProblem", "compare"]


class Comparison:
    """What came out: all of it as `data`, the conclusion as `verdict`."""

    def __init__(self, data: dict[str, Any], folder: str | os.PathLike[str] | None = None) -> None:
        self.data = data
        self._folder = folder

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

    def judgements(self) -> list[dict[str, Any]]:
        """A row for each rule that the best one of its problem was held against: the verdict in the words of the report ("adam better"),
        the mean difference and the interval that decides. There is none where nothing is random."""
        found = []
        for problem in self.data["problems"]:
            for pair in problem["verdict"]["judgements"]:
                interval = pair["interval"] or {"low": None, "high": None}
                found.append({
                    "problem": problem["name"], "best": pair["best"], "other": pair["other"], "verdict": pair["label"]["en"],
                    "difference": pair["difference"], "low": interval["low"], "high": interval["high"],
                })
        return found

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

        def shown(figures: list[float | None], diverged: int) -> str:
            values = [value for value in figures if value is not None and np.isfinite(value)]
            if not values:
                return "diverged" if diverged else "–"
            spread = f" ± {np.std(values, ddof=1):.4g}" if len(values) > 1 else ""
            return f"{np.mean(values):.4g}{spread}" + (f" ({diverged} diverged)" if diverged else "")

        has_test = any(run["test"] is not None for rule in problem["rules"] for run in rule["runs"])
        for rule in problem["rules"]:
            both = (("validation", rule["diverged"]), ("test", rule["diverged"] if has_test else 0))
            figures = [shown([run[key] for run in rule["runs"]], diverged) for key, diverged in both]
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

    def report(self, path: str | os.PathLike[str], language: str = "en", *, force: bool = False) -> None:
        """Writes the page that `thalweg compare` writes: one file with all figures and tables in it, to be opened in a browser.

        language: "en" or "ko", which the page shows first; a button switches to the other. A file that is there already is replaced if it is
        such a page, and otherwise only with `force=True`: FileExistsError. Test images are shown where the data set is found.
        """
        text = json.dumps(self.data, ensure_ascii=False)
        _write_page(text, path, language=language, force=force, folder=self._folder)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes everything as JSON; `Comparison.load` reads it."""
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.data, file, ensure_ascii=False)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Comparison:
        """A saved comparison, or the `result.json` of `thalweg compare`."""
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file))


#: The rules that are compared if none are named.
_RULES = ("sgd", "momentum", "adam")


def compare(
    problem: Any,
    rules: Iterable[Any] = _RULES,
    *,
    arms: dict[str, dict[str, Any]] | None = None,
    search: dict[str, Any] | None = None,
    params: dict[str, Any] | None = None,
    preset: str = "quick",
    steps: int | None = None,
    seed: int = 1,
    protocol: dict[str, Any] | None = None,
    name: str | None = None,
    threads: int | None = None,
    store: str | os.PathLike[str] | None = None,
    identity: str | None = None,
    data: str | os.PathLike[str] | None = None,
    progress: bool | Callable[[int, int, str], None] = False,
    **settings: Any,
) -> Comparison:
    """Compares rules fairly: each tuned with the same trials on the same seeds, confirmed on fresh seeds, judged on seeds never used.

    problem: see the module; `params` start a plain function. rules: names, or dicts such as `{"name": "adam", "dialect": "torch",
    "learning_rate": 0.001}`. preset: "quick", "standard" or "publish"; `protocol` changes its numbers. steps and settings: keys of the
    experiment's `[problem]`, such as `hidden=[100]`, `batch=64`, `metric="accuracy"`. threads: runs at the same time (of problems in
    Python, which share one interpreter, 1 by default). Ctrl-C stops it with KeyboardInterrupt; with a store nothing is lost.

    store: a file to keep results in; what is known does not run again. The results of a problem in Python are known by all that determines
    them: bytecode, closures, default values, the globals and attributes that are used, arrays, `params`, versions of libraries. Where some
    of that cannot be read, the store is refused, unless `identity` says what tells the problem from others: a text to be changed whenever
    the problem changes. The same holds for what the problem reads while it runs, such as files, which nobody can see beforehand.

    arms: what to compare in place of rules, where the problem is a training of your own: a function `train(config, seed, report)` at the top of a
    file, or a dict with a `command`. Each arm has settings by name: a number, text or truth value as it is, a range to search as a tuple
    `(low, high)` or `(low, high, "log")`, choices as a list. `search` has ranges and choices for all arms; the learning rate (`lr`) is
    needed in one of them. `config` holds the settings, `arm`, `steps`, `folder` (for checkpoints), `device` and what else a run is told;
    `report(step, loss, validation, test)` tells of a step, `test` as a function that is called in final runs only. Each run is a process of
    its own, so that one that crashes takes nothing with it: a script that calls `compare` does so below `if __name__ == "__main__":`.
    `slots`, `devices`, `limit_seconds` and others are settings too: docs/your-own-training.md.

    A function `f(params)` that gives the same figures twice is without randomness: each configuration runs once, and there are no seeds and
    no statistics; `deterministic=False` treats it like any other.
    """
    for argument, given, kinds, wanted in (
        ("preset", preset, str, "a text"), ("name", name, str | None, "a text"), ("protocol", protocol, dict | None, "a dict"),
        ("seed", seed, int | np.integer, "a whole number"), ("threads", threads, int | None, "a whole number"),
    ):
        if not isinstance(given, kinds):
            raise TypeError(f"{argument} is {_article(given)}; give {wanted}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads is {threads}; give 1 or more")
    if not callable(progress) and not isinstance(progress, bool | None):
        raise TypeError(f"progress is {_article(progress)}; give True or a function")
    if arms is not None:
        trainings.refuse_within()
        if rules is not _RULES:
            raise TypeError("both rules and arms are given; a training of your own has arms")
        if not isinstance(problem, dict):
            label = name or getattr(problem, "__name__", "training")
            problem = {"name": label, "command": trainings.command(problem)}
    elif search is not None:
        raise TypeError("search belongs to arms; a rule has its own, such as {\"name\": \"adam\", \"search\": [\"beta1\"]}")
    if _is_function(problem):
        problem = FunctionProblem(problem, _required(params), name or getattr(problem, "__name__", "function"))
    elif params is not None:
        raise TypeError(f"params start a function, and the problem is {_article(problem)}; leave them out")
    table: dict[str, Any]
    own: dict[int, Any] = {}
    if isinstance(problem, str):
        table = {"function" if problem in functions() else "dataset": problem}
    elif isinstance(problem, dict):
        table = dict(problem)
    elif hasattr(problem, "start"):
        label = getattr(problem, "name", type(problem).__name__)
        table = {"name": label, "program": [f"python:{label}"]}
        # Read before the problem computes anything, which may change what it refers to.
        own = {0: (problem, "" if store is None else _identity(problem, identity))}
        if getattr(problem, "deterministic", False):
            table["deterministic"] = True
    else:
        raise TypeError(f"the problem is {_article(problem)}; give a name, a dict, a function with params=…, or an object with start(seed)")
    if identity is not None and not own:
        raise TypeError(f"identity belongs to a problem written in Python, and the problem is {_article(problem)}; leave it out")
    table.update(settings)
    if steps is not None:
        table["steps"] = steps
    if name is not None:
        table["name"] = name
    sides = {"rules": _rules(rules)} if arms is None else {"arms": trainings.arms(arms, search)}
    top = {"name": name or "comparison", "seed": seed, "preset": preset, **sides}
    lines = _lines(top, protocol or {}, table)
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

    # Logs and checkpoints stand beside the results. Without a store they go when all is well, and stay to be read when something is not.
    scratch = tempfile.mkdtemp(prefix="thalweg-") if arms is not None and store is None else None
    if scratch is not None:
        store = os.path.join(scratch, "results.sqlite")
    try:
        text = "\n".join(line for _, line in lines)
        arguments = [argument for argument, _ in lines]
        found = _compare(text, arguments=arguments, threads=threads, folder=data, store=store, own=own, progress=tell)
    finally:
        close()
    if scratch is not None:
        shutil.rmtree(scratch, ignore_errors=True)
    return Comparison(json.loads(found), data)


def _identity(problem: Any, given: str | None) -> str:
    """What tells the results of a problem written in Python from those of others."""
    if given is not None:
        if not isinstance(given, str) or not given:
            raise TypeError(f"identity is {given!r}; give a text that you change whenever the problem changes")
        # The initial parameters can be read whatever the function is.
        start = problem.identity_of_start() if isinstance(problem, FunctionProblem) else ""
        return f"given {given} {start}"
    try:
        found = problem.identity() if hasattr(problem, "identity") else identify(problem, type(problem).__name__)
    except Unreadable as error:
        raise ValueError(
            f"store: it cannot be told whether results belong to this problem: {error}; give identity=\"…\", a text that you change "
            "whenever the problem changes, or leave out store"
        ) from None
    if not isinstance(found, str):
        raise TypeError(f"identity() of the problem gives {_article(found)}, and must give a text")
    return found


def _article(value: Any) -> str:
    return f"a {type(value).__name__}"


def _required(params: dict[str, Any] | None) -> dict[str, Any]:
    if params is not None and not isinstance(params, dict):
        raise TypeError(f"params is {_article(params)}; give a dict of arrays by name")
    if not params:
        raise TypeError("a function needs params={…}, the arrays to start from")
    return params


def _is_function(problem: Any) -> bool:
    return callable(problem) and not hasattr(problem, "start") and not isinstance(problem, type)


def _rules(rules: Any) -> list[Any]:
    if isinstance(rules, str | dict):
        return [rules]
    if not isinstance(rules, Iterable):
        raise TypeError(f"rules is {_article(rules)}; give a list of names or dicts")
    found = list(rules)
    for index, rule in enumerate(found):
        if not isinstance(rule, str | dict):
            raise TypeError(f"rules[{index}] is {_article(rule)}; give a name or a dict")
    return found


def _lines(top: dict[str, Any], protocol: dict[str, Any], problem: dict[str, Any]) -> list[tuple[str, str]]:
    """The experiment as lines of TOML, each with the argument of `compare` that it comes from."""

    def line(argument: str, key: str, value: Any) -> tuple[str, str]:
        return argument, f"{json.dumps(key, ensure_ascii=False)} = {_toml(value, key)}"

    return [
        *(line(key, key, value) for key, value in top.items()),
        ("protocol", "[protocol]"),
        *(line("protocol", key, value) for key, value in protocol.items()),
        ("problem", "[problem]"),
        *(line("problem" if key in ("function", "dataset") else key, key, value) for key, value in problem.items()),
    ]


def _toml(value: Any, key: str) -> str:
    """A value as TOML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return repr(float(value))
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one, f"{key}[{index}]") for index, one in enumerate(value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name, ensure_ascii=False)} = {_toml(one, name)}" for name, one in value.items()) + " }"
    raise TypeError(f"{key} is a {type(value).__name__}; give a number, text, list or dict")
