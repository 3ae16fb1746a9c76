"""Writes crates/optim/src/lbfgs/searches.json: searches by torch's `_strong_wolfe` (torch 2.15), for the test beside our own.

    python3 conformance/line_search.py > crates/optim/src/lbfgs/searches.json

The function is a script: losses and slopes by the number of the evaluation, whatever the step, from a grid, so that many are equal. Of
12,000 such searches those are kept that take turns in the code which no other has taken.
"""

import json
import math
import random
import sys

import torch
from torch.optim import lbfgs

KEPT = 100
CODE = lbfgs._strong_wolfe.__code__


def search(values, direction, first, most):
    """The steps at which it evaluates, the one it chooses, and the lines of code it went through."""
    steps, lines = [], []

    def evaluate(_, step, __):
        steps.append(float(step))
        loss, slope = values[len(steps)]
        return loss, torch.tensor([slope / direction])

    def local(frame, event, _):
        if event == "line":
            lines.append(frame.f_lineno)
        return local

    (loss, slope), start, along = values[0], torch.tensor([0.0]), torch.tensor([direction])
    gradient = torch.tensor([slope / direction])
    sys.settrace(lambda frame, *_: local if frame.f_code is CODE else None)
    try:
        chosen = lbfgs._strong_wolfe(evaluate, start, first, along, loss, gradient, torch.tensor(slope), max_ls=most)[2]
    finally:
        sys.settrace(None)
    return steps, float(chosen), lines


def scripts(rng):
    """Values, direction, first step and most evaluations."""

    def grid(low, high):
        return rng.randint(4 * low, 4 * high) / 4

    for _ in range(12_000):
        scale, start = rng.choice([1, 1, 1, 1e-4]), [0.0, -rng.choice([1.0, 2.0, 0.5])]
        values, falling = [start], rng.random() < 0.6
        for number in range(14):
            loss = grid(-3, 1) * scale if rng.random() < 0.9 else rng.choice([-1e-4, -2e-4, 0.0])
            if falling and number < 3:
                loss = -0.5 * (number + 1) + grid(0, 1) * (rng.random() < 0.3)
            slope = rng.choice([grid(-4, 4), 0.9 * start[1], 0.9 * start[1], grid(-30, 30), start[1]])
            values.append([loss, slope])
        direction = rng.choice([1.0, 1.0, -2.0, 0.5])
        first = rng.choice([1.0, 0.5, 4.0, 1e-9, 2e-9]) if rng.random() < 0.95 else 1e-10
        yield values, direction, first, rng.choice([1, 2, 3, 5, 12, 12, 12])


def turns(steps, lines):
    pairs = list(zip(lines, lines[1:]))
    jumps = {(a, b, len(steps)) for a, b in pairs if b - a > 3 or b < a}
    return set(pairs) | jumps | {hash(tuple(lines[at : at + 40])) for at in range(len(lines))}


def main():
    torch.set_default_dtype(torch.float64)
    found = []
    for values, direction, first, most in scripts(random.Random(3)):
        try:
            steps, chosen, lines = search(values, direction, first, most)
        except (ArithmeticError, IndexError):
            continue
        if all(map(math.isfinite, steps)):
            row = {"values": values[: len(steps) + 1], "direction": direction, "first": first, "most": most}
            found.append(({**row, "steps": steps, "chosen": chosen}, turns(steps, lines)))
    found.sort(key=lambda one: len(one[0]["steps"]))
    taken, kept, left = set(), [], set(range(len(found)))
    while len(kept) < KEPT:
        best = max(left, key=lambda at: len(found[at][1] - taken) / (3 + len(found[at][0]["steps"])))
        if not found[best][1] - taken:
            break
        taken |= found[best][1]
        kept.append(found[best][0])
        left.discard(best)
    print("[\n" + ",\n".join(map(json.dumps, kept)) + "\n]")


main()
