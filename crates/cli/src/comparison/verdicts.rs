//! The results over all runs: differences, budgets, targets, searches of several hyper-parameters, and fairness.

use super::figures::{block, judged};
use super::table::{rate, validation};
use crate::language::say;
use thalweg::lab::comparison::{Boundary, Comparison, ProblemResult, RuleResult, TargetRefused};
use thalweg::lab::experiment::{Experiment, Metric, Problem, Workload};
use thalweg::lab::search::{Scale, Space, show_rate};
use thalweg::lab::verdict::{Judgement, Word};
use thalweg::report::figures::{
    Axis, AxisScale, Band, Configurations, Curve, Curves, Difference, Forest, Scale as Counting,
};
use thalweg::report::{Block, Cell, Column, Language, Table};

/// Returns the verdict on a pair as a label.
fn label(judgement: &Judgement, language: Language) -> String {
    let (best, other) = (&judgement.best, &judgement.other);
    match judgement.word {
        Word::ClearlyBetter => {
            say(language, &format!("{best} clearly better"), &format!("{best} 확실히 나음"))
        }
        Word::Better => say(language, &format!("{best} better"), &format!("{best} 나음")),
        Word::Equivalent => say(language, "equivalent", "사실상 같음"),
        Word::CannotTell => say(language, "cannot tell", "알 수 없음"),
        Word::SeedsCannotTell => say(language, "seeds cannot tell", "시드로는 알 수 없음"),
        Word::OtherDiverges => say(language, &format!("{other} diverges"), &format!("{other} 발산")),
    }
}

/// Draws the difference of each rule from the best one, with the intervals that decided.
pub(super) fn forest(problem: &Problem, result: &ProblemResult, language: Language) -> Option<Block> {
    let row = |judgement: &Judgement| {
        let interval = judgement.interval?;
        let other = result.rules.iter().find(|rule| rule.label == judgement.other)?;
        Some(Difference {
            rule: other.rule.clone(),
            label: judgement.other.clone(),
            difference: judgement.difference?,
            interval: [interval.low, interval.high],
            verdict: label(judgement, language),
        })
    };
    let rows: Vec<Difference> = result.verdict.judgements.iter().filter_map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let judged = judged(result, language);
    let across = say(language, &format!("difference in {judged}"), &format!("{judged}의 차이"));
    let (best, margin) = (result.verdict.ranking.first()?, result.verdict.margin?);
    let title = say(language, &format!("{best} against the others"), &format!("{best} 대 나머지의 차이"));
    Some(block(Forest { title, across, margin, rows }.figure(language), problem, "differences"))
}

/// Draws what smaller budgets would have found.
pub(super) fn budgets(problem: &Problem, result: &ProblemResult, language: Language) -> Option<Block> {
    let curves: Vec<Curve> = result
        .rules
        .iter()
        .filter_map(|rule| {
            let best_of = &rule.tuning.as_ref().filter(|tuning| tuning.best_of.len() > 1)?.best_of;
            Some(Curve {
                rule: rule.rule.clone(),
                label: rule.label.clone(),
                steps: (1..=best_of.len()).map(|trials| trials as f64).collect(),
                runs: vec![best_of.clone()],
            })
        })
        .collect();
    if curves.is_empty() {
        return None;
    }
    let figure = Curves {
        title: say(language, "What fewer trials would have found", "시행을 덜 했다면"),
        across: say(language, "trials", "시행 수"),
        up: validation(result, language),
        scale: if result.metric == Metric::Value { Counting::Logarithmic } else { Counting::Linear },
        band: Band::Range,
        curves,
    };
    let mut figure = figure.figure(language);
    figure.caption = say(
        language,
        "The expected best of so many of the trials: a rule whose curve is flat early needs little tuning. A trial that \
         diverged counts as the worst that did not.",
        "그만큼의 시행 중 최고값의 기댓값. 일찍 평평해지는 규칙은 조율이 덜 필요하다. 발산한 시행은 발산하지 않은 것 중 가장 나쁜 값으로 센다.",
    );
    Some(block(figure, problem, "budgets"))
}

/// Says why the target tells nothing, if that is so, and what to do.
pub(crate) fn target_refused(result: &ProblemResult, language: Language) -> Option<String> {
    Some(match result.target_refused? {
        TargetRefused::NobodyReachedIt => say(
            language,
            "No final run reached the target, so it says nothing about the rules. Set an easier `target_loss`, or allow more \
             steps.",
            "목표에 도달한 최종 실행이 없어 목표로는 규칙을 비교할 수 없다. `target_loss`를 더 쉽게 잡거나 갱신 횟수를 늘리자.",
        ),
        TargetRefused::AllReachedItAtOnce => say(
            language,
            "Every final run had reached the target when it was first looked at, so it says nothing about the rules. Set a \
             harder `target_loss`, or look more often (`evaluate_every`).",
            "모든 최종 실행이 첫 평가 때 이미 목표에 도달해 목표로는 규칙을 비교할 수 없다. `target_loss`를 더 어렵게 잡거나 \
             더 자주 평가하자(`evaluate_every`).",
        ),
    })
}

/// Draws the share of runs that had reached the target by each step.
pub(super) fn targets(problem: &Problem, result: &ProblemResult, language: Language) -> Option<Block> {
    if let Some(refused) = target_refused(result, language) {
        return Some(Block::Text(refused));
    }
    let last = |rule: &RuleResult| {
        let ends = rule.runs.iter().filter_map(|run| run.outcome.training_loss.steps.last());
        ends.max().copied().unwrap_or(0)
    };
    let budget = result.rules.iter().map(last).max().unwrap_or(0);
    let curves: Vec<Curve> = result
        .rules
        .iter()
        .filter_map(|rule| {
            let target = rule.target.as_ref()?;
            // A step function: it rises where a run reaches the target.
            let (mut steps, mut shares) = (vec![0.0], vec![0.0]);
            for &(step, share) in &target.by_step {
                steps.extend([step, step]);
                shares.extend([shares.last().copied().unwrap_or(0.0), share]);
            }
            steps.push(budget.into());
            shares.push(shares.last().copied().unwrap_or(0.0));
            Some(Curve { rule: rule.rule.clone(), label: rule.label.clone(), steps, runs: vec![shares] })
        })
        .collect();
    if curves.is_empty() {
        return None;
    }
    let figure = Curves {
        title: say(language, "When the target is reached", "목표에 도달하는 때"),
        across: say(language, "step", "갱신 횟수"),
        up: say(language, "share of the runs", "도달한 실행의 비율"),
        scale: Counting::Linear,
        band: Band::Range,
        curves,
    };
    let mut figure = figure.figure(language);
    figure.caption = say(
        language,
        "Kaplan and Meier's estimate over the final runs. Runs that did not get there count as longer than the budget.",
        "최종 실행들의 카플란-마이어 추정. 도달하지 못한 실행은 예산보다 오래 걸린 것으로 본다.",
    );
    Some(block(figure, problem, "target"))
}

/// Draws training loss against seconds instead of steps.
pub(super) fn seconds(problem: &Problem, result: &ProblemResult, language: Language) -> Option<Block> {
    let curve = |rule: &RuleResult| {
        let runs: Vec<_> = rule.runs.iter().map(|run| &run.outcome.training_loss).collect();
        let longest = runs.iter().max_by_key(|curve| curve.len())?;
        // One clock for a rule: the median of its runs, so that seeds can be averaged at the same moments.
        let second = rule.microseconds_per_step * 1e-6;
        Some(Curve {
            rule: rule.rule.clone(),
            label: rule.label.clone(),
            steps: longest.steps.iter().map(|&step| f64::from(step) * second).collect(),
            runs: runs.iter().map(|run| run.values.iter().map(|&value| f64::from(value)).collect()).collect(),
        })
        .filter(|_| second.is_finite())
    };
    let figure = Curves {
        title: say(language, "Training loss against time", "시간에 따른 훈련 손실"),
        across: say(language, "seconds (evaluation not counted)", "초 (평가 시간 제외)"),
        up: say(language, "mean loss of the batches", "배치 손실의 평균"),
        scale: Counting::Logarithmic,
        band: Band::Range,
        curves: result.rules.iter().filter_map(curve).collect(),
    };
    Some(block(figure.figure(language), problem, "seconds"))
}

/// Draws the search of every rule with more hyper-parameters than the rate: a map of the first two, and all of them in parallel
/// coordinates.
pub(super) fn configurations(problem: &Problem, result: &ProblemResult, language: Language) -> Vec<Block> {
    let mut blocks = Vec::new();
    for rule in &result.rules {
        let Some(tuning) = rule.tuning.as_ref().filter(|tuning| !tuning.others.is_empty()) else { continue };
        let value = |pick: &dyn Fn(&thalweg::lab::search::Point) -> f64| -> Vec<f64> {
            tuning.whole().map(|trial| pick(&trial.point)).collect()
        };
        let mut axes = Vec::new();
        if tuning.asked.is_some() {
            axes.push(Axis {
                name: "learning_rate".into(),
                scale: AxisScale::Logarithmic,
                values: value(&|point| point.learning_rate),
            });
        }
        for (name, space) in &tuning.others {
            axes.push(Axis {
                name: name.clone(),
                scale: match space {
                    Space::Between { scale: Scale::Log, .. } => AxisScale::Logarithmic,
                    Space::Between { scale: Scale::OneMinus, .. } => AxisScale::OneMinus,
                    Space::Between { scale: Scale::Linear, .. } | Space::Among { .. } => AxisScale::Linear,
                },
                values: value(&|point| point.others.get(name).copied().unwrap_or(f64::NAN)),
            });
        }
        let results = tuning.whole().map(|trial| trial.mean().unwrap_or(f64::NAN)).collect();
        let trials = Configurations {
            title: format!("{}: {}", rule.label, say(language, "the trials", "시행")),
            up: validation(result, language),
            higher_is_better: result.metric.higher_is_better(),
            axes,
            results,
        };
        blocks.extend(
            trials.map(language).map(|figure| block(figure, problem, &format!("{}-map", rule.label))),
        );
        blocks.push(block(trials.parallel(language), problem, &format!("{}-trials", rule.label)));
    }
    blocks
}

/// Says what each rule was given, and what of it may have been unfair.
pub(super) fn fairness(
    comparison: &Comparison,
    experiment: &Experiment,
    problem: &Problem,
    result: &ProblemResult,
    language: Language,
) -> Vec<Block> {
    let protocol = experiment.protocol_for(problem);
    let mut table = Table::new(vec![
        Column::text(say(language, "rule", "갱신 규칙")),
        Column::number(say(language, "trials", "시행")).help(say(
            language,
            "configurations tried, times the seeds behind each",
            "시도한 설정의 수 × 설정마다의 시드 수",
        )),
        Column::number(say(language, "hyper-parameters", "하이퍼파라미터")).help(say(
            language,
            "how many were searched for: more of them share the same number of trials",
            "탐색한 개수. 많을수록 같은 시행 수를 나누어 쓴다",
        )),
        Column::text(say(language, "rates searched", "탐색한 학습률")),
        Column::text(say(language, "at the edge", "범위의 끝")),
        Column::number(say(language, "winner's curse", "승자의 저주")).help(say(
            language,
            "by how much the best trial looked better than it was on fresh seeds",
            "최고 시행이 새 시드에서보다 얼마나 좋아 보였는가",
        )),
        Column::number(say(language, "final seeds", "최종 시드")),
        Column::number(say(language, "diverged", "발산")),
    ]);
    for rule in &result.rules {
        let mut row = vec![Cell::rule(&rule.rule, &rule.label)];
        match &rule.tuning {
            Some(tuning) => {
                let trials = tuning.trials.len();
                row.push(Cell::value(format!("{trials} × {}", protocol.tuning_seeds), trials as f64));
                let dimensions = tuning.others.len() + usize::from(tuning.asked.is_some());
                row.push(Cell::value(dimensions.to_string(), dimensions as f64));
                row.push(match &tuning.searched {
                    Some(range) => format!("{} … {}", show_rate(range.from), show_rate(range.to)).into(),
                    None => rate(rule.learning_rate).into(),
                });
                let mut edges: Vec<String> = tuning.at_edge.clone();
                match tuning.boundary {
                    Boundary::Unresolved(_) => edges.insert(0, say(language, "learning rate", "학습률")),
                    Boundary::Extended => {
                        edges.insert(0, say(language, "no (range grew)", "아님 (범위 확장)"))
                    }
                    Boundary::Inside => {}
                }
                row.push(
                    if edges.is_empty() { say(language, "no", "아님") } else { edges.join(", ") }.into(),
                );
                row.push(match tuning.selection_drop {
                    Some(drop) => Cell::value(format!("{drop:+.4}"), drop),
                    None => "–".into(),
                });
            }
            None => {
                row.push("0".into());
                row.push("0".into());
                row.push(rate(rule.learning_rate).into());
                row.extend(["–".into(), "–".into()]);
            }
        }
        let tried = rule.tuning.iter().flat_map(|tuning| &tuning.trials).map(|trial| trial.diverged());
        let diverged = tried.sum::<usize>() + rule.diverged;
        row.push(Cell::value(rule.runs.len().to_string(), rule.runs.len() as f64));
        row.push(Cell::value(diverged.to_string(), diverged as f64));
        table.push(row);
    }
    let splits = match &problem.workload {
        Workload::Training(_) | Workload::Program(_) => say(
            language,
            "chosen on validation, test read once at the end",
            "검증 데이터로 선택, 시험 데이터는 마지막에 한 번",
        ),
        Workload::Function(_) => say(language, "no data", "데이터 없음"),
    };
    let search = format!("{:?}", protocol.search).to_lowercase();
    let text = match language {
        Language::English => format!(
            "Was it fair? {search} search; {splits}; the same seeds and the same number of trials for every rule; code {}.",
            comparison.code
        ),
        Language::Korean => format!(
            "공정했는가? {search} 탐색; {splits}; 모든 규칙에 같은 시드와 같은 시행 수; 코드 {}.",
            comparison.code
        ),
    };
    let mut blocks = vec![Block::Text(text)];
    if let Some(factor) = protocol.halving {
        blocks.push(Block::Text(match language {
            Language::English => format!(
                "The search halved: all trials ran for a part of their steps, and the best one in {factor} went on, each time \
                 {factor} times as long. That saves time and favours rules and rates that start fast; figures of the search show \
                 whole runs only."
            ),
            Language::Korean => format!(
                "연속 반감 탐색: 모든 시행을 일부 갱신만 돌리고 상위 {factor}분의 1만 매번 {factor}배 길게 이어 갔다. 시간은 아끼지만 초반이 \
                 빠른 규칙과 학습률에 유리하다. 탐색 그림에는 끝까지 돌린 시행만 있다."
            ),
        }));
    }
    blocks.push(table.into());
    blocks
}
