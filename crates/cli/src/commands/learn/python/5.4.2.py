from thalweg.book import AddLayer, MulLayer

mul_apple, mul_orange, add, mul_tax = MulLayer(), MulLayer(), AddLayer(), MulLayer()
price = mul_tax.forward(add.forward(mul_apple.forward(100, 2), mul_orange.forward(150, 3)), 1.1)
dall, dtax = mul_tax.backward(1)
dapples, doranges = add.backward(dall)
print(price, mul_apple.backward(dapples), mul_orange.backward(doranges), dtax)  # 715 (2.2, 110) (3.3, 165) 650
