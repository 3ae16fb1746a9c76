"""The update rules straight from their papers, in NumPy: one function a rule, (w, g, s, h, t) -> new w.

`w` are the parameters, `g` the gradient, `s` the state (a dictionary that the function fills), `h` the hyper-parameters with
`learning_rate` that of this step and `first_rate` that of the first, `t` the number of the step from 1. Everything is
computed in the type of the parameters.
"""

import numpy as np


def ema(s, name, value, beta):
    s[name] = beta * s.get(name, np.zeros_like(value)) + (1 - beta) * value
    return s[name]


def corrected(average, beta, t):
    return average / (1 - beta**t)


def norm(x):
    return np.sqrt(np.sum(x * x))


def sgd(w, g, s, h, t):
    return w - h["learning_rate"] * g


def momentum(w, g, s, h, t):
    s["velocity"] = h["momentum"] * s.get("velocity", 0 * g) - h["learning_rate"] * g
    return w + s["velocity"]


def nesterov(w, g, s, h, t):
    s["velocity"] = h["momentum"] * s.get("velocity", 0 * g) - h["learning_rate"] * g
    return w + h["momentum"] * s["velocity"] - h["learning_rate"] * g


def adagrad(w, g, s, h, t):
    s["sum_of_squares"] = s.get("sum_of_squares", 0 * g) + g * g
    return w - h["learning_rate"] * g / (np.sqrt(s["sum_of_squares"]) + h["epsilon"])


def rmsprop(w, g, s, h, t):
    return w - h["learning_rate"] * g / (np.sqrt(ema(s, "mean_square", g * g, h["decay_rate"])) + h["epsilon"])


def adadelta(w, g, s, h, t):
    mean = ema(s, "mean_square", g * g, h["decay_rate"])
    before = s.get("mean_square_update", 0 * g)
    delta = np.sqrt(before + h["epsilon"]) / np.sqrt(mean + h["epsilon"]) * g
    ema(s, "mean_square_update", delta * delta, h["decay_rate"])
    return w - h["learning_rate"] * delta


def moments(g, s, h):
    return ema(s, "first_moment", g, h["beta1"]), ema(s, "second_moment", g * g, h["beta2"])


def direction(g, s, h, t):
    m, v = moments(g, s, h)
    return corrected(m, h["beta1"], t) / (np.sqrt(corrected(v, h["beta2"], t)) + h["epsilon"])


def adam(w, g, s, h, t):
    return w - h["learning_rate"] * direction(g, s, h, t)


def adamw(w, g, s, h, t):
    # Algorithm 2 with a schedule of 1: the rate multiplies the step and not the decay.
    return w - (h["learning_rate"] * direction(g, s, h, t) + h["weight_decay"] * w)


def amsgrad(w, g, s, h, t):
    m, v = moments(g, s, h)
    s["largest_second_moment"] = np.maximum(s.get("largest_second_moment", 0 * v), v)
    return w - h["learning_rate"] * m / (np.sqrt(s["largest_second_moment"]) + h["epsilon"])


def adamax(w, g, s, h, t):
    m = ema(s, "first_moment", g, h["beta1"])
    s["infinity_norm"] = np.maximum(h["beta2"] * s.get("infinity_norm", 0 * g), np.abs(g))
    return w - h["learning_rate"] / (1 - h["beta1"] ** t) * m / (s["infinity_norm"] + h["epsilon"])


def radam(w, g, s, h, t):
    m, v = moments(g, s, h)
    most = 2 / (1 - h["beta2"]) - 1
    length = most - 2 * t * h["beta2"] ** t / (1 - h["beta2"] ** t)
    m = corrected(m, h["beta1"], t)
    if length <= 4:
        return w - h["learning_rate"] * m
    r = np.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length))
    return w - h["learning_rate"] * r * m / (np.sqrt(corrected(v, h["beta2"], t)) + h["epsilon"])


def adabelief(w, g, s, h, t):
    m = ema(s, "first_moment", g, h["beta1"])
    v = ema(s, "second_moment", (g - m) ** 2, h["beta2"]) + h["epsilon_root"]
    s["second_moment"] = v
    v = corrected(v, h["beta2"], t)
    return w - h["learning_rate"] * corrected(m, h["beta1"], t) / (np.sqrt(v) + h["epsilon"])


def yogi(w, g, s, h, t):
    m = ema(s, "first_moment", g, h["beta1"])
    v = s.get("second_moment", 0 * g + h["initial_accumulator"])
    s["second_moment"] = v - (1 - h["beta2"]) * np.sign(v - g * g) * g * g
    return w - h["learning_rate"] * m / (np.sqrt(s["second_moment"]) + h["epsilon"])


def adan(w, g, s, h, t):
    d = g - s.get("previous_gradient", g)
    m = ema(s, "first_moment", g, h["beta1"])
    v = ema(s, "difference_moment", d, h["beta2"])
    n = ema(s, "second_moment", (g + h["beta2"] * d) ** 2, h["beta3"])
    s["previous_gradient"] = g
    u = corrected(m, h["beta1"], t) + h["beta2"] * corrected(v, h["beta2"], t)
    u = u / (np.sqrt(corrected(n, h["beta3"], t)) + h["epsilon"])
    return (w - h["learning_rate"] * u) / (1 + h["learning_rate"] * h["weight_decay"])


def lion(w, g, s, h, t):
    m = s.get("first_moment", 0 * g)
    u = np.sign(h["beta1"] * m + (1 - h["beta1"]) * g)
    ema(s, "first_moment", g, h["beta2"])
    return w - h["learning_rate"] * (u + h["weight_decay"] * w)


def signsgd(w, g, s, h, t):
    return w - h["learning_rate"] * np.sign(g)


def signum(w, g, s, h, t):
    return w - h["learning_rate"] * np.sign(ema(s, "velocity", g, h["momentum"]))


def rprop(w, g, s, h, t):
    agreement = g * s.get("previous_gradient", 0 * g)
    before = s.get("step_size", 0 * g + h["first_rate"])
    # Where the sign flips, the step that led there is taken back.
    back = before * np.sign(s.get("previous_gradient", 0 * g))
    size = before * np.where(agreement > 0, h["grow"], np.where(agreement < 0, h["shrink"], 1)).astype(g.dtype)
    s["step_size"] = np.clip(size, h["smallest_step"], h["largest_step"]).astype(g.dtype)
    s["previous_gradient"] = np.where(agreement < 0, 0, g).astype(g.dtype)
    return np.where(agreement < 0, w + back, w - s["step_size"] * np.sign(s["previous_gradient"])).astype(g.dtype)


def ademamix(w, g, s, h, t):
    m, v = moments(g, s, h)
    slow = ema(s, "slow_moment", g, h["beta3"])
    u = corrected(m, h["beta1"], t) + h["alpha"] * slow
    u = u / (np.sqrt(corrected(v, h["beta2"], t)) + h["epsilon"])
    return w - h["learning_rate"] * (u + h["weight_decay"] * w)


def adopt(w, g, s, h, t):
    if t == 1:
        s["first_moment"], s["second_moment"] = 0 * g, g * g
        return w
    bound = (t - 1) ** 0.25 if h["clipping"] else np.inf
    c = np.clip(g / np.maximum(np.sqrt(s["second_moment"]), h["epsilon"]), -bound, bound).astype(g.dtype)
    m = ema(s, "first_moment", c, h["beta1"])
    ema(s, "second_moment", g * g, h["beta2"])
    return w - h["learning_rate"] * m


def madgrad(w, g, s, h, t):
    g = g + h["weight_decay"] * w
    s.setdefault("start", w.copy())
    weight = (h["learning_rate"] + h["epsilon"]) * t**0.5
    s["gradient_sum"] = s.get("gradient_sum", 0 * g) + weight * g
    s["sum_of_squares"] = s.get("sum_of_squares", 0 * g) + weight * g * g
    z = s["start"] - s["gradient_sum"] / (np.cbrt(s["sum_of_squares"]) + h["epsilon"])
    return h["momentum"] * w + (1 - h["momentum"]) * z


def adam_atan2(w, g, s, h, t):
    m, v = moments(g, s, h)
    angle = np.arctan2(corrected(m, h["beta1"], t), np.sqrt(corrected(v, h["beta2"], t)))
    return w - h["learning_rate"] * (angle + h["weight_decay"] * w)


def ratio(w, u, epsilon=0.0):
    return norm(w) / (norm(u) + epsilon) if norm(w) > 0 and norm(u) > 0 else 1.0


def lars(w, g, s, h, t):
    u = g + h["weight_decay"] * w
    divisor = norm(g) + h["weight_decay"] * norm(w) + h["epsilon"]
    trust = h["trust_coefficient"] * norm(w) / divisor if norm(w) > 0 and divisor > 0 else 1.0
    s["velocity"] = h["momentum"] * s.get("velocity", 0 * g) + h["learning_rate"] * trust * u
    return w - s["velocity"]


def lamb(w, g, s, h, t):
    u = direction(g, s, h, t) + h["weight_decay"] * w
    return w - h["learning_rate"] * ratio(w, u) * u


def novograd(w, g, s, h, t):
    square = np.sum(g * g)
    v = square if t == 1 else h["beta2"] * s["second_moment"] + (1 - h["beta2"]) * square
    s["second_moment"] = v
    u = g / (np.sqrt(v) + h["epsilon"]) + h["weight_decay"] * w
    s["first_moment"] = h["beta1"] * s.get("first_moment", 0 * g) + u
    return w - h["learning_rate"] * s["first_moment"]


def rms(x):
    return np.sqrt(np.mean(x * x)) if x.size else 0.0


def adafactor(w, g, s, h, t):
    if g.size == 0:
        s["second_moment"] = g
        return w
    beta = 1 - float(t) ** h["beta2_decay"]
    square = g * g + h["epsilon1"]
    if g.ndim >= 2:
        r, c = ema(s, "row", square.mean(axis=-1), beta), ema(s, "column", square.mean(axis=-2), beta)
        v = r[..., :, None] * c[..., None, :] / r.mean(axis=-1, keepdims=True)[..., None]
    else:
        v = ema(s, "second_moment", square, beta)
    u = g / np.sqrt(v)
    u = u / max(1.0, rms(u) / h["clip_threshold"])
    return w - max(h["epsilon2"], rms(w)) * min(h["learning_rate"], t**-0.5) * u


def sm3(w, g, s, h, t):
    shape = g.shape or (1,)
    g = g.reshape(shape)
    covers = [s.get(f"accumulator{i}", np.zeros(n, g.dtype)) for i, n in enumerate(shape)]
    spread = [cover.reshape([-1 if i == j else 1 for j in range(len(shape))]) for i, cover in enumerate(covers)]
    nu = g * g + np.min(np.broadcast_arrays(*spread, 0 * g)[:-1], axis=0).astype(g.dtype)
    u = np.where(nu > 0, g / np.sqrt(np.where(nu > 0, nu, 1)), 0).astype(g.dtype)
    for i in range(len(shape)):
        others = tuple(j for j in range(len(shape)) if j != i)
        s[f"accumulator{i}"] = nu.max(axis=others, initial=0) if others else nu
    return w - h["learning_rate"] * ema(s, "velocity", u.reshape(w.shape), h["momentum"])


def muon(w, g, s, h, t):
    v = ema(s, "velocity", g, h["momentum"])
    u = (1 - h["momentum"]) * g + h["momentum"] * v if h["nesterov"] else v
    x = u / (norm(u) + h["epsilon"])
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(h["iterations"]):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    x = x.T if tall else x
    scale = max(1.0, w.shape[0] / w.shape[1]) ** 0.5
    return w - h["learning_rate"] * (scale * x + h["weight_decay"] * w)


def power(matrix, exponent):
    values, vectors = np.linalg.eigh(matrix.astype(np.float64))
    return (vectors * values**exponent) @ vectors.T


def shampoo(w, g, s, h, t):
    if g.size == 0:
        return w
    x = g.reshape(g.shape or (1,)).astype(np.float64)
    rank = x.ndim
    out = x
    for axis in range(rank):
        unfolded = np.moveaxis(x, axis, 0).reshape(x.shape[axis], -1)
        start = h["epsilon"] * np.eye(x.shape[axis])
        s[f"statistics{axis}"] = (s.get(f"statistics{axis}", start) + unfolded @ unfolded.T).astype(g.dtype)
        root = power(s[f"statistics{axis}"], -1 / (2 * rank)).astype(g.dtype).astype(np.float64)
        out = np.moveaxis(np.tensordot(root, out, axes=(1, axis)), 0, axis)
    return w - h["learning_rate"] * out.reshape(w.shape).astype(g.dtype)


def soap(w, g, s, h, t):
    rotated = g.ndim == 2
    beta = h["shampoo_beta"]

    def follow():
        s["left"] = beta * s.get("left", 0) + (1 - beta) * g @ g.T
        s["right"] = beta * s.get("right", 0) + (1 - beta) * g.T @ g

    if t == 1:
        if rotated:
            follow()
            s["ql"], s["qr"] = np.linalg.eigh(s["left"])[1], np.linalg.eigh(s["right"])[1]
        s["first_moment"], s["second_moment"] = 0 * g, 0 * g
        return w
    turn = (lambda x: s["ql"].T @ x @ s["qr"]) if rotated else (lambda x: x)
    back = (lambda x: s["ql"] @ x @ s["qr"].T) if rotated else (lambda x: x)
    m = ema(s, "first_moment", g, h["beta1"])
    v = ema(s, "second_moment", turn(g) ** 2, h["beta2"])
    u = back(turn(m) / (np.sqrt(v) + h["epsilon"]))
    step = h["learning_rate"] * np.sqrt(1 - h["beta2"] ** (t - 1)) / (1 - h["beta1"] ** (t - 1))
    if rotated:
        follow()
        if t % h["update_every"] == 0:
            for axis, (q, statistic) in enumerate((("ql", "left"), ("qr", "right"))):
                order = np.argsort(-np.diag(s[q].T @ s[statistic] @ s[q]), kind="stable")
                s["second_moment"] = np.take(s["second_moment"], order, axis=axis)
                s[q] = np.linalg.qr(s[statistic] @ s[q][:, order])[0]
    return w - step * u - h["learning_rate"] * h["weight_decay"] * w


def schedule_free(w, z, h, s, t, step):
    s["largest"] = max(s.get("largest", 0.0), h["learning_rate"])
    weight = s["largest"] ** h["rate_power"]
    s["weights"] = s.get("weights", 0.0) + weight
    c, beta = weight / s["weights"], h["beta1"]
    x = (w - (1 - beta) * z) / beta
    s["point"] = z - step
    x = (1 - c) * x + c * s["point"]
    return beta * x + (1 - beta) * s["point"]


def schedule_free_sgd(w, g, s, h, t):
    step = h["learning_rate"] * (g + h["weight_decay"] * w)
    return schedule_free(w, s.get("point", w), h, s, t, step)


def schedule_free_adamw(w, g, s, h, t):
    v = corrected(ema(s, "second_moment", g * g, h["beta2"]), h["beta2"], t)
    step = h["learning_rate"] * (g / (np.sqrt(v) + h["epsilon"]) + h["weight_decay"] * w)
    return schedule_free(w, s.get("point", w), h, s, t, step)


def dadapt_adam(ws, gs, s, h, t):
    """For all tensors at once: the distance is one number."""
    root, d = h["beta2"] ** 0.5, s.setdefault("", {"d": h["d0"], "numerator": 0.0})
    rate = d["d"] * h["learning_rate"]
    progress = total = 0.0
    new = {}
    for name, g in gs.items():
        own = s.setdefault(name, {"gradient_sum": 0 * g, "second_moment": 0 * g})
        own["first_moment"] = h["beta1"] * own.get("first_moment", 0 * g) + (1 - h["beta1"]) * rate * g
        ema(own, "second_moment", g * g, h["beta2"])
        denominator = np.sqrt(own["second_moment"]) + h["epsilon"]
        progress += np.sum(g * own["gradient_sum"] / denominator)
        own["gradient_sum"] = root * own["gradient_sum"] + (1 - root) * rate * g
        total += np.sum(np.abs(own["gradient_sum"]))
        u = own["first_moment"] / denominator
        new[name] = ws[name] - u - h["weight_decay"] * rate * ws[name]
    d["numerator"] = root * d["numerator"] + (1 - root) * rate * progress
    d["d"] = max(d["d"], d["numerator"] / ((1 - root) * total))
    return new


def prodigy(ws, gs, s, h, t):
    """For all tensors at once: the distance is one number."""
    beta3 = h["beta2"] ** 0.5
    d = s.setdefault("", {"d": h["d0"], "numerator": 0.0})
    correction = (1 - h["beta2"] ** t) ** 0.5 / (1 - h["beta1"] ** t) if h.get("bias_correction") else 1.0
    rate = d["d"] * h["learning_rate"] * correction
    progress = total = 0.0
    for name, g in gs.items():
        own = s.setdefault(name, {"start": ws[name].copy()})
        progress += np.sum(g * (own["start"] - ws[name]))
        ema(own, "first_moment", d["d"] * g, h["beta1"])
        ema(own, "second_moment", d["d"] ** 2 * g * g, h["beta2"])
        own["gradient_sum"] = beta3 * own.get("gradient_sum", 0 * g) + rate * d["d"] / h["d0"] * g
        total += np.sum(np.abs(own["gradient_sum"]))
    d["numerator"] = beta3 * d["numerator"] + d["d"] / h["d0"] * rate * progress
    d["d"] = max(d["d"], h["d_coefficient"] * d["numerator"] / total)
    return {
        name: ws[name]
        - rate * s[name]["first_moment"] / (np.sqrt(s[name]["second_moment"]) + d["d"] * h["epsilon"])
        - h["weight_decay"] * rate * ws[name]
        for name in gs
    }


BETAS = {"beta1": 0.9, "beta2": 0.999}
ADAM = {"learning_rate": 0.001, **BETAS, "epsilon": 1e-8}

# Rule -> formula, hyper-parameters.
RULES = {
    "sgd": (sgd, {"learning_rate": 0.01}),
    "momentum": (momentum, {"learning_rate": 0.01, "momentum": 0.9}),
    "nesterov": (nesterov, {"learning_rate": 0.01, "momentum": 0.9}),
    "adagrad": (adagrad, {"learning_rate": 0.01, "epsilon": 1e-8}),
    "rmsprop": (rmsprop, {"learning_rate": 0.001, "decay_rate": 0.9, "epsilon": 1e-8}),
    "adadelta": (adadelta, {"learning_rate": 1.0, "decay_rate": 0.95, "epsilon": 1e-6}),
    "adam": (adam, ADAM),
    "adamw": (adamw, {**ADAM, "weight_decay": 0.01}),
    "amsgrad": (amsgrad, ADAM),
    "adamax": (adamax, {**ADAM, "learning_rate": 0.002}),
    "radam": (radam, ADAM),
    "adabelief": (adabelief, {**ADAM, "epsilon_root": 1e-8}),
    "yogi": (yogi, {"learning_rate": 0.01, **BETAS, "epsilon": 1e-3, "initial_accumulator": 1e-6}),
    "adan": (
        adan,
        {"learning_rate": 0.001, "beta1": 0.98, "beta2": 0.92, "beta3": 0.99, "epsilon": 1e-8, "weight_decay": 0.1},
    ),
    "lion": (lion, {"learning_rate": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.1}),
    "signsgd": (signsgd, {"learning_rate": 1e-4}),
    "signum": (signum, {"learning_rate": 1e-4, "momentum": 0.9}),
    "rprop": (
        rprop,
        {"learning_rate": 0.01, "shrink": 0.5, "grow": 1.2, "smallest_step": 1e-6, "largest_step": 0.015},
    ),
    "ademamix": (ademamix, {**ADAM, "beta3": 0.9999, "alpha": 5.0, "weight_decay": 0.1}),
    "adopt": (adopt, {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.9999, "epsilon": 1e-6, "clipping": True}),
    "madgrad": (madgrad, {"learning_rate": 0.01, "momentum": 0.9, "epsilon": 1e-6, "weight_decay": 0.1}),
    "adam-atan2": (adam_atan2, {"learning_rate": 0.001, **BETAS, "weight_decay": 0.1}),
    "lars": (
        lars,
        {"learning_rate": 0.1, "momentum": 0.9, "weight_decay": 0.1, "trust_coefficient": 0.001, "epsilon": 0.0},
    ),
    "lamb": (lamb, {**ADAM, "epsilon": 1e-6, "weight_decay": 0.1}),
    "novograd": (
        novograd,
        {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.25, "epsilon": 1e-8, "weight_decay": 0.1},
    ),
    "adafactor": (
        adafactor,
        {"learning_rate": 0.01, "beta2_decay": -0.8, "epsilon1": 1e-30, "epsilon2": 1e-3, "clip_threshold": 1.0},
    ),
    "sm3": (sm3, {"learning_rate": 0.1, "momentum": 0.9}),
    "muon": (
        muon,
        {"learning_rate": 0.02, "momentum": 0.95, "nesterov": True, "iterations": 5, "epsilon": 1e-7, "weight_decay": 0.1},
    ),
    "shampoo": (shampoo, {"learning_rate": 0.1, "epsilon": 1e-4, "momentum": 0.0, "update_every": 1}),
    "soap": (
        soap,
        {
            "learning_rate": 0.003,
            "beta1": 0.95,
            "beta2": 0.95,
            "shampoo_beta": 0.95,
            "epsilon": 1e-8,
            "weight_decay": 0.01,
            "update_every": 3,
        },
    ),
    "dadapt-adam": (dadapt_adam, {**ADAM, "learning_rate": 1.0, "d0": 1e-4, "weight_decay": 0.1}),
    "prodigy": (prodigy, {**ADAM, "learning_rate": 1.0, "d0": 1e-4, "d_coefficient": 1.0, "weight_decay": 0.1}),
    "schedule-free-sgd": (
        schedule_free_sgd,
        {"learning_rate": 0.1, "beta1": 0.9, "weight_decay": 0.1, "rate_power": 2.0},
    ),
    "schedule-free-adamw": (
        schedule_free_adamw,
        {"learning_rate": 0.0025, **BETAS, "epsilon": 1e-8, "weight_decay": 0.1, "rate_power": 2.0},
    ),
}
TOGETHER = {"dadapt-adam", "prodigy"}
# What a formula keeps for itself, beside the state that has names.
PRIVATE = {"largest", "weights", "left", "right", "ql", "qr"}


def source(case):
    return f"formula of {case.rule} in conformance/paper.py, NumPy {np.__version__}"


def trajectory(case, parameters, steps, rates):
    """After each step: (parameters, state)."""
    formula, _ = RULES[case.rule]
    ws = {name: value.copy() for name, value in parameters.items()}
    states, counts, seen = {}, dict.fromkeys(ws, 0), []
    first = case.hyperparameters["learning_rate"]
    for gradients, rate in zip(steps, rates):
        h = {**case.hyperparameters, "learning_rate": rate, "first_rate": first}
        for name in gradients:
            counts[name] += 1
        if case.rule in TOGETHER:
            ws.update(formula(ws, gradients, states, h, max(counts.values())))
        else:
            for name, g in gradients.items():
                w = formula(ws[name], g, states.setdefault(name, {}), h, counts[name])
                ws[name] = np.asarray(w, dtype=g.dtype).reshape(ws[name].shape)
        kept = {
            name: {part: np.copy(value) for part, value in states.get(name, {}).items() if part not in PRIVATE}
            for name in ws
        }
        seen.append(({name: value.copy() for name, value in ws.items()}, kept))
    return seen
