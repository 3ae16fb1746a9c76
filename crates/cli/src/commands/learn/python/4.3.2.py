from thalweg.book import numerical_diff

f = lambda x: 0.01 * x**2 + 0.1 * x
print(numerical_diff(f, 5), numerical_diff(f, 10))  # 0.1999999999990898 0.2999999999986347
