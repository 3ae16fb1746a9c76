"""Thalweg: which update rule, at which learning rate, and how sure?

* `thalweg.book`: the classes of "Deep Learning from Scratch" and of notes on it, under the same names;
* `thalweg.optim`: every update rule for NumPy arrays; `thalweg.torch`: the same as `torch.optim` optimizers;
* `thalweg.nn`: networks trained on NumPy arrays;
* `thalweg.data`: data sets, and `thalweg.data.fetch` for those that are downloaded;
* `thalweg.compare`: fair comparisons of rules, with a verdict.
"""

from importlib.metadata import PackageNotFoundError, version

from thalweg import book, data, lab, nn, optim
from thalweg.lab import Comparison, compare

try:
    __version__ = version("thalweg")
except PackageNotFoundError:
    __version__ = "0"

__all__ = ["Comparison", "book", "compare", "data", "lab", "nn", "optim"]
