//! The keys of an arm: one side of a comparison of trainings that are not ours.

use std::collections::BTreeMap;

use toml::Spanned;

use super::takes::{any, by_hyperparameter};
use super::{Usual, keys};
use crate::experiment::{RawRate, RawSearch, RawSetting};

keys! {
    /// An arm of a comparison of trainings.
    pub struct RawArm {
        /// What it is called, in reports and as the word `{arm}`.
        name: String, any("text", "텍스트"), {
            korean: "보고서와 `{arm}`에 쓰는 이름.",
            default: Usual::Required,
        }
        /// The learning rate, or the range to search, evenly in the logarithm. Needed, unless the problem says it.
        learning_rate: RawRate, any("number, or `{ from, to }`", "수 또는 `{ from, to }`"), {
            korean: "학습률, 또는 로그 축에서 고르게 탐색할 범위. 문제에 적지 않았으면 꼭 필요합니다.",
            samples: &["0.5"],
        }
        /// Settings to hand over as they are, each the word of its name.
        set: BTreeMap<Spanned<String>, Spanned<RawSetting>>, any("number, text, `true` or `false` by name", "이름마다 수, 텍스트, `true`, `false`"), {
            korean: "그대로 넘기는 설정. 이름이 곧 단어입니다.",
            samples: &["{ fused = true, momentum = 0.9 }"],
        }
        /// Settings to search beside the learning rate.
        search: RawSearch, by_hyperparameter("`{ from, to, scale }` or `{ values }`", "`{ from, to, scale }` 또는 `{ values }`"), {
            korean: "학습률과 함께 탐색할 설정.",
            samples: &["{ dropout = { from = 0, to = 0.5 } }"],
        }
        /// Words to add to the end of the command for this arm.
        arguments: Vec<String>, any("list of words, `[\"--fused\"]`", "단어 목록, `[\"--fused\"]`"), {
            korean: "이 비교 대상의 명령 끝에 덧붙일 단어.",
            samples: &["[\"--fused\"]"],
        }
    }
}
