"""The notes' functions, layers and networks: numbers from the notes, gradients by differences, and the notes' own NumPy loop."""

import numpy as np
import pytest
from pytest import approx

import thalweg.book as book


def test_two_apples():
    apple, tax = book.MulLayer(), book.MulLayer()
    total = tax.forward(apple.forward(100, 2), 1.1)
    assert total == approx(220)
    d_apples, d_tax = tax.backward(1)
    d_price, d_count = apple.backward(d_apples)
    assert (d_price, d_count, d_tax) == (approx(2.2), approx(110), approx(200))
    both = book.AddLayer()
    assert both.forward(200, 450) == 650 and both.backward(1.1) == (1.1, 1.1)


def test_softmax_does_not_overflow_and_losses_are_those_of_the_notes():
    assert book.softmax(np.array([1010, 1000, 990])) == approx([9.99954600e-01, 4.53978686e-05, 2.06106005e-09])
    assert book.softmax(np.array([0.3, 2.9, 4.0])) == approx([0.01821127, 0.24519181, 0.73659691])
    y = np.array([[0, 0, 0.02, 0.03, 0, 0, 0, 0.1, 0.05, 0.8], [0, 0, 0, 0, 0.01, 0, 0, 0, 0.99, 0]])
    labels = np.array([3, 8])
    assert book.cross_entropy_error(y, np.eye(10)[labels]) == approx(1.7583023994178049)
    assert book.cross_entropy_error(y, labels) == approx(1.7583023994178049)
    assert book.cross_entropy_error(y[0], 3) == approx(-np.log(0.03 + 1e-7))
    assert book.mean_of_squared_errors(np.array([1.0, 3.0]), np.array([0.0, 1.0])) == 2.5
    with pytest.raises(ValueError, match="y has 2 rows and t 3"):
        book.cross_entropy_error(y, np.array([1, 2, 3]))


def test_the_books_losses_have_the_books_formulas_and_numbers():
    # Section 4.2: the answer is 2; the network is right first, then it takes the digit for a 7.
    t = np.array([0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    right = np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0])
    wrong = np.array([0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0])
    for y, squares, entropy in [
        (right, 0.0975, 0.510825457099338),
        (wrong, 0.5975, 2.302584092994546),
    ]:
        assert book.mean_squared_error(y, t) == approx(squares, rel=1e-12)
        assert book.sum_squares_error(y, t) == book.mean_squared_error(y, t)
        assert book.mean_of_squared_errors(y, t) == approx(squares * 2 / 10, rel=1e-12)
        for target in [t, 2, [2], np.array([[2]])]:
            assert book.cross_entropy_error(y, target) == approx(entropy, rel=1e-12)


@pytest.mark.parametrize("labels", [[0, -1], [3, 0], [0.5, 1]])
def test_what_is_no_class_is_refused(labels):
    y = np.full((2, 3), 1 / 3)
    network = book.TwoLayerNet(input_size=4, hidden_size=3, output_size=3)
    said = "a label is a whole number from 0 to 2"
    with pytest.raises(ValueError, match=said):
        book.cross_entropy_error(y, np.array(labels))
    with pytest.raises(ValueError, match=said):
        book.SoftmaxWithLoss().forward(y, np.array(labels))
    with pytest.raises(ValueError, match=said):
        network.accuracy(np.ones((2, 4)), np.array(labels))


def test_labels_may_stand_in_a_column():
    network = book.TwoLayerNet(input_size=4, hidden_size=3, output_size=3)
    x, labels = np.eye(4)[:3], np.array([2, 1, 0])
    assert network.accuracy(x, labels[:, None]) == network.accuracy(x, labels)


def test_activations():
    x = np.array([-1000.0, -1.0, 0.0, 1.0, 1000.0])
    with np.errstate(over="raise", invalid="raise"):
        assert book.sigmoid(x) == approx([0, 0.26894142, 0.5, 0.73105858, 1])
    assert book.relu(x).tolist() == [0, 0, 0, 1, 1000]
    assert book.step_function(x).tolist() == [0, 0, 0, 1, 1]
    assert book.sigmoid_grad(0.0) == 0.25 and book.relu_grad(x).tolist() == [0, 0, 0, 1, 1]


def test_numerical_gradients():
    def f(x):
        return x[0] ** 2 + x[1] ** 2

    assert book.numerical_diff(lambda x: 0.01 * x**2 + 0.1 * x, 5) == approx(0.2)
    for point, gradient in [([3.0, 4.0], [6, 8]), ([0.0, 2.0], [0, 4]), ([3.0, 0.0], [6, 0])]:
        x = np.array(point)
        assert book.numerical_gradient(f, x) == approx(gradient, abs=1e-8) and x.tolist() == point
    assert book.gradient_descent(f, np.array([-3.0, 4.0]), lr=0.1, step_num=100) == approx([0, 0], abs=1e-8)
    with pytest.raises(TypeError, match="x has dtype int64"):
        book.numerical_gradient(f, np.array([3, 4]))


LAYERS = {
    "affine": lambda r: (book.Affine(r.normal(size=(12, 4)), r.normal(size=4)), (3, 2, 6)),
    "relu": lambda r: (book.Relu(), (3, 4)),
    "sigmoid": lambda r: (book.Sigmoid(), (3, 4)),
    "norm": lambda r: (book.BatchNormalization(r.normal(size=4), r.normal(size=4)), (5, 4)),
    "norm of images": lambda r: (book.BatchNormalization(r.normal(size=12), r.normal(size=12)), (5, 3, 2, 2)),
    "convolution": lambda r: (book.Convolution(r.normal(size=(2, 3, 3, 2)), r.normal(size=2), stride=2, pad=1), (2, 3, 5, 6)),
    "pooling": lambda r: (book.Pooling(2, 3, stride=2, pad=0), (2, 3, 6, 7)),
}


@pytest.mark.parametrize("kind", LAYERS)
def test_each_layer_is_differentiated(kind):
    random = np.random.default_rng(1)
    layer, shape = LAYERS[kind](random)
    x = random.normal(size=shape)
    weight = random.normal(size=layer.forward(x).shape)
    layer.forward(x)
    found = layer.backward(weight)
    assert found == approx(book.numerical_gradient(lambda x: np.sum(layer.forward(x) * weight), x), abs=1e-6)
    for name, gradient in (("W", "dW"), ("b", "db"), ("gamma", "dgamma"), ("beta", "dbeta")):
        if hasattr(layer, name):
            layer.forward(x)
            layer.backward(weight)
            expected = book.numerical_gradient(lambda _: np.sum(layer.forward(x) * weight), getattr(layer, name))
            assert getattr(layer, gradient) == approx(expected, abs=1e-6), name


def test_softmax_with_loss_takes_labels_and_one_hot_rows():
    scores = np.array([[0.3, 0.2, 0.5], [2.0, -1.0, 0.0]])
    labels = np.array([1, 0])
    one, other = book.SoftmaxWithLoss(), book.SoftmaxWithLoss()
    assert one.forward(scores, labels) == approx(other.forward(scores, np.eye(3)[labels]))
    assert one.backward() == approx(other.backward())
    assert one.backward() == approx((book.softmax(scores) - np.eye(3)[labels]) / 2)
    alone = book.SoftmaxWithLoss()
    alone.forward(scores[0], np.array([0, 1, 0]))
    assert alone.backward() == approx(book.softmax(scores[0]) - [0, 1, 0])


def test_dropout_leaves_out_while_training_and_scales_at_evaluation():
    np.random.seed(0)
    layer, x = book.Dropout(0.25), np.ones((400, 100))
    assert layer.forward(x).mean() == approx(0.75, abs=0.01)
    assert (layer.backward(x) == layer.mask).all()
    assert (layer.forward(x, train_flg=False) == 0.75).all()


def test_patches_and_back():
    x = np.arange(2 * 3 * 7 * 7, dtype=float).reshape(2, 3, 7, 7)
    col = book.im2col(x, 5, 5, stride=1, pad=0)
    assert col.shape == (18, 75)
    assert col[0].reshape(3, 5, 5).tolist() == x[0, :, :5, :5].tolist()
    # <im2col(x), y> = <x, col2im(y)>.
    y = np.random.default_rng(0).normal(size=book.im2col(x, 3, 2, 2, 1).shape)
    assert np.sum(book.im2col(x, 3, 2, 2, 1) * y) == approx(np.sum(x * book.col2im(y, x.shape, 3, 2, 2, 1)))
    with pytest.raises(ValueError, match="a kernel of 9 does not fit"):
        book.im2col(x, 9, 9)


NETWORKS = {
    "two layers": lambda: book.TwoLayerNet(20, 5, 4, 0.3),
    "two layers, relu": lambda: book.TwoLayerNet(20, 5, 4, 0.3, activation="relu"),
    "several, decay": lambda: book.MultiLayerNet(20, [8, 7], 4, weight_decay_lambda=0.1),
    "several, sigmoid": lambda: book.MultiLayerNet(20, [8, 7], 4, "sigmoid", "xavier"),
    "extended, plain": lambda: book.MultiLayerNetExtend(20, [8, 7], 4),
    "extended, norm": lambda: book.MultiLayerNetExtend(20, [8, 7], 4, use_batchnorm=True, weight_decay_lambda=0.1),
    "convolution": lambda: book.SimpleConvNet((1, 10, 10), {"filter_num": 3, "filter_size": 3, "pad": 1, "stride": 1}, 6, 4, 0.3),
    "convolution, stride": lambda: book.SimpleConvNet((2, 9, 9), {"filter_num": 3, "filter_size": 3, "pad": 0, "stride": 2}, 6, 4, 0.3),
}


@pytest.mark.parametrize("kind", NETWORKS)
def test_backpropagation_and_differences_agree(kind):
    # A seed with which no kink of a ReLU lies within the differences.
    np.random.seed(11)
    network = NETWORKS[kind]()
    shape = {"convolution": (1, 10, 10), "convolution, stride": (2, 9, 9)}.get(kind, (20,))
    x, labels = np.random.randn(6, *shape), np.array([0, 1, 2, 3, 0, 1])
    for t in (labels, np.eye(4)[labels]):
        found, expected = network.gradient(x, t), network.numerical_gradient(x, t)
        assert set(found) == set(network.params)
        for name in expected:
            # The loss has log(y + 1e-7), the gradient that of log y.
            assert found[name] == approx(expected[name], abs=2e-5), name
    assert 0 <= network.accuracy(x, labels) <= 1
    before = network.loss(x, labels)
    book.SGD(0.05).update(network.params, network.gradient(x, labels))
    assert network.loss(x, labels) < before


def notes_loop(params, batches, rate):
    """The notes' network and loop, in NumPy."""

    def forward(x):
        z = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))
        a = z @ params["W2"] + params["b2"]
        e = np.exp(a - a.max(axis=1, keepdims=True))
        return z, e / e.sum(axis=1, keepdims=True)

    losses = []
    for x, t in batches:
        z, y = forward(x)
        dy = (y - t) / len(x)
        dz = z * (1 - z) * (dy @ params["W2"].T)
        grads = {"W1": x.T @ dz, "b1": dz.sum(axis=0), "W2": z.T @ dy, "b2": dy.sum(axis=0)}
        for key in params:
            params[key] -= rate * grads[key]
        losses.append(-np.sum(t * np.log(forward(x)[1] + 1e-7)) / len(x))
    return losses


def test_training_gives_the_notes_results_step_by_step():
    np.random.seed(0)
    network = book.TwoLayerNet(input_size=64, hidden_size=20, output_size=10, weight_init_std=0.1)
    theirs = {name: value.copy() for name, value in network.params.items()}
    random = np.random.default_rng(0)
    batches = [(random.random((30, 64)), np.eye(10)[random.integers(0, 10, 30)]) for _ in range(200)]
    losses = []
    for x, t in batches:
        grads = network.gradient(x, t)
        for key in ("W1", "b1", "W2", "b2"):
            network.params[key] -= 0.5 * grads[key]
        losses.append(network.loss(x, t))
    assert losses == approx(notes_loop(theirs, batches, 0.5), rel=1e-9)
    for name, value in network.params.items():
        assert value == approx(theirs[name], rel=1e-7, abs=1e-9)


def test_the_trainer_learns_and_refuses_unknown_optimizers(capsys):
    np.random.seed(1)
    x = np.random.rand(300, 8)
    t = (x[:, 0] > x[:, 1]).astype(int)
    network = book.MultiLayerNetExtend(8, [16], 2, use_batchnorm=True, use_dropout=True, dropout_ration=0.1)
    trainer = book.Trainer(network, x[:200], t[:200], x[200:], t[200:], epochs=15, mini_batch_size=20,
                           optimizer="adam", optimizer_param={"lr": 0.02}, verbose=False)
    trainer.train()
    assert len(trainer.train_loss_list) == 150 and len(trainer.test_acc_list) == 15
    assert trainer.test_acc_list[-1] > 0.85
    assert capsys.readouterr().out == ""
    with pytest.raises(ValueError, match="there is no optimizer called adamm"):
        book.Trainer(network, x, t, x, t, optimizer="adamm")


def test_parameters_are_saved_and_checked(tmp_path):
    one = book.SimpleConvNet((1, 8, 8), {"filter_num": 2, "filter_size": 3}, 5, 3)
    other = book.SimpleConvNet((1, 8, 8), {"filter_num": 2, "filter_size": 3}, 5, 3)
    one.save_params(str(tmp_path / "p.pkl"))
    other.load_params(str(tmp_path / "p.pkl"))
    assert all((one.params[name] == other.params[name]).all() for name in one.params)
    with pytest.raises(ValueError, match=r"where \(3, 1, 3, 3\) is needed"):
        book.SimpleConvNet((1, 8, 8), {"filter_num": 3, "filter_size": 3}, 5, 3).load_params(str(tmp_path / "p.pkl"))


def test_wrong_shapes_are_named():
    network = book.TwoLayerNet(4, 3, 2)
    with pytest.raises(ValueError, match=r"x has shape \[5, 3\], that is 3 numbers an example, and the network takes 4"):
        network.gradient(np.ones((5, 3)), np.zeros(5, int))
    with pytest.raises(ValueError, match="t has 4 rows for 5 examples"):
        network.gradient(np.ones((5, 4)), np.zeros(4, int))
    with pytest.raises(ValueError, match="t row 0 is no single 1 among zeros"):
        network.gradient(np.ones((5, 4)), np.full((5, 2), 0.5))
    del network.params["b2"]
    with pytest.raises(KeyError, match="params has no `b2`"):
        network.predict(np.ones((5, 4)))
    with pytest.raises(ValueError, match="there is no activation called swish"):
        book.MultiLayerNet(4, [3], 2, activation="swish")


def test_mnist_as_the_book_loads_it(mnist):
    (x_train, t_train), (x_test, t_test) = book.load_mnist(flatten=True, normalize=False)
    assert (x_train.shape, t_train.shape, x_test.shape, t_test.shape) == ((60000, 784), (60000,), (10000, 784), (10000,))
    assert (x_train.dtype, t_train[0], x_train.max()) == (np.uint8, 5, 255)
    (x_train, t_train), _ = book.load_mnist(flatten=False, normalize=True, one_hot_label=True)
    assert x_train.shape == (60000, 1, 28, 28) and x_train.dtype == np.float32 and x_train.max() == 1
    assert t_train[0].tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
