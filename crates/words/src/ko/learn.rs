//! The frame of the learner's path.

use super::Korean;
use crate::catalogue::LearnWords;
use crate::catalogue::macros::phrases;

impl LearnWords for Korean {
    phrases! {
        learners_path: "밑바닥부터 배우는 딥러닝, 절마다 한 실험",
        section: "절",
        lesson_title: "제목",
        one_sees: "보게 되는 것",
        takes_about: "걸리는 시간",
        under_a_second: "1초 미만",
        change_next: "다음에 바꿔 볼 것",
        in_python: "같은 계산을 파이썬으로",
        name_one_section: "--with, --full, --html은 절 하나에 쓰는 옵션입니다. `thalweg learn 6.1.4`처럼 절을 적어 주십시오",
        mnist_is_missing: "MNIST가 없어 내장된 8×8 숫자 이미지로 실험합니다. 그래서 수치가 책과 다릅니다. `thalweg data get mnist`로 내려받을 수 있습니다.",
        weights_are_trained_here: "책에 딸린 가중치가 없으므로 같은 모양의 신경망을 먼저 600번 갱신하여 학습합니다.",
        value_of_it: "값",
        numbers_of_each: "하나의 크기",
        batch: "배치 크기",
        forward_passes: "순전파 횟수",
        right_of_all: "맞힌 수",
        first_indices: "처음에 뽑힌 번호",
        all_of_them: "전체",
        one_hot_targets: "원-핫 인코딩",
        label_targets: "숫자 레이블",
        slopes_of_activations: "계단 함수도 손실에 기울기를 주지 못합니다. 거의 모든 곳에서 미분이 0입니다.",
        forward_difference: "전방 차분",
        central_difference: "중심 차분",
        error_of_it: "오차",
        by_the_formula: "해석적 미분",
        too_large: "너무 커서 발산합니다",
        too_small: "너무 작아 거의 움직이지 않습니다",
        arrives: "최솟값을 향해 내려갑니다",
        backpropagation: "오차역전파법",
        shape_of_it: "형상",
        numbers_in_it: "원소 수",
        histogram: "분포",
        interrupted_study: "중단했습니다. 같은 명령으로 처음부터 다시 시작합니다",
        forward_value: "순전파 →",
        backward_gradient: "← 역전파",
        graph_of_computation: "계산 그래프",
        arrows_of_the_graph: "상자마다 순전파의 값(→)과 역전파로 돌아온 기울기(←)를 적었습니다.",
        price_of_an_apple: "사과 가격",
        number_of_apples: "사과 개수",
        price_of_the_apples: "사과 금액",
        price_of_an_orange: "귤 가격",
        number_of_oranges: "귤 개수",
        price_of_the_oranges: "귤 금액",
        price_of_all_fruit: "과일 금액",
        tax: "소비세",
        total: "지불 금액",
        numbers_compared: "비교한 수",
        mean_difference: "차이의 평균",
        gradient_taken_at: "기울기를 구한 곳",
        gradient_of_element: "기울기 g",
        corrected: "보정:",
        change_of_parameter: "w의 변화",
        parameter_itself: "매개변수 w",
        evaluated_with: "평가에 쓰는 값",
        a_batch_is_two_or_more: "정규화할 배치에는 수가 둘 이상 있어야 합니다",
        input_of_it: "입력",
        filter_of_it: "필터",
        output_of_it: "출력",
        multiplications: "곱셈 수",
        op_of_it: "계층",
    }

    fn no_such_section(&self, given: &str, near: &str) -> String {
        format!("`{given}` 절은 없습니다. 가까운 절: {near}")
    }

    fn takes_no_numbers(&self, section: &str) -> String {
        format!("{section}절은 숫자를 받지 않습니다. --with를 빼 주십시오")
    }

    fn takes_numbers(&self, section: &str, count: usize, found: usize) -> String {
        format!("{section}절은 --with로 숫자 {count}개를 받습니다. {found}개를 주셨습니다")
    }

    fn not_a_finite_number(&self, given: &str) -> String {
        format!("--with는 유한한 수만 받습니다. {given}은(는) 쓸 수 없습니다")
    }

    fn is_never_shortened(&self, section: &str) -> String {
        format!("{section}절은 이미 책과 같은 크기입니다. --full을 빼 주십시오")
    }

    fn image_of_a(&self, class: &str, place: usize) -> String {
        format!("훈련 이미지 {place}번, 정답은 {class}입니다.")
    }

    fn no_probability(&self, given: &str) -> String {
        format!("출력 y는 0에서 1까지의 확률입니다. {given}은(는) 쓸 수 없습니다")
    }

    fn exact_derivative(&self, place: &str, slope: &str) -> String {
        format!("x = {place}에서 참된 미분은 {slope}입니다.")
    }

    fn tangent_at(&self, place: &str) -> String {
        format!("x = {place}의 접선")
    }

    fn passes_for_a_gradient(&self, parameters: usize, passes: usize) -> String {
        format!(
            "수치 미분으로 기울기를 구하려면 매개변수마다 순전파를 두 번, 매개변수가 {parameters}개이므로 모두 {passes}번 해야 합니다. 오차역전파법은 순전파 \
             한 번과 역전파 한 번이면 됩니다."
        )
    }

    fn smaller_than_the_book(&self, smaller: &str, whole: &str) -> String {
        format!(
            "몇 초 만에 끝나도록 줄인 실험입니다. {whole} 대신 {smaller}입니다. --full을 붙이면 모두 실행합니다."
        )
    }

    fn amount_of_a_study(&self, runs: usize, length: &str, examples: Option<u64>) -> String {
        let first = examples.map_or_else(String::new, |count| format!("이미지 {count}장으로 "));
        format!("{first}{length} 학습하는 실행 {runs}회")
    }

    fn so_many_updates(&self, count: u64) -> String {
        format!("{count}번 갱신하며")
    }

    fn so_many_epochs(&self, count: u64) -> String {
        format!("{count}에폭을")
    }

    fn line_of_a_study(&self, name: &str) -> String {
        let said = [
            ("standard deviation", "표준편차"),
            ("all 0.01", "모두 0.01"),
            ("zeros", "모두 0"),
            ("two layers of sigmoid", "시그모이드 2층"),
            ("without", "사용하지 않음"),
            ("batch normalisation", "배치 정규화"),
            ("weight decay", "가중치 감소"),
            ("dropout", "드롭아웃"),
            ("deep network", "깊은 신경망"),
            ("sigmoid", "시그모이드"),
            ("trial", "시행"),
        ];
        said.into_iter().fold(name.to_owned(), |name, (english, korean)| name.replace(english, korean))
    }

    fn two_updates_of(&self, rule: &str, settings: &str) -> String {
        format!("{rule}({settings}): (1, 2)에서 기울기 (2, 1)로 두 번 갱신하는 계산입니다.")
    }

    fn inside_an_update(&self, rule: &str) -> String {
        format!("{rule}의 갱신을 숫자 하나하나")
    }

    fn too_many_numbers(&self, most: usize) -> String {
        format!("매개변수의 수에 --steps를 곱한 값이 {most}을 넘습니다. 줄여 주십시오")
    }

    fn two_variables(&self, found: usize) -> String {
        format!("함수의 변수는 둘인데 --at의 수는 {found}개입니다. --at -7,2처럼 적어 주십시오")
    }

    fn as_many_gradients(&self, parameters: usize, gradients: usize) -> String {
        format!(
            "--at의 매개변수는 {parameters}개인데 --gradients의 수는 {gradients}개입니다. 매개변수마다 기울기를 하나씩 적어 주십시오"
        )
    }

    fn other_shape(&self, shape: &str, parameters: usize) -> String {
        format!(
            "--shape {shape}에는 매개변수 {parameters}개가 들어가지 않습니다. 행과 열의 곱이 {parameters}이어야 합니다"
        )
    }
}
