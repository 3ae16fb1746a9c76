"""The network of the workloads in PyTorch, written as its users write it."""

import numpy as np
import torch
import workload
from torch import nn

torch.set_num_threads(workload.threads())
torch.manual_seed(1)


def network(sizes, spread=None):
    """A chain of linear layers with ReLU between them.

    `spread` is the standard deviation of the first weights; He's when it is not given. Biases start at zero.
    """
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        linear = nn.Linear(inputs, outputs)
        nn.init.normal_(linear.weight, std=spread or (2 / inputs) ** 0.5)
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def tensors(images, labels):
    """NumPy's images and labels as f32 and i64 tensors."""
    return torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))
