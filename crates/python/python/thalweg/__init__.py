"""Update rules for NumPy arrays on a fast, reproducible core.

`thalweg.book` has the classes of the book "Deep Learning from Scratch" and of notes on it, under the same names;
`thalweg.optim` has every rule of the catalogue by name.
"""

from thalweg import book, optim

__all__ = ["book", "optim"]
