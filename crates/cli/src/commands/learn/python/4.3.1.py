f = lambda x: 0.01 * x**2 + 0.1 * x
for h in (1e-1, 1e-4, 1e-10, 1e-16, 1e-50):
    print(h, (f(5 + h) - f(5)) / h, (f(5 + h) - f(5 - h)) / (2 * h))
