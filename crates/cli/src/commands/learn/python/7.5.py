from thalweg import nn

data = nn.Dataset.load("digits")  # "mnist" where it is there
x, t = data.part("train")
model = nn.train("simple-convnet", x, t, image=data.image, rule="adam", learning_rate=0.001, epochs=20)
print(model.evaluate(*data.part("test")).accuracy)
