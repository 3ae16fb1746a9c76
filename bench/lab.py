"""What the lab costs beside the runs themselves, and whether it survives being killed.

python3 bench/lab.py [--thalweg PATH] [--kills 100]

Prints the time of `standard` on the digits with seven rules, what the lab adds to thousands of cells of a millisecond, and runs a comparison whose processes are killed at random times, two of them at work, which must end with the same
result, bit by bit, as one left alone.
"""

import argparse
import json
import random
import shutil
import signal
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
    file = place / "kills.toml"
    file.write_text(SEVEN + DIGITS.replace("600", "3000"))
    whole = place / "undisturbed"
    subprocess.run([program, "compare", file, "--out", whole], check=True, capture_output=True)
    out = place / "disturbed"
    out.mkdir()
    shutil.copy(file, out)
    chance = random.Random(1)
    compare = [program, "compare", file, "--out", out, "--threads", "1"]
    work = [program, "work", out / "results.sqlite", "--threads", "1"]
    start = lambda command: subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: E731
    running = [start(compare)]
    done = 0
    while done < kills:
        time.sleep(chance.uniform(0.02, 0.25))
        if len(running) < 2:
            running.append(start(work if (out / "results.sqlite").exists() else compare))
            continue
        victim = chance.choice(running)
        if victim.poll() is None:
            victim.send_signal(signal.SIGKILL)
            done += 1
        victim.wait()
        running.remove(victim)
        running.append(start(compare if chance.random() < 0.5 else work))
    for process in running:
        process.wait()
    subprocess.run(compare, check=True, capture_output=True)
    return result(whole) == result(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--thalweg", default=ROOT / "target/release/thalweg")
    parser.add_argument("--kills", type=int, default=100)
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
        same = killed(arguments.thalweg, place, arguments.kills)
        print(f"{arguments.kills} processes killed at work: the result is {'the same' if same else 'ANOTHER'}")
        if not same:
            sys.exit(1)


if __name__ == "__main__":
    main()
