#!/usr/bin/env python3
"""Writes the update-rule test vectors of this folder; README.md has the format.

    python3 conformance/make.py            # writes *.json beside itself
    python3 conformance/make.py --check    # says which files differ, and exits 1 if any does
    python3 conformance/make.py --only torch-adam
"""

import argparse
import json
from pathlib import Path

import numpy as np

import book
import keras_rules
import optax_rules
import paper
import torch_rules
from cases import EVEN, FILLED, MATRICES, RATE_CHANGES_AT, SHAPES, STEPS, Case, inputs, rate

HERE = Path(__file__).resolve().parent
# f32 follows the source's own f32 within 4 ULP a step; see `verify`.
TOLERANCE = {"f64": 1e-12, "f32": 4 * STEPS * 2.0**-23}
# How many times that bound f32 and f64 may be apart: averages of both signs lose a digit.
CONDITIONING = 20.0
SOURCES = {"book": book, "torch": torch_rules, "keras": keras_rules, "optax": optax_rules, "paper": paper}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    parser.add_argument("--only", default="", metavar="PREFIX", help="cases whose names start so")
    arguments = parser.parse_args()
    differing, failed = [], []
    cases = [case for case in all_cases() if case.name.startswith(arguments.only)]
    for case in cases:
        path = HERE / f"{case.name}.json"
        try:
            text = written(document(case))
        except AssertionError as error:
            failed.append(str(error))
            continue
        if not arguments.check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            differing.append(path.name)
    names = {f"{case.name}.json" for case in cases}
    stale = [path.name for path in HERE.glob("*.json") if not arguments.only and path.name not in names]
    if failed or differing or stale:
        problems = failed + [f"not what this script writes here: {name}" for name in differing + stale]
        raise SystemExit("\n".join(problems))


def all_cases() -> list[Case]:
    cases = []
    for dtype in ("f64", "f32"):
        for rule, (_, _, hyperparameters) in book.RULES.items():
            # The book's Adam counts the updates of the whole optimizer and fails without a gradient: what a tensor
            # that is left out counts afterwards is not defined by it.
            cases.append(case(rule, "book", dtype, hyperparameters, missing=rule != "adam"))
        for (rule, variant), (_, hyperparameters, *_) in torch_rules.RULES.items():
            cases.append(case(rule, "torch", dtype, hyperparameters, variant=variant))
        for (rule, variant), (_, hyperparameters, *_) in keras_rules.RULES.items():
            cases.append(case(rule, "keras", dtype, hyperparameters, variant=variant))
        for (rule, variant), (_, hyperparameters, *_) in optax_rules.RULES.items():
            if (variant, dtype) == ("centered-corrected", "f32"):
                # The first spread is exactly 0, and what f32 makes of it is rounding alone.
                continue
            # Optax has no way to leave a gradient out.
            cases.append(case(rule, "optax", dtype, hyperparameters, variant=variant, missing=False))
        for rule, (_, hyperparameters) in paper.RULES.items():
            cases.append(case(rule, "paper", dtype, hyperparameters, missing=rule not in paper.TOGETHER))
    for rule, variant in (("momentum", ""), ("adam", ""), ("adamw", "amsgrad")):
        cases.append(case(rule, "torch", "f64", torch_rules.RULES[rule, variant][1], variant=variant, before=5))
    cases.append(case("adam", "keras", "f64", keras_rules.RULES["adam", ""][1], before=5))
    cases.append(case("lion", "optax", "f64", optax_rules.RULES["lion", ""][1], before=5, missing=False))
    return cases


def case(rule, dialect, dtype, hyperparameters, **rest) -> Case:
    # Not a power of two: a rate that is kept inside the velocity must show.
    changed = 0.3 * hyperparameters["learning_rate"]
    fixed = dialect == "optax" and rule in optax_rules.FIXED_RATE | optax_rules.COUNTS_FROM_ONE
    if fixed or rule == "rprop":
        changed = None
    shapes = SHAPES
    if rule == "muon":
        shapes = MATRICES
    elif rule in ("soap", "shampoo"):
        shapes = EVEN
    elif rule == "adafactor":
        # The two longest axes are not the last two.
        shapes = {**FILLED, "cube": [3, 2, 4]}
    elif rule == "sm3" or rule == "lamb" and dialect == "keras":
        # What some of the libraries cannot do with scalars and empty tensors is left out for all of them.
        shapes = FILLED
    rest = {**slack(rule, dialect, dtype), **rest}
    return Case(rule, dialect, dtype, dict(hyperparameters), changed, shapes=shapes, **rest)


def slack(rule, dialect, dtype) -> dict:
    """Where a rule loses digits by itself, with the reason."""
    wide = dtype == "f64"
    if rule in ("muon", "soap", "shampoo"):
        # Products of matrices add up in another order, and roots of nearly singular statistics magnify it.
        return {"loosen": 1000.0, "absolute": 1e-12 if wide else 2e-5, "with_state": rule == "muon"}
    if rule in ("dadapt-adam", "prodigy", "schedule-free-sgd", "schedule-free-adamw", "adabelief") or (
        rule == "madgrad" and dialect == "paper"
    ):
        # Differences of nearly equal numbers (x from y and z, the way from the start, g from its mean).
        return {"loosen": 20.0, "absolute": 1e-13 if wide else 1e-5}
    if (rule, dialect, wide) == ("adopt", "optax", False):
        # Optax takes 1 − β₂ in f32, where it is 1.00017e-4 for a β₂ of 0.9999.
        return {"loosen": 50.0}
    if rule == "novograd":
        # Unit gradients of both signs add up to almost nothing.
        return {"loosen": 20.0, "absolute": 1e-15 if wide else 2e-6}
    if dialect == "optax" and rule in ("adafactor", "madgrad"):
        # Optax computes powers of the step in f32 whatever the type of the parameters; and the mean of updates of both
        # signs (Adafactor's momentum) loses digits.
        return {"loosen": 3e6 if wide else 20.0, "absolute": 0.0 if wide else 1e-6}
    if dialect == "keras" and rule == "adafactor" and wide:
        # Keras takes means in f32 whatever the type.
        return {"loosen": 1e6}
    if rule == "rmsprop":
        # Centred: the square of the mean is taken off the mean of the squares.
        return {"loosen": 20.0}
    if not wide and (rule, dialect) in (("nadam", "keras"), ("amsgrad", "optax")):
        # They take 1 − β₂ or 1 − β₂ᵗ in f32, where it is 1e-3 with two digits less.
        return {"loosen": 20.0}
    if not wide and (rule, dialect) in (("sgd", "optax"), ("nesterov", "optax"), ("adafactor", "torch")):
        # The first step brings a parameter of 1 so near to 0 that it loses two digits.
        return {"loosen": 20.0}
    return {}


def document(case: Case) -> dict:
    """The case in the format "conformance/1"."""
    start, steps = inputs(case)
    seen = follow(case, start, steps)
    verify(case, start, steps, seen)
    result = {
        "format": "conformance/1",
        "name": case.name,
        "source": SOURCES[case.dialect].source(case),
        "rule": case.rule,
        "dialect": case.dialect,
        "dtype": case.dtype,
        "hyperparameters": {name: value for name, value in case.hyperparameters.items()},
    }
    state = None
    if case.before:
        start, state = seen[case.before - 1]
    result["parameters"] = {name: {"shape": case.shapes[name], "values": flat(value)} for name, value in start.items()}
    if state:
        result["state"] = {"step": case.before, **lists(state)}
    result["steps"] = [{"gradients": lists(gradients)} for gradients in steps[case.before :]]
    if case.changed_rate is not None:
        result["steps"][RATE_CHANGES_AT]["hyperparameters"] = {"learning_rate": case.changed_rate}
    result["expected"] = [{"parameters": lists(parameters)} for parameters, _ in seen[case.before :]]
    # The state at the end depends on every step before it, and leaving it out in between halves the file.
    if case.with_state:
        result["expected"][-1]["state"] = lists(seen[-1][1])
    result["tolerance"] = {"relative": TOLERANCE[case.dtype] * case.loosen, "absolute": case.absolute}
    return result


def follow(case: Case, start: dict, steps: list[dict]) -> list:
    rates = [rate(case, number - case.before) for number in range(len(steps))]
    return SOURCES[case.dialect].trajectory(case, start, steps, rates)


def verify(case: Case, start: dict, steps: list[dict], seen: list) -> None:
    """An f32 case must be well conditioned: computed in f64 from the same inputs it stays within CONDITIONING tolerances.

    Otherwise the tolerance would test the source's rounding rather than the rule.
    """
    for parameters, _ in seen:
        for name, value in parameters.items():
            assert np.all(np.isfinite(value)), f"{case.name} gives {name} that is not finite"
    if case.dtype == "f64":
        return
    wide = follow(case, doubled(start), [doubled(gradients) for gradients in steps])
    relative = TOLERANCE["f32"] * max(case.loosen, CONDITIONING)
    for number, ((parameters, state), (wide_parameters, wide_state)) in enumerate(zip(seen, wide)):
        pairs = [(name, parameters[name], wide_parameters[name]) for name in parameters]
        if case.with_state:
            pairs += [(f"{name} {part}", state[name][part], wide_state[name][part]) for name in state for part in state[name]]
        for what, narrow, exact in pairs:
            error = np.abs(narrow - exact) - relative * np.abs(exact) - case.absolute
            worst = np.max(np.abs(narrow - exact) / np.maximum(np.abs(exact), 1e-300), initial=0)
            assert np.all(error <= 0), f"{case.name} is ill-conditioned: {what} at step {number + 1}, {worst:.1e}"


def doubled(arrays: dict) -> dict:
    return {name: value.astype(np.float64) for name, value in arrays.items()}


def lists(tree: dict) -> dict:
    return {name: lists(value) if isinstance(value, dict) else flat(value) for name, value in tree.items()}


def flat(array: np.ndarray) -> list[float | str]:
    """Row-major values, those that are not finite as strings; an f32 becomes the f64 of the same value, which JSON writes without loss."""
    return [float(value) if np.isfinite(value) else str(value) for value in np.ravel(array)]


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
