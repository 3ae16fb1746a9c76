"""From runs to figures: best, median, and the ratio to the baseline within the same round."""

from statistics import median


def figure(run: dict) -> float:
    """Microseconds a step in W1 and W4, wall seconds of the whole program in W2."""
    return run["wall_seconds"] if run["workload"].startswith("w2") else run["microseconds_per_step"]


def summarise(runs: list[dict], baseline: str) -> list[dict]:
    """One row for each peer of one workload at one number of threads, fastest first.

    The ratio is the median over rounds of peer / baseline taken in the same round: on a shared machine two
    neighbouring runs have more in common than two that lie minutes apart.
    """
    rounds = {}
    for run in runs:
        rounds.setdefault(run["peer"], {})[run["round"]] = run
    rows = []
    for peer, by_round in rounds.items():
        figures = [figure(run) for run in by_round.values()]
        ratios = [figure(run) / figure(rounds[baseline][number]) for number, run in by_round.items()]
        rows.append({
            "peer": peer,
            "best": min(figures),
            "median": median(figures),
            "ratio": round(median(ratios), 3),
            "result": result(by_round[max(by_round)]),
        })
    return sorted(rows, key=lambda row: row["median"])


def result(run: dict) -> str:
    """What the peer computed, so that nobody wins by learning nothing."""
    if isinstance(run.get("final_loss"), dict):
        return "loss " + ", ".join(f"{name} {value:.3f}" for name, value in run["final_loss"].items())
    names = ["final_loss", "train_accuracy", "test_accuracy", "best_validation_accuracy"]
    return ", ".join(f"{name.replace('_', ' ')} {run[name]:.3f}" for name in names if name in run)


TITLES = {
    "w1": "W1, one training step of 784-100-100-100-100-10, batch 128, Adam (µs a step)",
    "w2a": "W2 (a), four rules x 2,000 steps on W1's network (wall seconds, start-up included)",
    "w2b": "W2 (b), two-layer network 784-50-10, 10,000 steps (wall seconds, start-up included)",
    "w4a": "W4 (a), one training step of the book's convolutional network, batch 100, Adam (µs a step)",
    "w4b": "W4 (b), one training step of 2c2d, batch 100, Adam (µs a step)",
    "w4c": "W4 (c), one training step of 4-64-64-2, batch 64, Adam (µs a step)",
    "w2c": "W2 (c), 100 trials of learning rate and weight decay (wall seconds, start-up included)",
}


def print_table(workload: str, threads: int, baseline: str, rows: list[dict]) -> None:
    digits = 2 if workload.startswith("w2") else 1 if workload == "w4c" else 0
    print(f"\n{TITLES[workload]}, {threads} thread{'s' if threads > 1 else ''}")
    print(f"{'peer':<15}{'best':>9}{'median':>9}{f'ratio to {baseline}':>24}   result")
    for row in rows:
        best, middle = f"{row['best']:,.{digits}f}", f"{row['median']:,.{digits}f}"
        print(f"{row['peer']:<15}{best:>9}{middle:>9}{row['ratio']:>24.2f}   {row['result']}")
