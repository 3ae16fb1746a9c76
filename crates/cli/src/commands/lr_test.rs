//! `thalweg lr-test`: which learning rates are worth trying?

use super::compare::{Common, open, threads};
use crate::comparison::in_language;
use crate::failure::{Context, Failure};
use crate::folder::{Job, refuse_results};
use crate::language::{Language, locale, say};
use crate::progress::Steps;
use crate::{interrupt, output, stderr};
use serde_json::json;
use std::path::PathBuf;
use thalweg::lab::engine::{load_dataset, start_fault};
use thalweg::lab::experiment::{Document, Experiment, RawRule, Workload, given};
use thalweg::lab::range_test::{NoSuggestion, Plan, RangeTest, RangeTestEvent, range_test};
use thalweg::lab::search::{RateRange, show_rate};
use thalweg::report::figures::{Band, Better, Curve, Curves, Scale, Searched, Sensitivity, Trial};
use thalweg::report::{Block, Cell, Column, Page, Section, Table};

/// The learning-rate range test: where learning begins and where it breaks down, checked by short real runs
#[derive(clap::Args)]
#[command(after_help = "\
For every rule: a few short runs whose rate grows from --from to --to, smoothed and judged by their median; then short runs at \
constant rates between the place where the loss begins to fall and a little beyond its lowest point, on other seeds. Those decide, by \
their validation loss. Where they do not bear the curve out there is no suggestion, and it says why.

Examples:
  thalweg lr-test
  thalweg lr-test --rules sgd,momentum,adam --problem mnist --steps 300
  thalweg lr-test experiment.toml --repeats 10 --open")]
pub(crate) struct Arguments {
    /// An experiment file: its rules, on its first problem with a network
    #[arg(value_name = "EXPERIMENT.toml")]
    experiment: Option<PathBuf>,
    /// The rules, such as sgd,momentum,adam (`thalweg list rules`) [default: the experiment's, or sgd, momentum and adam]
    #[arg(long, value_delimiter = ',', value_name = "RULES")]
    rules: Vec<String>,
    /// The smallest rate
    #[arg(long, default_value_t = 1e-6)]
    from: f64,
    /// The largest rate
    #[arg(long, default_value_t = 10.0)]
    to: f64,
    /// Updates of each run
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(20..1_000_000))]
    steps: u64,
    /// Runs of each test, and at each rate
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..1_000))]
    repeats: u16,
    /// Rates at which short runs are made
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u16).range(3..1_000))]
    rates: u16,
    #[command(flatten)]
    common: Common,
}

const DIGITS: &str =
    "name = \"lr-test\"\nrules = [\"sgd\", \"momentum\", \"adam\"]\n[problem]\ndataset = \"digits\"\n";

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { from, to, .. } = arguments;
    if !(from.is_finite() && to.is_finite() && from > 0.0 && from < to) {
        return Err(Failure::Error(format!(
            "the rates must grow from above 0: --from {from} --to {to} do not\nhelp: for example --from 1e-6 --to 10"
        )));
    }
    let mut document = match &arguments.experiment {
        Some(path) => Document::read(path)?,
        None => Document::parse("lr-test", DIGITS)?,
    };
    if !arguments.rules.is_empty() {
        let rules = arguments.rules.iter().map(|name| given(RawRule::Name(name.clone()))).collect();
        document.raw.rules = Some(given(rules));
    }
    let experiment = arguments.common.lay_over(document)?;
    let network = experiment
        .problems
        .iter()
        .find_map(|problem| match &problem.workload {
            Workload::Training(training) => Some((problem, training)),
            Workload::Function(_) | Workload::Program(_) => None,
        })
        .ok_or_else(|| {
            Failure::Error(
                "no problem here trains a network, and on a function there is nothing to be tested\nhelp: --problem digits"
                    .into(),
            )
        })?;
    let (problem, training) = network;
    let file = arguments.experiment.as_deref();
    let words = file.map(|_| experiment.name.as_str()).into_iter().chain([problem.name.as_str()]);
    let job = Job { command: "lr-test", file, words: words.collect() };
    let out = arguments.common.out.clone().unwrap_or_else(|| job.folder());
    refuse_results(&out)?;
    let dataset = load_dataset(training, &arguments.common.source.source())?;
    let language = arguments.common.lang.unwrap_or_else(locale);
    let fault = experiment
        .rules
        .first()
        .and_then(|arm| start_fault(problem, training, &dataset, arm, experiment.seed))
        .map(|fault| in_language(&fault, language));
    if let Some(fault) = &fault {
        stderr::note(format!("{}: {fault}", problem.name));
    }
    let plan = Plan {
        range: RateRange { from, to },
        steps: arguments.steps,
        repeats: arguments.repeats.into(),
        rates: arguments.rates.into(),
        seed: experiment.seed,
    };
    let threads = threads(arguments.common.threads);
    let stop = interrupt::flag()?;
    let steps = Steps::new(arguments.common.json);
    let observer = |event: RangeTestEvent<'_>| match event {
        RangeTestEvent::GrowingStarted { runs } => steps.stage(&problem.name, "growing rates", runs),
        RangeTestEvent::ShortStarted { runs } => steps.stage(&problem.name, "constant rates", runs),
        RangeTestEvent::RunFinished { label, rate: None } => steps.run(|| label.to_string()),
        RangeTestEvent::RunFinished { label, rate: Some(rate) } => {
            steps.run(|| format!("{label} at rate {}", show_rate(rate)));
        }
    };
    let tests = range_test(problem, &experiment.rules, &dataset, &plan, threads, &stop, &observer).map_err(
        |message| match stop.load(std::sync::atomic::Ordering::Relaxed) {
            true => Failure::Interrupted(
                "interrupted; the test keeps nothing, so the same command starts anew".into(),
            ),
            false => Failure::Error(message),
        },
    )?;
    drop(steps);
    std::fs::create_dir_all(&out).context(format!("making the folder {}", out.display()))?;
    let mut page = page(&experiment, &problem.name, &plan, &tests, language);
    page.conclusion.extend(fault.clone());
    let page = page.write(&out)?;
    if arguments.common.json {
        let found =
            json!({ "problem": problem.name, "steps": plan.steps, "start_fault": fault, "rules": tests });
        output::json(&found)?;
    } else {
        output::line(table(&tests, language).to_text())?;
        output::line(format!("{}: {}", say(language, "Figures", "그림"), page.display()))?;
    }
    if arguments.common.open {
        open(&page)?;
    }
    Ok(())
}

/// What is suggested for each rule.
fn table(tests: &[RangeTest], language: Language) -> Table {
    let mut table = Table::new(vec![
        Column::text(say(language, "rule", "갱신 규칙")),
        Column::text(say(language, "learning rates to use", "쓸 만한 학습률")).help(say(
            language,
            "short runs at constant rates whose validation loss is as good as the best, within a tenth of what was gained",
            "일정한 학습률의 짧은 실행 가운데 검증 손실이 최고와 (줄어든 양의 1/10 이내로) 비슷한 구간",
        )),
        Column::number(say(language, "best", "최고")),
        Column::number(say(language, "its validation loss", "검증 손실")),
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
                let mean = thalweg::lab::statistics::mean(&losses);
                row.push(Cell::value(format!("{mean:.4}"), mean));
            }
            Err(reason) => {
                row.push(why(*reason, language).into());
                row.extend(["–".into(), "–".into()]);
            }
        }
        table.push(row);
    }
    table
}

/// Why there is no suggestion.
fn why(reason: NoSuggestion, language: Language) -> String {
    let korean = match reason {
        NoSuggestion::NothingFell => "제안 없음: 손실을 뚜렷이 줄인 학습률이 없다 (--steps를 늘리자)",
        NoSuggestion::StillFalling => "제안 없음: 가장 큰 학습률에서도 손실이 줄고 있었다 (--to를 키우자)",
        NoSuggestion::AllDiverged => {
            "제안 없음: 짧은 실행이 모두 발산했다 (--to를 줄이거나 --steps를 늘리자)"
        }
        NoSuggestion::BestAtLow => {
            "제안 없음: 시도한 가장 작은 학습률이 최고였다 (--from을 줄이거나 --steps를 늘리자)"
        }
        NoSuggestion::BestAtHigh => "제안 없음: 시도한 가장 큰 학습률이 최고였다 (--steps를 늘리자)",
        NoSuggestion::WrongFromTheStart => {
            "제안 없음: 갱신하기 전부터 손실이 잘못되어 있어 학습률로는 고칠 수 없습니다"
        }
    };
    say(language, &reason.to_string(), korean)
}

fn page(
    experiment: &Experiment,
    problem: &str,
    plan: &Plan,
    tests: &[RangeTest],
    language: Language,
) -> Page {
    let curves = tests.iter().map(|test| Curve {
        rule: test.rule.clone(),
        label: test.label.clone(),
        steps: test.rates.clone(),
        runs: test.losses.clone(),
    });
    let mut growing = Curves {
        title: say(language, "The rate grows", "학습률을 키우며"),
        across: say(language, "learning rate", "학습률"),
        up: say(language, "smoothed loss of the batches", "매끄럽게 한 배치 손실"),
        scale: Scale::Linear,
        band: Band::Range,
        curves: curves.collect(),
    }
    .figure(language);
    growing.layout["xaxis"]["type"] = json!("log");
    growing.layout["xaxis"]["exponentformat"] = json!("power");
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
        title: say(language, "Short runs at constant rates", "일정한 학습률의 짧은 실행"),
        up: say(language, "validation loss", "검증 손실"),
        better: Better::Lower,
        scale: Scale::Logarithmic,
        rules: searched.filter(|searched| !searched.trials.is_empty()).collect(),
    };
    let mut blocks: Vec<Block> = vec![growing.into()];
    if !short.rules.is_empty() {
        blocks.push(short.figure(language).into());
    }
    let title = say(language, "Which learning rates are worth trying?", "어떤 학습률을 시도할 만한가?");
    let introduction = match language {
        Language::English => format!(
            "{} runs of {} updates for each rule; the line is their mean, the band their range. What the curve suggests is only \
             where to look: the short runs on the right, on other seeds, decide.",
            plan.repeats, plan.steps
        ),
        Language::Korean => format!(
            "규칙마다 {}번, {}회씩 갱신. 선은 평균, 띠는 범위. 곡선은 어디를 볼지 알려 줄 뿐이고, 다른 시드로 한 오른쪽의 짧은 실행이 결정한다.",
            plan.repeats, plan.steps
        ),
    };
    let conclusion = tests.iter().map(|test| match &test.suggestion {
        Ok(found) => {
            let [from, best, to] = [found.from, found.best, found.to].map(show_rate);
            let found = say(
                language,
                &format!("{from} to {to}, best {best}"),
                &format!("{from}에서 {to}까지, 최고는 {best}"),
            );
            format!("{}: {found}", test.label)
        }
        Err(reason) => format!("{}: {}", test.label, why(*reason, language)),
    });
    let mut page = Page::new(language, title);
    page.subtitle = problem.to_string();
    page.conclusion = conclusion.collect();
    page.table = Some(table(tests, language));
    page.sections = vec![Section::new(problem, introduction, blocks)];
    page.reproduce = vec![
        (say(language, "seed", "시드"), experiment.seed.to_string()),
        (say(language, "experiment", "실험"), experiment.to_toml()),
    ];
    page
}
