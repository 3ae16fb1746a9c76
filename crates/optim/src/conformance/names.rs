//! The frameworks' own names for hyper-parameters and state, so that cases written with them are understood too.

/// Their name and ours, tried in order until the rule has one.
const HYPERPARAMETERS: &[(&str, &str)] = &[
    ("lr", "learning_rate"),
    ("eps", "epsilon"),
    ("eps_root", "epsilon_root"),
    ("eps_in_sqrt", "epsilon_in_root"),
    ("alpha", "decay_rate"),
    ("rho", "decay_rate"),
    ("decay", "decay_rate"),
    ("beta_1", "beta1"),
    ("beta_2", "beta2"),
    ("b1", "beta1"),
    ("b2", "beta2"),
    ("b3", "beta3"),
    ("beta", "momentum"),
    ("lr_decay", "rate_decay"),
    ("initial_accumulator_value", "initial_accumulator"),
    ("initial_scale", "initial_accumulator"),
    ("etaminus", "shrink"),
    ("etaplus", "grow"),
    ("eta_minus", "shrink"),
    ("eta_plus", "grow"),
    ("min_step_size", "smallest_step"),
    ("max_step_size", "largest_step"),
    ("lambd", "lambda"),
    ("wd", "weight_decay"),
    ("ns_steps", "iterations"),
    ("eps1", "epsilon1"),
    ("eps2", "epsilon2"),
    ("epsilon_1", "epsilon1"),
    ("epsilon_2", "epsilon2"),
    ("d", "clip_threshold"),
    ("clipping_threshold", "clip_threshold"),
    ("beta_2_decay", "beta2_decay"),
    ("min_dim_size_to_factor", "smallest_factored"),
    ("estim_lr0", "d0"),
    ("weight_lr_power", "rate_power"),
];

const STATE: &[(&str, &[&str])] = &[
    ("momentum", &["velocity", "first_moment"]),
    ("momentum_buffer", &["velocity"]),
    ("trace", &["velocity"]),
    ("exp_avg", &["first_moment"]),
    ("m", &["first_moment", "velocity"]),
    ("mu", &["first_moment"]),
    ("exp_avg_sq", &["second_moment"]),
    ("v", &["second_moment", "velocity"]),
    ("nu", &["second_moment", "mean_square"]),
    ("velocity", &["second_moment", "mean_square"]),
    ("max_exp_avg_sq", &["largest_second_moment"]),
    ("velocity_hat", &["largest_second_moment"]),
    ("nu_max", &["largest_second_moment"]),
    ("exp_inf", &["infinity_norm"]),
    ("norm", &["infinity_norm"]),
    ("sum", &["sum_of_squares"]),
    ("h", &["sum_of_squares", "mean_square"]),
    ("accumulator", &["sum_of_squares"]),
    ("square_avg", &["mean_square"]),
    ("grad_avg", &["mean_gradient"]),
    ("average_gradient", &["mean_gradient"]),
    ("acc_delta", &["mean_square_update"]),
    ("accumulated_grad", &["mean_square"]),
    ("accumulated_delta_var", &["mean_square_update"]),
    ("prev", &["previous_gradient"]),
    ("ax", &["average"]),
];

/// Our name for a hyper-parameter, given those the rule has.
pub(super) fn hyperparameter(name: &str, known: &[&str]) -> String {
    if known.contains(&name) {
        return name.to_string();
    }
    let ours = HYPERPARAMETERS.iter().find(|(theirs, ours)| *theirs == name && known.contains(ours));
    ours.map_or(name, |(_, ours)| ours).to_string()
}

/// Our name for a state buffer, given those the rule has.
pub(super) fn state(name: &str, known: &[&str]) -> String {
    if known.contains(&name) {
        return name.to_string();
    }
    let candidates = STATE.iter().find(|(theirs, _)| *theirs == name).map_or(&[][..], |(_, ours)| ours);
    candidates.iter().find(|ours| known.contains(ours)).map_or(name, |ours| ours).to_string()
}
