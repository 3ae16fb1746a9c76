import numpy as np

A, B = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])
print(np.dot(A, B))  # [[19 22] [43 50]]
