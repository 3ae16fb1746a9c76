//! Which program produced a number.

use crate::failure::{Context, Failure};
use sha2::{Digest, Sha256};

/// Returns the version, a fingerprint of this executable and the instruction set it computes on. With it, results of another
/// build or machine are never taken for this one's.
pub(crate) fn fingerprint() -> Result<String, Failure> {
    let path = std::env::current_exe().context("finding this program's own file")?;
    let bytes = std::fs::read(&path).context(format!("reading {}", path.display()))?;
    let digest = Sha256::digest(&bytes);
    let short: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{}+{short} {}", env!("CARGO_PKG_VERSION"), thalweg::lanes::isa()))
}
