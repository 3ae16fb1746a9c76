//! The memory that a group of processes uses.

/// Returns the memory of all processes of a group, in bytes. Memory that several of them share counts once. Where the system does not
/// say, it is 0.
#[cfg(target_os = "linux")]
pub(super) fn used_bytes(group: u32) -> u64 {
    let Ok(processes) = std::fs::read_dir("/proc") else { return 0 };
    let names = processes.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .filter_map(|name| used(&name, group))
        .sum()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn used_bytes(_group: u32) -> u64 {
    0
}

/// The memory of a process, if it is one of the group.
#[cfg(target_os = "linux")]
fn used(process: &str, group: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program, in brackets, may hold anything; after it come the state, the parent and the group.
    let of_group = status.rsplit_once(')')?.1.split_whitespace().nth(2)?;
    if of_group.parse() != Ok(group) {
        return None;
    }
    let shares = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let line = shares.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes << 10)
}
