//! What a comparison is going to do, and whether it can tell anything: `--dry-run`.

use crate::language::say;
use thalweg::lab::engine::Differences;
use thalweg::lab::experiment::{Experiment, LearningRate, Metric, ProgramProblem, Workload};
use thalweg::lab::preflight::Preflight;
use thalweg::lab::search::{Space, show_rate};
use thalweg::lab::verdict::Plan;
use thalweg::pages::time;
use thalweg::report::Language;

/// A mean gradient error above this is not caused by rounding.
const WRONG_GRADIENT: f64 = 1e-4;
/// A batch is learnt by heart when its loss has fallen to this share.
const LEARNT: f64 = 0.2;
/// A program's gradient that is further from the difference quotient, as a part of it, is not so because of rounding or a kink.
const WRONG_SLOPE: f64 = 0.02;

/// Returns the plan for one problem in a few lines.
pub(crate) fn plan(
    experiment: &Experiment,
    found: &Preflight,
    threads: usize,
    language: Language,
) -> Vec<String> {
    let problem = experiment.problems.iter().find(|problem| problem.name == found.problem);
    let program = problem.and_then(|problem| match &problem.workload {
        Workload::Program(program) => Some(program),
        Workload::Function(_) | Workload::Training(_) => None,
    });
    let threads = match program.and_then(|program| program.parallel) {
        Some(copies) => threads.min(copies as usize),
        None => threads,
    };
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
    if let Some(problem) = problem {
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
    lines.extend(program.map(|program| about_program(program, language)));
    if !found.files.is_empty() {
        let files = found.files.join(", ");
        lines.push(say(
            language,
            &format!("  its results are known by the contents of {files}"),
            &format!("  결과는 다음 파일의 내용에 따라 구분됩니다: {files}"),
        ));
    }
    lines.extend(found.differences.as_ref().map(|differences| slopes(differences, language)));
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

/// Says what is run, and how long it is waited for.
fn about_program(program: &ProgramProblem, language: Language) -> String {
    let (command, seconds) = (program.program.join(" "), program.answer_seconds);
    say(
        language,
        &format!(
            "  program: {command}; an answer may take {seconds} s (`answer_seconds`), then it is stopped and the run has failed"
        ),
        &format!(
            "  프로그램: {command}. 답은 {seconds}초(`answer_seconds`)까지 기다리고, 넘으면 멈추며 그 실행은 실패로 칩니다"
        ),
    )
}

/// Says how far a program's gradients and difference quotients are apart.
fn slopes(differences: &Differences, language: Language) -> String {
    let Differences { worst, follows_seed } = differences;
    match worst {
        _ if !follows_seed => say(
            language,
            "  WARNING: two runs with one seed begin with different losses, so gradients cannot be checked and seeds are not the same for \
             all rules (everything random should follow from the seed)",
            "  주의: 시드가 같은 두 실행의 첫 손실이 다릅니다. 기울기를 확인할 수 없고 규칙들이 같은 시드를 쓰지 못합니다 (모든 난수는 \
             시드에서 나와야 합니다)",
        ),
        Some((tensor, apart)) if *apart > WRONG_SLOPE => say(
            language,
            &format!(
                "  WARNING: the gradient of `{tensor}` is wrong: {:.0} % from the difference quotient of the program's own loss",
                100.0 * apart
            ),
            &format!(
                "  주의: `{tensor}`의 기울기가 틀립니다. 프로그램의 손실을 수치 미분한 값과 {:.0}% 다릅니다",
                100.0 * apart
            ),
        ),
        Some((_, apart)) => say(
            language,
            &format!("  gradients agree with difference quotients of the losses (to {apart:.1e} of them)"),
            &format!("  기울기가 손실의 수치 미분과 맞습니다 (상대 오차 {apart:.1e} 이내)"),
        ),
        None => say(
            language,
            "  gradients could not be checked: the losses change too little, or are not finite, where parameters change",
            "  기울기를 확인하지 못했습니다. 매개변수를 바꾸어도 손실이 거의 변하지 않거나 유한하지 않습니다",
        ),
    }
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
