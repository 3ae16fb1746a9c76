//! What the command line tool prints, and tables for papers.

use super::Korean;
use super::particle::{Particle, with};
use crate::catalogue::TerminalWords;
use crate::catalogue::macros::phrases;

impl TerminalWords for Korean {
    phrases! {
        report: "보고서",
        figures: "그림",
        interval_of_the_mean: "95% 신뢰구간",
        value_of_the_function: "함숫값",
        latex_packages: "% \\usepackage{booktabs}\n% \\usepackage{kotex}\n",
        so_far: " 지금까지 ",
        stopping: "실행 중인 것까지 마치고 멈춥니다. 결과는 남습니다",
        keys: "q  멈춤(결과는 남음)    tab  다음 문제",
        left: "남음",
        runs_of_the_screen: "실행",
        best_runs: " 규칙마다 가장 좋은 실행, 갱신 횟수에 따라 ",
        nothing_yet: "아직 없습니다.",
        best_rate: "최고 학습률",
        column_final_runs: "최종 실행",
        caption_of_steps_to_target: "목표까지 갱신 횟수는 제한 평균이며, 도달하지 못한 실행은 정해진 갱신 횟수 전체로 셉니다.",
        seed_not_followed: "주의: 시드가 같은 두 실행의 첫 손실이 다릅니다. 기울기를 확인할 수 없고 규칙들이 같은 시드를 쓰지 못합니다 (모든 난수는 시드에서 나와야 \
            합니다)",
        gradients_not_checked: "기울기를 확인하지 못했습니다. 매개변수를 바꾸어도 손실이 거의 변하지 않거나 유한하지 않습니다",
    }

    fn interval(&self, low: &str, high: &str) -> String {
        format!("{low} ~ {high}")
    }

    fn caption_of_final_runs(&self, problem: &str, figure: &str) -> String {
        format!(
            "{problem}: 최종 실행의 {figure}. 평균, 표준편차, 평균의 95% 신뢰구간(스튜던트 t)은 발산하지 않은 실행 n개에서 구했습니다."
        )
    }

    fn on_to_more_seeds(&self, seeds: usize, wanted: usize) -> String {
        format!("규칙마다 최종 시드 {seeds}개로는 가릴 수 없는 것이 남아 {wanted}개로 늘립니다")
    }

    fn command_for_more_seeds(&self, seeds: u64, time: &str, command: &str) -> String {
        format!("시드를 {seeds}개 더 실행하려면(약 {time}): {command}")
    }

    fn plan_of(&self, problem: &str, rules: usize, runs: usize, time: &str, threads: usize) -> String {
        format!("{problem}: 규칙 {rules}개, 실행 {runs}회, 스레드 {threads}개로 약 {time}")
    }

    fn gradients_wrong(&self, error: f64) -> String {
        format!("주의: 기울기가 평균 {error:.1e}만큼 틀립니다 (`thalweg check-gradients`)")
    }

    fn gradients_right(&self, error: f64) -> String {
        format!("기울기가 수치 미분과 맞습니다 ({error:.1e} 이내)")
    }

    fn warning(&self, of: &str) -> String {
        format!("주의: {of}")
    }

    fn batch_learnt(&self, first: f64, last: f64) -> String {
        format!("배치 하나를 외울 수 있습니다: 손실 {first:.3}에서 {last:.4}")
    }

    fn batch_not_learnt(&self, first: f64, last: f64) -> String {
        format!(
            "주의: 배치 하나도 외우지 못합니다 (손실 {first:.3}에서 {last:.3}). 신경망이나 이미지에 잡음이 있거나, 배울 수 없는 신경망입니다"
        )
    }

    fn rule_at_its_defaults(&self, rule: &str, mean: &str, spread: &str, seeds: usize) -> String {
        format!("{rule} 기본값: 시드 {seeds}개에서 {mean} ± {spread}")
    }

    fn error_of_validation(&self, points: f64) -> String {
        format!("검증 예제의 수만으로도 ± {points:.2}%포인트의 오차가 있습니다")
    }

    fn memory_at_most(&self, all: u64, run: u64, at_once: u64) -> String {
        format!(
            "메모리: 최대 약 {all} MB. 실행 하나가 데이터 말고 {run} MB를 쓰고, 동시에 {at_once}개를 실행합니다"
        )
    }

    fn seeds_enough(&self, difference: &str, needed: u64, planned: usize) -> String {
        format!(
            "시드에 따른 변동이 이 정도면 규칙마다 최종 시드 {needed}개로 {difference}의 차이가 있는지 없는지를 대개 가릴 수 있습니다. 계획은 \
             {planned}개입니다"
        )
    }

    fn examples_or_margin_needed(&self, difference: &str, more: u64, margin: f64) -> String {
        format!(
            "시험 예제가 적어 시드를 아무리 늘려도 {difference}의 차이를 가릴 수 없습니다. 시험 예제가 {more}개쯤 더 있거나 `difference = \
             {margin}`이면 가릴 수 있습니다"
        )
    }

    fn margin_needed(&self, difference: &str, margin: f64) -> String {
        format!(
            "시드에 따른 변동이 이 정도면 시드를 아무리 늘려도 {difference}의 차이를 가릴 수 없습니다. `difference = {margin}`이면 가릴 수 \
             있습니다"
        )
    }

    fn means_so_far(&self, means: &str) -> String {
        format!(
            "지금까지의 최종 실행 평균(검증 데이터): {means}. 의미 있는 차이인지는 모든 실행이 끝난 뒤 한 번만 판정합니다(시험 데이터가 있으면 \
             그것으로)."
        )
    }

    fn leads_in_the_search(&self, rule: &str, value: f64, rate: &str) -> String {
        format!(
            "탐색에서는 {} 앞섭니다({value:.4}, 학습률 {rate}). 아직 결론이 아닙니다. 마지막에 새 시드로 정합니다.",
            with(rule, Particle::Subject)
        )
    }

    fn about_program(&self, command: &str, seconds: u64) -> String {
        format!(
            "프로그램: {command}. 답은 {seconds}초(`answer_seconds`)까지 기다리고, 넘으면 멈추며 그 실행은 실패로 칩니다"
        )
    }

    fn first_run(&self, arm: &str, figure: f64, time: &str) -> String {
        format!("첫 실행({arm})은 {time} 걸렸고 결과는 {figure:.4}입니다. 이 실행은 남겨서 비교에 씁니다")
    }

    fn gradient_of_tensor_wrong(&self, tensor: &str, percent: f64) -> String {
        format!(
            "주의: `{tensor}`의 기울기가 틀립니다. 프로그램의 손실을 수치 미분한 값과 {percent:.0}% 다릅니다"
        )
    }

    fn gradients_agree(&self, apart: f64) -> String {
        format!("기울기가 손실의 수치 미분과 맞습니다 (상대 오차 {apart:.1e} 이내)")
    }

    fn known_by_files(&self, files: &str) -> String {
        format!("결과는 다음 파일의 내용에 따라 구분됩니다: {files}")
    }

    fn files_of_program(&self, problem: &str) -> String {
        format!("{problem}의 파일: 결과는 이 내용에 대한 것입니다")
    }
}
