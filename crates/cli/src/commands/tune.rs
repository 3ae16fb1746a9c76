//! `thalweg tune`: the best learning rate of one rule, and of the other hyper-parameters that are searched for.

use super::compare::{Comparing, run_comparison};
use crate::failure::Failure;
use crate::folder::Job;
use crate::setting::{Setting, setting};
use std::path::PathBuf;
use thalweg::lab::experiment::{Document, RawRule, RawRuleTable, RawSet, given};

/// Tune one rule: find its learning rate, and other hyper-parameters if asked, and confirm them on fresh seeds
#[derive(clap::Args)]
#[command(after_help = "\
What comes out is what `thalweg compare` gives for one rule: the rate, how sensitive the rule is to it, the figures on fresh seeds \
and on the test split, and the rule at its defaults for comparison.

Examples:
  thalweg tune --rule adam
  thalweg tune --rule adamw --dialect torch --search weight_decay --search beta1=0.5..0.98 --problem digits
  thalweg tune --rule momentum --search momentum=0.5,0.9,0.99 --preset publish")]
pub(crate) struct Arguments {
    /// An experiment file; the options below change it
    #[arg(value_name = "EXPERIMENT.toml")]
    experiment: Option<PathBuf>,
    /// The rule (`thalweg list rules`) [default: the experiment's, or adam]
    #[arg(long)]
    rule: Option<String>,
    /// Whose formula and defaults: book, torch, keras, optax or paper
    #[arg(long)]
    dialect: Option<String>,
    /// A hyper-parameter to keep as it is, such as beta2=0.99
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<Setting>,
    #[command(flatten)]
    comparing: Comparing,
}

/// The experiment if none is named.
const DIGITS: &str = "name = \"tune\"\npreset = \"standard\"\n[problem]\ndataset = \"digits\"\n";

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut document = match &arguments.experiment {
        Some(path) => Document::read(path)?,
        None => Document::parse("tune", DIGITS)?,
    };
    let raw = &mut document.raw;
    let mut table = match raw.rules.as_ref().map(|rules| rules.get_ref().as_slice()) {
        _ if arguments.rule.is_some() => RawRuleTable::default(),
        None => RawRuleTable { name: Some(given("adam".into())), ..RawRuleTable::default() },
        Some([rule]) => match rule.get_ref() {
            RawRule::Name(name) => {
                RawRuleTable { name: Some(given(name.clone())), ..RawRuleTable::default() }
            }
            RawRule::Table(table) => (**table).clone(),
        },
        Some(rules) => {
            return Err(Failure::Error(format!(
                "the experiment has {} rules, and one is tuned at a time\nhelp: choose one with --rule, or use `thalweg compare`",
                rules.len()
            )));
        }
    };
    if let Some(rule) = &arguments.rule {
        table.name = Some(given(rule.clone()));
    }
    if let Some(dialect) = &arguments.dialect {
        table.dialect = Some(given(dialect.clone()));
    }
    for one in &arguments.set {
        let set = &mut table.set.get_or_insert_with(|| given(RawSet::default())).get_mut().0;
        for (name, value) in one.pairs() {
            set.retain(|known, _| known.get_ref() != &name);
            set.insert(given(name), given(value));
        }
    }
    raw.rules = Some(given(vec![given(RawRule::Table(Box::new(table)))]));
    let experiment = arguments.comparing.lay_over(document)?;
    let rules = experiment.rules.iter().map(|rule| rule.label.as_str());
    let file = arguments.experiment.as_deref();
    let words: Vec<&str> = match file {
        Some(_) => std::iter::once(experiment.name.as_str()).chain(rules).collect(),
        None => rules.chain(experiment.problems.iter().map(|problem| problem.name.as_str())).collect(),
    };
    run_comparison(&experiment, &arguments.comparing, &Job { command: "tune", file, words })
}
