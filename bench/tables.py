"""Reading a table: `thalweg data describe` beside pandas' `read_csv`, in one run.

    python3 bench/tables.py --thalweg target/release/thalweg

Writes a table of a million lines (numbers, fractions, texts, a price) to a temporary folder and reads it in turns, so that what else the
machine does meets both. Prints the best time of each, and how fast Thalweg is as a share of pandas: 1.00 is as fast, 0.50 half as fast.
Describing does more than reading: types, ranges, missing cells, texts, and whether the table can be learnt from. Ends with 1 where
describing takes three seconds or more, or less than half of pandas' speed.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SLOWEST_SECONDS = 3.0
SMALLEST_SHARE = 0.5


def write_table(path: Path, lines: int) -> None:
    """Writes a table with columns of every kind that a network can learn from."""
    draw = random.Random(1)
    cities = ["seoul", "busan", "daegu", "incheon"]
    with path.open("w", encoding="utf-8") as file:
        file.write("age,income,score,city,flag,price\n")
        for line in range(lines):
            file.write(
                f"{draw.randint(18, 90)},{draw.random() * 1e5:.2f},{draw.gauss(0, 1):.6f},{cities[line % 4]},{line % 2},"
                f"{draw.gauss(2e5, 5e4):.1f}\n"
            )


def seconds(work) -> float:
    """Returns how long a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--thalweg", default="target/release/thalweg", help="the program to measure")
    parser.add_argument("--lines", type=int, default=1_000_000, help="lines of the table")
    parser.add_argument("--rounds", type=int, default=5, help="how often each reads it")
    arguments = parser.parse_args()
    import pandas

    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.csv"
        write_table(table, arguments.lines)
        command = [arguments.thalweg, "data", "describe", str(table)]
        readers = {
            "thalweg": lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL),
            "pandas": lambda: pandas.read_csv(table),
        }
        best = {name: float("inf") for name in readers}
        for _ in range(arguments.rounds):
            for name, read in readers.items():
                best[name] = min(best[name], seconds(read))
        megabytes = table.stat().st_size / 1e6
    share = best["pandas"] / best["thalweg"]
    print(f"{arguments.lines:,} lines, {megabytes:.0f} MB, best of {arguments.rounds}, pandas {pandas.__version__}")
    for name, took in best.items():
        print(f"{name:8} {took:6.2f} s  {megabytes / took:5.0f} MB/s")
    print(f"thalweg is {share:.2f} times as fast as pandas")
    return int(best["thalweg"] >= SLOWEST_SECONDS or share < SMALLEST_SHARE)


if __name__ == "__main__":
    sys.exit(main())
