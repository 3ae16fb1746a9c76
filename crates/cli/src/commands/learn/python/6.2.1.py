from thalweg import nn

data = nn.Dataset.load("digits")  # "mnist" where it is there
layers = "linear 100, relu, linear 100, relu, linear 100, relu, linear 100, relu, linear outputs"
for initial in ("zeros", "he"):
    model = nn.train(layers, *data.part("train"), rule="sgd", initial=initial, learning_rate=0.1, steps=300)
    print(initial, model.evaluate(*data.part("test")))
