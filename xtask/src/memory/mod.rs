//! `cargo xtask memory`: comparisons take no more memory than they announce.

mod experiments;
mod group;

use crate::command::{Arguments, Command, Outcome};
use crate::{process, workspace};
use experiments::EXPERIMENTS;
use group::Group;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

pub(crate) const COMMAND: Command = Command {
    name: "memory",
    about: "compare the memory that comparisons announce with what they take",
    help: "\
Usage: cargo xtask memory [--program FILE] [--only NAME]

Runs comparisons with one and two threads. Each announces its memory (-v); the most it had in memory is read from /proc. Where a control
group can be made, the comparison is confined to 1.2 times what it announced. Fails if one took more than that. Needs Linux.

Options:
  --program FILE  the program, which is built otherwise
  --only NAME     only this experiment",
    run,
};

/// The most that may be taken, in multiples of what was announced.
const MOST: f64 = 1.2;
/// The line that announces it.
const ANNOUNCEMENT: &str = "memory: at most about ";

fn run(mut arguments: Arguments) -> Outcome {
    let program = arguments.value("--program")?.map(PathBuf::from);
    let only = arguments.value("--only")?;
    arguments.finish()?;
    if !cfg!(target_os = "linux") {
        return Err("memory is measured on Linux alone".into());
    }
    let program = match program {
        Some(program) => program,
        None => {
            process::run(&mut process::cargo(&["build", "--release", "--locked", "--quiet"]))?;
            workspace::target().join("release/thalweg")
        }
    };
    let folder = workspace::scratch()?.join("memory");
    let mut over = Vec::new();
    println!(
        "{:<22} {:>7} {:>10} {:>8} {:>6} {:>9}",
        "experiment", "threads", "announced", "peak", "ratio", "confined"
    );
    for (name, text) in
        EXPERIMENTS.iter().filter(|(name, _)| only.as_deref().is_none_or(|only| only == *name))
    {
        for threads in [1, 2] {
            // What an earlier run left would be known already.
            let _ = std::fs::remove_dir_all(&folder);
            let found =
                measured(&program, &folder, text, threads).map_err(|error| format!("{name}: {error}"))?;
            let ratio = found.peak as f64 / found.announced as f64;
            println!(
                "{name:<22} {threads:>7} {:>7} MB {:>5} MB {ratio:>6.2} {:>9}",
                found.announced,
                found.peak,
                if found.confined { "yes" } else { "no" }
            );
            if ratio > MOST {
                over.push(format!("{name} on {threads} threads"));
            }
        }
    }
    match over.as_slice() {
        [] => Ok(()),
        over => Err(format!("more than {MOST} times what was announced: {}", over.join(", "))),
    }
}

/// What one comparison announced and had, in MB.
struct Measured {
    announced: u64,
    peak: u64,
    confined: bool,
}

fn measured(program: &Path, folder: &Path, experiment: &str, threads: usize) -> Result<Measured, String> {
    let said = |error: std::io::Error| error.to_string();
    std::fs::create_dir_all(folder).map_err(said)?;
    let (file, out) = (folder.join("experiment.toml"), folder.join("out"));
    std::fs::write(&file, experiment).map_err(said)?;
    let group = Group::new();
    // The process joins its group before it becomes the program.
    let script = "[ -z \"$0\" ] || echo $$ > \"$0\"; exec \"$@\"";
    let mut command = process::program("sh", &["-c", script]);
    command.arg(group.as_ref().map_or(PathBuf::new(), Group::members)).arg(program);
    command.arg("compare").arg(&file).arg("--out").arg(&out).args(["-v", "--threads", &threads.to_string()]);
    let mut running = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(said)?;
    let (status, ended, peak) =
        (format!("/proc/{}/status", running.id()), AtomicBool::new(false), AtomicU64::new(0));
    let errors = running.stderr.take().ok_or("no standard error")?;
    let mut announced = None;
    let mut last = String::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                peak.fetch_max(high_water(&status).unwrap_or(0), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        for line in BufReader::new(errors).lines().map_while(Result::ok) {
            if let Some(rest) = line.strip_prefix(ANNOUNCEMENT) {
                announced = rest.split_whitespace().next().and_then(|number| number.parse::<u64>().ok());
                if let (Some(group), Some(megabytes)) = (&group, announced) {
                    group.confine((megabytes as f64 * 1e6 * MOST) as u64);
                }
            }
            last = line;
        }
        ended.store(true, Ordering::Relaxed);
    });
    let status = running.wait().map_err(said)?;
    if !status.success() {
        return Err(format!("the comparison ended with {status}: {last}"));
    }
    let announced = announced.ok_or("nothing was announced")?;
    Ok(Measured { announced, peak: peak.into_inner().div_ceil(1_000_000), confined: group.is_some() })
}

/// The most memory that a process has had, in bytes.
fn high_water(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? << 10)
}
