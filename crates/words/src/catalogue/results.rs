//! Words that tables and figures of several pages share.

use super::macros::declare;

/// Words that tables and figures of several pages share.
pub trait ResultsWords {
    declare! {
        rule, learning_rate, learning_rate_title, hyperparameters, seed, step, update, trial, trials, trials_title, diverged,
        mean, standard_deviation, result, loss, loss_title, accuracy, accuracy_title, training, validation, test, training_loss,
        training_loss_title, training_accuracy, validation_accuracy, validation_accuracy_title, validation_loss,
        validation_loss_title, test_accuracy, test_loss,
        validation_rmse, validation_mae, validation_r2, test_rmse, test_mae, test_r2, final_value, batch_loss, curves, activations, gradient_norms,
        gradient_norm, update_ratios, update_ratio, share_of_zeros, experiment, command,
    }

    /// A number of hours.
    fn hours(&self, number: &str) -> String;

    /// A number of minutes.
    fn minutes(&self, number: &str) -> String;

    /// A number of seconds.
    fn seconds(&self, number: &str) -> String;

    /// So many runs that diverged, after a figure.
    fn runs_diverged(&self, runs: usize) -> String;
}
