"""W3 in Optax: one jitted call that updates parameters and state, whose buffers are donated."""

import jax
import jax.numpy as jnp
import optax
from optax import contrib
from serve import START, gradient, serve

RATE = 1e-3
RULES = {
    "sgd": lambda: optax.sgd(RATE),
    "momentum": lambda: optax.sgd(RATE, momentum=0.9),
    "nesterov": lambda: optax.sgd(RATE, momentum=0.9, nesterov=True),
    "adagrad": lambda: optax.adagrad(RATE),
    "rmsprop": lambda: optax.rmsprop(RATE, decay=0.99),
    "adadelta": lambda: optax.adadelta(RATE),
    "adam": lambda: optax.adam(RATE),
    "adamw": lambda: optax.adamw(RATE),
    "amsgrad": lambda: optax.amsgrad(RATE),
    "adamax": lambda: optax.adamax(RATE),
    "nadam": lambda: optax.nadam(RATE),
    "radam": lambda: optax.radam(RATE),
    "rprop": lambda: optax.rprop(RATE),
    "lion": lambda: optax.lion(RATE),
    "adabelief": lambda: optax.adabelief(RATE),
    "yogi": lambda: optax.yogi(RATE),
    "adan": lambda: optax.adan(RATE),
    "ademamix": lambda: contrib.ademamix(RATE),
    "adopt": lambda: contrib.adopt(RATE),
    "madgrad": lambda: contrib.madgrad(RATE),
    "signum": lambda: optax.signum(RATE),
    "clip-value-adam-decay": lambda: optax.chain(optax.clip(0.04), optax.adamw(RATE, weight_decay=0.01)),
    "clip-rmsprop-nesterov-decay-average": lambda: optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.scale_by_rms(decay=0.99),
        optax.trace(0.9, nesterov=True),
        optax.add_decayed_weights(0.01),
        optax.scale_by_learning_rate(RATE),
    ),
    "lion-decay-lookahead": lambda: optax.lookahead(
        optax.lion(RATE, weight_decay=0.01), sync_period=5, slow_step_size=0.5
    ),
}


def build(rule: str, lengths: list[int]):
    if rule not in RULES:
        return None
    transformation = RULES[rule]()
    parameters = [jnp.full((length,), START, jnp.float32) for length in lengths]
    gradients = [[jnp.asarray(gradient(number, length)) for length in lengths] for number in (0, 1)]
    average = jax.tree.map(jnp.copy, parameters) if rule.endswith("average") else None
    if rule.endswith("lookahead"):
        # Buffers are donated, so that fast and slow weights must not share them.
        parameters = optax.LookaheadParams(parameters, jax.tree.map(jnp.copy, parameters))

    def update(parameters, state, average, gradients):
        updates, state = transformation.update(gradients, state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        if average is not None:
            average = optax.incremental_update(parameters, average, 0.001)
        return parameters, state, average

    update = jax.jit(update, donate_argnums=(0, 1, 2))
    # Some states begin as views of the parameters or of one another; donated buffers must all be distinct.
    held = [(parameters, jax.tree.map(jnp.copy, transformation.init(parameters)), average)]

    def step(number: int) -> None:
        held[0] = jax.block_until_ready(update(*held[0], gradients[number]))

    return lambda number: None, step


serve(build)
