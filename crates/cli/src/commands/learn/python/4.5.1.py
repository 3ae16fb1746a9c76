from thalweg.book import TwoLayerNet

network = TwoLayerNet(input_size=784, hidden_size=50, output_size=10)
for name, value in network.params.items():
    print(name, value.shape)
