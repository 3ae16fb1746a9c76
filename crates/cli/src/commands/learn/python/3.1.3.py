import numpy as np
from thalweg.book import sigmoid, step_function

x = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
a = x @ np.array([0.5, 0.5]) - 0.7
print(step_function(a), sigmoid(a))
