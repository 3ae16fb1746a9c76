//! The files that a program consists of, as far as its words tell: what they hold is part of what its results are known by.
//!
//! These are the files among the words, those that a shell is told to run, and the modules that a Python script imports from its own
//! folder, and these from there. They are read in chunks; pipes and devices are left alone.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Files that are looked at.
const MOST_FILES: usize = 500;
/// Bytes that are read of all of them together. What is beyond is known by its size and its date.
const MOST_BYTES: u64 = 1 << 30;
/// Bytes of a script that are searched for imports.
const LONGEST_SCRIPT: u64 = 1 << 20;
/// Bytes that are read at a time.
const CHUNK: usize = 1 << 16;

/// The files of a program, in the order in which they were found.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Files {
    /// Their names.
    pub(in crate::engine) names: Vec<String>,
    /// The hash of the program's words and of what the files hold.
    pub(in crate::engine) hash: String,
}

impl Files {
    /// Finds and reads the files of the program with these words.
    pub(in crate::engine) fn of(words: &[String]) -> Self {
        let mut search = Search::default();
        let mut module_next = false;
        for word in words {
            let path = Path::new(word);
            if std::mem::replace(&mut module_next, word == "-m") {
                let mut module = parts(word);
                module.push("__main__");
                search.module(Path::new(""), &module, Path::new(""));
            } else if path.is_file() {
                search.add(path.to_owned(), None);
            } else {
                search.text(word, Path::new(""));
            }
        }
        let (mut hash, mut left) = (Sha256::new(), MOST_BYTES);
        let mut names = Vec::new();
        for word in words {
            update(&mut hash, word.as_bytes());
        }
        for path in &search.found {
            let whole = read_into(&mut hash, path, &mut left);
            let name = path.display();
            names.push(if whole { name.to_string() } else { format!("{name} (by size and date)") });
        }
        let hash = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Self { names, hash }
    }
}

/// Adds bytes to a hash, and how many there are.
fn update(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

/// Adds a file to a hash: its name, its size and what it holds, as long as so many bytes are `left`; else when it was last changed.
/// Says whether all of it was read.
fn read_into(hash: &mut Sha256, path: &Path, left: &mut u64) -> bool {
    update(hash, path.to_string_lossy().as_bytes());
    let Ok(about) = std::fs::metadata(path) else { return true };
    hash.update(about.len().to_le_bytes());
    if about.len() > *left {
        let changed = about.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        update(hash, format!("{changed:?}").as_bytes());
        return false;
    }
    *left -= about.len();
    let Ok(mut file) = File::open(path).map(|file| file.take(about.len())) else { return true };
    let mut chunk = vec![0; CHUNK];
    while let Ok(count @ 1..) = file.read(&mut chunk) {
        hash.update(&chunk[..count]);
    }
    true
}

/// A search for files.
#[derive(Default)]
struct Search {
    found: Vec<PathBuf>,
    known: BTreeSet<PathBuf>,
}

impl Search {
    /// Adds a file, and those that it names if it is a script. `root` is where a script looks for modules: the folder of the script
    /// that was started, if another one imported this.
    fn add(&mut self, path: PathBuf, root: Option<&Path>) {
        // Only ordinary files: nothing waits for a pipe.
        if self.found.len() >= MOST_FILES || !path.is_file() || !self.known.insert(path.clone()) {
            return;
        }
        self.found.push(path.clone());
        let folder = path.parent().unwrap_or(Path::new(""));
        let root = root.unwrap_or(folder);
        let Some(text) = script(&path) else { return };
        let first = text.lines().next().unwrap_or_default();
        let ends_with = |ending: &str| path.extension().is_some_and(|extension| extension == ending);
        if ends_with("py") || (first.starts_with("#!") && first.contains("python")) {
            self.imports(&text, root, folder);
        } else if ends_with("sh") || (first.starts_with("#!") && first.contains("sh")) {
            self.commands(&text);
        }
    }

    /// Adds the files that a text names which is code itself: `sh -c TEXT`, `python3 -c TEXT`.
    fn text(&mut self, text: &str, folder: &Path) {
        self.commands(text);
        self.imports(text, folder, folder);
    }

    /// Adds the files that commands of a shell name, but for those that they write.
    fn commands(&mut self, text: &str) {
        let between = |c: char| c.is_whitespace() || ";|&()<>'\"`$=".contains(c);
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            // Whether the next name is that of a file to write.
            let mut written = false;
            for word in line.split_inclusive(between) {
                let name = word.trim_end_matches(between);
                if !name.is_empty() && !std::mem::take(&mut written) {
                    self.add(PathBuf::from(name), None);
                }
                written |= word.ends_with('>');
            }
        }
    }

    /// Adds the modules that Python imports, if they stand in `root`, or beside the importing file in `folder` where the import says so.
    fn imports(&mut self, text: &str, root: &Path, folder: &Path) {
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let mut line = line.split('#').next().unwrap_or_default().to_string();
            while line.contains(" import") && line.contains('(') && !line.contains(')') {
                let Some(next) = lines.next() else { break };
                line.push_str(next.split('#').next().unwrap_or_default());
            }
            for statement in line.split([';', ':']).map(str::trim) {
                if let Some(modules) = statement.strip_prefix("import ") {
                    for module in modules.split(',') {
                        self.module(root, &parts(first_word(module)), root);
                    }
                } else if let Some((module, names)) =
                    statement.strip_prefix("from ").and_then(|rest| rest.split_once(" import"))
                {
                    self.names(module.trim(), names, root, folder);
                }
            }
        }
    }

    /// Adds what `from MODULE import NAMES` reads.
    fn names(&mut self, module: &str, names: &str, root: &Path, folder: &Path) {
        let dots = module.len() - module.trim_start_matches('.').len();
        // One dot is the folder of the importing file, each further one the folder above.
        let base = match dots {
            0 => root,
            dots => match folder.ancestors().nth(dots - 1) {
                Some(base) => base,
                None => return,
            },
        };
        let path = parts(module.trim_start_matches('.'));
        self.module(base, &path, root);
        for name in names.trim_matches(|c: char| c.is_whitespace() || c == '(' || c == ')').split(',') {
            let mut path = path.clone();
            path.extend(parts(first_word(name)));
            self.module(base, &path, root);
        }
    }

    /// Adds the files of a module `a.b.c` below a folder: those of the packages it is in, and its own.
    fn module(&mut self, base: &Path, path: &[&str], root: &Path) {
        let mut folder = base.to_owned();
        for part in path {
            self.add(folder.join(format!("{part}.py")), Some(root));
            folder.push(part);
            self.add(folder.join("__init__.py"), Some(root));
        }
    }
}

/// The text of a script; absent if the file is none.
fn script(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(LONGEST_SCRIPT).read_to_end(&mut bytes).ok()?;
    (!bytes.contains(&0)).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// The parts of a module's name.
fn parts(name: &str) -> Vec<&str> {
    let names = name.split('.').map(str::trim);
    names.filter(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_')).collect()
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with files, and how they are named from the folder of the test.
    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new(files: &[(&str, &str)]) -> Self {
            let folder = Self(tempfile::tempdir().unwrap());
            files.iter().for_each(|(name, text)| folder.write(name, text));
            folder
        }

        fn path(&self, name: &str) -> String {
            self.0.path().join(name).display().to_string()
        }

        fn write(&self, name: &str, text: &str) {
            let path = self.0.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }

        /// The files found, without the folder.
        fn found(&self, words: &[&str]) -> Vec<String> {
            let words: Vec<String> = words.iter().map(|word| word.replace("HERE", &self.path(""))).collect();
            let files = Files::of(&words);
            files.names.iter().map(|name| name.replace(&self.path(""), "")).collect()
        }

        fn hash(&self, words: &[&str]) -> String {
            let words: Vec<String> = words.iter().map(|word| word.replace("HERE", &self.path(""))).collect();
            Files::of(&words).hash
        }
    }

    fn python() -> Folder {
        Folder::new(&[
            (
                "mine.py",
                "import json, helper as h\ntry: import deep.er\nexcept ImportError: pass\nfrom lib import (one,\n  two)\n",
            ),
            ("helper.py", "import sys; import other  # import unused\n"),
            ("other.py", ""),
            ("unused.py", ""),
            ("deep/__init__.py", ""),
            ("deep/er.py", "from . import near\nfrom ..helper import x\n"),
            ("deep/near.py", "import other"),
            ("lib/__init__.py", "from .one import *"),
            ("lib/one.py", ""),
            ("lib/two.py", "import mine"),
            ("lib/three.py", ""),
        ])
    }

    const MODULES: [&str; 9] = [
        "mine.py",
        "helper.py",
        "other.py",
        "deep/__init__.py",
        "deep/er.py",
        "deep/near.py",
        "lib/__init__.py",
        "lib/one.py",
        "lib/two.py",
    ];

    #[test]
    fn a_script_has_the_modules_of_its_folder() {
        let folder = python();
        let words = ["python3", "HEREmine.py", "--data", "nothing"];
        let mut found = folder.found(&words);
        found.sort();
        let mut expected = MODULES;
        expected.sort_unstable();
        assert_eq!(found, expected);
        let before = folder.hash(&words);
        folder.write("lib/three.py", "unused still");
        assert_eq!(folder.hash(&words), before);
        for module in MODULES {
            let before = folder.hash(&words);
            let text = std::fs::read_to_string(folder.0.path().join(module)).unwrap();
            folder.write(module, &format!("{text}\nchanged = True\n"));
            assert_ne!(folder.hash(&words), before, "{module}");
        }
    }

    #[test]
    fn a_shell_runs_what_its_text_and_its_scripts_name() {
        let folder = python();
        folder.write(
            "run.sh",
            &format!(
                "# {}\nexec python3 {} > {}\n",
                folder.path("unused.py"),
                folder.path("other.py"),
                folder.path("lib/three.py")
            ),
        );
        let text = "nice python3 HEREother.py 2>HEREunused.py | cat HERElib/three.py";
        assert_eq!(folder.found(&["sh", "-c", text]), ["other.py", "lib/three.py"]);
        assert_eq!(folder.found(&["sh", "HERErun.sh"]), ["run.sh", "other.py"]);
        assert_eq!(folder.found(&["sh", "-c", "sh 'HERErun.sh'"]), ["run.sh", "other.py"]);
    }

    #[test]
    #[cfg(unix)]
    fn pipes_and_devices_are_left_alone_and_large_files_are_known_by_their_size() {
        let folder = Folder::new(&[("small", "1")]);
        let pipe = folder.path("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(folder.found(&["HEREpipe", "/dev/zero", "HEREsmall", "HERE"]), ["small"]);
        let large = File::create(folder.path("large")).unwrap();
        large.set_len(MOST_BYTES + 1).unwrap();
        assert_eq!(folder.found(&["HERElarge", "HEREsmall"]), ["large (by size and date)", "small"]);
    }
}
