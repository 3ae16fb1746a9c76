from thalweg.book import Adam

params, optimizer = {"x": 1.0, "y": 2.0}, Adam(lr=1.0, beta1=1 / 2, beta2=1 / 2)
optimizer.update(params, {"x": 2.0, "y": 1.0})
print(optimizer.m, optimizer.v, params)
