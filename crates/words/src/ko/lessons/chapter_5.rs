//! Chapter 5: backpropagation.

use crate::catalogue::macros::lessons;
use crate::catalogue::{Lesson, LessonsOfChapter5};
use crate::ko::Korean;

impl LessonsOfChapter5 for Korean {
    lessons! {
        apples_forward_lesson {
            title: "계산 그래프의 순전파",
            sees: "220",
            about: "100원인 사과 2개를 사고 소비세 10%를 냅니다. 노드마다 자신의 입력만 보고 국소적으로 계산하며, 이를 이어 가면 지불 금액이 나옵니다.",
            next: "사과를 3개로 바꿔 보십시오.",
        }
        apples_backward_lesson {
            title: "계산 그래프의 역전파",
            sees: "2.2, 110, 200",
            about: "지불 금액에서 입력 쪽으로, 노드마다 돌아온 미분에 자신의 국소적 미분을 곱합니다. 사과값이 1원 오르면 지불 금액은 2.2원, 사과가 1개 늘면 110원, 소비세가 1만큼 커지면 200원 늘어납니다.",
            next: "사과값을 1원 올려 보고, 사과를 1개 늘려 보십시오. 지불 금액이 기울기만큼 변하는지 확인하십시오.",
        }
        chain_rule_lesson {
            title: "연쇄법칙",
            sees: "(x + y)²을 두 단계로",
            about: "z = (x + y)²은 t = x + y와 z = t²으로 이루어집니다. 전체의 미분은 각 부분의 미분을 곱한 2 t · 1입니다.",
            next: "합이 0인 두 수를 넣어 보십시오.",
        }
        add_lesson {
            title: "덧셈 노드의 역전파",
            sees: "그대로 흘려보냄",
            about: "덧셈 노드는 돌아온 미분을 두 입력에 그대로 흘려보냅니다. x와 y의 값은 필요하지 않습니다.",
            next: "x를 바꿔도 기울기는 그대로이고, 돌아온 미분을 바꾸면 둘 다 변합니다.",
        }
        multiply_lesson {
            title: "곱셈 노드의 역전파",
            sees: "서로 바꾼 값을 곱함",
            about: "곱셈 노드는 돌아온 미분에 순전파 때의 입력을 서로 바꾸어 곱합니다. 그래서 순전파의 입력을 간직해 두어야 합니다.",
            next: "x가 커지면 y의 기울기가 커지고, 0이면 0이 됩니다.",
        }
        oranges_lesson {
            title: "사과와 귤 쇼핑",
            sees: "715와 그 기울기",
            about: "100원인 사과 2개와 150원인 귤 3개를 사고 소비세 10%를 냅니다. 앞 절의 덧셈 계층과 곱셈 계층을 그대로 씁니다.",
            next: "사과를 3개로 바꿔 보십시오.",
        }
        relu_layer_lesson {
            title: "ReLU 계층",
            sees: "켜고 끄는 스위치",
            about: "순전파 때 입력이 양수였던 곳으로는 미분이 그대로 흐르고 나머지에서는 멈춥니다. 여기서 돌아온 미분은 1, 2, 3, 4입니다.",
            next: "입력을 모두 음수로 해 보십시오. 죽은 ReLU가 됩니다.",
        }
        sigmoid_layer_lesson {
            title: "시그모이드 계층",
            sees: "y (1 − y)",
            about: "역전파는 순전파의 출력만으로 y (1 − y)와 같이 계산됩니다. 이 값은 가장 커도 0.25이므로, 시그모이드 층을 지날 때마다 기울기가 약해집니다.",
            next: "0에서 먼 입력을 넣어 보십시오. 기울기가 거의 남지 않습니다.",
        }
        affine_lesson {
            title: "배치용 Affine 계층",
            sees: "기울기 셋과 그 형상",
            about: "입력 2개, 출력 3개인 층에 배치 2개를 넣습니다. 기울기의 형상은 저마다 자신이 속한 것의 형상과 같고, 편향의 기울기는 배치에 대해 더한 값입니다. 돌아온 미분은 1부터 6까지입니다.",
            next: "X를 단위행렬로 해 보십시오. Y에 W가, W의 기울기에 Y의 기울기가 그대로 나타납니다.",
        }
        softmax_with_loss_lesson {
            title: "Softmax-with-Loss 계층",
            sees: "y − t",
            about: "소프트맥스와 교차 엔트로피 오차를 합친 역전파는 출력과 정답의 차이 y − t입니다. 틀리면 큰 오차가, 맞으면 작은 오차가 앞 계층에 전해집니다.",
            next: "점수를 모두 같게, 또 거의 확실한 정답으로 해 보십시오.",
        }
        gradient_check_lesson {
            title: "기울기 확인",
            sees: "10⁻¹⁰쯤의 차이",
            about: "이미지 3장에 대해 오차역전파법과 수치 미분으로 구한 기울기를 비교합니다. 역전파가 틀렸다면 차이가 기울기만큼 컸을 것입니다.",
            next: "다른 신경망과 다른 초깃값으로 해 보십시오.",
        }
        backpropagation_lesson {
            title: "오차역전파법으로 학습하기",
            sees: "같은 두 곡선을 ReLU로",
            about: "2층 신경망에서 시그모이드를 ReLU로 바꿉니다. 역전파 한 번으로 모든 매개변수의 기울기가 나오므로 2,000번 갱신도 금방 끝납니다. 4.5.3절의 시그모이드보다 빨리 배웁니다.",
            next: "다른 시드와 책과 같은 크기로 해 보십시오.",
        }
    }
}
