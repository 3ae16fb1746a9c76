"""Who takes part, and with which command: the one table that everything else reads."""

from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent / "peers"
BASELINE = "thalweg"


@dataclass(frozen=True)
class Peer:
    """`w1` and `w2` are the program and its fixed arguments; an empty `w2` means that the peer does not run W2."""

    meaning: str
    w1: tuple[str, ...]
    w2: tuple[str, ...] = ()


PEERS = {
    BASELINE: Peer("this repository's engine", ("w1",), ("w2",)),
    "numpy": Peer("NumPy in the book's style, f64 weights", ("numpy_w1.py",), ("numpy_w2.py",)),
    "torch": Peer("PyTorch eager, fused update rules", ("torch_w1.py",), ("torch_w2.py",)),
    "torch-compile": Peer("PyTorch through torch.compile", ("torch_w1.py", "--compile")),
    "jax": Peer("JAX: W1 one jitted call a step, W2 one scan a training run", ("jax_w1.py",), ("jax_w2.py",)),
    "jax-scan": Peer("JAX: W1 as a scan over 100 steps at a time", ("jax_w1.py", "--scan")),
}
# torch.compile needs a C++ compiler and half a minute for its first start.
DEFAULT = [name for name in PEERS if name != "torch-compile"]


def command(name: str, workload: str, programs: dict[str, Path], python: Path | None, threads: int) -> list[str]:
    """The command line of one peer, short of the steps; `workload` is "w1", "w2a", "w2b" or "w2c"."""
    first, *fixed = PEERS[name].w1 if workload == "w1" else PEERS[name].w2
    start = [programs[first], "--threads", threads] if name == BASELINE else [python, SCRIPTS / first]
    program = [] if workload == "w1" else ["--program", workload[-1]]
    return [str(part) for part in [*start, *fixed, *program]]
