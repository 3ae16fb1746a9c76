//! What a comparison is going to do, and whether it can tell anything: `--dry-run`.

use crate::language::say;
use thalweg::lab::experiment::{Experiment, LearningRate, Metric};
use thalweg::lab::preflight::Preflight;
use thalweg::lab::search::{Space, show_rate};
use thalweg::lab::verdict::Plan;
use thalweg::pages::time;
use thalweg::report::Language;

/// A mean gradient error above this is not caused by rounding.
const WRONG_GRADIENT: f64 = 1e-4;
/// A batch is learnt by heart when its loss has fallen to this share.
const LEARNT: f64 = 0.2;

/// Returns the plan for one problem in a few lines.
pub(crate) fn plan(
    experiment: &Experiment,
    found: &Preflight,
    threads: usize,
    language: Language,
) -> Vec<String> {
    let seconds = found.whole_runs * found.seconds_per_run / threads.max(1) as f64;
    let ko = language == Language::Korean;
    let rules = experiment.rules.len();
    let mut lines = vec![if ko {
        format!(
            "{}: 규칙 {rules}개, 실행 {}회, 스레드 {threads}개로 약 {}",
            found.problem,
            found.cells,
            time(seconds, language)
        )
    } else {
        format!(
            "{}: {rules} rules, {} runs, about {} on {threads} threads",
            found.problem,
            found.cells,
            time(seconds, language)
        )
    }];
    if let Some(problem) = experiment.problems.iter().find(|problem| problem.name == found.problem) {
        for arm in &experiment.rules {
            let mut ranges = vec![match problem.learning_rate(arm) {
                LearningRate::Fixed(rate) => format!("learning_rate {}", show_rate(rate)),
                LearningRate::Search { from, to } => {
                    format!("learning_rate {} … {}", show_rate(from), show_rate(to))
                }
            }];
            ranges.extend(arm.search.iter().map(|(name, space)| match space {
                Space::Between { from, to, .. } => {
                    format!("{name} {} … {}", show_rate(*from), show_rate(*to))
                }
                Space::Among { values } => format!("{name} {values:?}"),
            }));
            lines.push(format!("  {} ({}): {}", arm.label, arm.dialect, ranges.join(", ")));
        }
    }
    if let Some(error) = found.gradient {
        let wrong = error > WRONG_GRADIENT || error.is_nan();
        lines.push(if wrong {
            say(
                language,
                &format!(
                    "  WARNING: gradients are wrong by {error:.1e} on average (`thalweg check-gradients`)"
                ),
                &format!("  주의: 기울기가 평균 {error:.1e}만큼 틀리다 (`thalweg check-gradients`)"),
            )
        } else {
            say(
                language,
                &format!("  gradients agree with difference quotients (to {error:.1e})"),
                &format!("  기울기가 수치 미분과 맞는다 ({error:.1e} 이내)"),
            )
        });
    }
    if let Some(fault) = &found.start_fault {
        lines.push(say(language, &format!("  WARNING: {}", fault.en), &format!("  주의: {}", fault.ko)));
    }
    if let Some((first, last)) = found.one_batch {
        lines.push(if last <= LEARNT * first {
            say(
                language,
                &format!("  a single batch can be learnt by heart: loss {first:.3} to {last:.4}"),
                &format!("  배치 하나를 외울 수 있다: 손실 {first:.3}에서 {last:.4}"),
            )
        } else {
            say(
                language,
                &format!(
                    "  WARNING: not even a single batch is learnt by heart (loss {first:.3} to {last:.3}): noise in the network \
                     or the images, or a network that cannot learn this"
                ),
                &format!("  주의: 배치 하나도 외우지 못한다 (손실 {first:.3}에서 {last:.3}). 잡음이 있거나 배울 수 없는 신경망이다"),
            )
        });
    }
    if let (Some(mean), Some(spread)) = (found.mean, found.spread) {
        let show = |value: f64| {
            if found.metric == Metric::Value { format!("{value:.3e}") } else { format!("{value:.4}") }
        };
        let (mean, spread) = (show(mean), show(spread));
        let (rule, runs, difference, planned) = (&found.rule, found.runs, found.difference, found.seeds);
        let what = if found.metric == Metric::Value {
            format!("{} %", 100.0 * difference)
        } else {
            difference.to_string()
        };
        lines.push(say(
            language,
            &format!("  {rule} at its defaults: {mean} ± {spread} over {runs} seeds"),
            &format!("  {rule} 기본값: 시드 {runs}개에서 {mean} ± {spread}"),
        ));
        lines.extend(found.plan.map(|plan| format!("  {}", seeds(plan, &what, planned, language))));
    }
    if let Some(error) = found.validation_error {
        lines.push(say(
            language,
            &format!("  the number of validation examples alone leaves ± {:.2} points", 100.0 * error),
            &format!("  검증 예제의 수만으로도 ± {:.2}%포인트의 오차가 있다", 100.0 * error),
        ));
    }
    lines
}

/// Says how many final seeds are enough for a difference of `what`, or what would be instead.
fn seeds(plan: Plan, what: &str, planned: usize, language: Language) -> String {
    match plan {
        Plan::Seeds(needed) => say(
            language,
            &format!(
                "a difference of {what} is most likely found, or ruled out, with {needed} final seeds a rule at such a spread; {planned} are \
                 planned"
            ),
            &format!(
                "이 정도 흩어짐이면 규칙마다 최종 시드 {needed}개로 {what}의 차이가 있는지 없는지를 대개 가릴 수 있다. 계획은 \
                 {planned}개"
            ),
        ),
        Plan::SeedsCannotTell { examples: Some(more), margin } => say(
            language,
            &format!(
                "no number of seeds settles a difference of {what} on so few test examples: about {more} more of them would, or \
                 `difference = {margin}`"
            ),
            &format!(
                "시험 예제가 적어 시드를 아무리 늘려도 {what}의 차이를 가릴 수 없다. 시험 예제가 {more}개쯤 더 있거나 `difference = {margin}`이면 \
                 가릴 수 있다"
            ),
        ),
        Plan::SeedsCannotTell { examples: None, margin } => say(
            language,
            &format!(
                "no number of seeds settles a difference of {what} at such a spread; `difference = {margin}` can be settled"
            ),
            &format!(
                "이 정도 흩어짐이면 시드를 아무리 늘려도 {what}의 차이를 가릴 수 없다. `difference = {margin}`이면 가릴 수 있다"
            ),
        ),
    }
}
