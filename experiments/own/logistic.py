"""A problem of one's own for thalweg: logistic regression on points that follow from the seed. Standard library only.

thalweg compare experiments/own/logistic.toml
"""

import json
import math
import random
import sys


def points(count, seed):
    """Two features and a class that depends on them, with noise."""
    chance = random.Random(seed)
    features = [(chance.gauss(0, 1), chance.gauss(0, 3)) for _ in range(count)]
    return [(x, y, int(2 * x - y / 2 + chance.gauss(0, 0.5) > 0)) for x, y in features]


def loss_and_gradients(parameters, batch):
    (a, b), (c,) = parameters["weights"], parameters["bias"]
    loss, gradient, right = 0.0, [0.0, 0.0, 0.0], 0
    for x, y, label in batch:
        score = max(-500.0, min(500.0, a * x + b * y + c))
        share = 1 / (1 + math.exp(-score))
        loss += math.log1p(math.exp(-score if label else score)) / len(batch)
        for at, feature in enumerate((x, y, 1.0)):
            gradient[at] += (share - label) * feature / len(batch)
        right += (share > 0.5) == bool(label)
    return loss, {"weights": gradient[:2], "bias": gradient[2:]}, right / len(batch)


def main():
    chance = splits = None
    for line in sys.stdin:
        question = json.loads(line)
        if "seed" in question:
            chance = random.Random(question["seed"])
            # The data are the same for every seed; initial values and batches are not.
            splits = {name: points(count, name) for name, count in (("train", 400), ("validation", 200), ("test", 1000))}
            weights = [chance.gauss(0, 0.1), chance.gauss(0, 0.1)]
            answer = {"parameters": {"weights": weights, "bias": [0.0]}, "evaluates": True}
        elif "evaluate" in question:
            loss, _, accuracy = loss_and_gradients(question["parameters"], splits[question["evaluate"]])
            answer = {"loss": loss, "accuracy": accuracy}
        else:
            loss, gradients, _ = loss_and_gradients(question["parameters"], chance.sample(splits["train"], 20))
            answer = {"loss": loss, "gradients": gradients}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
