//! The keys of a rule.

use std::collections::BTreeMap;

use thalweg_optim::{Format, GroupSpecification, NonFinite, Sharpness, StageSpecification};
use toml::Spanned;

use super::takes::{any, by_hyperparameter, listed};
use super::{Usual, keys};
use crate::experiment::{RawRate, RawSchedule, RawSearch, RawSet};

keys! {
    /// A rule with its particulars.
    pub struct RawRuleTable {
        /// The rule.
        name: String, listed("rules"), {
            korean: "규칙.",
            default: Usual::Required,
        }
        /// What it is called in reports; needed when one rule takes part twice.
        label: String, any("text", "텍스트"), {
            korean: "보고서에 쓸 이름. 한 규칙이 두 번 나오면 꼭 필요합니다.",
            default: Usual::Said(["the name", "규칙 이름"]),
            samples: &["\"other\""],
        }
        /// Whose formula and defaults.
        dialect: String, any("`book`, `torch`, `keras`, `optax` or `paper`", "`book`, `torch`, `keras`, `optax`, `paper` 중 하나"), {
            korean: "누구의 식과 기본값을 쓰는지.",
            default: Usual::Said(["the experiment's", "실험의 방언"]),
            samples: &["\"book\""],
        }
        /// The learning rate, or the range to search, evenly in the logarithm.
        learning_rate: RawRate, any("number, or `{ from, to }`", "수 또는 `{ from, to }`"), {
            korean: "학습률, 또는 로그 축에서 고르게 탐색할 범위.",
            default: Usual::Said(["the rule's range", "규칙의 범위"]),
            samples: &["0.5"],
        }
        /// Further hyper-parameters to search, in their usual ranges or in those given.
        search: RawSearch, any("list of names, or table of ranges", "이름 목록 또는 범위 표"), {
            korean: "함께 탐색할 다른 하이퍼파라미터. 이름만 적으면 보통의 범위에서 탐색합니다.",
            samples: &["[\"momentum\"]"],
        }
        /// Hyper-parameters to use as they are.
        set: RawSet, by_hyperparameter("number", "수"), {
            korean: "그대로 쓸 하이퍼파라미터.",
            default: Usual::Said(["the dialect's", "방언의 기본값"]),
            samples: &["{ momentum = 0.5 }"],
        }
        /// Stages before the rule.
        before: Vec<StageSpecification>, any("list of `{ stage = NAME, … }` (`thalweg list stages`)", "`{ stage = 이름, … }`의 목록(`thalweg list stages`)"), {
            korean: "규칙 앞에 두는 단계.",
            samples: &["[{ stage = \"clip-by-value\", largest = 1 }]"],
        }
        /// Stages after the rule.
        after: Vec<StageSpecification>, any("as `before`", "`before`와 같음"), {
            korean: "규칙 뒤에 두는 단계.",
            samples: &["[\"cautious\"]"],
        }
        /// Groups of parameters with settings of their own.
        groups: Vec<GroupSpecification>, any("list of tables", "표의 목록"), {
            korean: "따로 설정하는 매개변수 그룹.",
            samples: &["[{ name = \"all\" }]"],
        }
        /// What becomes of hyper-parameters other than the rate, as factors of their values, such as `{ momentum = { name = "linear", start
        /// = 0.5, end = 1 } }`; in every group that has them.
        schedules: BTreeMap<Spanned<String>, Spanned<RawSchedule>>, by_hyperparameter("schedule (`thalweg list schedules`)", "스케줄(`thalweg list schedules`)"), {
            korean: "학습률 외의 하이퍼파라미터가 어떻게 변하는지, 그 값에 곱하는 수로. 예: `{ momentum = { name = \"linear\", start = 0.5, end = 1 } }`. 그 하이퍼파라미터가 있는 모든 그룹에 적용합니다.",
            samples: &["{ momentum = \"cosine\" }"],
        }
        /// How state is kept. Rules and stages that keep weights (schedule-free, averages, Lookahead, MADGRAD) stay full.
        state: Format, any("`full`, `bf16` or `8-bit`", "`full`, `bf16`, `8-bit` 중 하나"), {
            korean: "상태를 저장하는 형식. 가중치를 보관하는 규칙과 단계(schedule-free, 평균, Lookahead, MADGRAD)는 항상 `full`입니다.",
            default: Usual::Value("\"full\""),
            samples: &["\"bf16\""],
        }
        /// What is done about a gradient that is not finite.
        non_finite: NonFinite, any("`refuse`, `skip` or `allow`", "`refuse`, `skip`, `allow` 중 하나"), {
            korean: "유한하지 않은 기울기를 어떻게 하는지.",
            default: Usual::Value("\"refuse\""),
            samples: &["\"skip\""],
        }
        /// Gradients averaged before each update: with 4, four steps make one update. Schedules count updates. Steps at the end of a run
        /// that complete no round make no update, and a note says so.
        accumulate: u64, any("whole number", "정수"), {
            korean: "갱신 한 번에 평균하는 기울기의 수. 4이면 네 스텝에 한 번 갱신합니다. 스케줄은 갱신 횟수로 셉니다. 실행 끝에 남은, 한 묶음이 안 되는 스텝은 갱신하지 않으며, 이를 알려 줍니다.",
            default: Usual::Value("1"),
            samples: &["2"],
        }
        /// Sharpness-aware minimisation.
        sharpness: Sharpness, any("`{ radius = 0.05, adaptive = false }`", "`{ radius = 0.05, adaptive = false }`"), {
            korean: "평탄한 최솟값을 찾는 최소화(SAM).",
            samples: &["{ radius = 0.05 }"],
        }
    }
}
