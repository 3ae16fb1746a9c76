import numpy as np
from thalweg.book import identity_function

x, c = np.array([1.0, 2.0, 3.0]), 0.5
layer = lambda x: c * identity_function(x)
print(layer(layer(layer(x))), c**3 * x)
