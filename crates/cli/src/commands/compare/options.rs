//! The options that `compare` and `tune` have in common.

use super::common::Common;
use crate::commands::predict::at_least_one;
use crate::commands::search::{self, Search};
use crate::consent::Consent;
use crate::failure::Failure;
use thalweg::lab::experiment::{Document, Experiment, given};

/// The options that `compare` and `tune` have in common.
#[derive(clap::Args, Default)]
pub(crate) struct Comparing {
    #[command(flatten)]
    pub(crate) common: Common,
    /// A hyper-parameter to search for beside the learning rate, for every rule that has it: in its usual range, in the range
    /// given, or among the values given; as often as there are some
    #[arg(long, value_name = "NAME[=FROM..TO|=V,V]", value_parser = search::search)]
    pub(super) search: Vec<Search>,
    /// How much effort: quick, standard or publish
    #[arg(long)]
    pub(super) preset: Option<String>,
    /// Say what would be done and how long it would take, and look whether it can tell anything: are the gradients right, can a
    /// batch be learnt, how far do seeds scatter; a few runs are made for it, and kept
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) consent: Consent,
    /// So many final seeds more than the experiment says, for every rule; what is known already does not run again. With `auto`, as
    /// many as the verdict asks for, until nothing is open that seeds can decide
    #[arg(long, value_name = "N|auto", value_parser = more_seeds, default_value = "0")]
    pub(super) more_seeds: MoreSeeds,
    /// With `--more-seeds auto`: no more than so many final seeds a rule in all
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = at_least_one)]
    pub(super) at_most: usize,
    /// Follow it on a full screen: curves, the best of every rule, the verdict so far
    #[arg(long, conflicts_with = "json")]
    pub(super) live: bool,
    /// The command that would make the same comparison, if it is not the one that was given.
    #[arg(skip)]
    pub(super) rerun: Option<Vec<String>>,
}

/// Final seeds beyond those of the experiment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum MoreSeeds {
    /// So many.
    Number(u16),
    /// As many as the verdict asks for.
    Auto,
}

impl Default for MoreSeeds {
    fn default() -> Self {
        Self::Number(0)
    }
}

fn more_seeds(text: &str) -> Result<MoreSeeds, String> {
    match text {
        "auto" => Ok(MoreSeeds::Auto),
        number => number
            .parse()
            .map(MoreSeeds::Number)
            .map_err(|_| format!("expected a number of seeds up to {}, or `auto`", u16::MAX)),
    }
}

impl Comparing {
    /// Returns the experiment of a file, changed by these options.
    pub(crate) fn lay_over(&self, mut document: Document) -> Result<Experiment, Failure> {
        if let Some(preset) = &self.preset {
            document.raw.preset = Some(given(preset.clone()));
        }
        if !self.search.is_empty() {
            search::lay_over(&mut document, &self.search)?;
        }
        let mut experiment = self.common.lay_over(document)?;
        if let MoreSeeds::Number(more) = self.more_seeds {
            experiment.protocol.final_seeds += usize::from(more);
        }
        Ok(experiment)
    }
}
