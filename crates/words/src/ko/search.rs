//! The pages of sweeps, learning-rate tests and paths.

use super::Korean;
use crate::catalogue::SearchWords;
use crate::catalogue::macros::phrases;

impl SearchWords for Korean {
    phrases! {
        sweep_title: "훑어보기",
        sweep_conclusion: "훑어보기는 결과를 보여 줄 뿐, 가장 좋은 설정을 골라 주지는 않습니다. 여러 설정 가운데 최고는 얼마간 운입니다. `thalweg tune`은 하나를 찾아 새 시드로 \
            확인합니다.",
        sweep_result_help: "검증 데이터에서 시드들의 평균 ± 표준편차",
        sweep_up: "검증 데이터의 결과",
        sweep_figure: "무엇이 달라지는가",
        range_test_title: "어떤 학습률을 시도할 만한가?",
        rates_to_use: "쓸 만한 학습률",
        rates_to_use_help: "일정한 학습률의 짧은 실행 가운데 검증 손실이 최고와 (줄어든 양의 1/10 이내로) 비슷한 구간",
        best: "최고",
        its_validation_loss: "검증 손실",
        growing_rate: "학습률을 키우며",
        smoothed_loss: "평활화한 배치 손실",
        short_runs: "일정한 학습률의 짧은 실행",
        nothing_fell: "제안 없음: 손실을 뚜렷이 줄인 학습률이 없습니다 (--steps를 늘리십시오)",
        still_falling: "제안 없음: 가장 큰 학습률에서도 손실이 줄고 있었습니다 (--to를 키우십시오)",
        all_diverged: "제안 없음: 짧은 실행이 모두 발산했습니다 (--to를 줄이거나 --steps를 늘리십시오)",
        best_at_low: "제안 없음: 시도한 가장 작은 학습률이 최고였습니다 (--from을 줄이거나 --steps를 늘리십시오)",
        best_at_high: "제안 없음: 시도한 가장 큰 학습률이 최고였습니다 (--steps를 늘리십시오)",
        step_by_step: "한 걸음씩",
    }

    fn range_test_about(&self, repeats: usize, steps: u64) -> String {
        format!(
            "규칙마다 {repeats}번, {steps}회씩 갱신했습니다. 선은 평균, 음영은 범위입니다. 곡선은 어디를 볼지 알려 줄 뿐이고, 다른 시드로 한 \
             오른쪽의 짧은 실행이 결정합니다."
        )
    }

    fn rates_found(&self, from: &str, to: &str, best: &str) -> String {
        format!("{from}에서 {to}까지, 가장 좋은 값은 {best}")
    }
}
