import numpy as np
from thalweg.book import Affine

layer = Affine(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([1.0, 2.0, 3.0]))
print(layer.forward(np.array([[1.0, 2.0], [3.0, 4.0]])))
print(layer.backward(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])), layer.dW, layer.db)  # db: [5. 7. 9.]
