"""Every update rule of the catalogue, by name.

>>> import numpy as np
>>> from thalweg.optim import Optimizer
>>> params = {"W": np.ones((2, 3)), "b": 0.5}
>>> optimizer = Optimizer("adam", dialect="torch", learning_rate=0.01)
>>> optimizer.update(params, {"W": np.full((2, 3), 2.0), "b": 1.0})
>>> optimizer.steps
1
"""

from thalweg._native import Optimizer, Rule, rules

__all__ = ["Optimizer", "Rule", "rules"]
