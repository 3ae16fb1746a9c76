from thalweg import nn
from thalweg.book import Trainer, TwoLayerNet

data = nn.Dataset.load("digits")  # "mnist" where it is there
x, t = data.part("train")
network = TwoLayerNet(x.shape[1], 50, 10, activation="relu")
trainer = Trainer(network, x, t, *data.part("test"), epochs=100, optimizer_param={"lr": 0.1}, verbose=False)
trainer.train()
print(trainer.train_acc_list[::20], trainer.test_acc_list[::20])
