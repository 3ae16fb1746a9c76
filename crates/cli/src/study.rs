//! A study as a table, a page and JSON.

use crate::comparison::time;
use crate::failure::Failure;
use crate::language::say;
use crate::output::number;
use serde_json::{Value, json as value};
use thalweg::data::{Dataset, Source};
use thalweg::lab::engine::load_dataset;
use thalweg::lab::study::{LineResult, Quantity, Shown, Study, StudyRun, UNNAMED, at};
use thalweg::report::figures::{Band, Curve, Curves, Distribution, Histograms, Scale, Trials};
use thalweg::report::{Block, Cell, Column, Image, ImageGrid, Language, Page, Section, Table};
use thalweg::train::ActivationDiagnostics;

/// Mistakes and filters that a page shows at most.
const IMAGES: usize = 100;

/// The number of rows of the table before the figures.
const FEW: usize = 12;

/// Trials of a search whose curves are drawn, as in the book.
const BEST: usize = 20;

/// Which figures a study's table shows.
fn quantities(study: &Study) -> &'static [Quantity] {
    match study.shown {
        Shown::Loss => &[Quantity::TrainingLoss, Quantity::ValidationAccuracy, Quantity::TestAccuracy],
        Shown::Accuracy => {
            &[Quantity::TrainingAccuracy, Quantity::ValidationAccuracy, Quantity::TestAccuracy]
        }
        Shown::Activations => &[],
        Shown::Filters | Shown::Mistakes => &[Quantity::TrainingLoss, Quantity::TestAccuracy],
        Shown::Search => &[Quantity::ValidationAccuracy],
    }
}

fn named(quantity: Quantity, language: Language) -> String {
    let korean = match quantity {
        Quantity::TrainingLoss => "학습 손실",
        Quantity::TrainingAccuracy => "학습 정확도",
        Quantity::ValidationAccuracy => "검증 정확도",
        Quantity::TestAccuracy => "시험 정확도",
    };
    say(language, quantity.name(), korean)
}

/// Builds the table of the figures at the end of the runs, line by line, beside those of the book.
pub(crate) fn summary(study: &Study, results: &[LineResult], language: Language) -> Table {
    match study.shown {
        Shown::Activations => activation_table(results, language),
        Shown::Search => search_table(study, results, language),
        _ => line_table(study, results, language),
    }
}

fn line_table(study: &Study, results: &[LineResult], language: Language) -> Table {
    let panels = results.iter().any(|result| !result.line.panel.is_empty());
    let seen = |quantity: &&Quantity| results.iter().any(|result| !result.finals(**quantity).is_empty());
    let quantities: Vec<Quantity> = quantities(study).iter().filter(seen).copied().collect();
    let book = |quantity: &Quantity| results.iter().any(|result| result.line.book.contains_key(quantity));
    let mut columns = Vec::new();
    if panels {
        columns.push(Column::text(say(language, "panel", "칸")));
    }
    columns.push(Column::text(say(language, "line", "선")));
    for quantity in &quantities {
        columns.push(Column::number(named(*quantity, language)));
        if book(quantity) {
            columns.push(Column::number(say(language, "in the book", "책에서는")));
        }
    }
    columns.push(Column::number(say(language, "time of a run", "한 번 학습하는 시간")));
    let mut table = Table::new(columns);
    for result in results {
        let mut row: Vec<Cell> = Vec::new();
        if panels {
            row.push(result.line.panel.as_str().into());
        }
        row.push(result.line.name.as_str().into());
        for quantity in &quantities {
            row.push(spread(&result.finals(*quantity), result.runs.len(), language));
            if book(quantity) {
                let value = result.line.book.get(quantity);
                row.push(value.map_or_else(|| "".into(), |value| Cell::value(format!("{value}"), *value)));
            }
        }
        row.push(duration(&result.runs, language));
        table.push(row);
    }
    table
}

/// `0.132 ± 0.004`, or what happened instead.
fn spread(finals: &[f64], runs: usize, language: Language) -> Cell {
    if finals.is_empty() {
        return say(language, "diverged", "발산").as_str().into();
    }
    let n = finals.len() as f64;
    let mean = finals.iter().sum::<f64>() / n;
    let deviation = (finals.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt();
    let lost = runs - finals.len();
    let lost =
        if lost > 0 { format!(" ({lost} {})", say(language, "diverged", "발산")) } else { String::new() };
    let text = if finals.len() > 1 {
        format!("{mean:.4} ± {deviation:.4}{lost}")
    } else {
        format!("{mean:.4}{lost}")
    };
    Cell::value(text, mean)
}

/// The median time that the updates of a run took, evaluations not counted.
fn duration(runs: &[StudyRun], language: Language) -> Cell {
    let times: Vec<f64> = runs.iter().filter_map(|run| Some(run.points.last()?.seconds)).collect();
    if times.is_empty() {
        return "".into();
    }
    let seconds = thalweg::lab::statistics::median(&times);
    let text = match language {
        _ if seconds >= 10.0 => time(seconds, language),
        Language::English => format!("{seconds:.2} s"),
        Language::Korean => format!("{seconds:.2}초"),
    };
    Cell::value(text, seconds)
}

fn activation_table(results: &[LineResult], language: Language) -> Table {
    let mut table = Table::new(vec![
        Column::text(say(language, "line", "선")),
        Column::text(say(language, "layer", "층")),
        Column::number(say(language, "mean", "평균")),
        Column::number(say(language, "deviation", "표준편차")),
        Column::number(say(language, "exactly 0", "정확히 0")),
    ]);
    for result in results {
        for one in result.runs.first().into_iter().flat_map(|run| &run.activations) {
            table.push([
                result.line.name.as_str().into(),
                one.layer.as_str().into(),
                Cell::value(format!("{:.4}", one.mean), one.mean),
                Cell::value(format!("{:.4}", one.deviation), one.deviation),
                Cell::value(format!("{:.1} %", 100.0 * one.zeros), one.zeros),
            ]);
        }
    }
    table
}

/// The trials with their mean result, best first.
fn ranked(results: &[LineResult]) -> Vec<(&LineResult, f64)> {
    let mean = |finals: Vec<f64>| match finals.len() {
        0 => f64::NAN,
        n => finals.iter().sum::<f64>() / n as f64,
    };
    let mut ranked: Vec<_> =
        results.iter().map(|result| (result, mean(result.finals(Quantity::ValidationAccuracy)))).collect();
    // A trial that diverged comes last.
    let order = |value: f64| if value.is_nan() { f64::NEG_INFINITY } else { value };
    ranked.sort_by(|(_, a), (_, b)| order(*b).total_cmp(&order(*a)));
    ranked
}

fn search_table(study: &Study, results: &[LineResult], language: Language) -> Table {
    let mut columns = vec![Column::text(say(language, "trial", "시도"))];
    columns.extend(study.searched.iter().map(|(name, _)| Column::number(name)));
    columns.push(Column::number(named(Quantity::ValidationAccuracy, language)));
    let mut table = Table::new(columns);
    for (result, _) in ranked(results).into_iter().take(BEST) {
        let mut row: Vec<Cell> = vec![result.line.name.as_str().into()];
        row.extend(result.line.drawn.iter().map(|value| Cell::value(format!("{value:.3e}"), *value)));
        row.push(spread(&result.finals(Quantity::ValidationAccuracy), result.runs.len(), language));
        table.push(row);
    }
    table
}

/// What the best trials say of the ranges: a best value near an end is an alarm.
fn alarms(study: &Study, results: &[LineResult], language: Language) -> Vec<String> {
    let ranked = ranked(results);
    let best: Vec<_> = ranked.iter().take(5).filter(|(_, value)| value.is_finite()).collect();
    let mut alarms = Vec::new();
    for (index, (name, [from, to])) in study.searched.iter().enumerate() {
        // The positions of the best trials in the range, on the logarithmic scale from 0 to 1.
        let place = |value: f64| (value / from).ln() / (to / from).ln();
        let places: Vec<f64> = best.iter().map(|(result, _)| place(result.line.drawn[index])).collect();
        let high = !places.is_empty() && places.iter().all(|place| *place > 0.8);
        let low = !places.is_empty() && places.iter().all(|place| *place < 0.2);
        if high || low {
            let (end, further) = if high { (to, to * 100.0) } else { (from, from / 100.0) };
            alarms.push(match language {
                Language::English => format!(
                    "The five best trials all lie near {}, the {} end of the range of {name}: better values may lie beyond it. \
                     Search further, to {}.",
                    number(*end),
                    if high { "upper" } else { "lower" },
                    number(further)
                ),
                Language::Korean => format!(
                    "가장 좋은 다섯 시도가 모두 {name} 범위의 {} 끝인 {} 근처에 있다. 더 좋은 값은 그 너머에 있을 수 있으니 \
                     {}까지 더 찾아볼 것.",
                    if high { "위쪽" } else { "아래쪽" },
                    number(*end),
                    number(further)
                ),
            });
        }
    }
    alarms
}

/// Returns the whole result as JSON.
pub(crate) fn json(study: &Study, results: &[LineResult]) -> Value {
    let lines = results.iter().map(|result| {
        let runs = result.runs.iter().map(|run| {
            let activations = run.activations.iter().map(|one| {
                value!({ "layer": one.layer, "edges": one.edges, "counts": one.counts, "mean": one.mean,
                         "deviation": one.deviation, "zeros": one.zeros })
            });
            value!({
                "seed": run.seed, "points": run.points, "test": run.test, "diverged_at": run.diverged_at,
                "activations": activations.collect::<Vec<_>>(), "mistakes": run.mistakes.len(),
            })
        });
        let drawn: serde_json::Map<String, Value> =
            study.searched.iter().zip(&result.line.drawn).map(|((name, _), drawn)| (name.clone(), value!(drawn))).collect();
        value!({
            "line": result.line.name, "panel": result.line.panel, "problem": result.line.problem, "book": result.line.book,
            "drawn": drawn, "runs": runs.collect::<Vec<_>>(),
        })
    });
    value!({
        "name": study.name, "title": study.title, "figure": study.shown, "lines": lines.collect::<Vec<_>>(),
        "alarms": alarms(study, results, Language::English),
    })
}

/// Builds the page of a study.
pub(crate) fn page(
    study: &Study,
    results: &[LineResult],
    source: &Source,
    file: &str,
    language: Language,
) -> Result<Page, Failure> {
    let mut page = Page::new(language, &study.title);
    page.subtitle.clone_from(&study.about);
    page.conclusion = alarms(study, results, language);
    let table = summary(study, results, language);
    page.sections = match study.shown {
        Shown::Loss => curves(results, &[Quantity::TrainingLoss], language),
        Shown::Accuracy => {
            curves(results, &[Quantity::TrainingAccuracy, Quantity::ValidationAccuracy], language)
        }
        Shown::Activations => activations(results, language),
        Shown::Filters => filters(results, language)?,
        Shown::Mistakes => mistakes(results, source, language)?,
        Shown::Search => search(study, results, language),
    };
    // A long table would hide the figures, which are what a study is about.
    let rows = results.iter().map(|result| result.runs.first().map_or(1, |run| run.activations.len().max(1)));
    if study.shown == Shown::Search || rows.sum::<usize>() > FEW {
        let title = say(language, "All figures", "모든 수치");
        page.sections.push(Section::new(title, "", vec![Block::Table(table)]));
    } else {
        page.table = Some(table);
    }
    page.reproduce = vec![(say(language, "command", "명령"), format!("thalweg run {file}"))];
    Ok(page)
}

/// One figure a panel: each line's quantities against the step.
fn curves(results: &[LineResult], quantities: &[Quantity], language: Language) -> Vec<Section> {
    let mut panels: Vec<&str> = Vec::new();
    for result in results {
        if !panels.contains(&result.line.panel.as_str()) {
            panels.push(&result.line.panel);
        }
    }
    let figures = panels.iter().map(|panel| {
        let lines = results.iter().filter(|result| result.line.panel == *panel);
        let curves = lines.flat_map(|result| {
            quantities.iter().map(|quantity| curve(result, *quantity, quantities.len(), language))
        });
        let loss = quantities == [Quantity::TrainingLoss];
        let figure = Curves {
            title: if panel.is_empty() { named(quantities[0], language) } else { (*panel).to_owned() },
            across: say(language, "step", "갱신 횟수"),
            up: if loss {
                say(language, "training loss", "학습 손실")
            } else {
                say(language, "accuracy", "정확도")
            },
            scale: if loss { Scale::Logarithmic } else { Scale::Linear },
            band: Band::Range,
            curves: curves.filter(|curve| !curve.steps.is_empty()).collect(),
        }
        .figure(language);
        Block::from(figure)
    });
    vec![Section::new(say(language, "Curves", "곡선"), "", figures.collect())]
}

fn curve(result: &LineResult, quantity: Quantity, of: usize, language: Language) -> Curve {
    let values = |run: &StudyRun| -> Vec<(f64, f64)> {
        let points = run.points.iter();
        points.filter_map(|point| Some((point.step as f64, at(point, quantity)?))).collect()
    };
    let runs: Vec<Vec<(f64, f64)>> = result.runs.iter().map(values).collect();
    let longest = runs.iter().max_by_key(|run| run.len()).cloned().unwrap_or_default();
    let name = &result.line.name;
    Curve {
        rule: name.clone(),
        label: if of > 1 { format!("{name}, {}", named(quantity, language)) } else { name.clone() },
        steps: longest.iter().map(|(step, _)| *step).collect(),
        runs: runs.into_iter().map(|run| run.into_iter().map(|(_, value)| value).collect()).collect(),
    }
}

fn activations(results: &[LineResult], language: Language) -> Vec<Section> {
    let figures = results.iter().filter_map(|result| {
        Some(distributions(result.line.name.clone(), &result.runs.first()?.activations))
    });
    let introduction = say(
        language,
        "How the values of each activation are distributed over 1,000 examples before the first step, first layer on the left.",
        "첫 갱신 전, 예제 1,000개에 대한 각 활성화 값의 분포. 왼쪽이 첫 번째 층이다.",
    );
    vec![Section::new(say(language, "Activations", "활성화 값"), introduction, figures.collect())]
}

/// Draws the values of every activation, layer by layer.
pub(crate) fn distributions(title: String, layers: &[ActivationDiagnostics]) -> Block {
    let distributions = layers.iter().map(|one| Distribution {
        label: one.layer.clone(),
        edges: one.edges.clone(),
        counts: one.counts.clone(),
    });
    Histograms { title, caption: String::new(), distributions: distributions.collect() }.figure().into()
}

fn filters(results: &[LineResult], language: Language) -> Result<Vec<Section>, Failure> {
    let mut sections = Vec::new();
    for result in results {
        let Some(filters) = result.runs.first().and_then(|run| run.filters.as_ref()) else { continue };
        let mut blocks = Vec::new();
        for (title, values) in [
            (say(language, "before learning", "학습 전"), &filters.before),
            (say(language, "after learning", "학습 후"), &filters.after),
        ] {
            let [_, rows, columns] = filters.extents;
            let images =
                values.chunks_exact(rows * columns).take(IMAGES).enumerate().map(|(index, window)| {
                    let low = window.iter().copied().fold(f32::INFINITY, f32::min);
                    let high = window.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                    let scale = if high > low { 1.0 / (high - low) } else { 0.0 };
                    Image {
                        width: columns,
                        height: rows,
                        pixels: window.iter().map(|x| (x - low) * scale).collect(),
                        label: (index + 1).to_string(),
                        predicted: None,
                        probability: None,
                    }
                });
            blocks.push(Block::Images(ImageGrid::new(title, images.collect())?));
        }
        let introduction = say(
            language,
            "The windows of the first convolution, each from its smallest weight (black) to its largest (white).",
            "첫 번째 합성곱 층의 필터. 가장 작은 가중치가 검정, 가장 큰 가중치가 흰색이다.",
        );
        sections.push(Section::new(
            line_title(result, say(language, "Filters", "필터")),
            introduction,
            blocks,
        ));
    }
    Ok(sections)
}

/// Returns the heading of a line's pictures: its name, unless it is the only line and has none.
fn line_title(result: &LineResult, otherwise: String) -> String {
    if result.line.name == UNNAMED { otherwise } else { result.line.name.clone() }
}

fn mistakes(results: &[LineResult], source: &Source, language: Language) -> Result<Vec<Section>, Failure> {
    let mut sections = Vec::new();
    for result in results {
        let Some(run) = result.runs.first() else { continue };
        let dataset: Dataset = load_dataset(&result.line.problem, source)?;
        let Some(shape) = dataset.image else { continue };
        let white = if result.line.problem.normalize { 1.0 } else { shape.white };
        let name = |class: usize| dataset.classes.get(class).cloned().unwrap_or_else(|| class.to_string());
        let images = run.mistakes.iter().take(IMAGES).map(|mistake| Image {
            width: shape.width,
            height: shape.height,
            pixels: dataset.test.input(mistake.example).iter().map(|pixel| pixel / white).collect(),
            label: name(mistake.label),
            predicted: Some(name(mistake.predicted)),
            probability: Some(mistake.probability),
        });
        let (wrong, all) = (run.mistakes.len(), dataset.test.len());
        let introduction = match language {
            Language::English => format!("{wrong} of {all} test images are taken for something else."),
            Language::Korean => format!("시험 이미지 {all}장 가운데 {wrong}장을 다른 것으로 분류했다."),
        };
        let title = say(language, "Misclassified images", "잘못 분류한 이미지");
        let grid = ImageGrid::new(title, images.collect())?;
        let title = line_title(result, say(language, "Mistakes", "틀린 것"));
        sections.push(Section::new(title, introduction, vec![Block::Images(grid)]));
    }
    Ok(sections)
}

fn search(study: &Study, results: &[LineResult], language: Language) -> Vec<Section> {
    let ranked = ranked(results);
    let mut blocks: Vec<Block> = Vec::new();
    for (index, (name, range)) in study.searched.iter().enumerate() {
        let trials = Trials {
            title: name.clone(),
            caption: say(
                language,
                "One point a trial; dotted: the ends of the range.",
                "점 하나가 시도 하나. 점선은 범위의 끝.",
            ),
            across: name.clone(),
            up: named(Quantity::ValidationAccuracy, language),
            points: ranked.iter().map(|(result, value)| (result.line.drawn[index], *value)).collect(),
            range: *range,
        };
        blocks.push(trials.figure().into());
    }
    let best: Vec<LineResult> = ranked.iter().take(BEST).map(|(result, _)| (*result).clone()).collect();
    let mut sections = vec![Section::new(say(language, "Trials", "시도"), "", blocks)];
    let mut curves = curves(&best, &[Quantity::ValidationAccuracy], language);
    curves.iter_mut().for_each(|section| {
        section.title = say(language, "The best twenty", "가장 좋은 스무 시도");
    });
    sections.append(&mut curves);
    sections
}
