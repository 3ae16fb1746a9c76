from thalweg import nn

data = nn.Dataset.load("digits")  # "mnist" where it is there
x, t = (part[:300] for part in data.part("train"))
for dropout in ("", "dropout 0.2 book, "):
    model = nn.train(f"linear 100, relu, {dropout}" * 6 + "linear outputs", x, t, rule="sgd", learning_rate=0.01, steps=900)
    print(dropout, model.evaluate(x, t).accuracy, model.evaluate(*data.part("test")).accuracy)
