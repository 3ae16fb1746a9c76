"""The update rules as Optax makes them (aliases of optax and optax.contrib), not under jit."""

import jax

import jax.numpy as jnp
import numpy as np
import optax
import optax.contrib

ADAM = {"first_moment": "mu", "second_moment": "nu"}
BETAS = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}

# (rule, variant) -> alias, hyper-parameters, fixed arguments, the attribute of optax' state for each part of ours.
RULES = {
    ("sgd", ""): (optax.sgd, {"learning_rate": 0.01}, {}, {}),
    ("sgd", "momentum"): (optax.sgd, {"learning_rate": 0.01, "momentum": 0.9, "nesterov": True}, {}, {"velocity": "trace"}),
    ("momentum", ""): (optax.sgd, {"learning_rate": 0.01, "momentum": 0.9}, {}, {"velocity": "trace"}),
    ("nesterov", ""): (optax.sgd, {"learning_rate": 0.01, "momentum": 0.9}, {"nesterov": True}, {"velocity": "trace"}),
    ("adagrad", ""): (
        optax.adagrad,
        {"learning_rate": 0.01, "epsilon": 1e-7, "initial_accumulator": 0.1},
        {},
        {"sum_of_squares": "sum_of_squares"},
    ),
    ("rmsprop", ""): (
        optax.rmsprop,
        {"learning_rate": 0.01, "decay_rate": 0.9, "epsilon": 1e-8},
        {},
        {"mean_square": "nu"},
    ),
    ("rmsprop", "everything"): (
        optax.rmsprop,
        {
            "learning_rate": 0.01,
            "decay_rate": 0.9,
            "epsilon": 1e-3,
            "momentum": 0.8,
            "nesterov": True,
            "initial_accumulator": 0.5,
            "bias_correction": True,
            "epsilon_in_root": False,
        },
        {},
        {"mean_square": "nu", "velocity": "trace"},
    ),
    ("rmsprop", "centered"): (
        optax.rmsprop,
        {"learning_rate": 0.01, "decay_rate": 0.9, "epsilon": 1e-2, "momentum": 0.8, "centered": True},
        {},
        {"mean_square": "nu", "mean_gradient": "mu", "velocity": "trace"},
    ),
    ("rmsprop", "centered-corrected"): (
        optax.rmsprop,
        {"learning_rate": 0.01, "decay_rate": 0.9, "epsilon": 1e-2, "centered": True, "bias_correction": True},
        {},
        {"mean_square": "nu", "mean_gradient": "mu"},
    ),
    ("adadelta", ""): (
        optax.adadelta,
        {"learning_rate": 1.0, "decay_rate": 0.9, "epsilon": 1e-6, "weight_decay": 0.1},
        {},
        {"mean_square": "e_g", "mean_square_update": "e_x"},
    ),
    ("adam", ""): (optax.adam, {"learning_rate": 0.001, **BETAS, "epsilon_root": 1e-8}, {}, ADAM),
    ("adam", "nesterov"): (optax.adam, {"learning_rate": 0.001, **BETAS, "nesterov": True}, {}, ADAM),
    ("adamw", ""): (optax.adamw, {"learning_rate": 0.001, **BETAS, "weight_decay": 0.1}, {}, ADAM),
    ("adamw", "nesterov"): (optax.adamw, {"learning_rate": 0.001, **BETAS, "weight_decay": 0.1, "nesterov": True}, {}, ADAM),
    ("amsgrad", ""): (
        optax.amsgrad,
        {"learning_rate": 0.001, **BETAS},
        {},
        {**ADAM, "largest_second_moment": "nu_max"},
    ),
    ("adamax", ""): (
        optax.adamax,
        {"learning_rate": 0.001, **BETAS},
        {},
        {"first_moment": "mu", "infinity_norm": "nu"},
    ),
    ("nadam", ""): (optax.nadam, {"learning_rate": 0.001, **BETAS}, {}, ADAM),
    ("radam", ""): (optax.radam, {"learning_rate": 0.001, **BETAS, "threshold": 5.0}, {}, ADAM),
    ("adabelief", ""): (
        optax.adabelief,
        {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-6, "epsilon_root": 1e-10},
        {},
        ADAM,
    ),
    ("yogi", ""): (optax.yogi, {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-3}, {}, ADAM),
    ("adan", ""): (
        optax.adan,
        {
            "learning_rate": 0.001,
            "beta1": 0.98,
            "beta2": 0.92,
            "beta3": 0.99,
            "epsilon": 1e-8,
            "epsilon_root": 1e-8,
            "weight_decay": 0.1,
        },
        {},
        {"first_moment": "m", "difference_moment": "v", "second_moment": "n", "previous_gradient": "g"},
    ),
    ("lion", ""): (
        optax.lion,
        {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.1},
        {},
        {"first_moment": "mu"},
    ),
    ("signsgd", ""): (optax.sign_sgd, {"learning_rate": 0.001}, {}, {}),
    ("signum", ""): (optax.signum, {"learning_rate": 0.001, "momentum": 0.9}, {}, {"velocity": "ema"}),
    ("rprop", ""): (
        optax.rprop,
        {"learning_rate": 0.01, "shrink": 0.5, "grow": 1.2, "smallest_step": 1e-6, "largest_step": 0.015},
        {},
        {"step_size": "step_sizes", "previous_update": "prev_updates"},
    ),
    ("ademamix", ""): (
        optax.contrib.ademamix,
        {"learning_rate": 0.001, **BETAS, "beta3": 0.9999, "alpha": 5.0, "epsilon_root": 1e-8, "weight_decay": 0.1},
        {},
        {"first_moment": "m1", "slow_moment": "m2", "second_moment": "nu"},
    ),
    ("adopt", ""): (
        optax.contrib.adopt,
        {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.9999, "epsilon": 1e-6, "clipping": True},
        {},
        ADAM,
    ),
    ("madgrad", ""): (
        optax.contrib.madgrad,
        {"learning_rate": 0.01, "momentum": 0.9, "epsilon": 1e-6, "weight_decay": 0.1},
        {},
        {"gradient_sum": "s", "sum_of_squares": "grad_sum_sq", "start": "x0"},
    ),
    ("lars", ""): (
        optax.lars,
        {"learning_rate": 0.1, "momentum": 0.9, "weight_decay": 0.1, "trust_coefficient": 0.001, "epsilon": 1e-6},
        {},
        {"velocity": "trace"},
    ),
    ("lamb", ""): (
        optax.lamb,
        {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-6, "weight_decay": 0.1},
        {},
        ADAM,
    ),
    ("novograd", ""): (
        optax.novograd,
        {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.25, "epsilon": 1e-6, "weight_decay": 0.1},
        {},
        ADAM,
    ),
    ("novograd", "root"): (
        optax.novograd,
        {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.25, "epsilon": 1e-6, "weight_decay": 0.1, "epsilon_root": 1e-3},
        {},
        ADAM,
    ),
    ("adafactor", ""): (
        optax.adafactor,
        {
            "learning_rate": 0.01,
            "decay_exponent": 0.8,
            "clip_threshold": 1.0,
            "epsilon1": 1e-30,
            "smallest_factored": 2,
            "scale_by_parameter": True,
            "momentum": 0.9,
            "weight_decay": 0.001,
        },
        {},
        {"row": "v_row", "column": "v_col", "second_moment": "v", "velocity": "ema"},
    ),
    ("adafactor", "whole"): (
        optax.adafactor,
        {
            "learning_rate": 0.01,
            "decay_exponent": 0.8,
            "clip_threshold": 1.0,
            "epsilon1": 1e-30,
            "smallest_factored": 128,
            "scale_by_parameter": False,
        },
        {},
        {"second_moment": "v"},
    ),
    ("sm3", ""): (optax.sm3, {"learning_rate": 0.1, "momentum": 0.9}, {}, {"velocity": "nu"}),
    ("muon", ""): (
        optax.contrib.muon,
        {"learning_rate": 0.01, "momentum": 0.95, "nesterov": True, "iterations": 5, "epsilon": 1e-8, "weight_decay": 0.1},
        {},
        {"velocity": "mu"},
    ),
    ("muon", "plain"): (
        optax.contrib.muon,
        {"learning_rate": 0.01, "momentum": 0.95, "nesterov": False, "iterations": 5, "epsilon": 1e-8},
        {},
        {"velocity": "mu"},
    ),
    ("dadapt-adam", ""): (
        optax.contrib.dadapt_adamw,
        {"learning_rate": 1.0, **BETAS, "d0": 1e-4, "weight_decay": 0.1},
        {},
        {"first_moment": "exp_avg", "second_moment": "exp_avg_sq", "gradient_sum": "grad_sum"},
    ),
    ("prodigy", ""): (
        optax.contrib.prodigy,
        {"learning_rate": 1.0, **BETAS, "d0": 1e-4, "d_coefficient": 1.0, "weight_decay": 0.1},
        {},
        {"first_moment": "exp_avg", "second_moment": "exp_avg_sq", "gradient_sum": "grad_sum", "start": "params0"},
    ),
    ("schedule-free-sgd", ""): (
        optax.contrib.schedule_free_sgd,
        {"learning_rate": 0.1, "beta1": 0.9, "weight_decay": 0.1, "rate_power": 2.0},
        {},
        {"point": "z"},
    ),
    ("schedule-free-adamw", ""): (
        optax.contrib.schedule_free_adamw,
        {"learning_rate": 0.0025, **BETAS, "weight_decay": 0.1, "rate_power": 2.0},
        {},
        {"point": "z", "second_moment": "nu"},
    ),
}
# Whose rate is no schedule.
FIXED_RATE = {"rprop", "sm3"}
# Whose velocity holds what is added to the parameters.
ADDED = {"lars", "rmsprop"}
# Whose schedules start counting at 1 (optax' schedule_free hands its counter over after raising it).
COUNTS_FROM_ONE = {"schedule-free-sgd", "schedule-free-adamw"}
ARGUMENTS = {
    "decay_rate": "decay",
    "beta1": "b1",
    "beta2": "b2",
    "beta3": "b3",
    "epsilon": "eps",
    "epsilon_root": "eps_root",
    "epsilon_in_root": "eps_in_sqrt",
    "initial_accumulator": "initial_scale",
    "shrink": "eta_minus",
    "grow": "eta_plus",
    "smallest_step": "min_step_size",
    "largest_step": "max_step_size",
    "clipping": "use_clipping",
    "iterations": "ns_steps",
    "d0": "estim_lr0",
    "d_coefficient": "estim_lr_coef",
    "rate_power": "weight_lr_power",
}
OTHERS = {
    "adagrad": {"initial_accumulator": "initial_accumulator_value"},
    "adadelta": {"decay_rate": "rho"},
    "signum": {"momentum": "beta"},
    "muon": {"momentum": "beta"},
    "adafactor": {
        "decay_exponent": "decay_rate",
        "clip_threshold": "clipping_threshold",
        "epsilon1": "eps",
        "smallest_factored": "min_dim_size_to_factor",
        "scale_by_parameter": "multiply_by_parameter_scale",
        "weight_decay": "weight_decay_rate",
    },
}


def arguments(case):
    theirs, ours = {}, dict(case.hyperparameters)
    if case.rule in ("dadapt-adam", "prodigy"):
        theirs["betas"] = (ours.pop("beta1"), ours.pop("beta2"))
    names = {**ARGUMENTS, **OTHERS.get(case.rule, {})}
    theirs.update({names.get(name, name): value for name, value in ours.items()})
    return theirs


def source(case):
    kind, _, fixed, _ = RULES[case.rule, case.variant]
    kind = getattr(kind, "func", kind)
    written = ", ".join(f"{name}={value}" for name, value in {**arguments(case), **fixed}.items())
    module = "optax.contrib" if "contrib" in kind.__module__ else "optax"
    name = "nadam" if case.rule == "nadam" else kind.__name__
    return f"optax {optax.__version__} {module}.{name}({written})"


def find(state, attribute):
    """The first part of a state that has this attribute and is not masked out of it."""
    if hasattr(state, "_fields") and attribute in state._fields:
        return getattr(state, attribute)
    if isinstance(state, dict):
        state = list(state.values())
    if isinstance(state, (tuple, list)):
        for part in state:
            found = find(part, attribute)
            if found is not None:
                return found
    return None


def trajectory(case, parameters, steps, rates):
    """After each step: (parameters, state)."""
    # In 32 bits as most people have it: JAX computes in 64 bits only where that is switched on.
    jax.config.update("jax_enable_x64", all(value.dtype == np.float64 for value in parameters.values()))
    kind, _, fixed, parts = RULES[case.rule, case.variant]
    given = {**arguments(case), **fixed}
    rates = list(rates)
    if case.rule not in FIXED_RATE:
        first = 1 if case.rule in COUNTS_FROM_ONE else 0
        given["learning_rate"] = lambda count: rates[min(int(count) - first, len(rates) - 1)]
        if case.rule in COUNTS_FROM_ONE:
            # Both the average and the rule inside it ask for the rate, and count differently.
            given["learning_rate"] = case.hyperparameters["learning_rate"]
    optimizer = kind(**given)
    params = {name: jnp.asarray(value) for name, value in parameters.items()}
    state = optimizer.init(params)
    seen = []
    for gradients in steps:
        updates, state = optimizer.update({name: jnp.asarray(g) for name, g in gradients.items()}, state, params)
        params = optax.apply_updates(params, updates)
        kept = {name: {} for name in params}
        for ours, attribute in parts.items():
            found = find(state, attribute)
            for name in params:
                value = found.get(name) if isinstance(found, dict) else None
                if value is None or isinstance(value, optax.MaskedNode):
                    continue
                # Adafactor keeps a one where a buffer is not in use.
                if case.rule == "adafactor" and attribute.startswith("v") and not in_use(attribute, case, params[name]):
                    continue
                # Where the velocity comes after the rate, optax keeps it as what is added; ours is subtracted.
                sign = -1 if ours == "velocity" and case.rule in ADDED else 1
                kept[name][ours] = sign * np.array(value)
        seen.append(({name: np.array(value).copy() for name, value in params.items()}, kept))
    return seen


def in_use(attribute, case, parameter):
    least = case.hyperparameters["smallest_factored"]
    factored = parameter.ndim >= 2 and sorted(parameter.shape)[-2] >= least
    return factored if attribute in ("v_row", "v_col") else not factored
