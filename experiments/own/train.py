"""A training of one's own, without any library: logistic regression on two noisy clouds (docs/your-own-training.md).

It could be any script: it reads its settings from the command line, trains, and prints lines of JSON. It keeps a checkpoint in the
folder that it is given, so that a run that was interrupted goes on.
"""

import argparse
import json
import math
import os
import random

parser = argparse.ArgumentParser()
parser.add_argument("--optimizer", choices=["plain", "heavy ball"], required=True)
parser.add_argument("--lr", type=float, required=True)
parser.add_argument("--momentum", type=float, default=0.0)
parser.add_argument("--seed", type=int, required=True)
parser.add_argument("--steps", type=int, required=True)
parser.add_argument("--folder", required=True)
options = parser.parse_args()


def examples(random, count):
    """Points of two classes, the second moved along both axes."""
    for _ in range(count):
        label = random.random() < 0.5
        yield [random.gauss(1.0 * label, 1.0), random.gauss(0.5 * label, 1.0), 1.0], float(label)


def probability(weights, point):
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(w * x for w, x in zip(weights, point))))))


def loss(weights, data):
    eps = 1e-12
    return -sum(math.log((p if label else 1 - p) + eps) for p, label in ((probability(weights, x), label) for x, label in data)) / len(data)


# The splits are the same for every run; what is drawn from them follows from the seed.
data = list(examples(random.Random(0), 600))
train, validation, test = data[:200], data[200:400], data[400:]

checkpoint = os.path.join(options.folder, "checkpoint.json")
state = {"step": 0, "weights": [0.0] * 3, "velocity": [0.0] * 3}
if os.path.exists(checkpoint):
    with open(checkpoint) as file:
        state = json.load(file)

for step in range(state["step"] + 1, options.steps + 1):
    draw = random.Random(options.seed * 1_000_003 + step)
    batch = draw.sample(train, 10)
    weights, velocity = state["weights"], state["velocity"]
    gradient = [0.0] * 3
    for point, label in batch:
        error = probability(weights, point) - label
        gradient = [g + error * x / len(batch) for g, x in zip(gradient, point)]
    velocity = [options.momentum * v + g for v, g in zip(velocity, gradient)]
    state = {"step": step, "weights": [w - options.lr * v for w, v in zip(weights, velocity)], "velocity": velocity}
    if step % 10 == 0 or step == options.steps:
        report = {"step": step, "loss": loss(state["weights"], batch), "validation": {"loss": loss(state["weights"], validation)}}
        if step == options.steps and json.loads(os.environ["THALWEG_RUN"])["test"]:
            report["test"] = {"loss": loss(state["weights"], test)}
        print(json.dumps(report), flush=True)
        with open(checkpoint + ".new", "w") as file:
            json.dump(state, file)
        os.replace(checkpoint + ".new", checkpoint)
