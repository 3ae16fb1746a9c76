from thalweg.book import MulLayer

mul_apple, mul_tax = MulLayer(), MulLayer()
price = mul_tax.forward(mul_apple.forward(100, 2), 1.1)
print(price)  # 220.00000000000003
