from thalweg import nn

data = nn.Dataset.load("digits")  # "mnist" where it is there
layers = "linear 100, relu, linear 100, relu, linear 100, relu, linear 100, relu, linear outputs"
for initial in ("0.01", "xavier", "he"):
    model = nn.train(layers, *data.part("train"), rule="sgd", initial=initial, learning_rate=0.01, steps=1000)
    print(initial, model.evaluate(*data.part("train")).loss)
