//! `cargo xtask timings`: how long building, testing and editing take, and how large the results are.

mod clock;
mod clone;
mod record;
mod rows;

use crate::command::{Arguments, Command, Outcome};
use crate::workspace;
use clone::FreshClone;
use record::Record;
use rows::ROWS;
use std::path::Path;

pub(crate) const COMMAND: Command = Command {
    name: "timings",
    about: "measure builds, tests, edits and sizes in a fresh clone, and print a table",
    help: "\
Usage: cargo xtask timings [--only ROW]... [--at COMMIT] [--json FILE] [--before FILE]

Clones the commit into a temporary folder, so every build begins cold; what is not committed is not measured. Times are those of
the clock and of the processor (the latter on Linux). All rows together take the time of several full builds: nothing else should
run meanwhile.

Options:
  --only ROW     measure this row only; may be repeated; --only list names them
  --at COMMIT    measure this commit [default: HEAD]
  --json FILE    write what was measured
  --before FILE  print a column more: what an earlier --json FILE holds",
    run,
};

fn run(mut arguments: Arguments) -> Outcome {
    let only = arguments.values("--only")?;
    let at = arguments.value("--at")?.unwrap_or_else(|| "HEAD".into());
    let json = arguments.value("--json")?;
    let before = arguments.value("--before")?;
    arguments.finish()?;
    if only.iter().any(|name| name == "list") {
        ROWS.iter().for_each(|row| println!("{:<14} {}", row.name, row.what));
        return Ok(());
    }
    if let Some(unknown) = only.iter().find(|name| !ROWS.iter().any(|row| row.name == **name)) {
        return Err(format!("there is no row `{unknown}`; --only list names them"));
    }
    // A file that cannot be read should be known before an hour of measuring.
    let before = before.map(|path| Record::parse(&workspace::read(Path::new(&path))?)).transpose()?;
    let clone = FreshClone::of(&workspace::root(), &at)?;
    let mut record = Record::new(&clone)?;
    for row in ROWS.iter().filter(|row| only.is_empty() || only.iter().any(|name| name == row.name)) {
        eprintln!("measuring {}: {}", row.name, row.what);
        record.rows.insert(row.name.into(), (row.measure)(&clone)?);
        // Written each time: what has been measured is kept if a later row fails.
        if let Some(path) = &json {
            std::fs::write(path, record.json()).map_err(|error| format!("cannot write {path}: {error}"))?;
        }
    }
    let titles: Vec<(&str, &str)> = ROWS.iter().map(|row| (row.name, row.what)).collect();
    println!("{}", record.table(before.as_ref(), &titles));
    Ok(())
}
