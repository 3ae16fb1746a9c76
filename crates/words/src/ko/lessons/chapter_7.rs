//! Chapters 7 and 8: convolutional networks.

use crate::catalogue::macros::lessons;
use crate::catalogue::{Lesson, LessonsOfChapter7};
use crate::ko::Korean;

impl LessonsOfChapter7 for Korean {
    lessons! {
        convolution_lesson {
            title: "합성곱 연산",
            sees: "미끄러지는 필터",
            about: "필터를 이미지 위에서 옮겨 가며 겹친 원소끼리 곱하고 모두 더합니다. 4×4 이미지에 3×3 필터를 놓을 자리는 2×2개입니다. 편향은 모든 원소에 더하며 여기서는 0입니다.",
            next: "가운데 원소만 남기는 필터와 세로 윤곽을 찾는 필터를 써 보십시오.",
        }
        padding_lesson {
            title: "패딩",
            sees: "둘레에 두른 0",
            about: "이미지 둘레에 0을 한 줄 두르면 출력이 이미지와 같은 4×4가 됩니다. 그래서 층을 여러 번 쌓을 수 있습니다.",
            next: "다른 필터를 써 보십시오.",
        }
        stride_lesson {
            title: "스트라이드",
            sees: "한 칸씩 건너뛰는 필터",
            about: "스트라이드가 2이면 필터가 두 칸씩 움직입니다. 7×7 이미지의 출력은 (7 − 3) / 2 + 1 = 3이므로 3×3입니다.",
            next: "다른 필터를 써 보십시오.",
        }
        pooling_lesson {
            title: "최대 풀링",
            sees: "윈도우마다 가장 큰 값",
            about: "2×2 윈도우를 두 칸씩 옮기며 가장 큰 값만 남깁니다. 학습할 매개변수가 없고, 이미지가 조금 어긋나도 결과가 거의 변하지 않습니다.",
            next: "다른 4×4 이미지를 넣어 보십시오.",
        }
        convnet_shapes_lesson {
            title: "합성곱 신경망의 형상",
            sees: "28 × 28에서 10까지",
            about: "책의 SimpleConvNet에서 층마다 바뀌는 형상과 이미지 한 장에 드는 계산입니다. 매개변수는 대부분 첫 번째 완전연결 계층에, 곱셈은 대부분 합성곱 계층에 있습니다.",
            next: "같은 것을 그래프로 보고, 더 깊은 신경망도 보십시오.",
        }
        convnet_lesson {
            title: "합성곱 신경망의 학습",
            sees: "학습 중의 시험 정확도",
            about: "합성곱 계층, ReLU, 풀링, 완전연결 계층 둘로 된 신경망을 Adam으로 학습합니다. 책과 같은 크기로 학습하면 시험 이미지의 98.96%를 맞힙니다.",
            next: "다른 시드로, 또 책처럼 20에폭 학습해 보십시오. 몇 분이 걸립니다.",
        }
        filters_lesson {
            title: "학습 전과 후의 필터",
            sees: "합성곱 계층이 배우는 것",
            about: "첫 번째 층의 필터는 학습 전에는 잡음이지만, 학습한 뒤에는 윤곽과 덩어리가 나타납니다. 그림은 --html로 만든 페이지에 있습니다.",
            next: "그림이 있는 페이지를 만들고, 모든 이미지로 두 에폭 학습해 보십시오.",
        }
        deep_network_lesson {
            title: "더 깊은 신경망",
            sees: "합성곱 계층 여섯",
            about: "3×3 합성곱 계층 여섯, 풀링 셋, 드롭아웃으로 이루어집니다. 책과 같은 크기로 학습하면 MNIST에서 99.38%에 이릅니다. 짧게 학습하면 작은 신경망보다 못합니다. 깊이에는 시간이 필요합니다.",
            next: "다른 시드로, 또 책과 같은 크기로 해 보십시오. 오래 걸립니다.",
        }
        mistakes_lesson {
            title: "잘못 인식한 이미지",
            sees: "알아보기 어려운 손글씨",
            about: "신경망이 다른 숫자로 인식한 시험 이미지입니다. 사람에게도 헷갈리는 것이 많습니다. 그림은 --html로 만든 페이지에 있습니다.",
            next: "이미지가 있는 페이지를 만들고, 더 오래 학습해 보십시오.",
        }
    }
}
