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


def two_layer_net():
    print("the notes' TwoLayerNet on made-up images, 500 steps of gradient, update and loss")
    random = np.random.default_rng(0)
    x, t = random.random((2000, 784), dtype=np.float32), np.eye(10)[random.integers(0, 10, 2000)]
    # Of MNIST's pixels a fifth is not 0.
    x[x < 0.8] = 0
    batches = [random.choice(2000, 100) for _ in range(500)]
    network = book.TwoLayerNet(784, 50, 10)
    theirs = {name: value.copy() for name, value in network.params.items()}

    rule = book.SGD(0.1)

    def ours():
        for batch in batches:
            x_batch, t_batch = x[batch], t[batch]
            rule.update(network.params, network.gradient(x_batch, t_batch))
            network.loss(x_batch, t_batch)

    def forward(x):
        z = 1 / (1 + np.exp(-(np.dot(x, theirs["W1"]) + theirs["b1"])))
        a = np.dot(z, theirs["W2"]) + theirs["b2"]
        e = np.exp(a - np.max(a, axis=1, keepdims=True))
        return z, e / np.sum(e, axis=1, keepdims=True)

    def notes():
        for batch in batches:
            x_batch, t_batch = x[batch], t[batch]
            z, y = forward(x_batch)
            dy = (y - t_batch) / 100
            dz = (1 - z) * z * np.dot(dy, theirs["W2"].T)
            grads = {"W1": np.dot(x_batch.T, dz), "b1": dz.sum(axis=0), "W2": np.dot(z.T, dy), "b2": dy.sum(axis=0)}
            for name in theirs:
                theirs[name] -= 0.1 * grads[name]
            -np.sum(t_batch * np.log(forward(x_batch)[1] + 1e-7)) / 100

    times = []
    for work in (ours, notes):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    print(f"  {times[0]:.2f} s; NumPy {times[1] / times[0]:.2f} times that")


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
