"""Activations, losses and numerical gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any


def identity_function(x: Array) -> Array:
    """x itself: the output of a regression."""
    return x


def step_function(x: Array) -> Array:
    """1 where x > 0, 0 elsewhere."""
    return np.array(x > 0, dtype=int)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(−x)), without overflow where x is very negative."""
    x = np.asarray(x)
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))[()]


def sigmoid_grad(x: Array) -> Array:
    """The derivative of `sigmoid` at x."""
    y = sigmoid(x)
    return (1.0 - y) * y


def relu(x: Array) -> Array:
    """x where it is positive, 0 elsewhere."""
    return np.maximum(0, x)


def relu_grad(x: Array) -> Array:
    """The derivative of `relu` at x: 1 where x > 0, 0 elsewhere (and at 0)."""
    return (np.asarray(x) > 0).astype(float)


def softmax(x: Array) -> Array:
    """Shares that sum to 1 over the last axis: of each row of a batch, or of a single one. Large scores do not overflow."""
    x = np.asarray(x)
    exponentials = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return exponentials / np.sum(exponentials, axis=-1, keepdims=True)


def mean_squared_error(y: Array, t: Array) -> float:
    """½ Σ (y − t)², as the book has it in section 4.2.1. Later printings call it `sum_squares_error`."""
    return 0.5 * float(np.sum((np.asarray(y) - t) ** 2))


def sum_squares_error(y: Array, t: Array) -> float:
    """½ Σ (y − t)²: `mean_squared_error` under the name that later printings of the book give it."""
    return mean_squared_error(y, t)


def mean_of_squared_errors(y: Array, t: Array) -> float:
    """Σ (y − t)² / n with n = len(t), as the notes have it. The book's `mean_squared_error` halves the sum instead."""
    return float(np.sum((np.asarray(y) - t) ** 2) / len(t))


def cross_entropy_error(y: Array, t: Array) -> float:
    """−Σ log(y of the right class + 1e-7) / batch. `t`: one-hot rows or labels, of a batch or a single example."""
    y, t = np.asarray(y), np.asarray(t)
    if y.ndim == 1:
        t, y = t.reshape(1, t.size), y.reshape(1, y.size)
    labels = t.argmax(axis=1) if t.size == y.size else t.reshape(-1)
    if len(labels) != len(y):
        raise ValueError(f"y has {len(y)} rows and t {len(labels)}; give one label or one one-hot row for each row of y")
    right = y[np.arange(len(y)), checked_labels(labels, y.shape[1])]
    return float(-np.sum(np.log(right + 1e-7)) / len(y))


def checked_labels(labels: Array, classes: int) -> Array:
    """The labels as whole numbers. Raises ValueError where one is no class; NumPy takes −1 for the last one."""
    wrong = (labels < 0) | (labels >= classes) | (labels != np.floor(labels))
    if wrong.any():
        first = int(wrong.argmax())
        raise ValueError(f"t has {labels[first]} in row {first}; a label is a whole number from 0 to {classes - 1}")
    return labels.astype(int)


def softmax_loss(x: Array, t: Array) -> float:
    """`cross_entropy_error` of `softmax(x)`."""
    return cross_entropy_error(softmax(x), t)


def numerical_diff(f: Callable[[Any], Any], x: Any) -> Any:
    """(f(x + h) − f(x − h)) / 2h with h = 1e-4: the derivative of a function of one variable."""
    h = 1e-4
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f: Callable[[Any], Any], x: Array) -> Array:
    """The central difference in every element of `x`, an array of floats of any shape, which is as before afterwards."""
    x = np.asanyarray(x)
    if not np.issubdtype(x.dtype, np.floating):
        raise TypeError(f"x has dtype {x.dtype}, which cannot hold x + 0.0001; give floats, such as x.astype(float)")
    h = 1e-4
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        x[index] = value + h
        above = f(x)
        x[index] = value - h
        below = f(x)
        x[index] = value
        gradient[index] = (above - below) / (2 * h)
    return gradient


def gradient_descent(f: Callable[[Any], Any], init_x: Array, lr: float = 0.01, step_num: int = 100) -> Array:
    """`step_num` steps down the numerical gradient. Changes `init_x`, as the notes do, and returns it."""
    x = init_x
    for _ in range(step_num):
        x -= lr * numerical_gradient(f, x)
    return x


def smooth_curve(x: Any) -> Array:
    """A curve smoothed for plotting: a Kaiser window of 11 points, ends mirrored."""
    x = np.asarray(x, dtype=float)
    window = 11
    if len(x) < window:
        return x
    mirrored = np.r_[x[window - 1 : 0 : -1], x, x[-1:-window:-1]]
    weights = np.kaiser(window, 2)
    smooth = np.convolve(weights / weights.sum(), mirrored, mode="valid")
    return smooth[5 : len(smooth) - 5]
