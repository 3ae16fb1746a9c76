//! Which program produced a number.

use crate::failure::{Context, Failure};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

/// Returns the version, a fingerprint of this executable and the instruction set it computes on. With it, results of another
/// build or machine are never taken for this one's.
pub(crate) fn fingerprint() -> Result<String, Failure> {
    let path = std::env::current_exe().context("finding this program's own file")?;
    let digest = digest(&path).context(format!("reading {}", path.display()))?;
    let short: String = digest.as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{}+{short} {}", env!("CARGO_PKG_VERSION"), thalweg::lanes::isa()))
}

/// Returns the hash of a file without holding all of it: the program is larger than many a run.
fn digest(path: &Path) -> io::Result<impl AsRef<[u8]>> {
    let (mut file, mut hash) = (BufReader::with_capacity(1 << 16, File::open(path)?), Sha256::new());
    loop {
        let block = file.fill_buf()?;
        if block.is_empty() {
            return Ok(hash.finalize());
        }
        hash.update(block);
        let read = block.len();
        file.consume(read);
    }
}
