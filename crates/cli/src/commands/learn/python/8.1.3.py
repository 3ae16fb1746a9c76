from thalweg import nn

data = nn.Dataset.load("digits")  # "mnist" where it is there
x, t = data.part("train")
model = nn.train("simple-convnet", x, t, image=data.image, rule="adam", learning_rate=0.001, epochs=20)
x, t = data.part("test")
wrong = (model.predict(x) != t).nonzero()[0]
print(len(wrong), wrong[:10], t[wrong[:10]], model.predict(x[wrong[:10]]))
