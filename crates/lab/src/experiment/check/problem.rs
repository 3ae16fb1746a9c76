//! Checking the problems of an experiment.

use std::collections::BTreeMap;

use thalweg_data::Learning;
use thalweg_data::Reading;
use thalweg_optim::spelling;
use toml::Spanned;

use super::rule::CheckedRule;
use super::schedule::{plateau, schedule};
use super::{Check, Checked, LearningRate, RawExperiment};
use crate::experiment::raw::written;
use crate::experiment::template::{RUN_WORDS, words_in};
use crate::experiment::{
    Arm, CommandProblem, ExperimentFault, FunctionProblem, Initial, Key, Kind, Length, MLP, Metric, Problem,
    ProgramProblem, RawInitial, RawNetwork, RawProblem, RunLimits, Sampling, TrainingProblem, Workload,
};

/// Checks all problems.
pub(super) fn problems(
    check: &Check<'_>,
    raw: &RawExperiment,
    rules: &[CheckedRule<'_>],
) -> Checked<Vec<Problem>> {
    let written: Vec<&Spanned<RawProblem>> = match (&raw.problem, &raw.problems) {
        (Some(_), Some(several)) => {
            return Err(check.refuse(several.span(), ExperimentFault::ProblemAndProblems));
        }
        (Some(one), None) => vec![one],
        (None, Some(several)) => several.get_ref().iter().collect(),
        (None, None) => vec![],
    };
    let keys = RawProblem::keys();
    if written.is_empty() {
        return Err(check.refuse(0..0, ExperimentFault::NoProblem));
    }
    let mut problems: Vec<Problem> = Vec::new();
    for raw in written {
        let problem = problem(check, &keys, raw, rules)?;
        if problems.iter().any(|other| other.name == problem.name) {
            return Err(check.refuse(raw.span(), ExperimentFault::SameProblem(problem.name)));
        }
        problems.push(problem);
    }
    Ok(problems)
}

fn problem(
    check: &Check<'_>,
    keys: &[Key<RawProblem>],
    entry: &Spanned<RawProblem>,
    rules: &[CheckedRule<'_>],
) -> Checked<Problem> {
    let raw = entry.get_ref();
    let of_kind = |kind| {
        belong(check, keys, raw, kind)?;
        check.values(keys, raw)
    };
    let mut deviation = None;
    let kinds = (&raw.function, &raw.dataset, &raw.program, &raw.command);
    let (default_name, workload) = match kinds {
        (Some(function), None, None, None) => {
            of_kind(Kind::Function)?;
            (function.get_ref().clone(), Workload::Function(function_problem(check, raw, function)?))
        }
        (None, Some(dataset), None, None) => {
            of_kind(Kind::Dataset)?;
            let mut training = training_problem(check, keys, raw, dataset)?;
            deviation = value_deviation(check, raw, &training);
            if raw.metric.is_none() && deviation.is_some() {
                training.metric = Metric::Rmse;
            }
            (dataset.get_ref().clone(), Workload::Training(training))
        }
        (None, None, Some(program), None) => {
            of_kind(Kind::Program)?;
            (program_name(program.get_ref()), Workload::Program(program_problem(check, raw, program)?))
        }
        (None, None, None, Some(command)) => {
            of_kind(Kind::Command)?;
            (program_name(command.get_ref()), Workload::Command(command_problem(check, raw, command, rules)?))
        }
        (Some(_), Some(dataset), ..) => {
            return Err(check.refuse(dataset.span(), ExperimentFault::FunctionAndDataset));
        }
        (_, _, _, Some(several)) | (_, _, Some(several), _) => {
            return Err(check.refuse(several.span(), ExperimentFault::SeveralKinds));
        }
        (None, None, None, None) => {
            return Err(check.refuse(entry.span(), ExperimentFault::NoKind));
        }
    };
    let usual_difference = match workload.metric() {
        Metric::Accuracy => 0.005,
        Metric::Loss | Metric::R2 => 0.01,
        Metric::Rmse | Metric::Mae => deviation.map_or(0.01, |deviation| one_digit(0.01 * deviation)),
        Metric::Value => 0.5,
    };
    let difference = written(&raw.difference).unwrap_or(usual_difference);
    if !matches!(workload, Workload::Command(_)) && rules.iter().any(|rule| rule.arm.own.is_some()) {
        return Err(check.refuse(entry.span(), ExperimentFault::ArmsWithoutCommand));
    }
    let learning_rates = learning_rates(check, entry, &workload, rules)?;
    let name = match &raw.name {
        Some(name) => check.one_line("name", name.span(), name.get_ref().clone())?,
        None => default_name,
    };
    Ok(Problem { name, workload, difference, learning_rates })
}

/// Returns the standard deviation of a numeric target, where the usual metric or the usual difference follows from it.
fn value_deviation(check: &Check<'_>, raw: &RawProblem, training: &TrainingProblem) -> Option<f64> {
    let open = match training.metric {
        Metric::Accuracy => raw.metric.is_none(),
        Metric::Rmse | Metric::Mae => raw.difference.is_none(),
        Metric::Loss | Metric::R2 | Metric::Value => false,
    };
    if open { check.vocabulary.value_deviation.and_then(|read| read(training)) } else { None }
}

/// Rounds to one digit, for a number that people read as a choice.
fn one_digit(value: f64) -> f64 {
    format!("{value:.0e}").parse().unwrap_or(value)
}

/// The rate of every rule: the problem's own, else the rule's, else the catalogue's range.
fn learning_rates(
    check: &Check<'_>,
    entry: &Spanned<RawProblem>,
    workload: &Workload,
    rules: &[CheckedRule<'_>],
) -> Checked<BTreeMap<String, LearningRate>> {
    let raw = entry.get_ref();
    let mut rates = BTreeMap::new();
    for rule in rules {
        let usual = rule.facts.map(|facts| match workload {
            Workload::Function(_) => facts.function_rates,
            Workload::Program(_) if workload.is_deterministic() => facts.function_rates,
            Workload::Training(_) | Workload::Program(_) | Workload::Command(_) => facts.training_rates,
        });
        let usual = usual.map(|(from, to)| LearningRate::Search { from, to });
        if let Some(rate) = rule.learning_rate.or(usual) {
            rates.insert(rule.arm.label.clone(), rate);
        }
    }
    let labels: Vec<String> = rules.iter().map(|rule| rule.arm.label.clone()).collect();
    for (label, rate) in raw.learning_rates.iter().flat_map(Spanned::get_ref) {
        if !labels.contains(label.get_ref()) && left_out(check, label.get_ref(), rules) {
            check.rate(rate)?;
            continue;
        }
        let label = listed(check, "rule of this experiment:", label, &labels)?;
        rates.insert(label, check.rate(rate)?);
    }
    match labels.into_iter().find(|label| !rates.contains_key(label)) {
        Some(label) => Err(check.refuse(entry.span(), ExperimentFault::NoRate(label))),
        None => Ok(rates),
    }
}

/// Whether an option has put other rules in the place of those the file was written for, and `label` is a rule that has no
/// part in it any more. In a file as it was written, such a rate is a mistake.
fn left_out(check: &Check<'_>, label: &str, rules: &[CheckedRule<'_>]) -> bool {
    let unchanged = rules.len() == check.listed.len()
        && rules.iter().zip(check.listed).all(|(rule, listed)| spelling::same_name(&rule.arm.label, listed));
    let known = check.listed.iter().any(|listed| listed == label)
        || check.vocabulary.rules.iter().any(|rule| rule.name == label);
    !unchanged && known
}

/// What a program is called: the file it runs, without folder and ending.
fn program_name(program: &[String]) -> String {
    let is_name = |word: &&String| !word.starts_with('-') && !word.contains('{');
    let script = program.iter().find(|word| word.ends_with(".py") || word.ends_with(".sh"));
    let file = program.iter().rev().find(is_name).map_or("program", String::as_str);
    let file = script.map_or(file, String::as_str);
    std::path::Path::new(file)
        .file_stem()
        .map_or_else(|| file.to_string(), |stem| stem.to_string_lossy().into())
}

fn program_problem(
    check: &Check<'_>,
    raw: &RawProblem,
    program: &Spanned<Vec<String>>,
) -> Checked<ProgramProblem> {
    if program.get_ref().first().is_none_or(|word| word.trim().is_empty()) {
        return Err(check.refuse(program.span(), ExperimentFault::NoProgram));
    }
    let steps = written(&raw.steps).unwrap_or(200);
    Ok(ProgramProblem {
        program: program.get_ref().clone(),
        metric: optional(&raw.metric, Metric::Loss, |name| {
            one_of(check, "metric", name, &[("accuracy", Metric::Accuracy), ("loss", Metric::Loss)])
        })?,
        steps,
        evaluate_every: written(&raw.evaluate_every).unwrap_or(steps.div_ceil(10)),
        schedule: schedule(check, raw.schedule.as_ref())?,
        target_loss: written(&raw.target_loss),
        deterministic: written(&raw.deterministic).unwrap_or(false),
        answer_seconds: written(&raw.answer_seconds).unwrap_or(ProgramProblem::ANSWER_SECONDS),
        parallel: written(&raw.parallel),
    })
}

fn command_problem(
    check: &Check<'_>,
    raw: &RawProblem,
    command: &Spanned<Vec<String>>,
    rules: &[CheckedRule<'_>],
) -> Checked<CommandProblem> {
    let no_text = |word: &String| word.contains('\0');
    if command.get_ref().first().is_none_or(|word| word.trim().is_empty())
        || command.get_ref().iter().any(no_text)
    {
        return Err(check.refuse(command.span(), ExperimentFault::NoCommand));
    }
    let metric = [Metric::Accuracy, Metric::Loss, Metric::Rmse, Metric::Mae, Metric::R2];
    let metric = metric.map(|metric| (metric.name(), metric));
    let steps = written(&raw.steps).unwrap_or(200);
    let usual = RunLimits::default();
    let problem = CommandProblem {
        command: command.get_ref().clone(),
        report: raw.report.as_ref().map(|report| report_name(check, report)).transpose()?,
        metric: optional(&raw.metric, Metric::Loss, |name| one_of(check, "metric", name, &metric))?,
        steps,
        evaluate_every: written(&raw.evaluate_every).unwrap_or(steps.div_ceil(10)),
        target_loss: written(&raw.target_loss),
        deterministic: written(&raw.deterministic).unwrap_or(false),
        limits: RunLimits {
            slots: written(&raw.slots).unwrap_or(usual.slots),
            devices: written(&raw.devices).unwrap_or_default(),
            limit_seconds: written(&raw.limit_seconds),
            limit_mebibytes: written(&raw.limit_mebibytes),
            retries: written(&raw.retries).unwrap_or(usual.retries),
        },
    };
    for rule in rules {
        words_are_known(check, command.span(), &problem, &rule.arm, rules)?;
    }
    Ok(problem)
}

/// The name of a file within a folder.
fn report_name(check: &Check<'_>, report: &Spanned<String>) -> Checked<String> {
    let mut parts = std::path::Path::new(report.get_ref()).components().peekable();
    let is_within =
        parts.peek().is_some() && parts.all(|part| matches!(part, std::path::Component::Normal(_)));
    match is_within && !report.get_ref().contains('\0') {
        true => Ok(report.get_ref().clone()),
        false => Err(check.refuse(report.span(), ExperimentFault::ReportName(report.get_ref().clone()))),
    }
}

/// Makes sure that every word in braces of an arm's command stands for something in each of its runs.
fn words_are_known(
    check: &Check<'_>,
    place: std::ops::Range<usize>,
    problem: &CommandProblem,
    arm: &Arm,
    rules: &[CheckedRule<'_>],
) -> Checked<()> {
    if let Some(text) = problem.command_of(arm).find(|text| words_in(text).is_err()) {
        return Err(check.refuse(place, ExperimentFault::LoneBrace(text.clone())));
    }
    let own = arm.setting_names();
    let has = |word: &str| RUN_WORDS.contains(&word) || own.contains(&word);
    let Some(word) = problem.words_for(arm).into_iter().find(|word| !has(word)) else { return Ok(()) };
    let names: Vec<&str> = rules.iter().flat_map(|rule| rule.arm.setting_names()).collect();
    if names.contains(&word) {
        let (arm, word) = (arm.label.clone(), word.to_owned());
        return Err(check.refuse(place, ExperimentFault::ArmLacks { arm, word }));
    }
    let mut known: Vec<String> =
        names.into_iter().chain(RUN_WORDS).map(|name| format!("{{{name}}}")).collect();
    known.sort();
    known.dedup();
    Err(check.refuse(place, ExperimentFault::UnknownWord { word: word.to_owned(), known: known.join(", ") }))
}

fn function_problem(check: &Check<'_>, raw: &RawProblem, name: &Spanned<String>) -> Checked<FunctionProblem> {
    let functions = &check.vocabulary.functions;
    let names = functions.iter().map(|function| function.name.as_str());
    let facts = check
        .known("function", name, names, |name| functions.iter().find(|function| function.name == name))?;
    let start = match &raw.start {
        Some(start) if start.get_ref().len() != facts.start.len() => {
            let (given, wanted) = (start.get_ref().len(), facts.start.len());
            let function = facts.name.clone();
            return Err(check.refuse(start.span(), ExperimentFault::StartLength { function, wanted, given }));
        }
        Some(start) if start.get_ref().iter().any(|value| !value.is_finite()) => {
            return Err(check.refuse(start.span(), ExperimentFault::Start));
        }
        Some(start) => start.get_ref().clone(),
        None => facts.start.clone(),
    };
    Ok(FunctionProblem {
        function: facts.name.clone(),
        start,
        set: check.settings(
            &format!("`{}`", facts.name),
            &facts.settings,
            raw.set.as_ref().map(Spanned::get_ref),
        )?,
        noise: written(&raw.noise).unwrap_or(0.0),
        steps: written(&raw.steps).unwrap_or(30),
        schedule: schedule(check, raw.schedule.as_ref())?,
        target_loss: written(&raw.target_loss),
    })
}

fn training_problem(
    check: &Check<'_>,
    keys: &[Key<RawProblem>],
    raw: &RawProblem,
    name: &Spanned<String>,
) -> Checked<TrainingProblem> {
    let vocabulary = check.vocabulary;
    let dataset = check.known("dataset", name, vocabulary.datasets.iter().map(String::as_str), |name| {
        let known =
            vocabulary.is_dataset_file(name) || vocabulary.datasets.iter().any(|dataset| dataset == name);
        known.then(|| name.to_string())
    })?;
    let hidden = written(&raw.hidden).unwrap_or_else(|| vec![50]);
    let activation = optional(&raw.activation, "relu".to_string(), |name| {
        listed(check, "activation", name, &vocabulary.activations)
    })?;
    let layers = raw.network.as_ref().filter(|written| written.get_ref().text() != MLP);
    let network = layers.map(|written| network(check, raw, written)).transpose()?;
    let length = match (&raw.steps, &raw.epochs) {
        (Some(_), Some(epochs)) => {
            return Err(check.refuse(epochs.span(), ExperimentFault::Both("steps", "epochs")));
        }
        (Some(steps), None) => Length::Steps(*steps.get_ref()),
        (None, Some(epochs)) => Length::Epochs(*epochs.get_ref()),
        (None, None) => Length::Epochs(30),
    };
    let sampling = [("shuffled", Sampling::Shuffled), ("replacement", Sampling::Replacement)];
    let metric = [Metric::Accuracy, Metric::Loss, Metric::Rmse, Metric::Mae, Metric::R2];
    let metric = metric.map(|metric| (metric.name(), metric));
    let reconstructs = network.as_deref().is_some_and(|layers| layers.ends_with("linear inputs"));
    let usual = if reconstructs { Metric::Loss } else { Metric::Accuracy };
    let mut problem = TrainingProblem {
        dataset,
        hidden: network.is_none().then_some(hidden),
        initial: initial(check, raw.initial.as_ref(), &activation)?,
        activation: network.is_none().then_some(activation),
        network,
        batch: written(&raw.batch).unwrap_or(100),
        sampling: optional(&raw.sampling, Sampling::Shuffled, |name| {
            one_of(check, "sampling", name, &sampling)
        })?,
        examples: written(&raw.examples),
        validation: written(&raw.validation),
        context: written(&raw.context),
        normalize: written(&raw.normalize).unwrap_or_default(),
        metric: optional(&raw.metric, usual, |name| match one_of(check, "metric", name, &metric)? {
            metric if reconstructs && metric != Metric::Loss => {
                Err(check.refuse(name.span(), ExperimentFault::NoFigure(metric.name())))
            }
            metric => Ok(metric),
        })?,
        evaluate_every: written(&raw.evaluate_every),
        length,
        schedule: schedule(check, raw.schedule.as_ref())?,
        plateau: raw.plateau.as_ref().map(|written| plateau(check, written)).transpose()?,
        learning: Learning::default(),
        reading: Reading::default(),
        target_loss: written(&raw.target_loss),
    };
    for key in keys {
        (key.hand_on)(raw, &mut problem);
    }
    Ok(problem)
}

/// The layers of a network, as they are written in the end.
fn network(check: &Check<'_>, raw: &RawProblem, written: &Spanned<RawNetwork>) -> Checked<String> {
    let alone = [
        ("hidden", raw.hidden.as_ref().map(Spanned::span)),
        ("activation", raw.activation.as_ref().map(Spanned::span)),
    ];
    for (key, place) in alone {
        if let Some(place) = place {
            return Err(check.refuse(place, ExperimentFault::Both("network", key)));
        }
    }
    let text = written.get_ref().text();
    match check.vocabulary.reads_network {
        Some(reads) => {
            reads(&text).map_err(|message| check.refuse(written.span(), ExperimentFault::Network(message)))
        }
        None => Ok(text),
    }
}

/// Refuses the keys that a problem of this kind does not have.
fn belong(check: &Check<'_>, keys: &[Key<RawProblem>], raw: &RawProblem, kind: Kind) -> Checked<()> {
    for key in keys.iter().filter(|key| !key.of.contains(&kind)) {
        let (Some(place), Some(other)) = ((key.place)(raw), key.of.first()) else { continue };
        let fault = match kind {
            Kind::Program => ExperimentFault::NotOfPrograms(key.name),
            Kind::Command => ExperimentFault::NotOfTrainings(key.name),
            Kind::Function | Kind::Dataset => {
                ExperimentFault::OfAnotherKind { key: key.name, other: other.key(), here: kind.key() }
            }
        };
        return Err(check.refuse(place, fault));
    }
    Ok(())
}

fn initial(check: &Check<'_>, raw: Option<&Spanned<RawInitial>>, activation: &str) -> Checked<Initial> {
    let Some(raw) = raw else {
        // He et al. derive their scale for ReLU, and what passes half of its input needs it as well; Glorot and Bengio derive
        // theirs for symmetric activations.
        let rectifies = ["relu", "leaky-relu", "elu", "gelu", "silu"].contains(&activation);
        let usual = match activation {
            // Klambauer et al. derive their constants for these.
            "selu" => "lecun",
            _ if rectifies => "he",
            _ => "xavier",
        };
        return Ok(Initial::Named(usual.to_string()));
    };
    match raw.get_ref() {
        RawInitial::Name(name) => {
            let name = Spanned::new(raw.span(), name.clone());
            if name.get_ref().ends_with(')') {
                let text = name.get_ref();
                if check.vocabulary.reads_initial.is_some_and(|reads| reads(text)) {
                    return Ok(Initial::Named(text.clone()));
                }
                return Err(check.refuse(name.span(), ExperimentFault::Initial(text.clone())));
            }
            Ok(Initial::Named(listed(check, "initial", &name, &check.vocabulary.initials)?))
        }
        RawInitial::StandardDeviation(deviation) => {
            let deviation = Spanned::new(raw.span(), *deviation);
            Ok(Initial::StandardDeviation(
                check.number("initial", &deviation, "0 or greater", |value| value >= 0.0)?,
            ))
        }
    }
}

fn listed(check: &Check<'_>, what: &str, name: &Spanned<String>, known: &[String]) -> Checked<String> {
    let find = |name: &str| known.iter().find(|other| *other == name).cloned();
    check.known(what, name, known.iter().map(String::as_str), find)
}

fn one_of<T: Copy>(check: &Check<'_>, what: &str, name: &Spanned<String>, known: &[(&str, T)]) -> Checked<T> {
    let find = |name: &str| known.iter().find(|other| other.0 == name).map(|other| other.1);
    check.known(what, name, known.iter().map(|other| other.0), find)
}

fn optional<R, T>(raw: &Option<R>, default: T, check: impl FnOnce(&R) -> Checked<T>) -> Checked<T> {
    raw.as_ref().map_or(Ok(default), check)
}
