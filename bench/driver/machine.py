"""Which machine, and which versions: what a figure means nothing without."""

import os
import platform
import subprocess
from datetime import datetime, timezone
from pathlib import Path

from driver.environment import BENCH
from driver.process import available_cores


def describe(versions: dict[str, str]) -> dict:
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "processor": first_field("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": len(available_cores()),
        "avx512": "avx512f" in (first_field("/proc/cpuinfo", "flags") or "").split(),
        "memory": first_field("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "commit": output("git", "-C", str(BENCH), "describe", "--always", "--dirty"),
        "rustc": output("rustc", "--version"),
        "python": platform.python_version(),
        **versions,
    }


def load() -> float | None:
    """Processes that wanted to run in the last minute; above zero before we start, the machine is not ours alone."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def first_field(path: str, name: str) -> str | None:
    if not Path(path).exists():
        return None
    lines = Path(path).read_text().splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), None)


def output(*command: str) -> str | None:
    """What a program says, or None where it is missing or fails: metadata must not stop a measurement."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
