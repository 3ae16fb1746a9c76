"""How long updates take, beside the notes' own NumPy code and beside torch, in one run: `python benchmark.py`."""

import time

import numpy as np

from thalweg import book

SHAPES = [(784, 100), (100,), (100, 100), (100,), (100, 100), (100,), (100, 100), (100,), (100, 10), (10,)]


def microseconds(work, times):
    for _ in range(10):
        work()
    best = float("inf")
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(times):
            work()
        best = min(best, (time.perf_counter() - start) / times)
    return 1e6 * best


class NotesAdam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2, self.iter, self.m, self.v = lr, beta1, beta2, 0, None, None

    def update(self, params, grads):
        if self.m is None:
            self.m, self.v = ({key: np.zeros_like(value) for key, value in params.items()} for _ in range(2))
        self.iter += 1
        rate = self.lr * np.sqrt(1.0 - self.beta2**self.iter) / (1.0 - self.beta1**self.iter)
        for key in params:
            self.m[key] += (1 - self.beta1) * (grads[key] - self.m[key])
            self.v[key] += (1 - self.beta2) * (grads[key] ** 2 - self.v[key])
            params[key] -= rate * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)


def numpy_dicts():
    print("Adam on a dict of NumPy arrays, 110,000 parameters in 10 arrays")
    for dtype in (np.float32, np.float64):
        random = np.random.default_rng(0)
        params, *turns = ({str(i): random.normal(size=shape).astype(dtype) for i, shape in enumerate(SHAPES)} for _ in range(3))

        def update(rule):
            # Two gradients take turns: with one alone its differences from the mean sink into denormal numbers.
            for grads in turns:
                rule.update(params, grads)

        one, other = (microseconds(lambda: update(rule), 100) / 2 for rule in (book.Adam(), NotesAdam()))
        print(f"  {dtype.__name__}: {one:.0f} µs; the notes' own {other / one:.2f} times that")


def torch_optimizers():
    import torch

    import thalweg.torch

    torch.set_num_threads(1)
    for title, shapes, times in (("110,000 parameters in 10 tensors", SHAPES, 200), ("25 million parameters", [(25_000_000,)], 3)):
        print(f"torch optimizers, one thread, {title}")
        for name in ("Adam", "RMSprop", "NAdam", "SGD"):
            parameters = [torch.nn.Parameter(torch.randn(shape)) for shape in shapes]
            for parameter in parameters:
                parameter.grad = 0.1 * torch.randn(parameter.shape)

            def of(make, **more):
                return microseconds(make(parameters, lr=1e-3, **more).step, times)

            ours, theirs = of(getattr(thalweg.torch, name)), of(getattr(torch.optim, name))
            line = f"  {name}: {ours:.0f} µs; torch {theirs / ours:.2f} times that"
            if name in ("Adam", "SGD"):
                line += f", fused {of(getattr(torch.optim, name), fused=True) / ours:.2f}"
            print(line)


class NotesTwoLayerNet:
    """As in the notes, call by call, with the functions of the book that they import."""

    def __init__(self, params):
        self.params = params

    def predict(self, x):
        z1 = sigmoid(np.dot(x, self.params["W1"]) + self.params["b1"])
        return softmax(np.dot(z1, self.params["W2"]) + self.params["b2"])

    def loss(self, x, t):
        y = self.predict(x)
        return -np.sum(np.log(y[np.arange(len(y)), t.argmax(axis=1)] + 1e-7)) / len(y)

    def gradient(self, x, t):
        grads = {}
        a1 = np.dot(x, self.params["W1"]) + self.params["b1"]
        z1 = sigmoid(a1)
        y = softmax(np.dot(z1, self.params["W2"]) + self.params["b2"])
        dy = (y - t) / x.shape[0]
        grads["W2"], grads["b2"] = np.dot(z1.T, dy), np.sum(dy, axis=0)
        dz1 = (1 - sigmoid(a1)) * sigmoid(a1) * np.dot(dy, self.params["W2"].T)
        grads["W1"], grads["b1"] = np.dot(x.T, dz1), np.sum(dz1, axis=0)
        return grads


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    x = x.T - np.max(x.T, axis=0)
    return (np.exp(x) / np.sum(np.exp(x), axis=0)).T


def images():
    try:
        (x, t), _ = book.load_mnist(normalize=True, one_hot_label=True)
        return "MNIST", x, t
    except ValueError:
        random = np.random.default_rng(0)
        x, t = random.random((10_000, 784), dtype=np.float32), np.eye(10)[random.integers(0, 10, 10_000)]
        # Of MNIST's pixels a fifth is not 0.
        x[x < 0.8] = 0
        return "made-up images", x, t


def two_layer_net():
    name, x, t = images()
    print(f"the notes' TwoLayerNet on {name}, their loop: 500 steps of gradient, update and loss, the best of three")
    ours = book.TwoLayerNet(784, 50, 10)
    notes = NotesTwoLayerNet({name: value.copy() for name, value in ours.params.items()})

    def learn(network, batches):
        losses = []
        for batch in batches:
            x_batch, t_batch = x[batch], t[batch]
            grad = network.gradient(x_batch, t_batch)
            for key in ("W1", "b1", "W2", "b2"):
                network.params[key] -= 0.1 * grad[key]
            losses.append(network.loss(x_batch, t_batch))
        return losses

    best, apart = [float("inf")] * 2, 0.0
    for seed in range(3):
        random = np.random.default_rng(seed)
        batches = [random.choice(len(x), 100) for _ in range(500)]
        found = []
        for side, network in enumerate((ours, notes)):
            start = time.perf_counter()
            found.append(learn(network, batches))
            best[side] = min(best[side], time.perf_counter() - start)
        apart = max(apart, np.max(np.abs(np.array(found[0]) / found[1] - 1)))
    print(f"  {1e6 * best[0] / 500:.0f} µs a step; NumPy {best[1] / best[0]:.2f} times that; losses {apart:.0e} apart")


if __name__ == "__main__":
    # As in a program that has loaded its data: the C library then gives NumPy's temporaries memory that is there already.
    large = np.ones(3_000_000)
    del large
    numpy_dicts()
    two_layer_net()
    try:
        torch_optimizers()
    except ImportError as error:
        print(error)
