"""`thalweg.optim`: a class a rule, options, state that travels, reports, rules of one's own."""

import copy
import pickle

import numpy as np
import pytest
from pytest import approx

from thalweg import optim


def parameters(dtype=np.float64):
    random = np.random.default_rng(0)
    return {"W": random.normal(size=(4, 3)).astype(dtype), "b": random.normal(size=3).astype(dtype)}


def gradients(step, dtype=np.float64):
    random = np.random.default_rng(step + 1)
    return {"W": random.normal(size=(4, 3)).astype(dtype), "b": random.normal(size=3).astype(dtype)}


def run(optimizer, steps, first=0, dtype=np.float64):
    for step in range(first, first + steps):
        optimizer.step(gradients(step, dtype))
    return optimizer.params


def same(one, other):
    return all(np.array_equal(one[name], other[name]) for name in one)


def test_there_is_a_documented_class_for_every_rule():
    for rule in optim.rules():
        names = [name for name in optim.__all__ if getattr(optim, name).__doc__.startswith(f"{rule.title}: ")]
        assert len(names) == 1, rule.name
        assert getattr(optim, names[0]).__doc__.count("\n    ") == len(rule.hyperparameters)


def test_adamw_is_torch_s_formula():
    params, w, m, v = {"w": np.array([1.0, -2.0])}, np.array([1.0, -2.0]), 0, 0
    optimizer = optim.AdamW(params, learning_rate=0.1, dialect="torch", weight_decay=0.5)
    for t in range(1, 6):
        g = np.array([0.3 * t, -1.0 / t])
        w, m, v = w * (1 - 0.1 * 0.5), 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w = w - 0.1 / (1 - 0.9**t) * m / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        optimizer.step({"w": g})
    assert params["w"] == approx(w, rel=1e-12)


def test_names_of_other_libraries_are_understood():
    ours, theirs = parameters(), parameters()
    run(optim.AdamW(ours, 0.1, dialect="torch", beta1=0.8, beta2=0.9, epsilon=1e-3, weight_decay=0.2), 3)
    run(optim.AdamW(theirs, lr=0.1, dialect="torch", betas=(0.8, 0.9), eps=1e-3, wd=0.2), 3)
    assert same(ours, theirs)
    with pytest.raises(TypeError, match="got both learning_rate and lr"):
        optim.AdamW(theirs, 0.1, lr=0.1)
    with pytest.raises(TypeError, match="betas is a tuple such as"):
        optim.AdamW(theirs, betas=0.9)
    with pytest.raises(ValueError, match="did you mean `learning_rate`"):
        optim.AdamW(theirs, lerning_rate=0.1)


def test_muon_leaves_to_adamw_what_is_no_hidden_matrix():
    params = {name: np.ones(shape) for name, shape in {"W1": (4, 5), "b1": (5,), "W2": (5, 2), "b2": (2,)}.items()}
    optimizer = optim.Muon(params, 0.02)
    plan = optimizer.plan()
    assert "muon" in plan and "adamw" in plan, plan
    optimizer.step({name: np.full(value.shape, 0.5) for name, value in params.items()})
    assert all((value != 1).all() for value in params.values())


def test_lists_of_arrays_are_parameters_too():
    arrays = [np.ones(2), np.ones((2, 2))]
    optimizer = optim.SGD(arrays, 0.5)
    optimizer.step([np.ones(2), np.ones((2, 2))])
    assert arrays[0].tolist() == [0.5, 0.5] and optimizer.averages()[1].shape == (2, 2)
    with pytest.raises(TypeError, match="params is a set; give a dict"):
        optim.SGD({1.0}, 0.5)


@pytest.mark.parametrize("rule", ["Adam", "SOAP", "Prodigy", "ScheduleFreeAdamW", "Rprop"])
@pytest.mark.parametrize("way", ["state_dict", "pickle", "deepcopy"])
def test_stopping_changes_nothing(rule, way):
    through = run(getattr(optim, rule)(parameters()), 7)
    first = getattr(optim, rule)(parameters())
    run(first, 3)
    if way == "state_dict":
        second = getattr(optim, rule)(copy.deepcopy(first.params))
        second.load_state_dict(pickle.loads(pickle.dumps(first.state_dict())))
    else:
        second = pickle.loads(pickle.dumps(first)) if way == "pickle" else copy.deepcopy(first)
    assert second.steps == 3 and second.params is not first.params
    assert same(run(second, 4, first=3), through)
    assert first.steps == 3


def test_options_travel_with_a_copy():
    optimizer = optim.Adam(
        parameters(), 0.1, dialect="torch", schedule={"name": "cosine", "steps": 20, "warmup": 5}, measure=True,
        before=[{"stage": "clip-by-global-norm", "largest": 1.0}], after=["cautious"], accumulate=2,
        groups=[{"name": "vectors", "match": {"largest_rank": 1}, "rate_factor": 0.5}, {"name": "rest"}],
    )
    run(optimizer, 5)
    other = pickle.loads(pickle.dumps(optimizer))
    assert same(run(other, 4, first=5), run(optimizer, 4, first=5))
    assert [group["name"] for group in other.report["groups"]] == ["vectors", "rest"]


def test_a_state_of_something_else_is_refused_and_changes_nothing():
    optimizer = optim.Adam(parameters())
    run(optimizer, 2)
    before = copy.deepcopy(optimizer.params)
    with pytest.raises(ValueError, match="saved with rule sgd, and this is rule adam"):
        optimizer.load_state_dict(optim.SGD(parameters()).state_dict())
    with pytest.raises(ValueError, match="dialect"):
        optimizer.load_state_dict(optim.Adam(parameters(), dialect="torch").state_dict())
    with pytest.raises(TypeError, match="state_dict"):
        optimizer.load_state_dict([1])
    with pytest.raises(ValueError, match="the state has no `format`"):
        optimizer.load_state_dict({})
    broken = optimizer.state_dict()
    broken["float64"] = broken["float64"][:40]
    with pytest.raises(ValueError):
        optimizer.load_state_dict(broken)
    assert optimizer.steps == 2 and same(optimizer.params, before)


def test_schedules_are_followed_and_need_to_know_the_length():
    optimizer = optim.SGD({"w": np.zeros(1)}, 1.0, schedule={"name": "linear", "steps": 4})
    rates = []
    for _ in range(4):
        rates.append(optimizer.learning_rate)
        optimizer.step({"w": np.ones(1)})
    assert rates[0] == 1.0 and rates == sorted(rates, reverse=True) and optimizer.params["w"] == approx(-sum(rates))
    with pytest.raises(ValueError, match='add "steps"'):
        optim.SGD({"w": np.zeros(1)}, 1.0, schedule="cosine")
    assert optim.SGD({"w": np.zeros(1)}, 1.0, schedule="constant").learning_rate == 1.0
    with pytest.raises(ValueError, match="cosine"):
        optim.SGD({"w": np.zeros(1)}, 1.0, schedule={"name": "cosin", "steps": 4})
    optimizer.scale_rate(0.5)
    assert optim.SGD({"w": np.zeros(1)}, 1.0).learning_rate == 1.0
    with pytest.raises(ValueError, match="factor is -1"):
        optimizer.scale_rate(-1)


def test_the_length_of_a_schedule_includes_its_warmup():
    def rates(**schedule):
        optimizer = optim.SGD({"w": np.zeros(1)}, 1.0, schedule={"name": "cosine", "warmup": 10, **schedule})
        found = []
        for _ in range(51):
            found.append(optimizer.learning_rate)
            optimizer.step({"w": np.zeros(1)})
        return found

    found = rates(steps=40)
    assert found[0] == approx(0.1) and found[10] == 1 and found[25] == approx(0.5) and found[39] > 0 and found[40:] == [0.0] * 11
    with pytest.raises(ValueError, match="steps = 10 is out of range; it must be more than 10, the updates of warm-up that it includes"):
        rates(steps=10)


def test_the_report_tells_of_the_step():
    optimizer = optim.SGD({"w": np.array([3.0, 4.0])}, 0.1, measure=True, before=["clip-by-global-norm:largest=1"][:0])
    assert optimizer.report is None
    optimizer.step({"w": np.array([6.0, 8.0])})
    report = optimizer.report
    assert report["step"] == 1 and report["gradient_norm"] == approx(10) and report["update_norm"] == approx(1)
    assert report["parameter_norm"] == approx(5) and report["update_to_weight"] == approx(0.2) and not report["clipped"]
    both = optim.SGD({"w": np.array([3.0]), "v": np.array([4.0], np.float32)}, 0.1, measure=True)
    both.step({"w": np.array([3.0]), "v": np.array([4.0], np.float32)})
    assert both.report["gradient_norm"] == approx(5)


def test_gradients_that_are_not_finite_are_refused_or_skipped():
    optimizer = optim.SGD({"w": np.ones(2)}, 1.0)
    with pytest.raises(ValueError, match="the gradient of `w` is NaN at element 1"):
        optimizer.step({"w": np.array([1.0, np.nan])})
    assert optimizer.params["w"].tolist() == [1, 1]
    skipping = optim.SGD({"w": np.ones(2)}, 1.0, non_finite="skip")
    skipping.step({"w": np.array([1.0, np.inf])})
    skipping.step({"w": np.ones(2)})
    assert skipping.params["w"].tolist() == [0, 0] and skipping.report["skipped"] == 1


def test_groups_must_fit_and_print_their_plan():
    groups = [{"name": "biases", "match": {"largest_rank": 1}, "hyperparameters": {"weight_decay": 0.0}}, {"name": "rest"}]
    optimizer = optim.AdamW(parameters(), 0.1, dialect="torch", groups=groups)
    assert "biases" in optimizer.plan() and "float64" in optimizer.plan()
    with pytest.raises(ValueError, match="embeddings"):
        run(optim.AdamW(parameters(), groups=[{"name": "embeddings", "match": {"names": ["E*"]}}, {"name": "rest"}]), 1)


def test_state_in_fewer_bits():
    for state, tolerance in (("bf16", 0.01), ("8-bit", 0.05)):
        random = np.random.default_rng(0)
        params = {"W": random.normal(size=(64, 64)).astype(np.float32)}
        full = {"W": params["W"].copy()}
        small, large = optim.Adam(params, 0.01, state=state), optim.Adam(full, 0.01)
        for _ in range(20):
            gradient = {"W": random.normal(size=(64, 64)).astype(np.float32)}
            small.step(gradient)
            large.step(gradient)
        assert np.abs(params["W"] - full["W"]).max() < tolerance
        assert small.state("first_moment")["W"].shape == (64, 64)


def test_minimise_asks_where_the_rule_wants_it():
    asked = []

    def f(params):
        asked.append(float(params["x"]))
        return float(params["x"]) ** 2, {"x": 2 * params["x"]}

    for optimizer, times in (
        (optim.SGD({"x": 1.0}, 0.1), 1),
        (optim.SGD({"x": 1.0}, 0.1, dialect="torch", sharpness={"radius": 0.05}), 2),
        (optim.NesterovLookahead({"x": 1.0}, 0.1), 1),
    ):
        asked.clear()
        assert optimizer.minimise(f) == 1.0
        optimizer.minimise(f)
        assert len(asked) == 2 * times
        assert optimizer.params["x"] < 0.8


def test_averages_of_weights_are_what_to_evaluate_with():
    optimizer = optim.SGD({"w": np.zeros(1)}, 1.0, after=[{"stage": "average", "decay": 0.5}])
    for _ in range(3):
        optimizer.step({"w": np.ones(1)})
    assert optimizer.params["w"] == -3
    assert optimizer.averages()["w"][0] == approx(-2.25)


def test_unknown_options_and_names_are_refused():
    with pytest.raises(ValueError, match="did you mean `weight_decay`"):
        optim.AdamW(parameters(), weight_decy=0.1)
    with pytest.raises(ValueError, match="clip-by-global-norm"):
        optim.Adam(parameters(), before=["clip-by-globl-norm"])
    with pytest.raises(ValueError, match="skip"):
        optim.Adam(parameters(), non_finite="ignore")
    with pytest.raises(ValueError, match="there is no option called `befor`"):
        optim.Optimizer("adam", options={"befor": []})


class Sign(optim.OwnRule):
    def update(self, gradient, parameter, state, step):
        state["sum"] = state.get("sum", 0) + gradient
        return 0.1 * np.sign(state["sum"])


def test_a_rule_of_one_s_own():
    params = {"w": np.array([1.0, -1.0]), "x": 2.0}
    rule = Sign(params)
    rule.step({"w": np.array([3.0, -2.0]), "x": -1.0})
    assert params["w"].tolist() == [0.9, -0.9] and params["x"] == approx(2.1) and rule.steps == 1
    with pytest.raises(KeyError, match="differ in x"):
        rule.step({"w": np.ones(2)})

    class Wrong(optim.OwnRule):
        def update(self, gradient, parameter, state, step):
            return np.ones(3)

    before = params["w"].copy()
    with pytest.raises(ValueError, match=r"the update of `w` has shape \(3,\)"):
        Wrong(params).step({"w": np.ones(2), "x": 1.0})
    assert (params["w"] == before).all()
    with pytest.raises(NotImplementedError, match="overrides update"):
        optim.OwnRule(params).step({"w": np.ones(2), "x": 1.0})


def test_the_quick_way_and_the_long_way_agree():
    plain, odd = parameters(), {name: np.asfortranarray(value) for name, value in parameters().items()}
    one, other = optim.Adam(plain), optim.Adam(odd)
    for step in range(5):
        one.step(gradients(step))
        other.step(dict(reversed(gradients(step).items())))
    assert same(plain, odd)
    # After the first update, arrays that share memory are still refused.
    shared = np.ones(6)
    optimizer = optim.SGD({"a": np.ones(3), "b": np.ones(3)}, 1.0)
    optimizer.step({"a": np.ones(3), "b": np.ones(3)})
    with pytest.raises(ValueError, match="share memory"):
        optimizer.update({"a": shared[:3], "b": shared[2:5]}, {"a": np.ones(3), "b": np.ones(3)})
    assert (shared == 1).all()


def test_a_fork_in_the_middle_is_on_its_own(tmp_path):
    import multiprocessing

    # Large enough for a second thread, which is not there any more in the child.
    optimizer = optim.Adam({"w": np.ones(1 << 19)}, threads=2)
    optimizer.step({"w": np.ones(1 << 19)})
    context = multiprocessing.get_context("fork")
    child = context.Process(target=lambda: optimizer.step({"w": np.ones(1 << 19)}))
    child.start()
    child.join(20)
    assert child.exitcode == 0
    optimizer.step({"w": np.ones(1 << 19)})
    assert optimizer.steps == 2


class Foreign:
    """An array of another library: it shares its memory through DLPack and nothing else."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **more):
        return self.array.__dlpack__(**more)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def test_arrays_of_other_libraries_are_shared():
    array, gradient = np.ones(3), Foreign(np.ones(3))
    optimizer = optim.SGD({"w": Foreign(array)}, 0.5)
    optimizer.step({"w": gradient})
    optimizer.step({"w": np.ones(3)})
    assert array.tolist() == [0, 0, 0]

    class Broken(Foreign):
        def __dlpack__(self, **more):
            raise BufferError("it lies elsewhere")

    with pytest.raises(TypeError, match="the gradient of `w` is a Broken whose memory cannot be shared .*it lies elsewhere"):
        optimizer.step({"w": Broken(np.ones(3))})
    assert optimizer.steps == 2


def test_arrays_of_jax_are_read_and_never_written():
    jax = pytest.importorskip("jax")
    array = np.ones(3, np.float32)
    optim.SGD({"w": array}, 0.5).step({"w": jax.numpy.ones(3)})
    assert array.tolist() == [0.5, 0.5, 0.5]
    with pytest.raises(ValueError, match="parameter `w` is read-only"):
        optim.SGD({"w": jax.numpy.ones(3)}, 0.5).step({"w": np.ones(3, np.float32)})


def test_numbers_in_a_list_are_refused():
    for make in (lambda: optim.SGD([np.ones(2), 1.0], 0.5), lambda: optim.OwnRule([np.float32(1.0)])):
        with pytest.raises(TypeError, match="of the list is a number, which cannot change in place; give a dict of numbers, or arrays"):
            make()
    with pytest.raises(TypeError, match="grads is a generator; give a dict"):
        optim.SGD([np.ones(2)], 0.5).step(g for g in [np.ones(2)])
    with pytest.raises(ValueError, match="threads is -1; give a whole number of at least 1"):
        optim.SGD([np.ones(2)], threads=-1)


def test_hyperparameters_are_attributes_under_any_library_s_name():
    params = {"w": np.zeros(2)}
    optimizer = optim.Adam(params, lr=0.5, betas=(0.8, 0.9))
    assert (optimizer.lr, optimizer.eps, optimizer.betas, optimizer.beta1) == (0.5, optimizer.epsilon, (0.8, 0.9), 0.8)
    optimizer.lr = 0.25
    optimizer.betas = (0.0, 0.0)
    optimizer.step({"w": np.ones(2)})
    np.testing.assert_allclose(params["w"], -0.25, rtol=1e-5)
    optimizer.learning_rate = 0.125
    assert optimizer.hyperparameters["learning_rate"] == optimizer.lr == 0.125
    with pytest.raises(ValueError, match="out of range"):
        optimizer.lr = -1.0
    with pytest.raises(AttributeError, match="Adam has no momentum; its hyper-parameters are learning_rate"):
        optimizer.momentum
    optimizer.note = "mine"
    assert optimizer.note == "mine"
    assert repr(optimizer).startswith("Adam(<1 parameters>, dialect='book', learning_rate=0.125, beta1=0")


def test_the_documentation_of_a_class_says_its_defaults():
    assert "beta2: " in optim.Adam.__doc__ and "(book 0.999, torch 0.999, keras 0.999, optax 0.999, paper 0.999)" in optim.Adam.__doc__
