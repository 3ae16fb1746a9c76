"""`thalweg.compare`: verdicts on built-in problems and on problems written in Python."""

import signal
import threading

import numpy as np
import pytest
from pytest import approx

import thalweg
from thalweg import lab

SMALL = {"tuning_trials": 5, "confirmation_seeds": 1, "confirmation_top": 1, "final_seeds": 3, "default_seeds": 0, "boundary_extensions": 0}


def quadratic(params, seed, step):
    noise = np.random.default_rng([seed, step]).normal(size=2)
    scale = np.array([1.0, 20.0])
    return float(0.5 * np.sum(scale * params["x"] ** 2)), {"x": scale * params["x"] + 0.01 * noise}


def test_a_built_in_problem():
    result = thalweg.compare("bowl", rules=["sgd", "adam"])
    assert result.problems == ["bowl"] and result.best in ("sgd", "adam")
    assert "bowl" in result.verdict and "bowl" in result.verdict_ko
    assert len(result.rows()) == 2 and {row["rule"] for row in result.rows()} == {"sgd", "adam"}
    digits = thalweg.compare("digits", rules=["sgd", {"name": "adam", "learning_rate": 0.01}], protocol=SMALL, hidden=[16], epochs=3)
    assert len(digits.rows()) == 6 and all(0 < row["test"] < 1 for row in digits.rows())
    assert len(digits.trials()) == 5 and digits.more_seeds is None or digits.more_seeds > 0


def test_a_function_with_its_own_noise():
    results = [
        thalweg.compare(quadratic, rules=["sgd", "momentum"], params={"x": np.array([3.0, 1.0])}, protocol=SMALL, steps=60, threads=threads)
        for threads in (1, 3)
    ]
    assert results[0].trials() == results[1].trials()
    finals = [[(row["rule"], row["validation"]) for row in result.rows()] for result in results]
    assert finals[0] == finals[1] and all(value < 1 for _, value in finals[0])
    assert "quadratic" in repr(results[0]) and "<table>" in results[0]._repr_html_()


class Regression(lab.Problem):
    """Least squares with a test split."""

    name = "least squares"

    def start(self, seed):
        problem = self

        class Run:
            splits = True

            def __init__(self):
                self.random = np.random.default_rng(seed)

            def parameters(self):
                return {"w": np.zeros((2, 1))}

            def gradients(self, params):
                x = self.random.normal(size=(16, 2))
                return problem.mean(params["w"], x)

            def evaluate(self, params, split):
                x = np.random.default_rng({"validation": 1, "test": 2}[split]).normal(size=(100, 2))
                return problem.mean(params["w"], x)[0], None

        return Run()

    def mean(self, w, x):
        error = x @ w - x @ np.array([[1.0], [-2.0]])
        return float(np.mean(error**2)), {"w": 2 * x.T @ error / len(x)}


def test_a_problem_of_one_s_own_with_splits_and_a_store(tmp_path):
    told = []
    store = tmp_path / "results.sqlite"
    first = thalweg.compare(Regression(), rules=["sgd", "adam"], protocol=SMALL, steps=50, store=store, progress=lambda *news: told.append(news))
    assert all(row["test"] is not None for row in first.rows()) and told[-1][0] == told[-1][1]
    again = thalweg.compare(Regression(), rules=["sgd", "adam"], protocol=SMALL, steps=50, store=store)
    assert again.data["problems"][0]["rules"] == first.data["problems"][0]["rules"]
    first.save(tmp_path / "result.json")
    assert lab.Comparison.load(tmp_path / "result.json").verdict == first.verdict


def test_mistakes_in_a_problem_are_told_with_their_place():
    def wrong(params):
        return 1.0, {"y": params["x"]}

    with pytest.raises(RuntimeError, match="no gradient for parameter `x`"):
        thalweg.compare(wrong, params={"x": np.ones(1)}, protocol=SMALL)

    def breaks(params):
        raise ZeroDivisionError("by my own hand")

    with pytest.raises(RuntimeError, match=r"(?s)in breaks.*by my own hand"):
        thalweg.compare(breaks, params={"x": np.ones(1)}, protocol=SMALL)
    with pytest.raises(TypeError, match="params is a ndarray; give a dict of arrays by name"):
        thalweg.compare(lambda p: (0.0, p), params=np.ones(3))
    with pytest.raises(TypeError, match="a function needs params"):
        thalweg.compare(breaks)
    with pytest.raises(TypeError, match="the problem is a int"):
        thalweg.compare(3)
    with pytest.raises(ValueError, match="did you mean `digits`"):
        thalweg.compare("digit")
    with pytest.raises(ValueError, match="unknown key `hiden`"):
        thalweg.compare("digits", hiden=[3])
    with pytest.raises(NotImplementedError, match="overrides start"):
        lab.Problem().start(1)


def test_ctrl_c_stops_it(interruptible):
    threading.Timer(0.5, lambda: signal.raise_signal(signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        thalweg.compare("digits", preset="publish", epochs=300, threads=2)


@pytest.mark.parametrize("backend", ["plotly", "matplotlib"])
def test_figures(backend):
    pytest.importorskip(backend)
    result = thalweg.compare("digits", rules=["sgd", "adam"], protocol=SMALL, hidden=[8], epochs=2)
    for kind in ("curves", "rates", "finals"):
        figure = result.plot(kind, backend=backend)
        count = len(figure.data) if backend == "plotly" else len(figure.axes[0].lines)
        assert count >= 2, kind
    with pytest.raises(ValueError, match="there is no figure called pie"):
        result.plot("pie")
    with pytest.raises(ValueError, match="there is no problem called mnist"):
        result.plot(problem="mnist")


def test_a_frame():
    pandas = pytest.importorskip("pandas")
    frame = thalweg.compare("bowl", rules=["sgd", "adam"]).to_pandas()
    assert isinstance(frame, pandas.DataFrame) and list(frame["rule"]) == ["sgd", "adam"]


def test_what_is_missing_is_named(monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *rest, **more):
        if name.split(".")[0] in ("pandas", "plotly", "matplotlib", "tqdm"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    result = thalweg.compare("bowl", rules=["sgd", "adam"])
    with pytest.raises(ImportError, match="pip install pandas"):
        result.to_pandas()
    with pytest.raises(ImportError, match="pip install plotly"):
        result.plot()
    with pytest.raises(ImportError, match="pip install tqdm"):
        thalweg.compare("bowl", progress=True)


def test_the_words_are_those_of_the_report():
    result = thalweg.compare("digits", rules=["sgd", {"name": "adam", "learning_rate": 0.01}], protocol=SMALL, hidden=[16], epochs=3)
    (judgement,) = result.judgements()
    (pair,) = result.data["problems"][0]["verdict"]["judgements"]
    words = {
        "clearly-better": "{best} clearly better", "better": "{best} better", "equivalent": "equivalent", "cannot-tell": "cannot tell",
        "seeds-cannot-tell": "seeds cannot tell", "other-diverges": "{other} diverges",
    }
    assert judgement["verdict"] == words[pair["word"]].format(best=result.best, other=pair["other"])
    assert judgement["low"] <= judgement["difference"] <= judgement["high"]
    # What diverged is in the table, as it is in the report's.
    wild = thalweg.compare("bowl", rules=[{"name": "sgd", "learning_rate": 1e3}, "adam"])
    assert "diverged" in repr(wild).splitlines()[2] and "diverged" in wild._repr_html_()


def smooth(params):
    return float(np.sum(params["x"] ** 4)), {"x": 4 * params["x"] ** 3}


def test_a_function_without_randomness_gets_no_seeds_and_no_statistics():
    start = {"x": np.array([1.0, 0.5])}
    result = thalweg.compare(smooth, rules=["sgd", "adam"], params=start, steps=30)
    problem = result.data["problems"][0]
    # Like the functions of the lab: ten times as many trials, one final run, no word about seeds.
    assert problem["deterministic"] and result.judgements() == [] and len(result.rows()) == 2
    assert len(result.trials()) == 2 * 130 and result.more_seeds is None
    assert "Nothing here is random" in result.verdict and "equivalent" not in result.verdict and "seed" not in result.verdict
    assert result.verdict.startswith("On smooth, in 30 steps, ")
    treated_as_random = thalweg.compare(smooth, rules=["sgd", "adam"], params=start, steps=30, deterministic=False, protocol=SMALL)
    assert len(treated_as_random.rows()) == 6 and len(treated_as_random.judgements()) == 1


@pytest.mark.parametrize(
    ("f", "seeded"),
    [
        (lambda p: None, False), (lambda p, scale=1.0, shift=0.0: None, False), (lambda p, *, seed=0: None, False), (lambda *p: None, False),
        (lambda p, seed, step: None, True), (lambda p, a, b: None, True), (lambda p, seed=0, step=0: None, True),
        (lambda p, a, b, scale=1.0: None, True),
    ],
)
def test_a_function_gets_seed_and_step_if_it_takes_them(f, seeded):
    assert lab.FunctionProblem(f, {"x": 1.0}).seeded == seeded


def test_rules_that_look_twice_look_at_one_batch():
    seen = []

    def f(params, seed, step):
        seen.append((seed, step))
        return quadratic(params, seed, step)

    sam = {"name": "sgd", "learning_rate": 0.01, "sharpness": {"radius": 0.05}}
    thalweg.compare(f, rules=[sam], params={"x": np.ones(2)}, steps=2, evaluate_every=2, protocol={**SMALL, "final_seeds": 1})
    assert [step for _, step in seen] == [1, 1, 2, 2, 0]


def test_errors_name_the_argument():
    for wrong, message in [
        (lambda: thalweg.compare(smooth, params=[1.0]), "params is a list; give a dict of arrays"),
        (lambda: thalweg.compare("bowl", params={"x": 1.0}), "params start a function, and the problem is a str"),
        (lambda: thalweg.compare(lambda p, seed: None, params={"x": 1.0}), r"takes p, seed; write it as f\(params\)"),
        (lambda: thalweg.compare("bowl", rules=3), "rules is a int; give a list of names or dicts"),
        (lambda: thalweg.compare("bowl", rules=["adam", 3]), r"rules\[1\] is a int; give a name or a dict"),
        (lambda: thalweg.compare("bowl", protocol=[3]), "protocol is a list; give a dict"),
        (lambda: thalweg.compare("bowl", progress=3), "progress is a int; give True or a function"),
        (lambda: thalweg.compare("bowl", preset=3), "preset is a int; give a text"),
        (lambda: thalweg.compare("bowl", name=3), "name is a int; give a text"),
    ]:
        with pytest.raises(TypeError, match=message):
            wrong()
    for wrong, message in [
        (lambda: thalweg.compare("bowl", threads=0), "threads is 0; give 1 or more"),
        (lambda: thalweg.compare(smooth, params={"x": ["a"]}), "params: `x` is no array of numbers"),
        (lambda: thalweg.compare("bowl", preset="fast"), "^preset: .*`fast`"),
        (lambda: thalweg.compare("bowl", steps=0), "^steps: .*0"),
        (lambda: thalweg.compare("bowl", rules=["sgdd"]), r"^rules: .*did you mean `sgd`"),
        (lambda: thalweg.compare("bowl", protocol={"final_seed": 3}), "^protocol: .*`final_seed`"),
        (lambda: thalweg.compare("digits", hidden=[0]), "^hidden: .*1000000"),
    ]:
        with pytest.raises(ValueError, match=message):
            wrong()
    # One rule needs no list.
    assert thalweg.compare("bowl", rules="adam").best == "adam"


def test_a_torch_module_is_a_problem():
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(0)
    x = torch.tensor(random.normal(size=(200, 4)), dtype=torch.float32)
    t = (x[:, 0] > x[:, 1]).long()
    batches = [(x[i : i + 20], t[i : i + 20]) for i in range(0, 160, 20)]
    problem = lab.TorchProblem(
        lambda: torch.nn.Linear(4, 2), torch.nn.functional.cross_entropy, batches, [(x[160:], t[160:])], [(x[160:], t[160:])], name="linear"
    )
    result = thalweg.compare(problem, rules=["sgd", "adam"], protocol=SMALL, steps=60, metric="accuracy")
    assert all(row["test"] > 0.8 for row in result.rows())
    assert result.data["problems"][0]["metric"] == "accuracy"


def test_toml_is_what_it_should_be():
    assert lab._lines({"seed": 1}, {"final_seeds": 2}, {"dataset": "x", "c": [1.5, {"d": True}]}) == [
        ("seed", '"seed" = 1'), ("protocol", "[protocol]"), ("protocol", '"final_seeds" = 2'), ("problem", "[problem]"),
        ("problem", '"dataset" = "x"'), ("c", '"c" = [1.5, { "d" = true }]'),
    ]
    assert float(lab._toml(1e-7, "")) == approx(1e-7)
    with pytest.raises(TypeError, match=r"x\[1\] is a set"):
        lab._toml([1, {1}], "x")
