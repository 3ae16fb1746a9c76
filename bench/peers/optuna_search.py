"""W2 (c) as Optuna's users write it: its random sampler, each trial reported epoch by epoch, the network in PyTorch."""

import mnist
import optuna
import torch
import workload
from torch.nn.functional import cross_entropy
from torch_network import network, tensors


def main():
    images, labels = tensors(*mnist.load("train"))
    order = torch.randperm(500)
    images, labels = images[:500][order], labels[:500][order]
    x_valid, t_valid, x_train, t_train = images[:100], labels[:100], images[100:], labels[100:]

    def objective(trial):
        weight_decay = trial.suggest_float("weight_decay", 1e-8, 1e-4, log=True)
        rate = trial.suggest_float("learning_rate", 1e-6, 1e-2, log=True)
        model = network([784] + [100] * 6 + [10])
        rule = torch.optim.SGD(model.parameters(), lr=rate, weight_decay=weight_decay)
        for number in range(50 * 4):
            chosen = torch.randint(len(x_train), (100,))
            rule.zero_grad()
            cross_entropy(model(x_train[chosen]), t_train[chosen]).backward()
            rule.step()
            if number % 4 == 0:
                with torch.no_grad():
                    accuracy = (model(x_valid).argmax(1) == t_valid).float().mean().item()
                trial.report(accuracy, number)
        return accuracy

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(objective, n_trials=100)
    workload.print_w2("optuna", "c", best_validation_accuracy=round(study.best_value, 4))


main()
