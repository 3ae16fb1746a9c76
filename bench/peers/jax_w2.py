"""The three programs of W2 in JAX, each training run one compiled `lax.scan` over all of its steps."""

from functools import partial

import jax
import jax.numpy as jnp
import mnist
import numpy as np
import optax
import workload
from jax_network import accuracy, first_weights, loss_of


def train(layers, rule, key, train_set, batch, steps, monitor, every, weight_decay=0.0):
    """All steps of one run: the final loss, and what `monitor(layers)` gave when it was last called.

    The loss of each step is taken after the update on the same batch; `monitor` is called every so many steps.
    """
    images, labels = train_set

    def penalised_loss(layers, x, t):
        penalty = sum(jnp.sum(weight**2) for weight, _ in layers)
        return loss_of(layers, x, t) + 0.5 * weight_decay * penalty

    def step(carry, number):
        layers, state, seen = carry
        chosen = jax.random.randint(jax.random.fold_in(key, number), (batch,), 0, len(images))
        x, t = images[chosen], labels[chosen]
        update, state = rule.update(jax.grad(penalised_loss)(layers, x, t), state)
        layers = optax.apply_updates(layers, update)
        seen = jax.lax.cond(number % every == 0, monitor, lambda _: seen, layers)
        return (layers, state, seen), loss_of(layers, x, t)

    start = (layers, rule.init(layers), monitor(layers))
    (_, _, seen), losses = jax.lax.scan(step, start, jnp.arange(steps))
    return losses[-100:].mean(), seen


def compare_rules(fraction):
    """(a) Four rules on W1's network."""
    train_set = tuple(jnp.asarray(array) for array in mnist.load("train"))
    rules = {
        "sgd": optax.sgd,
        "momentum": partial(optax.sgd, momentum=0.9),
        "adagrad": partial(optax.adagrad, initial_accumulator_value=0.0),
        "adam": optax.adam,
    }
    steps = workload.share(2_000, fraction)
    final_loss = {}
    for number, (name, rate) in enumerate(workload.RULES.items()):

        @jax.jit
        def run(layers, train_set, rule=rules[name](rate)):
            return train(layers, rule, jax.random.key(2), train_set, workload.BATCH, steps, lambda _: 0.0, steps)

        loss, _ = run(first_weights(jax.random.key(10 + number), workload.SIZES), train_set)
        final_loss[name] = round(float(loss), 4)
    return {"final_loss": final_loss}


def train_two_layers(fraction):
    """(b) 784-50-10; accuracy over both splits at the start of every epoch of 600 steps."""
    train_set = tuple(jnp.asarray(array) for array in mnist.load("train"))
    test_set = tuple(jnp.asarray(array) for array in mnist.load("test"))

    @jax.jit
    def run(layers, train_set, test_set):
        def monitor(layers):
            return accuracy(layers, *train_set), accuracy(layers, *test_set)

        steps = workload.share(10_000, fraction)
        return train(layers, optax.sgd(0.1), jax.random.key(2), train_set, 100, steps, monitor, 600)

    _, (train_seen, test_seen) = run(first_weights(jax.random.key(1), [784, 50, 10], spread=0.01), train_set, test_set)
    return {"train_accuracy": round(float(train_seen), 4), "test_accuracy": round(float(test_seen), 4)}


def search_hyperparameters(fraction):
    """(c) 100 random pairs of learning rate and weight decay, 50 epochs on 400 images, judged on another 100."""
    images, labels = mnist.load("train")
    random = np.random.default_rng(1)
    order = random.permutation(500)
    valid_set = (jnp.asarray(images[order[:100]]), jnp.asarray(labels[order[:100]]))
    train_set = (jnp.asarray(images[order[100:]]), jnp.asarray(labels[order[100:]]))

    # Rate and decay are arguments, so that one compilation serves all trials.
    @jax.jit
    def run(layers, key, learning_rate, weight_decay):
        def monitor(layers):
            return accuracy(layers, *train_set), accuracy(layers, *valid_set)

        rule = optax.sgd(learning_rate)
        return train(layers, rule, key, train_set, 100, 50 * 4, monitor, 4, weight_decay)

    best = 0.0
    for trial in range(workload.share(100, fraction)):
        first, batches = jax.random.split(jax.random.key(trial))
        layers = first_weights(first, [784] + [100] * 6 + [10])
        _, (_, valid) = run(layers, batches, 10 ** random.uniform(-6, -2), 10 ** random.uniform(-8, -4))
        best = max(best, float(valid))
    return {"best_validation_accuracy": round(best, 4)}


def main():
    arguments = workload.w2_arguments()
    program = {"a": compare_rules, "b": train_two_layers, "c": search_hyperparameters}[arguments.program]
    workload.print_w2("jax", arguments.program, **program(arguments.fraction))


main()
