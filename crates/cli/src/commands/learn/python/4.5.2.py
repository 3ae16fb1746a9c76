import numpy as np
from thalweg import nn
from thalweg.book import SGD, TwoLayerNet

x_train, t_train = nn.Dataset.load("digits").part("train")  # "mnist" where it is there
network, optimizer = TwoLayerNet(x_train.shape[1], 50, 10), SGD(lr=0.1)
for i in range(2001):
    mask = np.random.choice(len(x_train), 100)
    x, t = x_train[mask], t_train[mask]
    optimizer.update(network.params, network.gradient(x, t))
    if i % 500 == 0:
        print(i, network.loss(x, t))
