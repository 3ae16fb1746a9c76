import numpy as np
from thalweg.book import cross_entropy_error

y = np.zeros((2, 10))
y[0, [2, 3, 7, 8, 9]] = [0.02, 0.03, 0.1, 0.05, 0.8]
y[1, [4, 8]] = [0.01, 0.99]
print(cross_entropy_error(y, np.array([3, 8])), cross_entropy_error(y, np.eye(10)[[3, 8]]))  # 1.7583023994178049 twice
