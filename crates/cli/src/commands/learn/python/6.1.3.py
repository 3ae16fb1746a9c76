from thalweg.book import SGD

params = {"x": -7.0, "y": 2.0}
optimizer = SGD(lr=0.95)
for _ in range(30):
    optimizer.update(params, {"x": params["x"] / 10, "y": 2 * params["y"]})
print(params)
# x -0.350393, y 0.084782
