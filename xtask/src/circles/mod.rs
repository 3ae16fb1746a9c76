//! `cargo xtask circles`: files of a crate that import from each other in a circle.

mod components;
mod modules;
mod resolve;
mod syntax;

use crate::command::{Arguments, Command, Outcome};
use crate::workspace::{self, Member};
use components::Graph;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) const COMMAND: Command = Command {
    name: "circles",
    about: "find files of a crate that import from each other in a circle",
    help: "\
Usage: cargo xtask circles [CRATE...]

A file imports from another if its code names an item that the other defines: in a `use` declaration or by a path, through
re-exports and glob imports. `mod` declarations, re-exports and code for tests do not count. Each circle is printed as chains
of files with the imports that make them. A crate may have as many files in circles as xtask/src/circles/mod.rs allows: for
most crates none.",
    run,
};

/// How many files of a crate may be in circles: none, if it is not listed. The numbers may only fall.
const ALLOWED: &[(&str, usize)] = &[("lab", 22), ("optim", 53)];

fn run(arguments: Arguments) -> Outcome {
    let names = arguments.rest();
    let members = workspace::members(&workspace::root())?;
    if let Some(unknown) =
        names.iter().find(|name| !members.iter().any(|member| member.short_name() == **name))
    {
        return Err(format!("there is no crate `{unknown}`"));
    }
    let is_chosen =
        |member: &&Member| names.is_empty() || names.iter().any(|name| name == member.short_name());
    check_members(members.iter().filter(is_chosen), true)
}

/// Checks all crates; of the circles that are allowed it prints only the count.
///
/// # Errors
/// If a crate has more files in circles than it may.
pub(crate) fn check() -> Outcome {
    check_members(workspace::members(&workspace::root())?.iter(), false)
}

fn check_members<'a>(members: impl Iterator<Item = &'a Member>, print_all: bool) -> Outcome {
    let mut grown = Vec::new();
    for member in members {
        let name = member.short_name();
        let report = Report::of(&workspace::root().join(&member.folder))?;
        let (count, allowed) = (report.files_in_circles(), allowed(name));
        if count > 0 || allowed > 0 {
            println!("{name}: {count} files in circles, {allowed} allowed");
        }
        if count > allowed || print_all {
            print!("{}", report.text());
        }
        if count < allowed {
            println!("{name}: lower the number in xtask/src/circles/mod.rs to {count}");
        }
        if count > allowed {
            grown.push(name.to_owned());
        }
    }
    match grown.as_slice() {
        [] => Ok(()),
        _ => Err(format!("more files import from each other in circles than may: {}", grown.join(", "))),
    }
}

fn allowed(name: &str) -> usize {
    ALLOWED.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count)
}

/// The circles of a crate.
struct Report {
    circles: Vec<Circle>,
}

struct Circle {
    files: usize,
    chains: Vec<Vec<Link>>,
}

/// A file, and the import in it that leads to the next.
struct Link {
    file: String,
    import: resolve::Import,
    to: String,
}

impl Report {
    /// Finds the circles of the crate in a folder.
    fn of(folder: &Path) -> Result<Self, String> {
        let mut sources = BTreeMap::new();
        read_sources(&folder.join("src"), Path::new(""), &mut sources)?;
        let mut circles = Vec::new();
        for root in ["lib.rs", "main.rs"].map(Path::new) {
            if sources.contains_key(root) {
                circles
                    .extend(find(root, &sources).map_err(|error| format!("{}: {error}", folder.display()))?);
            }
        }
        Ok(Self { circles })
    }

    fn files_in_circles(&self) -> usize {
        self.circles.iter().map(|circle| circle.files).sum()
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for circle in &self.circles {
            text += &format!("  a circle of {} files\n", circle.files);
            for chain in &circle.chains {
                let width = chain.iter().map(|link| link.file.len()).max().unwrap_or(0);
                for (index, link) in chain.iter().enumerate() {
                    let mark = if index == 0 { '-' } else { ' ' };
                    let Link { file, import, to } = link;
                    text += &format!(
                        "    {mark} {file:<width$} -> {to}   (line {}: {})\n",
                        import.line, import.text
                    );
                }
            }
        }
        text
    }
}

/// Returns the circles of the crate with this root file.
fn find(root: &Path, sources: &BTreeMap<PathBuf, String>) -> Result<Vec<Circle>, String> {
    let read = modules::read(root, sources)?;
    let arrows = resolve::arrows(&read);
    let graph: Graph = arrows.iter().map(|(from, to)| (*from, to.keys().copied().collect())).collect();
    let name = |file: usize| read.files[file].display().to_string();
    let link = |pair: &[usize]| Link {
        file: name(pair[0]),
        import: arrows[&pair[0]][&pair[1]].clone(),
        to: name(pair[1]),
    };
    let circle = |files: Vec<usize>| Circle {
        chains: components::chains(&graph, &files)
            .iter()
            .map(|chain| chain.windows(2).map(link).collect())
            .collect(),
        files: files.len(),
    };
    Ok(components::circles(&graph).into_iter().map(circle).collect())
}

/// Reads the Rust files below a folder; their paths are relative to it.
fn read_sources(folder: &Path, relative: &Path, into: &mut BTreeMap<PathBuf, String>) -> Result<(), String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| format!("cannot read {}: {error}", folder.display()))?.path();
        let Some(name) = path.file_name() else { continue };
        let relative = relative.join(name);
        if path.is_dir() {
            read_sources(&path, &relative, into)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.insert(relative, workspace::read(&path)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The circles of a crate whose files are given; each circle as its sorted files.
    fn circles(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let sources = files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect();
        find(Path::new(files[0].0), &sources)
            .unwrap()
            .iter()
            .map(|circle| {
                let links = circle.chains.iter().flatten();
                let files: std::collections::BTreeSet<String> = links.map(|link| link.file.clone()).collect();
                assert_eq!(files.len(), circle.files);
                files.into_iter().collect()
            })
            .collect()
    }

    /// Asserts that the files import from each other in no circle.
    #[track_caller]
    fn none(files: &[(&str, &str)]) {
        assert_eq!(circles(files), Vec::<Vec<String>>::new());
    }

    /// Asserts that there is one circle, of `a.rs` and `b.rs`.
    #[track_caller]
    fn a_and_b(files: &[(&str, &str)]) {
        assert_eq!(circles(files), [["a.rs", "b.rs"]]);
    }

    const ROOT: (&str, &str) = ("lib.rs", "mod a; mod b;");

    #[test]
    fn imports_one_way_are_no_circle() {
        none(&[ROOT, ("a.rs", "use crate::b::B; pub struct A(B);"), ("b.rs", "pub struct B;")]);
    }

    #[test]
    fn two_imports_are_a_circle() {
        a_and_b(&[
            ROOT,
            ("a.rs", "use crate::b::B; pub struct A(B);"),
            ("b.rs", "use super::a::A; pub enum B { One(A) }"),
        ]);
    }

    #[test]
    fn paths_in_code_count() {
        a_and_b(&[
            ROOT,
            ("a.rs", "pub fn a() { crate::b::b() }"),
            ("b.rs", "pub fn b() -> u8 { let f = |x| match x { 0 => super::a::a(), _ => {} }; f(1) }"),
        ]);
        // Through a module that was imported, and in an attribute.
        a_and_b(&[
            ROOT,
            ("a.rs", "use crate::b; pub fn a() { b::b() }"),
            ("b.rs", "pub struct B { #[arg(value_parser = crate::a::a)] b: u8 } pub fn b() {}"),
        ]);
    }

    #[test]
    fn importing_a_module_alone_is_no_arrow() {
        none(&[ROOT, ("a.rs", "use crate::b; pub struct A;"), ("b.rs", "use crate::a::A;")]);
    }

    #[test]
    fn re_exports_lead_to_the_file_that_defines() {
        let root = ("lib.rs", "mod a; mod b; pub use a::A; pub(crate) use self::b::{B, other as renamed};");
        // The root re-exports and is in no circle; the two files are.
        a_and_b(&[
            root,
            ("a.rs", "use crate::renamed; pub struct A;"),
            ("b.rs", "use crate::A; pub struct B(A); pub fn other() {}"),
        ]);
        none(&[
            root,
            ("a.rs", "use crate::B; pub struct A(B);"),
            ("b.rs", "pub struct B; pub fn other() {}"),
        ]);
    }

    #[test]
    fn a_re_export_that_the_file_uses_counts() {
        let child = ("m/child.rs", "use super::Shared; pub struct Child(Shared);");
        let circle = circles(&[
            ("lib.rs", "mod m;"),
            (
                "m/mod.rs",
                "mod child; pub use child::Child; pub struct Shared; pub fn f() -> Child { todo!() }",
            ),
            child,
        ]);
        assert_eq!(circle, [["m/child.rs", "m/mod.rs"]]);
        none(&[
            ("lib.rs", "mod m;"),
            ("m/mod.rs", "mod child; pub use child::Child; pub struct Shared;"),
            child,
        ]);
    }

    #[test]
    fn children_may_be_named_without_self() {
        let child = ("m/child.rs", "use super::Shared; pub fn child(_: Shared) {}");
        for code in ["child::child(Shared)", "self::child::child(Shared)", "use child::child; child(Shared)"]
        {
            let parent = format!("mod child; pub struct Shared; pub fn f() {{ {code} }}");
            let circle = circles(&[("lib.rs", "mod m;"), ("m.rs", &parent), child]);
            assert_eq!(circle, [["m.rs", "m/child.rs"]], "{code}");
        }
    }

    #[test]
    fn code_for_tests_does_not_count() {
        let tests = "#[cfg(test)] mod tests { use crate::b::B; #[test] fn works() { crate::b::b(); } }";
        for a in [
            format!("pub struct A; {tests}"),
            "pub struct A; #[cfg(test)] use crate::b::B; #[cfg(all(test, unix))] pub fn f() -> B { B }"
                .into(),
            "pub struct A { x: u8, #[cfg(test)] y: crate::b::B, z: u8 }".into(),
            "pub struct A; impl A { #[cfg(test)] fn b(&self) -> [u8; 2] { crate::b::b(); [0; 2] } }".into(),
            "pub struct A; fn f() { #[cfg(test)] crate::b::b(); }".into(),
            "pub struct A; #[cfg(test)] mod tests;".into(),
        ] {
            let tests = ("a/tests.rs", "use crate::b::B;");
            none(&[ROOT, ("a.rs", &a), ("b.rs", "use crate::a::A; pub struct B; pub fn b() {}"), tests]);
        }
        none(&[
            ROOT,
            ("a.rs", "#![allow(x)] #![cfg(test)] use crate::b::B; pub struct A;"),
            ("b.rs", "use crate::a::A; pub struct B;"),
        ]);
    }

    #[test]
    fn code_after_tests_counts() {
        for before in
            ["#[cfg(test)] use x::{y, z};", "#[cfg(test)] const X: A = A { x: 1 };", "#[cfg(not(test))]"]
        {
            let a = format!("pub struct A; {before} use crate::b::B;");
            a_and_b(&[ROOT, ("a.rs", &a), ("b.rs", "use crate::a::A; pub struct B;")]);
        }
    }

    #[test]
    fn comments_and_strings_do_not_count() {
        none(&[
            ROOT,
            (
                "a.rs",
                "/// See [`crate::b::B`].\npub struct A; const TEXT: &str = \"use crate::b::B;\"; // crate::b::B",
            ),
            ("b.rs", "use crate::a::A; pub struct B;"),
        ]);
    }

    #[test]
    fn glob_imports_count_for_what_is_used() {
        let b = ("b.rs", "use crate::a::A; pub struct B; pub struct C;");
        none(&[ROOT, ("a.rs", "use crate::b::*; pub struct A;"), b]);
        a_and_b(&[ROOT, ("a.rs", "use crate::b::*; pub struct A(C);"), b]);
        // A glob of an enumeration is a use of it.
        a_and_b(&[
            ROOT,
            ("a.rs", "use crate::b::E::*; pub struct A;"),
            ("b.rs", "use crate::a::A; pub enum E { F }"),
        ]);
    }

    #[test]
    fn macros_count_where_they_are_called() {
        let root = ("lib.rs", "#[macro_use] mod a; mod b;");
        let a = ("a.rs", "macro_rules! make { ($name:ident) => { struct $name($crate::b::B); } }");
        a_and_b(&[root, a, ("b.rs", "pub struct B; make!(C);")]);
        none(&[root, a, ("b.rs", "pub struct B; fn f() { println!(\"make!\") }")]);
    }

    #[test]
    fn names_that_macros_make_are_found() {
        // Written in the call; made from other words, so that only the module is known.
        let b = |item: &str| format!("use crate::a::A; states! {{ {item} }}");
        a_and_b(&[ROOT, ("a.rs", "use crate::b::B; pub struct A;"), ("b.rs", &b("pub struct B { x: u8 }"))]);
        a_and_b(&[ROOT, ("a.rs", "use crate::b::B; pub struct A;"), ("b.rs", &b("b => 3"))]);
    }

    #[test]
    fn other_crates_do_not_count() {
        none(&[
            ROOT,
            ("a.rs", "use std::fmt::b; use serde::Serialize; pub struct A; fn f() { ::b::b(); }"),
            ("b.rs", "use crate::a::A; pub fn b() {}"),
        ]);
    }

    #[test]
    fn modules_in_a_file_belong_to_it() {
        let a = "pub struct A; pub mod inner { use super::super::b::B; pub struct Inner(B); }";
        a_and_b(&[ROOT, ("a.rs", a), ("b.rs", "use crate::a::inner::Inner; pub struct B;")]);
        none(&[("lib.rs", "mod a { pub struct A; use super::B; } pub struct B(a::A);")]);
    }

    #[test]
    fn functions_and_modules_may_share_a_name() {
        a_and_b(&[
            ("lib.rs", "mod a; mod b; pub use a::a; pub use b::b;"),
            ("a.rs", "pub fn a() { crate::b() }"),
            ("b.rs", "pub fn b() { crate::a() }"),
        ]);
    }

    #[test]
    fn files_may_lie_elsewhere() {
        let circle = circles(&[
            ("lib.rs", "#[path = \"other/place.rs\"] mod a; mod b;"),
            ("other/place.rs", "pub struct A(crate::b::B);"),
            ("b.rs", "pub struct B(Box<crate::a::A>);"),
        ]);
        assert_eq!(circle, [["b.rs", "other/place.rs"]]);
    }

    #[test]
    fn capturing_lifetimes_is_no_import() {
        a_and_b(&[
            ROOT,
            ("a.rs", "pub fn a<'a>(x: &'a u8) -> impl Sized + use<'a> { crate::b::b(); x }"),
            ("b.rs", "pub fn b() { crate::a::a(&1); }"),
        ]);
    }

    #[test]
    fn a_missing_file_is_named() {
        let sources = BTreeMap::from([(PathBuf::from("lib.rs"), "mod gone;".to_owned())]);
        assert_eq!(find(Path::new("lib.rs"), &sources).err().as_deref(), Some("gone/mod.rs is not there"));
    }

    #[test]
    fn the_report_names_the_imports() {
        let link = |file: &str, to: &str, line, text: &str| Link {
            file: file.into(),
            to: to.into(),
            import: resolve::Import { line, text: text.into() },
        };
        let chain =
            vec![link("a.rs", "long.rs", 3, "use crate::long::L"), link("long.rs", "a.rs", 7, "super::a::f")];
        let report = Report { circles: vec![Circle { files: 2, chains: vec![chain] }] };
        assert_eq!(
            report.text(),
            "  a circle of 2 files\n    - a.rs    -> long.rs   (line 3: use crate::long::L)\n      long.rs -> a.rs   (line 7: super::a::f)\n"
        );
        assert_eq!(report.files_in_circles(), 2);
    }
}
