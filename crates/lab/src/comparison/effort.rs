//! How much was tried on a problem, in words: whoever tries more finds more by chance.

use super::ProblemResult;
use crate::verdict::Sentence;

impl ProblemResult {
    /// What this results store holds on the problem, how often these rules were looked at, and what that spends; `None` where the
    /// store does not say.
    pub fn effort(&self) -> Option<Sentence> {
        let (tried, look) = (self.tried, &self.verdict.look);
        if tried.configurations == 0 {
            return None;
        }
        let count = |number: usize, one: &str, more: &str| {
            format!("{number} {}", if number == 1 { one } else { more })
        };
        let configurations = count(tried.configurations, "configuration", "configurations");
        let rules = count(tried.rules, "rule", "rules");
        let mut sentence = Sentence {
            en: format!("This store holds {configurations} of {rules} tried on this problem."),
            ko: format!(
                "이 저장소에는 이 문제에서 시도한 규칙 {}개의 설정 {}개가 있습니다.",
                tried.rules, tried.configurations
            ),
        };
        if !self.verdict.judgements.is_empty() {
            let (looks, spent) = (count(look.number, "look", "looks"), rounded(100.0 * look.spent));
            sentence.add(
                format!("{looks} at these rules and rates: {spent} % of the 5 % that verdicts may err with is spent."),
                format!("이 규칙과 설정을 {}번 들여다보아 오류 허용치 5% 가운데 {spent}%를 썼습니다.", look.number),
            );
        }
        if tried.other_looks > 0 {
            let looks = count(tried.other_looks, "look", "looks");
            sentence.add(
                format!("{looks} at other rules or rates counted by themselves."),
                format!("다른 규칙이나 설정을 들여다본 {}번은 따로 셉니다.", tried.other_looks),
            );
        }
        Some(sentence)
    }
}

/// A percentage to two digits behind the point, without zeros at its end.
fn rounded(per_cent: f64) -> String {
    let text = format!("{per_cent:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
