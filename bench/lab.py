"""What the lab costs beside the runs themselves, and whether it survives being killed.

python3 bench/lab.py [--thalweg PATH] [--kills 100] [--mnist] [--python PYTHON]

Prints the time of `standard` on the digits with seven rules, what the lab adds to thousands of cells of a millisecond, and runs
comparisons whose processes are killed at random times, two of them at work, which must end with the same result, bit by bit,
as one left alone. With `--mnist` it says where the time of a `standard` comparison on MNIST goes. With `--python`, a Python that
has numpy, torch and optuna, the book's random search of 100 trials is done three ways: by `thalweg run`, by the book's NumPy
code, and by Optuna with the network in PyTorch. MNIST is taken from THALWEG_DATA.
"""

import argparse
import json
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
SEVEN = 'preset = "standard"\nrules = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]\n'
DIGITS = '[problem]\ndataset = "digits"\nhidden = [50]\nbatch = 50\nsteps = 600\n'


def forget_times(value):
    if isinstance(value, dict):
        return {k: forget_times(v) for k, v in value.items() if k not in ("seconds_per_step", "microseconds_per_step")}
    return [forget_times(v) for v in value] if isinstance(value, list) else value


def result(folder):
    return forget_times(json.loads((folder / "result.json").read_text()))


def timed(program, place, name, experiment, threads):
    file = place / f"{name}.toml"
    file.write_text(experiment)
    out = place / f"{name}-{threads}"
    started = time.perf_counter()
    subprocess.run(
        [program, "compare", file, "--out", out, "--threads", str(threads)], check=True, capture_output=True
    )
    return time.perf_counter() - started, result(out)


def killed(program, place, kills):
    """Kills processes at work at random times, two of them on one results file, until `kills` have died. A comparison that
    gets finished all the same must have the result of one left alone, and no cell twice; then another one takes its place.
    Says how many there were."""
    file = place / "kills.toml"
    file.write_text(SEVEN + DIGITS.replace("600", "3000"))
    undisturbed = place / "undisturbed"
    subprocess.run([program, "compare", file, "--out", undisturbed], check=True, capture_output=True)
    chance = random.Random(1)
    done = comparisons = 0
    while done < kills:
        out = place / f"disturbed-{comparisons}"
        comparisons += 1
        done += disturbed(program, file, out, kills - done, chance)
        subprocess.run([program, "compare", file, "--out", out, "--threads", "1"], check=True, capture_output=True)
        if result(out) != result(undisturbed) or cells(out) != cells(undisturbed):
            sys.exit(f"after {done} kills a comparison has ANOTHER result than one left alone")
    return comparisons


def disturbed(program, file, out, kills, chance):
    """Two processes on the comparison, one of which is killed now and then and another begun: until it is finished, or `kills`
    have been killed; how many were."""
    compare = [program, "compare", file, "--out", out, "--threads", "1"]
    work = [program, "work", out, "--threads", "1"]

    def start():
        exists = (out / "results.sqlite").exists()
        command = work if exists and chance.random() < 0.5 else compare
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    running, done = [start()], 0
    while done < kills and not (out / "result.json").exists():
        time.sleep(chance.uniform(0.02, 0.25))
        if len(running) == 2:
            victim = running.pop(chance.randrange(2))
            if victim.poll() is None:
                victim.send_signal(signal.SIGKILL)
                done += 1
            victim.wait()
        running.append(start())
    for process in running:
        process.wait()
    return done


def cells(folder):
    """The names of the cells that have a result, each as often as it is there."""
    return sorted(sqlite3.connect(folder / "results.sqlite").execute("SELECT id FROM cells"))


MNIST = """preset = "standard"
rules = ["sgd", "adam"]
[protocol]
boundary_extensions = 0
[problem]
dataset = "mnist"
hidden = [100, 100, 100, 100]
batch = 128
sampling = "replacement"
steps = 2000
evaluate_every = 500
"""


def share(program, place):
    """Where the time goes: the steps of training, whatever else the processors do, and waiting."""
    file = place / "mnist.toml"
    file.write_text(MNIST)
    spent = lambda: resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime  # noqa: E731
    before, started = spent(), time.perf_counter()
    subprocess.run([program, "compare", file, "--out", place / "mnist", "--threads", "2"], check=True, capture_output=True)
    wall, busy = time.perf_counter() - started, spent() - before
    cells = sqlite3.connect(place / "mnist" / "results.sqlite").execute("SELECT seconds_per_step, diverged_at FROM cells")
    runs = [seconds * (diverged or 2000) for seconds, diverged in cells]
    steps, whole = sum(runs), 2 * wall
    print(
        f"standard, MNIST, {len(runs)} runs of 2,000 steps on two threads: {wall:.0f} s; steps {steps / whole:.1%}, evaluation and "
        f"all else that is computed {(busy - steps) / whole:.1%}, waiting {1 - busy / whole:.1%}",
        flush=True,
    )


def search(program, place, python):
    """Seconds of the book's random search from start to end, by whom, taking turns; the best of two."""
    thalweg = [program, "run", ROOT / "experiments/book/random-search.toml", "--out", place / "search", "--lang", "en"]
    peers = ROOT / "bench/peers"
    ways = {
        "thalweg": thalweg,
        "optuna and torch": [python, peers / "optuna_search.py"],
        "numpy": [python, peers / "numpy_w2.py", "--program", "c"],
    }
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(2):
        for name, command in ways.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            best[name] = min(best[name], time.perf_counter() - started)
    for name, seconds in best.items():
        print(f"random search, 100 trials: {name} {seconds:.1f} s, {seconds / best['thalweg']:.2f} times ours", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--thalweg", default=ROOT / "target/release/thalweg")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--mnist", action="store_true", help="also say where the time goes on MNIST (two minutes)")
    parser.add_argument("--python", help="also compare the random search with peers that this Python runs")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        one, first = timed(arguments.thalweg, place, "digits", SEVEN + DIGITS, 1)
        two, second = timed(arguments.thalweg, place, "digits", SEVEN + DIGITS, 2)
        print(f"standard, digits, seven rules: {one:.1f} s on one thread, {two:.1f} s on two", flush=True)
        if first != second:
            sys.exit("one thread and two gave different results")
        overhead = ["cargo", "run", "--release", "--quiet", "-p", "thalweg-lab", "--example", "overhead"]
        subprocess.run(overhead, check=True, cwd=ROOT)
        if arguments.mnist:
            share(arguments.thalweg, place)
        if arguments.python:
            search(arguments.thalweg, place, arguments.python)
        comparisons = killed(arguments.thalweg, place, arguments.kills)
        print(f"{arguments.kills} processes killed at work on {comparisons} comparisons: the results are those of one left alone")


if __name__ == "__main__":
    main()
