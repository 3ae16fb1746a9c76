//! A learning-rate range test as a table and a page.

use crate::language::say;
use thalweg_lab::experiment::Experiment;
use thalweg_lab::range_test::{NoSuggestion, Plan, RangeTest};
use thalweg_lab::search::show_rate;
use thalweg_report::figures::{Band, Better, Curve, Curves, Scale, Searched, Sensitivity, Trial};
use thalweg_report::{Block, Cell, Column, Language, Page, Section, Table};

/// Returns what is suggested for each rule.
pub fn table(tests: &[RangeTest], language: Language) -> Table {
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
                let mean = thalweg_lab::statistics::mean(&losses);
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

/// Builds the page of a learning-rate range test on a problem.
pub fn page(
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
