"""Networks and update rules in plain NumPy, in the style in which "Deep Learning from Scratch" teaches them.

Written anew for this comparison, but with the book's structure and therefore its cost: layer objects that keep what
their backward pass needs, parameters and gradients in dictionaries, weights in f64 under images in f32, the weight
penalty summed in every loss even at strength zero, and rules that walk over the dictionary with array expressions.
"""

import numpy as np


class Affine:
    def __init__(self, weight, bias):
        self.weight, self.bias = weight, bias

    def forward(self, x):
        self.x = x
        return np.dot(x, self.weight) + self.bias

    def backward(self, upstream):
        self.weight_gradient = np.dot(self.x.T, upstream)
        self.bias_gradient = np.sum(upstream, axis=0)
        return np.dot(upstream, self.weight.T)


class Relu:
    def forward(self, x):
        self.off = x <= 0
        out = x.copy()
        out[self.off] = 0
        return out

    def backward(self, upstream):
        upstream[self.off] = 0
        return upstream


class SoftmaxWithLoss:
    """Targets are labels, shape [n], or one-hot rows, shape [n, classes]."""

    def forward(self, scores, target):
        self.target = target
        self.probability = softmax(scores)
        labels = target.argmax(axis=1) if target.ndim == 2 else target
        chosen = self.probability[np.arange(len(labels)), labels]
        return -np.sum(np.log(chosen + 1e-7)) / len(labels)

    def backward(self):
        count = len(self.target)
        if self.target.ndim == 2:
            return (self.probability - self.target) / count
        gradient = self.probability.copy()
        gradient[np.arange(count), self.target] -= 1
        return gradient / count


def softmax(scores):
    scores = scores - np.max(scores, axis=-1, keepdims=True)
    return np.exp(scores) / np.sum(np.exp(scores), axis=-1, keepdims=True)


class Network:
    """A chain of affine layers with ReLU between them; parameters W1, b1, W2, …"""

    def __init__(self, sizes, spread):
        """`spread` gives the standard deviation of a layer's first weights from its number of inputs."""
        self.params, self.layers, self.affine = {}, [], []
        for number, (inputs, outputs) in enumerate(zip(sizes, sizes[1:]), start=1):
            self.params[f"W{number}"] = spread(inputs) * np.random.randn(inputs, outputs)
            self.params[f"b{number}"] = np.zeros(outputs)
            # The layers see later values because every rule changes the arrays in place.
            self.affine.append(Affine(self.params[f"W{number}"], self.params[f"b{number}"]))
            self.layers.append(self.affine[-1])
            if number < len(sizes) - 1:
                self.layers.append(Relu())
        self.last = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, x, target):
        return self.last.forward(self.predict(x), target)

    def accuracy(self, x, target):
        labels = target.argmax(axis=1) if target.ndim == 2 else target
        return np.sum(self.predict(x).argmax(axis=1) == labels) / len(x)

    def gradient(self, x, target):
        self.loss(x, target)
        upstream = self.last.backward()
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)
        grads = {}
        for number, layer in enumerate(self.affine, start=1):
            grads[f"W{number}"] = layer.weight_gradient
            grads[f"b{number}"] = layer.bias_gradient
        return grads


class TwoLayerNet(Network):
    """One hidden layer, first weights of standard deviation 0.01."""

    def __init__(self, inputs, hidden, outputs):
        super().__init__([inputs, hidden, outputs], lambda inputs: 0.01)


class MultiLayerNet(Network):
    """Any number of hidden layers, He's initial weights, an L2 penalty on the weights."""

    def __init__(self, sizes, weight_decay=0.0):
        super().__init__(sizes, lambda inputs: np.sqrt(2 / inputs))
        self.weight_decay = weight_decay

    def loss(self, x, target):
        penalty = 0
        for number in range(1, len(self.affine) + 1):
            penalty += 0.5 * self.weight_decay * np.sum(self.params[f"W{number}"] ** 2)
        return super().loss(x, target) + penalty

    def gradient(self, x, target):
        grads = super().gradient(x, target)
        for number in range(1, len(self.affine) + 1):
            grads[f"W{number}"] = grads[f"W{number}"] + self.weight_decay * self.params[f"W{number}"]
        return grads


class SGD:
    def __init__(self, learning_rate=0.01):
        self.learning_rate = learning_rate

    def update(self, params, grads):
        for key in params:
            params[key] -= self.learning_rate * grads[key]


class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        self.learning_rate, self.momentum, self.velocity = learning_rate, momentum, None

    def update(self, params, grads):
        if self.velocity is None:
            self.velocity = {key: np.zeros_like(value) for key, value in params.items()}
        for key in params:
            self.velocity[key] = self.momentum * self.velocity[key] - self.learning_rate * grads[key]
            params[key] += self.velocity[key]


class AdaGrad:
    def __init__(self, learning_rate=0.01):
        self.learning_rate, self.squares = learning_rate, None

    def update(self, params, grads):
        if self.squares is None:
            self.squares = {key: np.zeros_like(value) for key, value in params.items()}
        for key in params:
            self.squares[key] += grads[key] * grads[key]
            params[key] -= self.learning_rate * grads[key] / (np.sqrt(self.squares[key]) + 1e-7)


class Adam:
    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999):
        self.learning_rate, self.beta1, self.beta2 = learning_rate, beta1, beta2
        self.count, self.first, self.second = 0, None, None

    def update(self, params, grads):
        if self.first is None:
            self.first = {key: np.zeros_like(value) for key, value in params.items()}
            self.second = {key: np.zeros_like(value) for key, value in params.items()}
        self.count += 1
        rate = self.learning_rate * np.sqrt(1 - self.beta2**self.count) / (1 - self.beta1**self.count)
        for key in params:
            self.first[key] += (1 - self.beta1) * (grads[key] - self.first[key])
            self.second[key] += (1 - self.beta2) * (grads[key] ** 2 - self.second[key])
            params[key] -= rate * self.first[key] / (np.sqrt(self.second[key]) + 1e-7)
