"""What has to exist before anything can be measured: the virtual environment, the data, and Thalweg's programs."""

import json
import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
PACKAGES = ["numpy", "torch", "jax", "optax"]
VERSIONS = f"""
import importlib.metadata as m, json
installed = {{d.metadata["Name"].lower(): d.version for d in m.distributions()}}
print(json.dumps({{name: installed.get(name) for name in {PACKAGES!r}}}))
"""


def interpreter(python: Path | None, directory: Path) -> tuple[Path, dict[str, str | None]]:
    """The interpreter that was asked for, as it is, or else that of the virtual environment."""
    return (python, versions(python)) if python else virtual_environment(directory)


def virtual_environment(directory: Path) -> tuple[Path, dict[str, str]]:
    """The interpreter of the environment, made and filled if necessary, and the versions of the peers' packages."""
    python = directory / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        print(f"making the virtual environment {directory}", file=sys.stderr)
        run([sys.executable, "-m", "venv", directory])
    if None in versions(python).values():
        print("installing the peers' packages; the first time takes some minutes", file=sys.stderr)
        run([python, "-m", "pip", "install", "--quiet", "-r", BENCH / "requirements.txt"])
    return python, versions(python)


def versions(python: Path) -> dict[str, str | None]:
    return json.loads(run([python, "-c", VERSIONS]))


def data_folder(python: Path | None) -> Path | None:
    """The folder that `THALWEG_DATA` names, or the synthetic one, which the peers' reader writes when it is missing.

    None when neither exists and no peer could read it: Thalweg alone then looks where it always looks.
    """
    if python is None:
        return Path(os.environ["THALWEG_DATA"]) if "THALWEG_DATA" in os.environ else None
    return Path(run([python, BENCH / "peers" / "mnist.py"]).strip())


def cargo_programs(folder: Path, names: list[str]) -> dict[str, Path]:
    """Builds a package in release mode and says where its programs lie."""
    manifest = folder / "Cargo.toml"
    run(["cargo", "build", "--release", "--manifest-path", manifest], show_progress=True)
    described = run(["cargo", "metadata", "--no-deps", "--format-version", "1", "--manifest-path", manifest])
    release = Path(json.loads(described)["target_directory"]) / "release"
    suffix = ".exe" if os.name == "nt" else ""
    return {name: release / f"{name}{suffix}" for name in names}


def run(command: list, show_progress: bool = False) -> str:
    """Standard output of a command that must succeed."""
    command = [str(part) for part in command]
    errors = None if show_progress else subprocess.PIPE
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    except FileNotFoundError:
        raise SystemExit(f"{command[0]} is not installed, and the benchmark needs it") from None
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed (exit status {done.returncode})\n{done.stderr or ''}".rstrip())
    return done.stdout
