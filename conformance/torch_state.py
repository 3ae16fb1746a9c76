"""The state of torch's optimizers, to and from the two files that `thalweg_optim::torch_state` reads and writes.

Run on a folder that the example `torch_state` of thalweg-optim has written, this goes on from each state in torch, compares
with where Thalweg went, and writes torch's own state for the example to go on from:

    cargo run -p thalweg-optim --example torch_state -- write target/torch-state
    python conformance/torch_state.py target/torch-state
    cargo run -p thalweg-optim --example torch_state -- read target/torch-state
"""

import json
import math
import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file

STEPS = 4


def to_state_dict(tensors, groups):
    """What `torch.optim.<Class>.load_state_dict` takes, from the two files; the class is in the JSON's `format`."""
    state = {}
    for key, value in load_file(tensors).items():
        _, index, name = key.split(".")
        state.setdefault(int(index), {})[name] = value
    return {"state": state, "param_groups": json.load(open(groups))["param_groups"]}


def to_files(optimizer, tensors, groups):
    """The two files, from an optimizer; they match by name if it was made with `named_parameters()`."""
    saved = optimizer.state_dict()
    flat = {
        f"state.{index}.{name}": value.contiguous().clone()
        for index, parts in saved["state"].items()
        for name, value in parts.items()
        if value is not None
    }
    save_file(flat, tensors)
    written = {"format": f"torch.optim.{type(optimizer).__name__}", "param_groups": saved["param_groups"]}
    json.dump(written, open(groups, "w"), default=float)


def walk(optimizer, parameters, first):
    """Steps with gradients w + sin(7 step + 3 tensor + element)."""
    for step in range(first, first + STEPS):
        for place, w in enumerate(parameters.values()):
            waves = [math.sin(7 * step + 3 * place + element) for element in range(w.numel())]
            w.grad = w.detach() + torch.tensor(waves).reshape(w.shape)
        optimizer.step()


def check(folder, name):
    path = load_file(folder / f"{name}.path.safetensors")
    parameters = {tensor: path[f"before.{tensor}"].requires_grad_() for tensor in ["w", "b", "out.w"]}
    groups = folder / f"{name}.json"
    kind = getattr(torch.optim, json.load(open(groups))["format"].removeprefix("torch.optim."))
    saved = to_state_dict(folder / f"{name}.safetensors", groups)
    members = [[(tensor, parameters[tensor]) for tensor in group["param_names"]] for group in saved["param_groups"]]
    optimizer = kind([{"params": group} for group in members], lr=1.0)
    optimizer.load_state_dict(saved)
    walk(optimizer, parameters, STEPS)
    apart = max(
        ((w - path[f"after.{tensor}"]).abs() / w.abs().clamp(min=1e-3)).max().item()
        for tensor, w in parameters.items()
    )
    to_files(optimizer, folder / f"{name}.torch.safetensors", folder / f"{name}.torch.json")
    path = {f"before.{tensor}": w.detach().clone() for tensor, w in parameters.items()}
    walk(optimizer, parameters, 2 * STEPS)
    path |= {f"after.{tensor}": w.detach().clone() for tensor, w in parameters.items()}
    save_file(path, folder / f"{name}.torch.path.safetensors")
    print(f"{name:<18}thalweg -> torch: {apart:.1e} apart")
    return apart <= 1e-12


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    folder = pathlib.Path(sys.argv[1])
    names = sorted(file.stem.removesuffix(".path") for file in folder.glob("*.path.safetensors"))
    good = [check(folder, name) for name in names if not name.endswith(".torch")]
    sys.exit(0 if all(good) and good else "torch does not go on where Thalweg stopped")
