//! Builds the module tree of a crate: which file defines which name, and which paths each module writes.

use super::syntax::{self, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The index of a module in [`Crate::modules`].
pub(crate) type ModuleId = usize;
/// The index of a file in [`Crate::files`].
pub(crate) type FileId = usize;

/// The modules of one crate.
#[derive(Default)]
pub(crate) struct Crate {
    /// The source files that belong to the crate, in the order in which they were read.
    pub(crate) files: Vec<PathBuf>,
    /// The modules; the crate's root comes first.
    pub(crate) modules: Vec<Module>,
    /// Which files define a macro of this name that is in scope without an import.
    pub(crate) macros: BTreeMap<String, BTreeSet<FileId>>,
}

/// One module: a file, or a part of one.
pub(crate) struct Module {
    pub(crate) file: FileId,
    pub(crate) parent: Option<ModuleId>,
    pub(crate) names: BTreeMap<String, Vec<Binding>>,
    pub(crate) globs: Vec<Vec<String>>,
    pub(crate) mentions: Vec<Mention>,
}

/// What a name in a module stands for.
pub(crate) enum Binding {
    /// An item that this file defines.
    Item(FileId),
    Module(ModuleId),
    /// What a `use` declaration brings in.
    Import(Vec<String>),
}

/// A place where a module names something.
pub(crate) struct Mention {
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
    pub(crate) kind: MentionKind,
}

/// How a module names something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MentionKind {
    /// `use path;`, private. A re-export (`pub use`, of any visibility) is no mention.
    Import,
    /// `a::b` in code.
    Path,
    /// A single name in code.
    Word,
    /// `name!`
    Macro,
}

/// Reads the crate whose root file is `root` from `sources`, which holds the text of each file.
///
/// # Errors
/// If a file cannot be split into tokens.
pub(crate) fn read(root: &Path, sources: &BTreeMap<PathBuf, String>) -> Result<Crate, String> {
    let mut reader = Reader { sources, found: Crate::default() };
    reader.file(root, None, root.parent().unwrap_or(Path::new("")))?;
    Ok(reader.found)
}

struct Reader<'a> {
    sources: &'a BTreeMap<PathBuf, String>,
    found: Crate,
}

/// The attributes before an item, as far as they matter here.
#[derive(Default)]
struct Attributes {
    test: bool,
    path: Option<String>,
}

/// Where an item stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    module: ModuleId,
    /// The folder in which files of child modules lie.
    folder: &'a Path,
    /// Whether this is the level of the module itself, or inside a function.
    top: bool,
    /// Whether this is the body of a `macro_rules!`, whose bare names belong to whoever calls it.
    in_macro: bool,
}

impl Reader<'_> {
    /// Reads a file as a module; `folder` is where its child modules lie.
    fn file(
        &mut self,
        path: &Path,
        parent: Option<ModuleId>,
        folder: &Path,
    ) -> Result<Option<ModuleId>, String> {
        let text = self.sources.get(path).ok_or_else(|| format!("{} is not there", path.display()))?;
        let trees = syntax::parse(text).map_err(|error| format!("{}, {error}", path.display()))?;
        if is_test_file(&trees) {
            return Ok(None);
        }
        self.found.files.push(path.to_path_buf());
        let module = self.module(self.found.files.len() - 1, parent);
        self.items(&trees, Place { module, folder, top: true, in_macro: false })?;
        Ok(Some(module))
    }

    fn module(&mut self, file: FileId, parent: Option<ModuleId>) -> ModuleId {
        self.found.modules.push(Module {
            file,
            parent,
            names: BTreeMap::new(),
            globs: Vec::new(),
            mentions: Vec::new(),
        });
        self.found.modules.len() - 1
    }

    /// Reads items or statements; what stands between brackets too.
    fn items(&mut self, trees: &[Tree], place: Place<'_>) -> Result<(), String> {
        let mut at = 0;
        while at < trees.len() {
            let (attributes, after) = self.attributes(&trees[at..], place);
            at += after;
            if attributes.test {
                at += item_length(&trees[at..]);
                continue;
            }
            let Some(tree) = trees.get(at) else { break };
            let exported = visibility_length(&trees[at..]);
            let keyword = trees.get(at + exported).and_then(Tree::word);
            match keyword {
                // Not `impl Trait + use<'a>`.
                Some("use") if !trees.get(at + exported + 1).is_some_and(|next| next.is('<')) => {
                    at += exported + 1;
                    at += self.import(&trees[at..], exported > 0, place);
                }
                Some("mod") if place.top && !place.in_macro => {
                    at += exported + 1;
                    at += self.child(&trees[at..], &attributes, place)?;
                }
                Some("extern") if trees.get(at + exported + 1).and_then(Tree::word) == Some("crate") => {
                    at += item_length(&trees[at..]);
                }
                Some("macro_rules") if trees.get(at + exported + 1).is_some_and(|next| next.is('!')) => {
                    at += exported + 2;
                    at += self.macro_definition(&trees[at..], place)?;
                }
                _ => {
                    if place.top && !place.in_macro {
                        self.define(&trees[at..], place.module);
                    }
                    at += self.token(trees, at, tree, place)?;
                }
            }
        }
        Ok(())
    }

    /// Reads the attributes at the front, and returns how many trees they take.
    fn attributes(&mut self, trees: &[Tree], place: Place<'_>) -> (Attributes, usize) {
        let mut found = Attributes::default();
        let mut at = 0;
        while trees.get(at).is_some_and(|tree| tree.is('#')) {
            let inner = usize::from(trees.get(at + 1).is_some_and(|tree| tree.is('!')));
            let Some(inside) = trees.get(at + 1 + inner).and_then(|tree| tree.group('[')) else { break };
            at += 2 + inner;
            found.test |= is_test(inside);
            if let [name, _, Tree::Text(path)] = inside
                && name.word() == Some("path")
            {
                found.path = Some(path.clone());
            }
            if !found.test {
                self.attribute_paths(inside, place);
            }
        }
        (found, at)
    }

    /// Notes the paths in an attribute, such as a parser's in `#[arg(value_parser = crate::language::language)]`.
    fn attribute_paths(&mut self, inside: &[Tree], place: Place<'_>) {
        let mut at = 0;
        while at < inside.len() {
            if let Tree::Group(_, deeper) = &inside[at] {
                self.attribute_paths(deeper, place);
            }
            let (path, length) = path_at(inside, at);
            if path.len() > 1 && !is_continuation(inside, at) {
                self.mention(path, inside[at].clone(), MentionKind::Path, place);
            }
            at += length.max(1);
        }
    }

    /// Notes the item that begins here, if one does.
    fn define(&mut self, trees: &[Tree], module: ModuleId) {
        let exported = visibility_length(trees);
        let mut words = trees[exported..].iter().map(Tree::word).take(6);
        let Some(name) = (loop {
            match words.next().flatten() {
                Some("struct" | "enum" | "union" | "trait" | "type" | "fn" | "static") => {
                    break words.find(|word| *word != Some("mut")).flatten();
                }
                Some("const") => match words.next().flatten() {
                    Some("fn") => break words.next().flatten(),
                    Some("unsafe" | "async" | "extern") => {}
                    name => break name,
                },
                Some("unsafe" | "async" | "auto") => {}
                // Between `extern` and `fn` may stand the name of a calling convention.
                Some("extern") => {
                    words.next();
                }
                _ => break None,
            }
        }) else {
            return;
        };
        self.bind(module, name, Binding::Item(self.found.modules[module].file));
    }

    fn bind(&mut self, module: ModuleId, name: &str, binding: Binding) {
        self.found.modules[module].names.entry(name.to_owned()).or_default().push(binding);
    }

    /// Reads one token of code: a path, a word, a group. Returns how many trees it takes.
    fn token(&mut self, trees: &[Tree], at: usize, tree: &Tree, place: Place<'_>) -> Result<usize, String> {
        match tree {
            Tree::Group(_, inside) => {
                // The contents of a macro's call may be items: `states! { pub struct … }`.
                let call = place.top && is_macro_call(trees, at);
                self.items(inside, Place { top: call, ..place })?;
                Ok(1)
            }
            Tree::Word(word, _) => {
                let (path, length) = path_at(trees, at);
                if is_continuation(trees, at) || is_name_of_definition(trees, at) {
                    return Ok(length.max(1));
                }
                let next = trees.get(at + length);
                if path.len() > 1 {
                    self.mention(path, tree.clone(), MentionKind::Path, place);
                } else if next.is_some_and(|next| next.is('!'))
                    && trees.get(at + length + 1).is_some_and(|tree| matches!(tree, Tree::Group(..)))
                {
                    self.mention(path, tree.clone(), MentionKind::Macro, place);
                } else if !next.is_some_and(|next| next.is(':')) && word != "self" && word != "Self" {
                    self.mention(path, tree.clone(), MentionKind::Word, place);
                }
                Ok(length.max(1))
            }
            _ => Ok(1),
        }
    }

    fn mention(&mut self, path: Vec<String>, first: Tree, kind: MentionKind, place: Place<'_>) {
        if place.in_macro && kind == MentionKind::Word {
            return;
        }
        let Tree::Word(_, line) = first else { return };
        self.found.modules[place.module].mentions.push(Mention { path, line, kind });
    }

    /// Reads `mod name;` or `mod name { … }` after its keyword, and returns how many trees it takes.
    fn child(&mut self, trees: &[Tree], attributes: &Attributes, place: Place<'_>) -> Result<usize, String> {
        let Some(name) = trees.first().and_then(Tree::word) else { return Ok(1) };
        let inner = place.folder.join(name);
        if let Some(inside) = trees.get(1).and_then(|tree| tree.group('{')) {
            let module = self.module(self.found.modules[place.module].file, Some(place.module));
            self.bind(place.module, name, Binding::Module(module));
            self.items(inside, Place { module, folder: &inner, top: true, in_macro: false })?;
            return Ok(2);
        }
        let file_of_its_own = place.folder.join(format!("{name}.rs"));
        let parent_folder = || {
            let own = &self.found.files[self.found.modules[place.module].file];
            own.parent().unwrap_or(Path::new("")).to_path_buf()
        };
        let (file, folder) = match &attributes.path {
            Some(path) => (parent_folder().join(path), parent_folder()),
            None if self.sources.contains_key(&file_of_its_own) => (file_of_its_own, inner),
            None => (inner.join("mod.rs"), inner),
        };
        if let Some(module) = self.file(&file, Some(place.module), &folder)? {
            self.bind(place.module, name, Binding::Module(module));
        }
        Ok(2)
    }

    /// Reads `name { … }` after `macro_rules!`, and returns how many trees it takes.
    fn macro_definition(&mut self, trees: &[Tree], place: Place<'_>) -> Result<usize, String> {
        let Some(name) = trees.first().and_then(Tree::word) else { return Ok(1) };
        let file = self.found.modules[place.module].file;
        self.found.macros.entry(name.to_owned()).or_default().insert(file);
        self.bind(place.module, name, Binding::Item(file));
        if let Some(Tree::Group(_, inside)) = trees.get(1) {
            self.items(inside, Place { top: false, in_macro: true, ..place })?;
        }
        Ok(2)
    }

    /// Reads the tree of a `use` declaration after its keyword, and returns how many trees it takes.
    fn import(&mut self, trees: &[Tree], public: bool, place: Place<'_>) -> usize {
        let end = trees.iter().position(|tree| tree.is(';')).unwrap_or(trees.len());
        self.import_tree(&trees[..end], &[], public, place);
        (end + 1).min(trees.len())
    }

    fn import_tree(&mut self, trees: &[Tree], before: &[String], public: bool, place: Place<'_>) {
        let mut path = before.to_vec();
        // `use ::name` is a path of another crate.
        if trees.first() == Some(&Tree::PathSeparator) {
            return;
        }
        let line = first_line(trees);
        let mut alias = None;
        let mut at = 0;
        while let Some(tree) = trees.get(at) {
            match tree {
                Tree::Word(word, _) if word == "as" => {
                    alias = trees.get(at + 1).and_then(Tree::word);
                    break;
                }
                Tree::Word(word, _) => path.push(word.clone()),
                Tree::Group('{', inside) => {
                    for branch in inside.split(|tree| tree.is(',')).filter(|branch| !branch.is_empty()) {
                        self.import_tree(branch, &path, public, place);
                    }
                    return;
                }
                Tree::Sign('*') => {
                    self.found.modules[place.module].globs.push(path.clone());
                    if !public {
                        self.found.modules[place.module].mentions.push(Mention {
                            path,
                            line,
                            kind: MentionKind::Import,
                        });
                    }
                    return;
                }
                _ => {}
            }
            at += 1;
        }
        // `use a::{self}` brings in `a`.
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let Some(name) = alias.or(path.last().map(String::as_str)).map(str::to_owned) else { return };
        self.bind(place.module, &name, Binding::Import(path.clone()));
        if !public {
            let kind = MentionKind::Import;
            self.found.modules[place.module].mentions.push(Mention { path, line, kind });
        }
    }
}

/// Returns the path that begins at this place, and how many trees it takes.
fn path_at(trees: &[Tree], at: usize) -> (Vec<String>, usize) {
    let Some(first) = trees.get(at).and_then(Tree::word) else { return (Vec::new(), 0) };
    let mut path = vec![first.to_owned()];
    let mut length = 1;
    while trees.get(at + length) == Some(&Tree::PathSeparator) {
        let Some(next) = trees.get(at + length + 1).and_then(Tree::word) else { break };
        path.push(next.to_owned());
        length += 2;
    }
    (path, length)
}

/// Tells whether the word here goes on from something before it: a field, a method, the end of a longer path.
fn is_continuation(trees: &[Tree], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| trees.get(before)) else { return false };
    // `..word` is the end of a range, not a field.
    let range = at >= 2 && trees[at - 2].is('.');
    *before == Tree::PathSeparator || before.is('.') && !range
}

/// Tells whether the word here is a keyword or the name that one defines.
fn is_name_of_definition(trees: &[Tree], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| trees.get(before)).and_then(Tree::word);
    matches!(
        before,
        Some(
            "fn" | "let"
                | "mut"
                | "struct"
                | "enum"
                | "union"
                | "trait"
                | "type"
                | "const"
                | "static"
                | "mod"
        )
    )
}

/// Tells whether the group here is what `name! …` or `name! other_name …` is called with.
fn is_macro_call(trees: &[Tree], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|index| trees.get(index));
    let is_not = |tree: &Tree| tree.is('!');
    before(1).is_some_and(is_not)
        || before(1).is_some_and(|tree| tree.word().is_some()) && before(2).is_some_and(is_not)
}

/// Returns how many trees `pub` or `pub(…)` takes: 0 if there is none.
fn visibility_length(trees: &[Tree]) -> usize {
    if trees.first().and_then(Tree::word) != Some("pub") {
        return 0;
    }
    1 + usize::from(trees.get(1).is_some_and(|tree| tree.group('(').is_some()))
}

/// Returns how many trees the item, statement, field or arm takes that begins here.
fn item_length(trees: &[Tree]) -> usize {
    let keyword = trees[visibility_length(trees)..].first().and_then(Tree::word);
    let is_function = trees.iter().take(6).any(|tree| tree.word() == Some("fn"));
    // After the braces of these, a semicolon follows.
    let goes_on = matches!(keyword, Some("use" | "static" | "let" | "type"))
        || keyword == Some("const") && !is_function;
    let is_item = matches!(
        keyword,
        Some(
            "fn" | "struct"
                | "enum"
                | "union"
                | "trait"
                | "impl"
                | "mod"
                | "unsafe"
                | "async"
                | "extern"
                | "macro_rules"
                | "const"
        )
    );
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            Tree::Sign(';') => return at + 1,
            // The end of a field, a variant or an arm.
            Tree::Sign(',') if !is_item && !goes_on => return at + 1,
            Tree::Group('{', _) if !goes_on => {
                let comma = trees.get(at + 1).is_some_and(|next| next.is(',') || next.is(';'));
                return at + 1 + usize::from(comma);
            }
            _ => {}
        }
    }
    trees.len()
}

/// Tells whether what stands in the brackets of an attribute marks code of tests alone.
fn is_test(attribute: &[Tree]) -> bool {
    match attribute.first().and_then(Tree::word) {
        Some("test") => attribute.len() == 1,
        Some("cfg") => attribute.get(1).and_then(|tree| tree.group('(')).is_some_and(|condition| {
            let all = condition.first().and_then(Tree::word) == Some("all");
            let inside =
                if all { condition.get(1).and_then(|tree| tree.group('(')) } else { Some(condition) };
            let mut parts = inside.unwrap_or_default().split(|tree| tree.is(','));
            parts.any(|part| part.len() == 1 && part[0].word() == Some("test"))
        }),
        _ => false,
    }
}

/// Tells whether the file begins with `#![cfg(test)]`.
fn is_test_file(trees: &[Tree]) -> bool {
    let mut attributes = trees.chunks(3).map_while(|chunk| match chunk {
        [hash, not, group] if hash.is('#') && not.is('!') => group.group('['),
        _ => None,
    });
    attributes.any(is_test)
}

fn first_line(trees: &[Tree]) -> usize {
    trees
        .iter()
        .find_map(|tree| match tree {
            Tree::Word(_, line) => Some(*line),
            Tree::Group(_, inside) => Some(first_line(inside)).filter(|line| *line > 0),
            _ => None,
        })
        .unwrap_or(0)
}
