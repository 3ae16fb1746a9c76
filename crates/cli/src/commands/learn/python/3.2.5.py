import numpy as np
from thalweg.book import sigmoid, step_function

x = np.arange(-5.0, 5.0, 0.1)
print(np.abs(step_function(x) - sigmoid(x)).max())  # plt.plot(x, step_function(x)); plt.plot(x, sigmoid(x))
