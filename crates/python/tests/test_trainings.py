"""`thalweg.compare` on trainings of one's own: functions that run in processes of their own."""

import os
import subprocess
import sys

import pytest

import thalweg
from thalweg import _trainings

SMALL = {"tuning_trials": 5, "search": "sobol", "confirmation_seeds": 0, "final_seeds": 2, "boundary_extensions": 0}


def train(config, seed, report):
    """x² from 1; a rate of 0.5 lands on the minimum. With weight decay it ends elsewhere."""
    print("this is no report", end="")
    with open(os.path.join(config["log_to"], "starts"), "a") as starts:
        starts.write(f"{config['arm']} {config['test']} {seed} {os.getpid()}\n")
    x = 1.0
    for step in range(1, config["steps"] + 1):
        x -= config["lr"] * (2 * x + config.get("decay", 0.0))
        loss = x * x if abs(x) < 1e100 else float("nan")
        report(step, loss, {"loss": loss}, test=lambda: loss)


def crashes(config, seed, report):
    raise ValueError("the well is dry")


def compare(folder, **more):
    arms = {"plain": {}, "decayed": {"lr": 0.5, "decay": 1.0, "flag": True}}
    search = {"lr": (0.05, 5.0), "log_to": str(folder)}
    return thalweg.compare(train, arms=arms, search=search, steps=3, protocol=SMALL, slots=2, **more)


def test_a_function_is_trained_in_processes_of_its_own(tmp_path):
    result = compare(tmp_path, store=tmp_path / "results.sqlite")
    assert result.problems == ["train"] and result.best == "plain"
    assert 0.2 < [row for row in result.rows() if row["rule"] == "plain"][0]["learning_rate"] < 0.9
    # (0 - 0.5 · 1)², judged on the test split.
    decayed = [row["test"] for row in result.rows() if row["rule"] == "decayed"]
    assert decayed == [0.25, 0.25]
    starts = [line.split() for line in (tmp_path / "starts").read_text().splitlines()]
    assert len(starts) == 5 + 2 + 2 and str(os.getpid()) not in [start[-1] for start in starts]
    assert len({start[-1] for start in starts}) == len(starts)
    finals = {arm: {seed for name, test, seed, _ in starts if (name, test) == (arm, "True")} for arm in ("plain", "decayed")}
    assert len(finals["plain"]) == 2 and finals["plain"] == finals["decayed"]
    again = compare(tmp_path, store=tmp_path / "results.sqlite")
    assert again.rows() == result.rows() and len((tmp_path / "starts").read_text().splitlines()) == len(starts)


def test_a_training_that_crashes_takes_nothing_with_it():
    with pytest.raises(Exception, match="the training crashed: exit code 1, each of 2 times it was started(.|\n)*ValueError: the well is dry"):
        thalweg.compare(crashes, arms={"only": {"lr": 0.1}}, steps=1, protocol=SMALL)


def test_what_is_searched_and_what_is_set():
    arms = _trainings.arms({"a": {"lr": 0.1, "fused": True}, "b": {}}, {"lr": (1e-5, 0.1), "batch": [32, 64], "decay": (0.1, 1, "log")})
    both = {"batch": {"values": [32, 64]}, "decay": {"from": 0.1, "to": 1, "scale": "log"}}
    assert arms == [
        {"name": "a", "set": {"lr": 0.1, "fused": True}, "search": both},
        {"name": "b", "set": {}, "search": {"lr": {"from": 1e-5, "to": 0.1}, **both}},
    ]


def test_mistakes_are_explained():
    with pytest.raises(TypeError, match="cannot be read there; define it with `def` at the top of a .py file"):
        thalweg.compare(lambda config, seed, report: None, arms={"a": {"lr": 1.0}})
    with pytest.raises(TypeError, match="both rules and arms"):
        thalweg.compare(train, rules=["sgd"], arms={"a": {"lr": 1.0}})
    with pytest.raises(TypeError, match="search belongs to arms"):
        thalweg.compare("bowl", search={"lr": (0.1, 1.0)})
    with pytest.raises(TypeError, match="a range is"):
        thalweg.compare(train, arms={"a": {"lr": (1.0,)}})
    with pytest.raises(Exception, match="the arm `a` has no learning rate"):
        thalweg.compare(train, arms={"a": {}})


def test_a_comparison_without_a_guard_starts_no_others(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import thalweg\n"
        "def train(config, seed, report):\n    report(1, 1.0, 1.0)\n"
        "thalweg.compare(train, arms={'a': {'lr': 0.1}}, steps=1, protocol={'final_seeds': 1}, retries=0)\n"
    )
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert ended.returncode != 0 and "put the call of compare below" in ended.stderr
    guarded = script.read_text().replace("thalweg.compare", "if __name__ == '__main__': thalweg.compare")
    script.write_text(guarded)
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert ended.returncode == 0, ended.stderr
