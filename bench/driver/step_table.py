"""W3 from runs to figures: one line a rule, and for each peer best, median and ratio."""

from collections import Counter
from statistics import median

from driver.steps import SIZES

# A table holds so many peers; more go to another one below it, with the baseline repeated.
COLUMNS = 4


def summarise(runs: list[dict], baseline: str) -> list[dict]:
    """One row for each rule and peer, in microseconds. The ratio is the median over rounds of medians in one round."""
    found = {}
    for run in runs:
        found.setdefault((run["rule"], run["peer"]), {})[run["round"]] = run
    rows = []
    for (rule, peer), by_round in found.items():
        own = found.get((rule, baseline), {})
        ratios = [run["median"] / own[number]["median"] for number, run in by_round.items() if number in own]
        any_run = next(iter(by_round.values()))
        rows.append({
            "rule": rule,
            "size": any_run["size"],
            "threads": any_run["threads"],
            "peer": peer,
            "best": round(min(run["best"] for run in by_round.values()), 2),
            "median": round(median(run["median"] for run in by_round.values()), 2),
            "ratio": round(median(ratios), 3) if ratios else None,
            "steps": sum(run["steps"] for run in by_round.values()),
        })
    return rows


def print_table(baseline: str, rows: list[dict]) -> None:
    size, threads = rows[0]["size"], rows[0]["threads"]
    unit, scale = ("ms", 1e-3) if size == "25m" else ("µs", 1.0)
    plural = "s" if threads > 1 else ""
    print(f"\nW3, {SIZES[size]}, {threads} thread{plural} ({unit} a step: best, median, ratio to {baseline})")
    # The baseline first, then whoever has most rules.
    has = Counter(row["peer"] for row in rows)
    peers = sorted(has, key=lambda peer: (peer != baseline, -has[peer]))
    first, others = peers[0], peers[1:]
    for start in range(0, max(1, len(others)), COLUMNS - 1):
        shown = [first, *others[start : start + COLUMNS - 1]]
        lines = {row["rule"] for row in rows if row["peer"] in (shown[1:] if start else shown)}
        print(f"{'rule':<38}" + "".join(f"{peer:>27}" for peer in shown))
        for rule in dict.fromkeys(row["rule"] for row in rows if row["rule"] in lines):
            cells = {row["peer"]: cell(row, scale) for row in rows if row["rule"] == rule}
            print(f"{rule:<38}" + "".join(f"{cells.get(peer, '–'):>27}" for peer in shown))


def cell(row: dict, scale: float) -> str:
    ratio = f"{row['ratio']:7.2f}" if row["ratio"] else " " * 7
    return f"{row['best'] * scale:9,.2f} {row['median'] * scale:9,.2f} {ratio}"
