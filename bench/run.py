#!/usr/bin/env python3
"""Workloads W1 to W4 on Thalweg and its peers: one run, one table of ratios a workload."""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path

from driver import environment, machine, process, step_table, steps, table
from driver.peers import BASELINE, DEFAULT, PEERS, RUST_PEERS, command, is_python

WORKLOADS = ["w1", "w2a", "w2b", "w2c", "w4a", "w4b", "w4c", "w3"]
# Timed steps for each of W1's: those of larger networks take longer.
SHARE = {"w1": 1, "w4a": 0.1, "w4b": 0.02, "w4c": 5}


def main() -> None:
    options = parse_arguments()
    # Asked before the build, which is a load of our own.
    load = machine.load()
    asked = {(name, workload) for name in options.peers for workload in options.workloads}
    asked = {(name, workload) for name, workload in asked if PEERS[name].program(workload)}
    needs_python = any(is_python(name, workload) for name, workload in asked)
    python, versions = environment.interpreter(options.python, options.venv) if needs_python else (None, {})
    programs = build({PEERS[name].program(workload)[0] for name, workload in asked})
    trains = any(workload != "w3" for _, workload in asked)
    data = environment.data_folder(python) if trains else None
    about = {**machine.describe(versions), "load_before": load}

    print(f"{about['processor']}, {about['cores']} cores, load {load} before the start")
    print(", ".join(f"{name} {version}" for name, version in versions.items() if version))
    if (load or 0) > 0.5:
        print("The machine is not idle. Peers that use several threads suffer most from that, by factors.")
    if options.smoke:
        print("A smoke run: it shows that every program works, and its times mean nothing.")
    runs, summaries = [], []
    for workload in [workload for workload in options.workloads if workload != "w3"]:
        # W1 and W4 ask for the price of a step at each number of threads, W2 for the wait at the machine's best.
        for threads in [max(options.threads)] if workload.startswith("w2") else options.threads:
            measured = measure_rounds(options, workload, threads, programs, python, data)
            if not measured:
                continue
            baseline = BASELINE if BASELINE in options.peers else measured[0]["peer"]
            rows = table.summarise(measured, baseline)
            table.print_table(workload, threads, baseline, rows)
            runs += measured
            summaries.append({"workload": workload, "threads": threads, "baseline": baseline, "rows": rows})
            # Written after every workload, so that an interrupted run keeps what it has.
            write(options.output, {"machine": about, "smoke": options.smoke, "summary": summaries, "runs": runs})
    for threads in options.threads if "w3" in options.workloads else []:
        for measured in steps.measure(options, threads, programs, python):
            baseline = BASELINE if BASELINE in options.peers else measured[0]["peer"]
            rows = step_table.summarise(measured, baseline)
            step_table.print_table(baseline, rows)
            runs += measured
            summaries.append({"workload": "w3", "threads": threads, "baseline": baseline, "rows": rows})
            write(options.output, {"machine": about, "smoke": options.smoke, "summary": summaries, "runs": runs})
    if any(run.get("data") == "synthetic" for run in runs):
        print("\nThe data were synthetic, in MNIST's shapes; THALWEG_DATA=<folder with mnist/*.gz> uses MNIST itself.")
    if not runs:
        raise SystemExit("none of these peers runs any of these workloads; `run.py --help` lists them")
    print(f"\nAll runs and the machine: {options.output}")


def parse_arguments() -> argparse.Namespace:
    peers = "\n".join(f"  {name:<20} {peer.meaning}" for name, peer in PEERS.items())
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=f"peers:\n{peers}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    cores = len(process.available_cores())
    here = environment.BENCH
    results = here / "results" / f"{datetime.now():%Y-%m-%d-%H%M%S}.json"
    add = parser.add_argument
    add("--peers", nargs="+", choices=PEERS, default=DEFAULT, metavar="PEER", help=f"default: {' '.join(DEFAULT)}")
    add("--workloads", nargs="+", choices=WORKLOADS, default=WORKLOADS[:-1], metavar="WORKLOAD",
        help=f"of {' '.join(WORKLOADS)} (default: all but w3)")
    add("--threads", nargs="+", type=int, default=sorted({1, cores}), metavar="N", help="default: 1 and all cores")
    add("--rounds", type=int, default=3, help="how often each peer runs, taking turns (default 3)")
    add("--steps", type=int, default=2_000, help="timed steps of W1 (default 2000); W4 takes a share")
    add("--rules", nargs="+", choices=steps.RULES, default=steps.RULES, metavar="RULE",
        help=f"of W3: {' '.join(steps.RULES)} (default: all)")
    add("--sizes", nargs="+", choices=steps.SIZES, metavar="SIZE",
        help=f"of W3: {' '.join(steps.SIZES)} (default: all)")
    add("--seconds", type=float, default=1.0, help="timed seconds of a row of W3, all rounds together (default 1)")
    add("--smoke", action="store_true", help="one short round that only shows that everything works")
    add("--venv", type=Path, default=here / ".venv", help="virtual environment (default bench/.venv)")
    add("--python", type=Path, metavar="PATH", help="interpreter that has the peers' packages, instead of --venv")
    add("--output", type=Path, default=results, metavar="FILE", help="JSON file (default bench/results/<time>.json)")
    options = parser.parse_args()
    if min(options.rounds, options.steps, *options.threads) < 1:
        parser.error("--rounds, --steps and --threads must be at least 1")
    if max(options.threads) > cores:
        parser.error(f"--threads {max(options.threads)} is more than the {cores} cores this process may use")
    if options.seconds <= 0:
        parser.error("--seconds must be above 0")
    if options.smoke:
        options.rounds, options.steps, options.seconds = 1, 100, 0.01
    options.sizes = options.sizes or (["110k"] if options.smoke else list(steps.SIZES))
    return options


def build(needed: set[str]) -> dict[str, Path]:
    """Compiles what is needed of Thalweg's programs and of the Rust peers'."""
    own, peers = needed & {"w1", "w2", "w3", "w4"}, needed & set(RUST_PEERS)
    programs = environment.cargo_programs(environment.BENCH, sorted(own)) if own else {}
    return programs | (environment.cargo_programs(environment.BENCH / "rust-peers", sorted(peers)) if peers else {})


def measure_rounds(options, workload: str, threads: int, programs, python, data) -> list[dict]:
    """Every peer once a round, each round beginning with the next peer, so that slow minutes fall on all of them."""
    taking_part = [name for name in options.peers if PEERS[name].program(workload)]
    length = ["--fraction", "0.02"] if options.smoke else []
    if workload in SHARE:
        length = ["--steps", str(max(1, round(SHARE[workload] * options.steps)))]
    runs = []
    for number in range(options.rounds):
        first = number % max(1, len(taking_part))
        for name in taking_part[first:] + taking_part[:first]:
            print(f"  {workload}, {threads} thread(s), round {number + 1} of {options.rounds}: {name}", file=sys.stderr)
            line = command(name, workload, programs, python, threads) + length
            runs.append({**process.measure(line, threads, data), "peer": name, "round": number})
    return runs


def write(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n")


main()
