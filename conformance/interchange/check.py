"""Do other programs get the same outputs from the networks we write?

cargo run -p thalweg-train --example interchange FOLDER
python3 conformance/interchange/check.py FOLDER

onnxruntime is needed; torch and keras are asked where they are installed. `--fixtures` also writes torch.npz and keras.npz
beside this file: weights as those libraries name them, inputs and their outputs, for the tests of `thalweg-train`.
"""

import os
import sys
from pathlib import Path

import numpy as np
import onnxruntime

os.environ.setdefault("KERAS_BACKEND", "jax")
HERE = Path(__file__).parent
# In units of the largest output: f32 adds up in another order.
TOLERANCE = 1e-5
IMAGE = (2, 12, 10)


def check(who, name, found, expected):
    found, expected = np.asarray(found).reshape(expected.shape), np.asarray(expected)
    error = np.abs(found - expected).max() / np.abs(expected).max()
    print(f"{who:12} {name:16} {error:.1e}")
    if not error <= TOLERANCE:
        sys.exit(f"{who} gives other outputs for {name}")


def torch_sequence():
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(2, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 8, 3, stride=2, groups=2), nn.ELU(),
        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(32, 20), nn.BatchNorm1d(20), nn.SiLU(), nn.LayerNorm(20), nn.Dropout(0.3),
        nn.Linear(20, 12), nn.GELU(), nn.Linear(12, 9), nn.Tanh(), nn.Linear(9, 9), nn.Softplus(), nn.Linear(9, 9), nn.SELU(),
        nn.Linear(9, 9), nn.LeakyReLU(), nn.Linear(9, 5),
    )  # fmt: skip


def keras_sequence():
    from keras import Sequential, layers

    # Our epsilons are torch's.
    return Sequential([
        layers.Input((12, 10, 2)), layers.Conv2D(6, 3, padding="same"), layers.BatchNormalization(epsilon=1e-5), layers.ReLU(),
        layers.Conv2D(8, 3, strides=2, groups=2), layers.ELU(), layers.AveragePooling2D(2), layers.Flatten(), layers.Dense(20),
        layers.BatchNormalization(epsilon=1e-5), layers.Activation("silu"), layers.LayerNormalization(epsilon=1e-5),
        layers.Dropout(0.3), layers.Dense(12), layers.Activation("gelu"), layers.Dense(9, activation="tanh"),
        layers.Dense(9, activation="softplus"), layers.Dense(9, activation="selu"), layers.Dense(9),
        layers.LeakyReLU(negative_slope=0.01), layers.Dense(5),
    ], name="sequence")  # fmt: skip


def channels_last(x):
    return x.reshape(-1, *IMAGE).transpose(0, 2, 3, 1)


def keras_names(model):
    """`sequence/dense_1/kernel`, with the numbers this model's layers would have in a new session."""
    seen, names = {}, []
    for layer in model.layers:
        kind = layer.name.rstrip("0123456789").rstrip("_")
        number = seen.get(kind, 0)
        seen[kind] = number + bool(layer.weights)
        names += [(f"{kind}_{number}" if number else kind) + "/" + weight.name for weight in layer.weights]
    return names


def main():
    folder = Path(sys.argv[1])
    for file in sorted(folder.glob("*.onnx")):
        session = onnxruntime.InferenceSession(str(file))
        given = np.load(file.with_suffix(".npz"))
        x = given["x"].astype(np.int64) if "int64" in session.get_inputs()[0].type else given["x"]
        check("onnxruntime", file.stem, session.run(None, {"x": x})[0], given["y"])
        # Batches of another size too.
        check("onnxruntime", file.stem, session.run(None, {"x": x[:1]})[0], given["y"][:1])
    given = np.load(folder / "sequence.npz")
    try:
        import torch
    except ImportError:
        print("torch is not installed")
    else:
        model = torch_sequence().eval()
        sent = np.load(folder / "sequence-torch.npz")
        missing = model.load_state_dict({name: torch.from_numpy(sent[name]) for name in sent.files}, strict=True)
        assert not missing.missing_keys
        x = torch.from_numpy(given["x"]).reshape(-1, *IMAGE)
        with torch.no_grad():
            check("torch", "sequence", model(x), given["y"])
        if "--fixtures" in sys.argv:
            model = torch_sequence()
            model.train()
            for _ in range(3):
                model(x + 0.2 * torch.randn_like(x))
            model.eval()
            with torch.no_grad():
                y = model(x).numpy()
            state = {name: value.numpy() for name, value in model.state_dict().items() if "num_batches" not in name}
            np.savez(HERE / "torch.npz", **{"x:": given["x"], "y:": y}, **state)
    try:
        import keras
    except ImportError:
        print("keras is not installed")
    else:
        model = keras_sequence()
        sent = np.load(folder / "sequence-keras.npz")
        names = keras_names(model)
        assert sorted(names) == sorted(sent.files), (names, sent.files)
        model.set_weights([sent[name] for name in names])
        check("keras", "sequence", model(channels_last(given["x"])), given["y"])
        if "--fixtures" in sys.argv:
            model = keras_sequence()
            model.set_weights([value + 0.1 * np.random.default_rng(1).random(value.shape) for value in model.get_weights()])
            y = np.asarray(model(channels_last(given["x"])))
            weights = {weight.path: np.asarray(weight) for weight in model.weights if "seed" not in weight.path}
            np.savez(HERE / "keras.npz", **{"x:": given["x"], "y:": y}, **weights)


if __name__ == "__main__":
    main()
