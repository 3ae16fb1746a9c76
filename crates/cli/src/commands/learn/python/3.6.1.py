from thalweg import nn

data = nn.Dataset.load("digits")  # "mnist" where it is there: thalweg data get mnist
x, t = data.part("train")
print(x.shape, t.shape, t[0])
