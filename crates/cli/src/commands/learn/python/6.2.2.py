import numpy as np
from thalweg.book import sigmoid

for deviation in (1.0, 0.01, np.sqrt(1 / 100)):
    x = np.random.randn(1000, 100)
    for _ in range(5):
        x = sigmoid(x @ (np.random.randn(100, 100) * deviation))
    print(deviation, np.histogram(x, bins=10, range=(0, 1))[0])
