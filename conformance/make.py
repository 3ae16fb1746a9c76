#!/usr/bin/env python3
"""Writes the update-rule test vectors of this folder; README.md has the format.

    python3 conformance/make.py            # writes *.json beside itself
    python3 conformance/make.py --check    # says which files differ, and exits 1 if any does
"""

import argparse
import json
from pathlib import Path

import numpy as np

import book
import torch_rules
from cases import SHAPES, STEPS, RATE_CHANGES_AT, Case, inputs, rate

HERE = Path(__file__).resolve().parent
# f32 follows the source's own f32 within 4 ULP a step; see `verify`.
TOLERANCE = {"f64": 1e-12, "f32": 4 * STEPS * 2.0**-23}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    check = parser.parse_args().check
    differing = []
    for case in all_cases():
        path, text = HERE / f"{case.name}.json", written(document(case))
        if not check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            differing.append(path.name)
    if differing:
        raise SystemExit("these files are not what this script writes here: " + ", ".join(differing))


def all_cases() -> list[Case]:
    cases = []
    for dtype in ("f64", "f32"):
        for rule, (_, _, hyperparameters) in book.RULES.items():
            # The book's Adam counts the updates of the whole optimizer and fails without a gradient: what a tensor
            # that is left out counts afterwards is not defined by it.
            skipped = {"without_gradient": {}} if rule == "adam" else {}
            cases.append(case(rule, "book", dtype, hyperparameters, **skipped))
        for rule, (_, hyperparameters, _, _) in torch_rules.RULES.items():
            cases.append(case(rule, "torch", dtype, hyperparameters))
    for rule in ("momentum", "adam"):
        cases.append(case(rule, "torch", "f64", torch_rules.RULES[rule][1], before=5))
    return cases


def case(rule, dialect, dtype, hyperparameters, **rest) -> Case:
    # Not a power of two: a rate that is kept inside the velocity must show.
    return Case(rule, dialect, dtype, hyperparameters, 0.3 * hyperparameters["learning_rate"], **rest)


def document(case: Case) -> dict:
    """The case in the format "conformance/1"."""
    start, steps = inputs(case)
    seen = follow(case, start, steps)
    verify(case, start, steps, seen)
    result = {
        "format": "conformance/1",
        "name": case.name,
        "source": torch_rules.source(case.rule) if case.dialect == "torch" else book.SOURCE,
        "rule": case.rule,
        "dialect": case.dialect,
        "dtype": case.dtype,
        "hyperparameters": case.hyperparameters,
    }
    state = None
    if case.before:
        start, state = seen[case.before - 1]
    result["parameters"] = {name: {"shape": SHAPES[name], "values": flat(value)} for name, value in start.items()}
    if state:
        result["state"] = {"step": case.before, **lists(state)}
    result["steps"] = [{"gradients": lists(gradients)} for gradients in steps[case.before :]]
    result["steps"][RATE_CHANGES_AT]["hyperparameters"] = {"learning_rate": case.changed_rate}
    result["expected"] = [{"parameters": lists(parameters)} for parameters, _ in seen[case.before :]]
    # The state at the end depends on every step before it, and leaving it out in between halves the file.
    result["expected"][-1]["state"] = lists(seen[-1][1])
    result["tolerance"] = {"relative": TOLERANCE[case.dtype], "absolute": 0}
    return result


def follow(case: Case, start: dict, steps: list[dict]) -> list:
    rates = [rate(case, number - case.before) for number in range(len(steps))]
    source = torch_rules if case.dialect == "torch" else book
    return source.trajectory(case.rule, start, steps, case.hyperparameters, rates)


def verify(case: Case, start: dict, steps: list[dict], seen: list) -> None:
    """An f32 case must be well conditioned: computed in f64 from the same inputs it stays within its tolerance.

    Otherwise the tolerance would test the source's rounding rather than the rule.
    """
    if case.dtype == "f64":
        return
    wide = follow(case, doubled(start), [doubled(gradients) for gradients in steps])
    for (parameters, state), (wide_parameters, wide_state) in zip(seen, wide):
        pairs = [(parameters[name], wide_parameters[name]) for name in parameters]
        pairs += [(state[name][part], wide_state[name][part]) for name in state for part in state[name]]
        for narrow, exact in pairs:
            error = np.abs(narrow - exact) - TOLERANCE["f32"] * np.abs(exact)
            assert np.all(error <= 0), f"{case.name} is ill-conditioned: draw other inputs"


def doubled(arrays: dict) -> dict:
    return {name: value.astype(np.float64) for name, value in arrays.items()}


def lists(tree: dict) -> dict:
    return {name: lists(value) if isinstance(value, dict) else flat(value) for name, value in tree.items()}


def flat(array: np.ndarray) -> list[float]:
    """Row-major values; an f32 becomes the f64 of the same value, which JSON writes without loss."""
    return [float(value) for value in np.ravel(array)]


def written(document: dict) -> str:
    """JSON with a line for each key and each step, so that a difference can be read."""
    lines = []
    for key, value in document.items():
        if key in ("steps", "expected"):
            items = ",\n  ".join(json.dumps(item) for item in value)
            lines.append(f'"{key}": [\n  {items}\n ]')
        else:
            lines.append(f'"{key}": {json.dumps(value)}')
    return "{\n " + ",\n ".join(lines) + "\n}\n"


main()
