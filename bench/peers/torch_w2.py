"""The three programs of W2 in eager PyTorch, fused rules throughout."""

import random

import mnist
import torch
import workload
from torch.nn.functional import cross_entropy
from torch_network import network, tensors


def train_step(model, rule, x, t):
    """One update, then the loss of the same batch again, as the book's scripts record it."""
    rule.zero_grad()
    cross_entropy(model(x), t).backward()
    rule.step()
    with torch.no_grad():
        return cross_entropy(model(x), t).item()


@torch.no_grad()
def accuracy(model, x, t):
    return (model(x).argmax(1) == t).float().mean().item()


def compare_rules(fraction):
    """(a) Four rules on W1's network."""
    images, labels = tensors(*mnist.load("train"))
    make = {
        "sgd": lambda p, rate: torch.optim.SGD(p, lr=rate, fused=True),
        "momentum": lambda p, rate: torch.optim.SGD(p, lr=rate, momentum=0.9, fused=True),
        "adagrad": lambda p, rate: torch.optim.Adagrad(p, lr=rate, fused=True),
        "adam": lambda p, rate: torch.optim.Adam(p, lr=rate, fused=True),
    }
    models = {name: network(workload.SIZES) for name in make}
    rules = {name: make[name](models[name].parameters(), rate) for name, rate in workload.RULES.items()}
    losses = {name: [] for name in make}
    for _ in range(workload.share(2_000, fraction)):
        chosen = torch.randint(len(images), (workload.BATCH,))
        x, t = images[chosen], labels[chosen]
        for name in make:
            losses[name].append(train_step(models[name], rules[name], x, t))
    recent = {name: values[-100:] for name, values in losses.items()}
    return {"final_loss": {name: round(sum(values) / len(values), 4) for name, values in recent.items()}}


def train_two_layers(fraction):
    """(b) 784-50-10; accuracy over both splits at the start of every epoch of 600 steps."""
    images, labels = tensors(*mnist.load("train"))
    test_images, test_labels = tensors(*mnist.load("test"))
    model = network([784, 50, 10], spread=0.01)
    rule = torch.optim.SGD(model.parameters(), lr=0.1, fused=True)
    for number in range(workload.share(10_000, fraction)):
        chosen = torch.randint(len(images), (100,))
        train_step(model, rule, images[chosen], labels[chosen])
        if number % 600 == 0:
            train, test = accuracy(model, images, labels), accuracy(model, test_images, test_labels)
    return {"train_accuracy": round(train, 4), "test_accuracy": round(test, 4)}


def search_hyperparameters(fraction):
    """(c) 100 random pairs of learning rate and weight decay, 50 epochs on 400 images, judged on another 100."""
    images, labels = tensors(*mnist.load("train"))
    order = torch.randperm(500)
    images, labels = images[order], labels[order]
    x_valid, t_valid, x_train, t_train = images[:100], labels[:100], images[100:], labels[100:]
    best = 0.0
    for _ in range(workload.share(100, fraction)):
        model = network([784] + [100] * 6 + [10])
        weights = [p for p in model.parameters() if p.ndim == 2]
        biases = [p for p in model.parameters() if p.ndim == 1]
        groups = [{"params": weights, "weight_decay": 10 ** random.uniform(-8, -4)}, {"params": biases}]
        rule = torch.optim.SGD(groups, lr=10 ** random.uniform(-6, -2), fused=True)
        for number in range(50 * 4):
            chosen = torch.randint(len(x_train), (100,))
            train_step(model, rule, x_train[chosen], t_train[chosen])
            if number % 4 == 0:
                accuracy(model, x_train, t_train)
                valid = accuracy(model, x_valid, t_valid)
        best = max(best, valid)
    return {"best_validation_accuracy": round(best, 4)}


def main():
    arguments = workload.w2_arguments()
    random.seed(1)
    program = {"a": compare_rules, "b": train_two_layers, "c": search_hyperparameters}[arguments.program]
    workload.print_w2("torch", arguments.program, **program(arguments.fraction))


main()
