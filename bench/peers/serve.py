"""What every Python peer of W3 does: it reads rows from standard input, and answers each with a line of JSON.

The twin of `src/w3/serve.rs`, which says why things are as they are.
"""

import json
import sys
import time

import numpy as np

START = 0.1
WARMUP, TIMED = 3, 5
LENGTHS = {
    "25m": [25_000_000],
    "110k": [78_400, 100, 10_000, 100, 10_000, 100, 10_000, 100, 1_000, 10],
    "1m": [1_000] * 1_000,
}


def gradient(number: int, length: int) -> np.ndarray:
    period, middle = [(97, 0.0485), (89, 0.0443)][number]
    return (np.arange(length) % period).astype(np.float32) * np.float32(1e-3) - np.float32(middle)


def serve(build) -> None:
    """`build(rule, lengths)` makes a pair of functions of 0 or 1, which gradient: what may happen before the clock
    starts, and what is timed. None where the peer has no such rule. A row that is asked for again goes on."""
    asked, pair = None, None
    for line in sys.stdin:
        rule, size, seconds = line.split()
        if asked != (rule, size):
            # The old state goes before the new one comes.
            pair = None
            asked, pair = (rule, size), build(rule, LENGTHS[size])
        if pair is None:
            answer = {"missing": True}
        else:
            times = sorted(measure(*pair, float(seconds)))
            answer = {"best": 1e6 * times[0], "median": 1e6 * times[len(times) // 2], "steps": len(times)}
        print(json.dumps(answer), flush=True)


def measure(prepare, step, seconds: float) -> list[float]:
    """Seconds of each update, after some that do not count."""
    number = 0
    for least, share in [(WARMUP, 0.2), (TIMED, 1.0)]:
        times, spent = [], 0.0
        while len(times) < least or spent < share * seconds:
            prepare(number)
            started = time.perf_counter()
            step(number)
            took = time.perf_counter() - started
            number = 1 - number
            spent += took
            times.append(took)
    return times
