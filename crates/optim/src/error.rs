//! What can go wrong with optimizers, in sentences that say what to do.

/// An error of this crate. Whatever it is, no parameter and no state has changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OptimError {
    /// No rule, dialect, hyper-parameter or schedule has this name.
    #[error("there is no {kind} called `{name}`; {suggestion}")]
    Unknown {
        /// What was looked for: rule, dialect, …
        kind: &'static str,
        /// The name given.
        name: String,
        /// `did you mean …?` or a list of what there is.
        suggestion: String,
    },
    /// The rule exists, but not in this dialect.
    #[error("`{rule}` has no dialect `{dialect}`; it has {has}")]
    NoDialect {
        /// The rule.
        rule: &'static str,
        /// The dialect asked for.
        dialect: &'static str,
        /// The dialects it has.
        has: String,
    },
    /// The rule has this hyper-parameter, but not in this dialect.
    #[error("`{rule}` has no `{name}` in dialect `{dialect}` (it has {own}); {has} has it")]
    NotInDialect {
        /// The rule.
        rule: &'static str,
        /// The dialect asked for.
        dialect: &'static str,
        /// The hyper-parameter.
        name: String,
        /// The dialects that have it.
        has: String,
        /// What this dialect has.
        own: String,
    },
    /// A hyper-parameter that is fixed once the optimizer stands.
    #[error(
        "`{0}` decides how the optimizer is put together, and cannot be changed or scheduled later; make a new one with it"
    )]
    Fixed(String),
    /// A rule of this name exists already.
    #[error("there is a rule called `{0}` already; give yours another name")]
    Taken(String),
    /// A rule with a hyper-parameter that nobody describes, so that no value of it could be checked.
    #[error(
        "`{rule}` has a hyper-parameter `{name}` that is not described; add `Hyperparameter::new(\"{name}\", meaning, domain)` \
         to the `special` of its `Info`"
    )]
    Undescribed {
        /// The rule.
        rule: &'static str,
        /// The hyper-parameter.
        name: &'static str,
    },
    /// Settings that contradict each other.
    #[error("{0}")]
    Contradiction(String),
    /// A value outside the domain of a hyper-parameter.
    #[error("{name} = {value} is out of range; it must be {domain}")]
    OutOfRange {
        /// The hyper-parameter.
        name: String,
        /// The value given.
        value: f64,
        /// The domain in words.
        domain: String,
    },
    /// Slices of different lengths.
    #[error("{what} has {found} elements where {expected} are expected")]
    Length {
        /// Which slice.
        what: String,
        /// Its length.
        found: usize,
        /// The length it must have.
        expected: usize,
    },
    /// A parameter without gradient.
    #[error("there is no gradient for parameter `{0}`; give one for every parameter")]
    MissingGradient(String),
    /// A gradient without parameter.
    #[error("there is a gradient for `{0}`, which is not a parameter")]
    ExtraGradient(String),
    /// The parameters are not those the optimizer's state belongs to.
    #[error(
        "{0}; the optimizer keeps state for the parameters of its first update: make a new one for others"
    )]
    OtherParameters(String),
    /// A gradient that is infinite or NaN, under [`NonFinite::Refuse`](crate::NonFinite::Refuse).
    #[error(
        "the gradient of `{tensor}` is {value} at element {index} ({count} elements in all are infinite or NaN); nothing \
         was updated: lower the learning rate, clip the gradients, or choose the policy `skip` or `allow`"
    )]
    NonFinite {
        /// The first tensor with such an element.
        tensor: String,
        /// The first such element, row-major.
        index: usize,
        /// Its value.
        value: f64,
        /// How many there are in all tensors.
        count: u64,
    },
    /// A gradient that is finite but too large for the rule, under [`NonFinite::Refuse`](crate::NonFinite::Refuse): its state would
    /// become infinite, and the element would never move again.
    #[error(
        "the gradient of `{tensor}` is {value:.3e} at element {index}, so large that the rule's state or update would be infinite; \
         nothing was updated: clip the gradients, lower the learning rate, use 64 bits, or choose the policy `skip` or `allow`"
    )]
    TooLarge {
        /// The first tensor with such an element.
        tensor: String,
        /// The first such element, row-major.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// A gradient of 0 where the rule's denominator is 0 too, under [`NonFinite::Refuse`](crate::NonFinite::Refuse).
    #[error(
        "the gradient of `{tensor}` is 0 at element {index}, and with an epsilon of 0 the rule would divide 0 by 0; nothing was \
         updated: set `epsilon` above 0, or choose the policy `skip` or `allow`"
    )]
    ZeroOverZero {
        /// The first tensor with such an element.
        tensor: String,
        /// The first such element, row-major.
        index: usize,
    },
    /// A rule that cannot work on a tensor of this shape.
    #[error("{rule} cannot update `{tensor}` of shape {shape}: {need}")]
    Shape {
        /// The rule.
        rule: &'static str,
        /// The tensor.
        tensor: String,
        /// Its shape.
        shape: String,
        /// What it needs, and what to do.
        need: &'static str,
    },
    /// Groups that do not cover the parameters, each exactly once.
    #[error("{0}")]
    Groups(String),
    /// A saved state does not fit.
    #[error("the saved state does not fit: {0}")]
    State(String),
    /// A minimisation that starts where the loss or its gradient is infinite or NaN.
    #[error(
        "{what} is {value} at the parameters to start from; nothing was changed: start where loss and gradient are finite"
    )]
    Start {
        /// Loss or gradient, and which element of it.
        what: String,
        /// Its value.
        value: f64,
    },
}

impl OptimError {
    /// Returns whether a gradient was refused, so that an update was not made. A run that gets it has diverged.
    pub fn is_of_a_gradient(&self) -> bool {
        matches!(self, Self::NonFinite { .. } | Self::TooLarge { .. })
    }
}
