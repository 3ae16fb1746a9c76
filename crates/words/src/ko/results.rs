//! Words that tables and figures of several pages share.

use super::Korean;
use crate::catalogue::ResultsWords;
use crate::catalogue::macros::phrases;

impl ResultsWords for Korean {
    phrases! {
        rule: "갱신 규칙",
        learning_rate: "학습률",
        learning_rate_title: "학습률",
        hyperparameters: "하이퍼파라미터",
        seed: "시드",
        step: "갱신 횟수",
        update: "갱신 횟수",
        trial: "시행",
        trials: "시행",
        trials_title: "시행",
        diverged: "발산",
        mean: "평균",
        standard_deviation: "표준편차",
        result: "결과",
        loss: "손실",
        loss_title: "손실",
        accuracy: "정확도",
        accuracy_title: "정확도",
        training: "학습",
        validation: "검증",
        test: "시험",
        training_loss: "학습 손실",
        training_loss_title: "학습 손실",
        training_accuracy: "학습 정확도",
        validation_accuracy: "검증 정확도",
        validation_accuracy_title: "검증 정확도",
        validation_loss: "검증 손실",
        validation_loss_title: "검증 손실",
        test_accuracy: "시험 정확도",
        test_loss: "시험 손실",
        validation_rmse: "검증 RMSE",
        validation_mae: "검증 MAE",
        validation_r2: "검증 R²",
        test_rmse: "시험 RMSE",
        test_mae: "시험 MAE",
        test_r2: "시험 R²",
        final_value: "마지막 함숫값",
        batch_loss: "배치 손실의 평균",
        curves: "곡선",
        activations: "활성화 값",
        gradient_norms: "기울기의 크기",
        gradient_norm: "기울기 노름",
        update_ratios: "가중치 대비 갱신량",
        update_ratio: "갱신 / 가중치",
        share_of_zeros: "모든 예제에서 0인 비율",
        experiment: "실험",
        command: "명령",
    }

    fn hours(&self, number: &str) -> String {
        format!("{number}시간")
    }

    fn minutes(&self, number: &str) -> String {
        format!("{number}분")
    }

    fn seconds(&self, number: &str) -> String {
        format!("{number}초")
    }

    fn runs_diverged(&self, runs: usize) -> String {
        format!("{runs}회 발산")
    }
}
