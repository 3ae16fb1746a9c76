//! What is run under faults, how it goes on, and what it must have given in the end.

use super::bench::{Bench, Fault};
use std::fs;
use std::path::Path;
use std::process::Output;

/// An experiment that takes a moment.
const EXPERIMENT: &str = "\
rules = [\"sgd\", \"adam\"]
[protocol]
tuning_trials = 2
final_seeds = 2
default_seeds = 2
confirmation_seeds = 0
boundary_extensions = 0
[problem]
function = \"bowl\"
noise = 0.1
";

/// The columns of exported runs whose values are times.
const TIMES: &str = "seconds_per_step";

/// A command under faults.
pub(crate) struct Job {
    pub(crate) name: &'static str,
    /// The command; `@` stands for the folder with what is only read.
    command: &'static [&'static str],
    /// What a killed or failed command is followed by. Where the first word names a file, the command is for the case that the file
    /// is there; otherwise the same command is run again.
    resumed: Option<(&'static str, &'static [&'static str])>,
    /// Copied into the folder before each try, from a comparison that was killed halfway.
    from_halfway: bool,
    /// What the results are, as bytes that are the same each time.
    results: fn(&Bench, &Path) -> Result<Vec<u8>, String>,
}

/// What became of a try.
pub(crate) enum Judged {
    Survived,
    Lost(String),
    False(String),
}

const COMPARE: &[&str] = &["compare", "@/experiment.toml", "--out", "out", "--threads", "1", "--quiet"];

pub(crate) const JOBS: [Job; 5] = [
    Job { name: "compare", command: COMPARE, resumed: None, from_halfway: false, results: compared },
    Job {
        name: "work",
        command: &["work", "out", "--threads", "1", "--quiet"],
        resumed: None,
        from_halfway: true,
        results: worked,
    },
    Job {
        name: "train",
        command: &[
            "train",
            "--hidden",
            "4",
            "--steps",
            "40",
            "--evaluate-every",
            "10",
            "--seed",
            "1",
            "--threads",
            "1",
            "--save",
            "run.safetensors",
            "--quiet",
        ],
        resumed: Some((
            "run.safetensors",
            &[
                "train",
                "--resume",
                "run.safetensors",
                "--save",
                "run.safetensors",
                "--threads",
                "1",
                "--quiet",
            ],
        )),
        from_halfway: false,
        results: trained,
    },
    Job {
        name: "page",
        command: &["trajectory", "--rule", "sgd", "--steps", "5", "--html", "page.html"],
        resumed: None,
        from_halfway: false,
        results: written,
    },
    Job {
        name: "exports",
        command: &[
            "results",
            "@/finished",
            "--csv",
            "runs.csv",
            "--json-lines",
            "runs.jsonl",
            "--summary",
            "summary.csv",
            "--latex",
            "table.tex",
            "--markdown",
            "table.md",
            "--tensorboard",
            "board",
        ],
        resumed: None,
        from_halfway: false,
        results: written,
    },
];

impl Job {
    /// Runs the command without a fault and returns its results. Its calls are counted.
    pub(crate) fn prepare(&self, bench: &Bench) -> Result<Vec<u8>, String> {
        let given = bench.folder("given")?;
        fs::write(given.join("experiment.toml"), EXPERIMENT).map_err(|error| error.to_string())?;
        if self.name == "exports" {
            let words = COMPARE.iter().map(|word| if *word == "out" { "finished" } else { word });
            bench.succeed(&given, &filled(words, bench))?;
        }
        if self.from_halfway {
            // The number of calls is known from a whole run.
            bench.succeed(&bench.folder("whole")?, &filled(COMPARE, bench))?;
            let call = bench.count() / 2;
            bench.run(&given, &filled(COMPARE, bench), Some(Fault { call, kind: "kill" }))?;
        }
        let folder = self.begin(bench)?;
        bench.succeed(&folder, &filled(self.command, bench))?;
        let calls = bench.count();
        let results = (self.results)(bench, &folder)?;
        // Looking at the results has counted too.
        fs::write(bench.calls(), vec![b'.'; calls]).map_err(|error| error.to_string())?;
        Ok(results)
    }

    /// Makes the folder of a try.
    fn begin(&self, bench: &Bench) -> Result<std::path::PathBuf, String> {
        let folder = bench.folder("try")?;
        if self.from_halfway {
            copy(&bench.scratch.join("given/out"), &folder.join("out"))?;
        }
        Ok(folder)
    }

    /// Runs the command with a fault, goes on without, and judges what was said and what is there.
    pub(crate) fn judge(&self, bench: &Bench, reference: &[u8], fault: Fault) -> Result<Judged, String> {
        let folder = self.begin(bench)?;
        let output = bench.run(&folder, &filled(self.command, bench), Some(fault))?;
        let is_right = |results: &Result<Vec<u8>, String>| results.as_deref() == Ok(reference);
        if let Some(what) = falsehood(&output) {
            return Ok(Judged::False(what));
        }
        if output.status.success() {
            let results = (self.results)(bench, &folder);
            return Ok(match is_right(&results) {
                true => Judged::Survived,
                false => Judged::False(format!(
                    "it said that all went well, and the results are not there: {}",
                    said(&results)
                )),
            });
        }
        let again = match self.resumed {
            Some((file, command)) if folder.join(file).exists() => command,
            _ => self.command,
        };
        if let Err(message) = bench.succeed(&folder, &filled(again, bench)) {
            return Ok(Judged::Lost(message));
        }
        let results = (self.results)(bench, &folder);
        Ok(if is_right(&results) { Judged::Survived } else { Judged::Lost(said(&results)) })
    }
}

fn said(results: &Result<Vec<u8>, String>) -> String {
    match results {
        Ok(_) => "other results than without the fault".into(),
        Err(message) => message.clone(),
    }
}

/// What is false in the words of a command; nothing for one that was killed.
fn falsehood(output: &Output) -> Option<String> {
    let words = String::from_utf8_lossy(&output.stderr);
    let last = words.lines().last().unwrap_or_default();
    let advice = ["is not a Thalweg results file", "is damaged:", "of another version of Thalweg"];
    if words.contains("panicked") {
        return Some(words.into_owned());
    }
    // The files were whole before, and no bit of them has flipped.
    if let Some(claim) = advice.iter().find(|claim| words.contains(**claim)) {
        return Some(format!("it said `{claim}`: {last}"));
    }
    if output.status.code().is_some_and(|code| code != 0) && !words.contains("error: ") {
        return Some(format!("it failed without an error: {last}"));
    }
    None
}

fn filled<'a>(
    words: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>,
    bench: &Bench,
) -> Vec<String> {
    let given = bench.scratch.join("given");
    words.into_iter().map(|word| word.as_ref().replace('@', &given.to_string_lossy())).collect()
}

/// The runs of a comparison, whose page must be there.
fn compared(bench: &Bench, folder: &Path) -> Result<Vec<u8>, String> {
    let page = fs::read_to_string(folder.join("out/report.html"))
        .map_err(|error| format!("report.html: {error}"))?;
    if !page.ends_with("</html>\n") {
        return Err("the page breaks off".into());
    }
    runs(bench, folder)
}

/// The runs of a comparison that others have helped with: the comparison finishes it.
fn worked(bench: &Bench, folder: &Path) -> Result<Vec<u8>, String> {
    bench.succeed(folder, &filled(COMPARE, bench))?;
    compared(bench, folder)
}

fn runs(bench: &Bench, folder: &Path) -> Result<Vec<u8>, String> {
    let csv = folder.join("runs.csv");
    bench.succeed(folder, &filled(["results", "out", "--csv", "runs.csv"], bench))?;
    let text = fs::read_to_string(&csv).map_err(|error| error.to_string())?;
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap_or_default();
    let time = header.iter().position(|name| *name == TIMES).ok_or("there is no column of times")?;
    let mut rows: Vec<String> = lines
        .map(|mut row| {
            row.remove(time);
            row.join(",")
        })
        .collect();
    // The order is that in which runs were done.
    rows.sort();
    Ok(rows.join("\n").into_bytes())
}

/// The weights of a saved run, without the times beside them.
fn trained(bench: &Bench, folder: &Path) -> Result<Vec<u8>, String> {
    bench.succeed(folder, &filled(["export", "run.safetensors", "weights.npz", "--force"], bench))?;
    fs::read(folder.join("weights.npz")).map_err(|error| error.to_string())
}

/// All files of the folder with their names.
fn written(_: &Bench, folder: &Path) -> Result<Vec<u8>, String> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| error.to_string())?.flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                // What a killed process left behind is removed after a while.
                path if path.extension().is_some_and(|ending| ending == "tmp") => {}
                path => files.push(path),
            }
        }
    }
    files.sort();
    for file in files {
        all.extend(file.to_string_lossy().bytes());
        all.extend(fs::read(&file).map_err(|error| error.to_string())?);
    }
    Ok(all)
}

/// Copies a folder of files.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let cannot = |error: std::io::Error| format!("cannot copy {}: {error}", from.display());
    fs::create_dir_all(to).map_err(cannot)?;
    for entry in fs::read_dir(from).map_err(cannot)?.flatten() {
        fs::copy(entry.path(), to.join(entry.file_name())).map_err(cannot)?;
    }
    Ok(())
}
