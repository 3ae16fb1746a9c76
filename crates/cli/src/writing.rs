//! What a command is going to write: every option has a file of its own, and nothing is replaced that another program or person has
//! made, unless `--force` says so.

use crate::failure::Failure;
use crate::folder::RESULTS;
use std::path::Path;
use thalweg::report::is_page;
use thalweg_kit::is_replaceable;

/// Whether files of others are replaced.
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub(crate) struct Overwriting {
    /// Replace files that are there already, even if this program has not written them
    #[arg(long)]
    pub(crate) force: bool,
}

/// A file that an option names.
pub(crate) struct Target<'a> {
    option: &'static str,
    path: &'a Path,
    kind: Kind,
}

/// What a file is going to be. Each kind is known by how it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Page,
    Runs,
    Lines,
    Summary,
    Latex,
    Markdown,
    Picture,
    Result,
    /// What this command never replaces by itself, or checks on its own.
    Other,
}

impl Kind {
    /// Whether a file that begins so is one of ours.
    fn is_own(self, head: &[u8]) -> bool {
        let text = String::from_utf8_lossy(head);
        let begins = |beginning: &str| text.starts_with(beginning);
        match self {
            Self::Page => is_page(head),
            Self::Runs => begins("experiment,experiment_hash,problem,label,rule,"),
            Self::Lines => begins("{\"experiment\":\"") && text.contains("\",\"experiment_hash\":\""),
            Self::Summary => begins("experiment,experiment_hash,problem,metric,split,"),
            Self::Latex => begins("% \\usepackage{booktabs}\n") && text.contains("\\label{tab:thalweg-"),
            Self::Markdown => {
                begins("### ") && text.contains("\n| :-- | --: | --: | --: | --: | --: | --: |\n")
            }
            Self::Picture => begins("\u{fffd}PNG") && text.contains("Software\0thalweg"),
            Self::Result => begins("{") && text.contains("\"protocol\""),
            Self::Other => false,
        }
    }
}

impl<'a> Target<'a> {
    /// Returns the file of an option, if the option was given. `-` is standard output.
    pub(crate) fn of(option: &'static str, path: Option<&'a Path>, kind: Kind) -> Option<Self> {
        path.filter(|path| *path != Path::new("-")).map(|path| Self { option, path, kind })
    }

    fn refuse_what_is_not_own(&self) -> Result<(), Failure> {
        if is_replaceable(self.path, |head| self.kind.is_own(head)) {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{} is there already, and it is none of the files that {} writes; choose another name, or add --force to replace it",
            self.path.display(),
            self.option
        )))
    }
}

/// Checks the files of all options before anything is written.
///
/// # Errors
/// If two options name one file, or if a file is there that is not the command's own.
pub(crate) fn check(targets: &[Option<Target<'_>>], overwriting: Overwriting) -> Result<(), Failure> {
    let targets: Vec<&Target<'_>> = targets.iter().flatten().collect();
    for (index, one) in targets.iter().enumerate() {
        if let Some(other) = targets[..index].iter().find(|other| is_same_file(one.path, other.path)) {
            return Err(Failure::new(format!(
                "{} and {} both name {}; give each a file of its own",
                other.option,
                one.option,
                one.path.display()
            )));
        }
    }
    if overwriting.force {
        return Ok(());
    }
    targets
        .iter()
        .filter(|target| target.kind != Kind::Other)
        .try_for_each(|target| target.refuse_what_is_not_own())
}

/// Whether two paths lead to one file, through links or otherwise.
pub(crate) fn is_same_file(one: &Path, other: &Path) -> bool {
    let (Ok(first), Ok(second)) = (thalweg_kit::resolved(one), thalweg_kit::resolved(other)) else {
        return one == other;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if let (Ok(first), Ok(second)) = (first.metadata(), second.metadata())
            && (first.dev(), first.ino()) == (second.dev(), second.ino())
        {
            return true;
        }
    }
    first == second
}

/// Checks that the pages and tables of a command may go into a folder. One with results or a page of this program is its own.
///
/// # Errors
/// If a file would be replaced that is somebody else's.
pub(crate) fn check_folder(folder: &Path, overwriting: Overwriting) -> Result<(), Failure> {
    if overwriting.force || folder.join(RESULTS).exists() {
        return Ok(());
    }
    let page = folder.join("report.html");
    if page.exists() && is_replaceable(&page, is_page) {
        return Ok(());
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    let written = |name: &str| {
        ["report.html", "result.json", "results.csv", "sweep.csv"].contains(&name)
            || name.ends_with("-results.csv")
    };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let kind = |name: &str| if name == "result.json" { Kind::Result } else { Kind::Other };
    match names
        .iter()
        .find(|name| written(name) && !is_replaceable(&folder.join(name), |head| kind(name).is_own(head)))
    {
        None => Ok(()),
        Some(name) => Err(Failure::new(format!(
            "{} is there already, and no results of this program are beside it; choose another folder with --out, or add --force to \
             replace it",
            folder.join(name).display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(targets: &[Option<Target<'_>>], force: bool) -> String {
        match check(targets, Overwriting { force }) {
            Ok(()) => String::new(),
            Err(Failure::Error(message)) => message,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn two_options_never_share_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let (file, detour) = (path("a"), folder.path().join("x").join("..").join("a"));
        std::fs::create_dir(path("x")).unwrap();
        let mut same = vec![(file.clone(), file.clone()), (file.clone(), detour)];
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("b", path("link")).unwrap();
            same.push((path("b"), path("link")));
            std::fs::write(path("c"), "c").unwrap();
            std::fs::hard_link(path("c"), path("d")).unwrap();
            same.push((path("c"), path("d")));
        }
        for (one, two) in &same {
            let targets = [
                Target::of("--save", Some(one), Kind::Other),
                Target::of("--csv", None, Kind::Runs),
                Target::of("--report", Some(two), Kind::Page),
            ];
            let said = said(&targets, true);
            assert!(
                said.starts_with("--save and --report both name"),
                "{} {}: {said}",
                one.display(),
                two.display()
            );
        }
        let both = [
            Target::of("--csv", Some(Path::new("-")), Kind::Runs),
            Target::of("--latex", Some(Path::new("-")), Kind::Latex),
        ];
        assert_eq!(said(&both, false), "");
    }

    #[test]
    fn only_what_is_ours_is_replaced_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let target = |kind| [Target::of("--out", Some(&path), kind)];
        let own = [
            (Kind::Runs, "experiment,experiment_hash,problem,label,rule,dialect\n"),
            (Kind::Summary, "experiment,experiment_hash,problem,metric,split,label\n"),
            (Kind::Lines, "{\"experiment\":\"a\",\"experiment_hash\":\"b\"}\n"),
            (Kind::Page, "<!doctype html>\n<meta name=\"generator\" content=\"thalweg 1\">"),
        ];
        for (kind, content) in own {
            std::fs::write(&path, content).unwrap();
            assert_eq!(said(&target(kind), false), "", "{kind:?}");
            for foreign in ["my notes\n", "<!doctype html>\n<p>mine", "experiment,mine\n", "{\"a\": 1}"] {
                std::fs::write(&path, foreign).unwrap();
                let message = said(&target(kind), false);
                assert!(message.contains("--force"), "{kind:?} {foreign}: {message}");
                assert_eq!(said(&target(kind), true), "");
            }
            // An empty file holds nothing that could be lost.
            std::fs::write(&path, "").unwrap();
            assert_eq!(said(&target(kind), false), "");
        }
    }

    #[test]
    fn a_folder_with_files_of_others_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let check = |force| check_folder(folder.path(), Overwriting { force }).is_ok();
        assert!(check(false));
        std::fs::write(folder.path().join("data.csv"), "x\n").unwrap();
        assert!(check(false), "nothing of that name is written");
        for name in ["report.html", "result.json", "bowl-results.csv", "sweep.csv"] {
            std::fs::write(folder.path().join(name), "mine").unwrap();
            assert!(!check(false) && check(true), "{name}");
            std::fs::remove_file(folder.path().join(name)).unwrap();
        }
        std::fs::write(folder.path().join("report.html"), "mine").unwrap();
        std::fs::write(folder.path().join(RESULTS), "").unwrap();
        assert!(check(false));
    }
}
