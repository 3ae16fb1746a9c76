//! Update-rule test vectors: trajectories made by the frameworks themselves (or by the papers' formulas), run on the rules
//! of the catalogue. The format is described in `conformance/README.md` at the repository's root.

mod case;
mod names;
mod run;

pub use case::{Case, Expected, FORMAT, Tolerance};
pub use run::{Difference, Outcome, run};
