//! `thalweg step`: one update of any rule, number by number.

use crate::commands::predict::at_least_one;
use crate::failure::{Context, Failure};
use crate::language::{Language, chosen};
use crate::output;
use crate::rule::named;
use crate::setting::{Setting, setting, settings};
use crate::stderr;
use crate::writing::{Kind, Overwriting, Target, check};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use thalweg::arena::Layout;
use thalweg::data::Function;
use thalweg::optim::{Entry, Optimizer, Specification};
use thalweg::pages::{number, rounded};
use thalweg::report::{Cell, Column, Page, Section, Table};

/// Show what an update of a rule computes, number by number, with the formula
#[derive(clap::Args)]
#[command(after_help = "\
Without values, the rule updates (1, 2) with the gradients (2, 1), the example that the notes check by hand.

Examples:
  thalweg step --rule adagrad --set learning_rate=1
  thalweg step --rule adam --set learning_rate=0.1 --at 1,2 --gradients 0.5,-1 --steps 3
  thalweg step --rule momentum --gradients 2,1 --gradients -1,0 --steps 2
  thalweg step --rule adam --function bowl --steps 5 --html step.html
  thalweg step --rule muon --shape 2,2 --at 1,2,3,4 --gradients 1,0,0,1 --lang ko")]
pub(crate) struct Arguments {
    /// The update rule (`thalweg list rules`)
    #[arg(long)]
    rule: String,
    /// Whose formula and defaults [default: book, or the first dialect that has the rule]
    #[arg(long)]
    dialect: Option<String>,
    /// A hyper-parameter, such as learning_rate=0.1
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<Setting>,
    /// The parameters before the first update [default: 1,2, or the start of the function]
    #[arg(long, value_name = "W,…", value_delimiter = ',', allow_hyphen_values = true)]
    at: Vec<f64>,
    /// Their gradients [default: 2,1]; given again, those of the next update, and the last ones stay
    #[arg(long, value_name = "G,…", allow_hyphen_values = true, value_parser = numbers, conflicts_with = "function")]
    gradients: Vec<Numbers>,
    /// Take the gradients of a function of two variables (`thalweg list functions`)
    #[arg(long)]
    function: Option<String>,
    /// Rows and columns, for rules that see matrices [default: a vector]
    #[arg(long, value_name = "ROWS,COLUMNS", value_delimiter = ',')]
    shape: Vec<usize>,
    /// How many updates
    #[arg(long, default_value_t = 1, value_parser = at_least_one)]
    steps: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write a page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    overwriting: Overwriting,
}

/// Numbers of one option.
#[derive(Clone, Debug)]
struct Numbers(Vec<f64>);

/// Parses `1,2`.
fn numbers(text: &str) -> Result<Numbers, String> {
    let number =
        |part: &str| part.trim().parse().map_err(|_| format!("`{part}` is not a number; write it as 0.5,-1"));
    text.split(',').map(number).collect::<Result<_, _>>().map(Numbers)
}

/// The most numbers that are shown.
const MOST: usize = 10_000;

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    check(&[Target::of("--html", arguments.html.as_deref(), Kind::Page)], arguments.overwriting)?;
    let language = chosen();
    let words = language.words();
    let mut rule = named(&arguments.rule, arguments.dialect.as_deref())?;
    rule.hyperparameters.extend(settings(&arguments.set));
    let rule = rule.in_our_words()?;
    let function = arguments.function.as_deref().map(Function::named).transpose()?;
    let mut at = arguments.at.clone();
    if at.is_empty() {
        at = function.as_ref().map_or([1.0, 2.0], |function| function.definition().start).to_vec();
    }
    if at.len().saturating_mul(arguments.steps) > MOST {
        return Err(Failure::new(words.too_many_numbers(MOST)));
    }
    let given: Vec<Vec<f64>> = match arguments.gradients.is_empty() {
        true => vec![vec![2.0, 1.0]],
        false => arguments.gradients.iter().map(|numbers| numbers.0.clone()).collect(),
    };
    let gradients = match function {
        Some(function) => Gradients::Of(function),
        None => Gradients::Given(given),
    };
    let shape = if arguments.shape.is_empty() { vec![at.len()] } else { arguments.shape.clone() };
    let trace = trace(&rule, &shape, &at, &gradients, arguments.steps, language)?;
    if let Some(file) = &arguments.html {
        trace.page(&rule, language)?.write_file(file).context(format!("writing {}", file.display()))?;
        if !arguments.json {
            stderr::note(format!("wrote {}", file.display()));
        }
    }
    if arguments.json {
        return output::json(&trace.json(&rule));
    }
    output::line(head(&rule, language)?)?;
    output::line(trace.table(language).to_text(output::width()).trim_end())
}

/// Title, formula and hyper-parameters of a rule.
fn head(rule: &Specification, language: Language) -> Result<String, Failure> {
    let entry = Entry::named(&rule.rule)?;
    let mut lines =
        vec![format!("{} ({})", entry.info.title, rule.dialect), format!("    {}", entry.info.formula)];
    if let Some((dialect, difference)) =
        entry.info.differences.iter().find(|(dialect, _)| *dialect == rule.dialect)
    {
        lines.push(format!("    {dialect}: {difference}"));
    }
    let values = rule.resolved()?.into_iter().map(|(name, value)| format!("{name} {}", number(value)));
    lines.push(format!(
        "    {}: {}\n",
        language.words().hyperparameters(),
        values.collect::<Vec<_>>().join(", ")
    ));
    Ok(lines.join("\n"))
}

/// Where gradients come from.
pub(crate) enum Gradients {
    /// Given, update by update; the last ones stay.
    Given(Vec<Vec<f64>>),
    /// Those of a function at the point that the rule asks for.
    Of(Function),
}

impl Gradients {
    /// The gradients of an update, counted from 0.
    fn at(&self, update: usize, point: &[f64]) -> Vec<f64> {
        match self {
            Self::Given(all) => all[update.min(all.len() - 1)].clone(),
            Self::Of(function) => function.gradient([point[0], point[1]]).to_vec(),
        }
    }
}

/// A quantity before an update and after it, element by element.
#[derive(Debug)]
struct Change {
    name: String,
    before: Vec<f64>,
    after: Vec<f64>,
    /// What `after` is divided by against its start at 0, where the rule does that.
    correction: Option<f64>,
}

/// The numbers of one update.
#[derive(Debug)]
struct Update {
    /// Where the gradient was taken, where the rule looks ahead.
    point: Option<Vec<f64>>,
    gradients: Vec<f64>,
    state: Vec<Change>,
    parameters: Change,
    /// What to evaluate with, where the rule keeps an average.
    averaged: Option<Vec<f64>>,
}

/// The numbers of several updates.
#[derive(Debug)]
pub(crate) struct Trace {
    updates: Vec<Update>,
}

/// Buffers and numbers of an optimizer's state, by name.
fn state(optimizer: &dyn Optimizer<f64>) -> Vec<(String, Vec<f64>)> {
    let buffers =
        optimizer.state().into_iter().map(|(name, arena)| (name.to_owned(), arena.values().to_vec()));
    buffers.chain(optimizer.numbers().into_iter().map(|(name, number)| (name, vec![number]))).collect()
}

/// Carries updates of a rule out, and keeps every number.
pub(crate) fn trace(
    rule: &Specification,
    shape: &[usize],
    at: &[f64],
    gradients: &Gradients,
    steps: usize,
    language: Language,
) -> Result<Trace, Failure> {
    let words = language.words();
    if matches!(gradients, Gradients::Of(_)) && at.len() != 2 {
        return Err(Failure::new(words.two_variables(at.len())));
    }
    if let Gradients::Given(given) = gradients
        && let Some(other) = given.iter().find(|given| given.len() != at.len())
    {
        return Err(Failure::new(words.as_many_gradients(at.len(), other.len())));
    }
    if shape.iter().product::<usize>() != at.len() {
        return Err(Failure::new(words.other_shape(&format!("{shape:?}"), at.len())));
    }
    let mut layout = Layout::new();
    let tensor = layout.add("w", shape)?;
    // Rows of a layout begin at whole cache lines; what lies between is not shown.
    let range = layout.tensors()[tensor].range.clone();
    let layout = Arc::new(layout);
    let mut optimizer = rule.build::<f64>(layout.clone())?;
    let padded = |values: &[f64]| {
        let mut all = vec![0.0; layout.len()];
        all[range.clone()].copy_from_slice(values);
        all
    };
    let shown = |values: &[f64]| {
        if values.len() == layout.len() { values[range.clone()].to_vec() } else { values.to_vec() }
    };
    let mut parameters = padded(at);
    let mut updates = Vec::new();
    for update in 0..steps {
        let before = state(optimizer.as_ref());
        let mut point = parameters.clone();
        let ahead = optimizer.evaluation_point(&parameters, &mut point)?;
        let here = if ahead { &point } else { &parameters };
        let slopes = gradients.at(update, &shown(here));
        let old = parameters.clone();
        optimizer.step(&mut parameters, &padded(&slopes))?;
        let corrections = rule.corrections(optimizer.steps())?;
        let corrected =
            |name: &str| corrections.iter().find(|(buffer, _)| *buffer == name).map(|(_, by)| *by);
        let state = before.into_iter().zip(state(optimizer.as_ref())).map(|((name, before), (_, after))| {
            Change { correction: corrected(&name), before: shown(&before), after: shown(&after), name }
        });
        let state = state.collect();
        let mut average = parameters.clone();
        let averages = optimizer.averaged(&parameters, &mut average)?;
        updates.push(Update {
            point: ahead.then(|| shown(&point)),
            gradients: slopes,
            state,
            parameters: Change {
                name: "w".into(),
                before: shown(&old),
                after: shown(&parameters),
                correction: None,
            },
            averaged: averages.then(|| shown(&average)),
        });
    }
    Ok(Trace { updates })
}

/// Digits of a number.
const DIGITS: usize = 8;

impl Trace {
    /// The numbers as a table: a row for each quantity, a column for each element.
    pub(crate) fn table(&self, language: Language) -> Table {
        let words = language.words();
        let elements = self.updates.first().map_or(0, |update| update.gradients.len());
        let mut table = Table::new(vec![Column::number(words.update()), Column::text(words.what_it_is())]);
        table.columns.extend((0..elements).map(|element| Column::number(format!("w[{element}]"))));
        for (index, update) in self.updates.iter().enumerate() {
            let mut rows = rows(update, language);
            for (place, (name, cells)) in rows.drain(..).enumerate() {
                let number = if place == 0 { (index + 1).to_string() } else { String::new() };
                table.push([Cell::from(number), name.into()].into_iter().chain(cells));
            }
        }
        table
    }

    fn page(&self, rule: &Specification, language: Language) -> Result<Page, Failure> {
        let words = language.words();
        let entry = Entry::named(&rule.rule)?;
        let mut page =
            Page::new(language, words.inside_an_update(&format!("{} ({})", entry.info.title, rule.dialect)));
        page.subtitle = entry.info.formula.into();
        page.sections = vec![Section::new(
            "",
            head(rule, language)?.replace('\n', "\n\n"),
            vec![self.table(language).into()],
        )];
        let command = crate::shell::given_words().join(" ");
        page.reproduce = vec![(words.command().into(), format!("thalweg {command}"))];
        Ok(page)
    }

    fn json(&self, rule: &Specification) -> Value {
        let change = |one: &Change| {
            let corrected =
                one.correction.map(|by| one.after.iter().map(|value| value / by).collect::<Vec<f64>>());
            json!({ "name": one.name, "before": one.before, "after": one.after, "corrected": corrected })
        };
        let updates = self.updates.iter().map(|update| {
            json!({
                "gradients": update.gradients, "gradients_at": update.point, "state": update.state.iter().map(change).collect::<Vec<_>>(),
                "parameters": { "before": update.parameters.before, "after": update.parameters.after }, "averaged": update.averaged,
            })
        });
        json!({ "rule": rule, "updates": updates.collect::<Vec<_>>() })
    }
}

/// The quantities of an update in the order in which they are computed.
fn rows(update: &Update, language: Language) -> Vec<(String, Vec<Cell>)> {
    let words = language.words();
    let cells = |values: &[f64]| -> Vec<Cell> {
        values.iter().map(|value| Cell::value(rounded(*value, DIGITS), *value)).collect()
    };
    let arrows = |change: &Change| -> Vec<Cell> {
        let pairs = change.before.iter().zip(&change.after);
        pairs
            .map(|(before, after)| {
                Cell::value(format!("{} → {}", rounded(*before, DIGITS), rounded(*after, DIGITS)), *after)
            })
            .collect()
    };
    let mut rows = Vec::new();
    if let Some(point) = &update.point {
        rows.push((words.gradient_taken_at().to_owned(), cells(point)));
    }
    rows.push((words.gradient_of_element().to_owned(), cells(&update.gradients)));
    for change in &update.state {
        rows.push((change.name.clone(), arrows(change)));
        if let Some(by) = change.correction {
            let corrected: Vec<f64> = change.after.iter().map(|value| value / by).collect();
            rows.push((format!("  {} / {}", words.corrected(), rounded(by, DIGITS)), cells(&corrected)));
        }
    }
    let Change { before, after, .. } = &update.parameters;
    let moved: Vec<f64> = after.iter().zip(before).map(|(after, before)| after - before).collect();
    rows.push((words.change_of_parameter().to_owned(), cells(&moved)));
    rows.push((words.parameter_itself().to_owned(), arrows(&update.parameters)));
    if let Some(averaged) = &update.averaged {
        rows.push((words.evaluated_with().to_owned(), cells(averaged)));
    }
    rows
}
