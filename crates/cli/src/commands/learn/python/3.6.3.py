import numpy as np
from thalweg import nn

data = nn.Dataset.load("digits")
model = nn.train("linear 50, sigmoid, linear outputs", *data.part("train"), rule="adam", learning_rate=0.01, epochs=50)
x, t = data.part("test")
right = sum(np.sum(model.predict(x[i : i + 100]) == t[i : i + 100]) for i in range(0, len(x), 100))
print(right / len(x))
