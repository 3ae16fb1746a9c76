"""MNIST as the book loads it."""

from __future__ import annotations

from typing import Any

import numpy as np

from thalweg._native import Dataset


def load_mnist(
    normalize: bool = True, flatten: bool = True, one_hot_label: bool = False
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """MNIST: `(x_train, t_train), (x_test, t_test)` with 60,000 and 10,000 examples.

    normalize: pixels as float32 from 0 to 1, else uint8 from 0 to 255. flatten: rows of 784, else `[1, 28, 28]`.
    one_hot_label: rows with a single 1, else labels. Raises ValueError that says how to get the files, if they are not there.
    """
    data = Dataset.load("mnist", options={"normalize": normalize, "validation": 0})

    def part(name: str) -> tuple[Any, Any]:
        x, t = data.part(name)
        if not normalize:
            x = x.astype(np.uint8)
        if not flatten:
            x = x.reshape(-1, 1, 28, 28)
        t = t.astype(np.uint8)
        return x, np.eye(10)[t] if one_hot_label else t

    return part("train"), part("test")
