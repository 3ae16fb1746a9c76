//! `cargo xtask quick`: what can be checked in a minute.

use crate::command::{Arguments, Command, Outcome};
use crate::steps::{self, Output, Step};
use crate::workspace::{self, Member};
use crate::{budgets, circles, process};

pub(crate) const COMMAND: Command = Command {
    name: "quick",
    about: "check what changed: formatting, lints, unit tests, import circles, crate counts",
    help: "\
Usage: cargo xtask quick [--all]

Changed is what differs from the commit at which the branch left origin/HEAD, or from HEAD where there is no origin. Lints and
unit tests are of the crates that changed; of all, if nothing changed or the manifest of the workspace did. The Python package is
a matter for `cargo xtask full`.

Options:
  --all  lints and unit tests of all crates",
    run,
};

fn run(mut arguments: Arguments) -> Outcome {
    let all = arguments.flag("--all");
    arguments.finish()?;
    let members = workspace::members(&workspace::root())?;
    let mut chosen: Vec<Member> = members.into_iter().filter(|member| member.in_workspace).collect();
    if let Some(changed) = changed_files().filter(|_| !all) {
        chosen = changed_members(chosen, &changed);
    }
    let mut steps = vec![
        Step::new("formatting", formatting),
        Step::new("import circles", |_| circles::check()),
        Step::new("crate counts", |_| budgets::check_crates()),
    ];
    if chosen.is_empty() {
        println!("no crate of the workspace changed: no lints, no unit tests");
    } else {
        let names: Vec<&str> = chosen.iter().map(Member::short_name).collect();
        println!("lints and unit tests of {}", names.join(", "));
        steps.push(Step::new("lints", |output| output.run(lints(&chosen).args(["--", "-D", "warnings"]))));
        steps.push(Step::new("unit tests", |output| output.run(&mut unit_tests(&chosen))));
    }
    steps::run(steps, Vec::new(), &workspace::scratch()?)
}

/// Checks the formatting of every crate, the ones outside the workspace included.
pub(crate) fn formatting(output: &Output) -> Outcome {
    output.run(&mut process::cargo(&["fmt", "--all", "--check"]))?;
    for folder in ["crates/python", "bench", "fuzz/libfuzzer"] {
        let manifest = workspace::root().join(folder).join("Cargo.toml");
        if manifest.exists() {
            output.run(process::cargo(&["fmt", "--check", "--manifest-path"]).arg(manifest))?;
        }
    }
    Ok(())
}

fn lints(members: &[Member]) -> std::process::Command {
    let mut command = process::cargo(&["clippy", "--all-targets", "--locked", "--quiet"]);
    choose(&mut command, members);
    command
}

fn unit_tests(members: &[Member]) -> std::process::Command {
    let mut command = process::cargo(&["test", "--bins", "--locked", "--quiet"]);
    choose(&mut command, members);
    // Cargo refuses `--lib` if no crate has a library.
    if members.iter().any(|member| member.has_library) {
        command.arg("--lib");
    }
    command
}

fn choose(command: &mut std::process::Command, members: &[Member]) {
    for member in members {
        command.args(["--package", &member.package]);
    }
}

/// Returns the files that changed, or nothing if Git cannot tell.
fn changed_files() -> Option<Vec<String>> {
    let git = |arguments: &[&str]| process::output(&mut process::program("git", arguments)).ok();
    let left = git(&["merge-base", "HEAD", "origin/HEAD"]).unwrap_or_else(|| "HEAD".into());
    let changed = git(&["diff", "--name-only", "--relative", left.trim()])?;
    let new = git(&["ls-files", "--others", "--exclude-standard"])?;
    Some(changed.lines().chain(new.lines()).map(str::to_owned).collect())
}

/// Returns the crates with a changed file; all, if no file changed or one that concerns all.
fn changed_members(members: Vec<Member>, files: &[String]) -> Vec<Member> {
    let of_all = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"];
    if files.is_empty() || files.iter().any(|file| of_all.contains(&file.as_str())) {
        return members;
    }
    let is_in = |file: &String, member: &Member| {
        file.strip_prefix(&member.folder).is_some_and(|rest| rest.starts_with('/'))
    };
    members.into_iter().filter(|member| files.iter().any(|file| is_in(file, member))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members() -> Vec<Member> {
        [
            ("crates/cli", "thalweg-cli", false),
            ("crates/optim", "thalweg-optim", true),
            ("xtask", "xtask", false),
        ]
        .map(|(folder, package, has_library)| Member {
            folder: folder.into(),
            package: package.into(),
            in_workspace: true,
            has_library,
        })
        .to_vec()
    }

    fn changed(files: &[&str]) -> Vec<String> {
        let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
        changed_members(members(), &files).into_iter().map(|member| member.folder).collect()
    }

    #[test]
    fn crates_with_changed_files_are_chosen() {
        assert_eq!(changed(&["crates/optim/src/rule.rs", "README.md"]), ["crates/optim"]);
        assert_eq!(changed(&["crates/optim/Cargo.toml", "xtask/src/main.rs"]), ["crates/optim", "xtask"]);
        assert!(changed(&["crates/optimist/src/lib.rs", "docs/audit.md"]).is_empty());
    }

    #[test]
    fn all_crates_are_chosen_where_nothing_else_is_known() {
        assert_eq!(changed(&[]).len(), 3);
        assert_eq!(changed(&["Cargo.lock", "crates/cli/src/main.rs"]).len(), 3);
    }

    #[test]
    fn libraries_are_asked_for_where_there_are_any() {
        let arguments = |command: std::process::Command| -> Vec<String> {
            command.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect()
        };
        let of_all = arguments(unit_tests(&members()));
        assert!(of_all.contains(&"--lib".into()) && of_all.contains(&"thalweg-optim".into()));
        assert!(!arguments(unit_tests(&members()[..1])).contains(&"--lib".into()));
        assert!(!arguments(lints(&members())).contains(&"--lib".into()));
    }
}
