//! What a verdict says, in sentences.

use super::Korean;
use crate::catalogue::macros::phrases;
use crate::catalogue::{RuleOnProblem, VerdictWords};

impl VerdictWords for Korean {
    phrases! {
        search_smaller_rates: "더 작은 학습률에서 찾아야 합니다.",
        no_ranking: "무작위 요소가 없으므로 다시 실행해도 결과는 같지만, 가장 좋은 학습률을 찾지 못한 규칙이 있으므로 순위로 볼 수 없습니다. 이 값은 이 함수와 이 시작점, 이 갱신 횟수에서만 성립합니다.",
        ranking_of_this_function: "무작위 요소가 없으므로 다시 실행해도 결과는 같지만, 이 순위는 이 함수와 이 시작점, 이 갱신 횟수에서만 성립합니다.",
        luck_along_axes: "축에 나란한 그릇에서는 좌표별로 보폭을 조절하는 규칙이 학습률과 갱신 횟수가 우연히 맞아떨어져 곧바로 최솟값에 닿을 수 있습니다.",
        no_test_split: "시험용 데이터가 따로 없어, 학습률을 고를 때 쓴 검증 데이터로 잰 수치입니다.",
        how_far_it_reaches: "이 결론은 여기서 시험한 문제와 신경망, 갱신 횟수에만 해당하며 다른 경우까지 말해 주지는 않습니다.",
        a_value: "함숫값",
        a_validation_loss: "검증 손실",
    }

    fn per_cent(&self, figure: &str) -> String {
        format!("{figure}%")
    }

    fn percentage_points(&self, points: &str) -> String {
        format!("{points}%포인트")
    }

    fn per_cent_of_its_value(&self, per_cent: &str) -> String {
        format!("그 값 대비 {per_cent}%")
    }

    fn every_run_diverged(&self, problem: &str) -> String {
        format!("{problem} 문제: 최종 실행이 모두 발산해 비교할 결과가 없습니다.")
    }

    fn rule_with_value(&self, rule: &str, rate: &str, value: &str) -> String {
        format!("{rule}(학습률 {rate}, 값 {value})")
    }

    fn values_on(&self, problem: &str, start: Option<&str>, steps: u64, rules: &str) -> String {
        let from = start.map(|start| format!("시작점 ({start}), ")).unwrap_or_default();
        format!("{problem} 문제: {from}갱신 {steps}회. 규칙별 값: {rules}.")
    }

    fn order_on(
        &self,
        problem: &str,
        start: Option<&str>,
        steps: u64,
        highest_first: bool,
        rules: &str,
    ) -> String {
        let from = start.map(|start| format!("시작점 ({start}), ")).unwrap_or_default();
        let first = if highest_first { "높은" } else { "낮은" };
        format!("{problem} 문제: {from}갱신 {steps}회. {first} 값부터 {rules} 순입니다.")
    }

    fn mean_of_the_only_rule(
        &self,
        rule: &RuleOnProblem<'_>,
        figure: &str,
        mean: &str,
        seeds: usize,
    ) -> String {
        let RuleOnProblem { problem, rule, rate } = rule;
        format!("{problem} 문제: {rule}(학습률 {rate})의 {figure} 평균(시드 {seeds}개): {mean}.")
    }

    fn highest_mean(&self, rule: &RuleOnProblem<'_>, figure: &str, mean: &str, seeds: usize) -> String {
        let RuleOnProblem { problem, rule, rate } = rule;
        format!(
            "{problem} 문제: {rule}(학습률 {rate})의 {figure} 평균이 가장 높습니다(시드 {seeds}개에서 {mean})."
        )
    }

    fn lowest_mean(&self, rule: &RuleOnProblem<'_>, figure: &str, mean: &str, seeds: usize) -> String {
        let RuleOnProblem { problem, rule, rate } = rule;
        format!(
            "{problem} 문제: {rule}(학습률 {rate})의 {figure} 평균이 가장 낮습니다(시드 {seeds}개에서 {mean})."
        )
    }

    fn clearly_better_than(&self, others: &[&str]) -> String {
        format!("{}보다 확실히 낫습니다.", others.join(", "))
    }

    fn better_than(&self, others: &[&str], margin: &str) -> String {
        format!("{}보다 낫습니다. 다만 {margin} 이상 나은지는 알 수 없습니다.", others.join(", "))
    }

    fn equivalent_to(&self, others: &[&str], margin: &str) -> String {
        format!("{}에 견주면 차이가 {margin} 안이라 사실상 같습니다.", others.join(", "))
    }

    fn spread_unknown(&self, others: &[&str], seeds: u64) -> String {
        format!(
            "{}에 대해서는 이 결과만으로 우열을 가릴 수 없습니다. 한 번씩 실행해서는 시드에 따른 변동을 알 수 없으니 규칙마다 시드를 {seeds}개 더 \
             써야 합니다.",
            others.join(", ")
        )
    }

    fn seeds_would_decide(&self, others: &[&str], seeds: u64) -> String {
        format!(
            "{}에 대해서는 이 결과만으로 우열을 가릴 수 없습니다. 규칙마다 시드를 {seeds}개쯤 더 쓰면 가릴 수 있습니다.",
            others.join(", ")
        )
    }

    fn examples_would_settle(&self, others: &[&str], at_hand: usize, more: u64, margin: &str) -> String {
        format!(
            "{}에 대해서는 시드를 아무리 늘려도 우열을 가릴 수 없습니다. 시험 예제가 {at_hand}개뿐이기 때문입니다. 시험 예제가 {more}개쯤 더 있거나 \
             차이의 기준이 {margin} 이상이면 가릴 수 있습니다.",
            others.join(", ")
        )
    }

    fn margin_would_settle(&self, others: &[&str], margin: &str) -> String {
        format!(
            "{}에 대해서는 시드를 아무리 늘려도 우열을 가릴 수 없습니다. 시드에 따른 변동이 너무 크기 때문입니다. 차이의 기준이 {margin} 이상이면 \
             가릴 수 있습니다.",
            others.join(", ")
        )
    }

    fn better_on_these_examples(&self, others: &[&str], examples: usize) -> String {
        format!(
            "이 시험 예제 {examples}개에서는 {}보다 낫지만, 다른 예제에서는 다를 수 있습니다.",
            others.join(", ")
        )
    }

    fn look_number(&self, number: usize) -> String {
        format!("이 규칙들을 {number}번째로 들여다본 것이며, 구간은 그 횟수를 모두 감안했습니다.")
    }

    fn nothing_learnt(&self, loss: f64) -> String {
        format!(
            "어느 규칙도 배우지 못했습니다. 학습 손실이 찍을 때와 같은 {loss:.4}에 머뭅니다. 초깃값(모두 0이거나 너무 작으면 기울기가 전해지지 \
             않습니다), 활성화 함수, 학습률의 범위를 살펴봐야 합니다."
        )
    }

    fn diverged_in(&self, rule: &str, diverged: usize, runs: usize) -> String {
        format!("{rule}: 최종 실행 {runs}번 가운데 {diverged}번 발산했습니다.")
    }

    fn best_rate_at_the_edge(&self, rules: &[&str], widened: bool) -> String {
        let still = if widened { "범위를 넓힌 뒤에도 " } else { "" };
        format!(
            "{}에서 가장 좋은 학습률은 {still}탐색 범위의 끝에 있어, 그 너머에 더 좋은 값이 있을 수 있습니다.",
            rules.join(", ")
        )
    }

    fn rate_was_given(&self, rules: &[&str]) -> String {
        format!("{}의 학습률은 다른 규칙처럼 찾은 것이 아니라 주어진 값입니다.", rules.join(", "))
    }

    fn inputs_not_scaled(&self, loss: f64, guessing: f64, column: usize, value: f32) -> String {
        format!(
            "갱신하기 전의 손실이 {loss:.5}로, 찍을 때의 {guessing:.2}보다 훨씬 큽니다. 입력의 크기가 맞지 않습니다({column}번째 열의 값이 \
             {value}에 이릅니다). 학습률로는 고칠 수 없으니 열의 크기를 맞춰야 합니다."
        )
    }

    fn initial_values_too_large(&self, loss: f64, guessing: f64) -> String {
        format!(
            "갱신하기 전의 손실이 {loss:.5}로, 찍을 때의 {guessing:.2}보다 훨씬 큽니다. 초깃값이 너무 큽니다. 학습률로는 고칠 수 없으니 다른 \
             초깃값(이를테면 `initial = \"he\"`)을 써야 합니다."
        )
    }

    fn tried_in_this_store(&self, configurations: usize, rules: usize) -> String {
        format!("이 저장소에는 이 문제에서 시도한 규칙 {rules}개의 설정 {configurations}개가 있습니다.")
    }

    fn looks_spent(&self, looks: usize, per_cent: &str) -> String {
        format!(
            "이 규칙과 설정의 결과를 {looks}번 확인하여 판정에 허용한 오류 5% 가운데 {per_cent}%를 썼습니다."
        )
    }

    fn other_looks(&self, looks: usize) -> String {
        format!("다른 규칙이나 설정의 결과를 확인한 {looks}번은 따로 셉니다.")
    }
}
