//! The page of a study.

use super::Korean;
use crate::catalogue::StudyWords;
use crate::catalogue::macros::phrases;

impl StudyWords for Korean {
    phrases! {
        panel: "그림",
        line: "조건",
        in_the_book: "책의 값",
        time_of_a_run: "학습 시간",
        layer: "층",
        deviation: "표준편차",
        exactly_zero: "0인 비율",
        all_figures: "모든 수치",
        activations_at_the_start: "첫 갱신 전, 예제 1,000개에 대한 각 활성화 값의 분포입니다. 왼쪽이 첫 번째 층입니다.",
        before_learning: "학습 전",
        after_learning: "학습 후",
        filters: "필터",
        filters_about: "첫 번째 합성곱 층의 필터입니다. 가장 작은 가중치가 검정, 가장 큰 가중치가 흰색입니다.",
        misclassified: "잘못 분류한 이미지",
        mistakes: "틀린 것",
        trials_caption: "점 하나가 시행 하나이고, 점선은 범위의 끝입니다.",
        test_curve_shown: "학습 과정을 보여 주려고 시험 데이터의 정확도를 그렸습니다. 설정을 고를 때에는 검증 데이터를 쓰고 시험 데이터는 마지막에만 보아야 합니다.",
        best_twenty: "가장 좋은 스무 시행",
    }

    fn best_near_the_end(&self, name: &str, upper: bool, end: &str, further: &str) -> String {
        let side = if upper { "위쪽" } else { "아래쪽" };
        format!(
            "가장 좋은 다섯 시행이 모두 {name} 범위의 {side} 끝인 {end} 근처에 있습니다. 더 좋은 값은 그 너머에 있을 수 있으니 {further}까지 더 \
             찾아보십시오."
        )
    }

    fn images_mistaken(&self, wrong: usize, all: usize) -> String {
        format!("시험 이미지 {all}장 가운데 {wrong}장을 다른 것으로 분류했습니다.")
    }
}
