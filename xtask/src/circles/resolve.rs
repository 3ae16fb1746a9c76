//! Resolves the paths of a crate to the files that define what they name.

use super::modules::{Binding, Crate, FileId, Mention, MentionKind, ModuleId};
use std::collections::{BTreeMap, BTreeSet};

/// For each file, the files it imports from, each with the first import that makes the arrow.
pub(crate) type Arrows = BTreeMap<FileId, BTreeMap<FileId, Import>>;

/// One import, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Import {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// What a path leads to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Target {
    /// An item that this file defines.
    Item(FileId),
    Module(ModuleId),
}

/// The names that are being looked up, so that imports that lead to themselves end.
type Visiting = Vec<(ModuleId, String)>;

/// Returns the arrows between the files of a crate.
pub(crate) fn arrows(of: &Crate) -> Arrows {
    let mut arrows: Arrows = (0..of.files.len()).map(|file| (file, BTreeMap::new())).collect();
    for (module, content) in of.modules.iter().enumerate() {
        for mention in &content.mentions {
            for file in files_of(of, module, mention) {
                if file == content.file {
                    continue;
                }
                let import = Import { line: mention.line, text: written(mention) };
                arrows.entry(content.file).or_default().entry(file).or_insert(import);
            }
        }
    }
    arrows
}

fn written(mention: &Mention) -> String {
    let path = mention.path.join("::");
    match mention.kind {
        MentionKind::Import => format!("use {path}"),
        MentionKind::Macro => format!("{path}!"),
        MentionKind::Path | MentionKind::Word => path,
    }
}

/// Returns the files that define what a mention names.
fn files_of(of: &Crate, module: ModuleId, mention: &Mention) -> BTreeSet<FileId> {
    let targets = match mention.kind {
        MentionKind::Import | MentionKind::Path => resolve(of, module, &mention.path, &mut Vec::new()),
        // What a private `use` brings in is counted where it stands.
        MentionKind::Word | MentionKind::Macro => lookup(of, module, &mention.path[0], &mut Vec::new()),
    };
    // A module as such is no item: what is named through it is counted there.
    let files: BTreeSet<FileId> = targets
        .into_iter()
        .filter_map(|target| match target {
            Target::Item(file) => Some(file),
            Target::Module(_) => None,
        })
        .collect();
    match (mention.kind, of.macros.get(&mention.path[0])) {
        (MentionKind::Macro, Some(defined)) if files.is_empty() => defined.clone(),
        _ => files,
    }
}

/// Returns what `path` leads to when it is written in the module `from`: nothing if it leads out of the crate.
fn resolve(of: &Crate, from: ModuleId, path: &[String], visiting: &mut Visiting) -> BTreeSet<Target> {
    let (mut module, mut at) = match path.first().map(String::as_str) {
        Some("crate") => (0, 1),
        Some("self") => (from, 1),
        Some("super") => (from, 0),
        Some(name) => {
            let heads = lookup(of, from, name, visiting);
            return heads.into_iter().flat_map(|head| below(of, head, &path[1..], visiting)).collect();
        }
        None => return BTreeSet::new(),
    };
    while path.get(at).is_some_and(|part| part == "super") {
        module = of.modules[module].parent.unwrap_or(0);
        at += 1;
    }
    below(of, Target::Module(module), &path[at..], visiting)
}

/// Returns what the rest of a path leads to, from where its beginning has led.
fn below(of: &Crate, from: Target, rest: &[String], visiting: &mut Visiting) -> BTreeSet<Target> {
    let (Target::Module(module), Some(name)) = (from, rest.first()) else {
        // What follows an item is its own: a variant, an associated function.
        return BTreeSet::from([from]);
    };
    let found = lookup(of, module, name, visiting);
    if found.is_empty() && !is_visiting(visiting, module, name) {
        // A name that a macro makes: the module that holds it is what can be known.
        return BTreeSet::from([Target::Item(of.modules[module].file)]);
    }
    found.into_iter().flat_map(|target| below(of, target, &rest[1..], visiting)).collect()
}

fn is_visiting(visiting: &Visiting, module: ModuleId, name: &str) -> bool {
    visiting.iter().any(|(other, known)| *other == module && known == name)
}

/// Returns what a name stands for in a module: its own names first, then those of glob imports.
fn lookup(of: &Crate, module: ModuleId, name: &str, visiting: &mut Visiting) -> BTreeSet<Target> {
    let content = &of.modules[module];
    let mut found = BTreeSet::new();
    let again = is_visiting(visiting, module, name);
    visiting.push((module, name.to_owned()));
    for binding in content.names.get(name).into_iter().flatten() {
        match binding {
            Binding::Item(file) => {
                found.insert(Target::Item(*file));
            }
            Binding::Module(child) => {
                found.insert(Target::Module(*child));
            }
            Binding::Import(path) if !again => found.extend(resolve(of, module, path, visiting)),
            Binding::Import(_) => {}
        }
    }
    if found.is_empty() && !again {
        for glob in &content.globs {
            for target in resolve(of, module, glob, visiting) {
                if let Target::Module(other) = target {
                    found.extend(lookup(of, other, name, visiting));
                }
            }
        }
    }
    visiting.pop();
    found
}
