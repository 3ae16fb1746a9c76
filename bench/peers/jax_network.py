"""The network of the workloads in JAX: a list of (weight, bias) pairs and functions of it."""

import jax
import jax.numpy as jnp
import optax


def first_weights(key, sizes, spread=None):
    """`spread` is the standard deviation of the first weights; He's when it is not given. Biases start at zero."""
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        key, use = jax.random.split(key)
        weight = jax.random.normal(use, (inputs, outputs)) * (spread or (2 / inputs) ** 0.5)
        layers.append((weight, jnp.zeros(outputs)))
    return layers


def scores_of(layers, x):
    for weight, bias in layers[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    return x @ layers[-1][0] + layers[-1][1]


def loss_of(layers, x, t):
    return optax.softmax_cross_entropy_with_integer_labels(scores_of(layers, x), t).mean()


def accuracy(layers, x, t):
    return (scores_of(layers, x).argmax(1) == t).mean()
