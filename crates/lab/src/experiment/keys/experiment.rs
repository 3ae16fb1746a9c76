//! The keys of the file itself, and of its table `[protocol]`.

use toml::Spanned;

use super::takes::{any, seed, whole};
use super::{RawArm, RawProblem, Usual, keys};
use crate::experiment::RawRule;

/// Returns the numbers that a budget may have.
fn budget(least: u64) -> super::Takes<u64> {
    whole(least, 10_000)
}

keys! {
    /// The whole file.
    pub struct RawExperiment {
        /// What the experiment is called in reports.
        name: String, any("text", "텍스트"), {
            korean: "보고서에 쓸 실험의 이름.",
            default: Usual::Said(["the file's name", "파일 이름"]),
        }
        /// The number from which all randomness follows.
        seed: u64, seed(), {
            korean: "모든 난수가 여기서 나오는 수.",
            default: Usual::Value("1"),
        }
        /// How much effort the comparison takes.
        preset: String, any("`quick`, `standard` or `publish`", "`quick`, `standard`, `publish` 중 하나"), {
            korean: "비교에 들이는 계산량.",
            default: Usual::Value("\"quick\""),
        }
        /// The dialect of every rule that does not name its own.
        dialect: String, any("`book`, `torch`, `keras`, `optax` or `paper`", "`book`, `torch`, `keras`, `optax`, `paper` 중 하나"), {
            korean: "방언을 따로 적지 않은 규칙들의 방언.",
            default: Usual::Said(["`book` where the rule has it", "규칙에 `book`이 있으면 `book`"]),
        }
        /// The rules to compare.
        rules: Vec<Spanned<RawRule>>, any("list of names or tables", "이름이나 표의 목록"), {
            korean: "비교할 규칙.",
            default: Usual::Said(["those of the notes", "노트의 규칙들"]),
        }
        /// What to compare in place of rules, where all problems are trainings of your own: [your own training](your-own-training.md).
        arms: Vec<Spanned<RawArm>>, any("list of tables", "표의 목록"), {
            korean: "모든 문제가 직접 만든 학습일 때, 규칙 대신 비교할 것: [직접 만든 학습](your-own-training.ko.md).",
        }
        /// Changes to the preset.
        protocol: RawProtocol, any("table", "표"), {
            korean: "프리셋에서 바꿀 것.",
        }
        /// The problem, if there is one only.
        problem: RawProblem, any("table", "표"), {
            korean: "문제. 하나뿐일 때 씁니다.",
        }
        /// The problems, if there are several.
        problems: Vec<Spanned<RawProblem>>, any("list of tables", "표의 목록"), {
            korean: "문제들. 여럿일 때 씁니다.",
        }
    }
}

keys! {
    /// Changes to the preset; see [`Protocol`](crate::experiment::Protocol) for what each stands for.
    pub struct RawProtocol {
        /// How configurations are tried.
        search: String, any("`grid`, `random` or `sobol`", "`grid`, `random`, `sobol` 중 하나"), {
            korean: "설정을 시도하는 방법.",
            samples: &["\"random\""],
        }
        /// Configurations tried for each rule. A shorter `sobol` search is the beginning of a longer one.
        tuning_trials: u64, budget(1), {
            korean: "규칙마다 시도하는 설정의 수. 짧은 `sobol` 탐색은 긴 탐색의 앞부분과 같습니다.",
            samples: &["9"],
        }
        /// Seeds behind each of them.
        tuning_seeds: u64, budget(1), {
            korean: "설정마다 쓰는 시드의 수.",
            samples: &["9"],
        }
        /// The number of the best that are run again on fresh seeds, which alone decide.
        confirmation_top: u64, budget(1), {
            korean: "새 시드로 다시 실행할 상위 설정의 수. 선택은 이 결과로만 합니다.",
            samples: &["9"],
        }
        /// Fresh seeds for each of those; 0 skips it.
        confirmation_seeds: u64, budget(0), {
            korean: "그 설정마다 쓰는 새 시드의 수. 0이면 건너뜁니다.",
            samples: &["9"],
        }
        /// Seeds never used before, for the final figures. The test split is read here and nowhere else.
        final_seeds: u64, budget(1), {
            korean: "최종 수치에 쓰는, 그 전까지 쓰지 않은 시드의 수. 시험 데이터는 이때만 읽습니다.",
            samples: &["9"],
        }
        /// Seeds for each rule at its defaults.
        default_seeds: u64, budget(0), {
            korean: "각 규칙을 기본값으로 실행할 시드의 수.",
            samples: &["9"],
        }
        /// Successive halving: the first trials run for a part of their steps, and the best one in so many go on, each time so many
        /// times as long. Saves time and favours rules that start fast; the report says so.
        halving: u64, whole(2, 10), {
            korean: "연속 반감법. 처음에는 스텝의 일부만 실행하고, 이 수 가운데 하나꼴로 좋은 시도만 매번 이 수의 배만큼 길게 이어 갑니다. 시간을 아끼지만 빨리 시작하는 규칙에 유리하며, 보고서에 그 사실을 적습니다.",
            samples: &["9"],
        }
        /// How often a range may grow by a decade when the best rate lies at its edge. All rules get as many trials more.
        boundary_extensions: u64, budget(0), {
            korean: "가장 좋은 학습률이 범위의 끝에 있을 때 범위를 열 배 넓힐 수 있는 횟수. 모든 규칙의 시도 횟수가 똑같이 늘어납니다.",
            samples: &["9"],
        }
    }
}
