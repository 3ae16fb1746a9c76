from thalweg.book import numerical_diff

print(numerical_diff(lambda x0: x0**2 + 4.0**2, 3.0))  # 6.00000000000378
print(numerical_diff(lambda x1: 3.0**2 + x1**2, 4.0))  # 7.999999999999119
