//! The table of stages that files, command line, documentation and Python read.

use super::*;
use crate::hyperparameter::Hyperparameter;
use crate::{Buildable, Composer, Domain, OptimError};
use std::collections::BTreeMap;
use thalweg_kit::hint;

/// A stage as the catalogue describes it.
#[derive(Debug)]
pub struct StageInfo {
    /// The name in files and on the command line.
    pub name: &'static str,
    /// What it does to g, what comes in.
    pub formula: &'static str,
    /// Its settings with their defaults; NaN where one must be given.
    pub settings: &'static [(Hyperparameter, f64)],
}

const fn setting(
    name: &'static str,
    meaning: &'static str,
    domain: Domain,
    default: f64,
) -> (Hyperparameter, f64) {
    (Hyperparameter::new(name, meaning, domain), default)
}

const LARGEST: (Hyperparameter, f64) =
    setting("largest", "the most that passes", Domain::NOT_NEGATIVE, f64::NAN);
const CLIP_EPSILON: (Hyperparameter, f64) =
    setting("epsilon", "added to the norm (torch 1e-6, optax 0)", Domain::NOT_NEGATIVE, 1e-6);
const DECAY: (Hyperparameter, f64) =
    setting("weight_decay", "how strongly parameters are pulled to 0", Domain::NOT_NEGATIVE, f64::NAN);

/// Every stage.
pub static STAGES: &[StageInfo] = &[
    StageInfo { name: "clip-by-value", formula: "min(max(g, -largest), largest)", settings: &[LARGEST] },
    StageInfo {
        name: "clip-by-norm",
        formula: "g min(1, largest / (|g| + epsilon)), tensor by tensor",
        settings: &[LARGEST, CLIP_EPSILON],
    },
    StageInfo {
        name: "clip-by-global-norm",
        formula: "g min(1, largest / (|g| + epsilon)), the norm of all tensors",
        settings: &[LARGEST, CLIP_EPSILON],
    },
    StageInfo {
        name: "adaptive-clip",
        formula: "each unit's g at most clipping times the norm of its weights",
        settings: &[
            setting("clipping", "the largest ratio of the two norms", Domain::NOT_NEGATIVE, 0.01),
            setting("epsilon", "the least norm that weights count as having", Domain::NOT_NEGATIVE, 1e-3),
        ],
    },
    StageInfo {
        name: "weight-decay",
        formula: "g + weight_decay w (L2; before the rule)",
        settings: &[DECAY],
    },
    StageInfo {
        name: "decoupled-weight-decay",
        formula: "u + rate weight_decay w (after the rule)",
        settings: &[DECAY],
    },
    StageInfo {
        name: "fully-decoupled-weight-decay",
        formula: "u + weight_decay w, times the schedule's factor only (after the rule)",
        settings: &[DECAY],
    },
    StageInfo {
        name: "noise",
        formula: "g + N(0, eta / (1 + t)^gamma)",
        settings: &[
            setting("eta", "the variance at the first update", Domain::NOT_NEGATIVE, 0.01),
            setting("gamma", "how fast it falls", Domain::NOT_NEGATIVE, 0.55),
            setting("seed", "what the noise follows from", Domain::COUNT, 0.0),
        ],
    },
    StageInfo {
        name: "centralise",
        formula: "g minus its mean over each unit",
        settings: &[setting(
            "units_first",
            "whether the first axis counts the units at any rank",
            Domain::FLAG,
            0.0,
        )],
    },
    StageInfo {
        name: "normalise",
        formula: "g / (|g| + epsilon)",
        settings: &[
            setting("epsilon", "added to the norm", Domain::NOT_NEGATIVE, 1e-6),
            setting("together", "whether the norm is that of all tensors", Domain::FLAG, 0.0),
        ],
    },
    StageInfo { name: "maximise", formula: "-g", settings: &[] },
    StageInfo {
        name: "trace",
        formula: "v <- momentum v + u, then v or, with nesterov, u + momentum v",
        settings: &[
            setting("momentum", "how much of the velocity a step keeps", Domain::UNIT, 0.9),
            setting("nesterov", "whether to look one step ahead", Domain::FLAG, 0.0),
        ],
    },
    StageInfo { name: "cautious", formula: "u where u g > 0, scaled up by what is lost", settings: &[] },
    StageInfo {
        name: "scale",
        formula: "factor u",
        settings: &[setting("factor", "what to multiply by", Domain::ANY, f64::NAN)],
    },
    StageInfo {
        name: "average",
        formula: "a <- decay a + (1 - decay) w, to evaluate with (last)",
        settings: &[setting("decay", "how much of the average an update keeps", Domain::UNIT, 0.999)],
    },
    StageInfo {
        name: "stochastic-weight-average",
        formula: "the mean of w after every so many updates, to evaluate with (last)",
        settings: &[
            setting("start", "the update from which on to average", Domain::COUNT, 1.0),
            setting("every", "updates between two that count", Domain::POSITIVE_COUNT, 1.0),
        ],
    },
    StageInfo {
        name: "lookahead",
        formula: "every so many updates: s <- s + share (w - s), w <- s",
        settings: &[
            setting(
                "every",
                "updates between two meetings of fast and slow weights",
                Domain::POSITIVE_COUNT,
                5.0,
            ),
            setting("share", "how far the slow weights go", Domain::UNIT, 0.5),
        ],
    },
];

/// Adds the stage called `name`.
///
/// # Errors
/// [`OptimError::Unknown`], [`OptimError::OutOfRange`], [`OptimError::Contradiction`] for a setting that must be given.
pub(crate) fn compose<T: Buildable>(
    name: &str,
    given: &BTreeMap<String, f64>,
    composer: Composer<T>,
) -> Result<Composer<T>, OptimError> {
    let info = STAGES.iter().find(|info| info.name == name).ok_or_else(|| OptimError::Unknown {
        kind: "stage",
        name: name.to_string(),
        suggestion: hint(name, STAGES.iter().map(|info| info.name)),
    })?;
    for key in given.keys() {
        if !info.settings.iter().any(|(known, _)| known.name == key) {
            let suggestion = hint(key, info.settings.iter().map(|(known, _)| known.name));
            return Err(OptimError::Unknown { kind: "setting of this stage", name: key.clone(), suggestion });
        }
    }
    let mut values = BTreeMap::new();
    for (known, default) in info.settings {
        let value = given.get(known.name).copied().unwrap_or(*default);
        if value.is_nan() && !given.contains_key(known.name) {
            return Err(OptimError::Contradiction(format!(
                "the stage `{name}` needs `{}`: {}",
                known.name, known.meaning
            )));
        }
        known.check(value)?;
        values.insert(known.name, value);
    }
    let value = |key: &str| values.get(key).copied().unwrap_or(0.0);
    let (largest, epsilon, weight_decay) = (value("largest"), value("epsilon"), value("weight_decay"));
    Ok(match name {
        "clip-by-value" => composer.rule(ClipByValue { largest }),
        "clip-by-norm" => composer.barrier(ClipByNorm { largest, epsilon }),
        "clip-by-global-norm" => composer.barrier(ClipByGlobalNorm { largest, epsilon }),
        "adaptive-clip" => composer.barrier(AdaptiveClip { clipping: value("clipping"), epsilon }),
        "weight-decay" => composer.rule(WeightDecay { weight_decay }),
        "decoupled-weight-decay" => composer.rule(DecoupledWeightDecay { weight_decay }),
        "fully-decoupled-weight-decay" => composer.rule(FullyDecoupledWeightDecay { weight_decay }),
        "noise" => composer.barrier(Noise { eta: value("eta"), gamma: value("gamma"), seed: value("seed") }),
        "centralise" => composer.barrier(Centralize { units_first: value("units_first") }),
        "normalise" => composer.barrier(Normalize { epsilon, together: value("together") }),
        "maximise" => composer.rule(Maximize { maximize: 1.0 }),
        "trace" => composer.rule(Trace { momentum: value("momentum"), nesterov: value("nesterov") }),
        "cautious" => composer.barrier(Cautious),
        "scale" => composer.rule(Scale { factor: value("factor") }),
        "average" => composer.rule(AverageWeights { decay: value("decay") }),
        "stochastic-weight-average" => {
            composer.rule(StochasticWeightAverage { start: value("start"), every: value("every") })
        }
        "lookahead" => composer.rule(Lookahead { every: value("every"), share: value("share") }),
        _ => unreachable!("every stage of the table is built here"),
    })
}
