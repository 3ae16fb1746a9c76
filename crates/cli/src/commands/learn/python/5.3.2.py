from thalweg.book import MulLayer

layer = MulLayer()
print(layer.forward(10, 5), layer.backward(1.3))  # 50 (6.5, 13.0)
