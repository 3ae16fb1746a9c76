//! torch's names beside ours: the one table that export and import read.

use crate::rules::names::{
    FIRST_MOMENT, INFINITY_NORM, LARGEST_SECOND_MOMENT, MEAN_GRADIENT, MEAN_SQUARE, MEAN_SQUARE_UPDATE,
    PREVIOUS_GRADIENT, SECOND_MOMENT, SUM_OF_SQUARES, VELOCITY,
};
use crate::{Dialect, OptimError, Specification};
use serde_json::{Map, Value, json};

/// A class of `torch.optim`.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) name: &'static str,
    settings: &'static [Setting],
    /// torch's name for a buffer, and ours.
    pub(super) buffers: &'static [(&'static str, &'static str)],
    /// What holds whether there are steps or not.
    pub(super) keeps: Keeps,
    /// How torch computes; of no account for the numbers, but a group without them is refused by some versions.
    technical: &'static [&'static str],
}

/// What a class keeps beside its buffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keeps {
    /// Nothing, not even how many steps there were.
    Nothing,
    /// The number of steps.
    Steps,
    /// The same, from before the first step on.
    StepsFromTheStart,
    /// The same and the product of all μ.
    StepsAndProduct,
}

/// A setting under torch's name, and where its value comes from.
#[derive(Debug)]
enum Setting {
    Number(&'static str, &'static str),
    Pair(&'static str, [&'static str; 2]),
    Switch(&'static str),
}

use Setting::{Number, Pair, Switch};

const RATE: Setting = Number("lr", "learning_rate");
const BETAS: Setting = Pair("betas", ["beta1", "beta2"]);
const EPSILON: Setting = Number("eps", "epsilon");
const DECAY: Setting = Number("weight_decay", "weight_decay");
const DECOUPLED: Setting = Switch("decoupled_weight_decay");
const MAXIMIZE: Setting = Switch("maximize");
const MOMENTUM: Setting = Number("momentum", "momentum");

const MOMENTS: &[(&str, &str)] = &[("exp_avg", FIRST_MOMENT), ("exp_avg_sq", SECOND_MOMENT)];
const LARGEST: &[(&str, &str)] =
    &[("exp_avg", FIRST_MOMENT), ("exp_avg_sq", SECOND_MOMENT), ("max_exp_avg_sq", LARGEST_SECOND_MOMENT)];
const PLAIN: &[&str] = &["foreach", "capturable", "differentiable"];
const FUSED: &[&str] = &["foreach", "capturable", "differentiable", "fused"];
const FUSED_ALONE: &[&str] = &["foreach", "differentiable", "fused"];

const SGD: Class = Class {
    name: "SGD",
    settings: &[RATE, MOMENTUM, Number("dampening", "dampening"), DECAY, Switch("nesterov"), MAXIMIZE],
    buffers: &[("momentum_buffer", VELOCITY)],
    keeps: Keeps::Nothing,
    technical: FUSED_ALONE,
};
const ADAM: Class = Class {
    name: "Adam",
    settings: &[RATE, BETAS, EPSILON, DECAY, Switch("amsgrad"), DECOUPLED, MAXIMIZE],
    buffers: LARGEST,
    keeps: Keeps::Steps,
    technical: FUSED,
};

/// A rule, what torch calls it, and the switches that torch's class is this rule with.
type Row = (&'static str, Class, &'static [&'static str]);

const ROWS: &[Row] = &[
    ("sgd", SGD, &[]),
    ("momentum", SGD, &[]),
    ("nesterov", SGD, &["nesterov"]),
    (
        "adagrad",
        Class {
            name: "Adagrad",
            settings: &[
                RATE,
                Number("lr_decay", "rate_decay"),
                EPSILON,
                DECAY,
                Number("initial_accumulator_value", "initial_accumulator"),
                MAXIMIZE,
            ],
            buffers: &[("sum", SUM_OF_SQUARES)],
            keeps: Keeps::StepsFromTheStart,
            technical: FUSED_ALONE,
        },
        &[],
    ),
    (
        "rmsprop",
        Class {
            name: "RMSprop",
            settings: &[
                RATE,
                MOMENTUM,
                Number("alpha", "decay_rate"),
                EPSILON,
                Switch("centered"),
                DECAY,
                MAXIMIZE,
            ],
            buffers: &[
                ("square_avg", MEAN_SQUARE),
                ("grad_avg", MEAN_GRADIENT),
                ("momentum_buffer", VELOCITY),
            ],
            keeps: Keeps::Steps,
            technical: PLAIN,
        },
        &[],
    ),
    (
        "adadelta",
        Class {
            name: "Adadelta",
            settings: &[RATE, Number("rho", "decay_rate"), EPSILON, DECAY, MAXIMIZE],
            buffers: &[("square_avg", MEAN_SQUARE), ("acc_delta", MEAN_SQUARE_UPDATE)],
            keeps: Keeps::Steps,
            technical: PLAIN,
        },
        &[],
    ),
    ("adam", ADAM, &[]),
    ("adamw", Class { name: "AdamW", ..ADAM }, &["decoupled_weight_decay"]),
    ("amsgrad", ADAM, &["amsgrad"]),
    (
        "adamax",
        Class {
            name: "Adamax",
            settings: &[RATE, BETAS, EPSILON, DECAY, MAXIMIZE],
            buffers: &[("exp_avg", FIRST_MOMENT), ("exp_inf", INFINITY_NORM)],
            keeps: Keeps::Steps,
            technical: PLAIN,
        },
        &[],
    ),
    (
        "nadam",
        Class {
            name: "NAdam",
            settings: &[
                RATE,
                BETAS,
                EPSILON,
                DECAY,
                Number("momentum_decay", "momentum_decay"),
                DECOUPLED,
                MAXIMIZE,
            ],
            buffers: MOMENTS,
            keeps: Keeps::StepsAndProduct,
            technical: PLAIN,
        },
        &[],
    ),
    (
        "radam",
        Class {
            name: "RAdam",
            settings: &[RATE, BETAS, EPSILON, DECAY, DECOUPLED, MAXIMIZE],
            buffers: MOMENTS,
            keeps: Keeps::Steps,
            technical: PLAIN,
        },
        &[],
    ),
    (
        "rprop",
        Class {
            name: "Rprop",
            settings: &[
                RATE,
                Pair("etas", ["shrink", "grow"]),
                Pair("step_sizes", ["smallest_step", "largest_step"]),
                MAXIMIZE,
            ],
            buffers: &[("prev", PREVIOUS_GRADIENT), ("step_size", "step_size")],
            keeps: Keeps::Steps,
            technical: PLAIN,
        },
        &[],
    ),
];

/// The row of a rule, if torch has it and the dialect is torch's.
///
/// # Errors
/// [`OptimError::Contradiction`] that names rule and dialect and says which there are.
fn row(rule: &str, dialect: Dialect) -> Result<&'static Row, OptimError> {
    let found = ROWS.iter().find(|(name, ..)| *name == rule).filter(|_| dialect == Dialect::Torch);
    found.ok_or_else(|| {
        let names: Vec<&str> = ROWS.iter().map(|(name, ..)| *name).collect();
        OptimError::Contradiction(format!(
            "there is no torch state for `{rule}` in dialect `{dialect}`; there is for these rules in dialect `torch`: {}",
            names.join(", ")
        ))
    })
}

/// Torch's names for buffers of state, and ours: those of the class that is `rule`; empty for a rule that torch does not have.
pub fn buffer_names(rule: &str) -> &'static [(&'static str, &'static str)] {
    ROWS.iter().find(|(name, ..)| *name == rule).map_or(&[], |(_, class, _)| class.buffers)
}

/// The class that is the rule of `specification`.
///
/// # Errors
/// [`OptimError::Contradiction`].
pub(super) fn class_of(specification: &Specification) -> Result<&'static Class, OptimError> {
    row(&specification.rule, specification.dialect).map(|(_, class, _)| class)
}

/// The settings of a group as torch writes them, its parameters aside.
///
/// # Errors
/// [`OptimError::Contradiction`], and as [`Specification::resolved`].
pub(super) fn settings_of(
    specification: &Specification,
    done: u64,
) -> Result<Map<String, Value>, OptimError> {
    let (_, class, on) = row(&specification.rule, specification.dialect)?;
    let resolved = specification.resolved()?;
    let find = |ours: &str| resolved.iter().find(|(name, _)| *name == ours).map(|(_, value)| *value);
    let number = |ours: &str| find(ours).unwrap_or(0.0);
    let mut settings = Map::new();
    for setting in class.settings {
        let (name, value) = match *setting {
            Number(theirs, ours) => (theirs, json!(number(ours))),
            Pair(theirs, [first, second]) => (theirs, json!([number(first), number(second)])),
            Switch(name) => (name, json!(number(name) != 0.0 || on.contains(&name))),
        };
        settings.insert(name.into(), value);
    }
    if specification.schedule != crate::Schedule::default() {
        // What torch's schedulers, made anew with `last_epoch`, start from.
        settings.insert("initial_lr".into(), json!(number("learning_rate")));
        let rate = number("learning_rate") * specification.schedule.factor(done);
        settings.insert("lr".into(), json!(rate));
    }
    for &name in class.technical {
        let choice = matches!(name, "foreach" | "fused");
        settings.insert(name.into(), if choice { Value::Null } else { json!(false) });
    }
    Ok(settings)
}
