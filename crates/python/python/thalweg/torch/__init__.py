"""Update rules as `torch.optim` optimizers, on CPU tensors, without a copy.

>>> import torch
>>> import thalweg.torch
>>> model = torch.nn.Linear(3, 1)
>>> optimizer = thalweg.torch.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95))
>>> model(torch.ones(2, 3)).sum().backward()
>>> optimizer.step()
>>> sorted(optimizer.state[model.weight])
['exp_avg', 'exp_avg_sq', 'step']

A class for every rule of the catalogue, named as in `thalweg.optim`. Each is a real `torch.optim.Optimizer`:

* Where torch has the rule, its arguments, their order, their defaults and the keys of `param_groups` are torch's, and checkpoints move
  both ways. Every other rule is what its authors wrote (dialect "paper"), with their rates.
* `optimizer.state` holds tensors in the memory that the core updates. Whatever is written to them, or to `param_groups`, holds in the next
  step.
* The parameters of all groups are updated together: a norm is that of all of them, and a step that fails has changed nothing.
* `before`, `after` (stages), `state_format` ("bf16", "8-bit") and `threads` are as in `thalweg.optim`.
* `train()` and `eval()` exchange the parameters for their averages, `averages()` returns those, `reset()` forgets the state.

Parameters without a gradient sit a step out. Tensors are float32 or float64, dense, on the CPU; frozen ones may be of any kind.
"""

from __future__ import annotations

from thalweg._native import Rule, rules
from thalweg.optim import _NAMES

try:
    import torch  # noqa: F401
except ImportError as error:
    raise ImportError("thalweg.torch needs PyTorch; install it with: pip install torch") from error

from ._optimizer import ThalwegOptimizer

# torch's own spelling of some names.
_SPELT = {"AdaGrad": "Adagrad", "RMSProp": "RMSprop", "AdaDelta": "Adadelta", "AdaMax": "Adamax"}


def _class(rule: Rule) -> type[ThalwegOptimizer]:
    # What the class has unless another dialect is asked for.
    dialect = next(name for name in ("torch", "paper", *rule.defaults) if name in rule.defaults)
    own = rule.defaults[dialect]
    meanings = "\n".join(f"    {key}: {rule.hyperparameters[key]} (default {value:g})" for key, value in own.items())
    text = f"{rule.title}: {rule.formula}\n\n{rule.paper}.\nWhen to use it: {rule.when}.\n\nIn dialect {dialect}:\n{meanings}"
    name = _NAMES.get(rule.name, rule.title)
    return type(_SPELT.get(name, name), (ThalwegOptimizer,), {"_rule": rule, "__doc__": text, "__module__": __name__})


# A gradient at another place than the parameters is not torch's way.
_CLASSES = {cls.__name__: cls for cls in (_class(rule) for rule in rules() if not rule.looks_ahead)}
_CLASSES.update({ours: _CLASSES[theirs] for ours, theirs in _SPELT.items()})
globals().update(_CLASSES)

__all__ = ["ThalwegOptimizer", *_CLASSES]
