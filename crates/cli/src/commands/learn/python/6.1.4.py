from thalweg.book import Momentum

params = {"x": -7.0, "y": 2.0}
optimizer = Momentum(lr=0.1)
for _ in range(30):
    optimizer.update(params, {"x": params["x"] / 10, "y": 2 * params["y"]})
print(params)
