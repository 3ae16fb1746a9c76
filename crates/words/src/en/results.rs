//! Words that tables and figures of several pages share.

use super::English;
use crate::catalogue::ResultsWords;
use crate::catalogue::macros::phrases;

impl ResultsWords for English {
    phrases! {
        rule: "rule",
        learning_rate: "learning rate",
        learning_rate_title: "Learning rate",
        hyperparameters: "hyper-parameters",
        seed: "seed",
        step: "step",
        update: "update",
        trial: "trial",
        trials: "trials",
        trials_title: "Trials",
        diverged: "diverged",
        mean: "mean",
        standard_deviation: "standard deviation",
        result: "result",
        loss: "loss",
        loss_title: "Loss",
        accuracy: "accuracy",
        accuracy_title: "Accuracy",
        training: "training",
        validation: "validation",
        test: "test",
        training_loss: "training loss",
        training_loss_title: "Training loss",
        training_accuracy: "training accuracy",
        validation_accuracy: "validation accuracy",
        validation_accuracy_title: "Validation accuracy",
        validation_loss: "validation loss",
        validation_loss_title: "Validation loss",
        test_accuracy: "test accuracy",
        test_loss: "test loss",
        validation_rmse: "validation RMSE",
        validation_mae: "validation MAE",
        validation_r2: "validation R²",
        test_rmse: "test RMSE",
        test_mae: "test MAE",
        test_r2: "test R²",
        final_value: "final value",
        batch_loss: "mean loss of the batches",
        curves: "Curves",
        activations: "Activations",
        gradient_norms: "Length of the gradients",
        gradient_norm: "gradient norm",
        update_ratios: "Updates beside weights",
        update_ratio: "update / weight",
        share_of_zeros: "share that is 0 for every example",
        experiment: "experiment",
        command: "command",
    }

    fn hours(&self, number: &str) -> String {
        format!("{number} h")
    }

    fn minutes(&self, number: &str) -> String {
        format!("{number} min")
    }

    fn seconds(&self, number: &str) -> String {
        format!("{number} s")
    }

    fn runs_diverged(&self, runs: usize) -> String {
        format!("{runs} diverged")
    }
}
