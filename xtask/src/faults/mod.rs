//! `cargo xtask faults`: no result is lost, and no sentence is false, whichever call to the disk kills the program or fails.

mod bench;
mod jobs;

use crate::command::{Arguments, Command, Outcome};
use bench::{Bench, Fault};
use jobs::{JOBS, Job, Judged};
use std::path::PathBuf;

pub(crate) const COMMAND: Command = Command {
    name: "faults",
    about: "kill and fail every input and output call, then go on",
    help: "\
Usage: cargo xtask faults [--sample N] [--seed S] [--only JOB] [--program FILE]

Runs compare, work, train --save, pages and exports. For each of their calls to the disk, the program is killed there, the call
fails once, or it and all after it fail. Then the same command goes on without faults and must give the same results. Needs Linux and a
C compiler (cc).

Options:
  --sample N  only N faults, drawn among all
  --seed S    what the draw follows from; 1 by default
  --only JOB  only compare, work, train, page or exports
  --program FILE  the program, which is built otherwise",
    run,
};

/// What a call does.
const KINDS: [&str; 3] = ["kill", "once", "ever"];

/// A row of the table.
#[derive(Default)]
struct Row {
    tried: usize,
    survived: usize,
    lost: Vec<String>,
    falsehoods: Vec<String>,
}

fn run(mut arguments: Arguments) -> Outcome {
    let number = |text: Option<String>, default: u64| match text {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| format!("`{text}` is not a number")),
    };
    let sample = arguments.value("--sample")?.map(|text| number(Some(text), 0)).transpose()?;
    let seed = number(arguments.value("--seed")?, 1)?;
    let only = arguments.value("--only")?;
    let program = arguments.value("--program")?.map(PathBuf::from);
    arguments.finish()?;
    check(program, sample.map(|sample| sample as usize), seed, only.as_deref())
}

/// Tries the faults, all or a sample, and prints the table.
///
/// # Errors
/// If a result was lost or a sentence false.
pub(crate) fn check(
    program: Option<PathBuf>,
    sample: Option<usize>,
    seed: u64,
    only: Option<&str>,
) -> Outcome {
    if !cfg!(target_os = "linux") {
        return Err("faults are injected on Linux alone".into());
    }
    let bench = Bench::new(program)?;
    let jobs: Vec<&Job> = JOBS.iter().filter(|job| only.is_none_or(|name| name == job.name)).collect();
    if jobs.is_empty() {
        let names: Vec<&str> = JOBS.iter().map(|job| job.name).collect();
        return Err(format!("there is no such job; there are: {}", names.join(", ")));
    }
    println!(
        "{:<10} {:>6} {:>7} {:>9} {:>5} {:>16}",
        "job", "calls", "faults", "survived", "lost", "false sentences"
    );
    let mut wrong = 0;
    for job in &jobs {
        let reference = job.prepare(&bench)?;
        let calls = bench.count();
        let all: Vec<Fault> = (1..=calls).flat_map(|call| KINDS.map(|kind| Fault { call, kind })).collect();
        let chosen = match sample {
            Some(sample) => drawn(&all, sample / jobs.len(), seed),
            None => all,
        };
        let row = tried(job, &bench, &reference, &chosen)?;
        println!(
            "{:<10} {calls:>6} {:>7} {:>9} {:>5} {:>16}",
            job.name,
            row.tried,
            row.survived,
            row.lost.len(),
            row.falsehoods.len()
        );
        // Said at once: the whole takes hours.
        row.lost.iter().chain(&row.falsehoods).for_each(|what| println!("  {what}"));
        wrong += row.lost.len() + row.falsehoods.len();
    }
    match wrong {
        0 => Ok(()),
        wrong => Err(format!("{wrong} faults lost results or were answered with a false sentence")),
    }
}

fn tried(job: &Job, bench: &Bench, reference: &[u8], faults: &[Fault]) -> Result<Row, String> {
    let mut row = Row::default();
    for fault in faults {
        row.tried += 1;
        let place = format!("{}, {} at call {}", job.name, fault.kind, fault.call);
        match job.judge(bench, reference, *fault)? {
            Judged::Survived => row.survived += 1,
            Judged::Lost(why) => row.lost.push(format!("{place}: lost: {why}")),
            Judged::False(what) => row.falsehoods.push(format!("{place}: false: {what}")),
        }
    }
    Ok(row)
}

/// Draws faults without replacement, in their order; the same for the same seed.
fn drawn(all: &[Fault], count: usize, seed: u64) -> Vec<Fault> {
    // SplitMix64 (Steele, Lea, Flood 2014) as a rank for each fault.
    let rank = |index: usize| {
        let mut state = seed.wrapping_add((index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^ (state >> 31)
    };
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|&index| rank(index));
    order.truncate(count);
    order.sort_unstable();
    order.into_iter().map(|index| all[index]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_follows_from_its_seed() {
        let all: Vec<Fault> = (1..=100).map(|call| Fault { call, kind: "kill" }).collect();
        let (one, again, other) = (drawn(&all, 10, 1), drawn(&all, 10, 1), drawn(&all, 10, 2));
        assert_eq!(one, again);
        assert_ne!(one, other);
        assert_eq!(one.len(), 10);
        assert!(one.windows(2).all(|pair| pair[0].call < pair[1].call));
        assert_eq!(drawn(&all, 1000, 1), all);
    }
}
