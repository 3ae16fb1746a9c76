//! Chapter 6: techniques of learning.

use super::entry::{Entry, Request, Takes};
use super::numbers::{row, table_of};
use super::sheet::Sheet;
use super::studies::{
    ACTIVATIONS, BATCH_NORM, BookStudy, DROPOUT, OPTIMIZERS, RANDOM_SEARCH, WEIGHT_DECAY, WEIGHT_INIT, ZEROS,
    study,
};
use crate::commands::step::{Gradients, Trace, trace};
use crate::commands::trajectory::{Followed, picture, rule_on, summary};
use crate::failure::Failure;
use crate::language::Language;
use crate::plot::arrows;
use std::sync::Arc;
use thalweg::data::{Function, Noisy};
use thalweg::nn::ops::BatchNorm;
use thalweg::nn::{BATCH, Graph, Session, initial_statistics};
use thalweg::optim::{Dialect, Specification};
use thalweg::pages;

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        number: "6.1.2",
        lesson: |language| language.words().sgd_lesson(),
        formula: "W ← W − η ∂L/∂W",
        seconds: 0,
        takes: Takes::Exactly(1),
        shortened: false,
        next: &[
            "thalweg learn 6.1.2 --with 0.5",
            "thalweg step --rule sgd --at 3,4 --gradients 6,8 --set learning_rate=0.1",
        ],
        python: include_str!("python/6.1.2.py"),
        experiment: sgd,
    },
    Entry {
        number: "6.1.3",
        lesson: |language| language.words().bowl_lesson(),
        formula: "f(x, y) = x²/20 + y²,  ∇f = (x/10, 2 y)",
        seconds: 0,
        takes: Takes::Exactly(1),
        shortened: false,
        next: &["thalweg learn 6.1.3 --with 0.5", "thalweg learn 6.1.3 --with 1.01"],
        python: include_str!("python/6.1.3.py"),
        experiment: bowl,
    },
    Entry {
        number: "6.1.4",
        lesson: |language| language.words().momentum_lesson(),
        formula: "v ← α v − η ∂L/∂W\nW ← W + v",
        seconds: 0,
        takes: Takes::Exactly(1),
        shortened: false,
        next: &[
            "thalweg learn 6.1.4 --with 0.3",
            "thalweg trajectory --rules momentum:0.1,nesterov:0.1",
            "thalweg step --rule momentum --steps 3",
        ],
        python: include_str!("python/6.1.4.py"),
        experiment: |request| {
            on_the_bowl(request, "momentum", 0.1, &[("momentum", &[("learning_rate", 0.1)])])
        },
    },
    Entry {
        number: "6.1.5",
        lesson: |language| language.words().adagrad_lesson(),
        formula: "AdaGrad  h ← h + ∂L/∂W ⊙ ∂L/∂W,  W ← W − η 1/√h ∂L/∂W\nRMSProp  h ← γ h + (1 − γ) ∂L/∂W ⊙ ∂L/∂W",
        seconds: 0,
        takes: Takes::Exactly(1),
        shortened: false,
        next: &[
            "thalweg learn 6.1.5 --with 0.5",
            "thalweg step --rule rmsprop --set learning_rate=1 --set decay_rate=0.75 --steps 3",
        ],
        python: include_str!("python/6.1.5.py"),
        experiment: |request| {
            let checked: &[Checked<'_>] = &[
                ("adagrad", &[("learning_rate", 1.0)]),
                ("rmsprop", &[("learning_rate", 1.0), ("decay_rate", 0.75)]),
            ];
            on_the_bowl(request, "adagrad", 1.5, checked)
        },
    },
    Entry {
        number: "6.1.6",
        lesson: |language| language.words().adam_lesson(),
        formula: "m ← β₁ m + (1 − β₁) ∂L/∂W,  v ← β₂ v + (1 − β₂) ∂L/∂W ⊙ ∂L/∂W\nW ← W − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) m / (√v + 10⁻⁷)",
        seconds: 0,
        takes: Takes::Exactly(1),
        shortened: false,
        next: &[
            "thalweg learn 6.1.6 --with 0.03",
            "thalweg step --rule adam --set learning_rate=0.1 --at 1,2 --gradients 0.5,-1 --steps 3",
        ],
        python: include_str!("python/6.1.6.py"),
        experiment: |request| {
            let checked: &[Checked<'_>] =
                &[("adam", &[("learning_rate", 1.0), ("beta1", 0.5), ("beta2", 0.5)])];
            on_the_bowl(request, "adam", 0.3, checked)
        },
    },
    Entry {
        number: "6.1.7",
        lesson: |language| language.words().which_rule_lesson(),
        formula: "f(x, y) = x²/20 + y²",
        seconds: 0,
        takes: Takes::Nothing,
        shortened: false,
        next: &[
            "thalweg trajectory --rules sgd,momentum,adagrad,adam --start -7,0.5",
            "thalweg trajectory --rules sgd:0.001,momentum:0.0005,adagrad:0.5,adam:0.1 --function rosenbrock --steps 100",
        ],
        python: include_str!("python/6.1.7.py"),
        experiment: which_rule,
    },
    Entry {
        number: "6.1.8",
        lesson: |language| language.words().rules_on_digits_lesson(),
        formula: "784-100-100-100-100-10, ReLU, He",
        seconds: 3,
        takes: Takes::Nothing,
        shortened: true,
        next: &[
            "thalweg learn 6.1.8 --seed 2",
            "thalweg learn 6.1.8 --full",
            "thalweg lr-test --rules sgd,adam --problem digits",
        ],
        python: include_str!("python/6.1.8.py"),
        experiment: |request| {
            study(
                request,
                &BookStudy {
                    text: OPTIMIZERS,
                    chosen: "",
                    smaller: "seeds = 1\n[problem]\nsteps = 300\nevaluate_every = 10",
                },
            )
        },
    },
    Entry {
        number: "6.2.1",
        lesson: |language| language.words().zeros_lesson(),
        formula: "W = 0",
        seconds: 4,
        takes: Takes::Nothing,
        shortened: true,
        next: &["thalweg learn 6.2.1 --full", "thalweg train --dataset digits --initial zeros --steps 300"],
        python: include_str!("python/6.2.1.py"),
        experiment: |request| {
            study(
                request,
                &BookStudy {
                    text: ZEROS,
                    chosen: "",
                    smaller: "seeds = 1\n[problem]\nsteps = 300\nevaluate_every = 10",
                },
            )
        },
    },
    Entry {
        number: "6.2.2",
        lesson: |language| language.words().activations_lesson(),
        formula: "Xavier  σ = 1/√n,  He  σ = √(2/n)",
        seconds: 1,
        takes: Takes::Nothing,
        shortened: false,
        next: &["thalweg learn 6.2.2 --seed 2", "thalweg learn 6.2.4"],
        python: include_str!("python/6.2.2.py"),
        experiment: |request| study(request, &BookStudy { text: ACTIVATIONS, chosen: "", smaller: "" }),
    },
    Entry {
        number: "6.2.4",
        lesson: |language| language.words().initial_values_lesson(),
        formula: "σ = 0.01,  Xavier  σ = 1/√n,  He  σ = √(2/n)",
        seconds: 3,
        takes: Takes::Nothing,
        shortened: true,
        next: &[
            "thalweg learn 6.2.4 --full",
            "thalweg train --dataset digits --hidden 100,100,100,100 --initial 0.01 --steps 300",
        ],
        python: include_str!("python/6.2.4.py"),
        experiment: |request| {
            study(
                request,
                &BookStudy {
                    text: WEIGHT_INIT,
                    chosen: "",
                    smaller: "seeds = 1\n[problem]\nsteps = 300\nevaluate_every = 10",
                },
            )
        },
    },
    Entry {
        number: "6.3.1",
        lesson: |language| language.words().batch_normalisation_lesson(),
        formula: "x̂ = (x − μ) / √(σ² + ε),  y = γ x̂ + β",
        seconds: 0,
        takes: Takes::Any,
        shortened: false,
        next: &["thalweg learn 6.3.1 --with 101,102,103,106", "thalweg learn 6.3.1 --with 10,20,30,60"],
        python: include_str!("python/6.3.1.py"),
        experiment: batch_normalisation,
    },
    Entry {
        number: "6.3.2",
        lesson: |language| language.words().batch_norm_effect_lesson(),
        formula: "σ = 1, 0.0858, 0.01, 0.0001",
        seconds: 4,
        takes: Takes::Nothing,
        shortened: true,
        next: &["thalweg learn 6.3.2 --full", "thalweg learn 6.3.2 --seed 2"],
        python: include_str!("python/6.3.2.py"),
        experiment: |request| {
            study(
                request,
                &BookStudy {
                    text: BATCH_NORM,
                    chosen: "",
                    smaller: "[panels]\ninitial = [1.0, 0.0858, 0.01, 0.0001]",
                },
            )
        },
    },
    Entry {
        number: "6.4.1",
        lesson: |language| language.words().overfitting_lesson(),
        formula: "784-100-100-100-100-100-100-10, N = 300",
        seconds: 2,
        takes: Takes::Nothing,
        shortened: true,
        next: &["thalweg learn 6.4.1 --seed 2", "thalweg learn 6.4.2"],
        python: include_str!("python/6.4.1.py"),
        experiment: |request| {
            let without = "lines = [{ name = \"without\" }]";
            study(request, &BookStudy { text: WEIGHT_DECAY, chosen: without, smaller: "seeds = 1" })
        },
    },
    Entry {
        number: "6.4.2",
        lesson: |language| language.words().weight_decay_lesson(),
        formula: "L + ½ λ Σ W²,  ∂L/∂W + λ W,  λ = 0.1",
        seconds: 3,
        takes: Takes::Nothing,
        shortened: true,
        next: &["thalweg learn 6.4.2 --seed 2", "thalweg learn 6.4.2 --full"],
        python: include_str!("python/6.4.2.py"),
        experiment: |request| {
            study(request, &BookStudy { text: WEIGHT_DECAY, chosen: "", smaller: "seeds = 1" })
        },
    },
    Entry {
        number: "6.4.3",
        lesson: |language| language.words().dropout_lesson(),
        formula: "y = x ⊙ mask,  P(mask = 0) = 0.2",
        seconds: 4,
        takes: Takes::Nothing,
        shortened: true,
        next: &["thalweg learn 6.4.3 --seed 2", "thalweg learn 6.4.3 --full"],
        python: include_str!("python/6.4.3.py"),
        experiment: |request| study(request, &BookStudy { text: DROPOUT, chosen: "", smaller: "seeds = 1" }),
    },
    Entry {
        number: "6.5.3",
        lesson: |language| language.words().random_search_lesson(),
        formula: "log₁₀ η ~ U(−6, −2),  log₁₀ λ ~ U(−8, −4)",
        seconds: 3,
        takes: Takes::Nothing,
        shortened: true,
        next: &[
            "thalweg learn 6.5.3 --seed 2",
            "thalweg learn 6.5.3 --full",
            "thalweg sweep --rule sgd --over learning_rate=0.01,0.1,1 --seeds 1 --problem digits",
        ],
        python: include_str!("python/6.5.3.py"),
        experiment: |request| {
            study(request, &BookStudy { text: RANDOM_SEARCH, chosen: "", smaller: "[search]\ntrials = 20" })
        },
    },
];

/// A rule with the settings of an example that the notes check by hand.
type Checked<'a> = (&'a str, &'a [(&'a str, f64)]);

/// The parameters and gradients of the notes' examples.
const PARAMETERS: [f64; 2] = [1.0, 2.0];
const GRADIENTS: [f64; 2] = [2.0, 1.0];

/// Updates of a path, as in the book's figures.
const UPDATES: u64 = 30;

/// Two updates of a rule, number by number.
fn hand_checked(rule: &Specification, language: Language) -> Result<Trace, Failure> {
    let gradients = Gradients::Given(vec![GRADIENTS.to_vec()]);
    trace(rule, &[PARAMETERS.len()], &PARAMETERS, &gradients, 2, language)
}

fn sgd(request: &Request) -> Result<Sheet, Failure> {
    let rate = request.numbers(&[0.1])[0];
    let rule = Specification::new("sgd", Dialect::Book).with("learning_rate", rate);
    let mut sheet = Sheet::default();
    sheet.table(hand_checked(&rule, request.language)?.table(request.language));
    Ok(sheet)
}

/// Follows a rule on the book's bowl.
fn followed(rule: Specification) -> Result<Followed, Failure> {
    let bowl = Function::named("bowl")?;
    let start = bowl.definition().start;
    Followed::new(rule, Noisy::new(bowl, 0.0, 1)?, start, UPDATES)
}

/// Shows paths over the contours and the gradient field.
fn show_paths(sheet: &mut Sheet, paths: &[Followed], request: &Request) -> Result<(), Failure> {
    sheet.drawing(picture(paths));
    sheet.table(summary(paths, request.language));
    let drawn: Vec<_> = paths.iter().map(|path| path.drawn(request.language)).collect();
    let page = pages::trajectory(&Function::named("bowl")?, &drawn, request.language);
    page.sections.into_iter().for_each(|section| sheet.section(section));
    Ok(())
}

fn bowl(request: &Request) -> Result<Sheet, Failure> {
    let bowl = Function::named("bowl")?;
    let mut table = table_of(&["x", "y", "f(x, y)", "∂f/∂x", "∂f/∂y"]);
    for point in [[-7.0, 2.0], [-7.0, 0.1], [-1.0, 1.0], [0.0, 0.0]] {
        table.push(row([point[0], point[1], bowl.value(point)].into_iter().chain(bowl.gradient(point))));
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    sheet.drawing(arrows(|point| bowl.gradient(point)));
    let rate = request.numbers(&[0.95])[0];
    let path = followed(rule_on("bowl", "sgd", Some(rate), None)?)?;
    show_paths(&mut sheet, &[path], request)?;
    Ok(sheet)
}

/// A rule on the bowl, and number by number on the examples that the notes check by hand.
fn on_the_bowl(request: &Request, name: &str, rate: f64, checked: &[Checked<'_>]) -> Result<Sheet, Failure> {
    let mut sheet = Sheet::default();
    let path = followed(rule_on("bowl", name, Some(request.numbers(&[rate])[0]), None)?)?;
    show_paths(&mut sheet, &[path], request)?;
    for (name, settings) in checked {
        let rule = settings
            .iter()
            .fold(Specification::new(*name, Dialect::Book), |rule, (name, value)| rule.with(*name, *value));
        let shown: Vec<String> = settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
        sheet.text(request.language.words().two_updates_of(name, &shown.join(", ")));
        sheet.table(hand_checked(&rule, request.language)?.table(request.language));
    }
    Ok(sheet)
}

fn which_rule(request: &Request) -> Result<Sheet, Failure> {
    let rates = [
        ("sgd", 0.95),
        ("momentum", 0.1),
        ("nesterov", 0.1),
        ("adagrad", 1.5),
        ("rmsprop", 0.1),
        ("adam", 0.3),
    ];
    let paths = rates.map(|(name, rate)| followed(rule_on("bowl", name, Some(rate), None)?));
    let mut sheet = Sheet::default();
    show_paths(&mut sheet, &paths.into_iter().collect::<Result<Vec<_>, _>>()?, request)?;
    Ok(sheet)
}

fn batch_normalisation(request: &Request) -> Result<Sheet, Failure> {
    let x = request.numbers(&[1.0, 2.0, 3.0, 6.0]);
    if x.len() < 2 {
        return Err(Failure::new(request.language.words().a_batch_is_two_or_more()));
    }
    let mut graph = Graph::<f64>::new();
    let input = graph.input("x", &[BATCH, 1])?;
    let gamma = graph.constant("gamma", &[1], &[1.0])?;
    let beta = graph.constant("beta", &[1], &[0.0])?;
    let statistics = [graph.statistic("mean", &[1], 0.0)?, graph.statistic("variance", &[1], 1.0)?];
    let output = graph.batch_norm(input, [gamma, beta], statistics, BatchNorm::default())?;
    let target = graph.input("t", &[BATCH, 1])?;
    let loss = graph.mean_squared_error(output, target)?;
    let graph = Arc::new(graph);
    let mut session = Session::training(&graph, x.len(), loss, &[output])?;
    session.set_statistics(initial_statistics(&graph).values())?;
    session.set_input(input, &x)?;
    session.set_input(target, &vec![0.0; x.len()])?;
    session.forward(&[])?;
    let mut table = table_of(&["x", "x̂"]);
    for (x, y) in x.iter().zip(session.value(output)?) {
        table.push(row([*x, *y]));
    }
    let mut sheet = Sheet::default();
    sheet.table(table);
    Ok(sheet)
}
