import numpy as np
from thalweg.book import numerical_gradient, softmax_loss

W = np.array([[0.47355232, 0.9977393, 0.84668094], [0.85557411, 0.03563661, 0.69422093]])
x, t = np.array([0.6, 0.9]), np.array([0, 0, 1])
print(softmax_loss(x @ W, t))  # 0.9280682857864075
print(numerical_gradient(lambda W: softmax_loss(x @ W, t), W))
