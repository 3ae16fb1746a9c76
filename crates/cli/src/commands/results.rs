//! `thalweg results`: the results of a comparison for other programs.

use super::compare::RESULTS;
use crate::failure::{Context, Failure};
use crate::output;
use std::path::{Path, PathBuf};
use thalweg::arena::write_atomically;
use thalweg::lab::comparison::Comparison;
use thalweg::lab::engine::vocabulary;
use thalweg::lab::experiment::Document;
use thalweg::lab::export::{csv, json_lines, optuna_journal, tensorboard};
use thalweg::lab::store::SqliteStore;

/// Hand the results of a comparison to other programs: CSV, JSON lines, TensorBoard, Optuna
#[derive(clap::Args)]
#[command(after_help = "\
FOLDER is the --out of `thalweg compare`. CSV and JSON lines get every cell; TensorBoard the curves of the \
final runs; Optuna a study for each rule and problem, with the trials of its search.

Examples:
  thalweg results thalweg-out/notes --csv cells.csv
  thalweg results thalweg-out/notes --tensorboard runs      # tensorboard --logdir runs
  thalweg results thalweg-out/notes --optuna journal.log    # optuna-dashboard journal.log")]
pub(crate) struct Arguments {
    /// The folder of the comparison
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    #[command(flatten)]
    targets: Targets,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
struct Targets {
    /// Every cell as comma-separated values
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Every cell, with its curves, as a line of JSON
    #[arg(long, value_name = "FILE")]
    json_lines: Option<PathBuf>,
    /// Event files of the final runs, in new folders below this one
    #[arg(long, value_name = "FOLDER")]
    tensorboard: Option<PathBuf>,
    /// A journal of the searches; a file that is not there yet
    #[arg(long, value_name = "FILE")]
    optuna: Option<PathBuf>,
}

pub(crate) fn run(Arguments { folder, targets }: Arguments) -> Result<(), Failure> {
    let file = folder.join(RESULTS);
    if !file.is_file() {
        return Err(Failure::Error(format!(
            "there are no results in {}\nhelp: `thalweg compare` puts them into its --out folder",
            folder.display()
        )));
    }
    let store = SqliteStore::open(&file)?;
    let experiment = match store.experiment()? {
        // The names of problems are read from it; one that cannot be read costs only those.
        Some(text) => Document::parse("the experiment", &text)?.check(&vocabulary()).ok(),
        None => None,
    };
    let records = store.records()?;
    let wrote = |path: &Path, what: String| output::line(format!("{}: {what}", path.display()));
    if let Some(path) = &targets.csv {
        write_atomically(path, csv(&records, experiment.as_ref()).as_bytes())?;
        wrote(path, format!("{} cells", records.len()))?;
    }
    if let Some(path) = &targets.json_lines {
        write_atomically(path, json_lines(&records, experiment.as_ref()).as_bytes())?;
        wrote(path, format!("{} cells", records.len()))?;
    }
    if let Some(path) = &targets.tensorboard {
        let files = tensorboard(&records, experiment.as_ref());
        for (name, bytes) in &files {
            let file = path.join(name);
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder).context(format!("making the folder {}", folder.display()))?;
            }
            write_atomically(&file, bytes)?;
        }
        wrote(path, format!("{} final runs", files.len()))?;
    }
    if let Some(path) = &targets.optuna {
        if path.exists() {
            // A journal is only ever added to; ours begins one.
            return Err(Failure::Error(format!(
                "{} is there already, and a journal cannot be replaced safely\nhelp: choose another file",
                path.display()
            )));
        }
        let result = folder.join("result.json");
        let text = std::fs::read_to_string(&result).context(format!(
            "reading {} (it is there when the comparison is finished: run `thalweg compare` again)",
            result.display()
        ))?;
        let comparison: Comparison =
            serde_json::from_str(&text).context(format!("reading {}", result.display()))?;
        write_atomically(path, optuna_journal(&comparison, &now()).as_bytes())?;
        let tuned = comparison.problems.iter().flat_map(|problem| &problem.rules);
        wrote(path, format!("{} studies", tuned.filter(|rule| rule.tuning.is_some()).count()))?;
    }
    Ok(())
}

/// The time in ISO 8601, to the second.
fn now() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let (days, seconds) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let [year, month, day] = date(days as i64);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+00:00")
}

/// Year, month and day of a number of days since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
fn date(days: i64) -> [i64; 3] {
    // Counted from 0000-03-01, so that the leap day ends a year.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let january = if month < 10 { month + 3 } else { month - 9 };
    [year + era * 400 + i64::from(january <= 2), january, of_month]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        assert_eq!(date(0), [1970, 1, 1]);
        assert_eq!(date(11_016), [2000, 2, 29]);
        assert_eq!(date(20_781), [2026, 11, 24]);
    }
}
