from thalweg.book import MulLayer

mul_apple, mul_tax = MulLayer(), MulLayer()
price = mul_tax.forward(mul_apple.forward(100, 2), 1.1)
dapples, dtax = mul_tax.backward(1)
dapple, dnumber = mul_apple.backward(dapples)
print(price, dapple, dnumber, dtax)  # 220, 2.2, 110, 200
