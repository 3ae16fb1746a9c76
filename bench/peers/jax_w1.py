"""W1 in JAX with Optax's Adam: one jitted call a step, or with `--scan` a compiled loop over 100 steps at a time."""

import time

import jax
import jax.numpy as jnp
import mnist
import optax
import workload
from jax_network import first_weights, loss_of

# Steps in one compiled loop. Long enough that the call costs nothing, short enough to divide the default counts.
SCANNED = 100
RULE = optax.adam(0.001)


def step(carry, images, labels):
    layers, state, key = carry
    key, use = jax.random.split(key)
    chosen = jax.random.randint(use, (workload.BATCH,), 0, len(images))
    gradients = jax.grad(loss_of)(layers, images[chosen], labels[chosen])
    update, state = RULE.update(gradients, state)
    return optax.apply_updates(layers, update), state, key


def steps_in_one_loop(carry, images, labels):
    return jax.lax.scan(lambda c, _: (step(c, images, labels), None), carry, length=SCANNED)[0]


def main():
    arguments = workload.w1_arguments("--scan")
    # The images are arguments of the compiled function: as constants they would be copied into the program.
    images, labels = (jnp.asarray(array) for array in mnist.load("train"))
    layers = first_weights(jax.random.key(1), workload.SIZES)
    carry = (layers, RULE.init(layers), jax.random.key(2))
    # Donated buffers are updated in place.
    advance = jax.jit(steps_in_one_loop if arguments.scan else step, donate_argnums=0)
    each = SCANNED if arguments.scan else 1
    calls = max(1, arguments.steps // each)

    for _ in range(max(1, workload.WARMUP // each)):
        carry = advance(carry, images, labels)
    jax.block_until_ready(carry)
    started = time.perf_counter()
    for _ in range(calls):
        carry = advance(carry, images, labels)
    jax.block_until_ready(carry)
    seconds = time.perf_counter() - started
    final_loss = loss_of(carry[0], images[: workload.EVALUATED], labels[: workload.EVALUATED])
    workload.print_w1("jax-scan" if arguments.scan else "jax", seconds, calls * each, final_loss)


main()
