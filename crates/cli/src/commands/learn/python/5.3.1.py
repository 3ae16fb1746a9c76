from thalweg.book import AddLayer

layer = AddLayer()
print(layer.forward(10, 5), layer.backward(1.3))  # 15 (1.3, 1.3)
