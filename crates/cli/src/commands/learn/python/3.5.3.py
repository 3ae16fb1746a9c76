import numpy as np
from thalweg.book import softmax

y = softmax(np.array([0.3, 2.9, 4.0]))
print(y, np.sum(y))
