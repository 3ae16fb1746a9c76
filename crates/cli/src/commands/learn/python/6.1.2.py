from thalweg.book import SGD

params, optimizer = {"x": 1.0, "y": 2.0}, SGD(lr=0.1)
for _ in range(2):
    optimizer.update(params, {"x": 2.0, "y": 1.0})
    print(params)
