"""`TorchProblem`: PyTorch modules in comparisons. All noise follows from the seed and the step, and results are kept by what they come from."""

import subprocess
import sys
import threading

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import thalweg
from thalweg import lab

RANDOM = np.random.default_rng(0)
X = torch.tensor(RANDOM.normal(size=(60, 4)), dtype=torch.float32)
T = (X[:, 0] > X[:, 1]).long()
BATCHES = [(X[i : i + 10], T[i : i + 10]) for i in range(0, 40, 10)]
HELD_OUT = [(X[40:], T[40:])]
FIXED = [{"name": name, "learning_rate": 0.1} for name in ("sgd", "momentum")]
FINALS = {"final_seeds": 2, "default_seeds": 0}


def noisy():
    return torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 2))


def problem(make=noisy, loss=torch.nn.functional.cross_entropy, train=BATCHES, validation=HELD_OUT, **more):
    return lab.TorchProblem(make, loss, train, validation, **more)


def finals(problem, **more):
    result = thalweg.compare(problem, rules=FIXED, protocol=FINALS, steps=6, **more)
    return [row["validation"] for row in result.rows()]


def steps(problem, seed, count=6):
    """Losses and gradients of a run whose parameters stay where they start."""
    run = problem.start(seed)
    at = run.parameters()
    found = [run.gradients(at) for _ in range(count)]
    return [loss for loss, _ in found], [np.concatenate([value.ravel() for value in grads.values()]) for _, grads in found]


def test_the_same_call_gives_the_same_figures():
    first = finals(problem())
    torch.rand(5)
    assert finals(problem()) == first
    assert finals(problem(), threads=3) == first
    # Seeds differ, and so does the noise.
    assert first[0] != first[1]


def test_noise_follows_from_the_seed_and_the_step():
    (losses, grads), (again, same) = steps(problem(), 3), steps(problem(), 3)
    assert losses == again and all(np.array_equal(a, b) for a, b in zip(grads, same))
    one = problem(train=BATCHES[:1])
    losses, _ = steps(one, 3)
    assert len(set(losses)) == 6 and set(losses).isdisjoint(steps(one, 4)[0])
    # Whatever the rule asks for in between.
    run = one.start(3)
    at = run.parameters()
    assert run.gradients(at)[0] == losses[0]
    assert run.evaluate(at, "validation") == run.evaluate(at, "validation")
    run.again()
    assert run.gradients(at)[0] == losses[0] and run.gradients(at)[0] == losses[1]


def test_the_generator_of_torch_is_left_as_it_was():
    torch.manual_seed(11)
    before = torch.get_rng_state()
    finals(problem())
    assert torch.equal(torch.get_rng_state(), before)

    def broken():
        torch.rand(3)
        raise ZeroDivisionError

    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        finals(problem(make=broken))
    assert torch.equal(torch.get_rng_state(), before)


class ByName(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 2)

    def forward(self, left, right):
        return self.layer(torch.cat([left, right], dim=1))


class Whole(ByName):
    def forward(self, batch):
        left, right = batch.values() if isinstance(batch, dict) else batch
        return super().forward(left, right)


def test_batches_may_be_dicts_tuples_and_lists_of_tensors():
    def made(of):
        return [of(x, t) for x, t in BATCHES], [of(x, t) for x, t in HELD_OUT]

    def run(make, of, loss=torch.nn.functional.cross_entropy, metric="accuracy", **more):
        train, validation = made(of)
        return finals(problem(make, loss, train, validation, **more), metric=metric)

    plain = run(lambda: torch.nn.Linear(4, 2), lambda x, t: (x, t))
    assert run(lambda: torch.nn.Linear(4, 2), lambda x, t: [x, t]) == plain
    assert run(lambda: torch.nn.Linear(4, 2), lambda x, t: {"pixels": x, "labels": t}, targets="labels") == plain
    for make in (ByName, Whole):
        halves = [
            run(make, lambda x, t: {"left": x[:, :2], "right": x[:, 2:], "labels": t}, targets="labels"),
            run(make, lambda x, t: ({"left": x[:, :2], "right": x[:, 2:]}, t)),
            run(make, lambda x, t: ((x[:, :2], x[:, 2:]), t)),
            run(make, lambda x, t: [[x[:, :2], x[:, 2:]], t]),
        ]
        assert halves == [plain] * 4

    def of_the_whole(outputs, batch):
        return torch.nn.functional.cross_entropy(outputs, batch["labels"])

    class All(torch.nn.Linear):
        def forward(self, batch):
            return super().forward(batch["pixels"])

    losses = run(lambda: torch.nn.Linear(4, 2), lambda x, t: (x, t), metric="loss")
    assert run(lambda: All(4, 2), lambda x, t: {"pixels": x, "labels": t}, of_the_whole, metric="loss") == losses


def test_mistakes_in_batches_are_told_with_their_place():
    with pytest.raises(ValueError, match=r"train\[1\] has 3 parts; a batch is a pair"):
        problem(train=[(X, T), (X, T, T)])
    with pytest.raises(ValueError, match=r"validation\[0\] has the type Tensor"):
        problem(validation=[X])
    with pytest.raises(ValueError, match=r"train\[0\] has no `y`; it has x, t"):
        problem(train=[{"x": X, "t": T}], targets="y")
    with pytest.raises(ValueError, match="test needs at least one batch"):
        problem(test=[])
    with pytest.raises(TypeError, match="loss is a str"):
        problem(loss="cross-entropy")


def test_one_module_for_all_runs_is_refused():
    module = noisy()
    with pytest.raises(RuntimeError, match="make gives the same module each time"):
        finals(problem(make=lambda: module))


def test_parameters_that_are_frozen_stay_as_they_are():
    def make():
        module = noisy()
        module[0].weight.requires_grad_(False)
        return module

    run = problem(make).start(1)
    assert "0.weight" not in run.parameters() and "0.bias" in run.parameters()


def test_results_are_kept_by_module_loss_and_data(tmp_path):
    store = tmp_path / "results.sqlite"

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(4, 2)

        def forward(self, x):
            return self.layer(x)

    first = finals(problem(Net), store=store)
    assert finals(problem(Net), store=store) == first

    def doubled(self, x):
        return self.layer(x) + 2 * x[:, :2]

    Net.forward = doubled
    assert finals(problem(Net), store=store) == finals(problem(Net)) != first
    smoothed = problem(Net, torch.nn.CrossEntropyLoss(label_smoothing=0.1))
    assert finals(smoothed, store=store) == finals(smoothed)
    moved = problem(Net, train=[(x + 1, t) for x, t in BATCHES])
    assert finals(moved, store=store) == finals(moved)
    held = threading.Lock()
    fine, unreadable = problem(lambda: (held, Net())[1]), problem(lambda: (stream, Net())[1])
    stream = (number for number in [])
    assert finals(fine, store=store)
    with pytest.raises(ValueError, match='closure variable `stream` of `make` is a builtins.generator.*give identity="…"'):
        finals(unreadable, store=store)
    assert finals(unreadable, store=store, identity="mine")


IDENTITY = """
import torch
from thalweg import lab

class Net(torch.nn.Linear):
    def forward(self, x):
        return super().forward(x) if "a" in {"a", "b", "c"} else x

batch = (torch.ones(3, 4), torch.zeros(3, dtype=torch.long))
print(lab.TorchProblem(lambda: Net(4, 2), torch.nn.functional.cross_entropy, [batch], [batch]).identity())
"""


def test_the_identity_is_the_same_in_every_process(tmp_path):
    (tmp_path / "script.py").write_text(IDENTITY)
    found = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "script.py"], cwd=tmp_path, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        found.add(done.stdout)
    assert len(found) == 1 and " 0x" not in found.pop()
