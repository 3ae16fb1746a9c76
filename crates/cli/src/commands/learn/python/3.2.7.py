import numpy as np
from thalweg.book import relu

print(relu(np.array([-1.0, 0.0, 1.0, 2.0])))  # [0. 0. 1. 2.]
