//! The answer on one problem, in short.

use super::Korean;
use crate::catalogue::macros::phrases;
use crate::catalogue::{AnswerWords, Others};

impl AnswerWords for Korean {
    phrases! {
        every_final_run_diverged: "최종 실행이 모두 발산해 비교할 결과가 없습니다.",
        name_a_second_rule: "견줄 규칙을 하나 더 넣어야 합니다.",
        nothing_is_open: "남은 물음이 없습니다. 더 실행해도 답은 바뀌지 않습니다.",
        next: "다음:",
        caveats: "전체 판정과 주의할 점",
        tiers_caption: "점: 평균. 막대: 가장 좋은 규칙(점선)과 견주어 판정한 구간. 오른쪽에서 선으로 이어진 규칙끼리는 우열을 가릴 수 없습니다.",
    }

    fn only_rule(&self, rule: &str, what: &str, shown: &str, seeds: usize) -> String {
        format!("{rule} 하나뿐이라 견줄 규칙이 없습니다({what} {shown}, 시드 {seeds}개).")
    }

    fn ends_at(&self, rule: &str, highest: bool, shown: &str, is_ranking: bool) -> String {
        let end = if highest { "높" } else { "낮" };
        match is_ranking {
            true => {
                format!(
                    "{rule}의 마지막 값이 가장 {end}고({shown}), 무작위 요소가 없으므로 이 시작점에서만 성립합니다."
                )
            }
            false => {
                format!(
                    "{rule}의 마지막 값이 가장 {end}지만({shown}), 가장 좋은 학습률을 찾지 못한 규칙이 있습니다."
                )
            }
        }
    }

    fn is_better(
        &self,
        rule: &str,
        others: Others<'_>,
        (what, shown): (&str, &str),
        seeds: Option<usize>,
    ) -> String {
        let seeds = seeds.map(|seeds| format!(", 시드 {seeds}개")).unwrap_or_default();
        format!("{rule}: {}보다 낫습니다({what} {shown}{seeds}).", named(others))
    }

    fn diverges_less(&self, rule: &str, others: Others<'_>) -> String {
        format!("{rule}: {}보다 덜 발산해 앞섭니다.", named(others))
    }

    fn is_equivalent(&self, rule: &str, others: Others<'_>, difference: &str) -> String {
        match others {
            Others::One(one) => format!("{rule}, {one}: 차이가 {difference} 안이라 사실상 같습니다."),
            Others::Many(count) => {
                format!("{rule}: 나머지 {count}개 규칙과 차이가 {difference} 안이라 사실상 같습니다.")
            }
        }
    }

    fn best_with_equals(&self, rule: &str, equals: &str) -> String {
        format!("{rule}의 평균이 가장 좋고 {equals}도 사실상 같으며 나머지는 뒤처집니다.")
    }

    fn best_but_open(&self, rule: &str, open: &str, seeds_help: bool) -> String {
        let how = if seeds_help { "이 결과로" } else { "시드를 늘려도" };
        format!("{rule}의 평균이 가장 좋지만 {open}보다 나은지는 {how} 알 수 없습니다.")
    }

    fn nothing_told(&self, rule: &str, others: Others<'_>, seeds_help: bool) -> String {
        match (others, seeds_help) {
            (Others::One(one), true) => format!("{rule}, {one}: 이 결과만으로는 우열을 가릴 수 없습니다."),
            (Others::One(one), false) => {
                format!("{rule}, {one}: 시드를 아무리 늘려도 우열을 가릴 수 없습니다.")
            }
            (Others::Many(count), true) => {
                format!("이 결과만으로는 규칙 {}개 가운데 무엇이 가장 나은지 알 수 없습니다.", count + 1)
            }
            (Others::Many(count), false) => {
                format!("시드를 아무리 늘려도 규칙 {}개 가운데 무엇이 가장 나은지 알 수 없습니다.", count + 1)
            }
        }
    }

    fn rules_and(&self, names: &[&str]) -> String {
        names.join(", ") + " 규칙"
    }

    fn rules_or(&self, names: &[&str]) -> String {
        names.join(", ") + " 규칙"
    }

    fn other_rules(&self, count: usize) -> String {
        format!("다른 규칙 {count}개")
    }

    fn chain_but(&self, chain: &str, pairs: &str) -> String {
        format!("{chain}, 단 {pairs}")
    }

    fn more_seeds_would_decide(&self, seeds: u64, updates: &str, time: &str) -> String {
        format!("규칙마다 시드를 {seeds}개쯤 더 쓰면 가릴 수 있습니다(갱신 {updates}번, 코어 하나로 {time}).")
    }

    fn examples_would_decide(&self, examples: &str, margin: &str) -> String {
        format!(
            "시험 예제가 {examples}개쯤 더 있거나 차이의 기준(`difference`)이 {margin}이면 가릴 수 있습니다. 시드만으로는 가릴 수 없습니다."
        )
    }

    fn margin_would_decide(&self, margin: &str) -> String {
        format!("차이의 기준(`difference`)이 {margin}이면 가릴 수 있습니다. 시드만으로는 가릴 수 없습니다.")
    }

    fn search_wider(&self, rules: &[&str]) -> String {
        format!("{}: 학습률의 탐색 범위를 넓혀야 합니다.", rules.join(", "))
    }
}

fn named(others: Others<'_>) -> String {
    match others {
        Others::One(one) => one.into(),
        Others::Many(count) => format!("나머지 {count}개 규칙 모두"),
    }
}
