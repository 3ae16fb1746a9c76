import numpy as np
from thalweg.book import SimpleConvNet

network = SimpleConvNet()
for name, value in network.params.items():
    print(name, value.shape)
print(network.predict(np.zeros((1, 1, 28, 28))).shape)
