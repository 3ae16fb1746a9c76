import numpy as np
from thalweg import nn
from thalweg.book import TwoLayerNet

x, t = nn.Dataset.load("digits").part("train")
network = TwoLayerNet(input_size=64, hidden_size=50, output_size=10, weight_init_std=0.5)
mask = np.random.choice(len(x), 100)
print(network.loss(x[mask], t[mask]), network.loss(x, t))
