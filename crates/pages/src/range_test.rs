//! A learning-rate range test as a table and a page.

use thalweg_lab::experiment::Experiment;
use thalweg_lab::search::show_rate;
use thalweg_report::figures::{Band, Better, Curve, Curves, Scale, Searched, Sensitivity, Trial};
use thalweg_report::{Block, Cell, Column, Language, Page, Section, Table};
use thalweg_workloads::range_test::{Plan, RangeTest};

/// Returns what is suggested for each rule.
pub fn table(tests: &[RangeTest], language: Language) -> Table {
    let words = language.words();
    let mut table = Table::new(vec![
        Column::text(words.rule()),
        Column::text(words.rates_to_use()).help(words.rates_to_use_help()),
        Column::number(words.best()),
        Column::number(words.its_validation_loss()),
    ]);
    for test in tests {
        let mut row = vec![Cell::rule(&test.rule, &test.label)];
        match &test.suggestion {
            Ok(found) => {
                row.push(format!("{} … {}", show_rate(found.from), show_rate(found.to)).into());
                row.push(Cell::value(show_rate(found.best), found.best));
                let best = test.short_runs.iter().find(|(rate, _)| *rate == found.best);
                let losses: Vec<f64> =
                    best.iter().flat_map(|(_, values)| values).flatten().copied().collect();
                let mean = thalweg_lab::statistics::mean(&losses);
                row.push(Cell::value(format!("{mean:.4}"), mean));
            }
            Err(reason) => {
                row.push(reason.in_language(language).into());
                row.extend(["–".into(), "–".into()]);
            }
        }
        table.push(row);
    }
    table
}

/// Builds the page of a learning-rate range test on a problem.
pub fn page(
    experiment: &Experiment,
    problem: &str,
    plan: &Plan,
    tests: &[RangeTest],
    language: Language,
) -> Page {
    let words = language.words();
    let curves = tests.iter().map(|test| Curve {
        rule: test.rule.clone(),
        label: test.label.clone(),
        steps: test.rates.clone(),
        runs: test.losses.clone(),
    });
    let mut growing = Curves {
        title: words.growing_rate().into(),
        across: words.learning_rate().into(),
        up: words.smoothed_loss().into(),
        scale: Scale::Linear,
        band: Band::Range,
        curves: curves.collect(),
    }
    .figure(language);
    growing.layout["xaxis"]["type"] = "log".into();
    growing.layout["xaxis"]["exponentformat"] = "power".into();
    let searched = tests.iter().map(|test| Searched {
        rule: test.rule.clone(),
        label: test.label.clone(),
        trials: test
            .short_runs
            .iter()
            .flat_map(|(rate, values)| values.iter().map(|value| (*rate, value.unwrap_or(f64::NAN))))
            .map(|(learning_rate, value)| Trial { learning_rate, value })
            .collect(),
        chosen: test.suggestion.as_ref().ok().map(|found| found.best),
        cliff: None,
    });
    let short = Sensitivity {
        title: words.short_runs().into(),
        up: words.validation_loss().into(),
        better: Better::Lower,
        scale: Scale::Logarithmic,
        rules: searched.filter(|searched| !searched.trials.is_empty()).collect(),
    };
    let mut blocks: Vec<Block> = vec![growing.into()];
    if !short.rules.is_empty() {
        blocks.push(short.figure(language).into());
    }
    let introduction = words.range_test_about(plan.repeats, plan.steps);
    let conclusion = tests.iter().map(|test| match &test.suggestion {
        Ok(found) => {
            let [from, best, to] = [found.from, found.best, found.to].map(show_rate);
            format!("{}: {}", test.label, words.rates_found(&from, &to, &best))
        }
        Err(reason) => format!("{}: {}", test.label, reason.in_language(language)),
    });
    let mut page = Page::new(language, words.range_test_title());
    page.subtitle = problem.to_string();
    page.conclusion = conclusion.collect();
    page.table = Some(table(tests, language));
    page.sections = vec![Section::new(problem, introduction, blocks)];
    page.reproduce = vec![
        (words.seed().into(), experiment.seed.to_string()),
        (words.experiment().into(), experiment.to_toml()),
    ];
    page
}
