import numpy as np
from thalweg.book import Pooling

x = np.array([[1.0, 2.0, 1.0, 0.0], [0.0, 1.0, 2.0, 3.0], [3.0, 0.0, 1.0, 2.0], [2.0, 4.0, 0.0, 1.0]])
print(Pooling(2, 2, stride=2).forward(x[None, None])[0, 0])  # [[2. 3.] [4. 2.]]
