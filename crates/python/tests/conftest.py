"""What several tests need."""

import os
import signal
from pathlib import Path

import pytest


@pytest.fixture
def mnist():
    """Skips the test where MNIST's files are not at hand."""
    folder = os.environ.get("THALWEG_DATA")
    if not folder or not (Path(folder) / "mnist").is_dir():
        pytest.skip("MNIST is not here; set THALWEG_DATA to the folder that holds mnist/")


@pytest.fixture
def interruptible():
    """Ctrl-C as in a terminal: shells let processes in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
