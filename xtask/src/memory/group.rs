//! A control group that confines the memory of a process.

use std::fs;
use std::path::{Path, PathBuf};

/// A control group of either version, which is removed with this value.
pub(super) struct Group {
    folder: PathBuf,
    limit: &'static str,
}

impl Group {
    /// Makes a group; `None` where that is not allowed.
    pub(super) fn new() -> Option<Self> {
        let versions = [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")];
        versions.into_iter().find_map(|(root, limit)| {
            let folder = Path::new(root).join(format!("thalweg-{}", std::process::id()));
            fs::create_dir(&folder).ok()?;
            let group = Self { folder, limit };
            group.folder.join(limit).exists().then_some(group)
        })
    }

    /// The file to which a process writes its number to join.
    pub(super) fn members(&self) -> PathBuf {
        self.folder.join("cgroup.procs")
    }

    /// Limits the memory. What is over the limit is ended by the system.
    pub(super) fn confine(&self, bytes: u64) {
        let written = fs::write(self.folder.join(self.limit), bytes.to_string());
        assert!(written.is_ok(), "the limit of a group of one's own can be set: {written:?}");
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Its processes have ended; a group that stays behind is empty.
        let _ = fs::remove_dir(&self.folder);
    }
}
