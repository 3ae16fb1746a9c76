//! No full screen: this program was built without the feature `live`.

use super::status::ExperimentStatus;
use crate::failure::Failure;
use crate::language::Language;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

/// Nothing: [`start`](Live::start) always fails.
pub(super) struct Live(());

impl Live {
    pub(super) fn start(
        _: Arc<Mutex<ExperimentStatus>>,
        _: Arc<AtomicBool>,
        _: Language,
    ) -> Result<Self, Failure> {
        Err(Failure::new(
            "--live: this program was built without the full screen (feature `live`)\nhelp: leave it out for a line a stage, or \
             say --json for lines that programs read",
        ))
    }
}
