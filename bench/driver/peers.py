"""Who takes part, and with which command: the one table that everything else reads."""

from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent / "peers"
BASELINE = "thalweg"


@dataclass(frozen=True)
class Peer:
    """`w1` to `w4` are the program and its fixed arguments; empty where the peer does not run the workload."""

    meaning: str
    w1: tuple[str, ...] = ()
    w2: tuple[str, ...] = ()
    w3: tuple[str, ...] = ()
    w4: tuple[str, ...] = ()

    def program(self, workload: str) -> tuple[str, ...]:
        return getattr(self, workload[:2])


def variant(meaning: str, name: str) -> Peer:
    return Peer(f"W3: Thalweg, {meaning}", w3=("w3", "--variant", name))


PEERS = {
    BASELINE: Peer("this repository's engine", ("w1",), ("w2",), ("w3",), ("w4",)),
    "thalweg-dense": Peer("W1: Thalweg, pixels less their mean: no zeros to skip", ("w1", "--dense")),
    "thalweg-screened": variant("gradients screened for NaN before anything changes (the default)", "screened"),
    "thalweg-bf16": variant("state in 16 bits", "bf16"),
    "thalweg-8-bit": variant("state in 8 bits", "8-bit"),
    "thalweg-interpreted": variant("stages interpreted instead of compiled into one loop", "interpreted"),
    "matrix-floor": Peer("W1: its matrix products alone, through the library that Thalweg uses", ("w1", "--floor")),
    "divider-floor": Peer("W3: no rule, a root and a division for each element, in the first-level cache", w3=("w3", "--variant", "divider")),
    "memory-floor": Peer("W3: no rule, a plain sweep over the bytes that the rule reads and writes", w3=("w3", "--variant", "floor")),
    "numpy": Peer("NumPy in the book's style, f64 weights", ("numpy_w1.py",), ("numpy_w2.py",)),
    "torch": Peer(
        "PyTorch eager; W1 and W2 with fused update rules, W3 with the default ones",
        ("torch_w1.py",),
        ("torch_w2.py",),
        ("torch_w3.py",),
        ("torch_w4.py",),
    ),
    "torch-fused": Peer("PyTorch eager, W3 with fused=True", w3=("torch_w3.py", "--fused")),
    "torch-compile": Peer(
        "PyTorch through torch.compile", ("torch_w1.py", "--compile"), w4=("torch_w4.py", "--compile")
    ),
    "jax": Peer(
        "JAX: W1 and W4 one jitted call a step, W2 one scan a training run",
        ("jax_w1.py",),
        ("jax_w2.py",),
        w4=("jax_w4.py",),
    ),
    "jax-scan": Peer("JAX: W1 as a scan over 100 steps at a time", ("jax_w1.py", "--scan")),
    "optax": Peer("Optax: W3 one jitted call a step, buffers donated", w3=("optax_w3.py",)),
    "burn": Peer("burn, ndarray backend: W3", w3=("w3_burn",)),
    "candle": Peer("candle: W3", w3=("w3_candle",)),
}
# torch.compile needs a C++ compiler and half a minute for its first start.
DEFAULT = [name for name in PEERS if name != "torch-compile"]
# Programs of W3 that stand in rust-peers/.
RUST_PEERS = ["w3_burn", "w3_candle"]


def is_python(name: str, workload: str) -> bool:
    return PEERS[name].program(workload)[0].endswith(".py")


def command(name: str, workload: str, programs: dict[str, Path], python: Path | None, threads: int) -> list[str]:
    """The command line of one peer, short of the steps; `workload` is "w1", "w2a", …, "w3", "w4a", …."""
    first, *fixed = PEERS[name].program(workload)
    start = [python, SCRIPTS / first] if is_python(name, workload) else [programs[first]]
    if first in ("w1", "w2", "w3", "w4"):
        start += ["--threads", threads]
    part = ["--program", workload[-1]] if workload.startswith(("w2", "w4")) else []
    return [str(part) for part in [*start, *fixed, *part]]
