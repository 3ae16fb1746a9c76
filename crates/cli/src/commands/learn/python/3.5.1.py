import numpy as np
from thalweg.book import softmax

print(softmax(np.array([0.3, 2.9, 4.0])))  # [0.01821127 0.24519181 0.73659691]
