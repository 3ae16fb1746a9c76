//! The page of a training run, and networks drawn.

use super::Korean;
use crate::catalogue::TrainingWords;
use crate::catalogue::macros::phrases;

impl TrainingWords for Korean {
    phrases! {
        examples: "예제",
        how_many: "개수",
        batches: "배치",
        given_back: "재구성",
        images_given: "시험 이미지",
        images_given_back: "신경망이 재구성한 이미지",
        gradients_and_updates: "기울기와 갱신",
        gradients_and_updates_about: "평가 직전의 갱신에서 본 매개변수 텐서들입니다. 층을 거치며 작아지는 기울기는 소실되고 있는 것이고, 갱신이 가중치의 천분의 일보다 훨씬 크거나 작으면 \
            학습률을 바꿔 볼 때입니다.",
        mean_of_activations: "활성화 값의 평균",
        spread_of_activations: "활성화 값의 표준편차",
        dead_units: "죽은 뉴런",
        activations_about: "처음 학습 예제 256개에 대해 층마다 잰 값입니다.",
        networks_title: "이 실행이 할 일",
        network: "신경망",
        network_caption: "형상(shape)의 첫 차원은 배치 크기입니다. 버퍼 번호가 같은 상자들은 같은 자리에 덮어쓰고, 점선 상자는 다음 것과 함께 계산되어 저장되지 않습니다.",
        what: "항목",
        number: "값",
        parameters: "매개변수",
        value_bytes: "순전파 값 메모리(바이트)",
        gradient_bytes: "기울기 메모리(바이트)",
        forward_multiply_adds: "순전파 곱셈·덧셈 횟수",
        backward_multiply_adds: "역전파 곱셈·덧셈 횟수",
    }

    fn training_title(&self, dataset: &str, rule: &str) -> String {
        format!("{dataset}: {rule}")
    }

    fn training_subtitle(&self, steps: u64, batch: usize, seed: u64) -> String {
        format!("갱신 {steps}회, 배치 {batch}, 시드 {seed}")
    }

    fn activations_after(&self, steps: u64) -> String {
        format!("갱신 {steps}회 후의 활성화 값")
    }

    fn buffer(&self, number: usize) -> String {
        format!("버퍼 {number}")
    }
}
