from thalweg import nn

data = nn.Dataset.load("digits")  # "mnist" where it is there
for norm in ("", "batch-norm, "):
    layers = f"linear 100, {norm}relu, " * 5 + "linear outputs"
    for initial in ("1.0", "0.01"):
        model = nn.train(layers, *data.part("train"), rule="sgd", initial=initial, learning_rate=0.01, steps=200)
        print(norm, initial, model.evaluate(*data.part("train")).accuracy)
