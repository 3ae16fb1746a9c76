"""W4 in JAX with Optax's Adam: one jitted call a step, buffers donated."""

import time

import jax
import jax.numpy as jnp
import optax
import workload

RULE = optax.adam(0.001)
# Kernel, channels in, channels out, padding of each convolution; then the sizes of the dense layers.
NETWORKS = {
    "a": ([(5, 1, 30, "VALID")], [4320, 100, 10]),
    "b": ([(5, 1, 32, "SAME"), (5, 32, 64, "SAME")], [3136, 1024, 10]),
    "c": ([], [4, 64, 64, 2]),
}


def first_weights(key, program):
    convolutions, sizes = NETWORKS[program]
    layers = []
    for kernel, inputs, outputs, _ in convolutions:
        key, use = jax.random.split(key)
        weight = jax.random.normal(use, (kernel, kernel, inputs, outputs)) * (2 / (kernel * kernel * inputs)) ** 0.5
        layers.append((weight, jnp.zeros(outputs)))
    for inputs, outputs in zip(sizes, sizes[1:]):
        key, use = jax.random.split(key)
        layers.append((jax.random.normal(use, (inputs, outputs)) * (2 / inputs) ** 0.5, jnp.zeros(outputs)))
    return layers


def loss_of(layers, x, t, program):
    convolutions, _ = NETWORKS[program]
    if convolutions:
        x = x.reshape(-1, 28, 28, 1)
    for (weight, bias), (_, _, _, padding) in zip(layers, convolutions):
        x = jax.lax.conv_general_dilated(x, weight, (1, 1), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))
        x = jax.nn.relu(x + bias)
        x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    x = x.reshape(len(x), -1)
    dense = layers[len(convolutions):]
    for weight, bias in dense[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    scores = x @ dense[-1][0] + dense[-1][1]
    return optax.softmax_cross_entropy_with_integer_labels(scores, t).mean()


def main():
    arguments = workload.w4_arguments()
    program, batch = arguments.program, workload.w4_batch(arguments.program)
    images, labels = (jnp.asarray(array) for array in workload.w4_data(program))
    layers = first_weights(jax.random.key(1), program)
    carry = (layers, RULE.init(layers), jax.random.key(2))

    def step(carry, images, labels):
        layers, state, key = carry
        key, use = jax.random.split(key)
        chosen = jax.random.randint(use, (batch,), 0, len(images))
        gradients = jax.grad(loss_of)(layers, images[chosen], labels[chosen], program)
        update, state = RULE.update(gradients, state)
        return optax.apply_updates(layers, update), state, key

    advance = jax.jit(step, donate_argnums=0)
    for _ in range(max(5, arguments.steps // 10)):
        carry = advance(carry, images, labels)
    jax.block_until_ready(carry)
    started = time.perf_counter()
    for _ in range(arguments.steps):
        carry = advance(carry, images, labels)
    jax.block_until_ready(carry)
    seconds = time.perf_counter() - started
    final_loss = loss_of(carry[0], images[: workload.EVALUATED], labels[: workload.EVALUATED], program)
    workload.print_w1("jax", seconds, arguments.steps, final_loss, f"w4{program}")


main()
