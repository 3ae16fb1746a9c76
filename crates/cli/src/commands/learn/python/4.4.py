import numpy as np
from thalweg.book import numerical_gradient

f = lambda x: x[0] ** 2 + x[1] ** 2
for point in ([3.0, 4.0], [0.0, 2.0], [3.0, 0.0]):
    print(numerical_gradient(f, np.array(point)))  # [6. 8.], [0. 4.], [6. 0.]
