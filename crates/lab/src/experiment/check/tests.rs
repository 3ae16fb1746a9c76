use crate::search::{Scale, Space};
use std::ops::Bound::{Excluded, Included, Unbounded};

use proptest::prelude::*;

use super::*;
use crate::experiment::{
    DialectFacts, Document, FunctionFacts, Kind, Length, Metric, Problem, RawProblem, RawProtocol,
    RawRuleTable, RuleFacts, Usual, Workload,
};

/// A small vocabulary for the tests of the whole crate.
pub(crate) fn vocabulary() -> Vocabulary {
    let positive = |name: &str, default| Setting {
        name: name.into(),
        default: Some(default),
        allowed: (Excluded(0.0), Unbounded),
        search: None,
    };
    let share = |name: &str, default| Setting {
        name: name.into(),
        default: Some(default),
        allowed: (Included(0.0), Excluded(1.0)),
        search: Some(Space::between(0.5, 0.99, Scale::OneMinus)),
    };
    let rate =
        |default| Setting { allowed: (Included(0.0), Unbounded), ..positive("learning_rate", default) };
    let dialect = |name: &str, hyperparameters: Vec<Setting>| DialectFacts {
        name: name.into(),
        hyperparameters,
        training_rates: (1e-4, 1.0),
        function_rates: (1e-3, 10.0),
    };
    let rule = |name: &str, hyperparameters: Vec<Setting>| RuleFacts {
        name: name.into(),
        dialects: vec![dialect("book", hyperparameters.clone()), dialect("torch", hyperparameters)],
    };
    Vocabulary {
        rules: vec![
            rule("sgd", vec![rate(0.01)]),
            rule("momentum", vec![rate(0.01), share("momentum", 0.9)]),
            rule(
                "adam",
                vec![rate(0.001), share("beta1", 0.9), share("beta2", 0.999), positive("epsilon", 1e-8)],
            ),
        ],
        default_rules: vec!["sgd".into(), "momentum".into(), "adam".into()],
        default_dialect: "torch".into(),
        functions: vec![
            FunctionFacts { name: "bowl".into(), start: vec![-7.0, 2.0], settings: vec![] },
            FunctionFacts {
                name: "rotated-bowl".into(),
                start: vec![-7.0, 2.0],
                settings: vec![positive("condition", 20.0)],
            },
        ],
        datasets: vec!["digits".into(), "mnist".into()],
        dataset_endings: vec!["csv".into(), "npz".into()],
        activations: vec!["relu".into(), "sigmoid".into(), "tanh".into()],
        initials: vec!["he".into(), "xavier".into()],
        value_deviation: None,
        reads_initial: Some(|text| text == "uniform(0.1)"),
        reads_network: Some(|text| match text {
            "linear 5, linear outputs" => Ok(text.into()),
            _ => Err(format!("`{text}` is no network")),
        }),
        schedules: thalweg_optim::SCHEDULES,
    }
}

/// Parses and checks with the tests' vocabulary.
pub(crate) fn checked(text: &str) -> Checked<Experiment> {
    Document::parse("race.toml", text)?.check(&vocabulary())
}

const LONG: &str = r#"
name = "everything"
seed = 7
preset = "standard"
dialect = "book"
rules = [
    "sgd",
    { name = "momentum", learning_rate = { from = 1e-3, to = 3 }, set = { momentum = 0.5 } },
    { name = "adam", dialect = "torch", label = "adam torch", learning_rate = 0.001, search = { beta1 = { values = [0.8, 0.9] }, epsilon = { from = 1e-8, to = 1e-4, scale = "log" } } },
]

[protocol]
search = "random"
tuning_trials = 9
final_seeds = 4

[[problems]]
function = "rotated-bowl"
start = [1, -2.5]
noise = 0.1
set = { condition = 100 }
steps = 50
target_loss = 0.01
learning_rates = { sgd = 0.5 }

[[problems]]
name = "small digits"
dataset = "digits"
network = "mlp"
hidden = [100, 20]
activation = "tanh"
initial = 0.01
batch = 32
sampling = "replacement"
steps = 200
schedule = { name = "cosine", warmup = 10 }
metric = "loss"
difference = 0.02
"#;

#[test]
fn everything_written_arrives_and_the_rest_is_filled_in() {
    let experiment = checked(LONG).unwrap();
    assert_eq!(
        (experiment.name.as_str(), experiment.seed, experiment.preset),
        ("everything", 7, Preset::Standard)
    );
    assert_eq!((experiment.protocol.tuning_trials, experiment.protocol.confirmation_seeds), (9, 5));
    let labels: Vec<_> =
        experiment.rules.iter().map(|arm| (arm.label.as_str(), arm.dialect.as_str())).collect();
    assert_eq!(labels, [("sgd", "book"), ("momentum", "book"), ("adam torch", "torch")]);
    assert_eq!(experiment.rules[1].set["momentum"], 0.5);
    assert_eq!(experiment.rules[1].defaults["momentum"], 0.9);
    assert_eq!(experiment.rules[2].set["beta2"], 0.999);
    let [function, digits] = &experiment.problems[..] else { panic!("two problems") };
    assert_eq!(function.learning_rates["sgd"], LearningRate::Fixed(0.5));
    assert_eq!(function.learning_rates["momentum"], LearningRate::Search { from: 1e-3, to: 3.0 });
    assert_eq!(digits.learning_rates["sgd"], LearningRate::Search { from: 1e-4, to: 1.0 });
    let Workload::Training(training) = &digits.workload else { panic!("a training problem") };
    assert_eq!(
        (training.length, training.metric, training.normalize),
        (Length::Steps(200), Metric::Loss, thalweg_data::Normalize::Usual)
    );
    assert_eq!(training.schedule.settings["warmup"], thalweg_optim::Setting::Number(10.0));
}

#[test]
fn written_out_it_is_the_same_experiment_again() {
    for text in [
        LONG,
        "[problem]\nfunction = \"bowl\"",
        "seed = 3\n[problem]\ndataset = \"mnist\"\ninitial = \"he\"",
        "[problem]\ndataset = \"mnist\"\nhidden = []",
        "[problem]\ndataset = \"mnist\"\nnetwork = [\"linear 5\", \"linear outputs\"]",
    ] {
        let experiment = checked(text).unwrap();
        let resolved = experiment.to_toml();
        let again = checked(&resolved).unwrap_or_else(|error| panic!("{error}\n{resolved}"));
        assert_eq!(again, experiment);
        assert_eq!(again.to_toml(), resolved);
    }
}

#[test]
fn the_shortest_experiment_has_sensible_defaults() {
    let experiment = checked("[problem]\ndataset = \"digits\"").unwrap();
    assert_eq!(experiment.name, "race");
    assert_eq!(experiment.rules.iter().map(|arm| arm.dialect.as_str()).collect::<Vec<_>>(), ["torch"; 3]);
    assert_eq!(experiment.planned_cells(), 3 * 32);
    let Problem { name, difference, .. } = &experiment.problems[0];
    assert_eq!((name.as_str(), *difference), ("digits", 0.005));
    let Workload::Training(training) = &experiment.problems[0].workload else { panic!("a training problem") };
    assert_eq!((training.length, training.batch), (Length::Epochs(30), 100));
    // Without chance: ten times 13 trials, one final run, one run at the defaults.
    assert_eq!(checked("[problem]\nfunction = \"bowl\"").unwrap().planned_cells(), 3 * 132);
    // As many as were asked for, and no more than a function of many steps has time for.
    let planned =
        |text: &str| checked(&format!("[problem]\nfunction = \"bowl\"\n{text}")).unwrap().planned_cells();
    assert_eq!(planned("[protocol]\ntuning_trials = 7"), 3 * 9);
    assert_eq!(planned("steps = 10000"), 3 * 32);
    assert_eq!(planned("steps = 1000000"), 3 * 15);
}

#[test]
fn mistakes_are_pointed_at() {
    for (text, start, help) in [
        ("", "race.toml: there is no problem to compare the rules on", "add a section [problem]"),
        ("preset = \"quik\"", "race.toml:1:10: unknown preset `quik`", "did you mean `quick`?"),
        ("rules = []\n", "race.toml:1:9: no rules to compare", "for example"),
        ("rules = [\"sgd\", \"adm\"]", "race.toml:1:17: unknown rule `adm`", "did you mean `adam`?"),
        ("rules = [\"sgd\", \"sgd\"]", "race.toml:1:17: the rule `sgd` is listed twice", "label"),
        (
            "rules = [{ name = \"adam\", label = \"a\\nadam is clearly better\" }]",
            "race.toml:1:35: `label` has a line break or a tab in it",
            "in one line",
        ),
        (
            "name = \"a\\tb\"\n[problem]\nfunction = \"bowl\"",
            "race.toml:1:8: `name` has a line break",
            "spaces",
        ),
        (
            "[problem]\nfunction = \"bowl\"\nname = \"\\u2028\"",
            "race.toml:3:8: `name` has a line break",
            "spaces",
        ),
        ("[[rules]]\ndialect = \"book\"", "race.toml:1:1: this rule has no `name`", "adam"),
        (
            "rules = [\"sgd\"]\ndialect = \"boko\"",
            "race.toml:2:11: unknown dialect of `sgd`: `boko`",
            "did you mean `book`?",
        ),
        (
            "[[rules]]\nname = \"momentum\"\nset = { momemtum = 0.9 }",
            "race.toml:3:9: unknown setting of `momentum`: `momemtum`",
            "did you mean `momentum`?",
        ),
        (
            "[[rules]]\nname = \"momentum\"\nset = { momentum = 1.0 }",
            "race.toml:3:20: `momentum` must be at least 0 and less than 1, not 1",
            "",
        ),
        (
            "[[rules]]\nname = \"sgd\"\nlearning_rate = { from = 1, to = 0.1 }",
            "race.toml:3:26: `from` must be less than `to`, but 1 is not less than 0.1",
            "",
        ),
        (
            "[[rules]]\nname = \"sgd\"\nlearning_rate = { from = 1 }",
            "race.toml:3:17: a range needs both ends",
            "",
        ),
        (
            "[[rules]]\nname = \"sgd\"\nlearning_rate = nan",
            "race.toml:3:17: `learning_rate` must be 0 or greater",
            "",
        ),
        (
            "[protocol]\nfinal_seeds = 0",
            "race.toml:2:15: `final_seeds` must be between 1 and 10000, not 0",
            "",
        ),
        ("[problem]\nsteps = 3", "race.toml:1:1: this problem names neither", "for example"),
        (
            "[problem]\nfunction = \"bowll\"",
            "race.toml:2:12: unknown function `bowll`",
            "did you mean `bowl`?",
        ),
        (
            "[problem]\nfunction = \"bowl\"\nhidden = [3]",
            "race.toml:3:10: `hidden` belongs to a problem with a `dataset`",
            "",
        ),
        (
            "[problem]\nfunction = \"bowl\"\nstart = [1]",
            "race.toml:3:9: `bowl` takes 2 variables, but `start` has 1",
            "",
        ),
        (
            "[problem]\nfunction = \"bowl\"\nnoise = -1",
            "race.toml:3:9: `noise` must be 0 or greater, not -1",
            "",
        ),
        (
            "[problem]\ndataset = \"digit\"",
            "race.toml:2:11: unknown dataset `digit`",
            "did you mean `digits`?",
        ),
        (
            "[problem]\ndataset = \"digits\"\nactivation = \"rellu\"",
            "race.toml:3:14: unknown activation `rellu`",
            "relu",
        ),
        (
            "[problem]\ndataset = \"digits\"\nsampling = \"all\"",
            "race.toml:3:12: unknown sampling `all`",
            "`shuffled`",
        ),
        (
            "[problem]\ndataset = \"digits\"\nsteps = 1\nepochs = 1",
            "race.toml:4:10: both `steps` and `epochs`",
            "keep one",
        ),
        ("[problem]\ndataset = \"digits\"\nbatch = 0", "race.toml:3:9: `batch` must be between 1 and", ""),
        (
            "[problem]\ndataset = \"digits\"\nhidden = [5, 0]",
            "race.toml:3:10: a hidden layer must be between",
            "",
        ),
        ("[problem]\ndataset = \"digits\"\nvalidation = 0.2", "race.toml:3:14:", ""),
        (
            "[problem]\ndataset = \"digits\"\nlabel_smoothing = 1",
            "race.toml:3:19: `label_smoothing` must be from 0 to less than 1, not 1",
            "",
        ),
        (
            "[problem]\nprogram = [\"mine\"]\nlabel_smoothing = 0.1",
            "race.toml:3:19: `label_smoothing` does not belong to a problem with a `program`",
            "settles it by itself",
        ),
        (
            "[problem]\ndataset = \"digits\"\ninitial = \"uniform(-1)\"",
            "race.toml:3:11: `uniform(-1)` does not say how",
            "uniform(0.1)",
        ),
        (
            "[[rules]]\nname = \"adam\"\nsearch = [\"beta3\"]\n[problem]\ndataset = \"digits\"",
            "race.toml:3:11: unknown setting of `adam`: `beta3`",
            "did you mean `beta1`?",
        ),
        (
            "[[rules]]\nname = \"adam\"\nsearch = [\"learning_rate\"]\n[problem]\ndataset = \"digits\"",
            "race.toml:3:11: the learning rate has a key of its own",
            "learning_rate = { from",
        ),
        (
            "[[rules]]\nname = \"adam\"\nsearch = [\"epsilon\"]\n[problem]\ndataset = \"digits\"",
            "race.toml:3:11: `epsilon` has no usual range",
            "search = { epsilon = { from",
        ),
        (
            "[[rules]]\nname = \"adam\"\nset = { beta1 = 0.5 }\nsearch = [\"beta1\"]\n[problem]\ndataset = \"digits\"",
            "race.toml:3:9: `beta1` is both set and searched for",
            "keep one",
        ),
        (
            "[[rules]]\nname = \"adam\"\nsearch = { beta1 = { from = 0.9, to = 1 } }\n[problem]\ndataset = \"digits\"",
            "race.toml:3:39: `beta1` must be at least 0 and less than 1, not 1",
            "",
        ),
        (
            "[[rules]]\nname = \"adam\"\nsearch = { beta1 = { from = 0, to = 0.5, scale = \"log\" } }\n[problem]\ndataset = \"digits\"",
            "race.toml:3:20: a logarithmic range begins above 0",
            "linear",
        ),
        (
            "[[rules]]\nname = \"adam\"\nsearch = { beta1 = { from = 0.9 } }\n[problem]\ndataset = \"digits\"",
            "race.toml:3:20: a range needs both ends",
            "",
        ),
        (
            "[[rules]]\nname = \"adam\"\nsearch = { beta1 = [0.5, 0.9] }\n[problem]\ndataset = \"digits\"",
            "race.toml:3:20: expected { from = 0.5, to = 0.99 } or { values = [0.5, 0.9] }, found a list",
            "",
        ),
        (
            "[[rules]]\nname = \"adam\"\nsearch = { beta1 = { values = [0.9], to = 0.5 } }\n[problem]\ndataset = \"digits\"",
            "race.toml:3:20: `values` stands alone",
            "from = 0.5",
        ),
        (
            "[[rules]]\nname = \"adam\"\nsearch = { beta1 = { values = [0.9, 0.5, 0.9] } }\n[problem]\ndataset = \"digits\"",
            "race.toml:3:42: 0.9 is listed twice; list each value once",
            "",
        ),
        (
            "[problem]\ndataset = \"digits\"\naugmentation = { crop = 0 }",
            "race.toml:3:16: a crop of 0: it is the smallest share of an image's area",
            "",
        ),
        (
            "[problem]\ndataset = \"digits\"\nhidden = [5]\nnetwork = \"linear 5, linear outputs\"",
            "race.toml:3:10: both `network` and `hidden` are given",
            "keep one",
        ),
        (
            "[problem]\ndataset = \"digits\"\nschedule = \"cosin\"",
            "race.toml:3:12: unknown schedule `cosin`",
            "cosine",
        ),
        (
            "[problem]\ndataset = \"digits\"\nschedule = { name = \"cosine\", wramup = 3 }",
            "race.toml:3:31: unknown setting of `cosine`: `wramup`",
            "did you mean `warmup`?",
        ),
        (
            "[problem]\ndataset = \"digits\"\nplateau = { patence = 3 }",
            "race.toml:3:13: unknown setting of `plateau`: `patence`",
            "did you mean `patience`?",
        ),
        (
            "[problem]\ndataset = \"digits\"\nplateau = { factor = 1.5 }",
            "race.toml:3:22: factor = 1.5 is out of range",
            "it must be",
        ),
        (
            "[problem]\nfunction = \"bowl\"\nplateau = {}",
            "race.toml:3:11: `plateau` belongs to a problem with a `dataset`",
            "",
        ),
        (
            "[problem]\ndataset = \"digits\"\n[problem.learning_rates]\nsgdd = 0.1",
            "race.toml:4:1: unknown rule of this experiment: `sgdd`",
            "did you mean `sgd`?",
        ),
        (
            "[[problems]]\ndataset = \"digits\"\n[[problems]]\ndataset = \"digits\"",
            "race.toml:3:1: two problems are called `digits`",
            "another `name`",
        ),
        (
            "rules = [{ name = \"adam\", schedules = { beta3 = \"cosine\" } }]",
            "race.toml:1:41: unknown hyper-parameter of `adam`: `beta3`",
            "did you mean `beta1`?",
        ),
        (
            "rules = [{ name = \"adam\", schedules = { learning_rate = \"cosine\" } }]",
            "race.toml:1:41: the schedule of the learning rate is the same for all rules",
            "schedule = { name = \"cosine\" }",
        ),
        (
            "rules = [{ name = \"adam\", schedules = { beta1 = { name = \"cosine\", warmup = -1 } } }]",
            "race.toml:1:77: `warmup` must be",
            "",
        ),
    ] {
        let error = checked(text).unwrap_err().to_string();
        assert!(error.starts_with(start), "{text}\ngave\n{error}");
        assert!(error.contains(help), "{text}\ngave\n{error}");
    }
}

#[test]
fn options_from_the_command_line_need_no_file() {
    use crate::experiment::given;
    let mut document = Document::default();
    document.raw.problem =
        Some(given(RawProblem { dataset: Some(given("digts".into())), ..RawProblem::default() }));
    let error = document.check(&vocabulary()).unwrap_err();
    assert_eq!(error.to_string(), "unknown dataset `digts`\nhelp: did you mean `digits`?");
    document.raw.problem =
        Some(given(RawProblem { dataset: Some(given("my/data.CSV".into())), ..RawProblem::default() }));
    assert_eq!(document.check(&vocabulary()).unwrap().problems[0].name, "my/data.CSV");
}

#[test]
fn other_hyperparameters_follow_schedules_of_their_own() {
    let experiment = checked(
        "rules = [{ name = \"momentum\", label = \"falling\", schedules = { momentum = { name = \"linear\", end = 0.5 } } }, \"momentum\"]\n\
         [problem]\nfunction = \"bowl\"",
    )
    .unwrap();
    let schedules = &experiment.rules[0].around.schedules;
    assert_eq!(schedules["momentum"].name, "linear");
    assert_eq!(schedules["momentum"].settings["end"], thalweg_optim::Setting::Number(0.5));
    assert!(experiment.rules[1].around.is_empty());
    // What is written out is what was read, and the rule that runs has it.
    assert_eq!(checked(&experiment.to_toml()).unwrap().rules, experiment.rules);
    let rule = thalweg_optim::Specification::new("momentum", thalweg_optim::Dialect::Book);
    let rule = experiment.rules[0].around.apply(rule, 100).unwrap();
    assert_eq!(rule.schedules["momentum"].factor(50), 0.75);
}

#[test]
fn schedule_settings_from_the_command_line_are_checked_and_arrive() {
    use crate::experiment::{RawSchedule, RawSetting, given};
    let with = |setting: &str| {
        let schedule = RawSchedule {
            name: Some(given("cosine".into())),
            settings: [(given(setting.to_string()), given(RawSetting::Number(7.0)))].into(),
        };
        let mut document = Document::parse("race.toml", "[problem]\ndataset = \"digits\"").unwrap();
        let problem = RawProblem {
            dataset: Some(given("digits".into())),
            schedule: Some(given(schedule)),
            ..RawProblem::default()
        };
        document.raw.problem = Some(given(problem));
        document.check(&vocabulary())
    };
    let experiment = with("warmup").unwrap();
    let Workload::Training(training) = &experiment.problems[0].workload else { panic!("a training problem") };
    assert_eq!(training.schedule.settings["warmup"], thalweg_optim::Setting::Number(7.0));
    let error = with("wramup").unwrap_err().to_string();
    assert!(error.contains("unknown setting of `cosine`: `wramup`"), "{error}");
    assert!(error.contains("did you mean `warmup`?"), "{error}");
}

#[test]
fn rates_of_rules_that_an_option_left_out_are_ignored() {
    use crate::experiment::{RawRule, given};
    let text = "rules = [\"sgd\", { name = \"adam\", label = \"mine\" }]\n[problem]\ndataset = \"digits\"\n\
                [problem.learning_rates]\nsgd = 0.1\nmine = 0.2\n";
    let choose = |text: &str| {
        let mut document = Document::parse("race.toml", text).unwrap();
        document.raw.rules = Some(given(vec![given(RawRule::Name("sgd".into()))]));
        document.check(&vocabulary())
    };
    assert_eq!(
        choose(text).unwrap().problems[0].learning_rates,
        [("sgd".to_string(), LearningRate::Fixed(0.1))].into()
    );
    choose(&format!("{text}momentum = 0.3\n")).unwrap();
    let error = choose(&format!("{text}momentun = 0.3\n")).unwrap_err().to_string();
    assert!(error.starts_with("race.toml:7:1: unknown rule of this experiment: `momentun`"), "{error}");
    // As written, without the option, a rate for a rule that takes no part is a mistake.
    let error = checked(&format!("{text}momentum = 0.3\n")).unwrap_err().to_string();
    assert!(error.contains("unknown rule of this experiment: `momentum`"), "{error}");
}

/// Reads a file of the repository.
fn read(path: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

const FUNCTION: &str = "function = \"rotated-bowl\"";

#[test]
fn every_key_of_a_problem_changes_it_or_is_refused() {
    for key in RawProblem::keys().iter().filter(|key| Kind::ALL.iter().all(|kind| kind.key() != key.name)) {
        assert!(!key.samples.is_empty(), "give `{}` a sample", key.name);
        for &kind in Kind::ALL {
            let base = match kind {
                Kind::Function => format!("[problem]\n{FUNCTION}\n"),
                Kind::Dataset => "[problem]\ndataset = \"digits\"\n".to_owned(),
                Kind::Program => "[problem]\nprogram = [\"mine\"]\n".to_owned(),
                Kind::Command => "[problem]\ncommand = [\"mine\"]\n".to_owned(),
            };
            let plain = checked(&base).unwrap();
            let with = |value: &&str| checked(&format!("{base}{} = {value}", key.name));
            let changed: Vec<Checked<Experiment>> = key.samples.iter().map(with).collect();
            match key.of.contains(&kind) {
                true => assert!(
                    changed.iter().any(|one| *one.as_ref().unwrap() != plain),
                    "`{}` is accepted and does nothing in\n{base}",
                    key.name
                ),
                false => assert!(changed.iter().all(Result::is_err), "`{}` is accepted in\n{base}", key.name),
            }
            if let (Usual::Value(value), true) = (key.default, key.of.contains(&kind)) {
                assert_eq!(with(&value).as_ref(), Ok(&plain), "the default of `{}` in\n{base}", key.name);
            }
        }
    }
}

#[test]
fn every_key_of_a_rule_changes_it() {
    let with = |more: &str| {
        checked(&format!("rules = [{{ name = \"momentum\"{more} }}]\n[problem]\n{FUNCTION}")).unwrap()
    };
    for key in RawRuleTable::keys().iter().filter(|key| key.name != "name") {
        let [value] = key.samples else { panic!("give `{}` a sample", key.name) };
        assert_ne!(with(&format!(", {} = {value}", key.name)), with(""), "`{}` does nothing", key.name);
    }
}

#[test]
fn every_key_of_the_protocol_changes_it() {
    let with = |more: &str| checked(&format!("[protocol]\n{more}\n[problem]\n{FUNCTION}")).unwrap().protocol;
    for key in RawProtocol::keys() {
        let [value] = key.samples else { panic!("give `{}` a sample", key.name) };
        assert_ne!(with(&format!("{} = {value}", key.name)), with(""), "`{}` does nothing", key.name);
    }
}

#[test]
fn what_an_option_writes_is_what_a_file_has() {
    let base = "[problem]\ndataset = \"digits\"\n";
    for (name, option, file) in [
        ("label_smoothing", "0.1", "0.1"),
        ("class_weights", "balanced", "\"balanced\""),
        ("class_weights", "1,1,5", "[1, 1, 5]"),
        ("augmentation", "shift=1,flip", "{ shift = 1, flip = true }"),
        ("early_stopping", "7", "{ patience = 7 }"),
        ("plateau", "patience=7,factor=0.5", "{ patience = 7, factor = 0.5 }"),
        ("hidden", "none", "[]"),
        ("hidden", "7,8", "[7, 8]"),
        ("initial", "0.5", "0.5"),
        ("initial", "xavier", "\"xavier\""),
        ("network", "linear 5, linear outputs", "[\"linear 5\", \"linear outputs\"]"),
        ("schedule", "cosine", "\"cosine\""),
        ("batch", "7", "7"),
        ("steps", "7", "7"),
    ] {
        let keys = RawProblem::keys();
        let set = keys.iter().find(|key| key.name == name).and_then(|key| key.option.as_ref()).unwrap().set;
        let mut document = Document::parse("race.toml", base).unwrap();
        set(document.raw.problem.as_mut().unwrap().get_mut(), option).unwrap();
        let from_option = document.check(&vocabulary()).unwrap();
        assert_eq!(from_option, checked(&format!("{base}{name} = {file}")).unwrap(), "{name}");
        assert_ne!(from_option, checked(base).unwrap(), "{name}");
    }
}

#[test]
fn every_field_of_a_checked_problem_reaches_what_runs_it() {
    let fields = |file: &str, name: &str| -> Vec<String> {
        let source = read(file);
        let body =
            source.split_once(&format!("pub struct {name} {{\n")).expect(name).1.split("\n}").next().unwrap();
        let lines = body.lines().filter_map(|line| line.trim().strip_prefix("pub "));
        lines.filter_map(|line| line.split_once(':').map(|(field, _)| field.to_owned())).collect()
    };
    for (name, files) in [
        ("TrainingProblem", &["training.rs", "mod.rs"][..]),
        ("FunctionProblem", &["function.rs", "mod.rs"]),
        ("ProgramProblem", &["own.rs", "program/mod.rs", "mod.rs"]),
    ] {
        let engine: String =
            files.iter().map(|file| read(&format!("crates/workloads/src/engine/{file}"))).collect();
        let fields = fields("crates/lab/src/experiment/problem.rs", name);
        assert!(fields.len() > 4, "{name}: {fields:?}");
        for field in fields {
            let there = engine.contains(&format!("problem.{field}"));
            assert!(
                there,
                "`{field}` of {name} is checked, and {files:?} of crates/workloads/src/engine do not read it"
            );
        }
    }
    // What the trainer has as a file has it.
    let trainer: String =
        ["network.rs", "trainer.rs"].iter().map(|file| read(&format!("crates/train/src/{file}"))).collect();
    let keys = RawProblem::keys();
    for field in fields("crates/data/src/learning.rs", "Learning") {
        assert!(keys.iter().any(|key| key.name == field), "no file can say `{field}` of Learning");
        assert!(
            trainer.contains(&format!("learning.{field}")),
            "the trainer does not read `{field}` of Learning"
        );
    }
}

#[test]
fn every_statistic_is_compiled_and_tested() {
    let list = read("crates/lab/src/statistics/mod.rs");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/statistics");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let declared = stem == "mod" || list.contains(&format!("mod {stem};"));
        assert!(declared, "statistics/{stem}.rs is not compiled: declare it in statistics/mod.rs");
        assert!(stem == "mod" || text.contains("#[test]"), "statistics/{stem}.rs has no test");
    }
}

proptest! {
    /// Whatever happens to the bytes of a file, the answer is an experiment or a sentence.
    #[test]
    fn damaged_files_never_panic(
        cut in 0..LONG.len(),
        flips in prop::collection::vec((0..LONG.len(), any::<u8>()), 0..6),
        doubled in 0..LONG.len(),
    ) {
        let mut bytes = LONG.as_bytes().to_vec();
        for (place, byte) in flips {
            bytes[place] = byte;
        }
        bytes.truncate(LONG.len() - cut);
        let copy = bytes[doubled.min(bytes.len())..].to_vec();
        bytes.extend(copy);
        if let Err(error) = Document::from_bytes("race.toml", &bytes).and_then(|document| document.check(&vocabulary())) {
            prop_assert!(error.to_string().starts_with("race.toml"));
        }
    }
}
