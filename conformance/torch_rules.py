"""The update rules as torch.optim runs them: its plain loop over tensors, which its other paths are tested against."""

import torch
import torch.optim._muon

ADAM = {"first_moment": "exp_avg", "second_moment": "exp_avg_sq"}
LARGEST = {**ADAM, "largest_second_moment": "max_exp_avg_sq"}
VELOCITY = {"velocity": "momentum_buffer"}
BETAS = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}

# (rule, variant) -> class, hyper-parameters, fixed arguments that make torch's class this rule, names of the state.
RULES = {
    ("sgd", ""): (torch.optim.SGD, {"learning_rate": 0.001}, {}, {}),
    ("sgd", "decay"): (torch.optim.SGD, {"learning_rate": 0.001, "weight_decay": 0.1, "maximize": True}, {}, {}),
    ("sgd", "momentum"): (
        torch.optim.SGD,
        {"learning_rate": 0.001, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1},
        {},
        VELOCITY,
    ),
    ("sgd", "nesterov"): (
        torch.optim.SGD,
        {"learning_rate": 0.001, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
        {},
        VELOCITY,
    ),
    ("momentum", ""): (torch.optim.SGD, {"learning_rate": 0.001, "momentum": 0.9}, {}, VELOCITY),
    ("momentum", "dampening"): (
        torch.optim.SGD,
        {"learning_rate": 0.001, "momentum": 0.9, "dampening": 0.5},
        {},
        VELOCITY,
    ),
    ("nesterov", ""): (torch.optim.SGD, {"learning_rate": 0.001, "momentum": 0.9}, {"nesterov": True}, VELOCITY),
    ("adagrad", ""): (
        torch.optim.Adagrad,
        {"learning_rate": 0.01, "epsilon": 1e-10},
        {},
        {"sum_of_squares": "sum"},
    ),
    ("adagrad", "everything"): (
        torch.optim.Adagrad,
        {
            "learning_rate": 0.01,
            "epsilon": 1e-6,
            "rate_decay": 0.1,
            "initial_accumulator": 0.2,
            "weight_decay": 0.1,
            "maximize": True,
        },
        {},
        {"sum_of_squares": "sum"},
    ),
    ("rmsprop", ""): (
        torch.optim.RMSprop,
        {"learning_rate": 0.01, "decay_rate": 0.99, "epsilon": 1e-8},
        {},
        {"mean_square": "square_avg"},
    ),
    ("rmsprop", "momentum"): (
        torch.optim.RMSprop,
        {"learning_rate": 0.01, "decay_rate": 0.9, "epsilon": 1e-8, "momentum": 0.8, "weight_decay": 0.1},
        {},
        {"mean_square": "square_avg", "velocity": "momentum_buffer"},
    ),
    ("rmsprop", "centered"): (
        torch.optim.RMSprop,
        {"learning_rate": 0.01, "decay_rate": 0.9, "epsilon": 1e-3, "momentum": 0.8, "centered": True},
        {},
        {"mean_square": "square_avg", "mean_gradient": "grad_avg", "velocity": "momentum_buffer"},
    ),
    ("adadelta", ""): (
        torch.optim.Adadelta,
        {"learning_rate": 1.0, "decay_rate": 0.9, "epsilon": 1e-6, "weight_decay": 0.1},
        {},
        {"mean_square": "square_avg", "mean_square_update": "acc_delta"},
    ),
    ("adam", ""): (torch.optim.Adam, {"learning_rate": 0.001, **BETAS}, {}, ADAM),
    ("adam", "amsgrad"): (torch.optim.Adam, {"learning_rate": 0.001, **BETAS, "amsgrad": True}, {}, LARGEST),
    ("adam", "decay"): (
        torch.optim.Adam,
        {"learning_rate": 0.001, **BETAS, "weight_decay": 0.1, "maximize": True},
        {},
        ADAM,
    ),
    ("adam", "decoupled"): (
        torch.optim.Adam,
        {"learning_rate": 0.001, **BETAS, "weight_decay": 0.1, "decoupled_weight_decay": True},
        {},
        ADAM,
    ),
    ("adamw", ""): (torch.optim.AdamW, {"learning_rate": 0.001, **BETAS, "weight_decay": 0.01}, {}, ADAM),
    ("adamw", "amsgrad"): (
        torch.optim.AdamW,
        {"learning_rate": 0.001, **BETAS, "weight_decay": 0.1, "amsgrad": True, "maximize": True},
        {},
        LARGEST,
    ),
    ("amsgrad", ""): (torch.optim.Adam, {"learning_rate": 0.001, **BETAS}, {"amsgrad": True}, LARGEST),
    ("adamax", ""): (
        torch.optim.Adamax,
        {"learning_rate": 0.002, **BETAS, "weight_decay": 0.1},
        {},
        {"first_moment": "exp_avg", "infinity_norm": "exp_inf"},
    ),
    ("nadam", ""): (torch.optim.NAdam, {"learning_rate": 0.002, **BETAS, "momentum_decay": 0.004}, {}, ADAM),
    ("nadam", "decay"): (
        torch.optim.NAdam,
        {"learning_rate": 0.002, **BETAS, "momentum_decay": 0.1, "weight_decay": 0.1},
        {},
        ADAM,
    ),
    ("nadam", "decoupled"): (
        torch.optim.NAdam,
        {
            "learning_rate": 0.002,
            **BETAS,
            "momentum_decay": 0.004,
            "weight_decay": 0.1,
            "decoupled_weight_decay": True,
        },
        {},
        ADAM,
    ),
    ("radam", ""): (torch.optim.RAdam, {"learning_rate": 0.001, **BETAS}, {}, ADAM),
    ("radam", "decoupled"): (
        torch.optim.RAdam,
        {"learning_rate": 0.001, **BETAS, "weight_decay": 0.1, "decoupled_weight_decay": True},
        {},
        ADAM,
    ),
    ("rprop", ""): (
        torch.optim.Rprop,
        {"learning_rate": 0.01, "shrink": 0.5, "grow": 1.2, "smallest_step": 1e-6, "largest_step": 0.015},
        {},
        {"previous_gradient": "prev", "step_size": "step_size"},
    ),
    ("asgd", ""): (
        torch.optim.ASGD,
        {"learning_rate": 0.01, "lambda": 1e-2, "alpha": 0.75, "t0": 3.0, "weight_decay": 0.1},
        {},
        {"average": "ax"},
    ),
    ("adafactor", ""): (
        torch.optim.Adafactor,
        {
            "learning_rate": 0.01,
            "beta2_decay": -0.8,
            "epsilon1": 1e-5,
            "epsilon2": 1e-3,
            "clip_threshold": 1.0,
            "weight_decay": 0.1,
        },
        {},
        {"row": "row_var", "column": "col_var", "second_moment": "variance"},
    ),
    ("adafactor", "bold"): (
        torch.optim.Adafactor,
        {
            "learning_rate": 0.8,
            "beta2_decay": -0.8,
            "epsilon1": 1e-5,
            "epsilon2": 1e-3,
            "clip_threshold": 1.4,
            "weight_decay": 0.1,
        },
        {},
        {"row": "row_var", "column": "col_var", "second_moment": "variance"},
    ),
    ("muon", ""): (
        torch.optim.Muon,
        {"learning_rate": 0.001, "momentum": 0.95, "nesterov": True, "iterations": 5, "epsilon": 1e-7, "weight_decay": 0.1},
        {},
        VELOCITY,
    ),
    ("muon", "plain"): (
        torch.optim.Muon,
        {
            "learning_rate": 0.001,
            "momentum": 0.9,
            "nesterov": False,
            "iterations": 5,
            "epsilon": 1e-7,
            "weight_decay": 0.0,
            "adjust": 1,
        },
        {},
        VELOCITY,
    ),
    ("muon", "unclamped"): (
        torch.optim.Muon,
        {
            "learning_rate": 0.001,
            "momentum": 0.9,
            "nesterov": False,
            "iterations": 5,
            "epsilon": 1e-7,
            "weight_decay": 0.0,
            "adjust": 2,
        },
        {},
        VELOCITY,
    ),
}
ARGUMENTS = {
    "learning_rate": "lr",
    "decay_rate": "alpha",
    "epsilon": "eps",
    "rate_decay": "lr_decay",
    "initial_accumulator": "initial_accumulator_value",
    "lambda": "lambd",
    "iterations": "ns_steps",
    "clip_threshold": "d",
}


def newton_schulz(gradient, coefficients, steps, eps):
    """torch's own iteration, in the gradient's type instead of bfloat16, whose rounding would drown everything."""
    a, b, c = coefficients
    x = gradient.clone()
    tall = x.size(0) > x.size(1)
    x = x.T if tall else x
    x = x / x.norm().clamp(min=eps)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if tall else x


torch.optim._muon._zeropower_via_newtonschulz = newton_schulz


def source(case):
    kind, _, fixed, _ = RULES[case.rule, case.variant]
    given = {**arguments(case), **fixed}
    written = ", ".join(f"{name}={value}" for name, value in given.items())
    own = " with the Newton-Schulz iteration in the parameters' type" if case.rule == "muon" else ""
    return f"torch {torch.__version__.split('+')[0]} torch.optim.{kind.__name__}({written}){own}"


def arguments(case):
    """Our hyper-parameters under torch's names."""
    ours = dict(case.hyperparameters)
    theirs = {}
    if "beta1" in ours:
        theirs["betas"] = (ours.pop("beta1"), ours.pop("beta2"))
    if case.rule == "rprop":
        theirs["etas"] = (ours.pop("shrink"), ours.pop("grow"))
        theirs["step_sizes"] = (ours.pop("smallest_step"), ours.pop("largest_step"))
    if case.rule == "adafactor":
        theirs["eps"] = (ours.pop("epsilon1"), ours.pop("epsilon2"))
    if case.rule == "adadelta":
        theirs["rho"] = ours.pop("decay_rate")
    if case.rule == "muon":
        theirs["adjust_lr_fn"] = ["original", "match_rms_adamw", "spectral_unclamped"][ours.pop("adjust", 0)]
    if case.rule == "asgd":
        theirs["alpha"] = ours.pop("alpha")
    theirs.update({ARGUMENTS.get(name, name): value for name, value in ours.items()})
    return theirs


def trajectory(case, parameters, steps, rates):
    """After each step: (parameters, state), both as dictionaries of arrays by tensor name."""
    kind, _, fixed, parts = RULES[case.rule, case.variant]
    wide = all(value.dtype == "float64" for value in parameters.values())
    # Numbers that torch keeps for each tensor (NAdam's product, ASGD's rate) have the default type.
    torch.set_default_dtype(torch.float64 if wide else torch.float32)
    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in parameters.items()}
    extra = {} if case.rule == "muon" else {"foreach": False}
    optimizer = kind(list(tensors.values()), **arguments(case), **fixed, **extra)
    seen = []
    for gradients, rate in zip(steps, rates):
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(gradients[name]) if name in gradients else None
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
        state = {}
        for name, tensor in tensors.items():
            own = optimizer.state[tensor]
            state[name] = {ours: own[theirs].numpy().copy() for ours, theirs in parts.items() if own.get(theirs) is not None}
        seen.append(({name: tensor.detach().numpy().copy() for name, tensor in tensors.items()}, state))
    return seen
