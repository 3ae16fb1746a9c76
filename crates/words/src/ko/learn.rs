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
        node: "노드",
        value_of_it: "값",
        numbers_of_each: "하나의 크기",
        batch: "배치 크기",
        forward_passes: "순전파 횟수",
        right_of_all: "맞힌 수",
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
}
