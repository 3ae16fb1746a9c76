import numpy as np
from thalweg.book import sigmoid

print(sigmoid(np.array([-1.0, 1.0, 2.0])))  # [0.26894142 0.73105858 0.88079708]
