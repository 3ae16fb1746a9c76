#!/usr/bin/env python3
"""Follows the advice of `thalweg compare` literally until nothing is open that seeds can decide.

    python3 bench/follow_advice.py [--thalweg target/release/thalweg] [EXPERIMENT.toml ...]

Without files it takes the comparison that the program makes by default and those of `experiments/` that need no downloaded data. For each it
prints the seeds at each look, what was advised there, and the words of the verdict at the end. It fails if three rounds are not enough, or
if a round is advised more than twice as many seeds as the first.
"""

import argparse
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROUNDS = 3


def shipped():
    """The experiments of the repository that compare rules on data that comes with the program."""
    files = []
    for path in sorted((ROOT / "experiments").glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
        problems = document.get("problems", [document.get("problem", {})])
        datasets = {problem.get("dataset", "digits") for problem in problems}
        if "figure" not in document and datasets <= {"digits", "iris", "spiral"} and not any("program" in p for p in problems):
            files.append(path)
    return files


def compare(thalweg, words, folder):
    """Runs a comparison and returns its result and the command that it advises."""
    command = [thalweg, *words, "--lang", "en", "-q"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)}\n{done.stderr}")
    advice = [line for line in done.stdout.splitlines() if " more seeds, about " in line]
    out = pathlib.Path(done.stdout.rstrip().splitlines()[-1].split(": ", 1)[1]).parent
    result = json.loads((folder / out / "result.json").read_text(encoding="utf-8"))
    return result, shlex.split(advice[0].split(": ", 1)[1])[1:] if advice else None


def follow(thalweg, name, words):
    """Follows the advice on one experiment; returns whether it came to an end as promised."""
    advised = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS + 1):
            result, command = compare(thalweg, words, pathlib.Path(folder))
            open_seeds = [problem["verdict"]["more_seeds"] or 0 for problem in result["problems"]]
            if command is None:
                break
            advised.append(max(open_seeds))
            # The command repeats the options that it was given; those of this script come again.
            words = [word for word in command if word not in ("-q", "--lang", "en")]
    decided = command is None
    modest = all(more <= 2 * advised[0] for more in advised)
    rounds = ", ".join(str(more) for more in advised) or "none"
    print(f"{name}: {'decided' if decided else 'OPEN'}; advised: {rounds}{'' if modest else ' (GROWS)'}")
    for problem in result["problems"]:
        words = [f"{pair['other']}: {pair['word']}" for pair in problem["verdict"]["judgements"]]
        if words:
            print(f"    {problem['name']}: {problem['verdict']['ranking'][0]} against {', '.join(words)}")
    return decided and modest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thalweg", default=str(ROOT / "target" / "release" / "thalweg"))
    parser.add_argument("experiments", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    thalweg = str(pathlib.Path(arguments.thalweg).resolve())
    files = [path.resolve() for path in arguments.experiments] or shipped()
    tasks = [] if arguments.experiments else [("the default comparison", ["compare"])]
    tasks += [(path.name, ["compare", str(path)]) for path in files]
    results = [follow(thalweg, name, words) for name, words in tasks]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
