"""W3 in PyTorch: one `step()`, tensor by tensor (the processors' default), or with `--fused` one kernel a tensor."""

import argparse
import os

import torch
from serve import START, gradient, serve
from torch import optim
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

RATE = 1e-3
# What the rule is, and whether it has a fused kernel.
RULES = {
    "sgd": (optim.SGD, {}, True),
    "momentum": (optim.SGD, {"momentum": 0.9}, True),
    "nesterov": (optim.SGD, {"momentum": 0.9, "nesterov": True}, True),
    "adagrad": (optim.Adagrad, {}, True),
    "rmsprop": (optim.RMSprop, {}, False),
    "adadelta": (optim.Adadelta, {}, False),
    "adam": (optim.Adam, {}, True),
    "adamw": (optim.AdamW, {}, True),
    "amsgrad": (optim.Adam, {"amsgrad": True}, True),
    "adamax": (optim.Adamax, {}, False),
    "nadam": (optim.NAdam, {}, False),
    "radam": (optim.RAdam, {}, False),
    "rprop": (optim.Rprop, {}, False),
    "asgd": (optim.ASGD, {}, False),
    "clip-value-adam-decay": (optim.AdamW, {"weight_decay": 0.01}, True),
    "clip-rmsprop-nesterov-decay-average": (optim.RMSprop, {"momentum": 0.9}, False),
}


def build(rule: str, lengths: list[int]):
    make, settings, has_fused = RULES.get(rule, (None, {}, False))
    if make is None or FUSED and not has_fused:
        return None
    parameters = [torch.nn.Parameter(torch.full((length,), START)) for length in lengths]
    gradients = [[torch.from_numpy(gradient(number, length)) for length in lengths] for number in (0, 1)]
    optimizer = make(parameters, lr=RATE, **settings, **({"fused": True} if FUSED else {"foreach": False}))

    def prepare(number: int) -> None:
        for parameter, gradient in zip(parameters, gradients[number], strict=True):
            parameter.grad = gradient

    def clipped_by_value(number: int) -> None:
        torch.nn.utils.clip_grad_value_(parameters, 0.04)
        optimizer.step()

    model = torch.nn.ParameterList(parameters)
    is_averaged = rule.endswith("average")
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.999)) if is_averaged else None

    def clipped_by_norm_and_averaged(number: int) -> None:
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        average.update_parameters(model)

    if is_averaged:
        return prepare, clipped_by_norm_and_averaged
    return prepare, clipped_by_value if rule.startswith("clip") else lambda number: optimizer.step()


parser = argparse.ArgumentParser()
parser.add_argument("--fused", action="store_true")
FUSED = parser.parse_args().fused
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
serve(build)
