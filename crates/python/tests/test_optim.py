"""`thalweg.optim`: the catalogue, rules by name, and what goes wrong."""

import threading

import numpy as np
import pytest

from thalweg import optim
from thalweg.optim import Optimizer


def test_the_catalogue_describes_every_rule():
    catalogue = {rule.name: rule for rule in optim.rules()}
    assert {"sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"} <= set(catalogue)
    adam = catalogue["adam"]
    assert (adam.title, adam.paper[:12], adam.looks_ahead) == ("Adam", "Kingma and B", False)
    assert "m ← β₁ m" in adam.formula
    assert adam.defaults["book"] == {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}
    off = {"amsgrad": 0, "weight_decay": 0, "decoupled_weight_decay": 0, "maximize": 0}
    assert adam.defaults["torch"] == {**adam.defaults["book"], "epsilon": 1e-8, **off}
    assert adam.hyperparameters["beta1"].endswith("a number of at least 0 and below 1")
    assert list(catalogue["nesterov-as-printed"].defaults) == ["book"]


@pytest.mark.parametrize("rule", optim.rules(), ids=lambda rule: rule.name)
def test_every_rule_descends_in_every_dialect(rule):
    # Prodigy and D-Adaptation find the rate themselves; Muon takes matrices only.
    rate = 1.0 if rule.name in ("prodigy", "dadapt-adam") else 0.05
    for dialect, defaults in rule.defaults.items():
        optimizer = Optimizer(rule.name, dialect, learning_rate=rate)
        assert optimizer.hyperparameters == {**defaults, "learning_rate": rate}
        params = {"W": np.array([[3.0, -2.0]], dtype=np.float32)}
        if rule.name != "muon":
            params["b"] = 1.0
        start = {name: np.linalg.norm(value) for name, value in params.items()}
        for _ in range(200):
            optimizer.update(params, optimizer.evaluation_point(params))
        for name, value in params.items():
            assert np.linalg.norm(value) < start[name], (rule, dialect, name)
        assert optimizer.steps == 200
        kept = [set(optimizer.state(name)) for name in optimizer.state_names]
        # Every tensor has state; a rule may keep some buffers for matrices only.
        assert not kept or set.union(*kept) == set(params), (rule, dialect)


def test_dialects_differ():
    book, torch = ({"w": np.zeros(1)} for _ in range(2))
    Optimizer("adam", learning_rate=1.0).update(book, {"w": np.array([1e-7])})
    Optimizer("adam", dialect="torch", learning_rate=1.0).update(torch, {"w": np.array([1e-7])})
    assert torch["w"][0] == pytest.approx(-1e-7 / (1e-7 + 1e-8))
    assert book["w"][0] == pytest.approx(-1e-7 / (1e-7 + 1e-7 / 0.001**0.5))


def test_a_rule_that_looks_ahead_says_where():
    optimizer = Optimizer("nesterov-lookahead", learning_rate=0.1, momentum=0.5)
    params = {"w": np.array([1.0]), "x": 2.0}
    assert optimizer.evaluation_point(params) == {"w": 1.0, "x": 2.0}
    optimizer.update(params, {"w": np.array([1.0]), "x": 2.0})
    point = optimizer.evaluation_point(params)
    assert point["w"][0] == pytest.approx(0.9 - 0.05) and point["x"] == pytest.approx(1.8 - 0.1)
    assert params["w"][0] == pytest.approx(0.9)


def test_settings_change_all_or_none():
    optimizer = Optimizer("momentum")
    with pytest.raises(ValueError, match="momentum = 2 is out of range"):
        optimizer.set(learning_rate=0.5, momentum=2)
    assert optimizer.hyperparameters == {"learning_rate": 0.01, "momentum": 0.9}
    optimizer.set(learning_rate=0.5, momentum=0)
    assert repr(optimizer) == 'Optimizer("momentum", dialect="book", learning_rate=0.5, momentum=0)'
    params = {"w": 1.0}
    optimizer.update(params, {"w": 1.0})
    optimizer.set(learning_rate=0.25)
    optimizer.update(params, {"w": 1.0})
    assert params["w"] == 0.25


def test_what_decides_about_state_stays_and_nothing_else_changes_with_it():
    optimizer = Optimizer("sgd", "torch", learning_rate=0.5)
    params = {"w": 1.0}
    optimizer.update(params, {"w": 1.0})
    with pytest.raises(ValueError, match="`momentum` decides how the optimizer is put together"):
        optimizer.set(learning_rate=0.25, momentum=0.9)
    assert optimizer.hyperparameters["learning_rate"] == 0.5 and optimizer.hyperparameters["momentum"] == 0
    optimizer.update(params, {"w": 1.0})
    assert params["w"] == 0


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: Optimizer("adamm"), ValueError, "there is no rule called `adamm`; did you mean `adam`?"),
        (lambda: Optimizer("adam", "torhc"), ValueError, "did you mean `torch`?"),
        (lambda: Optimizer("adam", beta3=1), ValueError, "hyper-parameter of this rule called `beta3`"),
        (lambda: Optimizer("sgd", learning_rate=-1), ValueError, "learning_rate = -1 is out of range"),
        (lambda: Optimizer("sgd", learning_rate=float("nan")), ValueError, "learning_rate = NaN is out of range"),
        (lambda: Optimizer("sgd", learning_rate="1"), TypeError, "learning_rate = 1 is not a number; give a number"),
        (lambda: Optimizer("adam").state("velocity"), ValueError, "there is no state of this rule called `velocity`"),
        (lambda: Optimizer("sgd").state("velocity"), ValueError, "this rule has none"),
    ],
)
def test_a_mistake_in_the_settings_is_named(make, error, sentence):
    with pytest.raises(error) as raised:
        make()
    assert sentence in str(raised.value)


def read_only():
    array = np.ones(2)
    array.flags.writeable = False
    return array


def misaligned():
    return np.frombuffer(bytearray(17), dtype=np.uint8)[1:].view(np.float64)


def sliding():
    return np.lib.stride_tricks.sliding_window_view(np.ones(3), 2, writeable=True)


SHARED = np.ones(4)
BYTES = bytearray(32)
ONES = np.ones(2)


@pytest.mark.parametrize(
    ("params", "grads", "error", "sentence"),
    [
        ({"b": ONES}, {}, KeyError, "there is no gradient for parameter `b`"),
        ({"b": ONES}, {"b": ONES + 1, "c": ONES}, KeyError, "a gradient for `c`, which is not a parameter"),
        ({"b": ONES}, {"b": np.ones(3)}, ValueError, "the gradient of `b` has shape [3] and the parameter [2]"),
        ({"b": ONES}, {"b": 1.0}, ValueError, "the gradient of `b` has shape [] and the parameter [2]"),
        ({"b": 1.0}, {"b": ONES}, ValueError, "the gradient of `b` has shape [2] and the parameter []"),
        ({"b": read_only()}, {"b": ONES}, ValueError, "parameter `b` is read-only; give array.copy()"),
        ({"b": misaligned()}, {"b": ONES}, ValueError, "parameter `b` is not aligned in memory"),
        ({"b": sliding()}, {"b": np.ones((2, 2))}, ValueError, "elements of parameter `b` share memory"),
        ({"b": np.ones((1,) * 40)}, {"b": ONES}, ValueError, "parameter `b` has 40 axes"),
        ({"b": np.ones(2, int)}, {"b": ONES}, TypeError, "parameter `b` has dtype int64; give float32 or float64"),
        ({"b": np.ones(2, ">f8")}, {"b": ONES}, TypeError, "parameter `b` has dtype >f8"),
        ({"b": np.array([None])}, {"b": ONES}, TypeError, "parameter `b` has dtype object"),
        ({"b": ONES}, {"b": np.ones(2, np.float16)}, TypeError, "the gradient of `b` has dtype float16"),
        (
            {"b": np.ones(2, np.float32)},
            {"b": ONES},
            TypeError,
            "the gradient of `b` is an array of float64 and the parameter an array of float32; convert one",
        ),
        ({"b": [1.0]}, {"b": ONES}, TypeError, "parameter `b` is a list; give a number or a NumPy array"),
        ({"b": True}, {"b": 1.0}, TypeError, "parameter `b` is a bool"),
        ({"b": 1j}, {"b": 1.0}, TypeError, "parameter `b` is a complex"),
        ({"b": np.complex64(1)}, {"b": 1.0}, TypeError, "parameter `b` is a complex64"),
        ({"b": 1.0}, {"b": None}, TypeError, "the gradient of `b` is a NoneType"),
        ({"b": 10**400}, {"b": 1.0}, OverflowError, "int too large"),
        ({1: ONES}, {1: ONES}, TypeError, "parameter 1 is not named by a str"),
        ([ONES], {}, TypeError, "params is a list; give a dict"),
        ({"b": ONES}, None, TypeError, "grads is a NoneType; give a dict"),
        ({"b": SHARED, "c": SHARED}, {"b": np.ones(4), "c": np.ones(4)}, ValueError, "share memory; give array.copy()"),
        ({"b": SHARED[:3], "c": SHARED[2:]}, {"b": np.ones(3), "c": ONES}, ValueError, "share memory"),
        ({"b": SHARED}, {"b": SHARED}, ValueError, "parameter `b` and the gradient of `b` share memory"),
        ({"b": SHARED}, {"b": SHARED[::-1]}, ValueError, "share memory"),
        (
            {"b": np.frombuffer(BYTES), "c": np.frombuffer(BYTES)[1:3]},
            {"b": np.ones(4), "c": ONES},
            ValueError,
            "share memory",
        ),
    ],
)
@pytest.mark.parametrize("later", [False, True], ids=["first", "later"])
def test_a_mistake_in_an_update_is_named_and_nothing_changes(params, grads, error, sentence, later):
    good, number = np.ones(2), 1.0
    optimizer = Optimizer("momentum", learning_rate=1.0)
    if later:
        optimizer.update({"a": good, "n": number, "b": np.ones(2)}, {"a": np.ones(2), "n": 1.0, "b": np.ones(2)})
    before, state = good.copy(), str(optimizer.state("velocity"))
    if isinstance(params, dict):
        params = {"a": good, "n": number, **params}
        grads = {"a": np.ones(2), "n": 1.0, **grads} if grads is not None else None
    # Later, an entry may be refused because it is not like that of the first update.
    with pytest.raises((error, ValueError) if later else error) as raised:
        optimizer.update(params, grads)
    if not later:
        assert sentence in str(raised.value)
    assert good.tolist() == before.tolist()
    assert (optimizer.steps, str(optimizer.state("velocity"))) == (int(later), state)
    if isinstance(params, dict):
        assert params["n"] == 1.0


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"w": np.ones(2)}, "1 parameters where 2 were"),
        ({"w": np.ones(2), "c": 1.0}, "parameter `c` is new"),
        ({"w": np.ones(3), "b": 1.0}, "parameter `w` has shape [3] where it had [2]"),
        ({"w": np.ones(2, np.float32), "b": 1.0}, "parameter `w` is an array of float32 where it was an array of float64"),
        ({"w": np.ones(2), "b": np.array(1.0)}, "parameter `b` is an array of float64 where it was a number"),
    ],
)
def test_state_belongs_to_the_parameters_of_the_first_update(params, sentence):
    optimizer = Optimizer("adam")
    optimizer.update({"w": np.ones(2), "b": 1.0}, {"w": np.ones(2), "b": 1.0})
    with pytest.raises(ValueError) as raised:
        optimizer.update(params, {name: value * 1 for name, value in params.items()})
    assert sentence in str(raised.value) and "make a new one" in str(raised.value)
    assert optimizer.steps == 1


def test_a_plain_number_is_a_gradient_for_a_0d_array():
    params = {"w": np.array(1.0, np.float32)}
    Optimizer("sgd", learning_rate=0.5).update(params, {"w": 1})
    assert params["w"] == np.float32(0.5)


def test_columns_that_interleave_are_updated_or_refused_but_never_mixed_up():
    even, odd = (lambda whole: (whole[:, ::2], whole[:, 1::2]))(np.zeros((4, 6)))
    Optimizer("sgd", learning_rate=1.0).update({"e": even, "o": odd}, {"e": np.ones((4, 3)), "o": np.full((4, 3), 2.0)})
    assert (even == -1).all() and (odd == -2).all()
    whole = np.zeros((4, 5))
    with pytest.raises(ValueError, match="parameter `o` interleaves in memory with another array"):
        Optimizer("sgd").update(
            {"e": whole[:, ::2], "o": whole[:, 1::2]}, {"e": np.ones((4, 3)), "o": np.ones((4, 2))}
        )
    assert (whole == 0).all()


def test_gradients_may_share_memory():
    gradient, params = np.ones(3), {"a": np.ones(3), "b": np.ones(3)}
    Optimizer("sgd", learning_rate=1.0).update(params, {"a": gradient, "b": gradient})
    assert params["a"].tolist() == params["b"].tolist() == [0, 0, 0]


def test_threads_with_one_optimizer_are_refused_or_take_turns():
    optimizer, done, refused = Optimizer("sgd", learning_rate=1.0), [], []
    params, grads = {"w": np.zeros(1 << 20)}, {"w": np.ones(1 << 20)}

    def work():
        for _ in range(20):
            try:
                optimizer.update(params, grads)
                done.append(1)
            except (RuntimeError, ValueError) as error:
                refused.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) + len(refused) == 80
    assert optimizer.steps == len(done)
    assert (params["w"] == -len(done)).all()
    assert all("thread" in sentence for sentence in refused)
