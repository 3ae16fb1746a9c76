"""Results that are kept belong to the problem that gave them: everything that determines a result is in its key."""

import collections
import contextlib
import dataclasses
import enum
import functools
import logging
import pathlib
import sqlite3
import subprocess
import sys
import threading
import types

import numpy as np
import pytest
from pytest import approx

import thalweg
from thalweg import lab
from thalweg._identity import Unreadable, identify

STEPS, RATE = 3, 0.1
SCALE = 1.0
HIDDEN = threading.Event()
OPEN = (number for number in [])


def bowl(scale, x):
    """The value and gradient of scale · x²."""
    return float(np.sum(scale * x * x)), {"x": 2 * scale * x}


def right(scale, start):
    """What plain gradient descent makes of it."""
    return scale * (start * (1 - 2 * scale * RATE) ** STEPS) ** 2


def value(store, problem, start=1.0, **more):
    """The final value of a comparison that keeps its results."""
    if not hasattr(problem, "start"):
        more["params"] = {"x": np.array([start])}
    result = thalweg.compare(problem, rules=[{"name": "sgd", "learning_rate": RATE}], steps=STEPS, store=store, name="same", **more)
    return result.rows()[0]["validation"]


def runs(store):
    with contextlib.closing(sqlite3.connect(store)) as database:
        return database.execute("SELECT count(*) FROM cells").fetchone()[0]


@pytest.fixture
def store(tmp_path):
    return tmp_path / "results.sqlite"


def test_the_same_problem_finds_its_results(store):
    def make(scale):
        return lambda p: bowl(scale, p["x"])

    assert value(store, make(2.0)) == approx(right(2.0, 1.0))
    known = runs(store)
    assert value(store, make(2.0)) == approx(right(2.0, 1.0)) and runs(store) == known
    assert value(store, make(3.0)) == approx(right(3.0, 1.0)) and runs(store) == 2 * known


def test_other_initial_parameters(store):
    f = lambda p: bowl(1.0, p["x"])  # noqa: E731
    assert value(store, f, start=1.0) == approx(right(1.0, 1.0))
    assert value(store, f, start=300.0) == approx(right(1.0, 300.0))
    # One of two numbers, which has the same gradient descent, and another shape.
    two = thalweg.compare(f, params={"x": np.ones((2, 1))}, rules=[{"name": "sgd", "learning_rate": RATE}], steps=STEPS, store=store, name="same")
    assert two.rows()[0]["validation"] == approx(2 * right(1.0, 1.0))


def test_another_global(store, monkeypatch):
    def f(p):
        return bowl(SCALE, p["x"])

    assert value(store, f) == approx(right(1.0, 1.0))
    monkeypatch.setitem(globals(), "SCALE", 3.0)
    assert value(store, f) == approx(right(3.0, 1.0))


def test_a_global_behind_a_function_and_in_a_comprehension(store, monkeypatch):
    def f(p):
        return bowl(sum(scale() for _ in range(1)), p["x"])

    assert value(store, f) == approx(right(1.0, 1.0))
    monkeypatch.setitem(globals(), "SCALE", 3.0)
    assert value(store, f) == approx(right(3.0, 1.0))
    monkeypatch.setitem(globals(), "scale", lambda: 2.0)
    assert value(store, f) == approx(right(2.0, 1.0))


def scale():
    return SCALE


def test_other_default_values(store):
    def make(scale):
        def f(p, scale=scale, *, shift=0.0):
            return bowl(scale, p["x"])

        return f

    assert value(store, make(1.0)) == approx(right(1.0, 1.0))
    assert value(store, make(3.0)) == approx(right(3.0, 1.0))


def test_attributes_of_functions_and_of_objects_that_are_called(store):
    def f(p):
        return bowl(f.scale, p["x"])

    class Callable:
        def __call__(self, p):
            return bowl(self.scale, p["x"])

    for called in (f, Callable()):
        called.scale = 1.0
        assert value(store, called) == approx(right(1.0, 1.0))
        called.scale = 3.0
        assert value(store, called) == approx(right(3.0, 1.0))


def test_objects_that_a_function_refers_to(store):
    settings = types.SimpleNamespace(scale={"of": [np.array(1.0)]})

    def f(p):
        return bowl(settings.scale["of"][0], p["x"])

    assert value(store, f) == approx(right(1.0, 1.0))
    settings.scale["of"][0][...] = 3.0
    assert value(store, f) == approx(right(3.0, 1.0))


def test_methods_and_partial_functions(store):
    class Scaled:
        def __init__(self, scale):
            self.scale = scale

        def f(self, p):
            return bowl(self.scale, p["x"])

    def of(scale, p):
        return bowl(scale, p["x"])

    for make in (lambda scale: Scaled(scale).f, lambda scale: functools.partial(of, scale)):
        assert value(store, make(1.0)) == approx(right(1.0, 1.0))
        assert value(store, make(3.0)) == approx(right(3.0, 1.0))


class Deterministic(lab.Problem):
    name = "same"
    deterministic = True

    def __init__(self, scale):
        self.scale = scale

    def start(self, seed):
        problem = self

        class Run:
            splits = False

            def parameters(self):
                return {"x": np.array([1.0])}

            def gradients(self, params):
                return bowl(problem.scale, params["x"])

            def evaluate(self, params, split):
                return bowl(problem.scale, params["x"])[0], None

        return Run()


class Duck:
    """A problem that is no `Problem`."""

    name = "same"

    def __init__(self, scale):
        self.start = Deterministic(scale).start


@pytest.mark.parametrize("kind", [Deterministic, Duck])
def test_attributes_of_a_problem(store, kind):
    assert value(store, kind(1.0)) == approx(right(1.0, 1.0))
    known = runs(store)
    assert value(store, kind(1.0)) == approx(right(1.0, 1.0)) and runs(store) == known
    assert value(store, kind(3.0)) == approx(right(3.0, 1.0))


SCRIPT = """
import sys
import numpy as np
import helper
from thalweg import compare

class Bowl:
    tags = {"a", "b", "c", "d"}
    def __call__(self, p):
        x = helper.of(p["x"])
        return float(x @ x) if "a" in {"a", "b", "c"} else 0.0, {"x": 2 * helper.SCALE**2 * p["x"]}

result = compare(Bowl(), params={"x": np.ones(1)}, rules=[{"name": "sgd", "learning_rate": 0.1}], steps=3, store=sys.argv[1], name="same")
print(result.rows()[0]["validation"])
"""


def test_an_imported_file_of_one_s_own_and_other_processes(store, tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)

    def ran(helper, seed):
        (tmp_path / "helper.py").write_text(helper)
        done = subprocess.run(
            [sys.executable, "-B", "script.py", store], cwd=tmp_path, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        return float(done.stdout)

    first = "SCALE = 1.0\ndef of(x): return SCALE * x\n"
    assert ran(first, "1") == approx(right(1.0, 1.0))
    known = runs(store)
    # Comments and names that are not used change nothing, and neither does the order of sets.
    assert ran(f"# A comment.\n\n{first}unused = 3\n", "2") == approx(right(1.0, 1.0)) and runs(store) == known
    assert ran(first.replace("1.0", "1.5"), "3") == approx(right(2.25, 1.0)) and runs(store) == 2 * known
    # Of the function in the file, not of the gradient.
    assert ran(first.replace("SCALE * x", "2 * SCALE * x"), "4") == approx(4 * right(1.0, 1.0))


def test_what_cannot_be_read_refuses_the_store_and_says_what_to_give(store, tmp_path):
    with open(tmp_path / "scale", "w+") as file:
        file.write("1.0")

        def f(p):
            file.seek(0)
            return bowl(float(file.read()), p["x"])

        sentence = (
            r"store: it cannot be told whether results belong to this problem: closure variable `file` of `same` is a _io.TextIOWrapper, "
            r'whose state cannot be read; give identity="…", a text that you change whenever the problem changes, or leave out store'
        )
        with pytest.raises(ValueError, match=sentence):
            value(store, f)
        assert not store.exists()
        assert value(None, f) == approx(right(1.0, 1.0))
        # Named, it is another problem with each name and each start.
        assert value(store, f, identity="one") == approx(right(1.0, 1.0))
        known = runs(store)
        assert value(store, f, identity="one") == approx(right(1.0, 1.0)) and runs(store) == known
        assert value(store, f, start=2.0, identity="one") == approx(right(1.0, 2.0))
        file.seek(0)
        file.write("3.0")
        assert value(store, f, identity="three") == approx(right(3.0, 1.0))
    for wrong in ("", 3):
        with pytest.raises(TypeError, match="identity is .*; give a text"):
            value(store, f, identity=wrong)
    with pytest.raises(TypeError, match="identity belongs to a problem written in Python"):
        thalweg.compare("bowl", identity="mine")


def test_what_a_function_changes_when_it_is_called_is_read_beforehand(store):
    source = "calls = []\ndef f(p):\n    calls.append(1)\n    return float(p['x'] @ p['x']), {'x': 2 * p['x']}\n"
    counts = []
    for _ in range(2):
        # As another process would have it.
        fresh = {}
        exec(source, fresh)
        assert value(store, fresh["f"]) == approx(right(1.0, 1.0))
        counts.append(runs(store))
    assert counts[0] == counts[1]


def test_noise_without_a_seed_refuses_the_store(store):
    random = np.random.default_rng(0)

    def f(p):
        loss, grads = bowl(1.0, p["x"])
        return loss + random.normal(), grads

    with pytest.warns(UserWarning, match="`same` takes no seed and gives other figures each time"):
        result = thalweg.compare(f, params={"x": np.ones(1)}, rules=[{"name": "sgd", "learning_rate": RATE}], steps=STEPS, name="same")
    assert not result.data["problems"][0]["deterministic"]
    with pytest.warns(UserWarning), pytest.raises(ValueError, match="takes no seed and gives other figures each time"):
        value(store, f)


@pytest.mark.parametrize("where", ["attribute", "global", "item"])
def test_messages_say_where_it_was_found(where):
    def uses_a_global(p):
        return OPEN

    found, sentence = {
        "attribute": (types.SimpleNamespace(a=types.SimpleNamespace(b=OPEN)), "`b` of `a` of `f` is a builtins.generator"),
        "global": (uses_a_global, "global `OPEN` of `f` is a builtins.generator"),
        "item": ({"key": [OPEN]}, "`key` of `f` is a builtins.generator"),
    }[where]
    with pytest.raises(Unreadable, match=sentence):
        identify(found, "f")


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Settings:
    rate: float = 1.0
    tags: set = dataclasses.field(default_factory=lambda: {"x", "y"})


def test_of_each_kind_of_value_the_digest_tells_equals_from_others():
    class Slots:
        __slots__ = ("__private", "shared")

        def __init__(self, value):
            self.__private = value

    class Table(dict):
        pass

    class Holds:
        def __init__(self, value):
            self.lock, self.log, self.value = threading.RLock(), logging.getLogger("one"), value

    def nested(depth):
        return lambda: (lambda: depth)

    def table(value, attribute=0):
        found = Table(a=value)
        found.attribute = attribute
        return found

    def recursive(value):
        found = [value]
        found.append(found)
        return found

    kinds = [
        ([1], [1.0], [True], ["1"], [b"1"], [None], [1, 1], (1,), [[1]]),
        (0.0, -0.0, 0, False, float("nan"), float("inf")),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 2, "b": 1}),
        ({"a", "bc", "d"}, {"a", "bc"}, frozenset({"a", "bc"})),
        (np.zeros(4), np.zeros(4, np.float32), np.zeros((2, 2)), np.ones(4), np.zeros(4)[:3]),
        (np.array([1, "a"], object), np.array([1, "b"], object)),
        (np.zeros(2, [("a", "f8")]), np.zeros(2, [("b", "f8")])),
        (np.float64(1), np.float32(1), np.float64(2)),
        (np.add, np.subtract, len, str.upper, str.lower, np.sum, np.mean),
        (nested(1), nested(2)),
        (functools.cache(nested(1)), functools.cache(nested(2))),
        (Slots(1), Slots(2)),
        (Holds(1), Holds(2)),
        (table(1), table(2), table(1, attribute=1)),
        (recursive(1), recursive(2)),
        (Settings(), Settings(rate=2.0), Settings(tags={"x"})),
        (Colour.RED, 1),
        (pathlib.Path("a"), pathlib.Path("b")),
        (collections.OrderedDict(a=1), collections.OrderedDict(a=2), collections.Counter("a"), collections.Counter("aa")),
        (np.random.default_rng(1), np.random.default_rng(2)),
        (property(nested(1)), property(nested(2)), staticmethod(nested(1)), classmethod(nested(1))),
        (np, sys, thalweg),
    ]
    for kind in kinds:
        digests = [identify(one, "x") for one in kind]
        assert len(set(digests)) == len(kind), kind
        assert digests == [identify(one, "x") for one in kind]
    # Whether two are one does not count, and neither does the order of attributes.
    one = [1.5, "text"]
    assert identify([one, one], "x") == identify([[1.5, "text"], [1.5, "te" + "xt"]], "x")
    ahead, behind = types.SimpleNamespace(a=1, b=2), types.SimpleNamespace(b=2, a=1)
    assert identify([ahead.a, ahead.b], "x") == identify([behind.a, behind.b], "x")


def test_functions_that_call_each_other_and_classes_that_refer_to_themselves_have_an_identity():
    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n != 0 and even(n - 1)

    class Own:
        def copy(self):
            return super().__init__() or Own()

    assert identify(even, "x") == identify(even, "x") != identify(odd, "x")
    assert identify(Own, "x") == identify(Own, "x")


def test_an_address_is_no_identity():
    class Holds:
        pass

    found = Holds()
    found.itself = id(found)
    with pytest.raises(Unreadable, match="holds an address"):
        identify(found, "x")
