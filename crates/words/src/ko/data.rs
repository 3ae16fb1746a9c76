//! How a file of the user's is understood.

use super::Korean;
use crate::catalogue::DataWords;
use crate::catalogue::macros::phrases;

impl DataWords for Korean {
    phrases! {
        before_it_can_be_learnt: "학습하기 전에 고칠 것:",
        keys_for_an_experiment: "실험 파일에 적을 키:",
        column: "열",
        holds: "내용",
        used_as: "쓰임",
        missing: "빈 칸",
        values: "값",
        remark: "비고",
        whole_numbers: "정수",
        numbers: "수",
        texts: "글",
        dates: "날짜",
        numbers_and_text: "수와 글",
        nothing: "없음",
        feature: "특성",
        target: "목표",
        left_out_ignored: "뺌(ignore)",
        left_out_group: "같은 값의 줄을 한 부분에 둠(group)",
        left_out_index: "뺌(인덱스)",
        left_out_empty: "뺌(빈 열)",
        left_out_unknown: "뺌(모르는 열)",
        same_in_every_line: "모든 줄에서 같음",
        names_or_counts_the_lines: "줄 번호처럼 보임",
    }
}
