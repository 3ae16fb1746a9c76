//! The command line: help, errors and progress.

use super::Korean;
use crate::catalogue::CommandLineWords;
use crate::catalogue::macros::phrases;

impl CommandLineWords for Korean {
    phrases! {
        usage: "사용법",
        commands: "명령",
        arguments: "인수",
        options: "옵션",
        possible_values: "가능한 값",
        default_value: "기본값",
        error: "오류",
        of_the_defaults: "기본값",
        checking_gradients: "기울기 확인",
        learning_one_batch: "배치 하나 외우기",
        growing_rates: "커지는 학습률",
        constant_rates: "고정 학습률",
        no_number: "수치 없음",
        start_them: "시작할까요? [y/N]",
        time_left_of_a_bar: "남음",
        stage_default: "기본값",
    }

    fn stage_of_runs(&self, about: &str, stage: &str, runs: usize) -> String {
        match runs {
            0 => format!("{about}: {stage}"),
            runs => format!("{about}: {stage}, 실행 {runs}회"),
        }
    }

    fn stage_begins(&self, stage: &str, runs: usize, known: usize) -> String {
        {
            let known = if known > 0 { format!("(이미 있는 결과 {known}회)") } else { String::new() };
            format!("{stage}: 실행 {runs}회{known}")
        }
    }

    fn training_begins(&self, steps: u64) -> String {
        format!("학습: {steps}스텝")
    }

    fn at_rate_and_seed(&self, rule: &str, rate: &str, seed: u64) -> String {
        format!("{rule}, 학습률 {rate}, 시드 {seed}")
    }

    fn at_rate(&self, rule: &str, rate: &str) -> String {
        format!("{rule}, 학습률 {rate}")
    }

    fn run_with_seed(&self, line: &str, seed: u64) -> String {
        format!("{line}, 시드 {seed}")
    }

    fn study_begins(&self, name: &str, runs: usize) -> String {
        format!("{name}: 실행 {runs}회")
    }

    fn diverged_at_step(&self, step: u64) -> String {
        format!("{step}스텝에서 발산")
    }

    fn run_failed(&self, cell: &str, why: &str) -> String {
        format!("실패: {cell}: {why}")
    }

    fn runs_failed(&self, count: usize) -> String {
        format!("실패 {count}회")
    }

    fn range_extended(&self, about: &str, from: f64, to: f64, more: usize) -> String {
        format!(
            "{about}: 가장 좋은 학습률이 범위의 끝에 있어 {from:.1e}~{to:.1e}까지 탐색합니다(모든 규칙에서 실행 {more}회 추가)"
        )
    }

    fn waiting_for(&self, holder: &str, cells: usize) -> String {
        format!("{holder}에서 실행 중인 {cells}회를 기다립니다")
    }

    fn names_programs(&self, origin: &str, programs: &str) -> String {
        format!("{origin}에 프로그램이 적혀 있습니다. 사용자의 권한으로 실행됩니다:\n{programs}")
    }
}
