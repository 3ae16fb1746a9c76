"""The update rules as torch.optim runs them: its plain loop over tensors, which its other paths are tested against."""

import torch

# Rule -> class, our hyper-parameters with torch's defaults (a momentum of 0.9 where the rule needs one), the arguments
# that make torch's class this rule, and torch's names for the parts of the state under ours.
RULES = {
    "sgd": (torch.optim.SGD, {"learning_rate": 0.001}, {}, {}),
    "momentum": (
        torch.optim.SGD,
        {"learning_rate": 0.001, "momentum": 0.9},
        {},
        {"velocity": "momentum_buffer"},
    ),
    "nesterov": (
        torch.optim.SGD,
        {"learning_rate": 0.001, "momentum": 0.9},
        {"nesterov": True},
        {"velocity": "momentum_buffer"},
    ),
    "adagrad": (torch.optim.Adagrad, {"learning_rate": 0.01, "epsilon": 1e-10}, {}, {"sum_of_squares": "sum"}),
    "rmsprop": (
        torch.optim.RMSprop,
        {"learning_rate": 0.01, "decay_rate": 0.99, "epsilon": 1e-8},
        {},
        {"mean_square": "square_avg"},
    ),
    "adam": (
        torch.optim.Adam,
        {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
        {},
        {"first_moment": "exp_avg", "second_moment": "exp_avg_sq"},
    ),
}
ARGUMENTS = {"learning_rate": "lr", "momentum": "momentum", "decay_rate": "alpha", "epsilon": "eps"}


def source(rule):
    kind, hyperparameters, fixed, _ = RULES[rule]
    written = ", ".join(f"{name}={value}" for name, value in {**arguments(hyperparameters), **fixed}.items())
    return f"torch {torch.__version__.split('+')[0]} torch.optim.{kind.__name__}({written})"


def arguments(hyperparameters):
    """Our hyper-parameters under torch's names."""
    theirs = {ARGUMENTS[name]: value for name, value in hyperparameters.items() if name in ARGUMENTS}
    if "beta1" in hyperparameters:
        theirs["betas"] = (hyperparameters["beta1"], hyperparameters["beta2"])
    return theirs


def trajectory(rule, parameters, steps, hyperparameters, rates):
    """After each step: (parameters, state), both as dictionaries of arrays by tensor name."""
    kind, _, fixed, parts = RULES[rule]
    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in parameters.items()}
    optimizer = kind(tensors.values(), **arguments(hyperparameters), **fixed, foreach=False)
    seen = []
    for gradients, rate in zip(steps, rates):
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(gradients[name]) if name in gradients else None
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
        seen.append((
            {name: tensor.detach().numpy().copy() for name, tensor in tensors.items()},
            {
                name: {ours: optimizer.state[tensor][theirs].numpy().copy() for ours, theirs in parts.items()}
                for name, tensor in tensors.items()
            },
        ))
    return seen
