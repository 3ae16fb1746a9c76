"""PyTorch modules as problems."""

from __future__ import annotations

import inspect
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from thalweg._identity import identify
from thalweg._problems import Problem

# torch has one generator for all threads: a run that needs it for itself waits for the others.
_GENERATOR = threading.Lock()


class TorchProblem(Problem):
    """Train a PyTorch module on the CPU.

    make: builds a fresh module. loss: `loss(outputs, targets)`. train: a sequence of batches, drawn from in an order that follows from
    the seed. validation, test: batches for the figures; accuracy is taken where targets are labels.

    A batch is a pair `(inputs, targets)` or a dict. Of a dict, `targets` names the entry with the targets, and the other entries are the
    inputs; without `targets`, the module and the loss get the whole dict. Inputs and targets may be tensors or dicts, tuples and lists of
    them. Inputs in a dict go to the module by name, and those in a tuple or list by place, if its `forward` takes them so; otherwise
    they are one argument.

    Initial values, batches and what the module draws from torch's generator (dropout) follow from the seed and the step, so that all rules
    see the same. The generator is left as it was.
    """

    def __init__(
        self,
        make: Callable[[], Any],
        loss: Callable[[Any, Any], Any],
        train: Iterable[Any],
        validation: Iterable[Any],
        test: Iterable[Any] | None = None,
        name: str = "module",
        targets: str | None = None,
    ) -> None:
        for argument, given in (("make", make), ("loss", loss)):
            if not callable(given):
                raise TypeError(f"{argument} is a {type(given).__name__}, and must be a function")
        self.make, self.loss, self.name = make, loss, name
        self.train, self.validation = _pairs(train, "train", targets), _pairs(validation, "validation", targets)
        self.test = None if test is None else _pairs(test, "test", targets)
        self._made: Callable[[], Any] = lambda: None

    def start(self, seed: int) -> Any:
        return _TorchRun(self, seed)

    def module(self) -> Any:
        """A fresh module."""
        module = self.make()
        if module is self._made():
            raise ValueError("make gives the same module each time, trained by the runs before; let it build one or return a copy.deepcopy")
        self._made = weakref.ref(module)
        return module

    def identity(self) -> str:
        import torch

        # The type that new tensors get is a setting of torch's, and changes what `make` builds.
        parts = (self.make, self.loss, self.train, self.validation, self.test, torch.get_default_dtype())
        named = zip(("make", "loss", "train", "validation", "test", "torch's default type"), parts)
        return " ".join(identify(part, name) for name, part in named)


class _TorchRun:
    def __init__(self, problem: TorchProblem, seed: int) -> None:
        import torch

        self.torch, self.problem, self.splits, self.seed = torch, problem, problem.test is not None, seed
        with self._noise(seed % 2**63):
            self.module = problem.module()
        self.named = {name: value for name, value in self.module.named_parameters() if value.requires_grad}
        self.random = np.random.default_rng(seed)
        # The batches of this epoch that are to come, from the last to the first, and the one that was drawn last.
        self.order: list[int] = []
        self.step, self.batch = 0, 0
        self.repeat = False

    @contextmanager
    def _noise(self, seed: int) -> Iterator[None]:
        """Lets torch draw from a generator with this seed, and leaves the one it had as it was."""
        with _GENERATOR, self.torch.random.fork_rng(devices=[]):
            self.torch.default_generator.manual_seed(seed)
            yield

    def _derived(self, purpose: int, number: int) -> int:
        return int(np.random.SeedSequence((self.seed, purpose, number)).generate_state(1, np.uint64)[0])

    def parameters(self) -> dict[str, Any]:
        return {name: value.detach().to(self.torch.float64).numpy().copy() for name, value in self.named.items()}

    def _set(self, params: dict[str, Any]) -> None:
        with self.torch.no_grad():
            for name, value in self.named.items():
                value.copy_(self.torch.from_numpy(params[name]).to(value.dtype))

    def _draw(self) -> None:
        """Goes on to the next batch, unless the last is wanted again."""
        if self.repeat:
            self.repeat = False
            return
        self.step += 1
        if not self.order:
            self.order = list(self.random.permutation(len(self.problem.train)))
        self.batch = self.order.pop()

    def again(self) -> None:
        self.repeat = True

    def gradients(self, params: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        self._set(params)
        self._draw()
        self.module.train()
        inputs, targets = self.problem.train[self.batch]
        self.module.zero_grad(set_to_none=True)
        with self._noise(self._derived(1, self.step)):
            loss = self.problem.loss(_outputs(self.module, inputs), targets)
            loss.backward()
        return loss.item(), {name: self._gradient(value) for name, value in self.named.items()}

    def _gradient(self, value: Any) -> Any:
        if value.grad is None:
            return np.zeros(tuple(value.shape))
        return value.grad.to(self.torch.float64).to_dense().numpy()

    def evaluate(self, params: dict[str, Any], split: str) -> tuple[float, float | None]:
        self._set(params)
        self.module.eval()
        batches = self.problem.test if split == "test" and self.problem.test is not None else self.problem.validation
        loss, right, count, labels = 0.0, 0, 0, True
        with self._noise(self._derived(2, 0)), self.torch.no_grad():
            for inputs, targets in batches:
                outputs, examples = _outputs(self.module, inputs), _examples(inputs)
                loss += self.problem.loss(outputs, targets).item() * examples
                count += examples
                labels = labels and self._are_labels(outputs, targets)
                if labels:
                    right += int((outputs.argmax(dim=1) == targets).sum())
        return loss / count, right / count if labels else None

    def _are_labels(self, outputs: Any, targets: Any) -> bool:
        if not isinstance(outputs, self.torch.Tensor) or not isinstance(targets, self.torch.Tensor):
            return False
        return not targets.is_floating_point() and targets.ndim == 1 and outputs.ndim == 2


def _pairs(batches: Iterable[Any], argument: str, targets: str | None) -> list[tuple[Any, Any]]:
    """Returns inputs and targets of each batch."""
    found = [_pair(batch, f"{argument}[{index}]", targets) for index, batch in enumerate(batches)]
    if not found:
        raise ValueError(f"{argument} needs at least one batch")
    return found


def _pair(batch: Any, place: str, targets: str | None) -> tuple[Any, Any]:
    if isinstance(batch, Mapping):
        if targets is None:
            return batch, batch
        if targets not in batch:
            raise ValueError(f"{place} has no `{targets}`; it has {', '.join(map(str, batch))}")
        inputs = {name: value for name, value in batch.items() if name != targets}
        return next(iter(inputs.values())) if len(inputs) == 1 else inputs, batch[targets]
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        what = f"{len(batch)} parts" if isinstance(batch, tuple | list) else f"the type {type(batch).__name__}"
        raise ValueError(f"{place} has {what}; a batch is a pair (inputs, targets), or a dict")
    return batch[0], batch[1]


def _outputs(module: Any, inputs: Any) -> Any:
    """Calls a module with its inputs by name or by place, if it takes them so, and as one argument otherwise."""
    if isinstance(inputs, Mapping | tuple | list):
        by_name = inputs if isinstance(inputs, Mapping) else {}
        by_place = () if isinstance(inputs, Mapping) else inputs
        try:
            inspect.signature(module.forward).bind(*by_place, **by_name)
        except TypeError:
            return module(inputs)
        return module(*by_place, **by_name)
    return module(inputs)


def _examples(inputs: Any) -> int:
    """Returns how many examples a batch has: the length of its first tensor."""
    while isinstance(inputs, Mapping | tuple | list):
        inputs = next(iter(inputs.values() if isinstance(inputs, Mapping) else inputs))
    return len(inputs)
