"""Writes the two IDX files beside this script from scikit-learn's copy of the digits.

    pip install scikit-learn
    python make.py

No date goes into the files, so running it again with the same zlib changes nothing in version control.
"""

import gzip
import struct
from pathlib import Path

from sklearn.datasets import load_digits

HERE = Path(__file__).parent
UNSIGNED_BYTE = 0x08


def write_idx(name, array):
    """An IDX file: two zero bytes, element type, number of dimensions, big-endian sizes, then the values."""
    header = struct.pack(">BBBB", 0, 0, UNSIGNED_BYTE, array.ndim)
    header += struct.pack(f">{array.ndim}I", *array.shape)
    (HERE / name).write_bytes(gzip.compress(header + array.astype("uint8").tobytes(), compresslevel=9, mtime=0))


digits = load_digits()
assert digits.images.shape == (1797, 8, 8) and digits.images.max() == 16
write_idx("images.idx.gz", digits.images)
write_idx("labels.idx.gz", digits.target)
