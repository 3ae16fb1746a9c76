//! A comparison as a table and as a page.

use crate::landscape::landscape;
use thalweg::data::{Dataset, Function, Noisy};
use thalweg::lab::cell::{Cell, Stage, WorkloadHash};
use thalweg::lab::comparison::{Boundary, Comparison, ProblemResult, RuleResult};
use thalweg::lab::engine::{Engine, settings, specification};
use thalweg::lab::experiment::{Experiment, FunctionProblem, Metric, Problem, TrainingProblem, Workload};
use thalweg::lab::statistics::Summary;
use thalweg::report::figures::{
    Band, Better, Contours, Curve, Curves, Dots, Finals, Path, Paths, Scale, Searched, Sensitivity, Surface,
    Trial,
};
use thalweg::report::{Block, Cell as TableCell, Column, Image, ImageGrid, Language, Page, Section, Table};
use thalweg::train::{Quiet, Trainer, descend};

use crate::failure::Failure;

/// Picks the phrase of the page's language.
fn say(language: Language, english: &str, korean: &str) -> String {
    match language {
        Language::English => english.to_string(),
        Language::Korean => korean.to_string(),
    }
}

/// The main table of one problem: a row a rule.
pub(crate) fn table(problem: &ProblemResult, language: Language) -> Table {
    let has_test = problem.rules.iter().any(|rule| rule.test.is_some()) && !is_function(problem);
    let has_target = problem.rules.iter().any(|rule| rule.target.is_some());
    let mut columns = vec![
        Column::text(say(language, "rule", "갱신 규칙")),
        Column::number(say(language, "learning rate", "학습률")).help(say(
            language,
            "found by search on the validation split; * at the edge of the range searched",
            "검증 데이터로 찾은 값; *는 탐색 범위의 끝에 있음",
        )),
    ];
    columns.push(match problem.metric {
        Metric::Accuracy => Column::number(say(language, "validation accuracy", "검증 정확도")),
        Metric::Loss => Column::number(say(language, "validation loss", "검증 손실")),
        Metric::Value => Column::number(say(language, "final value", "마지막 함숫값")),
    });
    if has_test {
        let title = match problem.metric {
            Metric::Accuracy => say(language, "test accuracy", "시험 정확도"),
            _ => say(language, "test loss", "시험 손실"),
        };
        let help = say(
            language,
            "mean ± standard deviation over fresh seeds; the test split is read once, at the end",
            "새 시드들의 평균 ± 표준편차; 시험 데이터는 마지막에 한 번만 읽음",
        );
        columns.push(Column::number(title).help(help));
    }
    if has_target {
        columns.push(Column::number(say(language, "steps to target", "목표까지 갱신 횟수")).help(say(
            language,
            "median over the seeds; a run that did not get there counts as longer than the budget",
            "시드들의 중앙값; 도달하지 못한 실행은 예산보다 오래 걸린 것으로 봄",
        )));
    }
    columns.push(Column::number(say(language, "µs a step", "한 번 갱신 (µs)")));
    let mut table = Table::new(columns);
    let best = problem.verdict.ranking.first();
    for rule in &problem.rules {
        let name = TableCell::rule(&rule.rule, &rule.label);
        let mut row = vec![if best == Some(&rule.label) { name.strong() } else { name }];
        row.push(TableCell::value(format!("{}{}", rate(rule.learning_rate), edge(rule)), rule.learning_rate));
        row.push(figure(&rule.validation, problem.metric, rule.diverged));
        if has_test {
            row.push(figure(&rule.test, problem.metric, rule.diverged));
        }
        if has_target {
            row.push(match rule.target.and_then(|target| target.median) {
                Some(median) => TableCell::value(format!("{median:.0}"), median),
                None => "–".into(),
            });
        }
        row.push(TableCell::value(format!("{:.1}", rule.microseconds_per_step), rule.microseconds_per_step));
        table.push(row);
    }
    table
}

fn is_function(problem: &ProblemResult) -> bool {
    problem.metric == Metric::Value
}

fn edge(rule: &RuleResult) -> &'static str {
    match &rule.tuning {
        Some(tuning) if matches!(tuning.boundary, Boundary::Unresolved(_)) => "*",
        _ => "",
    }
}

/// A learning rate in three digits.
fn rate(rate: f64) -> String {
    if (1e-3..1e3).contains(&rate) {
        format!("{:.1$}", rate, (2 - rate.log10().floor() as i32).max(0) as usize)
    } else {
        format!("{rate:.2e}")
    }
}

fn figure(summary: &Option<Summary>, metric: Metric, diverged: usize) -> TableCell {
    let Some(summary) = summary else { return "diverged".into() };
    let number = |value: f64| match metric {
        Metric::Accuracy => format!("{value:.4}"),
        Metric::Loss => format!("{value:.4}"),
        Metric::Value => format!("{value:.3e}"),
    };
    let mut text = number(summary.mean);
    if let Some(spread) = summary.standard_deviation {
        text += &format!(" ± {}", number(spread));
    }
    if diverged > 0 {
        text += &format!(" ({diverged} diverged)");
    }
    TableCell::value(text, summary.mean)
}

/// The whole page: conclusion and table first, how to reproduce it last.
pub(crate) fn page(
    comparison: &Comparison,
    experiment: &Experiment,
    engine: &Engine,
    language: Language,
) -> Result<Page, Failure> {
    let title = say(
        language,
        "Which rule, at which learning rate, and how sure?",
        "어느 갱신 규칙을, 어떤 학습률로, 얼마나 확실하게?",
    );
    let mut page = Page::new(language, title);
    page.subtitle = comparison.name.clone();
    let overall = comparison.problems.iter().map(|problem| match language {
        Language::English => problem.verdict.sentence.en.clone(),
        Language::Korean => problem.verdict.sentence.ko.clone(),
    });
    page.conclusion = overall.collect();
    let whole = match language {
        Language::English => &comparison.conclusion.en,
        Language::Korean => &comparison.conclusion.ko,
    };
    // What the conclusion says beyond the problems: how far it reaches.
    let mut reach = whole.as_str();
    for sentence in &page.conclusion {
        reach = reach.strip_prefix(sentence.as_str()).unwrap_or(reach).trim_start();
    }
    if !reach.is_empty() {
        page.conclusion.push(reach.to_string());
    }
    for (index, (problem, result)) in experiment.problems.iter().zip(&comparison.problems).enumerate() {
        let mut blocks: Vec<Block> = vec![table(result, language).into()];
        match &problem.workload {
            Workload::Function(function) => {
                blocks.extend(function_figures(function, problem, result, language)?)
            }
            Workload::Training(training) => {
                if let Some(dataset) = engine.dataset(index) {
                    blocks.extend(training_figures(training, problem, result, dataset, language)?);
                }
            }
        }
        blocks.push(sensitivity(result, language).into());
        page.sections.push(Section::new(&problem.name, about(problem, result, language), blocks));
    }
    page.reproduce = vec![
        (say(language, "program", "프로그램"), format!("thalweg {}", comparison.code)),
        (say(language, "seed", "시드"), comparison.seed.to_string()),
        (
            say(
                language,
                "command (save the experiment below as experiment.toml)",
                "명령 (아래 실험을 experiment.toml로 저장)",
            ),
            "thalweg compare experiment.toml".into(),
        ),
        (say(language, "experiment", "실험"), comparison.experiment.clone()),
    ];
    Ok(page)
}

fn about(problem: &Problem, result: &ProblemResult, language: Language) -> String {
    match &problem.workload {
        Workload::Function(function) => match language {
            Language::English => format!(
                "{} updates on {} from {:?}. Noise in the gradient: {}.",
                function.steps, function.function, function.start, function.noise
            ),
            Language::Korean => format!(
                "{} 함수에서 {:?}부터 {}번 갱신. 기울기 잡음: {}.",
                function.function, function.start, function.steps, function.noise
            ),
        },
        Workload::Training(training) => {
            let runs = result.rules.iter().map(|rule| rule.runs.len()).max().unwrap_or(0);
            match language {
                Language::English => format!(
                    "A network with hidden layers {:?} ({}) on {}, batches of {}; every rule got the same trials and the same \
                     seeds. Final figures over {runs} fresh seeds.",
                    training.hidden, training.activation, training.dataset, training.batch
                ),
                Language::Korean => format!(
                    "은닉층 {:?} ({}) 신경망을 {} 데이터로 학습, 배치 크기 {}. 모든 규칙에 같은 횟수의 시도와 같은 시드를 주었다. \
                     최종 수치는 새 시드 {runs}개의 결과.",
                    training.hidden, training.activation, training.dataset, training.batch
                ),
            }
        }
    }
}

/// The cell of a rule's final runs.
fn cell(rule: &RuleResult, problem: &Problem, seed: u64) -> Cell {
    Cell {
        problem: 0,
        workload: WorkloadHash::of(&problem.workload),
        arm: 0,
        label: rule.label.clone(),
        rule: rule.rule.clone(),
        dialect: rule.dialect.clone(),
        hyperparameters: rule.hyperparameters.clone(),
        seed,
        stage: Stage::Final,
    }
}

fn function_figures(
    function: &FunctionProblem,
    problem: &Problem,
    result: &ProblemResult,
    language: Language,
) -> Result<Vec<Block>, Failure> {
    let mut shape = Function::named(&function.function)?;
    for (name, value) in &function.set {
        shape = shape.with(name, *value)?;
    }
    let Ok(start) = <[f64; 2]>::try_from(function.start.as_slice()) else { return Ok(Vec::new()) };
    let mut paths = Vec::new();
    for rule in &result.rules {
        let seed = rule.runs.first().map_or(0, |run| run.seed);
        let specification = specification(&cell(rule, problem, seed), &function.schedule, function.steps)?;
        let mut noisy = Noisy::new(shape.clone(), function.noise, seed)?;
        let path = descend(&mut noisy, &specification, start, function.steps)?;
        let at = say(language, "learning rate", "학습률");
        paths.push(Path {
            rule: rule.rule.clone(),
            label: format!("{}, {at} {}", rule.label, rate(rule.learning_rate)),
            points: path.points,
            values: path.values,
        });
    }
    let landscape = landscape(&shape, paths.iter().flat_map(|path| &path.points));
    Ok(vec![
        Paths { landscape: &landscape, paths: &paths }.figure(language).into(),
        Surface { landscape: &landscape, paths: &paths }.figure(language).into(),
        Contours { landscape: &landscape }.figure(language).into(),
    ])
}

fn training_figures(
    training: &TrainingProblem,
    problem: &Problem,
    result: &ProblemResult,
    dataset: &Dataset,
    language: Language,
) -> Result<Vec<Block>, Failure> {
    let up = match result.metric {
        Metric::Accuracy => say(language, "validation accuracy", "검증 정확도"),
        _ => say(language, "validation loss", "검증 손실"),
    };
    let curves = |pick: fn(&thalweg::lab::outcome::Outcome) -> &thalweg::lab::outcome::Curve| -> Vec<Curve> {
        result
            .rules
            .iter()
            .map(|rule| {
                let runs: Vec<_> = rule.runs.iter().map(|run| pick(&run.outcome)).collect();
                let longest = runs.iter().max_by_key(|curve| curve.len());
                let steps = longest.map(|curve| curve.steps.iter().map(|&step| f64::from(step)).collect());
                let values = |curve: &&thalweg::lab::outcome::Curve| {
                    curve.values.iter().map(|&value| f64::from(value)).collect()
                };
                Curve {
                    rule: rule.rule.clone(),
                    label: rule.label.clone(),
                    steps: steps.unwrap_or_default(),
                    runs: runs.iter().map(values).collect(),
                }
            })
            .collect()
    };
    let across = say(language, "step", "갱신 횟수");
    let mut blocks: Vec<Block> = vec![
        Dots {
            title: say(language, "Every final run", "최종 실행 하나하나"),
            across: match result.metric {
                Metric::Accuracy => say(language, "test accuracy", "시험 정확도"),
                _ => say(language, "test loss", "시험 손실"),
            },
            rules: result
                .rules
                .iter()
                .map(|rule| Finals {
                    rule: rule.rule.clone(),
                    label: rule.label.clone(),
                    values: rule.runs.iter().map(|run| run.outcome.test.unwrap_or(f64::NAN)).collect(),
                })
                .collect(),
        }
        .figure(language)
        .into(),
        Curves {
            title: say(language, "Training loss", "훈련 손실"),
            across: across.clone(),
            up: say(language, "mean loss of the batches", "배치 손실의 평균"),
            scale: Scale::Logarithmic,
            band: Band::Range,
            curves: curves(|outcome| &outcome.training_loss),
        }
        .figure(language)
        .into(),
        Curves {
            title: up.clone(),
            across,
            up,
            scale: Scale::Linear,
            band: Band::Range,
            curves: curves(|outcome| &outcome.validation_curve),
        }
        .figure(language)
        .into(),
    ];
    if let Some(images) = images(training, problem, result, dataset, language)? {
        blocks.push(images.into());
    }
    Ok(blocks)
}

/// How many sample images a report shows, and how many of them at most are mistakes.
const IMAGES: (usize, usize) = (20, 10);

/// Test images with the predictions of one final run of the best rule: mistakes first, then others.
fn images(
    training: &TrainingProblem,
    problem: &Problem,
    result: &ProblemResult,
    dataset: &Dataset,
    language: Language,
) -> Result<Option<ImageGrid>, Failure> {
    let best = result.verdict.ranking.first();
    let Some(rule) = result.rules.iter().find(|rule| Some(&rule.label) == best) else { return Ok(None) };
    let (Some(shape), Some(run)) = (&dataset.image, rule.runs.first()) else { return Ok(None) };
    let settings = settings(training, dataset, &cell(rule, problem, run.seed))?;
    let mut trainer = Trainer::<f32>::new(settings, dataset)?;
    trainer.run(&mut Quiet)?;
    let predictions = trainer.predict(&dataset.test)?;
    let right = |index: usize| {
        Some(predictions[index].class) == dataset.test.label(index).map(|label| label as usize)
    };
    let (wrong, others): (Vec<usize>, Vec<usize>) = (0..dataset.test.len()).partition(|&index| !right(index));
    let wrong: Vec<usize> = wrong.into_iter().take(IMAGES.1).collect();
    let rest = IMAGES.0 - wrong.len();
    let chosen = wrong.into_iter().chain(others.into_iter().take(rest));
    let name = |class: usize| dataset.classes.get(class).cloned().unwrap_or_else(|| class.to_string());
    let white = if training.normalize { 1.0 } else { shape.white };
    let images = chosen.map(|index| Image {
        width: shape.width,
        height: shape.height,
        pixels: dataset.test.input(index).iter().map(|pixel| pixel / white).collect(),
        label: name(dataset.test.label(index).unwrap_or(0) as usize),
        predicted: Some(name(predictions[index].class)),
        probability: Some(predictions[index].probability),
    });
    let title = say(language, "Test images, mistakes first", "시험 이미지, 틀린 것부터");
    let mut grid = ImageGrid::new(title, images.collect())?;
    grid.caption = match language {
        Language::English => format!("As seen by one final run of {} (seed {}).", rule.label, run.seed),
        Language::Korean => format!("{}의 최종 실행 하나(시드 {})가 본 결과.", rule.label, run.seed),
    };
    Ok(Some(grid))
}

fn sensitivity(result: &ProblemResult, language: Language) -> thalweg::report::Figure {
    let rules = result.rules.iter().filter_map(|rule| {
        let tuning = rule.tuning.as_ref()?;
        let trials = tuning.trials.iter().flat_map(|trial| {
            trial
                .values
                .iter()
                .map(|value| Trial { learning_rate: trial.learning_rate, value: value.unwrap_or(f64::NAN) })
        });
        Some(Searched {
            rule: rule.rule.clone(),
            label: rule.label.clone(),
            trials: trials.collect(),
            chosen: Some(rule.learning_rate),
        })
    });
    Sensitivity {
        title: say(language, "How much the learning rate matters", "학습률에 얼마나 민감한가"),
        up: match result.metric {
            Metric::Accuracy => say(language, "validation accuracy", "검증 정확도"),
            Metric::Loss => say(language, "validation loss", "검증 손실"),
            Metric::Value => say(language, "final value", "마지막 함숫값"),
        },
        better: if result.metric.higher_is_better() { Better::Higher } else { Better::Lower },
        scale: if is_function(result) { Scale::Logarithmic } else { Scale::Linear },
        rules: rules.collect(),
    }
    .figure(language)
}
