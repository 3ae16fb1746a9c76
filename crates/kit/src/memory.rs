//! How much memory this process may still take: what the machine has free, a container's limit, `ulimit`.
//!
//! Everything is read from Linux' `/proc` and `/sys`. Elsewhere only a refusal by the system is known.

use std::fmt;
use std::fs;
use std::path::Path;

/// Below this, nothing is asked: any machine has it, and asking takes a tenth of a millisecond.
const SMALL: u64 = 64 << 20;

/// What limits the memory of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryLimit {
    /// Memory and swap space that nobody uses.
    Machine,
    /// The limit of a control group, as containers and job schedulers set it.
    ControlGroup,
    /// The address space of a process (`RLIMIT_AS`).
    AddressSpace,
    /// The data of a process (`RLIMIT_DATA`).
    Data,
}

impl fmt::Display for MemoryLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Machine => "on this machine",
            Self::ControlGroup => "under the limit of this container (cgroup)",
            Self::AddressSpace => "under `ulimit -v`",
            Self::Data => "under `ulimit -d`",
        })
    }
}

/// Memory that may still be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreeMemory {
    /// How much.
    pub bytes: u64,
    /// By what it is limited.
    pub limit: MemoryLimit,
}

/// Memory that this process uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedMemory {
    /// Now.
    pub now: u64,
    /// At most, so far.
    pub peak: u64,
}

/// More memory is needed than there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLittleMemory {
    /// The bytes that are needed.
    pub needed: u64,
    /// What is free, where that is known.
    pub free: Option<FreeMemory>,
}

impl fmt::Display for TooLittleMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gigabytes = |bytes: u64| bytes as f64 / 1e9;
        match self.free {
            Some(FreeMemory { bytes, limit }) => write!(
                f,
                "about {:.2} GB of memory are needed, and {:.2} GB are free {limit}",
                gigabytes(self.needed),
                gigabytes(bytes)
            ),
            None => {
                write!(f, "about {:.2} GB of memory are needed, more than there are", gigabytes(self.needed))
            }
        }
    }
}

impl std::error::Error for TooLittleMemory {}

/// Checks that `bytes` more can be had, without taking them.
///
/// # Errors
/// What is missing.
pub fn check_free_memory(bytes: u64) -> Result<(), TooLittleMemory> {
    if bytes < SMALL {
        return Ok(());
    }
    let free = free_memory();
    let refused =
        || usize::try_from(bytes).map_or(true, |size| Vec::<u8>::new().try_reserve_exact(size).is_err());
    match free {
        Some(found) if found.bytes < bytes => Err(TooLittleMemory { needed: bytes, free }),
        _ if refused() => {
            Err(TooLittleMemory { needed: bytes, free: free.filter(|found| found.bytes < bytes) })
        }
        _ => Ok(()),
    }
}

/// Returns how much memory may still be taken; `None` where the system does not say.
pub fn free_memory() -> Option<FreeMemory> {
    free_below(Path::new("/"))
}

/// Returns how much memory this process uses; `None` where the system does not say.
pub fn used_memory() -> Option<UsedMemory> {
    let status = read(Path::new("/proc/self/status"))?;
    Some(UsedMemory { now: kilobytes(&status, "VmRSS:")?, peak: kilobytes(&status, "VmHWM:")? })
}

/// The smallest of all limits that the files below `root` tell.
fn free_below(root: &Path) -> Option<FreeMemory> {
    let file = |name: &str| read(&root.join(name));
    let status = file("proc/self/status").unwrap_or_default();
    let limits = file("proc/self/limits").unwrap_or_default();
    let left =
        |limit: &str, used: &str| Some(soft_limit(&limits, limit)?.saturating_sub(kilobytes(&status, used)?));
    let machine = file("proc/meminfo").and_then(|text| {
        Some(kilobytes(&text, "MemAvailable:")? + kilobytes(&text, "SwapFree:").unwrap_or_default())
    });
    let groups = file("proc/self/cgroup").unwrap_or_default();
    let group = groups.lines().filter_map(|line| left_in_group(root, line)).min();
    [
        (machine, MemoryLimit::Machine),
        (group, MemoryLimit::ControlGroup),
        (left("Max address space", "VmSize:"), MemoryLimit::AddressSpace),
        (left("Max data size", "VmData:"), MemoryLimit::Data),
    ]
    .into_iter()
    .filter_map(|(bytes, limit)| Some(FreeMemory { bytes: bytes?, limit }))
    .min_by_key(|free| free.bytes)
}

/// What the control group of a line of `/proc/self/cgroup` and those around it leave: `4:memory:/a/b` in version 1, `0::/a/b` in
/// version 2. In a container the groups around it may not be seen, and its own is the root.
fn left_in_group(root: &Path, line: &str) -> Option<u64> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (controllers, path) = (parts.next()?, parts.next()?);
    let (mounts, names): (&[&str], GroupNames) = match controllers {
        "" => (
            &["sys/fs/cgroup", "sys/fs/cgroup/unified"],
            GroupNames {
                limit: "memory.max",
                usage: "memory.current",
                cached: ["inactive_file", "active_file"],
                mapped: "file_mapped",
            },
        ),
        _ if controllers.split(',').any(|one| one == "memory") => (
            &["sys/fs/cgroup/memory"],
            GroupNames {
                limit: "memory.limit_in_bytes",
                usage: "memory.usage_in_bytes",
                cached: ["total_inactive_file", "total_active_file"],
                mapped: "total_mapped_file",
            },
        ),
        _ => return None,
    };
    let relative = Path::new(path.trim_start_matches('/'));
    let mounted = mounts.iter().map(|mount| root.join(mount));
    let folders = mounted.flat_map(|mount| relative.ancestors().map(move |part| mount.join(part)));
    folders.filter_map(|folder| left_in_folder(&folder, &names)).min()
}

fn left_in_folder(folder: &Path, names: &GroupNames) -> Option<u64> {
    let number = |name: &str| read(&folder.join(name))?.trim().parse::<u64>().ok();
    let limit = number(names.limit)?;
    let statistics = read(&folder.join("memory.stat")).unwrap_or_default();
    let bytes = |name: &str| {
        let found = statistics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
        found.unwrap_or_default()
    };
    // Files that are kept in memory only because there is room give way; those that programs run from or have mapped do not.
    let reclaimable = names.cached.map(bytes).iter().sum::<u64>().saturating_sub(bytes(names.mapped));
    Some(limit.saturating_sub(number(names.usage)?.saturating_sub(reclaimable)))
}

/// What a version of control groups calls its files, and entries of `memory.stat`.
struct GroupNames {
    limit: &'static str,
    usage: &'static str,
    cached: [&'static str; 2],
    mapped: &'static str,
}

fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// The value of a line such as `VmRSS:  1234 kB`, in bytes.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

/// The first value of a line of `/proc/self/limits`; `None` if there is no limit.
fn soft_limit(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: &str = "Limit                     Soft Limit           Hard Limit           Units     \n\
                          Max data size             unlimited            unlimited            bytes     \n\
                          Max address space         900000000            unlimited            bytes     \n";

    /// A machine of files: names below the root and what they hold.
    fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    fn free(files: &[(&str, &str)]) -> Option<(u64, MemoryLimit)> {
        free_below(machine(files).path()).map(|free| (free.bytes, free.limit))
    }

    #[test]
    fn the_smallest_limit_counts() {
        let memory = ("proc/meminfo", "MemTotal: 9000 kB\nMemAvailable:    1000000 kB\nSwapFree:  24 kB\n");
        assert_eq!(free(&[]), None);
        assert_eq!(free(&[memory]), Some((1_000_024 << 10, MemoryLimit::Machine)));
        let status = ("proc/self/status", "Name:\tthalweg\nVmSize:\t  100000 kB\nVmData:\t 50000 kB\n");
        let left = 900_000_000 - (100_000 << 10);
        let limits = ("proc/self/limits", LIMITS);
        assert_eq!(free(&[memory, status, limits]), Some((left, MemoryLimit::AddressSpace)));
        let data = LIMITS.replacen("unlimited ", "60000000 ", 1);
        assert_eq!(
            free(&[memory, status, ("proc/self/limits", &data)]),
            Some((60_000_000 - (50_000 << 10), MemoryLimit::Data))
        );
    }

    #[test]
    fn the_groups_of_both_versions_and_those_around_them_count() {
        let second = [
            ("proc/self/cgroup", "0::/user/job\n"),
            ("sys/fs/cgroup/user/job/memory.max", "max\n"),
            ("sys/fs/cgroup/user/job/memory.current", "10\n"),
            ("sys/fs/cgroup/user/memory.max", "5000\n"),
            ("sys/fs/cgroup/user/memory.current", "3000\n"),
            (
                "sys/fs/cgroup/user/memory.stat",
                "anon 7\nfile_mapped 300\ninactive_file 700\nactive_file 600\n",
            ),
        ];
        assert_eq!(free(&second), Some((3000, MemoryLimit::ControlGroup)));
        let first = [
            ("proc/self/cgroup", "7:cpu,cpuacct:/x\n4:memory:/job\n0::/\n"),
            ("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "4000\n"),
            ("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "1000\n"),
            (
                "sys/fs/cgroup/memory/job/memory.stat",
                "inactive_file 1\ntotal_inactive_file 400\ntotal_active_file 50\ntotal_mapped_file 50\n",
            ),
        ];
        assert_eq!(free(&first), Some((3400, MemoryLimit::ControlGroup)));
        // A container sees its own group as the root, under the path that it has outside.
        let container = [
            ("proc/self/cgroup", "4:memory:/docker/0123\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "2000\n"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "3000\n"),
        ];
        assert_eq!(free(&container), Some((0, MemoryLimit::ControlGroup)));
    }

    #[test]
    fn too_much_is_refused_with_figures() {
        assert_eq!(check_free_memory(SMALL), Ok(()));
        let refused = check_free_memory(u64::MAX).unwrap_err();
        assert_eq!(refused.needed, u64::MAX);
        let free = FreeMemory { bytes: 1_500_000_000, limit: MemoryLimit::AddressSpace };
        let text = TooLittleMemory { needed: 4_000_000_000, free: Some(free) }.to_string();
        assert_eq!(text, "about 4.00 GB of memory are needed, and 1.50 GB are free under `ulimit -v`");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_knows_what_it_uses() {
        let block = vec![1_u8; 32 << 20];
        let used = used_memory().unwrap();
        assert!(used.now >= block.len() as u64 && used.peak >= used.now, "{used:?}");
        assert!(free_memory().unwrap().bytes > 0);
    }
}
