"""Layers with `forward` and `backward`, in NumPy, to be read.

Shapes: rows are examples; images are `[examples, channels, rows, columns]`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from thalweg.book.functions import cross_entropy_error, sigmoid, softmax

Array = Any


class MulLayer:
    """x · y: the gradient of each is what came from above times the other."""

    def __init__(self) -> None:
        self.x: Any = None
        self.y: Any = None

    def forward(self, x: Any, y: Any) -> Any:
        self.x, self.y = x, y
        return x * y

    def backward(self, dout: Any) -> tuple[Any, Any]:
        return dout * self.y, dout * self.x


class AddLayer:
    """x + y: both gradients are what came from above."""

    def forward(self, x: Any, y: Any) -> Any:
        return x + y

    def backward(self, dout: Any) -> tuple[Any, Any]:
        return dout * 1, dout * 1


class Relu:
    """max(0, x)."""

    def __init__(self) -> None:
        self.mask: Array = None

    def forward(self, x: Array) -> Array:
        self.mask = x <= 0
        return np.where(self.mask, 0, x)

    def backward(self, dout: Array) -> Array:
        return np.where(self.mask, 0, dout)


class Sigmoid:
    """1 / (1 + exp(−x)); its derivative is y (1 − y)."""

    def __init__(self) -> None:
        self.out: Array = None

    def forward(self, x: Array) -> Array:
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout: Array) -> Array:
        return dout * (1.0 - self.out) * self.out


class Affine:
    """x W + b; an input with more axes than two is flattened to rows."""

    def __init__(self, W: Array, b: Array) -> None:
        self.W, self.b = W, b
        self.x: Array = None
        self.original_x_shape: Any = None
        self.dW: Array = None
        self.db: Array = None

    def forward(self, x: Array) -> Array:
        self.original_x_shape = x.shape
        self.x = x.reshape(x.shape[0], -1) if x.ndim > 2 else x
        return np.dot(self.x, self.W) + self.b

    def backward(self, dout: Array) -> Array:
        self.dW = np.dot(self.x.T, dout) if self.x.ndim > 1 else np.outer(self.x, dout)
        self.db = np.sum(dout, axis=0) if dout.ndim > 1 else dout
        return np.dot(dout, self.W.T).reshape(self.original_x_shape)


class SoftmaxWithLoss:
    """Softmax and cross-entropy together: the gradient is (y − t) / batch."""

    def __init__(self) -> None:
        self.loss: Any = None
        self.y: Array = None
        self.t: Array = None

    def forward(self, x: Array, t: Array) -> Any:
        self.y, self.t = softmax(x), np.asarray(t)
        self.loss = cross_entropy_error(self.y, self.t)
        return self.loss

    def backward(self, dout: float = 1) -> Array:
        if self.t.size == self.y.size:
            # A single example has no axis of its own; the batch is then 1.
            batch = self.t.shape[0] if self.t.ndim > 1 else 1
            return dout * (self.y - self.t) / batch
        dx = self.y.copy()
        rows = dx.reshape(-1, dx.shape[-1])
        rows[np.arange(len(rows)), self.t.reshape(-1).astype(int)] -= 1
        return dout * dx / len(rows)


class Dropout:
    """Leaves out a share of the units while training; at evaluation all are there, scaled down by the share that was kept."""

    def __init__(self, dropout_ratio: float = 0.5) -> None:
        self.dropout_ratio = dropout_ratio
        self.mask: Array = None

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        if not train_flg:
            return x * (1.0 - self.dropout_ratio)
        self.mask = np.random.rand(*x.shape) > self.dropout_ratio
        return x * self.mask

    def backward(self, dout: Array) -> Array:
        return dout * self.mask


class BatchNormalization:
    """γ (x − mean) / √(variance + 1e-6) + β over the batch; running averages take the batch's place at evaluation.

    Ioffe and Szegedy 2015, http://arxiv.org/abs/1502.03167. Images are normalised number by number, as the book does.
    """

    def __init__(
        self,
        gamma: Array,
        beta: Array,
        momentum: float = 0.9,
        running_mean: Array = None,
        running_var: Array = None,
    ) -> None:
        self.gamma, self.beta, self.momentum = gamma, beta, momentum
        self.running_mean, self.running_var = running_mean, running_var
        self.input_shape: Any = None
        self.dgamma: Array = None
        self.dbeta: Array = None

    def forward(self, x: Array, train_flg: bool = True) -> Array:
        self.input_shape = x.shape
        rows = x.reshape(x.shape[0], -1)
        if self.running_mean is None:
            self.running_mean, self.running_var = np.zeros(rows.shape[1]), np.zeros(rows.shape[1])
        if train_flg:
            mean = rows.mean(axis=0)
            centred = rows - mean
            variance = np.mean(centred**2, axis=0)
            self.std = np.sqrt(variance + 10e-7)
            self.xn = centred / self.std
            self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mean
            self.running_var = self.momentum * self.running_var + (1 - self.momentum) * variance
            normalised = self.xn
        else:
            normalised = (rows - self.running_mean) / np.sqrt(self.running_var + 10e-7)
        return (self.gamma * normalised + self.beta).reshape(x.shape)

    def backward(self, dout: Array) -> Array:
        rows = dout.reshape(dout.shape[0], -1)
        self.dbeta = rows.sum(axis=0)
        self.dgamma = np.sum(self.xn * rows, axis=0)
        dxn = self.gamma * rows
        # What moves mean and variance of the batch is taken out.
        dx = (dxn - dxn.mean(axis=0) - self.xn * np.mean(dxn * self.xn, axis=0)) / self.std
        return dx.reshape(self.input_shape)


def _patches(images: Array, height: int, width: int, stride: int) -> Array:
    """A view of every patch: `[examples, channels, out rows, out columns, height, width]`."""
    patches = np.lib.stride_tricks.sliding_window_view(images, (height, width), axis=(2, 3))
    return patches[:, :, ::stride, ::stride]


def _out(extent: int, kernel: int, stride: int, pad: int) -> int:
    """How many places a kernel has along an axis."""
    if kernel > extent + 2 * pad:
        raise ValueError(f"a kernel of {kernel} does not fit {extent} pixels with a pad of {pad}")
    return (extent + 2 * pad - kernel) // stride + 1


def im2col(input_data: Array, filter_h: int, filter_w: int, stride: int = 1, pad: int = 0) -> Array:
    """Every patch of every image as a row: `[examples · out rows · out columns, channels · filter_h · filter_w]`."""
    count, channels, height, width = input_data.shape
    out_h, out_w = _out(height, filter_h, stride, pad), _out(width, filter_w, stride, pad)
    padded = np.pad(input_data, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    patches = _patches(padded, filter_h, filter_w, stride).transpose(0, 2, 3, 1, 4, 5)
    return patches.reshape(count * out_h * out_w, channels * filter_h * filter_w)


def col2im(col: Array, input_shape: Any, filter_h: int, filter_w: int, stride: int = 1, pad: int = 0) -> Array:
    """The transpose of `im2col`: rows added up where their patches lie in images of `input_shape`."""
    count, channels, height, width = input_shape
    out_h, out_w = _out(height, filter_h, stride, pad), _out(width, filter_w, stride, pad)
    patches = col.reshape(count, out_h, out_w, channels, filter_h, filter_w).transpose(0, 3, 4, 5, 1, 2)
    images = np.zeros((count, channels, height + 2 * pad, width + 2 * pad), dtype=col.dtype)
    for row in range(filter_h):
        for column in range(filter_w):
            into = images[:, :, row : row + stride * out_h : stride, column : column + stride * out_w : stride]
            into += patches[:, :, row, column]
    return images[:, :, pad : pad + height, pad : pad + width]


class Convolution:
    """Cross-correlation of images with filters W `[filters, channels, rows, columns]`, plus b `[filters]`."""

    def __init__(self, W: Array, b: Array, stride: int = 1, pad: int = 0) -> None:
        self.W, self.b, self.stride, self.pad = W, b, stride, pad
        self.x: Array = None
        self.col: Array = None
        self.dW: Array = None
        self.db: Array = None

    def forward(self, x: Array) -> Array:
        filters, _, height, width = self.W.shape
        out_h = _out(x.shape[2], height, self.stride, self.pad)
        out_w = _out(x.shape[3], width, self.stride, self.pad)
        self.x, self.col = x, im2col(x, height, width, self.stride, self.pad)
        out = np.dot(self.col, self.W.reshape(filters, -1).T) + self.b
        return out.reshape(len(x), out_h, out_w, filters).transpose(0, 3, 1, 2)

    def backward(self, dout: Array) -> Array:
        filters, _, height, width = self.W.shape
        rows = dout.transpose(0, 2, 3, 1).reshape(-1, filters)
        self.db = rows.sum(axis=0)
        self.dW = np.dot(self.col.T, rows).T.reshape(self.W.shape)
        dcol = np.dot(rows, self.W.reshape(filters, -1))
        return col2im(dcol, self.x.shape, height, width, self.stride, self.pad)


class Pooling:
    """The largest value of every patch."""

    def __init__(self, pool_h: int, pool_w: int, stride: int = 2, pad: int = 0) -> None:
        self.pool_h, self.pool_w, self.stride, self.pad = pool_h, pool_w, stride, pad
        self.x: Array = None
        self.arg_max: Array = None

    def forward(self, x: Array) -> Array:
        count, channels, height, width = x.shape
        out_h = _out(height, self.pool_h, self.stride, self.pad)
        out_w = _out(width, self.pool_w, self.stride, self.pad)
        col = im2col(x, self.pool_h, self.pool_w, self.stride, self.pad).reshape(-1, self.pool_h * self.pool_w)
        self.x, self.arg_max = x, col.argmax(axis=1)
        return col.max(axis=1).reshape(count, out_h, out_w, channels).transpose(0, 3, 1, 2)

    def backward(self, dout: Array) -> Array:
        dout = dout.transpose(0, 2, 3, 1)
        dmax = np.zeros((dout.size, self.pool_h * self.pool_w), dtype=dout.dtype)
        dmax[np.arange(self.arg_max.size), self.arg_max] = dout.reshape(-1)
        dcol = dmax.reshape(dout.shape[0] * dout.shape[1] * dout.shape[2], -1)
        return col2im(dcol, self.x.shape, self.pool_h, self.pool_w, self.stride, self.pad)
