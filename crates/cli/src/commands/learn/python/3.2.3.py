import numpy as np
from thalweg.book import step_function

print(step_function(np.array([-1.0, 0.0, 1.0, 2.0])))  # [0 0 1 1]
