//! `thalweg results`: the results of a comparison for other programs.

use crate::failure::{Context, Failure};
use crate::folder::RESULTS;
use crate::language::{Language, chosen, words};
use crate::writing::{Kind, Overwriting, Target, check};
use crate::{output, stderr};
use std::path::{Path, PathBuf};
use thalweg::arena::write_atomically;
use thalweg::lab::comparison::Comparison;
use thalweg::lab::export::{Record, csv, json_lines, optuna_journal, summaries, summary_csv, tensorboard};
use thalweg::lab::store::SqliteStore;
use thalweg::pages::publication;
use thalweg_kit::visible;

/// Hand the results of a comparison to other programs: CSV, JSON lines, TensorBoard, Optuna
#[derive(clap::Args)]
#[command(after_help = "\
FOLDER is the --out of `thalweg compare`, `tune` or `sweep`. What is exported belongs to the experiment at hand: the one that was run \
there last. --all adds the results of every other experiment in the folder, with the hash of each.

CSV and JSON lines get every run, once for each stage that it serves; TensorBoard the curves of the final runs; Optuna a study for \
each rule and problem, with the trials of its search. The tables (--summary, --latex, --markdown) are of the final runs, on the test \
split where there is one; the interval is that of the mean, by Student's t.

Examples:
  thalweg results thalweg-out/notes --csv cells.csv
  thalweg results thalweg-out/notes --markdown
  thalweg results thalweg-out/notes --latex table.tex --summary summary.csv
  thalweg results thalweg-out/notes --tensorboard runs      # tensorboard --logdir runs
  thalweg results thalweg-out/notes --optuna journal.log    # optuna-dashboard journal.log")]
pub(crate) struct Arguments {
    /// The folder of the comparison
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Every experiment whose results are in the folder, not only the one at hand
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    overwriting: Overwriting,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
struct Targets {
    /// Every run as comma-separated values, with experiment, problem, rule, hyper-parameters and stage
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Every run, with its curves, as a line of JSON
    #[arg(long, value_name = "FILE")]
    json_lines: Option<PathBuf>,
    /// Mean, standard deviation, 95 % interval and diverged runs of each rule, as comma-separated values; to standard output
    /// without FILE
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    summary: Option<PathBuf>,
    /// The same as a table for each problem in LaTeX, with the package booktabs
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    latex: Option<PathBuf>,
    /// The same as a table for each problem in Markdown
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    markdown: Option<PathBuf>,
    /// Event files of the final runs, in new folders below this one
    #[arg(long, value_name = "FOLDER")]
    tensorboard: Option<PathBuf>,
    /// A journal of the searches; a file that is not there yet
    #[arg(long, value_name = "FILE")]
    optuna: Option<PathBuf>,
}

pub(crate) fn run(Arguments { folder, all, targets, overwriting }: Arguments) -> Result<(), Failure> {
    let file = folder.join(RESULTS);
    if !file.is_file() {
        return Err(Failure::Error(format!(
            "there are no results in {}\nhelp: `thalweg compare` puts them into its --out folder",
            folder.display()
        )));
    }
    targets.check(overwriting)?;
    let store = SqliteStore::read(&file)?;
    let mut origins = store.origins()?;
    if !all {
        // The experiment at hand comes last.
        origins = origins.split_off(origins.len().saturating_sub(1));
    }
    let mut records = Vec::new();
    for origin in &origins {
        records.extend(store.records(origin)?);
    }
    if all {
        records.extend(store.unclaimed()?);
    } else if let [at_hand] = origins.as_slice() {
        let others = store.count_of_others(at_hand)?;
        if others > 0 {
            stderr::note(words().others_are_here(others, &folder.display().to_string()));
        }
    } else {
        return Err(Failure::Error(format!(
            "the results in {} name no experiment: an earlier version wrote them, or a dry run\nhelp: run `thalweg compare` once \
             more, or export every run with --all",
            folder.display()
        )));
    }
    let wrote = |path: &Path, what: String| output::line(format!("{}: {what}", path.display()));
    if let Some(path) = &targets.csv {
        write_atomically(path, csv(&records).as_bytes())?;
        wrote(path, words().exported_runs(records.len()))?;
    }
    if let Some(path) = &targets.json_lines {
        write_atomically(path, json_lines(&records).as_bytes())?;
        wrote(path, words().exported_runs(records.len()))?;
    }
    tables(&records, &targets, chosen(), &folder)?;
    if let Some(path) = &targets.tensorboard {
        let files = tensorboard(&records);
        for (name, bytes) in &files {
            let file = path.join(name);
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder).context(format!("making the folder {}", folder.display()))?;
            }
            write_atomically(&file, bytes)?;
        }
        wrote(path, words().exported_final_runs(files.len()))?;
    }
    if let Some(path) = &targets.optuna {
        if path.exists() && !overwriting.force {
            // A journal is only ever added to; ours begins one.
            return Err(Failure::Error(format!(
                "{} is there already, and a journal cannot be replaced safely\nhelp: choose another file, or add --force to replace it",
                path.display()
            )));
        }
        let mut comparisons: Vec<(String, Comparison)> = Vec::new();
        for origin in &origins {
            if let Some(comparison) = store.result(origin)? {
                // Optuna wants different names, and several experiments may have the same.
                let name =
                    if all { format!("{} ({})", origin.name, origin.hash) } else { origin.name.clone() };
                comparisons.push((name, comparison));
            }
        }
        if comparisons.is_empty() {
            return Err(Failure::Error(format!(
                "there is no finished comparison to export from {}\nhelp: run `thalweg compare` to its end",
                folder.display()
            )));
        }
        write_atomically(path, optuna_journal(&comparisons, &now()).as_bytes())?;
        let rules = comparisons.iter().flat_map(|(_, comparison)| &comparison.problems);
        let tuned = rules.flat_map(|problem| &problem.rules).filter(|rule| rule.tuning.is_some());
        wrote(path, words().exported_studies(tuned.count()))?;
    }
    Ok(())
}

impl Targets {
    /// Checks the files that are going to be written.
    fn check(&self, overwriting: Overwriting) -> Result<(), Failure> {
        check(
            &[
                Target::of("--csv", self.csv.as_deref(), Kind::Runs),
                Target::of("--json-lines", self.json_lines.as_deref(), Kind::Lines),
                Target::of("--summary", self.summary.as_deref(), Kind::Summary),
                Target::of("--latex", self.latex.as_deref(), Kind::Latex),
                Target::of("--markdown", self.markdown.as_deref(), Kind::Markdown),
                Target::of("--tensorboard", self.tensorboard.as_deref(), Kind::Other),
                Target::of("--optuna", self.optuna.as_deref(), Kind::Other),
            ],
            overwriting,
        )
    }
}

/// Writes the tables of the final runs.
fn tables(records: &[Record], targets: &Targets, language: Language, folder: &Path) -> Result<(), Failure> {
    let Targets { summary, latex, markdown, .. } = targets;
    if summary.is_none() && latex.is_none() && markdown.is_none() {
        return Ok(());
    }
    let problems = summaries(records);
    if problems.is_empty() {
        return Err(Failure::Error(format!(
            "there are no final runs in {} to make a table of\nhelp: `thalweg compare` makes them at its end; a sweep has none",
            folder.display()
        )));
    }
    let write = |path: &Path, text: String| match path == Path::new("-") {
        true => output::line(text.trim_end()),
        false => {
            write_atomically(path, visible(&text).as_bytes())?;
            let rows: usize = problems.iter().map(|problem| problem.rules.len()).sum();
            output::line(format!("{}: {}", path.display(), words().exported_rules(rows)))
        }
    };
    if let Some(path) = summary {
        write(path, summary_csv(&problems))?;
    }
    if let Some(path) = latex {
        write(path, publication::latex(&problems, language))?;
    }
    if let Some(path) = markdown {
        write(path, publication::markdown(&problems, language))?;
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
