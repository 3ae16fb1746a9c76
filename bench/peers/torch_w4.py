"""W4 in PyTorch: eager with the fused Adam, or with `--compile` through torch.compile."""

import time

import torch
import torch_network  # sets threads and seed
import workload
from torch import nn
from torch.nn.functional import cross_entropy


def network(program: str) -> nn.Sequential:
    if program == "c":
        return nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))
    if program == "a":
        layers = [nn.Conv2d(1, 30, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4320, 100)]
        return nn.Sequential(nn.Unflatten(1, (1, 28, 28)), *layers, nn.ReLU(), nn.Linear(100, 10))
    first = [nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
    second = [nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    dense = [nn.Linear(3136, 1024), nn.ReLU(), nn.Linear(1024, 10)]
    return nn.Sequential(nn.Unflatten(1, (1, 28, 28)), *first, *second, *dense)


def main():
    arguments = workload.w4_arguments("--compile")
    batch = workload.w4_batch(arguments.program)
    images, labels = torch_network.tensors(*workload.w4_data(arguments.program))
    model = network(arguments.program)
    rule = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)

    def loss_of(x, t):
        return cross_entropy(model(x), t)

    loss = torch.compile(loss_of) if arguments.compile else loss_of

    def step():
        chosen = torch.randint(len(images), (batch,))
        rule.zero_grad()
        loss(images[chosen], labels[chosen]).backward()
        rule.step()

    for _ in range(max(5, arguments.steps // 10)):
        step()
    started = time.perf_counter()
    for _ in range(arguments.steps):
        step()
    seconds = time.perf_counter() - started
    with torch.no_grad():
        final_loss = loss_of(images[: workload.EVALUATED], labels[: workload.EVALUATED])
    name = "torch-compile" if arguments.compile else "torch"
    workload.print_w1(name, seconds, arguments.steps, final_loss, f"w4{arguments.program}")


main()
