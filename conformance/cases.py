"""What every case has in common: start values, gradients, the missing gradient, the change of rate.

Drawn with Python's own generator from a fixed seed, so the inputs do not depend on the version of any framework.
"""

import random
from dataclasses import dataclass, field
from math import prod

import numpy as np

SHAPES = {"w": [4, 5], "b": [3], "scale": [], "empty": [0]}
MATRICES = {"w": [4, 5], "tall": [6, 3]}
FILLED = {"w": [4, 5], "b": [3]}
# For rules that mix the elements of a tensor: gradients of one size, or rounding of the large ones drowns the small.
EVEN = {"even": [4, 5], "vector": [3]}
STEPS = 8
# From this step on (counted from zero) the learning rate is the second of a case's two.
RATE_CHANGES_AT = 4
# In this step "b" (or the second tensor) gets no gradient.
WITHOUT_GRADIENT_AT = 2

# A gradient keeps its order of magnitude from step to step; only its sign and leading digits change. Gradients near 1
# cannot tell where an epsilon stands (inside or outside a root, scaled or not); those near 1e-8 can.
MAGNITUDES = {
    "w": [10 ** (-8 + 10 * index / 19) for index in range(20)],
    "b": [1e-8, 1e-3, 1e2],
    "scale": [1.0],
    "empty": [],
    "even": [1.0] * 20,
    "vector": [1.0] * 3,
    "cube": [10 ** (-3 + 4 * index / 23) for index in range(24)],
    "tall": [10 ** (-4 + 6 * index / 17) for index in range(18)],
}
# Indices into "w": never a gradient (0/0 without an epsilon), and none in the first three steps.
ALWAYS_ZERO, LATE = 7, 13


@dataclass(frozen=True)
class Case:
    """One file. `hyperparameters` are those at the start; `changed_rate` is the later learning rate, if it changes."""

    rule: str
    dialect: str
    dtype: str
    hyperparameters: dict
    changed_rate: float | None = None
    variant: str = ""
    # Steps that came before, whose final parameters and state are where this case starts.
    before: int = 0
    missing: bool = True
    shapes: dict = field(default_factory=lambda: SHAPES)
    # What the tolerance is multiplied by, and what is allowed whatever the value, where a rule loses digits by itself.
    loosen: float = 1.0
    absolute: float = 0.0
    with_state: bool = True

    @property
    def name(self) -> str:
        parts = [self.dialect, self.rule, self.variant, "resumed" if self.before else "", self.dtype]
        return "-".join(part for part in parts if part)


def inputs(case: Case) -> tuple[dict, list[dict]]:
    """Start parameters and the gradients of every step (those of `before` included), as arrays of the case's type."""
    draw = random.Random(20)
    parameters = {
        name: array([draw.uniform(0.5, 2.0) * draw.choice([-1, 1]) for _ in range(prod(shape))], shape, case)
        for name, shape in case.shapes.items()
    }
    steps = []
    for step in range(case.before + STEPS):
        gradients = {}
        for name, shape in case.shapes.items():
            values = [size * draw.uniform(0.2, 1.0) * draw.choice([-1, 1]) for size in MAGNITUDES[name]]
            if name == "w":
                values[ALWAYS_ZERO] = 0.0
                if step < 3:
                    values[LATE] = 0.0
            gradients[name] = array(values, shape, case)
        # Counted from the case's own first step.
        if case.missing and step - case.before == WITHOUT_GRADIENT_AT:
            gradients.pop(list(case.shapes)[1])
        steps.append(gradients)
    return parameters, steps


def array(values: list[float], shape: list[int], case: Case) -> np.ndarray:
    return np.array(values, dtype={"f32": np.float32, "f64": np.float64}[case.dtype]).reshape(shape)


def rate(case: Case, step: int) -> float:
    """The learning rate of a step, counted from the case's own first one."""
    changed = case.changed_rate is not None and step >= RATE_CHANGES_AT
    return case.changed_rate if changed else case.hyperparameters["learning_rate"]
