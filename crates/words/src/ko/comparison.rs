//! The page of a comparison.

use super::Korean;
use super::particle::{Particle, with};
use crate::catalogue::ComparisonWords;
use crate::catalogue::macros::phrases;

impl ComparisonWords for Korean {
    phrases! {
        comparison_title: "어떤 갱신 규칙을 어떤 학습률로 쓸까? 얼마나 확실할까?",
        program: "프로그램",
        how_it_is_judged: "판정 방법",
        statistics_link: "https://github.com/thalweg/thalweg/blob/main/docs/statistics.ko.md",
        command_of_the_experiment: "명령 (아래 실험을 experiment.toml로 저장한 뒤)",
        rate_found: "탐색으로 찾은 값; *는 탐색 범위의 끝에 있음",
        rate_found_on_validation: "검증 데이터로 찾은 값; *는 탐색 범위의 끝에 있음",
        also_found: "함께 찾은 값",
        also_found_help: "함께 탐색한 하이퍼파라미터; *는 그 범위의 끝에 있음",
        test_help: "새 시드들의 평균 ± 표준편차; 시험 데이터는 마지막에 한 번만 읽음",
        steps_to_target: "목표까지 갱신 횟수",
        steps_to_target_help: "시드들의 중앙값; 도달하지 못한 실행은 정해진 갱신 횟수 안에 도달하지 못한 것으로 처리",
        would_win_again: "다시 실험해도 1위일 비율",
        would_win_again_help: "탐색과 시드를 다시 뽑아 여기와 같은 기준으로 판정할 때 이 규칙이 1위가 되는 비율",
        time_per_step: "갱신 1회 (µs)",
        final_runs: "최종 실행 하나하나",
        sensitivity: "학습률에 얼마나 민감한가",
        training_loss_against_time: "시간에 따른 학습 손실",
        seconds_across: "초 (평가 시간 제외)",
        test_images: "시험 이미지, 틀린 것부터",
        equivalent: "사실상 같음",
        cannot_tell: "알 수 없음",
        seeds_cannot_tell: "시드로는 알 수 없음",
        fewer_trials: "시행을 덜 했다면",
        fewer_trials_caption: "그 횟수만 시행했을 때 기대되는 최고값입니다. 일찍 평평해지는 규칙은 튜닝이 덜 필요합니다. 발산한 시행은 발산하지 않은 것 중 가장 나쁜 값으로 셉니다.",
        the_trials: "시행",
        target_reached: "목표에 도달하는 때",
        share_of_runs: "도달한 실행의 비율",
        target_caption: "최종 실행들의 카플란-마이어 추정입니다. 도달하지 못한 실행은 정해진 갱신 횟수 안에 도달하지 못한 것으로 처리합니다.",
        nobody_reached_the_target: "목표에 도달한 최종 실행이 없어 목표로는 규칙을 비교할 수 없습니다. `target_loss`를 더 쉽게 잡거나 갱신 횟수를 늘리십시오.",
        all_reached_the_target_at_once: "모든 최종 실행이 첫 평가 때 이미 목표에 도달해 목표로는 규칙을 비교할 수 없습니다. `target_loss`를 더 어렵게 잡거나 더 자주 \
            평가하십시오(`evaluate_every`).",
        trials_help: "시도한 설정의 수 × 설정마다의 시드 수",
        hyperparameters_help: "탐색한 개수. 많을수록 같은 시행 수를 나누어 씀",
        search_on_a_grid: "그리드",
        search_at_random: "무작위",
        search_by_sobol: "소볼 수열",
        rates_searched: "탐색한 학습률",
        at_the_edge: "범위의 끝",
        winners_curse: "승자의 저주",
        winners_curse_help: "최고 시행이 새 시드에서보다 얼마나 좋아 보였는가",
        final_seeds: "최종 시드",
        range_grew: "아님 (범위 확장)",
        no: "아님",
        chosen_on_validation_tested_once: "검증 데이터로 선택하고 시험 데이터는 마지막에 한 번만 읽음",
        chosen_and_judged_on_validation: "검증 데이터로 선택하고 판정도 검증 데이터로 함",
        same_trials_and_seeds: "모든 규칙에 같은 횟수의 시행과 같은 시드를 주었습니다.",
        same_seeds: "모든 규칙에 같은 시드를 주었습니다. 튜닝하지 않은 규칙이 있습니다.",
        no_data: "데이터 없음",
        tuning_gained: "튜닝의 효과, 그리고 학습률에 남는 여유:",
        default_rate: "기본 학습률",
        at_its_defaults: "기본값 그대로",
        nothing_tuned: "튜닝 없음",
        tuned_rate: "튜닝한 학습률",
        tuned: "튜닝 후",
        as_good_between: "똑같이 좋은 범위",
        as_good_between_help: "의미 있는 차이와 시드에 따른 변동 안에서 똑같이 좋았던 주변 학습률",
        decades: "구간의 폭(10배 단위)",
        decades_help: "10의 몇 제곱 배인지로 나타낸 폭. 넓을수록 학습률을 덜 맞춰도 됨",
        collapses_at: "성능이 급락하는 학습률",
        collapses_at_help: "더 큰 학습률 중 처음으로 발산하거나 개선된 만큼의 절반을 잃은 값. 괄호 안은 거기까지의 폭(10배 단위)",
        not_seen: "범위 안에 없음",
        logs: "로그",
        about_logs: "학습마다 폴더가 따로 있습니다. 로그와 보고한 값, 학습이 직접 쓴 파일이 그 안에 있습니다. 명령은 최종 실행의 것입니다.",
        log_file: "로그",
        command_line: "명령",
        problem: "문제",
        all_runs: "모든 실행",
        stage: "단계",
        others: "그 밖",
        steps: "갱신 횟수",
        tuning: "탐색",
        confirmation: "확인",
        final_stage: "최종",
        update_ratios_caption: "평가 직전의 갱신이 가중치를 가중치의 노름에 비해 얼마나 움직이는지 보여 줍니다. 천분의 일보다 훨씬 크거나 작으면 다른 학습률을 시도해 볼 만합니다. 선은 시드의 \
            평균, 음영은 최솟값에서 최댓값까지입니다.",
        dead_units_at_the_end: "마지막에 죽은 뉴런",
        performance_profile: "성능 프로파일",
        share_of_problems: "문제의 비율",
        performance_profile_caption: "규칙의 실행 절반이 첫째 규칙의 몇 배 갱신 안에 목표에 닿는 문제의 비율입니다. 기준이 고정되어 있어 다른 규칙이 더해져도 곡선은 그대로입니다(Dolan, \
            Moré 2002).",
        interquartile_mean: "사분위 범위 평균",
        interquartile_mean_help: "모든 문제의 최종 정확도 중 가운데 절반의 평균(발산한 실행은 0)",
        all_problems: "모든 문제를 함께",
        all_problems_about: "이 비교의 모든 문제에 걸친 결과입니다. 문제들의 평균은 이런 문제들에 대해서만 말해 줍니다.",
        mean_steps_to_target: "목표까지 평균 갱신 횟수",
        mean_steps_to_target_help: "제한 평균 ± 표준오차. 도달하지 못한 실행은 정해진 갱신 횟수 전체로 셈",
        reached: "도달",
        behind_the_fastest: "가장 빠른 규칙과의 차이",
        behind_the_fastest_help: "가장 빠른 규칙보다 더 걸린 갱신 횟수와 판정에 쓰는 구간. 모든 쌍과 모든 확인의 구간이 함께 성립",
        log_rank_p: "로그순위 p",
        log_rank_p_help: "가장 빠른 규칙과 견준 로그순위 검정의 p값. 쌍의 수로 보정하지 않음",
    }

    fn difference_in(&self, figure: &str) -> String {
        format!("{figure}의 차이")
    }

    fn against_the_others(&self, best: &str) -> String {
        format!("{} 다른 규칙의 차이", with(best, Particle::And))
    }

    fn label_clearly_better(&self, best: &str) -> String {
        format!("{} 확실히 나음", with(best, Particle::Subject))
    }

    fn label_better(&self, best: &str) -> String {
        format!("{} 나음", with(best, Particle::Subject))
    }

    fn label_diverges(&self, other: &str) -> String {
        format!("{} 발산", with(other, Particle::Subject))
    }

    fn on_function(&self, function: &str, start: &str, steps: u64, noise: f64) -> String {
        format!("{function} 함수에서 {start}부터 {steps}번 갱신했습니다. 기울기의 잡음은 {noise}입니다.")
    }

    fn on_program(&self, command: &str, steps: u64, seeds: usize) -> String {
        format!(
            "{steps}번 갱신했고, 손실과 기울기는 `{command}`에서 계산했습니다. 최종 수치는 새 시드 {seeds}개의 결과입니다."
        )
    }

    fn on_training(&self, command: &str, seeds: usize) -> String {
        format!(
            "실행마다 `{command}` 명령으로 학습했습니다. 모든 비교 대상에 같은 횟수의 시행과 같은 시드를 주었습니다. 최종 수치는 새 시드 {seeds}개의 \
             결과입니다."
        )
    }

    fn network_of_layers(&self, layers: &str) -> String {
        format!("신경망 {layers}")
    }

    fn network_of_hidden_layers(&self, hidden: &str, activation: &str) -> String {
        format!("은닉층 {hidden} ({activation}) 신경망")
    }

    fn on_data(&self, network: &str, dataset: &str, batch: u64, seeds: usize) -> String {
        format!("{network}, 데이터 {dataset}, 배치 크기 {batch}. 최종 수치는 새 시드 {seeds}개의 결과입니다.")
    }

    fn was_it_fair(&self, search: &str, splits: &str, code: &str) -> String {
        format!("공정했습니까? {search} 탐색, {splits}, 모든 규칙에 같은 시드와 같은 시행 수, 코드 {code}.")
    }

    fn halved(&self, factor: u32) -> String {
        format!(
            "연속 반감 탐색: 모든 시행을 일부 갱신만 돌리고 상위 {factor}분의 1만 매번 {factor}배 길게 이어 갔습니다. 시간은 아끼지만 초반이 빠른 \
             규칙과 학습률에 유리합니다. 탐색 그림에는 끝까지 돌린 시행만 있습니다."
        )
    }

    fn as_seen_by(&self, rule: &str, seed: u64) -> String {
        format!("{rule}의 최종 실행 하나(시드 {seed})가 예측한 결과입니다.")
    }

    fn steps_in_those_of(&self, rule: &str) -> String {
        format!("갱신 횟수({rule} 기준)")
    }
}
