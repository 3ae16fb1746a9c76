"""The Python that `thalweg learn` prints runs, and gives the numbers of the book."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "cli/src/commands/learn/python"
SAYS = {
    "3.5.1": "[0.01821127 0.24519181 0.73659691]",
    "4.2.1": "0.0975",
    "4.2.2": "0.510825457099338",
    "4.2.4": "1.7583023994178049 1.7583023994178049",
    "4.3.2": "0.1999999999990898 0.2999999999986347",
    "4.4.1": "[-2.58983747e+13 -1.29524862e+12]",
    "6.1.3": "{'x': -0.3503929957523",
    "7.2.2": "[[15. 16.]\n [ 6. 15.]]",
}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_the_python_of_a_section_runs(path):
    run = subprocess.run([sys.executable, "-W", "ignore", path], capture_output=True, text=True, timeout=600, check=False)
    assert run.returncode == 0, run.stderr
    assert SAYS.get(path.stem, "") in run.stdout and run.stdout, run.stdout
