//! What commands print.

use super::Korean;
use super::particle::{Particle, with};
use crate::catalogue::CommandsWords;
use crate::catalogue::macros::phrases;

impl CommandsWords for Korean {
    phrases! {
        tensor: "텐서",
        parameter: "매개변수",
        weight_norm: "가중치 노름",
        activation: "활성화 함수",
        deviation_of_activations: "표준편차",
        exactly_0: "0인 비율",
        part_train: "학습",
        saved_to: "저장:",
        page: "페이지:",
        name: "이름",
        what_it_is: "내용",
        here: "여기 있음",
        embedded: "내장",
        made_on_demand: "필요할 때 만듦",
        yes: "예",
        already_here: "이미 있고 올바릅니다",
        compared: "비교한 원소",
        mean_absolute_difference: "평균 절대 차이",
        largest_relative_difference: "최대 상대 차이",
        ok: "통과",
        failed_check: "실패",
        a_whole_page: "온전한 페이지",
        a_whole_result: "온전한 결과",
        no_state: "상태 없음",
        optimizer: "옵티마이저",
        the_run: "실행",
        memory: "메모리",
        batch_size: "배치",
        node: "노드",
        computed_as: "계산",
        shape: "형상",
        bytes: "바이트",
        buffer_title: "버퍼",
        has_gradient: "기울기",
        multiply_adds: "곱셈·덧셈",
        shuffled_batches: "섞어서",
        batches_with_replacement: "복원 추출",
        list_rules: "규칙 (방언은 어디의 수식과 기본값인지를 뜻합니다)",
        list_networks: "신경망 (--network NAME, 또는 쉼표로 나눈 층의 목록)",
        list_layers: "층",
        list_stages: "규칙 앞(g: 기울기)이나 뒤(u: 갱신량)의 단계",
        list_functions: "이변수 함수",
        list_datasets: "데이터 집합 (csv:PATH와 npz:PATH도 됩니다. 여기 있는지는 `thalweg data list`)",
        list_schedules: "스케줄 (t번 갱신한 뒤 학습률에 곱하는 값)",
        list_plateau: "PLATEAU는 어느 스케줄과도 함께 쓸 수 있습니다(파일에서는 `plateau`, 또는 --plateau). 검증 손실이 줄지 않으면 학습률을 낮춥니다",
        must_be_given: "필수",
        the_experiment: "실험",
        holds_scores: "softmax 전의 점수",
        holds_values: "목표의 단위로 된 값",
    }

    fn steps_done(&self, steps: u64) -> String {
        format!("{steps}스텝")
    }

    fn at_step(&self, step: u64, total: u64, epoch: f64) -> String {
        format!("스텝 {step:>6}/{total}, 에폭 {epoch:.2}")
    }

    fn microseconds_a_step(&self, microseconds: f64) -> String {
        format!("스텝당 {microseconds:.1} µs")
    }

    fn all_steps_done(&self, steps: u64) -> String {
        format!("{steps}스텝이 이미 모두 끝났습니다. --steps N으로 더 이어 갈 수 있습니다")
    }

    fn works_with_adamw(&self, rule: &str, plan: &str) -> String {
        format!("{} AdamW를 함께 씁니다:\n{plan}", with(rule, Particle::Topic))
    }

    fn wrote(&self, path: &str) -> String {
        format!("{path}에 썼습니다")
    }

    fn path_diverged(&self, whose: &str, step: u64) -> String {
        format!(
            "{whose}발산했습니다. {step}번째 갱신에서 유한한 범위를 벗어났습니다. 이 함수에는 학습률이 너무 큽니다. 더 작은 값을 써 보세요"
        )
    }

    fn assumed_sigmoid(&self, file: &str) -> String {
        format!(
            "{file}: 은닉층 뒤의 활성화 함수는 노트의 신경망처럼 sigmoid로 봅니다. 다르면 --activation으로 지정하세요"
        )
    }

    fn evaluated(&self, data: &str, part: &str, examples: usize, figures: &str) -> String {
        format!("{data}, {part} 예제 {examples}개: {figures}")
    }

    fn predicted_with(&self, class: &str, percent: f64) -> String {
        format!("{class} ({percent:.1}%)")
    }

    fn and_right(&self, class: &str) -> String {
        format!("(정답: {class})")
    }

    fn and_wrong(&self, class: &str) -> String {
        format!("(오답. 실제는 {class})")
    }

    fn and_really(&self, value: &str) -> String {
        format!("(실제는 {value})")
    }

    fn exported_network(&self, holds: &str) -> String {
        format!("입력과 `output`의 배치 크기는 자유입니다. `output`에 담기는 것은 {holds}입니다")
    }

    fn exported_tensors(&self, tensors: usize, naming: &str) -> String {
        format!("텐서 {tensors}개, 이름은 {naming} 방식")
    }

    fn exported(&self, path: &str, parameters: &str, what: &str) -> String {
        format!("{path}: 매개변수 {parameters}개. {what}")
    }

    fn not_here(&self, name: &str) -> String {
        format!("아니요: thalweg data get {name}")
    }

    fn downloaded_from(&self, url: &str) -> String {
        format!("{url}에서 내려받았습니다")
    }

    fn example_shown(&self, data: &str, part: &str, index: usize, class: &str) -> String {
        format!("{data}, {part} 예제 {index}번: {class}")
    }

    fn sound(&self, file: &str, what: &str) -> String {
        format!("{file}: 온전합니다({what})")
    }

    fn damaged(&self, file: &str, what: &str) -> String {
        format!("{file}: 손상되었습니다. {what}")
    }

    fn tensors(&self, count: usize) -> String {
        format!("텐서 {count}개")
    }

    fn runs_are_sound(&self, sound: usize, unsealed: usize) -> String {
        {
            let earlier = if unsealed > 0 {
                format!(", 이전 버전의 {unsealed}개에는 체크섬이 없습니다")
            } else {
                String::new()
            };
            format!("실행 {sound}개가 체크섬과 맞습니다{earlier}")
        }
    }

    fn runs_are_damaged(&self, runs: usize, names: &str) -> String {
        format!("실행 {runs}개가 체크섬과 맞지 않습니다({names})")
    }

    fn can_be_kept(&self, wrong: &str, kept: &str) -> String {
        format!(
            "{wrong}. 살릴 수 있는 것: {kept}. `thalweg results FOLDER --all`은 읽을 수 있는 데까지 내보냅니다"
        )
    }

    fn nothing_relied_on(&self, why: &str) -> String {
        format!("{why}. 담긴 것을 믿을 수 없습니다")
    }

    fn page_breaks_off(&self, why: &str) -> String {
        format!("{why}. 이 파일을 쓴 명령을 다시 실행하면 결과에서 다시 만듭니다")
    }

    fn cases(&self, passed: usize, failed: usize, shown: usize) -> String {
        {
            let shown = if shown > 0 { format!(", 기대값 없음 {shown}") } else { String::new() };
            format!("통과 {passed}, 실패 {failed}{shown}")
        }
    }

    fn training_examples(&self, data: &str, count: usize) -> String {
        format!("{data}: 학습 예제 {count}개")
    }

    fn state_of(&self, names: &str, bytes: usize) -> String {
        format!("상태: {names} ({bytes}바이트)")
    }

    fn rate_follows(&self, schedule: &str) -> String {
        format!("학습률 {schedule}")
    }

    fn falls_after(&self, factor: f64, patience: u64) -> String {
        format!("검증 손실이 평가 {patience}번 넘게 나아지지 않으면 {factor}배")
    }

    fn steps_in_batches(&self, steps: u64, how: &str) -> String {
        format!("{steps}스텝, 배치는 {how}")
    }

    fn bytes_in_all(&self, bytes: usize, evaluation: usize) -> String {
        format!("{bytes}바이트(값, 기울기, 매개변수, 옵티마이저 상태, 평가에 쓰는 {evaluation})")
    }

    fn forward_and_backward(&self, forward: &str, backward: &str) -> String {
        format!("순전파 {forward}, 역전파 {backward}")
    }

    fn use_it_for(&self, when: &str) -> String {
        format!("쓸 곳: {when}")
    }

    fn started_at(&self, formula: &str, start: &str) -> String {
        format!("{formula}, 시작점 {start}")
    }

    fn dataset_line(&self, title: &str, train: usize, validation: usize, test: usize) -> String {
        format!("{title}. 학습 {train} / 검증 {validation} / 시험 {test}")
    }

    fn choice_of(&self, default: &str, choices: &str) -> String {
        format!("{default}; {choices} 가운데")
    }

    fn such_as(&self, example: &str) -> String {
        format!("예: {example}")
    }

    fn others_are_here(&self, count: usize, folder: &str) -> String {
        format!("{folder}에 다른 실험의 실행 {count}개도 있습니다. --all은 그것도 내보냅니다")
    }

    fn exported_runs(&self, count: usize) -> String {
        format!("실행 {count}개")
    }

    fn exported_final_runs(&self, count: usize) -> String {
        format!("최종 실행 {count}개")
    }

    fn exported_studies(&self, count: usize) -> String {
        format!("study {count}개")
    }

    fn exported_rules(&self, count: usize) -> String {
        format!("규칙 {count}개")
    }

    fn all_runs_are_there(&self, name: &str, count: usize) -> String {
        format!("{name}: 실행 {count}개가 모두 있습니다")
    }

    fn experiment_in(&self, file: &str) -> String {
        format!("{file}의 실험")
    }

    fn kept_apart(&self, folder: &str, name: &str) -> String {
        format!(
            "{folder}에는 이름이 `{name}`인 다른 실험의 결과도 있습니다(실험이나 데이터, 프로그램이 바뀌었습니다). 결과는 따로 두고, 보고서는 이번 실험의 것으로 바뀝니다"
        )
    }
}
