"""`thalweg.nn`: networks trained, evaluated and exported from NumPy arrays."""

import pickle
import signal
import threading

import numpy as np
import pytest
from pytest import approx

from thalweg import nn


def rings(count=400, seed=0):
    random = np.random.default_rng(seed)
    x = random.normal(size=(count, 2)).astype(np.float32)
    return x, (np.hypot(*x.T) > 1.1).astype(int)


def test_a_network_learns_and_is_the_same_for_any_number_of_threads():
    x, t = rings()
    models = [nn.train("linear 32, tanh, linear outputs", x, t, learning_rate=0.02, epochs=40, batch=50, threads=n) for n in (1, 2)]
    model = models[0]
    assert model.ending == "finished" and model.evaluate(*rings(seed=1)).accuracy > 0.95
    assert all(np.array_equal(a, b) for a, b in zip(*(one.parameters.values() for one in models)))
    assert model.predict(x).shape == (400,) and model.probabilities(x).sum(axis=1) == approx(np.ones(400), rel=1e-5)
    assert model.curve[-1]["step"] == 320 and model.curve[-1]["batch_loss"] < model.curve[1]["batch_loss"]


def test_regression_and_validation_and_early_stopping():
    random = np.random.default_rng(0)
    x = random.uniform(-1, 1, size=(300, 1))
    t = x**2 + 0.01 * random.normal(size=x.shape)
    model = nn.train("linear 16, tanh, linear outputs", x, t, learning_rate=0.01, epochs=400, batch=30,
                     validation=(x[:60], t[:60]), early_stopping={"patience": 5, "least": 0.0})
    assert model.evaluate(x, t).accuracy is None and model.evaluate(x, t).loss < 0.01
    assert model.predict(x).shape == (300, 1) and model.curve[-1]["validation"]["loss"] < 0.02


def test_images_options_and_augmentation():
    random = np.random.default_rng(0)
    x = random.random((60, 36)).astype(np.float32)
    t = (x[:, :18].sum(axis=1) > x[:, 18:].sum(axis=1)).astype(int)
    model = nn.train("conv 4 3, relu, max-pool 2, linear outputs", x, t, epochs=60, batch=20, image=(6, 6), rule="momentum",
                     learning_rate=0.05, options={"schedule": "cosine", "before": [{"stage": "clip-by-global-norm", "largest": 1.0}]},
                     augmentation={"shift": 0, "flip": True})
    assert model.evaluate(x, t).accuracy > 0.8
    assert model.curve[-1]["learning_rate"] < 0.001


def test_saved_exported_and_pickled(tmp_path):
    x, t = rings()
    model = nn.train("linear 8, relu, linear outputs", x, t, epochs=3)
    model.save(tmp_path / "run.safetensors")
    for other in (nn.load(tmp_path / "run.safetensors"), pickle.loads(pickle.dumps(model))):
        assert np.array_equal(other.outputs(x), model.outputs(x))
    model.export(tmp_path / "weights.npz")
    weights = np.load(tmp_path / "weights.npz")
    assert np.array_equal(weights["W1"], model.parameters["W1"])
    assert np.allclose(np.maximum(x @ weights["W1"] + weights["b1"], 0) @ weights["W2"] + weights["b2"], model.outputs(x), atol=1e-5)
    assert np.allclose(nn.load(tmp_path / "weights.npz", activation="relu").outputs(x), model.outputs(x))
    model.export(tmp_path / "network.onnx")
    model.export(tmp_path / "for-torch.safetensors", naming="torch")
    assert (tmp_path / "network.onnx").stat().st_size > 100
    with pytest.raises(ValueError, match="ends in neither .onnx, .safetensors nor .npz"):
        model.export(tmp_path / "network.txt")
    with pytest.raises(ValueError, match="keras"):
        model.export(tmp_path / "w.npz", naming="jax")


@pytest.mark.parametrize(
    "rule",
    [
        {"options": {"after": [{"stage": "average", "decay": 0.99}]}},
        {"options": {"after": [{"stage": "stochastic-weight-average", "start": 10}]}},
        {"rule": "asgd", "learning_rate": 0.2, "hyperparameters": {"t0": 5}},
        {"rule": "schedule-free-sgd", "dialect": "paper", "learning_rate": 0.5},
        {"rule": "schedule-free-adamw", "dialect": "paper", "learning_rate": 0.01},
    ],
    ids=["average", "swa", "asgd", "schedule-free-sgd", "schedule-free-adamw"],
)
def test_the_weights_that_leave_are_the_weights_judged(rule, tmp_path):
    x, t = rings()
    other = rings(seed=1)
    model = nn.train("linear 8, relu, linear outputs", x, t, epochs=6, batch=50, validation=other, **rule)
    reported = model.curve[-1]["validation"]["loss"]
    raw = model.with_weights("raw")
    assert (model.weights, raw.weights) == ("judged", "raw") and raw.with_weights("judged").weights == "judged"
    assert model.evaluate(*other).loss == approx(reported, rel=1e-6)
    assert abs(raw.evaluate(*other).loss - reported) > 1e-4
    model.save(tmp_path / "run.safetensors")
    for name, same in (("judged", model), ("raw", raw)):
        loaded = nn.load(tmp_path / "run.safetensors", weights=name)
        for one in (loaded, pickle.loads(pickle.dumps(same)), pickle.loads(pickle.dumps(loaded))):
            assert one.weights == name and np.array_equal(one.outputs(x), same.outputs(x))
            assert all(np.array_equal(a, b) for a, b in zip(one.parameters.values(), same.parameters.values()))
        same.export(tmp_path / f"{name}.npz")
        assert np.array_equal(nn.load(tmp_path / f"{name}.npz", activation="relu").outputs(x), same.outputs(x))
        same.export(tmp_path / f"{name}.onnx")
    assert np.array_equal(nn.load(tmp_path / "run.safetensors").outputs(x), model.outputs(x))
    assert not np.array_equal(model.parameters["W1"], raw.parameters["W1"])
    assert (tmp_path / "judged.onnx").read_bytes() != (tmp_path / "raw.onnx").read_bytes()
    # A run saved from the raw weights holds both sets as well.
    raw.save(tmp_path / "again.safetensors")
    assert np.array_equal(nn.load(tmp_path / "again.safetensors").outputs(x), model.outputs(x))
    with pytest.raises(ValueError, match="there are judged and raw"):
        nn.load(tmp_path / "run.safetensors", weights="average")
    with pytest.raises(ValueError, match="raw weights are not known"):
        nn.load(tmp_path / "judged.npz", activation="relu", weights="raw")


def test_schedules_count_updates_of_accumulated_gradients():
    x, t = rings()
    train = {"rule": "momentum", "learning_rate": 0.1, "batch": 50, "epochs": 5}
    options = {"schedule": "cosine", "schedules": {"momentum": "linear"}, "accumulate": 4}
    model = nn.train("linear 4, relu, linear outputs", x, t, **train, options=options)
    assert model.curve[-1]["step"] == 40 and model.curve[-1]["learning_rate"] == 0
    with pytest.warns(UserWarning, match="the last 4 of 40 steps make no update"):
        nn.train("linear 4, relu, linear outputs", x, t, **train, options={**options, "accumulate": 6})
    with pytest.raises(ValueError, match="a run of 40 steps makes no update"):
        nn.train("linear 4, relu, linear outputs", x, t, **train, options={**options, "accumulate": 50})


def test_a_network_as_a_function_of_its_parameters():
    network = nn.Network("linear 5, sigmoid, linear outputs", 3, 2, dtype="float64")
    assert network.shapes == {"W1": (3, 5), "b1": (5,), "W2": (5, 2), "b2": (2,)}
    params = network.initial("xavier", seed=4)
    x, t = np.random.default_rng(0).normal(size=(7, 3)), np.array([0, 1, 1, 0, 1, 0, 0])
    loss, gradients = network.gradients(params, x, t)
    assert loss == approx(network.loss(params, x, t))
    for name, value in params.items():
        for index in np.ndindex(value.shape):
            kept = value[index]
            value[index] = kept + 1e-5
            above = network.loss(params, x, t)
            value[index] = kept - 1e-5
            below = network.loss(params, x, t)
            value[index] = kept
            assert gradients[name][index] == approx((above - below) / 2e-5, abs=1e-8)
    assert network.loss(params, np.tile(x, (200, 1)), np.tile(t, 200)) == approx(loss, rel=1e-12)
    shares = np.exp(scores := network.outputs(params, x)) / np.exp(scores).sum(axis=1, keepdims=True)
    of_the_book = -np.log(shares[np.arange(7), t] + 0.1).mean()
    for labels in (t, np.eye(2)[t]):
        assert network.cross_entropy(params, x, labels, floor=0.1) == approx(of_the_book, rel=1e-14)
    with pytest.raises(ValueError, match="t holds the label 2, and the network gives 2 scores"):
        network.cross_entropy(params, x, t + 1)


def test_parameters_that_lie_together_are_read_as_they_are():
    network = nn.Network("linear 5, sigmoid, linear outputs", 3, 2, dtype="float64")
    random = np.random.default_rng(0)
    x, t = random.normal(size=(7, 3)), np.array([0, 1, 1, 0, 1, 0, 0])
    apart = {name: random.normal(size=shape) for name, shape in network.shapes.items()}
    params = network.together(apart)
    assert list(params) == list(network.shapes) and all(np.array_equal(params[name], apart[name]) for name in apart)
    assert len({id(value.base) for value in params.values()}) == 1
    assert not any(np.shares_memory(params[name], apart[name]) for name in apart)
    # What is said of them follows every change, in place, by another array, by a view of the same memory that lies elsewhere.
    same = lambda: network.loss(params, x, t) == network.loss({name: value.copy() for name, value in params.items()}, x, t)  # noqa: E731
    before = network.loss(params, x, t)
    params["b1"] += 1
    assert same() and network.loss(params, x, t) != before
    params["b1"] = params["W1"][0]
    assert same()
    params["b1"] = random.normal(size=5)
    assert same()
    params = network.together(params)
    params["W2"] = params["W2"][::-1]
    assert same()
    params["W2"] = np.asfortranarray(apart["W2"])
    assert same()
    with pytest.raises(ValueError, match="`W2` has shape"):
        network.loss({**network.together(apart), "W2": np.zeros((2, 5))}, x, t)
    with pytest.raises(KeyError, match="params has no `W2`"):
        network.together({name: value for name, value in apart.items() if name != "W2"})


def test_gradients_are_nobody_elses():
    network = nn.Network("linear 5, sigmoid, linear outputs", 3, 2)
    params, x, t = network.initial(), np.ones((4, 3), dtype=np.float32), np.array([0, 1, 1, 0])
    _, first = network.gradients(params, x, t)
    kept = {name: value.copy() for name, value in first.items()}
    _, second = network.gradients(params, 2 * x, t)
    second["W1"][...] = 7
    assert not any(np.any(second[name] == 7) for name in ("b1", "W2", "b2"))
    assert all(np.array_equal(first[name], kept[name]) for name in kept)
    assert all(value.flags.c_contiguous and value.flags.aligned and value.flags.writeable for value in first.values())


def test_a_network_of_values():
    x = np.random.default_rng(0).normal(size=(7, 3))
    values = nn.Network("linear outputs", 3, 2, loss="mean_squared_error")
    assert values.gradients(values.initial(), x, np.zeros((7, 2)))[1]["W1"].dtype == np.float32


def test_data_sets_come_from_the_registry():
    digits = nn.Dataset.load("digits")
    x, t = digits.part("train")
    assert x.shape[1] == 64 and t.max() == 9 and digits.image == (8, 8) and "digits" in repr(digits)
    model = nn.train("linear 32, relu, linear outputs", digits, epochs=5, learning_rate=0.01)
    assert model.evaluate(*digits.part("test")).accuracy > 0.9
    with pytest.raises(ValueError, match="did you mean `digits`"):
        nn.Dataset.load("digit")


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda x, t: nn.train("linear 3, relo, linear outputs", x, t), ValueError, "relo"),
        (lambda x, t: nn.train("linear outputs", x, t[:-1]), ValueError, "has 399 rows for 400 examples"),
        (lambda x, t: nn.train("linear outputs", x), TypeError, "t is missing"),
        (lambda x, t: nn.train("linear outputs", x, t, rule="adamm"), ValueError, "did you mean `adam`"),
        (lambda x, t: nn.train("linear outputs", x, t, epoch=3), ValueError, "epoch"),
        (lambda x, t: nn.train("linear outputs", x * np.nan, t), ValueError, "NaN"),
        (lambda x, t: nn.train("linear outputs", ["a"], t), TypeError, "x holds no numbers"),
        (lambda x, t: nn.train("linear outputs", x, t, options={"shedule": 1}), ValueError, "no option called shedule"),
        (lambda x, t: nn.train("conv 4 3, linear outputs", x, t), ValueError, "conv"),
        (lambda x, t: nn.Network("linear outputs", 2.5, 2), TypeError, "inputs is the number of features"),
        (lambda x, t: nn.Network("linear outputs", 2, 2, dtype="float16"), ValueError, "float32 and float64"),
    ],
)
def test_mistakes_are_named(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make(*rings())


def test_progress_is_told_and_ctrl_c_stops_at_once(interruptible):
    x, t = rings(2000)
    told = []
    nn.train("linear 64, relu, linear outputs", x, t, epochs=30, batch=20, progress=lambda done, total, loss: told.append((done, total)))
    assert told[-1] == (3000, 3000)

    def refuse(done, total, loss):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        nn.train("linear 64, relu, linear outputs", x, t, epochs=1000, batch=20, progress=refuse)
    timer = threading.Timer(0.3, lambda: signal.raise_signal(signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        nn.train("linear 512, relu, linear 512, relu, linear outputs", x, t, epochs=10_000, batch=20)
