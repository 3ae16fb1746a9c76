"""MNIST for every peer: the four gzipped IDX files of one folder, or files of the same shapes made up here.

A machine without MNIST gets synthetic files rather than synthetic arrays, so that every program, the Rust one
included, opens, inflates and normalises the same bytes.
"""

import gzip
import os
import struct
from pathlib import Path

import numpy as np

FILES = {
    "train_images": "train-images-idx3-ubyte.gz",
    "train_labels": "train-labels-idx1-ubyte.gz",
    "test_images": "t10k-images-idx3-ubyte.gz",
    "test_labels": "t10k-labels-idx1-ubyte.gz",
}
SYNTHETIC = Path(__file__).resolve().parent.parent / ".data"


def folder() -> tuple[Path, str]:
    """The folder that holds `mnist/`, and what is in it: "mnist" or "synthetic".

    `THALWEG_DATA` names the folder; without it the synthetic files are used, and written first if they are missing.
    """
    named = os.environ.get("THALWEG_DATA")
    if named is None:
        if not all((SYNTHETIC / "mnist" / name).exists() for name in FILES.values()):
            write_synthetic(SYNTHETIC / "mnist")
        return SYNTHETIC, "synthetic"
    missing = [name for name in FILES.values() if not (Path(named) / "mnist" / name).exists()]
    if missing:
        raise SystemExit(f"THALWEG_DATA={named} has no mnist/{missing[0]}; unset it to use synthetic data")
    return Path(named), "synthetic" if Path(named).resolve() == SYNTHETIC else "mnist"


def load(split: str) -> tuple[np.ndarray, np.ndarray]:
    """Images as f32 in 0..1, shape [n, 784], and labels as uint8, shape [n], of the split "train" or "test"."""
    directory = folder()[0] / "mnist"
    images = read_idx(directory / FILES[f"{split}_images"])
    labels = read_idx(directory / FILES[f"{split}_labels"])
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255), labels


def read_idx(path: Path) -> np.ndarray:
    """An IDX file of unsigned bytes: two zeros, the type 8, the rank, the extents (big-endian), the bytes."""
    content = gzip.decompress(path.read_bytes())
    rank = content[3]
    shape = struct.unpack_from(f">{rank}I", content, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def write_synthetic(directory: Path) -> None:
    """Ten random prototypes under noise: learnable, and three quarters of the pixels zero as in MNIST.

    A tenth of the labels is drawn anew, so that the loss has somewhere to stop above zero.
    """
    directory.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    prototypes = random.integers(0, 128, (10, 28, 28), dtype=np.uint8)
    prototypes[random.random(prototypes.shape) < 0.75] = 0
    for split, count in (("train", 60_000), ("test", 10_000)):
        labels = random.integers(0, 10, count, dtype=np.uint8)
        images = prototypes[labels]
        images += (images > 0) * random.integers(0, 128, images.shape, dtype=np.uint8)
        redrawn = random.random(count) < 0.1
        labels[redrawn] = random.integers(0, 10, redrawn.sum(), dtype=np.uint8)
        write_idx(directory / FILES[f"{split}_images"], images)
        write_idx(directory / FILES[f"{split}_labels"], labels)


def write_idx(path: Path, values: np.ndarray) -> None:
    header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(gzip.compress(header + values.tobytes(), compresslevel=1))
    unfinished.rename(path)


if __name__ == "__main__":
    print(folder()[0])
