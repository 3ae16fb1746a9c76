//! What the verdict on steps to a target says, in sentences.

use super::Korean;
use crate::catalogue::{RuleOnTarget, TargetWords};

impl TargetWords for Korean {
    fn reaches_soonest(
        &self,
        rule: &RuleOnTarget<'_>,
        mean: &str,
        horizon: &str,
        on_average: bool,
    ) -> String {
        let RuleOnTarget { problem, rule, measure, target } = rule;
        let average = if on_average { "평균 " } else { "" };
        format!(
            "{problem} 문제: {measure} {target}에 가장 먼저 도달하는 규칙은 {rule}입니다({horizon}번 가운데 {average}{mean}번 갱신)."
        )
    }

    fn counts_as_the_budget(&self, horizon: &str) -> String {
        format!("도달하지 못한 실행은 {horizon}번으로 셉니다.")
    }

    fn others_with_steps(&self, rules: &str) -> String {
        format!("나머지 규칙: {rules}.")
    }

    fn never_arrive(&self, rules: &[&str]) -> String {
        format!("한 번도 도달하지 못한 규칙: {}.", rules.join(", "))
    }

    fn fewer_steps_than(&self, rule: &str, lead: &str, low: &str, high: &str) -> String {
        format!("{rule}보다 {lead}번({low}~{high})")
    }

    fn leads_over(&self, leads: &[&str], per_cent: &str) -> String {
        format!("{} 적습니다. 괄호 안의 구간은 {per_cent}% 수준에서 함께 성립합니다.", leads.join(", "))
    }

    fn as_fast_to_within(&self, rules: &[&str], margin: &str) -> String {
        format!("{}도 {margin}번 안의 차이로 사실상 같습니다.", rules.join(", "))
    }

    fn with_lead(&self, rule: &str, lead: &str, low: &str, high: &str) -> String {
        format!("{rule} ({lead}, {low}~{high})")
    }

    fn seeds_would_decide_steps(&self, rules: &[&str], seeds: u64) -> String {
        format!(
            "{}에 대해서는 어느 쪽이 빠른지 알 수 없습니다. 규칙마다 시드를 {seeds}개쯤 더 쓰면 가릴 수 있습니다.",
            rules.join(", ")
        )
    }

    fn no_seeds_settle_steps(&self, rules: &[&str]) -> String {
        format!("{}에 대해서는 시드를 늘려도 어느 쪽이 빠른지 가릴 수 없습니다.", rules.join(", "))
    }

    fn log_rank_does_not_confirm(&self, rules: &[&str]) -> String {
        format!("공통 시드를 고려하지 않는 로그순위 검정으로는 확인되지 않는 규칙: {}.", rules.join(", "))
    }
}
