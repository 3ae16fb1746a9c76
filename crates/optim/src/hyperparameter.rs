//! Hyper-parameters: one name for one idea in every rule, and what each does.

use crate::{Dialect, Domain, OptimError};

/// A hyper-parameter as the catalogue describes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hyperparameter {
    /// The name in Rust, TOML, Python and on the command line.
    pub name: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// The values it may take.
    pub domain: Domain,
}

impl Hyperparameter {
    /// A hyper-parameter.
    pub const fn new(name: &'static str, meaning: &'static str, domain: Domain) -> Self {
        Self { name, meaning, domain }
    }

    /// Refuses a value outside the domain.
    ///
    /// # Errors
    /// [`OptimError::OutOfRange`].
    pub fn check(&self, value: f64) -> Result<(), OptimError> {
        if self.domain.contains(value) {
            return Ok(());
        }
        Err(OptimError::OutOfRange { name: self.name.to_string(), value, domain: self.domain.to_string() })
    }

    /// The same in `dialect`: torch and optax take values that others refuse.
    pub(crate) fn in_dialect(self, dialect: Dialect) -> Self {
        let free = matches!(dialect, Dialect::Torch | Dialect::Optax);
        let domain = match self.name {
            "momentum" if free && self.domain == Domain::UNIT => Domain::NOT_NEGATIVE,
            "dampening" if free => Domain::ANY,
            _ => self.domain,
        };
        Self { domain, ..self }
    }

    /// Returns what `name` means: `special` where a rule gives it a meaning of its own, else the common one.
    pub(crate) fn of(name: &str, special: &[Hyperparameter]) -> Option<Hyperparameter> {
        special.iter().chain(GLOSSARY).find(|known| known.name == name).copied()
    }
}

const fn entry(name: &'static str, domain: Domain, meaning: &'static str) -> Hyperparameter {
    Hyperparameter::new(name, meaning, domain)
}

/// What the names mean wherever a rule says nothing else.
pub(crate) static GLOSSARY: &[Hyperparameter] = &[
    entry("learning_rate", Domain::NOT_NEGATIVE, "the size of a step"),
    entry("momentum", Domain::UNIT, "how much of the velocity a step keeps"),
    entry(
        "dampening",
        Domain::UNIT,
        "how much of a gradient is kept out of the velocity (not of the first one)",
    ),
    entry("nesterov", Domain::FLAG, "whether the velocity looks one step ahead"),
    entry("decay_rate", Domain::UNIT, "how much of the average of squares a step keeps"),
    entry("epsilon", Domain::NOT_NEGATIVE, "added to the denominator, against division by 0"),
    entry("epsilon_root", Domain::NOT_NEGATIVE, "added under the root of the denominator"),
    entry("epsilon_in_root", Domain::FLAG, "whether epsilon stands under the root"),
    entry("beta1", Domain::BELOW_ONE, "how much of the average of gradients a step keeps"),
    entry("beta2", Domain::BELOW_ONE, "how much of the average of squares a step keeps"),
    entry("beta3", Domain::BELOW_ONE, "how much of the third average a step keeps"),
    entry("amsgrad", Domain::FLAG, "whether to divide by the largest second moment so far"),
    entry("centered", Domain::FLAG, "whether to divide by the spread around the mean gradient"),
    entry("bias_correction", Domain::FLAG, "whether averages are corrected for their start at 0"),
    entry("initial_accumulator", Domain::NOT_NEGATIVE, "what the accumulated squares start at"),
    entry("rate_decay", Domain::NOT_NEGATIVE, "the rate is divided by 1 + rate_decay (t - 1)"),
    entry("weight_decay", Domain::NOT_NEGATIVE, "how strongly parameters are pulled to 0"),
    entry(
        "decoupled_weight_decay",
        Domain::FLAG,
        "whether weight decay acts on the parameter (times the rate) instead of on the gradient",
    ),
    entry("maximize", Domain::FLAG, "whether to go uphill"),
    entry(
        "trust_coefficient",
        Domain::NOT_NEGATIVE,
        "the largest share of a tensor's norm that a step may change",
    ),
    entry("clip_threshold", Domain::NOT_NEGATIVE, "the largest root mean square of a tensor's update"),
    entry("d0", Domain::NOT_NEGATIVE, "the first guess of the distance to the solution; too small is safe"),
    entry(
        "rate_power",
        Domain::NOT_NEGATIVE,
        "weights in the average go with this power of the largest rate so far",
    ),
    entry("iterations", Domain::COUNT, "Newton-Schulz iterations"),
    entry("update_every", Domain::POSITIVE_COUNT, "updates between two decompositions of the statistics"),
];
