"""The three programs of W2 in the book's NumPy style, each as the book's script goes about it."""

import mnist
import numpy as np
import workload
from numpy_book import SGD, AdaGrad, Adam, Momentum, MultiLayerNet, TwoLayerNet


def compare_rules(fraction):
    """(a) Four rules on W1's network; the loss is evaluated again on the same batch after each update."""
    images, labels = mnist.load("train")
    classes = {"sgd": SGD, "momentum": Momentum, "adagrad": AdaGrad, "adam": Adam}
    rules = {name: classes[name](rate) for name, rate in workload.RULES.items()}
    networks = {name: MultiLayerNet(workload.SIZES) for name in rules}
    losses = {name: [] for name in rules}
    for _ in range(workload.share(2_000, fraction)):
        chosen = np.random.choice(len(images), workload.BATCH)
        x, t = images[chosen], labels[chosen]
        for name, rule in rules.items():
            rule.update(networks[name].params, networks[name].gradient(x, t))
            losses[name].append(networks[name].loss(x, t))
    return {"final_loss": {name: round(float(np.mean(values[-100:])), 4) for name, values in losses.items()}}


def train_two_layers(fraction):
    """(b) 784-50-10 on one-hot targets; accuracy over both splits at the start of every epoch of 600 steps."""
    images, labels = mnist.load("train")
    test_images, test_labels = mnist.load("test")
    targets, test_targets = np.eye(10)[labels], np.eye(10)[test_labels]
    network = TwoLayerNet(784, 50, 10)
    rule = SGD(0.1)
    losses = []
    for number in range(workload.share(10_000, fraction)):
        chosen = np.random.choice(len(images), 100)
        x, t = images[chosen], targets[chosen]
        rule.update(network.params, network.gradient(x, t))
        losses.append(network.loss(x, t))
        if number % 600 == 0:
            train, test = network.accuracy(images, targets), network.accuracy(test_images, test_targets)
    return {"train_accuracy": round(float(train), 4), "test_accuracy": round(float(test), 4)}


def search_hyperparameters(fraction):
    """(c) 100 random pairs of learning rate and weight decay, 50 epochs on 400 images, judged on another 100."""
    images, labels = mnist.load("train")
    order = np.random.permutation(500)
    images, labels = images[:500][order], labels[:500][order]
    x_valid, t_valid, x_train, t_train = images[:100], labels[:100], images[100:], labels[100:]
    best = 0.0
    for _ in range(workload.share(100, fraction)):
        weight_decay = 10 ** np.random.uniform(-8, -4)
        rule = SGD(10 ** np.random.uniform(-6, -2))
        network = MultiLayerNet([784] + [100] * 6 + [10], weight_decay)
        losses, train, valid = [], [], []
        for number in range(50 * 4):
            chosen = np.random.choice(len(x_train), 100)
            x, t = x_train[chosen], t_train[chosen]
            rule.update(network.params, network.gradient(x, t))
            losses.append(network.loss(x, t))
            if number % 4 == 0:
                train.append(network.accuracy(x_train, t_train))
                valid.append(network.accuracy(x_valid, t_valid))
        best = max(best, valid[-1])
    return {"best_validation_accuracy": round(float(best), 4)}


def main():
    arguments = workload.w2_arguments()
    np.random.seed(1)
    program = {"a": compare_rules, "b": train_two_layers, "c": search_hyperparameters}[arguments.program]
    workload.print_w2("numpy", arguments.program, **program(arguments.fraction))


main()
