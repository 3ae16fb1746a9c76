//! `cargo xtask dist`: what is handed to people: an archive with the tool, and the Python wheel.

mod licences;

use crate::command::{Arguments, Command, Outcome};
use crate::{budgets, process, workspace};
use std::path::{Path, PathBuf};

pub(crate) const COMMAND: Command = Command {
    name: "dist",
    about: "make the archive with the tool, and the Python wheel",
    help: "\
Usage: cargo xtask dist [--zig] [--only archive|wheel]

Leaves both in target/dist. The archive holds the stripped tool, the README, licences (those of all crates in it too), man pages
and completions for bash, zsh and fish. The wheel gets the oldest `manylinux` tag that it fulfils, which depends on the C library of
this machine, as does the tool.

Options:
  --zig        link the wheel with zig, which is installed below target/: it then runs from glibc 2.17 on (manylinux2014)
  --only WHAT  the archive or the wheel",
    run,
};

/// The shells, and the names under which they look for completions of `thalweg`.
const COMPLETIONS: [(&str, &str); 3] =
    [("bash", "thalweg.bash"), ("zsh", "_thalweg"), ("fish", "thalweg.fish")];

fn run(mut arguments: Arguments) -> Outcome {
    let zig = arguments.flag("--zig");
    let only = arguments.value("--only")?;
    arguments.finish()?;
    let wanted = |what: &str| only.as_deref().is_none_or(|only| only == what);
    if !wanted("archive") && !wanted("wheel") {
        return Err("--only takes archive or wheel".into());
    }
    let folder = workspace::target().join("dist");
    make_folder(&folder)?;
    if wanted("archive") {
        say(&archive(&folder)?)?;
    }
    if wanted("wheel") {
        say(&wheel(&folder, zig)?)?;
    }
    Ok(())
}

fn say(path: &Path) -> Outcome {
    println!("{}  {}", path.display(), budgets::megabytes(budgets::stripped_size(path)?));
    Ok(())
}

/// Builds the tool and packs it with what belongs to it; returns the archive.
fn archive(folder: &Path) -> Result<PathBuf, String> {
    let root = workspace::root();
    process::run(&mut process::cargo(&["build", "--release", "--locked", "-p", "thalweg-cli"]))?;
    let name = format!("thalweg-{}-{}", workspace::version(&root)?, host()?);
    let inside = folder.join(&name);
    if inside.exists() {
        std::fs::remove_dir_all(&inside)
            .map_err(|error| format!("cannot remove {}: {error}", inside.display()))?;
    }
    make_folder(&inside)?;
    let tool = format!("thalweg{}", std::env::consts::EXE_SUFFIX);
    let (built, packed) = (workspace::target().join("release").join(&tool), inside.join(&tool));
    if !process::strip(&built, &packed)? {
        println!("the `strip` tool is not installed: the tool is packed as it was built");
        copy(&built, &packed)?;
    }
    for file in documents(&root)? {
        copy(&root.join(&file), &inside.join(&file))?;
    }
    write(&inside.join("THIRD-PARTY.txt"), &licences::of_the_tool(&host()?)?)?;
    let program = |arguments: &[&str]| process::output(std::process::Command::new(&packed).args(arguments));
    let pages = inside.join("man");
    make_folder(&pages)?;
    program(&["man-pages", &pages.to_string_lossy()])?;
    make_folder(&inside.join("completions"))?;
    for (shell, file) in COMPLETIONS {
        write(&inside.join("completions").join(file), &program(&["completions", shell])?)?;
    }
    let archive = folder.join(format!("{name}.tar.gz"));
    process::run(process::program("tar", &["-czf"]).arg(&archive).arg("-C").arg(folder).arg(&name))?;
    Ok(archive)
}

/// Builds the wheel; returns it.
fn wheel(folder: &Path, zig: bool) -> Result<PathBuf, String> {
    let mut command = if zig {
        let environment = workspace::target().join("xtask/environments/dist");
        process::run(process::program("python3", &["-m", "venv"]).arg(&environment))?;
        let programs = environment.join("bin");
        let install = ["-m", "pip", "install", "--quiet", "--no-compile", "maturin[zig]>=1.9,<2"];
        process::run(std::process::Command::new(programs.join("python")).args(install))?;
        let mut command =
            process::program("maturin", &["build", "--release", "--zig", "--compatibility", "manylinux2014"]);
        command.args(["--manifest-path", "crates/python/Cargo.toml", "--out"]).arg(folder);
        // Maturin looks for zig in the Python that comes first on the path.
        let mut path = vec![programs.clone()];
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let path = std::env::join_paths(path).map_err(|error| format!("cannot extend the path: {error}"))?;
        command.env("PATH", path);
        command
    } else {
        let arguments = ["-m", "pip", "wheel", "--quiet", "--no-deps", "./crates/python", "--wheel-dir"];
        let mut command = process::program("python3", &arguments);
        // `pypi`: the tag is found by looking at the symbols of the library, and must be one that PyPI takes.
        command.arg(folder).env("MATURIN_PEP517_ARGS", "--compatibility pypi");
        command
    };
    process::run(&mut command)?;
    workspace::newest_wheel(folder).ok_or_else(|| "no wheel was built".into())
}

/// Returns the documents of the root that belong into the archive.
fn documents(root: &Path) -> Result<Vec<String>, String> {
    let entries =
        std::fs::read_dir(root).map_err(|error| format!("cannot read {}: {error}", root.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let belongs = |name: &String| {
        ["README.md", "README.ko.md", "CHANGELOG.md"].contains(&name.as_str()) || name.starts_with("LICENSE-")
    };
    let mut found: Vec<String> = names.filter(belongs).collect();
    found.sort();
    Ok(found)
}

/// Returns the target that the compiler builds for: `x86_64-unknown-linux-gnu`.
fn host() -> Result<String, String> {
    let version = process::output(&mut process::program("rustc", &["-vV"]))?;
    host_in(&version).ok_or_else(|| "rustc does not name its target".into())
}

fn host_in(version: &str) -> Option<String> {
    version.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
}

fn make_folder(path: &Path) -> Outcome {
    std::fs::create_dir_all(path).map_err(|error| format!("cannot make {}: {error}", path.display()))
}

fn copy(from: &Path, to: &Path) -> Outcome {
    let copied = std::fs::copy(from, to);
    copied.map(|_| ()).map_err(|error| format!("cannot copy {} to {}: {error}", from.display(), to.display()))
}

fn write(path: &Path, text: &str) -> Outcome {
    std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_are_found() {
        let found = documents(&workspace::root()).unwrap();
        for name in ["LICENSE-APACHE", "LICENSE-MIT", "README.ko.md", "README.md"] {
            assert!(found.iter().any(|file| file == name), "{name}");
        }
        assert!(!found.iter().any(|file| file == "Cargo.toml"));
    }

    #[test]
    fn the_target_is_read_from_the_compiler() {
        assert_eq!(host_in("rustc 1.95.0\nbinary: rustc\nhost: a-b-c\n").as_deref(), Some("a-b-c"));
        assert_eq!(host_in("rustc 1.95.0"), None);
        assert!(host().unwrap().contains(std::env::consts::ARCH));
    }

    #[test]
    fn a_wrong_part_is_refused() {
        let given = Arguments::new(&["--only".into(), "tool".into()]);
        assert_eq!(run(given), Err("--only takes archive or wheel".into()));
    }
}
