"""What W1 and W2 are, the same for every peer: sizes, command line, and the one JSON line that a peer prints."""

import argparse
import json
import os
import time

import mnist
import numpy as np

STARTED = time.perf_counter()

# W1 and W2 (a): the network of the book's comparison of update rules.
SIZES = [784, 100, 100, 100, 100, 10]
BATCH = 128
# Steps before the clock starts: compilation, memory pools, caches.
WARMUP = 200
# The loss that a W1 peer reports is taken over the first so many training images, outside the timed part.
EVALUATED = 10_000

# W2 (a): name -> learning rate, in the book's order.
RULES = {"sgd": 0.01, "momentum": 0.01, "adagrad": 0.01, "adam": 0.001}


def threads() -> int:
    """How many threads this process may use; the driver pins it to as many cores."""
    return int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)


def w1_arguments(*flags: str) -> argparse.Namespace:
    """`--steps N`, and the switches that one peer has beyond the others."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=positive, default=2_000, help="timed steps (default 2000)")
    for flag in flags:
        parser.add_argument(flag, action="store_true")
    return parser.parse_args()


def w4_arguments(*flags: str) -> argparse.Namespace:
    """`--program a|b|c`, `--steps N`, and a peer's own switches."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", choices="abc", required=True)
    parser.add_argument("--steps", type=positive, default=100, help="timed steps (default 100)")
    for flag in flags:
        parser.add_argument(flag, action="store_true")
    return parser.parse_args()


def w4_batch(program: str) -> int:
    return 64 if program == "c" else 100


def w4_data(program: str):
    """MNIST, or rows of four numbers whose class is whether the first two multiply to more than the others."""
    if program != "c":
        return mnist.load("train")
    rows = np.random.default_rng(1).uniform(-1, 1, (10_000, 4)).astype(np.float32)
    return rows, (rows[:, 0] * rows[:, 1] > rows[:, 2] * rows[:, 3]).astype(np.uint8)


def w2_arguments() -> argparse.Namespace:
    """`--program a|b|c`, and `--fraction F` for a short run that only shows that the program works."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", choices="abc", required=True)
    parser.add_argument("--fraction", type=float, default=1.0, help="share of the steps or trials to run (default 1)")
    return parser.parse_args()


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def share(count: int, fraction: float) -> int:
    """`count` steps or trials, or the given share of them, at least one."""
    return max(1, round(count * fraction))


def print_w1(peer: str, seconds: float, steps: int, final_loss: float, workload: str = "w1") -> None:
    print_line(
        peer=peer,
        workload=workload,
        microseconds_per_step=round(1e6 * seconds / steps, 1),
        steps=steps,
        final_loss=round(float(final_loss), 5),
    )


def print_w2(peer: str, program: str, **result) -> None:
    """The seconds are those since this file was imported; the driver measures the whole process from outside."""
    print_line(peer=peer, workload=f"w2{program}", seconds=round(time.perf_counter() - STARTED, 3), **result)


def print_line(**line) -> None:
    print(json.dumps({**line, "threads": threads(), "data": mnist.folder()[1]}), flush=True)
