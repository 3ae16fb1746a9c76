import numpy as np
from thalweg.book import SoftmaxWithLoss

layer = SoftmaxWithLoss()
print(layer.forward(np.log([0.3, 0.2, 0.5]), np.array([0, 1, 0])), layer.backward())  # [ 0.3 -0.8  0.5]
