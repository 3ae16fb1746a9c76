"""`param_groups` as torch's optimizers have them: its names, readable and writable at any time."""

import copy

import pytest

torch = pytest.importorskip("torch")

import thalweg.torch as tt  # noqa: E402


def pair(name, **settings):
    """Our class and torch's on equal parameters."""
    made = []
    for module in (tt, torch.optim):
        params = [torch.nn.Parameter(torch.arange(1.0, 7.0, dtype=torch.float64).reshape(2, 3))]
        made.append((params, getattr(module, name)(params, **settings)))
    return made


def same(pairs, steps=3):
    for step in range(steps):
        for params, optimizer in pairs:
            params[0].grad = torch.sin(torch.arange(6.0, dtype=torch.float64) + step).reshape(2, 3)
            optimizer.step()
    (one, _), (other, _) = pairs
    torch.testing.assert_close(one[0], other[0], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("AdamW", {"betas": (0.5, 0.7), "eps": 1e-3, "weight_decay": 0.5}),
        ("NAdam", {"momentum_decay": 0.1, "betas": (0.5, 0.7)}),
        ("Rprop", {"etas": (0.3, 1.5), "step_sizes": (1e-3, 0.1)}),
        ("RMSprop", {"alpha": 0.5, "eps": 1e-3}),
        ("Adadelta", {"rho": 0.5, "lr": 0.3}),
        ("ASGD", {"lambd": 0.1, "alpha": 0.5}),
        ("Adagrad", {"lr_decay": 0.5}),
    ],
)
def test_what_is_written_to_a_group_is_seen(name, changes):
    pairs = pair(name)
    for _, optimizer in pairs:
        optimizer.param_groups[0].update(changes)
    same(pairs, 1)
    for _, optimizer in pairs:
        optimizer.param_groups[0]["lr"] = 0.05
        for key, value in changes.items():
            assert optimizer.param_groups[0][key] == value or key == "lr"
    same(pairs)


def test_a_rate_that_changes_in_place_is_seen():
    pairs = []
    for module in (tt, torch.optim):
        rate = torch.tensor(0.1, dtype=torch.float64)
        params = [torch.nn.Parameter(torch.ones(2, 3, dtype=torch.float64))]
        pairs.append((params, module.AdamW(params, lr=rate)))
    same(pairs, 1)
    for _, optimizer in pairs:
        assert isinstance(optimizer.param_groups[0]["lr"], torch.Tensor)
        optimizer.param_groups[0]["lr"].mul_(0.1)
    same(pairs)


@pytest.mark.parametrize("name", ["AdamW", "SGD", "Lion", "RMSprop"])
@pytest.mark.parametrize("schedule", ["OneCycleLR", "CyclicLR"])
def test_schedulers_work_with_their_defaults(name, schedule):
    settings = {"momentum": 0.9} if name in ("SGD", "RMSprop") else {}
    parameter = torch.nn.Parameter(torch.ones(3))
    optimizer = getattr(tt, name)([parameter], lr=0.01, **settings)
    given = {"max_lr": 0.1, "total_steps": 8} if schedule == "OneCycleLR" else {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 3}
    scheduler = getattr(torch.optim.lr_scheduler, schedule)(optimizer, **given)
    momentum = "betas" if "betas" in optimizer.defaults else "momentum"
    seen = set()
    for _ in range(6):
        parameter.grad = torch.ones(3)
        optimizer.step()
        scheduler.step()
        seen.add(optimizer.param_groups[0][momentum])
    assert len(seen) > 3


def test_names_of_the_user_are_kept_and_slips_are_refused():
    params = [torch.nn.Parameter(torch.ones(2)) for _ in range(2)]
    optimizer = tt.AdamW([{"params": params[:1], "name": "body", "depth": 3}, {"params": params[1:], "name": "head"}])
    assert [group["name"] for group in optimizer.param_groups] == ["body", "head"]
    other = tt.AdamW([{"params": params[:1]}, {"params": params[1:]}])
    other.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    assert other.param_groups[0]["depth"] == 3
    with pytest.raises(ValueError, match="did you mean `weight_decay`"):
        tt.AdamW([{"params": params, "weight_decya": 0.1}])
    assert tt.AdamW([{"params": params, "beta1": 0.5}]).param_groups[0]["betas"] == (0.5, 0.999)


@pytest.mark.parametrize("switch", [{"fused": True}, {"foreach": True}, {"foreach": False}, {"capturable": True}, {"fused": None}])
def test_switches_that_change_no_number_are_accepted(switch):
    parameter = torch.nn.Parameter(torch.ones(2))
    optimizer = tt.Adam([parameter], **switch)
    parameter.grad = torch.ones(2)
    optimizer.step()
    assert all(optimizer.param_groups[0][key] == value for key, value in switch.items())
    with pytest.raises(ValueError, match="leave differentiable=True out"):
        tt.Adam([parameter], differentiable=True)


def test_arguments_by_position_are_torch_s():
    parameter = torch.nn.Parameter(torch.ones(2))
    for name, given in (("AdamW", (0.1, (0.5, 0.6), 1e-3, 0.2, True)), ("SGD", (0.1, 0.9, 0.0, 0.1, True)), ("RMSprop", (0.1, 0.5, 1e-3))):
        ours = getattr(tt, name)([parameter], *given).param_groups[0]
        theirs = getattr(torch.optim, name)([parameter], *given).param_groups[0]
        assert all(ours[key] == value for key, value in theirs.items() if key != "params")
    with pytest.raises(TypeError, match="got lr twice"):
        tt.AdamW([parameter], 0.1, lr=0.1)


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"lr": float("inf")}, ValueError, "lr is inf; give a finite number"),
        ({"lr": "fast"}, TypeError, "lr is 'fast'; give a number"),
        ({"betas": 0.9}, TypeError, "betas is 0.9; give 2 numbers"),
        ({"sharpness": {"radius": 0.05}}, ValueError, "no `sharpness`: use thalweg.optim"),
        ({"schedule": "cosine"}, ValueError, "no `schedule`: use torch.optim.lr_scheduler"),
        ({"non_finite": "skip"}, ValueError, "no `non_finite`: as in torch"),
        ({"state_format": "8bit"}, ValueError, "give 'full', 'bf16' or '8-bit'"),
        ({"threads": -1}, ValueError, "threads is -1; give a whole number of at least 1"),
        ({"dialect": "jax"}, ValueError, "dialect 'jax'; it has torch, keras, optax, paper"),
    ],
)
def test_mistakes_are_said_in_words(settings, error, words):
    with pytest.raises(error, match=words.replace(".", r"\.")):
        tt.AdamW([torch.nn.Parameter(torch.ones(2, 2))], **settings)


def test_a_word_that_is_none_is_said():
    with pytest.raises(ValueError, match="adjust_lr_fn is 'typo'; give one of 'original', 'match_rms_adamw'"):
        tt.Muon([torch.nn.Parameter(torch.ones(2, 2))], adjust_lr_fn="typo")


def test_a_model_that_is_averaged_and_a_model_that_is_scaled():
    model = torch.nn.Linear(3, 2)
    optimizer = tt.AdamW(model.parameters(), lr=0.1)
    averaged = torch.optim.swa_utils.AveragedModel(model)
    scheduler = torch.optim.swa_utils.SWALR(optimizer, 0.05, anneal_epochs=2)
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    before = model.weight.detach().clone()
    for _ in range(3):
        optimizer.zero_grad()
        scaler.scale(model(torch.ones(1, 3)).sum()).backward()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        averaged.update_parameters(model)
        scheduler.step()
    assert optimizer.state[model.weight]["step"].item() == 3 and not torch.equal(averaged.module.weight, before)
