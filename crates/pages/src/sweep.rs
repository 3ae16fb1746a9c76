//! A sweep as a table and a page: every combination of some hyper-parameters.

use thalweg_lab::experiment::Experiment;
use thalweg_lab::search::{Point, Trial, show_rate};
use thalweg_lab::statistics::Summary;
use thalweg_report::figures::{
    Axis, AxisScale, Better, Configurations, Scale, Searched, Sensitivity, Trial as Shown,
};
use thalweg_report::{Block, Cell, Column, Language, Page, Section, Table};

/// What the page of a sweep shows.
#[derive(Clone, Copy)]
pub struct Sweep<'a> {
    /// The experiment, of whose first problem the trials are.
    pub experiment: &'a Experiment,
    /// The rule.
    pub rule: &'a str,
    /// The hyper-parameters that were varied.
    pub over: &'a [Swept],
    /// The configurations and their results.
    pub trials: &'a [Trial],
    /// The command that made it.
    pub command: &'a str,
    /// The program that made it.
    pub code: &'a str,
}

/// A hyper-parameter that a sweep varies.
#[derive(Clone, Debug, PartialEq)]
pub struct Swept {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<f64>,
    /// Whether they lie evenly in the logarithm.
    pub logarithmic: bool,
}

fn value(point: &Point, name: &str) -> f64 {
    if name == "learning_rate" {
        point.learning_rate
    } else {
        point.others.get(name).copied().unwrap_or(f64::NAN)
    }
}

/// Returns every configuration and its result.
pub fn table(sweep: &Sweep<'_>, language: Language) -> Table {
    let words = language.words();
    let mut columns: Vec<Column> = sweep.over.iter().map(|one| Column::number(&one.name)).collect();
    columns.push(Column::number(words.result()).help(words.sweep_result_help()));
    columns.push(Column::number(words.diverged()));
    let mut table = Table::new(columns);
    for trial in sweep.trials {
        let mut row: Vec<Cell> = sweep
            .over
            .iter()
            .map(|one| Cell::value(show_rate(value(&trial.point, &one.name)), value(&trial.point, &one.name)))
            .collect();
        let finite: Vec<f64> = trial.values.iter().flatten().copied().collect();
        row.push(match Summary::of(&finite) {
            Some(found) => {
                let spread =
                    found.standard_deviation.map(|spread| format!(" ± {spread:.4}")).unwrap_or_default();
                Cell::value(format!("{:.4}{spread}", found.mean), found.mean)
            }
            None => "–".into(),
        });
        row.push(Cell::value(trial.diverged().to_string(), trial.diverged() as f64));
        table.push(row);
    }
    table
}

/// Builds the page of a sweep.
pub fn page(sweep: &Sweep<'_>, language: Language) -> Page {
    let words = language.words();
    let Sweep { experiment, rule, over, trials, command, code } = *sweep;
    let metric = experiment.problems.first().map(|problem| problem.workload.metric());
    let higher = metric.is_some_and(|metric| metric.higher_is_better());
    let up = words.sweep_up();
    let axes: Vec<Axis> = over
        .iter()
        .map(|one| Axis {
            name: one.name.clone(),
            scale: if one.logarithmic { AxisScale::Logarithmic } else { AxisScale::Linear },
            values: trials.iter().map(|trial| value(&trial.point, &one.name)).collect(),
        })
        .collect();
    let mut blocks: Vec<Block> = Vec::new();
    if let [one] = over
        && one.values.iter().all(|&value| value > 0.0)
    {
        let shown = trials.iter().flat_map(|trial| {
            let at = value(&trial.point, &one.name);
            trial
                .values
                .iter()
                .map(move |value| Shown { learning_rate: at, value: value.unwrap_or(f64::NAN) })
        });
        let mut figure = Sensitivity {
            title: words.sweep_figure().into(),
            up: up.into(),
            better: if higher { Better::Higher } else { Better::Lower },
            scale: Scale::Linear,
            rules: vec![Searched {
                rule: rule.to_string(),
                label: rule.to_string(),
                trials: shown.collect(),
                chosen: None,
                cliff: None,
            }],
        }
        .figure(language);
        figure.layout["xaxis"]["title"]["text"] = one.name.as_str().into();
        figure.wide = true;
        blocks.push(figure.into());
    } else {
        let results = trials.iter().map(|trial| trial.mean().unwrap_or(f64::NAN)).collect();
        let title = rule.to_string();
        let all = Configurations { title, up: up.into(), higher_is_better: higher, axes, results };
        blocks.extend(all.map(language).map(Block::from));
        blocks.push(all.parallel(language).into());
    }
    let mut page = Page::new(language, words.sweep_title());
    page.subtitle = format!("{}: {}", experiment.name, rule);
    page.conclusion = vec![words.sweep_conclusion().into()];
    page.sections = vec![Section::new(
        experiment.problems.first().map_or("", |problem| problem.name.as_str()),
        "",
        blocks.into_iter().chain([table(sweep, language).into()]).collect(),
    )];
    page.reproduce = vec![
        (words.program().into(), format!("thalweg {code}")),
        (words.command().into(), command.to_owned()),
        (words.seed().into(), experiment.seed.to_string()),
        (words.experiment().into(), experiment.to_toml()),
    ];
    page
}
