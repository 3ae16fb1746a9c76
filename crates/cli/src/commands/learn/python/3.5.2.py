import numpy as np
from thalweg.book import softmax

a = np.array([1010.0, 1000.0, 990.0])
print(np.exp(a) / np.sum(np.exp(a)))  # [nan nan nan], with warnings
print(softmax(a))
