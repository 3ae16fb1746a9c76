//! Measures the time that programs take.

use crate::process;
use std::process::Command;
use std::time::Instant;

/// How long something took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Time {
    /// By the clock.
    pub(crate) wall: f64,
    /// Of the processor, all its cores together, where the system tells it.
    pub(crate) processor: Option<f64>,
}

impl std::ops::Add for Time {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let processor = self.processor.zip(other.processor).map(|(one, two)| one + two);
        Self { wall: self.wall + other.wall, processor }
    }
}

/// Runs a program to its end and returns how long it took.
///
/// # Errors
/// If it cannot be started or fails.
pub(crate) fn time(command: &mut Command) -> Result<Time, String> {
    let (begun, before) = (Instant::now(), processor_time_of_children());
    process::output(command)?;
    let wall = begun.elapsed().as_secs_f64();
    let processor = before.zip(processor_time_of_children()).map(|(before, after)| after - before);
    Ok(Time { wall, processor })
}

/// Returns the processor time of the programs that this one has run to their end, in seconds.
fn processor_time_of_children() -> Option<f64> {
    let ticks = ticks_of_children(&std::fs::read_to_string("/proc/self/stat").ok()?)?;
    Some(ticks as f64 / ticks_in_a_second())
}

/// Returns `cutime` + `cstime` of a `/proc/PID/stat` line: what children that were waited for have taken, theirs included.
fn ticks_of_children(stat: &str) -> Option<u64> {
    // The second field, the program's name, stands in parentheses and may hold blanks and parentheses itself.
    let after_name = &stat[stat.rfind(')')? + 1..];
    let mut fields = after_name.split_whitespace().skip(13);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

fn ticks_in_a_second() -> f64 {
    let told = process::output(&mut process::program("getconf", &["CLK_TCK"]));
    told.ok().and_then(|text| text.trim().parse().ok()).unwrap_or(100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_read_behind_any_name() {
        let fields = "S 1 2 3 4 5 6 7 8 9 10 11 12 130 7 20 0 1 0 100";
        assert_eq!(ticks_of_children(&format!("42 (xtask) {fields}")), Some(137));
        assert_eq!(ticks_of_children(&format!("42 (a b) c) {fields}")), Some(137));
        assert_eq!(ticks_of_children("42 (xtask) S 1 2"), None);
        assert_eq!(ticks_of_children(""), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_busy_program_takes_processor_time() {
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        let time = time(&mut process::program("sh", &["-c", busy])).unwrap();
        assert!(time.wall > 0.0 && time.processor.unwrap() > 0.0, "{time:?}");
    }

    #[test]
    fn times_add_up() {
        let known = Time { wall: 1.0, processor: Some(2.0) };
        let unknown = Time { wall: 3.0, processor: None };
        assert_eq!(known + known, Time { wall: 2.0, processor: Some(4.0) });
        assert_eq!(known + unknown, Time { wall: 4.0, processor: None });
    }
}
