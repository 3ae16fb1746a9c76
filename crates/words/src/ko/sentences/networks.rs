//! What is wrong with networks, rules, weights and runs of them.

use crate::sentences::Sentence;

/// What is wrong with networks and weights.
pub(super) const NETWORKS: &[Sentence] = &[
    (
        "{path} is {what}, which can run any code when it is read, so it is not opened here; if you trust it, convert it in Python:",
        "{path}{은} {what}입니다. 읽을 때 임의의 코드를 실행할 수 있어 여기서 열지 않습니다. 믿을 수 있는 파일이면 Python에서 변환하세요:",
    ),
    (
        "a window that reaches over {reach} {axis} does not fit an image of {size} (padding included)",
        "{axis} {reach}개에 걸친 창은 크기 {size}인 이미지에 맞지 않습니다(패딩 포함)",
    ),
    (
        "the network ends with {found}, but the data ask for {wanted}; {advice}",
        "신경망의 마지막 형상이 {found}인데 데이터에는 {wanted}{이} 필요합니다. {advice}",
    ),
    ("rows", "행"),
    ("columns", "열"),
    ("end it with `linear outputs`", "`linear outputs`로 끝내세요"),
    ("a pickle of Python", "Python의 피클"),
    ("a file of torch.save", "torch.save의 파일"),
    (
        "there is no layer `{name}`; there are: {layers}; whole networks are {names}",
        "층 `{name}`{은} 없습니다. 있는 것: {layers}. 신경망 전체의 이름: {names}",
    ),
    ("there is no layer `{name}`; {hint}", "층 `{name}`{은} 없습니다. {hint}"),
    (
        "there is no set of weights `{name}`; there are judged and raw",
        "가중치 `{name}`{은} 없습니다. judged와 raw가 있습니다",
    ),
    (
        "there is no naming `{name}`; there are thalweg, torch and keras",
        "이름 방식 `{name}`{은} 없습니다. thalweg, torch, keras가 있습니다",
    ),
    ("{what} is {value} at {place} {why}", "{place}에서 {what}: {value}. {why}"),
    ("`{op}` node `{node}`: {why}", "`{op}` 노드 `{node}`: {why}"),
    (
        "the node name `{name}` is used twice; give each node a name of its own",
        "노드 이름 `{name}`{이} 두 번 쓰였습니다. 노드마다 다른 이름을 쓰세요",
    ),
    ("`{node}` has shape {shape}: {why}", "`{node}`의 형상은 {shape}입니다: {why}"),
    (
        "the node belongs to another graph; use the nodes that this graph's functions returned",
        "다른 그래프의 노드입니다. 이 그래프의 함수가 돌려준 노드를 쓰세요",
    ),
    ("node `{node}` is {found}; {expected}", "노드 `{node}`{은} {found}입니다. {expected}"),
    (
        "node `{node}` of shape {shape} cannot be a loss: a loss is a single number computed by an op; end the graph with one (`softmax_cross_entropy`, `mean_squared_error`)",
        "형상이 {shape}인 노드 `{node}`{은} 손실이 될 수 없습니다. 손실은 연산이 계산한 수 하나입니다. 그래프를 그런 연산(`softmax_cross_entropy`, `mean_squared_error`)으로 끝내세요",
    ),
    ("a batch needs at least one example", "배치에는 예제가 하나 이상 필요합니다"),
    (
        "the value of node `{node}`, of shape {shape}, is too large for this machine; use a smaller batch or layer",
        "노드 `{node}`의 값(형상 {shape})이 이 컴퓨터에 너무 큽니다. 배치나 층을 줄이세요",
    ),
    (
        "this session does not keep the {what} of node `{node}`; {advice}",
        "이 세션은 노드 `{node}`의 {what}{을} 남기지 않습니다. {advice}",
    ),
    (
        "{what} has {found} elements; {expected} are expected",
        "{what}의 원소가 {expected}개여야 하는데 {found}개입니다",
    ),
    (
        "input `{name}` has no values yet; write them with `input_mut` (numbers) or `labels_mut` (labels) before `forward`",
        "입력 `{name}`에 아직 값이 없습니다. `forward` 전에 `input_mut`(수)이나 `labels_mut`(레이블)으로 쓰세요",
    ),
    (
        "nothing is computed yet for the present inputs; call `forward` first",
        "지금 입력으로 계산한 것이 없습니다. 먼저 `forward`를 부르세요",
    ),
    (
        "this session only evaluates; make one with `Session::training` to compute gradients",
        "평가만 하는 세션입니다. 기울기를 계산하려면 `Session::training`으로 만드세요",
    ),
    (
        "`{node}`: example {example} has label {label}, but there are {classes} classes (labels 0 to {last})",
        "`{node}`: 예제 {example}의 레이블이 {label}인데 클래스는 {classes}개입니다(레이블 0~{last})",
    ),
    (
        "`{op}` node `{node}` cannot be written as ONNX: {why}",
        "`{op}` 노드 `{node}`{을} ONNX로 쓸 수 없습니다: {why}",
    ),
    ("the layers `{text}` cannot be read: {why}", "층의 목록 `{text}`{을} 읽을 수 없습니다: {why}"),
    ("layer `{layer}`: {why}", "층 `{layer}`: {why}"),
    (
        "`{node}`: place {place} holds {token}, but tokens are whole numbers from 0 to {last}, the rows of the table",
        "`{node}`: 자리 {place}에 {token}{이} 있는데 토큰은 0에서 {last}까지의 정수(표의 행)입니다",
    ),
    (
        "unknown {what} `{found}`; choose one of: {choices}",
        "알 수 없는 {what} `{found}`. 다음에서 고르세요: {choices}",
    ),
    (
        "the tensor name `{name}` is used twice; give each tensor a name of its own",
        "텐서 이름 `{name}`{이} 두 번 쓰였습니다. 텐서마다 다른 이름을 쓰세요",
    ),
    (
        "tensor `{name}` of shape {shape} is too large for this machine; make it smaller",
        "텐서 `{name}`(형상 {shape})이 이 컴퓨터에 너무 큽니다. 줄이세요",
    ),
    (
        "cannot write {path}: {why}; the file that was there before, if any, is unchanged",
        "{path}{을} 쓸 수 없습니다: {why}. 전에 있던 파일은 그대로입니다",
    ),
    (
        "{origin} is not a whole safetensors file ({why}); it may be truncated or of another format",
        "{origin}{은} 온전한 safetensors 파일이 아닙니다({why}). 잘렸거나 다른 형식일 수 있습니다",
    ),
    (
        "{origin} is damaged: its checksum does not fit what it holds, so a bit has flipped or another program has changed it. Take a copy from before, or train again",
        "{origin}{이} 손상되었습니다. 체크섬이 내용과 맞지 않습니다. 비트가 바뀌었거나 다른 프로그램이 고쳤습니다. 전의 사본을 쓰거나 다시 학습하세요",
    ),
    (
        "tensor `{name}` holds {found} values; expected {expected}",
        "텐서 `{name}`의 값이 {found}입니다. {expected}여야 합니다",
    ),
    ("there is no tensor `{name}`", "텐서 `{name}`{이} 없습니다"),
    (
        "the checkpoint does not fit: {why}; nothing was loaded",
        "체크포인트가 맞지 않습니다: {why}. 아무것도 불러오지 않았습니다",
    ),
    (
        "this network is too large: {why}; use smaller layers or batches",
        "신경망이 너무 큽니다: {why}. 층이나 배치를 줄이세요",
    ),
    ("the checkpoint does not belong to this run: {why}", "이 실행의 체크포인트가 아닙니다: {why}"),
    ("update {step}: {why}", "{step}번째 갱신: {why}"),
    (
        "this program was built without pages (feature `report`): build it with the feature, or look at the results as CSV or JSON",
        "페이지 기능(`report`) 없이 빌드된 프로그램입니다. 기능을 켜고 빌드하거나 결과를 CSV나 JSON으로 보세요",
    ),
    (
        "cannot make the folder {path}: {why}; choose another one, or check its permissions",
        "폴더 {path}{을} 만들 수 없습니다: {why}. 다른 폴더를 고르거나 권한을 확인하세요",
    ),
    (
        "cannot write {path}: {why}; check free space and permissions, or choose another folder",
        "{path}{을} 쓸 수 없습니다: {why}. 남은 공간과 권한을 확인하거나 다른 폴더를 고르세요",
    ),
    (
        "the image \"{label}\" has {pixels} pixels, but {width} x {height} needs {needed}",
        "이미지 \"{label}\"의 픽셀이 {pixels}개인데 {width} x {height}에는 {needed}개가 필요합니다",
    ),
    (
        "the image \"{label}\" is {width} x {height}; each side must be between 1 and 4096 pixels",
        "이미지 \"{label}\"의 크기가 {width} x {height}입니다. 각 변은 1에서 4096픽셀까지입니다",
    ),
];

/// What is wrong with rules and their updates.
pub(super) const RULES: &[Sentence] = &[
    (
        "there is no {kind} called `{name}`; {suggestion}",
        "이름이 `{name}`인 {kind}{은} 없습니다. {suggestion}",
    ),
    (
        "`{rule}` has no dialect `{dialect}`; it has {has}",
        "`{rule}`에는 방언 `{dialect}`{이} 없습니다. 있는 것: {has}",
    ),
    (
        "`{rule}` has no `{name}` in dialect `{dialect}` (it has {own}); {has} has it",
        "`{rule}`의 방언 `{dialect}`에는 `{name}`{이} 없습니다(있는 것: {own}). {has}에 있습니다",
    ),
    (
        "`{name}` decides how the optimizer is put together, and cannot be changed or scheduled later; make a new one with it",
        "`{name}`{은} 옵티마이저의 구성을 정하므로 나중에 바꾸거나 스케줄로 정할 수 없습니다. 새로 만드세요",
    ),
    (
        "there is a rule called `{name}` already; give yours another name",
        "이름이 `{name}`인 규칙이 이미 있습니다. 다른 이름을 쓰세요",
    ),
    (
        "`{rule}` has a hyper-parameter `{name}` that is not described; add {code} to the `special` of its `Info`",
        "`{rule}`의 하이퍼파라미터 `{name}`에 설명이 없습니다. `Info`의 `special`에 {code}{을} 더하세요",
    ),
    (
        "{name} = {value} is out of range; it must be {domain}",
        "{name} = {value}{은} 범위를 벗어납니다. {domain}여야 합니다",
    ),
    (
        "{what} has {found} elements where {expected} are expected",
        "{what}의 원소가 {expected}개여야 하는데 {found}개입니다",
    ),
    (
        "there is no gradient for parameter `{name}`; give one for every parameter",
        "매개변수 `{name}`의 기울기가 없습니다. 모든 매개변수에 기울기를 주세요",
    ),
    (
        "there is a gradient for `{name}`, which is not a parameter",
        "매개변수가 아닌 `{name}`의 기울기가 있습니다",
    ),
    (
        "{what}; the optimizer keeps state for the parameters of its first update: make a new one for others",
        "{what}. 옵티마이저는 첫 갱신의 매개변수에 대한 상태를 가지고 있습니다. 다른 매개변수에는 새로 만드세요",
    ),
    (
        "the gradient of `{tensor}` is {value} at element {index} ({count} elements in all are infinite or NaN); nothing was updated: lower the learning rate, clip the gradients, or choose the policy `skip` or `allow`",
        "`{tensor}`의 기울기가 원소 {index}에서 {value}입니다(무한대나 NaN인 원소 {count}개). 아무것도 갱신하지 않았습니다. 학습률을 낮추거나, 기울기를 자르거나, 정책 `skip`이나 `allow`를 고르세요",
    ),
    (
        "the gradient of `{tensor}` is {value} at element {index}, so large that the rule's state or update would be infinite; nothing was updated: clip the gradients, lower the learning rate, use 64 bits, or choose the policy `skip` or `allow`",
        "`{tensor}`의 기울기가 원소 {index}에서 {value}{이}라, 규칙의 상태나 갱신량이 무한대가 됩니다. 아무것도 갱신하지 않았습니다. 기울기를 자르거나, 학습률을 낮추거나, 64비트를 쓰거나, 정책 `skip`이나 `allow`를 고르세요",
    ),
    (
        "the gradient of `{tensor}` is 0 at element {index}, and with an epsilon of 0 the rule would divide 0 by 0; nothing was updated: set `epsilon` above 0, or choose the policy `skip` or `allow`",
        "`{tensor}`의 기울기가 원소 {index}에서 0이고 epsilon도 0이라 0을 0으로 나누게 됩니다. 아무것도 갱신하지 않았습니다. `epsilon`을 0보다 크게 하거나 정책 `skip`이나 `allow`를 고르세요",
    ),
    (
        "{rule} cannot update `{tensor}` of shape {shape}: {need}",
        "{rule}{은} 형상이 {shape}인 `{tensor}`{을} 갱신할 수 없습니다: {need}",
    ),
    ("the saved state does not fit: {why}", "저장된 상태가 맞지 않습니다: {why}"),
    (
        "{what} is {value} at the parameters to start from; nothing was changed: start where loss and gradient are finite",
        "시작하는 매개변수에서 {what}{이} {value}입니다. 아무것도 바꾸지 않았습니다. 손실과 기울기가 유한한 곳에서 시작하세요",
    ),
    (
        "the last step makes no update, because gradients are averaged over {round} steps (`accumulate`); a run of {steps} steps leaves none over",
        "기울기를 {round}스텝씩 평균하므로(`accumulate`) 마지막 스텝은 갱신하지 않습니다. {steps}스텝이면 남는 것이 없습니다",
    ),
    (
        "the last {left} of {all} steps make no update, because gradients are averaged over {round} steps (`accumulate`); a run of {steps} steps leaves none over",
        "기울기를 {round}스텝씩 평균하므로(`accumulate`) {all}스텝 가운데 마지막 {left}스텝은 갱신하지 않습니다. {steps}스텝이면 남는 것이 없습니다",
    ),
    (
        "{rule}; {tensors} tensors, {parameters} parameters, {bytes} bytes of state: {names}",
        "{rule}. 텐서 {tensors}개, 매개변수 {parameters}개, 상태 {bytes}바이트: {names}",
    ),
    ("hidden matrices {rule}", "은닉 행렬       {rule}"),
    ("everything else {rule}", "나머지          {rule}"),
    ("{rule}, rate {rate}", "{rule}, 학습률 {rate}"),
    ("before groups {stages}; {bytes} bytes of state", "그룹 앞의 단계 {stages}. 상태 {bytes}바이트"),
];
