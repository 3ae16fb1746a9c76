"""The optimizers of "Deep Learning from Scratch", chapter 6, with the book's names, defaults and attributes.

Code written for the book's classes runs with its import changed:

>>> from thalweg.book import AdaGrad
>>> params, grads = {"x": 1, "y": 2}, {"x": 2, "y": 1}
>>> optimizer = AdaGrad(1)
>>> optimizer.update(params, grads)
>>> optimizer.h
{'x': 4.0, 'y': 1.0}

`lr` and the other hyper-parameters may be set between updates. State (`v`, `h`, `m`) is None before the first update and
then a dict of read-only copies.
"""

from __future__ import annotations

from typing import Any

from thalweg._native import Optimizer
from thalweg.book._threads import THREADS
from thalweg.optim import _reduce

__all__ = ["SGD", "AdaGrad", "Adam", "Momentum", "Nesterov", "NesterovAsPrinted", "RMSprop"]


def _hyperparameter(name: str, meaning: str) -> Any:
    def get(self: Optimizer) -> float:
        return self.hyperparameters[name]

    def set_(self: Optimizer, value: float) -> None:
        self.set(**{name: value})

    return property(get, set_, doc=meaning)


class _Book(Optimizer):
    # No attributes but those below: a misspelled hyper-parameter is an error.
    __slots__ = ()
    _settings: tuple[str, ...] = ("lr",)

    def __new__(cls, rule: str, **settings: float) -> Any:
        return super().__new__(cls, rule, threads=THREADS, **settings)

    lr: float = _hyperparameter("learning_rate", "The size of a step.")

    __reduce__ = _reduce

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._settings)
        return f"{type(self).__name__}({settings})"


class SGD(_Book):
    """Gradient descent: w ← w − lr g."""

    __slots__ = ()

    def __new__(cls, lr: float = 0.01) -> SGD:
        return super().__new__(cls, "sgd", learning_rate=lr)


class _Velocity(_Book):
    __slots__ = ()
    _settings = ("lr", "momentum")

    momentum: float = _hyperparameter("momentum", "How much of the velocity a step keeps.")

    @property
    def v(self) -> dict[str, Any] | None:
        """The velocity."""
        return self.state("velocity")


class Momentum(_Velocity):
    """A ball that rolls: v ← momentum v − lr g, w ← w + v."""

    __slots__ = ()

    def __new__(cls, lr: float = 0.01, momentum: float = 0.9) -> Momentum:
        return super().__new__(cls, "momentum", learning_rate=lr, momentum=momentum)


class Nesterov(_Velocity):
    """Momentum that corrects itself: w ← w + momentum² v − (1 + momentum) lr g, then v ← momentum v − lr g.

    The published listing changes v first, which counts the look-ahead twice; that form is `NesterovAsPrinted`.
    """

    __slots__ = ()

    def __new__(cls, lr: float = 0.01, momentum: float = 0.9) -> Nesterov:
        return super().__new__(cls, "nesterov", learning_rate=lr, momentum=momentum)


class NesterovAsPrinted(_Velocity):
    """The published listing of Nesterov, slip included, to reproduce results made with it."""

    __slots__ = ()

    def __new__(cls, lr: float = 0.01, momentum: float = 0.9) -> NesterovAsPrinted:
        return super().__new__(cls, "nesterov-as-printed", learning_rate=lr, momentum=momentum)


class AdaGrad(_Book):
    """A rate for every parameter: h ← h + g², w ← w − lr g / (√h + 1e-7)."""

    __slots__ = ()

    @property
    def h(self) -> dict[str, Any] | None:
        """The sum of squared gradients."""
        return self.state("sum_of_squares")

    def __new__(cls, lr: float = 0.01) -> AdaGrad:
        return super().__new__(cls, "adagrad", learning_rate=lr)


class RMSprop(_Book):
    """AdaGrad that forgets: h ← decay_rate h + (1 − decay_rate) g², w ← w − lr g / (√h + 1e-7)."""

    __slots__ = ()
    _settings = ("lr", "decay_rate")

    decay_rate: float = _hyperparameter("decay_rate", "How much of the average of squares a step keeps.")

    @property
    def h(self) -> dict[str, Any] | None:
        """The average of squared gradients."""
        return self.state("mean_square")

    def __new__(cls, lr: float = 0.01, decay_rate: float = 0.99) -> RMSprop:
        return super().__new__(cls, "rmsprop", learning_rate=lr, decay_rate=decay_rate)


class Adam(_Book):
    """Momentum and a rate for every parameter: m ← beta1 m + (1 − beta1) g, v ← beta2 v + (1 − beta2) g²,
    w ← w − lr √(1 − beta2ᵗ) / (1 − beta1ᵗ) m / (√v + 1e-7).
    """

    __slots__ = ()
    _settings = ("lr", "beta1", "beta2")

    beta1: float = _hyperparameter("beta1", "How much of the average of gradients a step keeps.")
    beta2: float = _hyperparameter("beta2", "How much of the average of squares a step keeps.")

    @property
    def m(self) -> dict[str, Any] | None:
        """The average of gradients."""
        return self.state("first_moment")

    @property
    def v(self) -> dict[str, Any] | None:
        """The average of squared gradients."""
        return self.state("second_moment")

    def __new__(cls, lr: float = 0.001, beta1: float = 0.9, beta2: float = 0.999) -> Adam:
        return super().__new__(cls, "adam", learning_rate=lr, beta1=beta1, beta2=beta2)

    @property
    def iter(self) -> int:
        """Updates done."""
        return self.steps
