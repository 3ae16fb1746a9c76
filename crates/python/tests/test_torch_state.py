"""`optimizer.state` as torch's optimizers have it: tensors that the core updates, and checkpoints that move both ways."""

import copy
import io
import pickle
import warnings

import pytest

torch = pytest.importorskip("torch")

import thalweg.torch as tt  # noqa: E402

BOTH = [
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1}),
    ("Adam", {"betas": (0.8, 0.99), "weight_decay": 0.1, "amsgrad": True}),
    ("AdamW", {"lr": 0.01, "weight_decay": 0.1}),
    ("Adagrad", {"lr_decay": 0.1, "initial_accumulator_value": 0.1}),
    ("RMSprop", {"alpha": 0.9, "centered": True, "momentum": 0.5}),
    ("Adadelta", {"rho": 0.8}),
    ("Adamax", {}),
    ("NAdam", {"momentum_decay": 0.01}),
    ("RAdam", {"lr": 0.01}),
    ("Rprop", {"etas": (0.4, 1.3), "step_sizes": (1e-5, 0.1)}),
    ("ASGD", {"lambd": 1e-3, "t0": 3}),
    ("Adafactor", {"lr": 0.02}),
    ("Muon", {"lr": 0.02}),
]


def parameters(seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return [torch.nn.Parameter(torch.randn(shape, generator=generator, dtype=dtype)) for shape in ((6, 4), (4, 3))]


def run(params, optimizer, steps, seed=0):
    generator = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        for parameter in params:
            parameter.grad = torch.randn(parameter.shape, generator=generator, dtype=torch.float64).to(parameter.dtype)
        optimizer.step()


def saved(optimizer):
    """What a file of `torch.save` gives back where only tensors and plain values are allowed."""
    buffer = io.BytesIO()
    torch.save(optimizer.state_dict(), buffer)
    buffer.seek(0)
    return torch.load(buffer, weights_only=True)


@pytest.mark.parametrize("direction", ["from torch", "to torch"])
@pytest.mark.parametrize(("name", "settings"), BOTH, ids=str)
def test_checkpoints_move_both_ways(name, settings, direction):
    make = [getattr(torch.optim, name), getattr(tt, name)]
    if direction == "to torch":
        make.reverse()
    first, second = parameters(), parameters()
    one = make[0](first, **settings)
    run(first, one, 5)
    state = saved(one)
    # The settings come with the checkpoint.
    other = make[1](second)
    second[0].data.copy_(first[0]), second[1].data.copy_(first[1])
    other.load_state_dict(state)
    run(first, one, 4, seed=1), run(second, other, 4, seed=1)
    # torch keeps ASGD's rate and NAdam's product in 32 bits and iterates Muon in bfloat16.
    tolerance = {"Muon": {"rtol": 0.03, "atol": 3e-3}}.get(name, {"rtol": 1e-6, "atol": 1e-8})
    for a, b in zip(first, second):
        torch.testing.assert_close(a, b, **tolerance)
    ours = other if direction == "from torch" else one
    theirs = one if direction == "from torch" else other
    assert set(theirs.param_groups[0]) <= set(ours.param_groups[0])
    mine, torchs = ours.state_dict()["state"][0], theirs.state_dict()["state"][0]
    for key, value in torchs.items():
        assert mine[key].shape == value.shape, key


def test_state_shares_memory_with_what_the_core_updates():
    params = parameters()
    optimizer = tt.AdamW(params, lr=0.1)
    assert not optimizer.state
    run(params, optimizer, 1)
    entry = optimizer.state[params[0]]
    moment, step = entry["exp_avg"], entry["step"]
    before = moment.clone()
    assert moment.shape == params[0].shape and moment.dtype == params[0].dtype and step.item() == 1
    run(params, optimizer, 1, seed=1)
    assert step.item() == 2 and not torch.equal(moment, before) and optimizer.state[params[0]]["exp_avg"] is moment
    # What is written holds in the next step: no moments, no change of the parameters.
    mirror = parameters()
    reference = torch.optim.AdamW(mirror, lr=0.1)
    run(mirror, reference, 1), run(mirror, reference, 1, seed=1)
    for state in (optimizer.state[params[0]], reference.state[mirror[0]]):
        state["exp_avg"].mul_(0.5)
        state["step"].fill_(10.0)
        state["exp_avg_sq"] = state["exp_avg_sq"] * 2
    run(params, optimizer, 2, seed=2), run(mirror, reference, 2, seed=2)
    assert all(torch.allclose(a, b, rtol=1e-12) for a, b in zip(params, mirror))
    assert optimizer.state[params[0]]["step"].item() == 12


def test_memory_outlives_the_optimizer():
    params = parameters()
    optimizer = tt.AdamW(params)
    run(params, optimizer, 1)
    moment = optimizer.state[params[0]]["exp_avg"]
    before = moment.clone()
    del optimizer
    import gc

    gc.collect()
    junk = [torch.zeros(24, dtype=torch.float64) for _ in range(1000)]
    assert torch.equal(moment, before) and len(junk) == 1000


@pytest.mark.parametrize("forget", ["clear", "new", "delete", "reset"])
def test_state_that_is_cleared_is_gone(forget):
    params, fresh = parameters(), parameters()
    optimizer = tt.Adam(params, lr=0.1)
    run(params, optimizer, 3)
    if forget == "clear":
        optimizer.state.clear()
    elif forget == "new":
        from collections import defaultdict

        optimizer.state = defaultdict(dict)
    elif forget == "delete":
        for parameter in params:
            del optimizer.state[parameter]
    else:
        optimizer.reset()
    for parameter, start in zip(params, fresh):
        parameter.data.copy_(start)
    run(params, optimizer, 2, seed=1)
    run(fresh, tt.Adam(fresh, lr=0.1), 2, seed=1)
    assert all(torch.equal(a, b) for a, b in zip(params, fresh)) and optimizer.state[params[0]]["step"].item() == 2


def test_a_list_of_parameters_may_be_replaced():
    params = parameters()
    optimizer = tt.SGD(params, lr=1.0, momentum=0.9)
    run(params, optimizer, 1)
    others = parameters(seed=3)
    old, new = [p.detach().clone() for p in params], [p.detach().clone() for p in others]
    optimizer.param_groups[0]["params"] = list(others)
    for parameter in others:
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    assert all(torch.equal(a, b) for a, b in zip(params, old))
    assert all(torch.equal(a, b - 1) for a, b in zip(others, new))
    # One tensor in the place of another, within the list.
    another = torch.nn.Parameter(torch.zeros(2, dtype=torch.float64))
    another.grad = torch.ones(2, dtype=torch.float64)
    optimizer.param_groups[0]["params"][0] = another
    others[1].grad = None
    optimizer.step()
    assert another.tolist() == [-1.0, -1.0] and torch.equal(others[0], new[0] - 1)


def test_parameters_without_a_gradient_are_not_marked_as_changed():
    moving, idle = parameters()
    optimizer = tt.Adam([moving, idle])
    loss = (idle**2).sum()
    moving.grad = torch.ones_like(moving)
    optimizer.step()
    loss.backward()
    assert idle not in optimizer.state and moving in optimizer.state


def test_a_step_that_fails_has_changed_nothing():
    params = parameters()
    optimizer = tt.SGD([{"params": [params[0]]}, {"params": [params[1]]}], lr=1.0)
    before = [p.detach().clone() for p in params]
    params[0].grad = torch.ones_like(params[0])
    params[1].grad = torch.ones_like(params[1]).to_sparse()
    with pytest.raises(TypeError, match="takes dense gradients"):
        optimizer.step()
    params[1].grad = torch.ones_like(params[1])
    optimizer.param_groups[1]["lr"] = float("nan")
    with pytest.raises(ValueError, match="lr is nan; give a finite number"):
        optimizer.step()
    assert all(torch.equal(a, b) for a, b in zip(params, before)) and not optimizer.state


@pytest.mark.parametrize("stages", ["before", "after"])
def test_a_norm_is_that_of_all_groups(stages):
    for several in (False, True):
        one, other = (torch.nn.Parameter(torch.zeros(1)) for _ in range(2))
        groups = [{"params": [one]}, {"params": [other]}] if several else [one, other]
        clip = [{"stage": "clip-by-global-norm", "largest": 1.0}]
        optimizer = tt.SGD(groups, lr=1.0, **{stages: clip})
        one.grad, other.grad = torch.tensor([3.0]), torch.tensor([4.0])
        optimizer.step()
        torch.testing.assert_close([one.item(), other.item()], [-0.6, -0.8], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["Prodigy", "DAdaptAdam"])
def test_the_estimate_of_the_distance_is_one_for_all_groups(name):
    single, several = parameters(), parameters()
    one = getattr(tt, name)(single)
    other = getattr(tt, name)([{"params": [parameter]} for parameter in several])
    for _ in range(6):
        for params, optimizer in ((single, one), (several, other)):
            for parameter in params:
                parameter.grad = parameter.detach() - 1
            optimizer.step()
    for a, b in zip(single, several):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-14)
    first, second = (other.state[parameter]["distance"].item() for parameter in several)
    assert first == second == pytest.approx(one.state[single[0]]["distance"].item(), rel=1e-12) and first > 2e-6


def test_rules_that_torch_lacks_are_those_of_their_authors():
    from thalweg.optim import rules

    for rule in rules():
        name = next((name for name, cls in vars(tt).items() if getattr(cls, "_rule", None) is not None and cls._rule.name == rule.name), None)
        if name is None:
            continue
        optimizer = getattr(tt, name)(parameters()[:1])
        expected = "torch" if "torch" in rule.defaults else "paper" if "paper" in rule.defaults else "book"
        assert optimizer._dialect == expected, name
        assert optimizer.param_groups[0]["lr"] == rule.defaults[expected]["learning_rate"]
    assert tt.Prodigy(parameters()).param_groups[0]["lr"] == 1.0


@pytest.mark.parametrize("name", sorted(set(tt.__all__) - {"ThalwegOptimizer"}))
def test_addresses_of_state_stay_and_copies_go_on_alike(name):
    params = parameters()
    optimizer = getattr(tt, name)(params)
    run(params, optimizer, 1)
    buffers = {key: value.data_ptr() for key, value in optimizer.state[params[0]].items()}
    run(params, optimizer, 3)
    assert buffers == {key: value.data_ptr() for key, value in optimizer.state[params[0]].items()}
    twins = [copy.deepcopy((params, optimizer)), pickle.loads(pickle.dumps((params, optimizer)))]
    run(params, optimizer, 3, seed=1)
    for others, twin in twins:
        run(others, twin, 3, seed=1)
        assert all(torch.equal(a, b) for a, b in zip(params, others))


@pytest.mark.parametrize("form", ["bf16", "8-bit"])
def test_packed_state_is_tensors_too(form):
    params, others = parameters(dtype=torch.float32), parameters(dtype=torch.float32)
    optimizer = tt.AdamW(params, state_format=form)
    run(params, optimizer, 3)
    entry = optimizer.state[params[0]]
    assert entry["exp_avg"].dtype == (torch.bfloat16 if form == "bf16" else torch.uint8)
    assert entry["exp_avg"].shape == params[0].shape and ("exp_avg_scales" in entry) == (form == "8-bit")
    resumed = tt.AdamW(others, state_format=form)
    resumed.load_state_dict(saved(optimizer))
    for mine, theirs in zip(others, params):
        mine.data.copy_(theirs)
    run(params, optimizer, 3, seed=1), run(others, resumed, 3, seed=1)
    assert all(torch.equal(a, b) for a, b in zip(params, others))


def test_loading_is_all_or_nothing_and_by_name_where_there_are_names():
    a, b = parameters()
    optimizer = tt.AdamW([("a", a), ("b", b)], lr=0.1)
    run([a, b], optimizer, 2)
    state = saved(optimizer)
    c, d = parameters()
    turned = tt.AdamW([("b", d), ("a", c)])
    turned.load_state_dict(state)
    assert torch.equal(turned.state[c]["exp_avg"], optimizer.state[a]["exp_avg"]) and turned.param_groups[0]["lr"] == 0.1
    assert turned.param_groups[0]["param_names"] == ["b", "a"]
    stranger = tt.AdamW([("a", c), ("z", d)], lr=0.5)
    with pytest.raises(ValueError, match="z is missing"):
        stranger.load_state_dict(state)
    broken = copy.deepcopy(state)
    broken["state"][1]["exp_avg"] = torch.zeros(7)
    with pytest.raises(ValueError, match=r"`exp_avg` of parameter 1 is of shape \(7,\); give a tensor of shape \(4, 3\)"):
        tt.AdamW([("a", c), ("b", d)], lr=0.5).load_state_dict(broken)
    before = {key: value.clone() for key, value in turned.state[c].items()}
    with pytest.raises(ValueError, match="give a tensor of shape"):
        turned.load_state_dict(broken)
    assert turned.param_groups[0]["lr"] == 0.1 and all(torch.equal(turned.state[c][key], value) for key, value in before.items())


def test_distributed_checkpoints_see_the_state_and_take_no_step():
    dcp = pytest.importorskip("torch.distributed.checkpoint.state_dict")
    model = torch.nn.Linear(3, 2)
    optimizer = tt.AdamW(model.parameters(), lr=0.1)
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    optimizer.zero_grad()
    before = copy.deepcopy(optimizer.state_dict())
    for _ in range(2):
        found = dcp.get_optimizer_state_dict(model, optimizer)
    assert set(found["state"]) == {"weight", "bias"} and set(found["state"]["weight"]) == {"step", "exp_avg", "exp_avg_sq"}
    after = optimizer.state_dict()
    assert all(torch.equal(before["state"][0][key], after["state"][0][key]) for key in before["state"][0])
    assert found["state"]["weight"]["step"].item() == 1
    other = torch.nn.Linear(3, 2)
    other.load_state_dict(model.state_dict())
    resumed = tt.AdamW(other.parameters())
    dcp.set_optimizer_state_dict(other, resumed, found)
    for mine, one in ((model, optimizer), (other, resumed)):
        mine(torch.ones(1, 3)).pow(2).sum().backward()
        one.step()
    assert resumed.param_groups[0]["lr"] == 0.1
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), other.parameters()))


def test_zero_redundancy_saves_and_resumes_all(tmp_path):
    distributed = pytest.importorskip("torch.distributed")
    if not distributed.is_available():
        pytest.skip("this torch has no distributed package")
    from torch.distributed.optim import ZeroRedundancyOptimizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        distributed.init_process_group("gloo", init_method=f"file://{tmp_path}/store", rank=0, world_size=1)
        try:
            params, others = parameters(), parameters()
            optimizer = ZeroRedundancyOptimizer(params, tt.AdamW, lr=0.1)
            run(params, optimizer, 3)
            optimizer.consolidate_state_dict()
            state = copy.deepcopy(optimizer.state_dict())
            assert len(state["state"]) == 2 and set(state["state"][0]) == {"step", "exp_avg", "exp_avg_sq"}
            resumed = ZeroRedundancyOptimizer(others, tt.AdamW, lr=0.1)
            resumed.load_state_dict(state)
            for mine, theirs in zip(others, params):
                mine.data.copy_(theirs)
            run(params, optimizer, 3, seed=1), run(others, resumed, 3, seed=1)
            assert all(torch.equal(a, b) for a, b in zip(params, others))
        finally:
            distributed.destroy_process_group()


@pytest.mark.parametrize("name", ["AdamW", "NAdam", "Prodigy"])
def test_state_of_earlier_versions_is_read(name):
    from thalweg._native import Optimizer as Core

    params, others = parameters(), parameters()
    optimizer = getattr(tt, name)(params, lr=0.1)
    core = Core(optimizer._rule.name, optimizer._dialect, options={"non_finite": "allow"}, learning_rate=0.1)
    views = [p.detach().numpy() for p in others]
    generator = torch.Generator().manual_seed(0)
    for _ in range(3):
        core.update_list(views, [torch.randn(p.shape, generator=generator, dtype=torch.float64).numpy() for p in others])
    run(params, optimizer, 3)
    # What `state_dict` wrote before state was tensors.
    group = {"lr": 0.1, **{k: v for k, v in core.hyperparameters.items() if k != "learning_rate"}, "params": [0, 1]}
    old = {"state": {}, "param_groups": [{**group, "thalweg": core.state_dict()}]}
    resumed = getattr(tt, name)(others)
    resumed.load_state_dict(old)
    run(params, optimizer, 3, seed=1), run(others, resumed, 3, seed=1)
    assert all(torch.equal(a, b) for a, b in zip(params, others))
    assert resumed.param_groups[0]["lr"] == 0.1 and "beta1" not in resumed.param_groups[0]


@pytest.mark.parametrize("name", ["AdamW", "Lion", "LAMB", "Prodigy", "Muon", "Adafactor"])
def test_tensors_that_lie_otherwise_in_memory_are_updated_alike(name):
    plain, turned = parameters()[:1], [torch.nn.Parameter(parameters()[0].detach().t().contiguous().t())]
    assert not turned[0].is_contiguous()
    one, other = getattr(tt, name)(plain, lr=0.1), getattr(tt, name)(turned, lr=0.1)
    generator = torch.Generator().manual_seed(0)
    for turn in range(4):
        gradient = torch.randn(plain[0].shape, generator=generator, dtype=torch.float64)
        plain[0].grad = gradient
        turned[0].grad = gradient if turn % 2 else gradient.t().contiguous().t()
        one.step(), other.step()
    torch.testing.assert_close(plain[0], turned[0], rtol=1e-12, atol=1e-14)
    for key, value in one.state[plain[0]].items():
        torch.testing.assert_close(value, other.state[turned[0]][key], rtol=1e-12, atol=1e-14)
        if value.shape == plain[0].shape and name not in ("Muon", "Adafactor"):
            assert other.state[turned[0]][key].stride() == turned[0].stride()


def test_a_model_may_change_its_type_or_layout_on_the_way():
    params = parameters(dtype=torch.float32)
    optimizer = tt.AdamW(params, lr=0.1)
    run(params, optimizer, 2)
    moment = optimizer.state[params[0]]["exp_avg"].clone()
    for parameter in params:
        parameter.grad = None
        parameter.data = parameter.data.double().t().contiguous().t()
    run(params, optimizer, 1, seed=1)
    entry = optimizer.state[params[0]]
    assert entry["exp_avg"].dtype == torch.float64 and entry["step"].item() == 3
    expected = moment.double() * 0.9 + 0.1 * params[0].grad
    torch.testing.assert_close(entry["exp_avg"], expected)


def test_averages_take_the_place_of_parameters_and_leave_it():
    for name, settings in (("ScheduleFreeAdamW", {}), ("SGD", {"lr": 0.5, "after": [{"stage": "average", "decay": 0.5}]})):
        params = parameters()
        optimizer = getattr(tt, name)(params, **settings)
        run(params, optimizer, 3)
        trained = [p.detach().clone() for p in params]
        averages = optimizer.averages()
        optimizer.eval(), optimizer.eval()
        assert all(torch.equal(a, b) for a, b in zip(params, averages))
        assert not torch.equal(params[0], trained[0])
        with pytest.raises(RuntimeError, match=r"call optimizer.train\(\) before a step"):
            optimizer.step()
        optimizer.train()
        assert all(torch.equal(a, b) for a, b in zip(params, trained))
        optimizer.step()


def test_frozen_parameters_may_be_of_any_type():
    frozen = torch.nn.Parameter(torch.ones(3, dtype=torch.bfloat16), requires_grad=False)
    whole = torch.nn.Parameter(torch.ones(3, dtype=torch.int64), requires_grad=False)
    moving = torch.nn.Parameter(torch.ones(3))
    optimizer = tt.AdamW([frozen, moving, whole])
    moving.grad = torch.ones(3)
    optimizer.step()
    assert list(optimizer.state) == [moving] and optimizer.state_dict()["state"].keys() == {1}


def test_a_stage_may_be_written_as_its_name_alone():
    parameter = torch.nn.Parameter(torch.zeros(2, 2))
    optimizer = tt.SGD([parameter], lr=1.0, before=["centralise"])
    parameter.grad = torch.tensor([[1.0, 3.0], [2.0, 2.0]])
    optimizer.step()
    assert parameter.sum().item() == 0.0 and parameter.abs().sum().item() > 0
