"""What is written is true: doctests, stubs, notebooks."""

import doctest
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import thalweg._native as native

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", ["book", "book.optimizers", "optim", "nn", "lab", "torch"])
def test_examples_in_the_documentation(name):
    if name == "torch":
        pytest.importorskip("torch")
    module = importlib.import_module(f"thalweg.{name}")
    result = doctest.testmod(module)
    assert result.attempted > 0 and result.failed == 0


def test_the_stubs_name_what_there_is():
    checked = subprocess.run([sys.executable, ROOT / "crates/python/stubs.py", "--check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    text = (Path(native.__file__).parent / "_native.pyi").read_text(encoding="utf-8")
    for name in native.__all__:
        thing = getattr(native, name)
        assert f"class {name}" in text or f"def {name}(" in text, name
        if inspect.isclass(thing):
            members = [member for member in vars(thing) if not member.startswith("_")]
            assert all(f"def {member}(" in text for member in members), name


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_run_from_top_to_bottom(path):
    client = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("matplotlib")
    if "torch" in path.stem:
        pytest.importorskip("torch")
    notebook = nbformat.read(path, 4)
    client.NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not any(output["output_type"] == "error" for output in shown)
    pictures = sum("image/png" in output.get("data", {}) for output in shown)
    assert pictures >= {"1-notes": 6, "2-torch": 0, "3-which-rule": 2}[path.stem.removesuffix(".ko")]
