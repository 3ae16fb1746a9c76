//! The frameworks' own names for state, so that cases written with them are understood too.

/// Their name and ours, tried in order until the rule has one.
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

/// Our name for a state buffer, given those the rule has.
pub(super) fn state(name: &str, known: &[&str]) -> String {
    if known.contains(&name) {
        return name.to_string();
    }
    let candidates = STATE.iter().find(|(theirs, _)| *theirs == name).map_or(&[][..], |(_, ours)| ours);
    candidates.iter().find(|ours| known.contains(ours)).map_or(name, |ours| ours).to_string()
}
