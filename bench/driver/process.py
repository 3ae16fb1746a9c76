"""One peer in a process of its own, held to N cores and N threads: for one measurement, or for many."""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

# Every name under which a library of the peers looks for its number of threads.
THREAD_VARIABLES = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"]


def available_cores() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def environment(threads: int, data: Path | None) -> dict[str, str]:
    variables = {**os.environ, **{name: str(threads) for name in THREAD_VARIABLES}}
    if threads == 1:
        # XLA sizes its pool by the cores it may use; with one core it need not hand work to a pool at all.
        variables["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    # A GPU that happens to be there must not decide a comparison of processors.
    variables["JAX_PLATFORMS"] = "cpu"
    variables["CUDA_VISIBLE_DEVICES"] = ""
    if data is not None:
        variables["THALWEG_DATA"] = str(data)
    return variables


def pin(threads: int):
    """What a new process does to hold itself to so many cores."""
    # The last cores: the first one usually serves the machine's interrupts.
    cores = available_cores()[-threads:]
    return (lambda: os.sched_setaffinity(0, cores)) if hasattr(os, "sched_setaffinity") else None


def measure(command: list[str], threads: int, data: Path | None) -> dict:
    """The peer's JSON line, with the wall seconds of the whole process, start-up included, added to it."""
    started = time.perf_counter()
    done = subprocess.run(
        command, env=environment(threads, data), preexec_fn=pin(threads), capture_output=True, text=True
    )
    wall_seconds = time.perf_counter() - started
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise SystemExit(
            f"{' '.join(command)} printed no result (exit status {done.returncode}); "
            f"its last words were:\n{done.stderr[-2000:] or done.stdout[-2000:]}"
        )
    return {**json.loads(lines[-1]), "wall_seconds": round(wall_seconds, 3), "threads": threads}


class Conversation:
    """A peer that stays, and answers each line of standard input with a line of JSON. It sleeps while others answer."""

    def __init__(self, command: list[str], threads: int):
        self.command = command
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command,
            env=environment(threads, None),
            preexec_fn=pin(threads),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )

    def ask(self, line: str) -> dict:
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer.startswith("{"):
            self.errors.seek(0)
            words = answer + self.errors.read()[-2000:]
            raise SystemExit(f"{' '.join(self.command)} did not answer to {line}; its last words were:\n{words}")
        return json.loads(answer)

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()
