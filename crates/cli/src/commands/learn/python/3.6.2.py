from thalweg import nn

data = nn.Dataset.load("digits")
x, t = data.part("train")
model = nn.train("linear 50, sigmoid, linear 100, sigmoid, linear outputs", x, t, rule="adam", learning_rate=0.01, epochs=50)
print(model.evaluate(*data.part("test")).accuracy)
