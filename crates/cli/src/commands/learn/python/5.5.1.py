import numpy as np
from thalweg.book import Relu

layer = Relu()
print(layer.forward(np.array([[1.0, -0.5], [-2.0, 3.0]])))
print(layer.backward(np.array([[1.0, 2.0], [3.0, 4.0]])))
