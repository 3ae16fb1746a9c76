"""Networks: layers in words, trained on NumPy arrays.

>>> import numpy as np
>>> from thalweg import nn
>>> x = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)
>>> t = (x[:, 0] * x[:, 1] > 0).astype(int)
>>> model = nn.train("linear 16, relu, linear outputs", x, t, rule="adam", learning_rate=0.02, epochs=60, batch=30)
>>> model.evaluate(x, t).accuracy > 0.9
True

`Network` is a network as a function of its parameters, with gradients, for loops of one's own.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from thalweg._native import Dataset, Network, Trained
from thalweg._native import train as _train
from thalweg.optim import _OPTIONS, Optimizer

__all__ = ["Dataset", "Evaluation", "Model", "Network", "load", "train"]


@dataclass(frozen=True)
class Evaluation:
    """How a network does on some examples."""

    loss: float
    """Mean loss of an example."""
    accuracy: float | None
    """Share of examples whose largest output is the right class; None for values."""
    rmse: float | None = None
    """Root of the mean squared error, in the units of the targets; None for classes."""
    mae: float | None = None
    """Mean absolute error, in the units of the targets; None for classes."""
    r2: float | None = None
    """Coefficient of determination; None for classes."""


@dataclass
class Model:
    """A trained network."""

    _trained: Trained
    _classification: bool = True
    curve: list[dict[str, Any]] = field(default_factory=list)
    """What was seen along the way: `step`, `epoch`, `batch_loss`, `training`, `validation`, `learning_rate`, `seconds`."""
    ending: str = ""
    """`finished`, `stopped early` or `diverged`."""

    def predict(self, x: Any) -> Any:
        """The most probable class of each example, `[examples]`; of a regression the values, `[examples, outputs]`."""
        outputs = self._trained.outputs(x)
        return outputs.argmax(axis=1) if self._classification else outputs

    def probabilities(self, x: Any) -> Any:
        """The probability of each class, `[examples, classes]`."""
        scores = self._trained.outputs(x)
        exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
        return exponentials / exponentials.sum(axis=1, keepdims=True)

    def outputs(self, x: Any) -> Any:
        """What the last layer gives, before softmax, `[examples, outputs]`."""
        return self._trained.outputs(x)

    def evaluate(self, x: Any, t: Any) -> Evaluation:
        """Loss and accuracy on examples; of values, loss, RMSE, MAE and R²."""
        return Evaluation(*self._trained.evaluate(x, t, classification=self._classification))

    def data(self, name: str, folder: Any = None) -> Dataset:
        """A data set read as the one that the network was trained on: the same columns, texts, scales and classes.

        `model.evaluate(*model.data("csv:later.csv").part("test"))` judges a network that `thalweg train` saved. A table without the target
        column, or a folder of images without folders of classes, is all in the part "test", with None for targets:
        `model.predict(model.data("csv:new.csv").part("test")[0])`.
        """
        return self._trained.data(name, folder=folder)

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters (and running statistics) as a dict of new arrays."""
        return self._trained.parameters()

    @property
    def weights(self) -> str:
        """Which weights of the run all of this is about: "judged" or "raw"."""
        return self._trained.weights

    def with_weights(self, weights: str) -> Model:
        """The same model with other weights of its run: "judged", those that its evaluations were made with (the average, where the rule
        or a stage keeps one), or "raw", those that were trained. `train` and `load` give the judged ones."""
        if weights == self.weights:
            return self
        return _model(self._trained.saved(), self._classification, self.curve, self.ending, weights)

    def export(self, path: str | os.PathLike[str], naming: str = "thalweg") -> None:
        """Writes it for others: `.onnx` a whole network, `.safetensors` or `.npz` its tensors under the names of "thalweg", "torch" or
        "keras"."""
        self._trained.export(path, naming=naming)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the whole run, with all its weights; `load` reads it, and so does `thalweg evaluate`."""
        with open(path, "wb") as file:
            file.write(self._trained.saved())

    def __reduce__(self) -> Any:
        return _model, (self._trained.saved(), self._classification, self.curve, self.ending, self.weights)


def _model(saved: bytes, classification: bool, curve: list[dict[str, Any]], ending: str, weights: str = "judged") -> Model:
    return Model(Trained.of(saved, weights=weights), classification, curve, ending)


def load(path: str | os.PathLike[str], activation: str | None = None, weights: str = "judged") -> Model:
    """A saved run, or weights W1, b1, W2, … in safetensors or NPZ, with `activation` after the hidden layers.

    weights: of a saved run "judged", those that its evaluations were made with, or "raw", those that were trained.
    """
    return Model(Trained.load(path, activation=activation, weights=weights))


def train(
    layers: str,
    x: Any,
    t: Any = None,
    *,
    rule: str = "adam",
    dialect: str = "torch",
    learning_rate: float | None = None,
    hyperparameters: dict[str, float] | None = None,
    epochs: int = 10,
    batch: int = 100,
    validation: tuple[Any, Any] | None = None,
    classification: bool | None = None,
    image: tuple[int, int] | None = None,
    initial: str = "he",
    seed: int = 1,
    evaluate_training: bool = False,
    threads: int = 1,
    progress: bool | Callable[[int, int, float], None] = False,
    options: dict[str, Any] | None = None,
    **settings: Any,
) -> Model:
    """Trains a network and returns it.

    layers: a name of `thalweg list networks`, or layers such as "conv 30 5, relu, max-pool 2, linear outputs".
    x, t: one row an example, and labels (or one-hot rows, or values for a regression); or a `Dataset` alone.
    hyperparameters, options: of the rule, as `thalweg.optim` takes them (schedule, before, groups, …).
    validation: `(x, t)` looked at every epoch. image: `(rows, columns)`, for layers that need images.
    progress: True for a bar of tqdm, or a function that is told the step, the number of steps and the loss.
    settings: what else a run has, by the names that experiment files have for it: early_stopping={"patience": 3}, evaluate_every=50…

    Same arguments, same machine: the same bits, for any number of threads. Ctrl-C stops it with KeyboardInterrupt.
    """
    if isinstance(x, Dataset):
        data = x
    else:
        if t is None:
            raise TypeError("t is missing; give a label or a value for each row of x")
        if classification is None:
            classification = _are_labels(t)
        data = Dataset.of(x, t, validation=validation, classification=classification, image=image)
    examples = len(data.part("train")[1]) if isinstance(x, Dataset) else len(x)
    steps = epochs * -(-examples // batch)
    given = dict(hyperparameters or {})
    if learning_rate is not None:
        given["learning_rate"] = learning_rate
    checked = Optimizer(rule, dialect, options=_with_steps(options, steps), **given).state_dict()["specification"]
    run = {"rule": checked, "network": layers, "batch": batch, "steps": steps, "seed": seed, "initial": initial,
           "sampling": "shuffled", "evaluate_training": evaluate_training, **settings}
    tell, close = _progress(progress, steps)
    try:
        saved, record, ending = _train(data, run, threads=threads, progress=tell)
    finally:
        close()
    return Model(Trained.of(saved), classification is not False, json.loads(record)["points"], ending)


def _are_labels(t: Any) -> bool:
    t = np.asarray(t)
    whole = np.issubdtype(t.dtype, np.integer) or np.issubdtype(t.dtype, np.bool_)
    return bool(whole) or (t.ndim == 2 and t.shape[1] > 1 and bool(np.all((t == 0) | (t == 1)) and np.all(t.sum(axis=1) == 1)))


def _with_steps(options: dict[str, Any] | None, steps: int) -> dict[str, Any] | None:
    """Schedules know how many updates the run makes."""
    if not options:
        return None
    unknown = sorted(set(options) - set(_OPTIONS))
    if unknown:
        raise ValueError(f"there is no option called {', '.join(unknown)}; there are {', '.join(_OPTIONS)}")
    round = max(int(options.get("accumulate") or 1), 1)
    if steps % round and steps > round:
        warnings.warn(
            f"the last {steps % round} of {steps} steps make no update, because gradients are averaged over {round} steps (`accumulate`)",
            stacklevel=3,
        )

    def whole(schedule: Any) -> Any:
        if schedule is None:
            return None
        return {"steps": max(steps // round, 1), **({"name": schedule} if isinstance(schedule, str) else schedule)}

    made = dict(options)
    if "schedule" in made:
        made["schedule"] = whole(made["schedule"])
    if made.get("schedules"):
        made["schedules"] = {name: whole(schedule) for name, schedule in made["schedules"].items()}
    if made.get("groups"):
        made["groups"] = [{**group, "schedule": whole(group["schedule"])} if "schedule" in group else group for group in made["groups"]]
    return made


def _progress(progress: Any, total: int) -> tuple[Any, Callable[[], None]]:
    """A function to tell, and one to call at the end."""
    if progress is True:
        bar = _bar(total)

        def tell(done: int, total: int, loss: float) -> None:
            bar.update(done - bar.n)
            bar.set_postfix(loss=f"{loss:.4f}")

        return tell, bar.close
    return (progress or None), lambda: None


def _bar(total: int) -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise ImportError("progress=True needs tqdm; install it with: pip install tqdm, or give a function") from error
    return tqdm(total=total)
