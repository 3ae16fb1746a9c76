import numpy as np
from thalweg.book import BatchNormalization

layer = BatchNormalization(gamma=np.ones(1), beta=np.zeros(1))
print(layer.forward(np.array([[1.0], [2.0], [3.0], [6.0]])))
