"""The update rules as keras.optimizers runs them, on its JAX back end (on PyTorch's, schedule-free reads a value that it has
just overwritten)."""

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import jax
import keras
import numpy as np

optimizers = keras.optimizers
ADAM = {"first_moment": "momentum", "second_moment": "velocity"}
BETAS = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}

# (rule, variant) -> class, hyper-parameters, fixed arguments, the ending of keras' variable for each part of the state.
RULES = {
    ("sgd", ""): (optimizers.SGD, {"learning_rate": 0.01, "weight_decay": 0.1}, {}, {}),
    ("sgd", "momentum"): (optimizers.SGD, {"learning_rate": 0.01, "momentum": 0.9}, {}, {"velocity": "momentum"}),
    ("momentum", ""): (
        optimizers.SGD,
        {"learning_rate": 0.01, "momentum": 0.9, "weight_decay": 0.1},
        {},
        {"velocity": "momentum"},
    ),
    ("nesterov", ""): (
        optimizers.SGD,
        {"learning_rate": 0.01, "momentum": 0.9},
        {"nesterov": True},
        {"velocity": "momentum"},
    ),
    ("adagrad", ""): (
        optimizers.Adagrad,
        {"learning_rate": 0.001, "epsilon": 1e-7, "initial_accumulator": 0.1, "weight_decay": 0.1},
        {},
        {"sum_of_squares": "accumulator"},
    ),
    ("adagrad", "zero"): (
        optimizers.Adagrad,
        {"learning_rate": 0.001, "epsilon": 1e-7, "initial_accumulator": 0.0},
        {},
        {"sum_of_squares": "accumulator"},
    ),
    ("rmsprop", ""): (
        optimizers.RMSprop,
        {"learning_rate": 0.001, "decay_rate": 0.9, "epsilon": 1e-7},
        {},
        {"mean_square": "velocity"},
    ),
    ("rmsprop", "centered"): (
        optimizers.RMSprop,
        {
            "learning_rate": 0.001,
            "decay_rate": 0.9,
            "epsilon": 1e-2,
            "momentum": 0.8,
            "centered": True,
            "weight_decay": 0.1,
        },
        {},
        {"mean_square": "velocity", "velocity": "momentum", "mean_gradient": "average_gradient"},
    ),
    ("adadelta", ""): (
        optimizers.Adadelta,
        {"learning_rate": 0.5, "decay_rate": 0.95, "epsilon": 1e-7, "weight_decay": 0.1},
        {},
        {"mean_square": "accumulated_grad", "mean_square_update": "accumulated_delta_var"},
    ),
    ("adam", ""): (optimizers.Adam, {"learning_rate": 0.001, **BETAS, "weight_decay": 0.1}, {}, ADAM),
    ("adam", "amsgrad"): (
        optimizers.Adam,
        {"learning_rate": 0.001, **BETAS, "amsgrad": True},
        {},
        {**ADAM, "largest_second_moment": "velocity_hat"},
    ),
    ("adamw", ""): (optimizers.AdamW, {"learning_rate": 0.001, **BETAS, "weight_decay": 0.004}, {}, ADAM),
    ("amsgrad", ""): (
        optimizers.Adam,
        {"learning_rate": 0.001, **BETAS},
        {"amsgrad": True},
        {**ADAM, "largest_second_moment": "velocity_hat"},
    ),
    ("adamax", ""): (
        optimizers.Adamax,
        {"learning_rate": 0.001, **BETAS},
        {},
        {"first_moment": "momentum", "infinity_norm": "norm"},
    ),
    ("nadam", ""): (optimizers.Nadam, {"learning_rate": 0.001, **BETAS, "weight_decay": 0.1}, {}, ADAM),
    ("lion", ""): (
        optimizers.Lion,
        {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.1},
        {},
        {"first_moment": "momentum"},
    ),
    ("lamb", ""): (optimizers.Lamb, {"learning_rate": 0.001, **BETAS, "weight_decay": 0.1}, {}, ADAM),
    ("adafactor", ""): (
        optimizers.Adafactor,
        {
            "learning_rate": 0.01,
            "beta2_decay": -0.8,
            "epsilon1": 1e-30,
            "epsilon2": 1e-3,
            "clip_threshold": 1.0,
            "relative_step": True,
            "weight_decay": 0.1,
        },
        {},
        {},
    ),
    ("muon", ""): (
        optimizers.Muon,
        {
            "learning_rate": 0.001,
            "momentum": 0.95,
            "nesterov": True,
            "iterations": 5,
            "epsilon": 1e-7,
            "weight_decay": 0.1,
            "rms_rate": 0.2,
        },
        {},
        {"velocity": "momentum"},
    ),
    ("schedule-free-adamw", ""): (
        optimizers.ScheduleFreeAdamW,
        {"learning_rate": 0.0025, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.1},
        {},
        {"point": "momentum", "second_moment": "velocity"},
    ),
}
ARGUMENTS = {
    "decay_rate": "rho",
    "beta1": "beta_1",
    "beta2": "beta_2",
    "initial_accumulator": "initial_accumulator_value",
    "beta2_decay": "beta_2_decay",
    "epsilon1": "epsilon_1",
    "epsilon2": "epsilon_2",
    "iterations": "ns_steps",
}


def arguments(case):
    return {ARGUMENTS.get(name, name): value for name, value in case.hyperparameters.items()}


def source(case):
    kind, _, fixed, _ = RULES[case.rule, case.variant]
    written = ", ".join(f"{name}={value}" for name, value in {**arguments(case), **fixed}.items())
    return f"keras {keras.__version__} keras.optimizers.{kind.__name__}({written})"


def trajectory(case, parameters, steps, rates):
    """After each step: (parameters, state). Updates are counted for the whole optimizer, as keras does."""
    kind, _, fixed, parts = RULES[case.rule, case.variant]
    wide = all(value.dtype == np.float64 for value in parameters.values())
    # In 32 bits as most people have it: JAX computes in 64 bits only where that is switched on.
    jax.config.update("jax_enable_x64", wide)
    keras.config.set_floatx("float64" if wide else "float32")
    variables = {
        name: keras.Variable(value, dtype=str(value.dtype), name=f"{name}_variable") for name, value in parameters.items()
    }
    optimizer = kind(**arguments(case), **fixed)
    optimizer.build(list(variables.values()))
    seen = []
    for gradients, rate in zip(steps, rates):
        optimizer.learning_rate = rate
        pairs = [
            (keras.ops.convert_to_tensor(gradients[name]) if name in gradients else None, variable)
            for name, variable in variables.items()
        ]
        optimizer.apply_gradients(pairs)
        state = {name: {} for name in variables}
        for own in optimizer.variables:
            for name in variables:
                for ours, theirs in parts.items():
                    if own.name == f"{name}_variable_{theirs}":
                        state[name][ours] = np.array(keras.ops.convert_to_numpy(own)).copy()
        seen.append(({name: np.array(keras.ops.convert_to_numpy(v)).copy() for name, v in variables.items()}, state))
    return seen
