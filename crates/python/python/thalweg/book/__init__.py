"""The classes and functions of "Deep Learning from Scratch" and of notes on it, under the same names, on a faster core.

Code written for the book runs with its imports changed:

>>> import numpy as np
>>> from thalweg.book import SGD, TwoLayerNet, numerical_gradient
>>> network = TwoLayerNet(input_size=4, hidden_size=3, output_size=2)
>>> x, t = np.ones((5, 4)), np.tile([0.0, 1.0], (5, 1))
>>> before = network.loss(x, t)
>>> SGD(lr=0.1).update(network.params, network.gradient(x, t))
>>> network.loss(x, t) < before
True

Optimizers and the gradients of whole networks are computed by the core; layers and functions are NumPy, to be read.
"""

from thalweg.book.data import load_mnist
from thalweg.book.functions import (
    cross_entropy_error,
    gradient_descent,
    identity_function,
    mean_of_squared_errors,
    mean_squared_error,
    numerical_diff,
    numerical_gradient,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    smooth_curve,
    softmax,
    softmax_loss,
    step_function,
    sum_squares_error,
)
from thalweg.book.layers import (
    AddLayer,
    Affine,
    BatchNormalization,
    Convolution,
    Dropout,
    MulLayer,
    Pooling,
    Relu,
    Sigmoid,
    SoftmaxWithLoss,
    col2im,
    im2col,
)
from thalweg.book.networks import MultiLayerNet, MultiLayerNetExtend, SimpleConvNet, TwoLayerNet
from thalweg.book.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    Momentum,
    Nesterov,
    NesterovAsPrinted,
    RMSprop,
)
from thalweg.book.trainer import Trainer

__all__ = [
    "SGD",
    "AdaGrad",
    "Adam",
    "AddLayer",
    "Affine",
    "BatchNormalization",
    "Convolution",
    "Dropout",
    "Momentum",
    "MulLayer",
    "MultiLayerNet",
    "MultiLayerNetExtend",
    "Nesterov",
    "NesterovAsPrinted",
    "Pooling",
    "RMSprop",
    "Relu",
    "Sigmoid",
    "SimpleConvNet",
    "SoftmaxWithLoss",
    "Trainer",
    "TwoLayerNet",
    "col2im",
    "cross_entropy_error",
    "gradient_descent",
    "identity_function",
    "im2col",
    "load_mnist",
    "mean_of_squared_errors",
    "mean_squared_error",
    "numerical_diff",
    "numerical_gradient",
    "relu",
    "relu_grad",
    "sigmoid",
    "sigmoid_grad",
    "smooth_curve",
    "softmax",
    "softmax_loss",
    "step_function",
    "sum_squares_error",
]
