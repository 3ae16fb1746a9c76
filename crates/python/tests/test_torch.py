"""`thalweg.torch`: torch's conventions, and torch's results where torch has the rule."""

import copy
import io
import pickle

import pytest

torch = pytest.importorskip("torch")

from torch.optim.optimizer import register_optimizer_step_pre_hook  # noqa: E402

import thalweg.torch as tt  # noqa: E402


def network(seed=0, dtype=torch.float32):
    torch.manual_seed(seed)
    return torch.nn.Sequential(torch.nn.Linear(6, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3)).to(dtype)


def data(dtype=torch.float32):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(32, 6, generator=generator, dtype=dtype), torch.randint(0, 3, (32,), generator=generator)


def step(model, optimizer, dtype=torch.float32):
    x, t = data(dtype)
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(model(x), t)
    loss.backward()
    optimizer.step()
    return loss.item()


BOTH = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.5}),
    ("Adam", {}),
    ("Adam", {"betas": (0.8, 0.99), "eps": 1e-6, "weight_decay": 0.1, "amsgrad": True}),
    ("AdamW", {"weight_decay": 0.1, "maximize": True}),
    ("Adagrad", {"lr_decay": 0.1, "initial_accumulator_value": 0.1}),
    ("RMSprop", {"alpha": 0.9, "centered": True, "momentum": 0.5}),
    ("Adadelta", {"rho": 0.8}),
    ("Adamax", {}),
    ("NAdam", {"momentum_decay": 0.01}),
    ("RAdam", {}),
    ("Rprop", {"etas": (0.4, 1.3), "step_sizes": (1e-5, 0.1)}),
    ("ASGD", {"lambd": 1e-3}),
]


@pytest.mark.parametrize(("name", "settings"), BOTH, ids=lambda value: str(value))
def test_results_are_torch_s(name, settings):
    ours, theirs = network(dtype=torch.float64), network(dtype=torch.float64)
    one = getattr(tt, name)(ours.parameters(), **settings)
    other = getattr(torch.optim, name)(theirs.parameters(), **settings)
    schedulers = [torch.optim.lr_scheduler.StepLR(optimizer, 3, 0.5) for optimizer in (one, other)]
    for _ in range(8):
        for model, optimizer, scheduler in zip((ours, theirs), (one, other), schedulers):
            step(model, optimizer, torch.float64)
            scheduler.step()
    assert one.param_groups[0]["lr"] == other.param_groups[0]["lr"]
    # torch keeps NAdam's product of momenta and ASGD's rate in 32 bits.
    tolerance = {"rtol": 1e-5, "atol": 1e-9} if name in ("NAdam", "ASGD") else {"rtol": 1e-11, "atol": 1e-13}
    for a, b in zip(ours.parameters(), theirs.parameters()):
        torch.testing.assert_close(a, b, **tolerance)


@pytest.mark.parametrize("name", sorted(set(tt.__all__) - {"ThalwegOptimizer", "Muon"}))
def test_each_learns_and_goes_on_from_its_state(name):
    model = network()
    # Prodigy and D-Adaptation find the rate themselves.
    optimizer = getattr(tt, name)(model.parameters(), lr=1.0 if name in ("Prodigy", "DAdaptAdam") else 0.02)
    first = [step(model, optimizer) for _ in range(60)][0]
    assert step(model, optimizer) < first
    buffer = io.BytesIO()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, buffer)
    buffer.seek(0)
    saved = torch.load(buffer, weights_only=False)
    other = network(seed=1)
    other.load_state_dict(saved["model"])
    resumed = getattr(tt, name)(other.parameters())
    resumed.load_state_dict(saved["optimizer"])
    for _ in range(3):
        assert step(model, optimizer) == step(other, resumed)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), other.parameters()))


def test_copies_and_pickles_stand_alone():
    model = network()
    optimizer = tt.Adam(model.parameters(), lr=0.01)
    step(model, optimizer)
    for made in (copy.deepcopy((model, optimizer)), pickle.loads(pickle.dumps((model, optimizer)))):
        other, twin = made
        before = [parameter.clone() for parameter in model.parameters()]
        reference = copy.deepcopy(model)
        mirror = tt.Adam(reference.parameters(), lr=0.01)
        mirror.load_state_dict(optimizer.state_dict())
        step(other, twin)
        step(reference, mirror)
        assert all(torch.equal(a, b) for a, b in zip(other.parameters(), reference.parameters()))
        assert all(torch.equal(a, b) for a, b in zip(model.parameters(), before))


def test_groups_have_settings_of_their_own_and_may_be_added():
    model = network()
    optimizer = tt.AdamW([{"params": model[0].parameters(), "lr": 0.0}, {"params": model[2].weight, "weight_decay": 0.0}], lr=0.1)
    optimizer.add_param_group({"params": [model[2].bias], "betas": (0.5, 0.9)})
    before = [parameter.clone() for parameter in model.parameters()]
    step(model, optimizer)
    moved = [not torch.equal(a, b) for a, b in zip(model.parameters(), before)]
    assert moved == [False, False, True, True]
    assert [group["lr"] for group in optimizer.param_groups] == [0.0, 0.1, 0.1] and optimizer.param_groups[2]["betas"] == (0.5, 0.9)
    with pytest.raises(ValueError, match="AdamW has no `weigth_decay`; did you mean `weight_decay`"):
        optimizer.add_param_group({"params": [torch.nn.Parameter(torch.ones(1))], "weigth_decay": 0.9})
    with pytest.raises(ValueError, match="more than one parameter group|duplicate"):
        optimizer.add_param_group({"params": [model[2].bias]})


def test_closures_hooks_and_the_profiler_of_torch():
    model = network()
    optimizer = tt.SGD(model.parameters(), lr=0.1)
    seen = []
    optimizer.register_step_pre_hook(lambda *_: seen.append("before"))
    optimizer.register_step_post_hook(lambda *_: seen.append("after"))
    optimizer.register_state_dict_post_hook(lambda *_: seen.append("state"))
    x, t = data()

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), t)
        loss.backward()
        seen.append("closure")
        return loss

    with torch.no_grad():
        loss = optimizer.step(closure)
    optimizer.state_dict()
    assert loss.requires_grad and seen == ["before", "closure", "after", "state"]
    assert isinstance(optimizer, torch.optim.Optimizer) and "SGD" in repr(optimizer)


def test_whoever_watches_steps_sees_them():
    optimizer = tt.SGD(network().parameters(), lr=0.1)
    with torch.autograd.profiler.profile() as profile:
        optimizer.step()
    assert "Optimizer.step#SGD.step" in [event.name for event in profile.function_events]
    seen = []
    everywhere = register_optimizer_step_pre_hook(lambda *arguments: seen.append(arguments))
    own = optimizer.register_step_post_hook(lambda *arguments: seen.append(arguments))
    optimizer.step()
    everywhere.remove(), own.remove()
    optimizer.step()
    assert seen == [(optimizer, (optimizer,), {})] * 2


def test_a_scaler_and_gradients_that_are_not_finite():
    model = network()
    optimizer = tt.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    before = [parameter.clone() for parameter in model.parameters()]
    x, t = data()
    for spoil in (True, False):
        optimizer.zero_grad()
        scaler.scale(torch.nn.functional.cross_entropy(model(x), t)).backward()
        if spoil:
            model[0].weight.grad[0, 0] = float("inf")
        scaler.step(optimizer)
        scaler.update()
        same = all(torch.equal(a, b) for a, b in zip(model.parameters(), before))
        assert same == spoil
    # Without a scaler they spread, as in torch.
    model[2].bias.grad[0] = float("nan")
    optimizer.step()
    assert torch.isnan(model[2].bias[0]) and not torch.isnan(model[2].bias[1])


def test_parameters_without_a_gradient_sit_out_and_layouts_do_not_matter():
    plain, turned = torch.nn.Parameter(torch.ones(3, 4)), torch.nn.Parameter(torch.ones(4, 3).t())
    idle = torch.nn.Parameter(torch.ones(2))
    empty = torch.nn.Parameter(torch.ones(0))
    optimizer = tt.Adam([plain, turned, idle, empty], lr=0.1)
    gradient = torch.arange(12.0).reshape(3, 4)
    for _ in range(3):
        plain.grad, turned.grad, empty.grad = gradient.clone(), gradient.t().contiguous().t(), torch.ones(0)
        optimizer.step()
    assert torch.equal(plain, turned) and torch.equal(idle, torch.ones(2)) and plain[0, 1] < 1
    idle.grad = torch.ones(2)
    optimizer.step()
    # torch counts the steps of a tensor by itself.
    torch.testing.assert_close(idle.data, torch.full((2,), 0.9))


def test_memory_that_moves_is_followed():
    parameter = torch.nn.Parameter(torch.ones(2))
    optimizer = tt.SGD([parameter], lr=1.0)
    for expected in (0.0, 4.0):
        parameter.grad = torch.ones(2)
        optimizer.step()
        assert parameter.tolist() == [expected, expected]
        parameter.data = torch.full((2,), 5.0)


def test_autograd_sees_the_change():
    parameter = torch.nn.Parameter(torch.ones(2))
    optimizer = tt.SGD([parameter], lr=1.0)
    loss = (parameter**2).sum()
    parameter.grad = torch.ones(2)
    optimizer.step()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_muon_takes_matrices_and_stages_combine():
    model = network()
    optimizer = tt.Muon([model[0].weight, model[2].weight], lr=0.02)
    first = [step(model, optimizer) for _ in range(20)][0]
    assert step(model, optimizer) < first
    clipped = torch.nn.Parameter(torch.zeros(2))
    optimizer = tt.SGD([clipped], lr=1.0, before=[{"stage": "clip-by-global-norm", "largest": 1.0}])
    clipped.grad = torch.tensor([3.0, 4.0])
    optimizer.step()
    torch.testing.assert_close(clipped.data, torch.tensor([-0.6, -0.8]), atol=1e-5, rtol=1e-5)


def test_mistakes_are_named():
    with pytest.raises(ValueError, match="did you mean `weight_decay`"):
        tt.AdamW([torch.nn.Parameter(torch.ones(1))], weight_decy=0.1)
    with pytest.raises(ValueError, match="out of range"):
        tt.Adam([torch.nn.Parameter(torch.ones(1))], lr=-1.0)
    with pytest.raises(TypeError, match="dtype torch.bfloat16; thalweg.torch updates float32 and float64"):
        tt.Adam([torch.nn.Parameter(torch.ones(1, dtype=torch.bfloat16))])
    with pytest.raises(ValueError, match="is on meta"):
        tt.Adam([torch.nn.Parameter(torch.ones(1, device="meta"))])
    with pytest.raises(ValueError, match="empty parameter list"):
        tt.Adam([])
    embedding = torch.nn.Embedding(4, 2, sparse=True)
    optimizer = tt.SGD(embedding.parameters(), lr=0.1)
    embedding(torch.tensor([1])).sum().backward()
    with pytest.raises(TypeError, match="takes dense gradients"):
        optimizer.step()
    parameter = torch.nn.Parameter(torch.ones(1))
    one, other = tt.Adam([parameter]), tt.SGD([parameter], lr=0.1)
    parameter.grad = torch.ones(1)
    one.step()
    with pytest.raises(ValueError, match="SGD keeps step: it was saved by another optimizer"):
        other.load_state_dict(one.state_dict())
    assert other.param_groups[0]["lr"] == 0.1


def test_schedulers_that_change_momentum():
    parameter = torch.nn.Parameter(torch.ones(3))
    optimizer = tt.SGD([parameter], lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.5, total_steps=10)
    for _ in range(9):
        parameter.grad = torch.ones(3)
        optimizer.step()
        scheduler.step()
    assert optimizer.param_groups[0]["momentum"] != 0.9


def test_tensors_may_take_the_place_of_arrays():
    from thalweg import optim

    tensor, gradient = torch.ones(2, 3), torch.full((2, 3), 2.0)
    optimizer = optim.SGD({"w": tensor}, 0.25)
    for _ in range(2):
        optimizer.step({"w": gradient})
    assert torch.equal(tensor, torch.zeros(2, 3))
    with pytest.raises(TypeError, match=r"parameter `w` is a Parameter whose memory cannot be shared .*detach"):
        optim.SGD({"w": torch.nn.Parameter(torch.ones(2))}, 0.25).step({"w": gradient})
