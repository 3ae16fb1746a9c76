from thalweg import nn

data = nn.Dataset.load("digits")  # "mnist" where it is there
x, t = (part[:300] for part in data.part("train"))
model = nn.train("linear 100, relu, " * 6 + "linear outputs", x, t, rule="sgd", learning_rate=0.01, steps=600)
print(model.evaluate(x, t).accuracy, model.evaluate(*data.part("test")).accuracy)
