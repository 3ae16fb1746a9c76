import numpy as np
from thalweg.book import mean_of_squared_errors, mean_squared_error

t = np.array([0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
y = np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0])
print(mean_squared_error(y, t), mean_of_squared_errors(y, t))  # 0.0975 and 0.0195, as the book and the notes have it
