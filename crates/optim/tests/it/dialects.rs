//! What the repository says about the rules elsewhere (documentation, test vectors, Python, benchmarks) is what the catalogue
//! says, and no rule is left out. CONTRIBUTING.md has the list of these places.
//!
//! `THALWEG_WRITE_DOCS=1 cargo test -p thalweg-optim --test it dialects` writes it anew.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use thalweg_arena::Layout;
use thalweg_optim::{CATALOG, Dialect, Entry, Specification, torch_state};
use thalweg_words::Language;

/// Reads a file of the repository.
fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the sources of the rules: the name of the file without its ending, and the text.
fn sources() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let read = |path: std::path::PathBuf| {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        (stem, std::fs::read_to_string(path).unwrap())
    };
    files.map(read).collect()
}

/// What the page says around the catalogue.
struct Frame {
    file: &'static str,
    language: Language,
    head: &'static str,
    differs: &'static str,
    yes: &'static str,
    when: &'static str,
    hyperparameter: &'static str,
    what_it_does: &'static str,
}

const FRAMES: [Frame; 2] = [
    Frame {
        file: "dialects.md",
        language: Language::English,
        head: "# Rules and dialects\n\n\
         Rules of the same name differ between libraries. A *dialect* is whose formula and defaults are meant: the book (\"Deep\n\
         Learning from Scratch\"), PyTorch 2.15, Keras 3.15, Optax 0.2.8, or the paper that introduced the rule. This page is made\n\
         from the catalogue (`thalweg list rules` prints the same); [test vectors](../conformance/README.md) made by the libraries\n\
         themselves hold every entry to it.\n\n\
         | rule | formula | book | torch | keras | optax | paper |\n|---|---|---|---|---|---|---|\n",
        differs: "differs",
        yes: "yes",
        when: "When to use it",
        hyperparameter: "hyper-parameter",
        what_it_does: "what it does",
    },
    Frame {
        file: "dialects.ko.md",
        language: Language::Korean,
        head: "# 규칙과 방언\n\n\
         이름이 같은 규칙도 라이브러리마다 다릅니다. *방언*은 어디의 수식과 기본값을 뜻하는지를 말합니다. 책(「밑바닥부터 시작하는 딥러닝」), PyTorch 2.15,\n\
         Keras 3.15, Optax 0.2.8, 그리고 규칙을 처음 발표한 논문이 있습니다. 이 페이지는 목록에서 만든 것이며(`thalweg list rules --lang ko`도 같은\n\
         내용을 출력합니다), 라이브러리들이 직접 만든 [시험 벡터](../conformance/README.md)로 항목마다 확인합니다. [English](dialects.md)\n\n\
         | 규칙 | 수식 | book | torch | keras | optax | paper |\n|---|---|---|---|---|---|---|\n",
        differs: "다름",
        yes: "있음",
        when: "쓸 곳",
        hyperparameter: "하이퍼파라미터",
        what_it_does: "하는 일",
    },
];

fn table(frame: &Frame) -> String {
    let said = |english: &str| frame.language.words().said(english);
    let mut text = String::from(frame.head);
    for entry in CATALOG {
        let formula = entry.info.formula.replace('|', "\\|");
        write!(text, "| [`{0}`](#{0}) | {formula} |", entry.info.name).unwrap();
        for dialect in Dialect::ALL {
            text += match entry.defaults(dialect) {
                None => " – |".to_owned(),
                Some(_) if entry.info.differences.iter().any(|(other, _)| *other == dialect) => {
                    format!(" {} |", frame.differs)
                }
                Some(_) => format!(" {} |", frame.yes),
            }
            .as_str();
        }
        text.push('\n');
    }
    for entry in CATALOG {
        let info = entry.info;
        write!(
            text,
            "\n## {}\n\n{}: {}.\n\n{}: {}.\n\n",
            info.name,
            info.title,
            info.paper,
            frame.when,
            said(info.when).trim_end_matches('.')
        )
        .unwrap();
        for (dialect, what) in info.differences {
            writeln!(text, "- **{dialect}**: {}", said(what)).unwrap();
        }
        if !info.differences.is_empty() {
            text.push('\n');
        }
        let dialects = entry.dialects();
        let heads: Vec<&str> = dialects.iter().map(|dialect| dialect.name()).collect();
        let Frame { hyperparameter, what_it_does, .. } = frame;
        writeln!(text, "| {hyperparameter} | {} | {what_it_does} |", heads.join(" | ")).unwrap();
        writeln!(text, "|---|{}---|", "---|".repeat(heads.len())).unwrap();
        for one in entry.all_hyperparameters() {
            write!(text, "| `{}` |", one.name).unwrap();
            for &dialect in &dialects {
                let defaults = entry.defaults(dialect).unwrap_or_default();
                match defaults.iter().find(|(name, _)| *name == one.name) {
                    Some((_, value)) if *value != 0.0 && value.abs() < 1e-3 => {
                        write!(text, " {value:e} |").unwrap()
                    }
                    Some((_, value)) => write!(text, " {value} |").unwrap(),
                    None => text += " – |",
                }
            }
            writeln!(text, " {} |", said(one.meaning).replace('|', "\\|")).unwrap();
        }
    }
    text
}

#[test]
fn the_pages_are_what_the_catalogue_says() {
    for frame in &FRAMES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(frame.file);
        let table = table(frame);
        if std::env::var_os("THALWEG_WRITE_DOCS").is_some() {
            std::fs::write(&path, &table).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == table,
            "docs/{} is out of date: THALWEG_WRITE_DOCS=1 cargo test -p thalweg-optim --test it dialects",
            frame.file
        );
    }
}

/// Code without comments behind it and without space.
fn bare(code: &str) -> String {
    let lines = code.lines().map(|line| line.split("   // ").next().unwrap_or_default().trim());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_pages_on_a_rule_of_one_s_own_are_the_example() {
    let example = bare(&read("crates/thalweg/examples/04_your_own_rule.rs"));
    for page in ["docs/your-own-rule.md", "docs/your-own-rule.ko.md"] {
        let text = read(page);
        let blocks: Vec<&str> =
            text.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        assert!(blocks.len() >= 4, "{page}");
        for block in blocks {
            assert!(
                example.contains(bare(block).trim()),
                "{page} prints what the example does not have:\n{block}"
            );
        }
    }
}

/// What the source of a rule says of its type: the documentation without line ends, and the fields.
fn documented<'s>(source: &'s str, name: &str) -> Option<(String, &'s str)> {
    let (before, _) = source.split_once(&format!("        name: \"{name}\",\n"))?;
    let rule = before.rsplit_once("impl Catalogued for ")?.1.split(' ').next()?;
    let (above, below) = source.split_once(&format!("pub struct {rule} {{\n"))?;
    let lines = above.lines().rev().skip_while(|line| line.starts_with('#'));
    let mut lines: Vec<&str> = lines.map_while(|line| line.strip_prefix("///")).map(str::trim).collect();
    lines.reverse();
    Some((lines.join(" "), below.split_once("\n}")?.0))
}

#[test]
fn every_rule_s_type_says_when_to_use_it_where_it_is_from_and_what_each_hyper_parameter_does() {
    let sources = sources();
    for entry in CATALOG {
        let info = entry.info;
        let found = sources.iter().find_map(|(_, source)| documented(source, info.name));
        let (text, fields) = found.unwrap_or_else(|| panic!("{} has no type of its own", info.name));
        let wanted = format!("When to use it: {}. Source: {}.", info.when, info.paper);
        assert!(text.contains(&wanted), "the documentation of {} lacks: {wanted}", info.name);
        for one in entry.all_hyperparameters() {
            let (listed, field) =
                (format!("- `{}`: {}", one.name, one.meaning), format!("    pub {}:", one.name));
            assert!(
                text.contains(&listed) || fields.contains(&field),
                "the documentation of {} lacks: {listed}",
                info.name
            );
        }
    }
}

#[test]
fn every_rule_that_is_written_is_in_the_catalogue() {
    let modules = read("crates/optim/src/rules/mod.rs");
    for (stem, source) in sources() {
        let declared = stem == "mod" || modules.contains(&format!("mod {stem};"));
        assert!(declared, "rules/{stem}.rs is not compiled: declare it in rules/mod.rs");
        for rule in source.split("impl Catalogued for ").skip(1) {
            let name = rule.split_once("name: \"").unwrap().1.split('"').next().unwrap();
            let known = CATALOG.iter().any(|entry| entry.info.name == name);
            assert!(known, "the rule `{name}` of rules/{stem}.rs has no row in CATALOG");
        }
    }
}

#[test]
fn every_hyper_parameter_says_what_it_does() {
    for entry in CATALOG {
        for one in entry.all_hyperparameters() {
            let (rule, name) = (entry.info.name, one.name);
            let said = !one.meaning.is_empty() && one.meaning != "a number of this rule";
            assert!(
                said,
                "describe `{name}` of `{rule}`: in `special` of its INFO, or in GLOSSARY for all rules"
            );
        }
    }
}

#[test]
fn every_case_can_be_made_again() {
    for entry in CATALOG.iter().filter(|entry| !entry.looks_ahead()) {
        for dialect in entry.dialects() {
            let script = match dialect {
                Dialect::Book => "book.py",
                Dialect::Torch => "torch_rules.py",
                Dialect::Keras => "keras_rules.py",
                Dialect::Optax => "optax_rules.py",
                Dialect::Paper => "paper.py",
            };
            let row = format!("\"{}\"", entry.info.name);
            let there = read(&format!("conformance/{script}")).contains(&row);
            assert!(there, "conformance/{script} has no row {row}: its test vectors cannot be made again");
        }
    }
}

#[test]
fn every_buffer_of_state_is_named_where_the_format_of_the_cases_is_described() {
    let page = read("conformance/README.md");
    let mut layout = Layout::new();
    layout.add("W", &[4, 3]).unwrap();
    let layout = Arc::new(layout);
    for entry in CATALOG {
        for dialect in entry.dialects() {
            let optimizer =
                Specification::new(entry.info.name, dialect).build::<f64>(layout.clone()).unwrap();
            for (buffer, _) in optimizer.state() {
                // One buffer for each axis is called by its first.
                let name = format!("`{}", buffer.trim_end_matches(|digit: char| digit.is_ascii_digit()));
                let rule = entry.info.name;
                assert!(
                    page.contains(&name),
                    "conformance/README.md does not name `{buffer}`, state of `{rule}`"
                );
            }
        }
    }
}

#[test]
fn every_rule_that_torch_has_exchanges_its_state_with_torch() {
    // torch keeps what these have in a form of its own: factored moments, an average of weights, state for matrices alone.
    const WITHOUT: [&str; 3] = ["adafactor", "asgd", "muon"];
    for entry in CATALOG.iter().filter(|entry| entry.defaults(Dialect::Torch).is_some()) {
        let specification = Specification::new(entry.info.name, Dialect::Torch);
        let mut layout = Layout::new();
        layout.add("W", &[4, 3]).unwrap();
        let mut optimizer = specification.build::<f64>(Arc::new(layout)).unwrap();
        optimizer.step(&mut [1.0; 12], &[0.5; 12]).unwrap();
        let written = torch_state::export(&specification, optimizer.as_ref());
        let expected = !WITHOUT.contains(&entry.info.name);
        let name = entry.info.name;
        assert_eq!(
            written.is_ok(),
            expected,
            "`{name}` in ROWS of torch_state/table.rs: {:?}",
            written.err()
        );
    }
}

/// Returns the name of the rule's class in Python: the title, or what `_NAMES` in optim.py has for it.
fn class(entry: &Entry, names: &str) -> String {
    let row = names.split_once(&format!("\"{}\": \"", entry.info.name));
    row.map_or(entry.info.title, |(_, rest)| rest.split('"').next().unwrap()).to_owned()
}

#[test]
fn every_rule_is_a_class_in_python() {
    let module = read("crates/python/python/thalweg/optim.py");
    let names = module.split_once("_NAMES = {").unwrap().1.split_once('}').unwrap().0;
    let stubs = read("crates/python/python/thalweg/optim.pyi");
    let torch = read("crates/python/python/thalweg/torch/__init__.pyi");
    for entry in CATALOG {
        let class = class(entry, names);
        let identifier = class.chars().all(|letter| letter.is_ascii_alphanumeric());
        assert!(
            identifier,
            "`{class}` is no name of a class: add `{}` to _NAMES in optim.py",
            entry.info.name
        );
        let again = "write the stubs again: python crates/python/stubs.py";
        assert!(stubs.contains(&format!("\nclass {class}(Fixed):\n")), "optim.pyi has no {class}; {again}");
        let there = torch.contains(&format!("\nclass {class}(ThalwegOptimizer):\n"));
        assert_eq!(there, !entry.looks_ahead(), "{class} in torch/__init__.pyi; {again}");
        for one in entry.all_hyperparameters() {
            let parameter = format!(" {}: float", one.name);
            let known = one.name == "lambda" || stubs.contains(&parameter);
            assert!(known, "optim.pyi does not know `{}` of {class}; {again}", one.name);
        }
    }
}

#[test]
fn every_class_of_torch_is_compared_with_torch_s_own() {
    let module = read("crates/python/python/thalweg/optim.py");
    let names = module.split_once("_NAMES = {").unwrap().1.split_once('}').unwrap().0;
    let tests = read("crates/python/tests/test_torch.py").to_lowercase();
    // Settings of another class there, and classes that torch's own database of cases holds against torch.
    const ELSEWHERE: [&str; 5] = ["momentum", "nesterov", "amsgrad", "adafactor", "muon"];
    for entry in CATALOG.iter().filter(|entry| entry.defaults(Dialect::Torch).is_some()) {
        let case = format!("(\"{}\", {{", class(entry, names).to_lowercase());
        let there = tests.contains(&case) || ELSEWHERE.contains(&entry.info.name);
        assert!(there, "BOTH in crates/python/tests/test_torch.py has no case {case}…}})");
    }
}

#[test]
fn every_rule_is_measured_or_known_not_to_be() {
    let driver = read("bench/driver/steps.py");
    // Rules that work on whole matrices, and forms of rules that are measured.
    const NOT_MEASURED: [&str; 16] = [
        "adafactor",
        "adam-atan2",
        "dadapt-adam",
        "lamb",
        "lars",
        "muon",
        "nesterov-as-printed",
        "nesterov-lookahead",
        "novograd",
        "prodigy",
        "schedule-free-adamw",
        "schedule-free-sgd",
        "shampoo",
        "signsgd",
        "sm3",
        "soap",
    ];
    for entry in CATALOG {
        let name = entry.info.name;
        let measured = driver.contains(&format!("\"{name}\""));
        let known = NOT_MEASURED.contains(&name);
        assert!(
            measured != known,
            "`{name}` is either in RULES of bench/driver/steps.py or in NOT_MEASURED here"
        );
    }
}

#[test]
fn every_option_of_a_specification_is_an_option_in_python() {
    let module = read("crates/python/python/thalweg/optim.py");
    let options = module.split_once("_OPTIONS = (").unwrap().1.split_once(')').unwrap().0;
    let stubs = read("crates/python/stubs.py");
    let listed = stubs.split_once("OPTIONS = {").unwrap().1.split_once("\n}").unwrap().0;
    let refused = serde_json::from_str::<Specification>(r#"{"not a key": 0}"#).unwrap_err().to_string();
    let keys: Vec<&str> = refused.split('`').skip(3).step_by(2).collect();
    assert!(keys.len() > 8 && keys.contains(&"sharpness"), "{refused}");
    for key in keys.into_iter().filter(|key| !["rule", "dialect", "hyperparameters"].contains(key)) {
        assert!(options.contains(&format!("\"{key}\"")), "_OPTIONS in optim.py lacks `{key}`");
        assert!(listed.contains(&format!("\"{key}\":")), "OPTIONS in stubs.py lacks `{key}`");
    }
}
