"""The update rules as "Deep Learning from Scratch" gives them, transcribed as formulas on single arrays.

Scalars are computed in f64 and meet the array in the array's own type, as NumPy does it. The state of a tensor is a
dictionary by our names; a tensor that gets no gradient is left alone.
"""

from math import sqrt

import numpy as np

EPSILON = 1e-7


def sgd(p, g, state, h, t):
    p -= h["learning_rate"] * g


def momentum(p, g, state, h, t):
    state["velocity"] = h["momentum"] * state["velocity"] - h["learning_rate"] * g
    p += state["velocity"]


def nesterov(p, g, state, h, t):
    """Bengio's form: the step uses the velocity from before this update."""
    p += h["momentum"] ** 2 * state["velocity"] - (1 + h["momentum"]) * h["learning_rate"] * g
    state["velocity"] = h["momentum"] * state["velocity"] - h["learning_rate"] * g


def nesterov_as_printed(p, g, state, h, t):
    """The published program has the two statements in the other order, which is a different rule."""
    state["velocity"] = h["momentum"] * state["velocity"] - h["learning_rate"] * g
    p += h["momentum"] ** 2 * state["velocity"] - (1 + h["momentum"]) * h["learning_rate"] * g


def adagrad(p, g, state, h, t):
    state["sum_of_squares"] = state["sum_of_squares"] + g * g
    p -= h["learning_rate"] * g / (np.sqrt(state["sum_of_squares"]) + h["epsilon"])


def rmsprop(p, g, state, h, t):
    state["mean_square"] = h["decay_rate"] * state["mean_square"] + (1 - h["decay_rate"]) * g * g
    p -= h["learning_rate"] * g / (np.sqrt(state["mean_square"]) + h["epsilon"])


def adam(p, g, state, h, t):
    """Both bias corrections are folded into the rate, so epsilon meets the uncorrected root."""
    folded = h["learning_rate"] * sqrt(1 - h["beta2"] ** t) / (1 - h["beta1"] ** t)
    state["first_moment"] = state["first_moment"] + (1 - h["beta1"]) * (g - state["first_moment"])
    state["second_moment"] = state["second_moment"] + (1 - h["beta2"]) * (g * g - state["second_moment"])
    p -= folded * state["first_moment"] / (np.sqrt(state["second_moment"]) + h["epsilon"])


# Rule -> its formula, the names of its state, and the book's hyper-parameters.
RULES = {
    "sgd": (sgd, [], {"learning_rate": 0.01}),
    "momentum": (momentum, ["velocity"], {"learning_rate": 0.01, "momentum": 0.9}),
    "nesterov": (nesterov, ["velocity"], {"learning_rate": 0.01, "momentum": 0.9}),
    "nesterov-as-printed": (nesterov_as_printed, ["velocity"], {"learning_rate": 0.01, "momentum": 0.9}),
    "adagrad": (adagrad, ["sum_of_squares"], {"learning_rate": 0.01, "epsilon": EPSILON}),
    "rmsprop": (rmsprop, ["mean_square"], {"learning_rate": 0.01, "decay_rate": 0.99, "epsilon": EPSILON}),
    "adam": (
        adam,
        ["first_moment", "second_moment"],
        {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": EPSILON},
    ),
}
SOURCE = f"formulas of Deep Learning from Scratch, chapter 6, in NumPy {np.__version__}"


def trajectory(case, parameters, steps, rates):
    """After each step: (parameters, state), both as dictionaries of arrays by tensor name."""
    formula, names, _ = RULES[case.rule]
    parameters = {name: value.copy() for name, value in parameters.items()}
    state = {name: {part: np.zeros_like(value) for part in names} for name, value in parameters.items()}
    seen = []
    for t, (gradients, rate) in enumerate(zip(steps, rates), start=1):
        for name, gradient in gradients.items():
            # An index by () keeps a scalar an array, which the formula can change in place.
            formula(parameters[name], gradient, state[name], {**case.hyperparameters, "learning_rate": rate}, t)
        seen.append((
            {name: value.copy() for name, value in parameters.items()},
            {name: {part: np.copy(value) for part, value in parts.items()} for name, parts in state.items()},
        ))
    return seen


def source(_):
    return SOURCE
