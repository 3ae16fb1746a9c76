import numpy as np
from thalweg.book import gradient_descent

f = lambda x: x[0] ** 2 + x[1] ** 2
for lr in (0.1, 10.0, 1e-10):
    print(lr, gradient_descent(f, init_x=np.array([-3.0, 4.0]), lr=lr, step_num=100))
