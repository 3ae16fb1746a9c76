"""The book's networks: parameters in a dict, `predict`, `loss`, `accuracy`, `gradient`.

The core computes outputs and gradients of whole networks; layers with a memory of their own (dropout, batch normalisation) are
those of `thalweg.book.layers`.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from typing import Any

import numpy as np

from thalweg._native import Network
from thalweg.book._threads import THREADS
from thalweg.book.functions import checked_labels, cross_entropy_error, numerical_gradient, softmax
from thalweg.book.layers import (
    Affine,
    BatchNormalization,
    Convolution,
    Dropout,
    Pooling,
    Relu,
    Sigmoid,
    SoftmaxWithLoss,
)

Array = Any

_LAYERS = {"relu": Relu, "sigmoid": Sigmoid}


def _labels(t: Array, classes: int) -> Array:
    t = np.asarray(t)
    one_hot = t.ndim > 1 and t.shape[1] == classes
    return np.argmax(t, axis=1) if one_hot else checked_labels(t.reshape(-1), classes)


class _Net:
    """What all of them have in common. `params` may be replaced or changed at any time."""

    params: dict[str, Array]
    _network: Network

    def accuracy(self, x: Array, t: Array) -> float:
        """The share of examples whose largest output is the right class. `t`: labels or one-hot rows."""
        y = self.predict(x)
        return float(np.sum(np.argmax(y, axis=1) == _labels(t, y.shape[1])) / float(x.shape[0]))

    def numerical_gradient(self, x: Array, t: Array) -> dict[str, Array]:
        """The gradient by central differences: slow, to check `gradient` with."""
        return {name: numerical_gradient(lambda _: self.loss(x, t), value) for name, value in self.params.items()}

    def predict(self, x: Array) -> Array:
        raise NotImplementedError

    def loss(self, x: Array, t: Array) -> float:
        raise NotImplementedError


class TwoLayerNet(_Net):
    """Affine, sigmoid, affine, softmax: the notes' network of chapter 4. `activation="relu"` makes it chapter 5's.

    Parameters W1 `[input_size, hidden_size]`, b1, W2 `[hidden_size, output_size]`, b2, in 64 bits; weights start normal with deviation
    `weight_init_std`, drawn from NumPy's global generator.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        output_size: int,
        weight_init_std: float = 0.01,
        activation: str = "sigmoid",
    ) -> None:
        self.params = {
            "W1": weight_init_std * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": weight_init_std * np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }
        layers = f"linear {hidden_size}, {activation}, linear {output_size}"
        self._network = Network(layers, input_size, output_size, dtype="float64", threads=THREADS)
        self.params = self._network.together(self.params)

    def predict(self, x: Array) -> Array:
        """The probability of each class, `[examples, output_size]` (of a single example `[output_size]`)."""
        x = np.asarray(x)
        if x.ndim == 1:
            return self.predict(x[None])[0]
        return softmax(self._network.outputs(self.params, x))

    def loss(self, x: Array, t: Array) -> float:
        """Mean cross-entropy. `t`: one-hot rows or labels."""
        if np.ndim(x) == 1:
            return cross_entropy_error(self.predict(x), t)
        return self._network.cross_entropy(self.params, x, t)

    def gradient(self, x: Array, t: Array) -> dict[str, Array]:
        """The gradient of the loss by backpropagation."""
        return self._network.gradients(self.params, x, t)[1]


class _Layered(_Net):
    """A network with `layers`, which the core computes as a whole where none of them has a memory."""

    weight_decay_lambda: float = 0
    layers: OrderedDict[str, Any]
    last_layer: SoftmaxWithLoss

    def _decay(self) -> float:
        weights = (value for name, value in self.params.items() if name.startswith("W"))
        return sum(0.5 * self.weight_decay_lambda * float(np.sum(W**2)) for W in weights)

    def _add_decay(self, grads: dict[str, Array]) -> dict[str, Array]:
        if self.weight_decay_lambda:
            for name in grads:
                if name.startswith("W"):
                    grads[name] += self.weight_decay_lambda * self.params[name]
        return grads

    def predict(self, x: Array) -> Array:
        """The scores of the classes, before softmax: `[examples, output_size]`."""
        return self._network.outputs(self.params, x)

    def loss(self, x: Array, t: Array) -> float:
        """Mean cross-entropy, plus ½ λ Σ W² of all weights. `t`: labels or one-hot rows."""
        return self._network.cross_entropy(self.params, x, t) + self._decay()

    def gradient(self, x: Array, t: Array) -> dict[str, Array]:
        """The gradient of the loss by backpropagation."""
        return self._add_decay(self._network.gradients(self.params, x, t)[1])


def _deviation(weight_init_std: Any, inputs: int) -> float:
    """A number, `relu`/`he` for √(2/n) or `sigmoid`/`xavier` for √(1/n)."""
    if str(weight_init_std).lower() in ("relu", "he"):
        return float(np.sqrt(2.0 / inputs))
    if str(weight_init_std).lower() in ("sigmoid", "xavier"):
        return float(np.sqrt(1.0 / inputs))
    return float(weight_init_std)


class MultiLayerNet(_Layered):
    """Affine layers with an activation after each but the last: parameters W1, b1, W2, b2, … in 64 bits."""

    def __init__(
        self,
        input_size: int,
        hidden_size_list: list[int],
        output_size: int,
        activation: str = "relu",
        weight_init_std: Any = "relu",
        weight_decay_lambda: float = 0,
    ) -> None:
        if activation not in _LAYERS:
            raise ValueError(f"there is no activation called {activation}; there are {', '.join(_LAYERS)}")
        self.hidden_size_list, self.weight_decay_lambda = list(hidden_size_list), weight_decay_lambda
        self.hidden_layer_num = len(self.hidden_size_list)
        sizes = [input_size, *self.hidden_size_list, output_size]
        self.params = {}
        for layer, (inputs, outputs) in enumerate(zip(sizes, sizes[1:]), start=1):
            self.params[f"W{layer}"] = _deviation(weight_init_std, inputs) * np.random.randn(inputs, outputs)
            self.params[f"b{layer}"] = np.zeros(outputs)
        hidden = [f"linear {size}, {activation}" for size in self.hidden_size_list]
        self._network = Network(", ".join([*hidden, f"linear {output_size}"]), input_size, output_size, dtype="float64", threads=THREADS)
        self.params = self._network.together(self.params)
        self.layers = OrderedDict()
        for layer in range(1, len(sizes)):
            self.layers[f"Affine{layer}"] = Affine(self.params[f"W{layer}"], self.params[f"b{layer}"])
            if layer <= self.hidden_layer_num:
                self.layers[f"Activation_function{layer}"] = _LAYERS[activation]()
        self.last_layer = SoftmaxWithLoss()


class MultiLayerNetExtend(MultiLayerNet):
    """`MultiLayerNet` with dropout and batch normalisation (parameters gamma1, beta1, … of the hidden layers)."""

    def __init__(
        self,
        input_size: int,
        hidden_size_list: list[int],
        output_size: int,
        activation: str = "relu",
        weight_init_std: Any = "relu",
        weight_decay_lambda: float = 0,
        use_dropout: bool = False,
        dropout_ration: float = 0.5,
        use_batchnorm: bool = False,
    ) -> None:
        super().__init__(input_size, hidden_size_list, output_size, activation, weight_init_std, weight_decay_lambda)
        self.use_dropout, self.use_batchnorm = use_dropout, use_batchnorm
        plain, self.layers = self.layers, OrderedDict()
        for name, layer in plain.items():
            number = name.removeprefix("Affine").removeprefix("Activation_function")
            self.layers[name] = layer
            if name.startswith("Affine") and use_batchnorm and int(number) <= self.hidden_layer_num:
                size = self.hidden_size_list[int(number) - 1]
                self.params[f"gamma{number}"], self.params[f"beta{number}"] = np.ones(size), np.zeros(size)
                norm = BatchNormalization(self.params[f"gamma{number}"], self.params[f"beta{number}"])
                self.layers[f"BatchNorm{number}"] = norm
            if name.startswith("Activation") and use_dropout:
                self.layers[f"Dropout{number}"] = Dropout(dropout_ration)

    def _plain(self) -> bool:
        return not (self.use_dropout or self.use_batchnorm)

    def _share(self) -> None:
        """Lets the layers see parameters that were replaced."""
        for name, layer in self.layers.items():
            number = name.removeprefix("Affine").removeprefix("BatchNorm")
            if isinstance(layer, Affine):
                layer.W, layer.b = self.params[f"W{number}"], self.params[f"b{number}"]
            elif isinstance(layer, BatchNormalization):
                layer.gamma, layer.beta = self.params[f"gamma{number}"], self.params[f"beta{number}"]

    def predict(self, x: Array, train_flg: bool = False) -> Array:
        """The scores of the classes; with `train_flg` as they are while training."""
        if self._plain():
            return super().predict(x)
        self._share()
        for layer in self.layers.values():
            noisy = isinstance(layer, Dropout | BatchNormalization)
            x = layer.forward(x, train_flg) if noisy else layer.forward(x)
        return x

    def loss(self, x: Array, t: Array, train_flg: bool = False) -> float:
        """Mean cross-entropy, plus ½ λ Σ W² of all weights."""
        return self.last_layer.forward(self.predict(x, train_flg), t) + self._decay()

    def numerical_gradient(self, x: Array, t: Array) -> dict[str, Array]:
        """The gradient by central differences, of the loss while training. Dropout has none: its loss is another each time."""
        return {name: numerical_gradient(lambda _: self.loss(x, t, True), value) for name, value in self.params.items()}

    def gradient(self, x: Array, t: Array) -> dict[str, Array]:
        """The gradient of the loss while training, by backpropagation."""
        if self._plain():
            return super().gradient(x, t)
        self.loss(x, t, train_flg=True)
        dout = self.last_layer.backward(1)
        for layer in reversed(self.layers.values()):
            dout = layer.backward(dout)
        grads = {}
        for name, layer in self.layers.items():
            number = name.removeprefix("Affine").removeprefix("BatchNorm")
            if isinstance(layer, Affine):
                grads[f"W{number}"], grads[f"b{number}"] = layer.dW, layer.db
            elif isinstance(layer, BatchNormalization):
                grads[f"gamma{number}"], grads[f"beta{number}"] = layer.dgamma, layer.dbeta
        return self._add_decay(grads)


class SimpleConvNet(_Layered):
    """Convolution, ReLU, pooling of 2 by 2, affine, ReLU, affine: the book's network of chapter 7.

    `conv_param`: filter_num, filter_size, pad, stride. Parameters W1 `[filters, channels, rows, columns]`, b1, W2, b2, W3, b3 in 64 bits.
    """

    def __init__(
        self,
        input_dim: tuple[int, int, int] = (1, 28, 28),
        conv_param: dict[str, int] | None = None,
        hidden_size: int = 100,
        output_size: int = 10,
        weight_init_std: float = 0.01,
    ) -> None:
        conv = {"filter_num": 30, "filter_size": 5, "pad": 0, "stride": 1, **(conv_param or {})}
        filters, size, pad, stride = conv["filter_num"], conv["filter_size"], conv["pad"], conv["stride"]
        channels, rows, columns = input_dim
        out = [(extent - size + 2 * pad) // stride + 1 for extent in (rows, columns)]
        pooled = filters * (out[0] // 2) * (out[1] // 2)
        shapes = [(filters, channels, size, size), (pooled, hidden_size), (hidden_size, output_size)]
        self.params = {}
        for layer, shape in enumerate(shapes, start=1):
            self.params[f"W{layer}"] = weight_init_std * np.random.randn(*shape)
            self.params[f"b{layer}"] = np.zeros(shape[0] if layer == 1 else shape[1])
        layers = f"conv {filters} {size} stride {stride} pad {pad}, relu, max-pool 2, linear {hidden_size}, relu, linear {output_size}"
        self._network = Network(layers, input_dim, output_size, dtype="float64", threads=THREADS)
        self.params = self._network.together(self.params)
        self.layers = OrderedDict(
            Conv1=Convolution(self.params["W1"], self.params["b1"], stride, pad),
            Relu1=Relu(),
            Pool1=Pooling(pool_h=2, pool_w=2, stride=2),
            Affine1=Affine(self.params["W2"], self.params["b2"]),
            Relu2=Relu(),
            Affine2=Affine(self.params["W3"], self.params["b3"]),
        )
        self.last_layer = SoftmaxWithLoss()

    def accuracy(self, x: Array, t: Array, batch_size: int = 100) -> float:
        """The share of examples whose largest output is the right class."""
        return super().accuracy(x, t)

    def save_params(self, file_name: str = "params.pkl") -> None:
        """Writes the parameters with pickle."""
        with open(file_name, "wb") as file:
            pickle.dump(dict(self.params), file)

    def load_params(self, file_name: str = "params.pkl") -> None:
        """Reads parameters that `save_params` wrote; they must have these names and shapes."""
        with open(file_name, "rb") as file:
            found = pickle.load(file)
        for name, value in self.params.items():
            if name not in found or found[name].shape != value.shape:
                got = found[name].shape if name in found else "nothing"
                raise ValueError(f"{file_name} has {got} for {name} where {value.shape} is needed")
        for name, value in self.params.items():
            value[...] = found[name]
