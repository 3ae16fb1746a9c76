import numpy as np
from thalweg.book import Affine, Sigmoid

layers = [
    Affine(np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]), np.array([0.1, 0.2, 0.3])), Sigmoid(),
    Affine(np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]]), np.array([0.1, 0.2])), Sigmoid(),
    Affine(np.array([[0.1, 0.3], [0.2, 0.4]]), np.array([0.1, 0.2])),
]
y = np.array([[1.0, 0.5]])
for layer in layers:
    y = layer.forward(y)
print(y)  # [[0.31682708 0.69627909]]
