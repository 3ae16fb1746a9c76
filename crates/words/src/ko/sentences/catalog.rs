//! What `thalweg list` says of rules, stages, functions, data sets, networks and schedules.

use crate::sentences::Sentence;

/// When a rule is used, and how its dialects differ.
pub(super) const RULES: &[Sentence] = &[
    (
        "the baseline; well-conditioned problems; with a schedule, still hard to beat on images",
        "기준선. 조건이 좋은 문제. 스케줄과 함께 쓰면 이미지에서는 여전히 이기기 어렵습니다",
    ),
    (
        "narrow valleys and noisy gradients; the usual choice for convolutional networks",
        "좁은 골짜기와 잡음 있는 기울기. 합성곱 신경망에서 흔히 씁니다",
    ),
    (
        "as momentum, with less overshoot; often allows a slightly larger rate",
        "momentum과 같되 덜 지나칩니다. 학습률을 조금 더 크게 할 수 있을 때가 많습니다",
    ),
    (
        "to see the original form at work, where the gradient can be evaluated anywhere",
        "어디서나 기울기를 구할 수 있을 때 원래 형태를 볼 수 있습니다",
    ),
    ("only to reproduce results made with that listing", "그 코드로 얻은 결과를 재현할 때만"),
    ("sparse gradients (words, embeddings) and convex problems", "희소한 기울기(단어, 임베딩)와 볼록한 문제"),
    (
        "noisy, non-stationary gradients; recurrent networks, reinforcement learning",
        "잡음이 있고 변해 가는 기울기. 순환 신경망, 강화 학습",
    ),
    ("to have no rate to choose; slow at first", "학습률을 고르고 싶지 않을 때. 처음에는 느립니다"),
    (
        "a good first choice almost everywhere; little tuning of the rate",
        "거의 어디서나 좋은 첫 선택. 학습률 튜닝이 적게 듭니다",
    ),
    (
        "the usual choice for transformers, and wherever weights should decay",
        "트랜스포머, 그리고 가중치 감소가 필요한 곳에서 흔히 씁니다",
    ),
    ("where Adam is unstable late in training", "학습 후반에 Adam이 불안정할 때"),
    ("gradients with rare large values", "드물게 큰 값이 나오는 기울기"),
    ("as Adam, where momentum helps", "Adam과 같되 모멘텀이 도움이 될 때"),
    ("Adam without a warm-up", "준비 운동(warm-up) 없는 Adam"),
    ("as Adam; generalises more like SGD on images", "Adam과 같되 이미지에서 SGD처럼 일반화합니다"),
    ("as Adam, where its rate jumps", "Adam의 학습률이 크게 뛸 때"),
    ("large batches and large rates", "큰 배치와 큰 학습률"),
    (
        "large batches, transformers; where Adam's state is too large",
        "큰 배치, 트랜스포머. Adam의 상태가 너무 클 때",
    ),
    ("gradients that must travel far: one bit each", "멀리 보내야 하는 기울기(하나에 1비트)"),
    ("as signSGD, with noisy gradients", "signSGD와 같되 기울기에 잡음이 있을 때"),
    ("full batches; needs no tuning of the rate", "전체 배치. 학습률을 튜닝할 필요가 없습니다"),
    (
        "noisy gradients of convex problems; evaluate with the average",
        "볼록한 문제의 잡음 있는 기울기. 평균으로 평가합니다",
    ),
    (
        "long runs, where gradients of thousands of steps ago still help; warm α and β₃ up with schedules",
        "수천 스텝 전의 기울기가 아직 도움이 되는 긴 실행. α와 β₃는 스케줄로 서서히 키웁니다",
    ),
    ("as Adam, where it oscillates", "Adam이 진동할 때"),
    (
        "images and sparse problems, with little or no weight decay",
        "가중치 감소가 거의 없는 이미지와 희소한 문제",
    ),
    ("as Adam, where gradients are so small that epsilon shows", "기울기가 epsilon이 드러날 만큼 작을 때"),
    ("very large batches of images", "이미지의 매우 큰 배치"),
    ("very large batches of transformers", "트랜스포머의 매우 큰 배치"),
    ("speech and large batches; half of Adam's state", "음성과 큰 배치. 상태가 Adam의 절반입니다"),
    ("large matrices and little memory", "큰 행렬과 적은 메모리"),
    ("large embeddings and little memory", "큰 임베딩과 적은 메모리"),
    (
        "hidden matrices of transformers and large networks; everything else by another rule, in groups",
        "트랜스포머와 큰 신경망의 은닉 행렬. 나머지는 그룹을 나누어 다른 규칙으로",
    ),
    (
        "few but well-used steps: each costs an eigendecomposition an axis",
        "적지만 알찬 스텝. 스텝마다 축 하나에 고윳값 분해가 듭니다",
    ),
    ("as Shampoo, with fewer decompositions", "Shampoo와 같되 분해가 적습니다"),
    ("to have no rate to choose; leave it at 1", "학습률을 고르고 싶지 않을 때. 1로 둡니다"),
    (
        "to train for as long as one likes without choosing a schedule",
        "스케줄을 정하지 않고 원하는 만큼 학습할 때",
    ),
    ("AdamW without choosing a schedule", "스케줄을 정하지 않는 AdamW"),
    (
        "v ← α v + (1 − τ) g, w ← w − η v: the rate outside the velocity; the first gradient undampened",
        "v ← α v + (1 − τ) g, w ← w − η v: 학습률은 속도 밖에, 첫 기울기는 줄이지 않습니다",
    ),
    (
        "v ← α v + g, w ← w − η v: the rate outside the velocity",
        "v ← α v + g, w ← w − η v: 학습률은 속도 밖에",
    ),
    (
        "v ← α v + g, w ← w − η (g + α v): the rate outside the velocity",
        "v ← α v + g, w ← w − η (g + α v): 학습률은 속도 밖에",
    ),
    (
        "η / (1 + rate_decay (t − 1)) in place of η; h starts at initial_accumulator, 0",
        "η 대신 η / (1 + rate_decay (t − 1)). h의 처음 값은 initial_accumulator, 0",
    ),
    ("√(h + ε), h from 0.1", "√(h + ε), h는 0.1부터"),
    (
        "momentum: b ← μ b + g / (√h + ε), w ← w − η b: the rate outside b",
        "momentum: b ← μ b + g / (√h + ε), w ← w − η b: 학습률은 b 밖에",
    ),
    (
        "√(h + ε); momentum: b ← μ b + η g / √(h + ε): the rate inside b",
        "√(h + ε). momentum: b ← μ b + η g / √(h + ε): 학습률은 b 안에",
    ),
    (
        "√(h + ε) unless epsilon_in_root is off; the rate inside b; nesterov, bias_correction",
        "epsilon_in_root가 꺼져 있지 않으면 √(h + ε). 학습률은 b 안에. nesterov, bias_correction",
    ),
    (
        "the default rate of 0.001 is a thousandth of the paper's",
        "기본 학습률 0.001은 논문의 천분의 일입니다",
    ),
    (
        "w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) m / (√v + ε): ε is not scaled",
        "w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) m / (√v + ε): ε은 조정하지 않습니다",
    ),
    (
        "w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) m / (√v + ε): ε is not scaled; amsgrad",
        "w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) m / (√v + ε): ε은 조정하지 않습니다. amsgrad",
    ),
    (
        "amsgrad: the largest v so far, corrected by today's 1 − β₂ᵗ",
        "amsgrad: 지금까지 가장 큰 v를 현재의 1 − β₂ᵗ로 보정합니다",
    ),
    ("Adam as keras has it, ε not scaled; λ 0.004", "keras의 Adam. ε은 조정하지 않고 λ는 0.004"),
    (
        "w ← w − s (α m̂ / (√v̂ + ε) + λ w): λ goes with the schedule's factor s, not with the rate α",
        "w ← w − s (α m̂ / (√v̂ + ε) + λ w): λ에는 학습률 α가 아니라 스케줄의 인수 s를 곱합니다",
    ),
    ("the maximum of v, corrected by today's 1 − β₂ᵗ", "v의 최댓값을 현재의 1 − β₂ᵗ로 보정합니다"),
    ("as torch, with ε not scaled", "torch와 같되 ε은 조정하지 않습니다"),
    ("the maximum of v̂", "v̂의 최댓값"),
    ("no bias correction: w ← w − η m / (√s + ε)", "편향 보정 없음: w ← w − η m / (√s + ε)"),
    ("u ← max(β₂ u, |g| + ε), and m / u", "u ← max(β₂ u, |g| + ε), 그리고 m / u"),
    (
        "ψ = 1: the momentum is at its full value 250 times sooner",
        "ψ = 1: 모멘텀이 250배 빨리 최댓값에 이릅니다",
    ),
    (
        "constant μ: w ← w − η (β₁ m / (1 − β₁ᵗ⁺¹) + (1 − β₁) g / (1 − β₁ᵗ)) / (√(v̂ + epsilon_root) + ε)",
        "일정한 μ: w ← w − η (β₁ m / (1 − β₁ᵗ⁺¹) + (1 − β₁) g / (1 − β₁ᵗ)) / (√(v̂ + epsilon_root) + ε)",
    ),
    (
        "ρ_t > 5, √(1 − β₂ᵗ) / (√v + ε): ε is not scaled",
        "ρ_t > 5, √(1 − β₂ᵗ) / (√v + ε): ε은 조정하지 않습니다",
    ),
    (
        "m̂ and v̂ in place of m and v, and m starts at initial_accumulator too",
        "m과 v 대신 m̂과 v̂. m도 initial_accumulator에서 시작합니다",
    ),
    (
        "1 − β₂ where the paper's code has β₂, √(n̂ + epsilon_root) + ε, decay added to the update",
        "논문 코드의 β₂ 대신 1 − β₂, √(n̂ + epsilon_root) + ε, 가중치 감소는 갱신량에 더합니다",
    ),
    (
        "no weight decay by default; the default rate is ten times the paper's",
        "기본값에 가중치 감소가 없고, 기본 학습률은 논문의 열 배입니다",
    ),
    (
        "iRprop⁻ (Igel and Hüsken 2000): where the sign flips nothing moves, and no step is taken back",
        "iRprop⁻(Igel, Hüsken 2000): 부호가 바뀌면 움직이지 않고, 스텝을 되돌리지도 않습니다",
    ),
    (
        "iRprop⁻, and each update is the one that was due a step before; the first is 0",
        "iRprop⁻. 갱신량은 한 스텝 전의 것이며 처음은 0입니다",
    ),
    ("divides by ‖u‖ + ε", "‖u‖ + ε으로 나눕니다"),
    (
        "decay outside the ratio: w ← (1 − η λ) w first, then the ratio of what is left",
        "가중치 감소는 비율 밖에: 먼저 w ← (1 − η λ) w, 그다음 남은 것의 비율",
    ),
    (
        "no ε in g²; v is at least ε₁²; every tensor of rank 2 or more is factored over its last two axes",
        "g²에 ε이 없고 v는 ε₁² 이상. 2차원 이상의 텐서는 모두 마지막 두 축으로 분해합니다",
    ),
    ("g² + ε₁; rms(w) after decay", "g² + ε₁. rms(w)는 가중치 감소 뒤의 값"),
    (
        "g² + ε₁; factored over the two largest axes from 128 on; the rate is not bounded by 1 / √t; decay is not multiplied by the rate",
        "g² + ε₁. 128 이상인 가장 큰 두 축으로 분해합니다. 학습률을 1 / √t로 제한하지 않고, 가중치 감소에 학습률을 곱하지 않습니다",
    ),
    (
        "v ← μ v + g; scale rms_rate √max(rows, columns); ‖U‖ + 1e-7, and epsilon is that of the Adam for what is no matrix",
        "v ← μ v + g. 배율은 rms_rate √max(rows, columns). ‖U‖ + 1e-7이며 epsilon은 행렬이 아닌 것에 쓰는 Adam의 것입니다",
    ),
    (
        "v corrected for its start, and looking ahead as optax' nadam; scale √max(1, columns / rows)",
        "v를 시작값에 대해 보정하고 optax의 nadam처럼 앞을 봅니다. 배율은 √max(1, columns / rows)",
    ),
    (
        "the rate times √(1 − β₂ᵗ) / (1 − β₁ᵗ); r takes the v from before this update",
        "학습률에 √(1 − β₂ᵗ) / (1 − β₁ᵗ)를 곱합니다. r에는 이번 갱신 전의 v를 씁니다",
    ),
    (
        "no bias correction by default, as in the authors' code",
        "저자들의 코드처럼 기본값에 편향 보정이 없습니다",
    ),
    (
        "c = 1 / t; λ acts on y before the step, not through z",
        "c = 1 / t. λ는 z를 거치지 않고 스텝 전의 y에 작용합니다",
    ),
];

/// What hyper-parameters and settings mean.
pub(super) const SETTINGS: &[Sentence] = &[
    ("what the noise follows from", "잡음의 시드"),
    ("the size of a step", "스텝의 크기"),
    ("how much of the velocity a step keeps", "속도 가운데 스텝마다 남기는 비율"),
    ("whether the velocity looks one step ahead", "속도가 한 스텝 앞을 볼지"),
    (
        "how much of a gradient is kept out of the velocity (not of the first one)",
        "기울기 가운데 속도에 넣지 않는 비율(첫 기울기 제외)",
    ),
    ("how strongly parameters are pulled to 0", "매개변수를 0으로 당기는 세기"),
    ("whether to go uphill", "오르막으로 갈지"),
    ("added to the denominator, against division by 0", "0으로 나누지 않도록 분모에 더하는 값"),
    ("what the accumulated squares start at", "제곱 누적의 처음 값"),
    ("the rate is divided by 1 + rate_decay (t - 1)", "학습률을 1 + rate_decay (t - 1)로 나눕니다"),
    ("how much of the average of squares a step keeps", "제곱의 평균 가운데 스텝마다 남기는 비율"),
    ("whether to divide by the spread around the mean gradient", "평균 기울기 둘레의 편차로 나눌지"),
    ("whether averages are corrected for their start at 0", "0에서 시작한 평균을 보정할지"),
    ("whether epsilon stands under the root", "epsilon이 근호 안에 있는지"),
    ("how much of the average of gradients a step keeps", "기울기의 평균 가운데 스텝마다 남기는 비율"),
    ("whether to divide by the largest second moment so far", "지금까지 가장 큰 2차 모멘트로 나눌지"),
    (
        "whether weight decay acts on the parameter (times the rate) instead of on the gradient",
        "가중치 감소를 기울기가 아니라 매개변수에(학습률을 곱해) 적용할지",
    ),
    ("added under the root of the denominator", "분모의 근호 안에 더하는 값"),
    ("ψ: how fast the momentum rises", "ψ: 모멘텀이 커지는 속도"),
    (
        "the least length of the average from which the variance counts as known",
        "분산을 안다고 보는 평균 길이의 하한",
    ),
    ("how much of the third average a step keeps", "세 번째 평균 가운데 스텝마다 남기는 비율"),
    ("what each step size starts at", "스텝 크기의 처음 값"),
    ("the factor after a change of sign", "부호가 바뀐 뒤의 배수"),
    ("the factor while the sign stays", "부호가 그대로일 때의 배수"),
    ("the least step size", "스텝 크기의 하한"),
    ("the largest step size", "스텝 크기의 상한"),
    ("how fast steps and parameters shrink", "스텝과 매개변수가 줄어드는 속도"),
    ("the power by which steps shrink", "스텝이 줄어드는 지수"),
    ("the update after which to average", "평균을 시작하는 갱신"),
    ("what the slow average counts against the fast one", "빠른 평균에 대한 느린 평균의 비중"),
    ("whether to clip the normalised gradient", "정규화한 기울기를 자를지"),
    (
        "the largest share of a tensor's norm that a step may change",
        "한 스텝이 바꿀 수 있는 텐서 노름의 최대 비율",
    ),
    (
        "the least second moment (torch: its root; 0 for the spacing of numbers at 1)",
        "2차 모멘트의 하한(torch는 그 제곱근. 0이면 1 근처에서 수의 간격)",
    ),
    ("the largest root mean square of a tensor's update", "텐서 갱신량의 제곱평균제곱근의 상한"),
    ("the power of t in 1 − β₂ = t^beta2_decay", "1 − β₂ = t^beta2_decay에서 t의 지수"),
    ("the least root mean square of parameters", "매개변수의 제곱평균제곱근의 하한"),
    ("whether the rate is at most 1 / √t", "학습률을 1 / √t 이하로 할지"),
    (
        "matrices with a smaller side keep a whole second moment",
        "한 변이 이보다 작은 행렬은 2차 모멘트를 분해하지 않습니다",
    ),
    ("whether steps go with rms(w)", "스텝을 rms(w)에 비례하게 할지"),
    ("Newton-Schulz iterations", "뉴턴·슐츠 반복 횟수"),
    (
        "the scale: 0 √max(1, rows/columns), 1 0.2 √max(rows, columns), 2 √(rows/columns)",
        "배율: 0은 √max(1, rows/columns), 1은 0.2 √max(rows, columns), 2는 √(rows/columns)",
    ),
    (
        "the scale is this times √max(rows, columns); 0 for a scale of 1",
        "배율은 이 값 곱하기 √max(rows, columns). 0이면 배율 1",
    ),
    ("what the statistics start at, times the identity", "통계량의 처음 값(단위행렬의 배수)"),
    ("updates between two decompositions of the statistics", "통계량을 분해하는 갱신 간격"),
    ("axes longer than this are not preconditioned", "이보다 긴 축에는 전처리를 하지 않습니다"),
    (
        "how much of the averages of G Gᵀ and Gᵀ G a step keeps",
        "G Gᵀ와 Gᵀ G의 평균 가운데 스텝마다 남기는 비율",
    ),
    ("matrices with a longer side get Adam", "한 변이 이보다 긴 행렬에는 Adam을 씁니다"),
    (
        "the first guess of the distance to the solution; too small is safe",
        "해까지 거리의 첫 추정값. 작으면 안전합니다",
    ),
    ("how much of the sums a step keeps; 0 for √β₂", "합 가운데 스텝마다 남기는 비율. 0이면 √β₂"),
    ("what the estimate is multiplied by", "추정값에 곱하는 값"),
    ("whether the rate stays out of the sum of gradients", "학습률을 기울기의 합에 넣지 않을지"),
    (
        "weights in the average go with this power of the largest rate so far",
        "평균의 비중은 지금까지 가장 큰 학습률의 이 거듭제곱에 비례합니다",
    ),
    ("the most that passes", "통과하는 값의 상한"),
    ("added to the norm (torch 1e-6, optax 0)", "노름에 더하는 값(torch 1e-6, optax 0)"),
    ("the largest ratio of the two norms", "두 노름의 비의 상한"),
    ("the least norm that weights count as having", "가중치 노름으로 치는 하한"),
    ("the variance at the first update", "첫 갱신에서의 분산"),
    ("how fast it falls", "줄어드는 속도"),
    ("whether the first axis counts the units at any rank", "차원과 관계없이 첫 축을 유닛의 축으로 볼지"),
    ("added to the norm", "노름에 더하는 값"),
    ("whether the norm is that of all tensors", "모든 텐서의 노름을 쓸지"),
    ("whether to look one step ahead", "한 스텝 앞을 볼지"),
    ("what to multiply by", "곱하는 값"),
    ("how much of the average an update keeps", "평균 가운데 갱신마다 남기는 비율"),
    ("the update from which on to average", "평균을 시작하는 갱신"),
    ("updates between two that count", "평균에 넣는 갱신의 간격"),
    ("updates between two meetings of fast and slow weights", "빠른 가중치와 느린 가중치가 만나는 갱신 간격"),
    ("how far the slow weights go", "느린 가중치가 가는 정도"),
    ("updates of linear warm-up before the schedule starts", "스케줄 앞에서 선형으로 키우는 갱신 횟수"),
    (
        "updates until the end, warm-up included; 0 for the whole run",
        "끝까지의 갱신 횟수(warm-up 포함). 0이면 실행 전체",
    ),
    ("the first factor", "처음 인수"),
    ("the last factor", "마지막 인수"),
    (
        "updates until the floor, warm-up included; 0 for the whole run",
        "바닥까지의 갱신 횟수(warm-up 포함). 0이면 실행 전체",
    ),
    ("the exponent; 1 is linear", "지수. 1이면 선형"),
    ("updates between two drops", "떨어지는 갱신 간격"),
    ("what each drop multiplies the rate by", "떨어질 때마다 학습률에 곱하는 값"),
    ("the steps of the drops", "떨어지는 스텝들"),
    ("the factor of one update", "갱신마다 곱하는 인수"),
    ("how fast the rate falls", "학습률이 줄어드는 속도"),
    (
        "updates until 1 / sqrt(2); 0 for the length of the warm-up, or 10000 without one",
        "1 / sqrt(2)까지의 갱신 횟수. 0이면 warm-up의 길이, 그것도 없으면 10000",
    ),
    ("updates until the first restart", "첫 재시작까지의 갱신 횟수"),
    ("what each restart multiplies the period by, at least 1", "재시작마다 주기에 곱하는 값(1 이상)"),
    ("what each restart multiplies the height by", "재시작마다 높이에 곱하는 값"),
    ("the factor at the end of each period", "주기 끝의 인수"),
    ("updates of warm-up and cycle; 0 for the whole run", "warm-up과 주기의 갱신 횟수. 0이면 실행 전체"),
    ("the share of steps until the peak", "꼭대기까지 스텝의 비율"),
    (
        "the share of steps, at the end, from start to floor; 0 for none",
        "끝에서 start부터 floor까지 가는 스텝의 비율. 0이면 없음",
    ),
    ("the curve of each phase", "구간마다의 곡선"),
    ("updates from the floor to the peak", "바닥에서 꼭대기까지의 갱신 횟수"),
    ("updates from the peak to the floor; 0 for as many", "꼭대기에서 바닥까지의 갱신 횟수. 0이면 같은 횟수"),
    ("the factor at the bottom", "바닥의 인수"),
    ("what becomes of the peaks", "꼭대기가 어떻게 되는지"),
    ("exponential-range: the factor of one update", "exponential-range: 갱신마다 곱하는 인수"),
    ("the share of steps, at the end, that decays", "끝에서 줄어드는 스텝의 비율"),
    ("the curve of the decay", "줄어드는 곡선"),
    ("pairs of step and factor", "스텝과 인수의 쌍들"),
    ("join the points by straight lines", "점들을 직선으로 이을지"),
    ("the schedules", "스케줄들"),
    ("when the second, third, … takes over", "둘째, 셋째, … 스케줄로 넘어가는 스텝"),
    ("observations in a row that may bring nothing better", "나아지지 않아도 되는 연속 관측 횟수"),
    ("the share of the best value to beat it by", "나아졌다고 볼, 최고값 대비 비율"),
    ("observations after a drop that never count as bad", "떨어진 뒤 나쁘다고 세지 않는 관측 횟수"),
    ("the lowest factor", "가장 낮은 인수"),
];

/// Formulas with words in them.
pub(super) const FORMULAS: &[Sentence] = &[
    (
        "g min(1, largest / (|g| + epsilon)), tensor by tensor",
        "g min(1, largest / (|g| + epsilon)), 텐서 하나씩",
    ),
    (
        "g min(1, largest / (|g| + epsilon)), the norm of all tensors",
        "g min(1, largest / (|g| + epsilon)), 모든 텐서의 노름",
    ),
    (
        "each unit's g at most clipping times the norm of its weights",
        "유닛마다 g를 가중치 노름의 clipping배 이하로",
    ),
    ("g + weight_decay w (L2; before the rule)", "g + weight_decay w (L2. 규칙 앞)"),
    ("u + rate weight_decay w (after the rule)", "u + rate weight_decay w (규칙 뒤)"),
    (
        "u + weight_decay w, times the schedule's factor only (after the rule)",
        "u + weight_decay w, 스케줄의 인수만 곱함(규칙 뒤)",
    ),
    ("g minus its mean over each unit", "g에서 유닛마다의 평균을 뺌"),
    (
        "v <- momentum v + u, then v or, with nesterov, u + momentum v",
        "v <- momentum v + u, 그다음 v. nesterov이면 u + momentum v",
    ),
    ("u where u g > 0, scaled up by what is lost", "u g > 0인 곳의 u, 잃은 만큼 키움"),
    (
        "a <- decay a + (1 - decay) w, to evaluate with (last)",
        "a <- decay a + (1 - decay) w, 평가에 씀(마지막 단계)",
    ),
    (
        "the mean of w after every so many updates, to evaluate with (last)",
        "일정한 갱신마다 w의 평균, 평가에 씀(마지막 단계)",
    ),
    (
        "every so many updates: s <- s + share (w - s), w <- s",
        "일정한 갱신 간격으로 s <- s + share (w - s), w <- s",
    ),
    (
        "u²/condition + v², where (u, v) is (x, y) turned by angle: u = x cos + y sin, v = y cos − x sin",
        "u²/condition + v², (u, v)는 (x, y)를 angle만큼 돌린 것: u = x cos + y sin, v = y cos − x sin",
    ),
    ("start + (end - start) t / steps, end after", "start + (end - start) t / steps, 그 뒤는 end"),
    (
        "floor + (1 - floor) (1 - t / steps)^power, floor after",
        "floor + (1 - floor) (1 - t / steps)^power, 그 뒤는 floor",
    ),
    (
        "factor^(how many of at are <= t; a step that is given twice counts twice)",
        "factor^(at 가운데 t 이하인 것의 수. 두 번 쓴 스텝은 두 번 셈)",
    ),
    (
        "floor + (1 - floor) (1 + cos(pi t / steps)) / 2, floor after",
        "floor + (1 - floor) (1 + cos(pi t / steps)) / 2, 그 뒤는 floor",
    ),
    (
        "cosine again and again: after n restarts it lasts period growth^n from the height shrink^n",
        "cosine을 되풀이: n번 재시작한 뒤 길이는 period growth^n, 높이는 shrink^n",
    ),
    (
        "from start to 1, then to floor; with annihilation by way of start",
        "start에서 1로, 그다음 floor로. annihilation이 있으면 start를 거침",
    ),
    (
        "floor + (1 - floor) triangle(t) scale; scale = 1, 1 / 2^cycle or decay^t",
        "floor + (1 - floor) triangle(t) scale, scale은 1, 1 / 2^cycle, decay^t 가운데 하나",
    ),
    (
        "1, then over the last updates floor + (1 - floor) fall(x), floor after",
        "1, 마지막 갱신들에서 floor + (1 - floor) fall(x), 그 뒤는 floor",
    ),
    (
        "the factor of the last point passed, or on a line to the next",
        "마지막으로 지난 점의 인수, 또는 다음 점까지 직선 위의 값",
    ),
    ("the product of the schedules' factors", "스케줄들의 인수를 곱한 값"),
    (
        "one schedule after the other, each counting from where it takes over",
        "스케줄을 차례로, 저마다 넘어온 곳부터 셈",
    ),
];

/// Data sets, networks and layers.
pub(super) const THINGS: &[Sentence] = &[
    ("handwritten digits, 8x8 pixels", "손글씨 숫자, 8x8픽셀"),
    ("round clouds of points around centres on a circle", "원 위의 중심들 둘레에 둥글게 모인 점들"),
    ("two interleaved half circles", "맞물린 반원 두 개"),
    ("interleaved spiral arms", "맞물린 나선"),
    ("a short text about a river, character by character", "강에 대한 짧은 글, 글자 단위"),
    ("handwritten digits, 28x28 pixels", "손글씨 숫자, 28x28픽셀"),
    ("pictures of clothes, 28x28 pixels", "옷 사진, 28x28픽셀"),
    ("cursive Japanese characters (Kuzushiji), 28x28 pixels", "일본어 흘림체 글자(구즈시지), 28x28픽셀"),
    ("photographs of ten things, 32x32 pixels in colour", "열 가지 사물의 컬러 사진, 32x32픽셀"),
    (
        "fully connected: --hidden and --activation, in files `hidden` and `activation`",
        "완전 연결: --hidden과 --activation, 파일에서는 `hidden`과 `activation`",
    ),
    ("the book's two-layer network (ch. 4)", "책의 2층 신경망(4장)"),
    (
        "the book's multi-layer network as it compares update rules (ch. 6)",
        "책이 갱신 규칙을 비교하는 다층 신경망(6장)",
    ),
    ("the same with five layers and batch normalisation (ch. 6)", "같은 것, 다섯 층과 배치 정규화(6장)"),
    (
        "two wide layers with dropout (Srivastava et al. 2014, section 6.1.1, after Simard et al. 2003)",
        "드롭아웃이 있는 넓은 두 층(Srivastava 등 2014, 6.1.1절. Simard 등 2003을 따름)",
    ),
    ("the book's SimpleConvNet (ch. 7)", "책의 SimpleConvNet(7장)"),
    ("the book's deep network (ch. 8)", "책의 깊은 신경망(8장)"),
    (
        "DeepOBS' small network for MNIST and Fashion-MNIST (Schneider, Balles and Hennig 2019)",
        "MNIST와 Fashion-MNIST를 위한 DeepOBS의 작은 신경망(Schneider, Balles, Hennig 2019)",
    ),
    ("DeepOBS' network for CIFAR-10", "CIFAR-10을 위한 DeepOBS의 신경망"),
    ("a small residual network (He, Zhang, Ren and Sun 2016)", "작은 잔차 신경망(He, Zhang, Ren, Sun 2016)"),
    (
        "a deep autoencoder, a usual test of update rules (Hinton and Salakhutdinov 2006; Martens 2010)",
        "갱신 규칙을 시험할 때 흔히 쓰는 깊은 오토인코더(Hinton, Salakhutdinov 2006; Martens 2010)",
    ),
    ("a variational autoencoder (Kingma and Welling 2014)", "변분 오토인코더(Kingma, Welling 2014)"),
    (
        "a small transformer for text, character by character (Radford et al. 2019)",
        "글자 단위 글을 위한 작은 트랜스포머(Radford 등 2019)",
    ),
    (
        "gated recurrent units for text, character by character (Cho et al. 2014)",
        "글자 단위 글을 위한 GRU(Cho 등 2014)",
    ),
    (
        "W x + b with N outputs; `outputs` for as many as the data ask for; an image is flattened first",
        "출력이 N개인 W x + b. `outputs`는 데이터에 맞는 개수. 이미지는 먼저 펼칩니다",
    ),
    (
        "as the last layer: as many outputs as an example has numbers, which the network learns to give back",
        "마지막 층: 예제의 수만큼 출력하며, 신경망은 예제를 재구성하도록 배웁니다",
    ),
    (
        "N normal variables, their means and variances linear in what comes in; drawn while learning, and kept near the standard normal (a variational autoencoder's code)",
        "정규 변수 N개. 평균과 분산은 입력의 선형 함수. 학습할 때는 뽑고, 표준 정규 분포에 가깝게 둡니다(변분 오토인코더의 코드)",
    ),
    ("an activation", "활성화 함수"),
    (
        "N channels through a window of K or KxL; `pad same` keeps the size",
        "K 또는 KxL 창의 합성곱, 채널 N개. `pad same`은 크기를 유지합니다",
    ),
    ("the largest number in a window; the stride is K if not given", "창 안의 최댓값. 스트라이드가 없으면 K"),
    ("the mean of a window, padding counted as zeros", "창의 평균. 패딩은 0으로 셉니다"),
    ("the mean of each channel", "채널마다의 평균"),
    (
        "each channel normalised over the batch; running statistics keep the share D (0.9)",
        "채널마다 배치에 대해 정규화. 이동 통계량은 비율 D(0.9)를 남깁니다",
    ),
    ("each row normalised by itself", "행마다 따로 정규화"),
    ("a row of N numbers for each token of a text", "글의 토큰마다 수 N개인 행"),
    ("a learnt row for each place, added", "자리마다 학습된 행을 더함"),
    (
        "self-attention in H heads; `causal`: a place sees only what comes before it",
        "헤드 H개의 셀프 어텐션. `causal`: 앞의 것만 봅니다",
    ),
    ("N gated recurrent units over the places", "자리들을 따라가는 GRU N개"),
    (
        "drops with probability R while learning; `book` multiplies by 1 - R when used",
        "학습할 때 확률 R로 끕니다. `book`이면 쓸 때 1 - R을 곱합니다",
    ),
    ("what the layers in brackets give, plus what they got", "괄호 안 층들의 출력에 그 입력을 더한 것"),
    ("all numbers of an example in one row", "예제의 모든 수를 한 행으로"),
    ("rows as images; sets of images need no such layer", "행을 이미지로. 이미지 데이터에는 필요 없습니다"),
];
