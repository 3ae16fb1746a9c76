"""The loop of mini-batches, with the accuracy of every epoch."""

from __future__ import annotations

from typing import Any

import numpy as np

from thalweg.book import optimizers


class Trainer:
    """Trains a network with `gradient`, `loss`, `accuracy` and `params` on batches drawn with replacement.

    `optimizer`: SGD, Momentum, Nesterov, AdaGrad, RMSprop or Adam, in any spelling of upper and lower case;
    `optimizer_param`: its settings.
    """

    def __init__(
        self,
        network: Any,
        x_train: Any,
        t_train: Any,
        x_test: Any,
        t_test: Any,
        epochs: int = 20,
        mini_batch_size: int = 100,
        optimizer: str = "SGD",
        optimizer_param: dict[str, float] | None = None,
        evaluate_sample_num_per_epoch: int | None = None,
        verbose: bool = True,
    ) -> None:
        known = {name.lower(): getattr(optimizers, name) for name in optimizers.__all__}
        if optimizer.lower() not in known:
            raise ValueError(f"there is no optimizer called {optimizer}; there are {', '.join(optimizers.__all__)}")
        self.network, self.verbose = network, verbose
        self.x_train, self.t_train, self.x_test, self.t_test = x_train, t_train, x_test, t_test
        self.epochs, self.batch_size = epochs, mini_batch_size
        self.evaluate_sample_num_per_epoch = evaluate_sample_num_per_epoch
        self.optimizer = known[optimizer.lower()](**(optimizer_param or {"lr": 0.01}))
        self.train_size = x_train.shape[0]
        self.iter_per_epoch = max(self.train_size / mini_batch_size, 1)
        self.max_iter = int(epochs * self.iter_per_epoch)
        self.current_iter = self.current_epoch = 0
        self.train_loss_list: list[float] = []
        self.train_acc_list: list[float] = []
        self.test_acc_list: list[float] = []

    def train_step(self) -> None:
        """One batch; an epoch's accuracies at its first."""
        chosen = np.random.choice(self.train_size, self.batch_size)
        x_batch, t_batch = self.x_train[chosen], self.t_train[chosen]
        self.optimizer.update(self.network.params, self.network.gradient(x_batch, t_batch))
        self.train_loss_list.append(self.network.loss(x_batch, t_batch))
        if self.verbose:
            print(f"train loss:{self.train_loss_list[-1]}")
        if self.current_iter % self.iter_per_epoch < 1:
            self.current_epoch += 1
            count = self.evaluate_sample_num_per_epoch
            train = self.network.accuracy(self.x_train[:count], self.t_train[:count])
            test = self.network.accuracy(self.x_test[:count], self.t_test[:count])
            self.train_acc_list.append(train)
            self.test_acc_list.append(test)
            if self.verbose:
                print(f"=== epoch:{self.current_epoch}, train acc:{train}, test acc:{test} ===")
        self.current_iter += 1

    def train(self) -> None:
        """All epochs, and the accuracy on all test examples."""
        for _ in range(self.max_iter):
            self.train_step()
        if self.verbose:
            print(f"=============== Final Test Accuracy ===============\ntest acc:{self.network.accuracy(self.x_test, self.t_test)}")
