import numpy as np
from thalweg import nn

data, random = nn.Dataset.load("digits"), np.random.default_rng(1)
layers = "linear 100, relu, " * 6 + "linear outputs"
trials = []
for _ in range(20):
    rate, decay = 10 ** random.uniform(-6, -2), 10 ** random.uniform(-8, -4)
    model = nn.train(
        layers, *data.part("train"), rule="sgd", learning_rate=rate, hyperparameters={"weight_decay": decay}, steps=200
    )
    trials.append((model.evaluate(*data.part("validation")).accuracy, rate, decay))
print(sorted(trials, reverse=True)[:5])
