"""W1 in the book's NumPy style: draw a batch, gradients by backpropagation, one Adam update."""

import time

import mnist
import numpy as np
import workload
from numpy_book import Adam, MultiLayerNet


def main():
    steps = workload.w1_arguments().steps
    images, labels = mnist.load("train")
    np.random.seed(1)
    network = MultiLayerNet(workload.SIZES)
    rule = Adam()

    def step():
        chosen = np.random.choice(len(images), workload.BATCH)
        rule.update(network.params, network.gradient(images[chosen], labels[chosen]))

    for _ in range(workload.WARMUP):
        step()
    started = time.perf_counter()
    for _ in range(steps):
        step()
    seconds = time.perf_counter() - started
    final_loss = network.loss(images[: workload.EVALUATED], labels[: workload.EVALUATED])
    workload.print_w1("numpy", seconds, steps, final_loss)


main()
