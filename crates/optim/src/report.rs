//! What a step tells of itself.

/// What to do when a gradient is infinite or NaN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NonFinite {
    /// The step is an error and nothing changes.
    #[default]
    Refuse,
    /// The step is left out and counted; nothing else changes.
    Skip,
    /// The step is made, and what is not finite spreads. Saves reading the gradients once more.
    Allow,
}

/// A step of one group of parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupReport {
    /// The group's name; empty where there are no groups.
    pub name: String,
    /// The learning rate used, schedule included; `None` for a rule without one.
    pub learning_rate: Option<f64>,
    /// The norm of the gradient as it came, before any clipping.
    pub gradient_norm: f64,
    /// The norm of what was subtracted.
    pub update_norm: f64,
    /// The norm of the parameters before the step.
    pub parameter_norm: f64,
    /// Whether a clipping stage was in force.
    pub clipped: bool,
}

impl GroupReport {
    /// How large the update is against the parameters: around 1e-3 is healthy (CS231n, lecture 7).
    pub fn update_to_weight(&self) -> f64 {
        self.update_norm / self.parameter_norm
    }
}

/// The last step. Norms are measured only while [`measure`](crate::Optimizer::measure) is on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepReport {
    /// Its number, from 1; 0 before the first.
    pub step: u64,
    /// All parameters together. Its learning rate is that of the first group.
    pub total: GroupReport,
    /// Group by group; empty where there are no groups.
    pub groups: Vec<GroupReport>,
    /// Gradient elements that were infinite or NaN in the last step that was refused, skipped or (while measuring) allowed.
    pub non_finite: u64,
    /// Steps left out so far because of them.
    pub skipped: u64,
}

impl StepReport {
    /// The totals from the groups.
    pub(crate) fn sum_up(&mut self) {
        let norm = |of: fn(&GroupReport) -> f64, groups: &[GroupReport]| {
            groups.iter().map(|group| of(group).powi(2)).sum::<f64>().sqrt()
        };
        self.total.learning_rate = self.groups.iter().find_map(|group| group.learning_rate);
        self.total.gradient_norm = norm(|group| group.gradient_norm, &self.groups);
        self.total.update_norm = norm(|group| group.update_norm, &self.groups);
        self.total.parameter_norm = norm(|group| group.parameter_norm, &self.groups);
        self.total.clipped = self.groups.iter().any(|group| group.clipped);
    }
}
