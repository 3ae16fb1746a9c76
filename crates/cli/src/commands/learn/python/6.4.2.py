from thalweg import nn

data = nn.Dataset.load("digits")  # "mnist" where it is there
x, t = (part[:300] for part in data.part("train"))
layers = "linear 100, relu, " * 6 + "linear outputs"
for decay in (0.0, 0.1):
    model = nn.train(layers, x, t, rule="sgd", learning_rate=0.01, hyperparameters={"weight_decay": decay}, steps=600)
    print(decay, model.evaluate(x, t).accuracy, model.evaluate(*data.part("test")).accuracy)
