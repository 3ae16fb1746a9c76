from thalweg import nn

data = nn.Dataset.load("digits")  # "mnist" where it is there
x, t = data.part("train")
model = nn.train("simple-convnet", x, t, image=data.image, rule="adam", learning_rate=0.001, epochs=20)
print(model.parameters["W1"][0, 0].round(2))  # plt.imshow(…, cmap="gray")
