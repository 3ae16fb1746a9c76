"""The notes' own steps, paths and NumPy code against `thalweg.book`."""

import numpy as np
import pytest
from pytest import approx

import thalweg.book as book


def test_adagrad_step_by_hand():
    optimizer = book.AdaGrad(1)
    params, grads = {"x": 1, "y": 2}, {"x": 2, "y": 1}
    optimizer.update(params, grads)
    assert optimizer.h == {"x": 4, "y": 1}
    assert params == {"x": approx(5e-8, rel=1e-6), "y": approx(1.0000001, rel=1e-14)}
    assert type(params["x"]) is float


def test_rmsprop_step_by_hand():
    optimizer = book.RMSprop(1.0, 3 / 4)
    params = {"x": 1.0, "y": 2.0}
    optimizer.update(params, {"x": 2.0, "y": 1.0})
    assert optimizer.h == {"x": 1.0, "y": 0.25}
    assert params == {"x": approx(1 - 2 / 1.0000001, rel=1e-15), "y": approx(2 - 1 / 0.5000001, abs=1e-15)}


def test_adam_step_by_hand():
    optimizer = book.Adam(1.0, 1 / 2, 1 / 2)
    assert (optimizer.iter, optimizer.m, optimizer.v) == (0, None, None)
    params = {"x": 1.0, "y": 2.0}
    optimizer.update(params, {"x": 2.0, "y": 1.0})
    assert (optimizer.m, optimizer.v, optimizer.iter) == ({"x": 1.0, "y": 0.5}, {"x": 2.0, "y": 0.5}, 1)
    rate, root = 0.5**0.5 / 0.5, 0.5**0.5
    expected = {"x": 1 - rate / (2**0.5 + 1e-7), "y": 2 - rate * 0.5 / (root + 1e-7)}
    assert params == {name: approx(value, abs=1e-15) for name, value in expected.items()}


@pytest.mark.parametrize(
    ("optimizer", "end"),
    [
        (book.SGD(0.95), (-0.350393, 0.084782)),
        (book.Momentum(0.1), (0.896414, 0.088086)),
        (book.AdaGrad(1.5), (-0.120162, 0.0)),
        (book.Adam(0.3), (0.136007, 0.318245)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_path_down_the_bowl(optimizer, end):
    params = {"x": -7.0, "y": 2.0}
    for _ in range(30):
        optimizer.update(params, {"x": params["x"] / 10, "y": 2 * params["y"]})
    assert (params["x"], params["y"]) == approx(end, abs=1e-6)


class NumPySGD:
    def __init__(self, lr):
        self.lr = lr

    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * grads[key]


class NumPyWithVelocity:
    def __init__(self, lr, momentum):
        self.lr, self.momentum, self.v = lr, momentum, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {key: np.zeros_like(value) for key, value in params.items()}
        for key in params:
            self.one(params, key, grads[key])


class NumPyMomentum(NumPyWithVelocity):
    def one(self, params, key, grad):
        self.v[key] = self.momentum * self.v[key] - self.lr * grad
        params[key] += self.v[key]


class NumPyNesterovAsPrinted(NumPyWithVelocity):
    def one(self, params, key, grad):
        self.v[key] *= self.momentum
        self.v[key] -= self.lr * grad
        params[key] += self.momentum * self.momentum * self.v[key]
        params[key] -= (1 + self.momentum) * self.lr * grad


class NumPyNesterov(NumPyWithVelocity):
    """The same statements in the right order."""

    def one(self, params, key, grad):
        params[key] += self.momentum * self.momentum * self.v[key]
        params[key] -= (1 + self.momentum) * self.lr * grad
        self.v[key] *= self.momentum
        self.v[key] -= self.lr * grad


class NumPyAdaGrad:
    def __init__(self, lr):
        self.lr, self.h = lr, None

    def update(self, params, grads):
        if self.h is None:
            self.h = {key: np.zeros_like(value) for key, value in params.items()}
        for key in params:
            self.h[key] += grads[key] * grads[key]
            params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e-7)


class NumPyRMSprop:
    def __init__(self, lr, decay_rate):
        self.lr, self.decay_rate, self.h = lr, decay_rate, None

    def update(self, params, grads):
        if self.h is None:
            self.h = {key: np.zeros_like(value) for key, value in params.items()}
        for key in params:
            self.h[key] *= self.decay_rate
            self.h[key] += (1 - self.decay_rate) * grads[key] * grads[key]
            params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e-7)


class NumPyAdam:
    def __init__(self, lr, beta1, beta2):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.iter, self.m, self.v = 0, None, None

    def update(self, params, grads):
        if self.m is None:
            self.m = {key: np.zeros_like(value) for key, value in params.items()}
            self.v = {key: np.zeros_like(value) for key, value in params.items()}
        self.iter += 1
        lr_t = self.lr * np.sqrt(1.0 - self.beta2**self.iter) / (1.0 - self.beta1**self.iter)
        for key in params:
            self.m[key] += (1 - self.beta1) * (grads[key] - self.m[key])
            self.v[key] += (1 - self.beta2) * (grads[key] ** 2 - self.v[key])
            params[key] -= lr_t * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)


RULES = [
    (book.SGD, NumPySGD, (0.1,), ""),
    (book.Momentum, NumPyMomentum, (0.1, 0.8), "v"),
    (book.Nesterov, NumPyNesterov, (0.1, 0.8), "v"),
    (book.NesterovAsPrinted, NumPyNesterovAsPrinted, (0.1, 0.8), "v"),
    (book.AdaGrad, NumPyAdaGrad, (0.1,), "h"),
    (book.RMSprop, NumPyRMSprop, (0.01, 0.9), "h"),
    (book.Adam, NumPyAdam, (0.01, 0.9, 0.99), "mv"),
]


def views(random, dtype):
    """Arrays of every layout: contiguous, transposed, reversed, strided, columns that interleave, 0-d, empty."""
    whole = random.normal(size=(8, 6)).astype(dtype)
    return {
        "contiguous": random.normal(size=(5, 3)).astype(dtype),
        "transposed": random.normal(size=(3, 7)).astype(dtype).T,
        "reversed": random.normal(size=9).astype(dtype)[::-1],
        "even": whole[:, ::2],
        "odd": whole[:, 1::2],
        "cube": random.normal(size=(4, 3, 2)).astype(dtype)[::2, ::-1].transpose(2, 0, 1),
        "scalar": np.array(random.normal(), dtype=dtype),
        "none": np.zeros((0, 3), dtype=dtype),
    }


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize(("ours", "theirs", "settings", "states"), RULES, ids=[rule[0].__name__ for rule in RULES])
def test_each_rule_follows_the_numpy_code(ours, theirs, settings, states, dtype, tolerance):
    random = np.random.default_rng(7)
    params = views(random, dtype)
    arrays = dict(params)
    expected = {key: value.astype(np.float64) for key, value in params.items()}
    optimizer, reference = ours(*settings), theirs(*settings)
    for step in range(12):
        if step == 8:
            optimizer.lr /= 2
            reference.lr /= 2
        grads = views(random, dtype)
        optimizer.update(params, grads)
        reference.update(expected, {key: value.astype(np.float64) for key, value in grads.items()})
    for key, value in params.items():
        assert value is arrays[key], "arrays change in place"
        assert value.dtype == dtype
        np.testing.assert_allclose(value, expected[key], rtol=tolerance, atol=tolerance)
        for name in states:
            state, wanted = getattr(optimizer, name)[key], getattr(reference, name)[key]
            assert (state.shape, state.dtype) == (value.shape, dtype)
            np.testing.assert_allclose(state, wanted, rtol=tolerance, atol=tolerance)


def test_gradients_may_be_of_any_layout_too():
    params = {"W": np.zeros((2, 3))}
    book.SGD(1.0).update(params, {"W": np.asfortranarray([[1.0, 2, 3], [4, 5, 6]])})
    assert params["W"].tolist() == [[-1, -2, -3], [-4, -5, -6]]
    book.SGD(1.0).update(params, {"W": np.broadcast_to(np.array([1.0, 0, 0]), (2, 3))})
    assert params["W"].tolist() == [[-2, -2, -3], [-5, -5, -6]]


def test_a_fortran_array_keeps_its_state_by_element():
    params = {"W": np.asfortranarray(np.zeros((2, 3)))}
    optimizer = book.Momentum(1.0, 0.5)
    optimizer.update(params, {"W": np.array([[1.0, 2, 3], [4, 5, 6]])})
    assert optimizer.v["W"].tolist() == [[-1, -2, -3], [-4, -5, -6]]
    assert params["W"].tolist() == [[-1, -2, -3], [-4, -5, -6]]


def test_numbers_and_both_dtypes_in_one_dict():
    params = {"a": np.ones(2, np.float32), "b": 1, "c": np.ones(2), "d": np.float64(1)}
    grads = {"a": np.ones(2, np.float32), "b": np.float32(1), "c": np.ones(2), "d": np.array(1.0)}
    optimizer = book.Momentum(0.5, 0.5)
    for _ in range(2):
        optimizer.update(params, grads)
    assert (params["b"], params["d"]) == (-0.25, -0.25)
    assert type(params["b"]) is float
    assert params["a"].tolist() == params["c"].tolist() == [-0.25, -0.25]
    assert list(optimizer.v) == ["a", "b", "c", "d"]
    assert (optimizer.v["b"], optimizer.v["a"].dtype) == (-0.75, np.float32)


def test_large_arrays():
    params = {"W": np.ones((400, 500), np.float32), "b": np.ones(500, np.float32)}
    grads = {"W": np.full((400, 500), 2.0, np.float32), "b": np.ones(500, np.float32)}
    optimizer = book.Adam()
    for _ in range(3):
        optimizer.update(params, grads)
    np.testing.assert_allclose(params["W"], 0.997, rtol=1e-6)
    assert (optimizer.iter, optimizer.steps) == (3, 3)


def test_attributes_have_the_books_names_and_defaults():
    assert repr(book.SGD()) == "SGD(lr=0.01)"
    assert repr(book.Nesterov(momentum=0.5)) == "Nesterov(lr=0.01, momentum=0.5)"
    assert repr(book.RMSprop()) == "RMSprop(lr=0.01, decay_rate=0.99)"
    assert repr(book.Adam(lr=1)) == "Adam(lr=1.0, beta1=0.9, beta2=0.999)"
    adam = book.Adam()
    adam.beta1 = 0.5
    assert adam.beta1 == adam.hyperparameters["beta1"] == 0.5
    with pytest.raises(ValueError, match="beta1 = 1 is out of range; it must be a number"):
        adam.beta1 = 1
    assert adam.beta1 == 0.5
    with pytest.raises(TypeError, match="learning_rate = small is not a number"):
        adam.lr = "small"
    with pytest.raises(AttributeError):
        adam.learning_rate = 0.1
    with pytest.raises(AttributeError):
        adam.iter = 3


def test_state_is_a_copy_that_says_so():
    optimizer = book.Momentum()
    assert optimizer.v is None
    optimizer.update({"W": np.ones(2)}, {"W": np.ones(2)})
    with pytest.raises(ValueError, match="read-only"):
        optimizer.v["W"][0] = 0
