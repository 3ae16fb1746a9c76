from thalweg.book import AddLayer, MulLayer

add, square = AddLayer(), MulLayer()
t = add.forward(1, 2)
z = square.forward(t, t)
dx, dy = add.backward(sum(square.backward(1)))
print(z, dx, dy)  # 9, 6, 6
