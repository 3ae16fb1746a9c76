//! The answer on one problem: a sentence, the rules in tiers, what to do next, and what else is to be known. The same on the page
//! and in the terminal.

use super::brief::{brief, finals};
use super::conclusion::in_language;
use super::figures::judged;
use super::next_step::next_step;
use super::table::figure;
use thalweg_lab::comparison::{ProblemResult, RuleResult};
use thalweg_lab::verdict::{Verdict, reach};
use thalweg_report::{Answer, Language, Standing, Tiers, wrap};

/// Columns of a terminal that nobody has made wider.
const TERMINAL: usize = 80;

/// Returns the answer on a problem as a card.
pub(super) fn answer(result: &ProblemResult, language: Language) -> Answer {
    Answer {
        about: result.name.clone(),
        sentence: brief(result, language),
        tiers: tiers(result, language),
        next: next_step(result, language),
        caveats: caveats(result, language),
    }
}

/// The verdicts in full, and how far they reach.
fn caveats(result: &ProblemResult, language: Language) -> Vec<String> {
    let verdict = [&result.verdict.sentence];
    let target = result.target_verdict.iter().map(|verdict| &verdict.sentence);
    let reach = reach();
    let sentences = verdict.into_iter().chain(target).chain([&reach]);
    sentences.map(|sentence| in_language(sentence, language)).collect()
}

/// Returns the answer on a problem as text: at most 80 columns wide, each line ended with `\n`.
pub fn answer_text(result: &ProblemResult, language: Language) -> String {
    let mut lines = wrap(&format!("{}: {}", result.name, brief(result, language)), TERMINAL);
    let next = format!("{} {}", language.words().next(), next_step(result, language));
    for text in tier_line(&result.verdict, language).into_iter().chain([next]) {
        lines.extend(wrap(&text, TERMINAL - 2).iter().map(|line| format!("  {line}")));
    }
    lines.join("\n") + "\n"
}

/// Returns the tiers as one line: `adam > momentum = nesterov > sgd`, where `=` joins rules that are not told apart. A chain says
/// that every rule before a `>` is better than every one behind it, and that rules joined by `=` are all alike; pairs for which that
/// is not so follow it: `a = b = c, but a > c`. Nothing where not every pair was judged.
pub fn tier_line(verdict: &Verdict, language: Language) -> Option<String> {
    if verdict.tiers().is_empty() {
        return None;
    }
    let names = &verdict.ranking;
    let mut line = names[0].clone();
    // How many `>` stand before each rule: two rules on different levels are said to differ.
    let mut levels = vec![0];
    for place in 1..names.len() {
        let apart = verdict.told_apart(place - 1, place);
        line += &format!(" {} {}", if apart { '>' } else { '=' }, names[place]);
        levels.push(levels[place - 1] + usize::from(apart));
    }
    let mut others = Vec::new();
    for better in 0..names.len() {
        for worse in better + 1..names.len() {
            let apart = verdict.told_apart(better, worse);
            if apart != (levels[better] < levels[worse]) {
                others.push(format!("{} {} {}", names[better], if apart { '>' } else { '=' }, names[worse]));
            }
        }
    }
    Some(if others.is_empty() { line } else { language.words().chain_but(&line, &others.join("; ")) })
}

/// The tiers as a diagram: the interval of a rule's difference from the best, seen from the best rule's mean.
fn tiers(result: &ProblemResult, language: Language) -> Option<Tiers> {
    let verdict = &result.verdict;
    let groups = verdict.tiers();
    let find = |label: &String| result.rules.iter().find(|rule| rule.label == *label);
    let mean = |rule: &RuleResult| finals(result, rule).map_or(f64::NAN, |found| found.mean);
    let best = mean(find(verdict.ranking.first()?)?);
    let standing = |label: &String| {
        let rule = find(label)?;
        let judgement = verdict.judgements.iter().find(|judgement| judgement.other == *label);
        let interval = judgement.and_then(|judgement| judgement.interval).map(|found| {
            let sign = if result.metric.higher_is_better() { -1.0 } else { 1.0 };
            let [one, other] = [best + sign * found.low, best + sign * found.high];
            [one.min(other), one.max(other)]
        });
        Some(Standing {
            rule: rule.rule.clone(),
            label: rule.label.clone(),
            mean: mean(rule),
            text: figure(&finals(result, rule).cloned(), rule.diverged, language).text,
            interval,
        })
    };
    let rows = verdict.ranking.iter().map(standing).collect::<Option<Vec<Standing>>>()?;
    (!groups.is_empty()).then(|| Tiers { across: judged(result, language).into(), rows, groups })
}
