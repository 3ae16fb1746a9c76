import numpy as np
from thalweg.book import Convolution

x = np.array([[(column - row + 1) % 4 for column in range(7)] for row in range(7)], dtype=float)
W = np.array([[2.0, 0.0, 1.0], [0.0, 1.0, 2.0], [1.0, 0.0, 2.0]])
layer = Convolution(W[None, None], np.zeros(1), stride=2)
print(layer.forward(x[None, None])[0, 0])
