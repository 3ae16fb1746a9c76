import numpy as np
from thalweg import nn
from thalweg.book import TwoLayerNet

x, t = nn.Dataset.load("digits").part("train")
network = TwoLayerNet(input_size=64, hidden_size=50, output_size=10)
numerical, backprop = network.numerical_gradient(x[:3], t[:3]), network.gradient(x[:3], t[:3])
for key in backprop:
    print(key, np.average(np.abs(backprop[key] - numerical[key])))
