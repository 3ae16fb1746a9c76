"""W1 in PyTorch: eager with the fused Adam, or with `--compile` through torch.compile."""

import time

import mnist
import torch
import workload
from torch.nn.functional import cross_entropy
from torch_network import network, tensors


def main():
    arguments = workload.w1_arguments("--compile")
    images, labels = tensors(*mnist.load("train"))
    model = network(workload.SIZES)
    rule = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)

    def loss_of(x, t):
        return cross_entropy(model(x), t)

    loss = torch.compile(loss_of) if arguments.compile else loss_of

    def step():
        chosen = torch.randint(len(images), (workload.BATCH,))
        rule.zero_grad()
        loss(images[chosen], labels[chosen]).backward()
        rule.step()

    for _ in range(workload.WARMUP):
        step()
    started = time.perf_counter()
    for _ in range(arguments.steps):
        step()
    seconds = time.perf_counter() - started
    with torch.no_grad():
        final_loss = loss_of(images[: workload.EVALUATED], labels[: workload.EVALUATED])
    workload.print_w1("torch-compile" if arguments.compile else "torch", seconds, arguments.steps, final_loss)


main()
