//! The frame of every page, and the figures on it.

use super::Korean;
use crate::catalogue::FrameWords;
use crate::catalogue::macros::phrases;

impl FrameWords for Korean {
    phrases! {
        conclusion: "결론",
        results: "결과",
        reproduce: "재현 방법",
        contents: "차례",
        data: "데이터 (CSV)",
        no_script: "그림을 보고 표를 정렬하고 내려받으려면 자바스크립트가 필요합니다. 스크립트는 이 파일 안에 있으며 외부에서 아무것도 불러오지 않습니다.",
        not_drawn: "이 환경에서는 이 그림을 그릴 수 없습니다.",
        search: "찾기: 행에 들어 있어야 할 낱말",
        rows_shown: "{1}행 중 {0}행",
        play: "재생",
        pause: "일시 정지",
        back: "한 단계 뒤로",
        forward: "한 단계 앞으로",
        speed: "속도",
        walk_step: "단계",
        linear: "선형",
        logarithmic: "로그",
        start: "시작점",
        minimum: "최솟값",
        gradient: "내리막 방향",
        above_minimum: "f − 최솟값",
        collapses: "여기서부터 성능이 급락",
        chosen: "선택된 학습률",
        runs: "회",
        predicted: "예측",
        right: "정답",
        wrong: "오답",
        surface_caption: "끌어서 돌려 보고, 스크롤하거나 두 손가락으로 벌려 확대할 수 있습니다.",
        contours_caption: "한 선 위에서는 f의 값이 같습니다. 화살표는 내리막(기울기의 반대) 방향이며, 가파를수록 깁니다. 별은 최솟값의 위치입니다.",
        paths_caption: "재생 버튼을 누르거나 슬라이더를 한 단계씩 움직여 보십시오. 범례의 이름을 누르면 그 규칙을 숨기거나 다시 보여 줍니다.",
        range_caption: "선은 시드의 평균, 음영은 최솟값에서 최댓값까지입니다.",
        deviation_caption: "선은 시드의 평균, 음영은 평균 ± 표준편차입니다.",
        sensitivity_dots: "점 하나가 시행 하나입니다. ",
        sensitivity_caption: "선은 학습률마다의 평균, 음영은 시드에 따른 범위입니다. 동그라미는 선택된 학습률, ×표는 발산한 실행, 그림 가장자리의 굵은 막대는 결과가 급락하기 시작하는 첫 \
            학습률입니다.",
        dots_caption: "점 하나가 시드 하나입니다. 막대가 붙은 표시는 평균과 표준편차입니다.",
        forest_caption: "1위 규칙이 다른 규칙보다 얼마나 나은지와 판정에 쓴 구간입니다. 모든 쌍과 모든 시점의 구간이 95%로 함께 성립합니다. 세로선 왼쪽은 상대가 더 나은 쪽이고, 점선 사이는 \
            의미를 두기에는 너무 작은 차이입니다.",
        parallel_caption: "선 하나가 시행 하나이며 밝을수록 결과가 좋습니다. 선을 가리키면 값을 볼 수 있습니다.",
        map_caption: "점 하나가 시행 하나이며 색이 결과를 나타냅니다. ×표는 발산한 시행입니다.",
        picture: "그림 (SVG)",
        language: "언어",
        theme: "화면 색",
        system: "시스템 설정",
        light: "밝게",
        dark: "어둡게",
    }

    fn leaves(&self, rule: &str, step: usize) -> String {
        format!("{rule}: {step}단계에서 그림 밖으로 나갑니다.")
    }

    fn first_updates(&self, shown: u64, all: u64) -> String {
        format!("아래 경로는 갱신 {all}번 가운데 처음 {shown}번을 그린 것입니다.")
    }

    fn edge(&self, rule: &str) -> String {
        format!(
            "{rule}: 가장 좋은 학습률이 탐색 범위의 끝에 있습니다. 범위 밖에 더 좋은 값이 있을 수 있습니다."
        )
    }
}
