import numpy as np
from thalweg.book import Sigmoid

layer = Sigmoid()
print(layer.forward(np.array([-1.0, 0.0, 1.0, 2.0])))
print(layer.backward(np.ones(4)))
