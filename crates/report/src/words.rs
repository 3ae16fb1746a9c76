//! The fixed words of a page, in the languages it speaks. What users wrote (names, conclusions) is not translated.

/// The language of the fixed words of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Korean (한국어).
    Korean,
}

impl Language {
    /// Returns the language of a locale name such as `ko_KR.UTF-8`; English if the page has no other language for it.
    pub fn from_locale(locale: &str) -> Self {
        let name = locale.to_lowercase();
        if name == "ko" || name.starts_with("ko_") || name.starts_with("ko-") || name.starts_with("ko.") {
            Language::Korean
        } else {
            Language::English
        }
    }

    /// Returns the code for HTML: `en` or `ko`.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Korean => "ko",
        }
    }

    /// Returns its name as its speakers write it.
    pub(crate) fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Korean => "한국어",
        }
    }

    pub(crate) fn words(self) -> &'static Words {
        match self {
            Language::English => &ENGLISH,
            Language::Korean => &KOREAN,
        }
    }
}

/// One field per phrase; `{}` marks where a value goes.
pub(crate) struct Words {
    pub(crate) conclusion: &'static str,
    pub(crate) results: &'static str,
    pub(crate) reproduce: &'static str,
    pub(crate) contents: &'static str,
    pub(crate) next: &'static str,
    pub(crate) caveats: &'static str,
    pub(crate) tiers_caption: &'static str,
    pub(crate) data: &'static str,
    pub(crate) picture: &'static str,
    pub(crate) language: &'static str,
    pub(crate) theme: &'static str,
    pub(crate) system: &'static str,
    pub(crate) light: &'static str,
    pub(crate) dark: &'static str,
    pub(crate) no_script: &'static str,
    pub(crate) not_drawn: &'static str,
    pub(crate) search: &'static str,
    pub(crate) rows_shown: &'static str,
    pub(crate) play: &'static str,
    pub(crate) pause: &'static str,
    pub(crate) back: &'static str,
    pub(crate) forward: &'static str,
    pub(crate) speed: &'static str,
    pub(crate) step: &'static str,
    pub(crate) linear: &'static str,
    pub(crate) logarithmic: &'static str,
    pub(crate) start: &'static str,
    pub(crate) minimum: &'static str,
    pub(crate) gradient: &'static str,
    pub(crate) above_minimum: &'static str,
    pub(crate) learning_rate: &'static str,
    pub(crate) diverged: &'static str,
    pub(crate) collapses: &'static str,
    pub(crate) chosen: &'static str,
    pub(crate) runs: &'static str,
    pub(crate) mean: &'static str,
    pub(crate) seed: &'static str,
    pub(crate) predicted: &'static str,
    pub(crate) right: &'static str,
    pub(crate) wrong: &'static str,
    pub(crate) surface_caption: &'static str,
    pub(crate) contours_caption: &'static str,
    pub(crate) paths_caption: &'static str,
    pub(crate) leaves: &'static str,
    pub(crate) range_caption: &'static str,
    pub(crate) deviation_caption: &'static str,
    pub(crate) sensitivity_dots: &'static str,
    pub(crate) sensitivity_caption: &'static str,
    pub(crate) edge: &'static str,
    pub(crate) dots_caption: &'static str,
    pub(crate) forest_caption: &'static str,
    pub(crate) parallel_caption: &'static str,
    pub(crate) map_caption: &'static str,
}

const ENGLISH: Words = Words {
    conclusion: "Conclusion",
    results: "Results",
    reproduce: "How to reproduce",
    contents: "On this page",
    next: "Next:",
    caveats: "In full, and what to beware of",
    tiers_caption: "Dot: mean. Bar: the interval that decides, against the best rule (dotted line). Rules that a line joins on the right cannot be \
        told apart.",
    data: "Data (CSV)",
    picture: "Picture (SVG)",
    language: "Language",
    theme: "Colours of the page",
    system: "as the system",
    light: "light",
    dark: "dark",
    no_script: "Figures, sorting and downloads need JavaScript. The script is inside this file; nothing is loaded from elsewhere.",
    not_drawn: "This figure could not be drawn here.",
    search: "search: words that a row must hold",
    rows_shown: "{0} of {1} rows",
    play: "Play",
    pause: "Pause",
    back: "One step back",
    forward: "One step forward",
    speed: "Speed",
    step: "step",
    linear: "linear",
    logarithmic: "logarithmic",
    start: "start",
    minimum: "minimum",
    gradient: "downhill direction",
    above_minimum: "f above its minimum",
    learning_rate: "learning rate",
    diverged: "diverged",
    collapses: "collapses from here on",
    chosen: "chosen rate",
    runs: "runs",
    mean: "mean",
    seed: "seed",
    predicted: "predicted",
    right: "right",
    wrong: "wrong",
    surface_caption: "Drag to turn it, scroll or pinch to come closer.",
    contours_caption: "Along a line f has the same value. Arrows point downhill (against the gradient); \
        the steeper the place, the longer the arrow. The star marks the minimum.",
    paths_caption: "Press play, or move the slider step by step. A name in the legend hides or shows its rule.",
    leaves: "{} leaves the picture at step {}.",
    range_caption: "Line: mean over seeds. Band: smallest to largest.",
    deviation_caption: "Line: mean over seeds. Band: one standard deviation on each side.",
    sensitivity_dots: "Each dot is one trial. ",
    sensitivity_caption: "A line is the mean at each rate, a band how far seeds spread. A ring marks the chosen rate, a cross a run \
        that diverged, a bar at the edge of the figure the cliff: the first larger rate where the result collapses.",
    edge: "{}: the best rate lies at the edge of the searched range; a better one may lie outside.",
    dots_caption: "Each dot is one seed. The marker with the bar is the mean with one standard deviation.",
    forest_caption: "By how much the best rule is better than each other one, with the intervals that decide: all of them, at every look, \
        hold together at 95 %. Left of the line the other is better. Between the dotted lines the difference is too small to matter.",
    parallel_caption: "Each line is one trial; the brighter, the better it came out. Point at a line to read its numbers.",
    map_caption: "Each dot is one trial; its colour says what came of it, a cross that it diverged.",
};

const KOREAN: Words = Words {
    conclusion: "결론",
    results: "결과",
    reproduce: "재현 방법",
    contents: "차례",
    next: "다음:",
    caveats: "전체 판정과 주의할 점",
    tiers_caption: "점: 평균. 막대: 가장 좋은 규칙(점선)과 견주어 판정한 구간. 오른쪽에서 선으로 이어진 규칙끼리는 우열을 가릴 수 없습니다.",
    data: "데이터 (CSV)",
    picture: "그림 (SVG)",
    language: "언어",
    theme: "화면 색",
    system: "시스템 설정",
    light: "밝게",
    dark: "어둡게",
    no_script: "그림을 보고 표를 정렬하고 내려받으려면 자바스크립트가 필요합니다. 스크립트는 이 파일 안에 있으며 외부에서 아무것도 불러오지 않습니다.",
    not_drawn: "이 환경에서는 이 그림을 그릴 수 없습니다.",
    search: "찾기: 행에 들어 있어야 할 낱말",
    rows_shown: "{1}행 중 {0}행",
    play: "재생",
    pause: "일시 정지",
    back: "한 단계 뒤로",
    forward: "한 단계 앞으로",
    speed: "속도",
    step: "단계",
    linear: "선형",
    logarithmic: "로그",
    start: "시작점",
    minimum: "최솟값",
    gradient: "내리막 방향",
    above_minimum: "f − 최솟값",
    learning_rate: "학습률",
    diverged: "발산",
    collapses: "여기서부터 무너짐",
    chosen: "선택된 학습률",
    runs: "회",
    mean: "평균",
    seed: "시드",
    predicted: "예측",
    right: "정답",
    wrong: "오답",
    surface_caption: "끌어서 돌려 보고, 스크롤하거나 두 손가락으로 벌려 확대할 수 있습니다.",
    contours_caption: "한 선 위에서는 f의 값이 같습니다. 화살표는 내리막(기울기의 반대) 방향이며, 가파를수록 깁니다. \
        별은 최솟값의 위치입니다.",
    paths_caption: "재생 버튼을 누르거나 슬라이더를 한 단계씩 움직여 보세요. 범례의 이름을 누르면 그 규칙을 숨기거나 다시 보여 줍니다.",
    leaves: "{}: {}단계에서 그림 밖으로 나갑니다.",
    range_caption: "선: 시드 평균. 띠: 최솟값에서 최댓값까지.",
    deviation_caption: "선: 시드 평균. 띠: 평균 ± 표준편차.",
    sensitivity_dots: "점 하나가 시행 하나입니다. ",
    sensitivity_caption: "선은 학습률마다의 평균, 띠는 시드에 따른 범위입니다. 고리는 선택된 학습률, 가위표는 발산한 실행, \
        그림 가장자리의 굵은 막대는 결과가 무너지기 시작하는 첫 학습률(절벽)입니다.",
    edge: "{}: 가장 좋은 학습률이 탐색 범위의 끝에 있습니다. 범위 밖에 더 좋은 값이 있을 수 있습니다.",
    dots_caption: "점 하나가 시드 하나입니다. 막대가 붙은 표시는 평균과 표준편차입니다.",
    forest_caption: "1위 규칙이 다른 규칙보다 얼마나 나은지와 판정에 쓴 구간입니다. 모든 쌍과 모든 시점의 구간이 95 %로 함께 성립합니다. 세로선 왼쪽은 상대가 더 나은 쪽이고, \
        점선 사이는 의미를 두기에는 너무 작은 차이입니다.",
    parallel_caption: "선 하나가 시행 하나이며 밝을수록 결과가 좋습니다. 선을 가리키면 값을 볼 수 있습니다.",
    map_caption: "점 하나가 시행 하나이며 색이 결과를 나타냅니다. 가위표는 발산한 시행입니다.",
};

/// Puts the values where the phrase says `{}`.
pub(crate) fn fill(phrase: &str, values: &[&str]) -> String {
    let mut parts = phrase.split("{}");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (index, part) in parts.enumerate() {
        text.push_str(values.get(index).copied().unwrap_or_default());
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales() {
        assert_eq!(Language::from_locale("ko_KR.UTF-8"), Language::Korean);
        assert_eq!(Language::from_locale("ko"), Language::Korean);
        assert_eq!(Language::from_locale("kok_IN"), Language::English);
        assert_eq!(Language::from_locale("C"), Language::English);
    }

    #[test]
    fn phrases_take_their_values_in_order() {
        assert_eq!(fill(ENGLISH.leaves, &["SGD", "4"]), "SGD leaves the picture at step 4.");
        // A value is not searched for further marks.
        assert_eq!(fill(ENGLISH.edge, &["{}"]), ENGLISH.edge);
    }
}
