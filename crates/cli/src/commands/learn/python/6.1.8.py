from thalweg import nn

data = nn.Dataset.load("digits")  # "mnist" where it is there
layers = "linear 100, relu, linear 100, relu, linear 100, relu, linear 100, relu, linear outputs"
for rule, rate in (("sgd", 0.01), ("momentum", 0.01), ("adagrad", 0.01), ("adam", 0.001)):
    model = nn.train(layers, *data.part("train"), rule=rule, dialect="book", learning_rate=rate, steps=300)
    print(rule, model.evaluate(*data.part("test")))
