"""W3: which rules and sizes, and how every peer is asked for every row."""

import sys
from collections.abc import Iterator
from pathlib import Path

from driver.peers import PEERS, command
from driver.process import Conversation

SIZES = {
    "25m": "25 M parameters in one tensor",
    "110k": "110 k parameters in 10 tensors",
    "1m": "1 M parameters in 1,000 tensors",
}
RULES = [
    *["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw", "amsgrad", "adamax", "nadam"],
    *["radam", "rprop", "asgd", "lion", "adabelief", "yogi", "adan", "ademamix", "adopt", "madgrad", "signum"],
    *["clip-value-adam-decay", "clip-rmsprop-nesterov-decay-average", "clip-adamw-cautious", "lion-decay-lookahead"],
]


def measure(options, threads: int, programs: dict[str, Path], python: Path | None) -> Iterator[list[dict]]:
    """The runs of one size after the other."""
    taking_part = [name for name in options.peers if PEERS[name].program("w3")]
    peers = {name: Conversation(command(name, "w3", programs, python, threads), threads) for name in taking_part}
    for size in options.sizes:
        runs = []
        for rule in options.rules:
            print(f"  w3, {threads} thread(s), {size}: {rule}", file=sys.stderr)
            about = {"workload": "w3", "rule": rule, "size": size, "threads": threads}
            runs += [{**about, **run} for run in rounds(peers, f"{rule} {size}", options)]
        if runs:
            yield runs
    for peer in peers.values():
        peer.end()


def rounds(peers: dict[str, Conversation], row: str, options) -> Iterator[dict]:
    """Every peer that has the rule, once a round, each round beginning with the next one."""
    having = list(peers)
    for number in range(options.rounds):
        first = number % max(1, len(having))
        for name in having[first:] + having[:first]:
            answer = peers[name].ask(f"{row} {options.seconds / options.rounds}")
            if "missing" in answer:
                having.remove(name)
                continue
            yield {"peer": name, "round": number, **answer}
