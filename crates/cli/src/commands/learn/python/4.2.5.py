import numpy as np
from thalweg import nn
from thalweg.book import TwoLayerNet

x, t = nn.Dataset.load("digits").part("train")
network = TwoLayerNet(input_size=64, hidden_size=50, output_size=10, weight_init_std=0.1)
for _ in range(200):
    grads = network.gradient(x, t)
    for key in network.params:
        network.params[key] -= 1.0 * grads[key]
for moved in (-0.01, 0.0, 0.01):
    network.params["W2"][0, 0] += moved
    print(moved, network.loss(x, t), network.accuracy(x, t))
    network.params["W2"][0, 0] -= moved
