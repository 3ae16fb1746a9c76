import numpy as np
from thalweg.book import Convolution

x = np.array([[1.0, 2.0, 3.0, 0.0], [0.0, 1.0, 2.0, 3.0], [3.0, 0.0, 1.0, 2.0], [2.0, 3.0, 0.0, 1.0]])
W = np.array([[2.0, 0.0, 1.0], [0.0, 1.0, 2.0], [1.0, 0.0, 2.0]])
layer = Convolution(W[None, None], np.zeros(1))
print(layer.forward(x[None, None])[0, 0])  # [[15. 16.] [ 6. 15.]]
