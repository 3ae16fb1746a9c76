"""torch's own database of optimizers and their settings, with our classes in the place of its own."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("expecttest")
database = pytest.importorskip("torch.testing._internal.common_optimizers")

import thalweg.torch as tt  # noqa: E402

# torch fits these by name only on the whole of a problem, or takes sparse gradients alone.
OTHERS = {"LBFGS", "SparseAdam"}
CASES = [
    (info.optim_cls, case)
    for info in database.optim_db
    if info.optim_cls.__name__ not in OTHERS
    for case in info.optim_inputs_func(device="cpu")
]


def train(make, matrices):
    torch.manual_seed(0)
    weight = torch.nn.Parameter(torch.randn(2, 3, dtype=torch.float64))
    bias = torch.nn.Parameter(torch.randn((1, 3) if matrices else (3,), dtype=torch.float64))
    x = torch.randn(4, 2, dtype=torch.float64)
    optimizer = make([weight, bias])

    def closure():
        optimizer.zero_grad()
        loss = (x @ weight + bias).pow(2).sum()
        loss.backward()
        return loss

    for _ in range(7):
        optimizer.step(closure)
    return weight.detach(), bias.detach()


def test_the_database_is_there():
    assert len(CASES) > 60 and {cls.__name__ for cls, _ in CASES} <= set(tt.__all__)


@pytest.mark.parametrize(("theirs", "case"), CASES, ids=lambda value: getattr(value, "__name__", None) or value.desc or str(value.kwargs))
def test_each_setting_gives_torch_s_results(theirs, case):
    name, settings = theirs.__name__, dict(case.kwargs)
    if "ns_coefficients" in settings:
        with pytest.raises(TypeError, match="ns_coefficients"):
            tt.Muon([torch.nn.Parameter(torch.ones(2, 2))], **settings)
        return
    expected = train(lambda params: theirs(params, **settings), name == "Muon")
    found = train(lambda params: getattr(tt, name)(params, **settings), name == "Muon")
    # torch computes Muon's iteration in bfloat16 and keeps ASGD's rate in 32 bits.
    tolerance = {"Muon": {"rtol": 0.02, "atol": 1e-3}, "ASGD": {"rtol": 1e-6, "atol": 1e-7}}.get(name, {"rtol": 1e-9, "atol": 1e-9})
    for one, other in zip(found, expected):
        torch.testing.assert_close(one, other, **tolerance)
