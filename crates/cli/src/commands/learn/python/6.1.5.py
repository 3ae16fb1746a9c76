from thalweg.book import AdaGrad, RMSprop

for optimizer in (AdaGrad(lr=1.0), RMSprop(lr=1.0, decay_rate=3 / 4)):
    params = {"x": 1.0, "y": 2.0}
    optimizer.update(params, {"x": 2.0, "y": 1.0})
    print(optimizer, optimizer.h, params)
