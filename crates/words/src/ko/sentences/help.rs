//! The help of commands and options.

use crate::sentences::Sentence;

/// What commands do.
pub(super) const COMMANDS: &[Sentence] = &[
    (
        "Which update rule, at which learning rate, and how sure am I?",
        "어떤 갱신 규칙을 어떤 학습률로 쓸까? 얼마나 확실할까?",
    ),
    (
        "Without a command, `thalweg` compares the update rules of \"Deep Learning from Scratch\" on a two-dimensional bowl and on handwritten digits, and writes a report.",
        "명령 없이 실행하면 `thalweg`는 「밑바닥부터 시작하는 딥러닝」의 갱신 규칙들을 이차원 그릇 함수와 손글씨 숫자에서 비교하고 보고서를 씁니다.",
    ),
    (
        "Compare update rules fairly: tune each, confirm on fresh seeds, and say what can be concluded",
        "갱신 규칙을 공정하게 비교합니다. 규칙마다 튜닝하고, 새 시드로 확인하고, 결론을 말합니다",
    ),
    (
        "Tune one rule: find its learning rate, and other hyper-parameters if asked, and confirm them on fresh seeds",
        "규칙 하나를 튜닝합니다. 학습률과 지정한 다른 하이퍼파라미터를 찾아 새 시드로 확인합니다",
    ),
    (
        "The learning-rate range test: where learning begins and where it breaks down, checked by short real runs",
        "학습률 범위를 검사합니다. 학습이 시작되는 곳과 무너지는 곳을 찾아 짧은 실행으로 확인합니다",
    ),
    (
        "Hand the results of a comparison to other programs: CSV, JSON lines, TensorBoard, Optuna",
        "비교 결과를 다른 프로그램에 넘깁니다(CSV, JSON lines, TensorBoard, Optuna)",
    ),
    (
        "Run every combination of some hyper-parameters of one rule, on the same seeds",
        "규칙 하나의 하이퍼파라미터 조합을 모두 같은 시드로 실행합니다",
    ),
    (
        "Help with a comparison: run its missing cells from another process",
        "진행 중인 비교를 돕습니다. 다른 프로세스에서 남은 실행을 맡습니다",
    ),
    (
        "Run a study: what a setting does, drawn; or any other experiment file",
        "설정의 효과를 그림으로 보는 실험(study)이나 그 밖의 실험 파일을 실행합니다",
    ),
    (
        "Follow one rule on a two-dimensional function, point by point, or several in one picture",
        "이차원 함수에서 규칙 하나의 경로를 한 점씩 따라가거나 여러 규칙의 경로를 한 그림에 그립니다",
    ),
    ("Train one network with one rule", "신경망 하나를 규칙 하나로 학습시킵니다"),
    ("Evaluate trained weights on a data set", "학습된 가중치를 데이터 집합에서 평가합니다"),
    (
        "Classify examples with trained weights, or predict their values",
        "학습된 가중치로 예제를 분류하거나 값을 예측합니다",
    ),
    (
        "Write trained weights for other programs: ONNX, safetensors or NPZ, named as torch or Keras do",
        "학습된 가중치를 다른 프로그램용으로 내보냅니다(ONNX, safetensors, NPZ. 이름은 torch나 Keras 방식)",
    ),
    (
        "Check that results, saved runs and pages are whole, and say what can be kept",
        "결과, 저장된 실행, 페이지가 온전한지 확인하고 무엇을 살릴 수 있는지 알려 줍니다",
    ),
    (
        "Compare backpropagation with central differences, parameter by parameter",
        "역전파를 중앙 차분과 매개변수마다 비교합니다",
    ),
    (
        "Show the graph of a run: shapes, buffers, bytes, work, and the optimizer's state",
        "실행의 계산 그래프를 보여 줍니다(형상, 버퍼, 바이트, 계산량, 옵티마이저 상태)",
    ),
    (
        "Run update-rule test vectors (files of the format conformance/1)",
        "갱신 규칙의 시험 벡터(conformance/1 형식의 파일)를 실행합니다",
    ),
    ("List, download and look at data sets", "데이터 집합을 나열하고, 내려받고, 살펴봅니다"),
    (
        "List the data sets, and which of them are on this machine",
        "데이터 집합과 이 컴퓨터에 있는지를 나열합니다",
    ),
    (
        "Download a data set: several mirrors, checked by SHA-256, going on where it stopped",
        "데이터 집합을 내려받습니다. 미러가 여럿이고, SHA-256으로 확인하며, 멈춘 곳에서 이어 받습니다",
    ),
    (
        "Describe a file of your own: how it is read, its columns, what keeps it from being learnt from, and keys to paste",
        "자신의 파일을 설명합니다. 어떻게 읽히는지, 어떤 열이 있는지, 학습에 걸림돌이 무엇인지, 붙여 넣을 키를 보여 줍니다",
    ),
    (
        "Show an example in the terminal, and as a PNG file if you name one",
        "예제 하나를 터미널에 보여 주고, 파일을 지정하면 PNG로도 씁니다",
    ),
    (
        "List rules, stages, functions, data sets and schedules with their hyper-parameters and defaults",
        "규칙, 단계, 함수, 데이터 집합, 스케줄을 하이퍼파라미터와 기본값과 함께 나열합니다",
    ),
    (
        "Print the completions of commands and options for a shell",
        "셸의 명령·옵션 자동 완성 스크립트를 출력합니다",
    ),
    ("Write a manual page for each command", "명령마다 매뉴얼 페이지를 씁니다"),
    (
        "Learn by the book: each section's experiment, with numbers, a picture and the same in Python",
        "책을 절마다 따라 배웁니다. 실험, 수치, 그림, 같은 내용의 파이썬 코드를 보여 줍니다",
    ),
    (
        "Show what an update of a rule computes, number by number, with the formula",
        "규칙이 한 번의 갱신에서 계산하는 것을 숫자 하나하나 식과 함께 보여 줍니다",
    ),
];

/// What options are for.
pub(super) const OPTIONS: &[Sentence] = &[
    (
        "The language of output, help, errors and pages: en or ko [default: from the locale]",
        "출력, 도움말, 오류, 페이지의 언어. en 또는 ko [기본값: 로캘에 따름]",
    ),
    ("Show a line for each run, on standard error", "실행마다 표준 오류에 한 줄씩 보여 줍니다"),
    (
        "Show no progress; without this and --verbose there is a bar on a terminal, and a line for each stage otherwise",
        "진행 상황을 보여 주지 않습니다. 이 옵션도 --verbose도 없으면 터미널에서는 막대를, 그 밖에서는 단계마다 한 줄을 보여 줍니다",
    ),
    ("An experiment file; the options below change it", "실험 파일. 아래 옵션이 그 내용을 바꿉니다"),
    (
        "The rules, such as sgd,momentum,adam (`thalweg list rules`)",
        "규칙들. 예: sgd,momentum,adam (`thalweg list rules`)",
    ),
    (
        "Only these problems of the experiment, or any function or data set by name",
        "실험의 문제 가운데 이것만, 또는 이름으로 지정한 함수나 데이터 집합",
    ),
    ("What all randomness follows from", "모든 난수의 시드"),
    (
        "Training runs at the same time; the results do not depend on it [default: all cores]",
        "동시에 실행할 학습의 수. 결과에는 영향이 없습니다 [기본값: 모든 코어]",
    ),
    (
        "Where data files are [default: $THALWEG_DATA, then your cache]",
        "데이터 파일이 있는 곳 [기본값: $THALWEG_DATA, 그다음 캐시]",
    ),
    (
        "Replace files that are there already, even if this program has not written them",
        "이 프로그램이 쓴 것이 아니어도 이미 있는 파일을 덮어씁니다",
    ),
    (
        "Where report and results go [default: a folder in thalweg-out of this command, experiment and rule]",
        "보고서와 결과를 둘 곳 [기본값: thalweg-out 안의, 명령·실험·규칙에 따른 폴더]",
    ),
    ("Open the report in the browser", "보고서를 브라우저로 엽니다"),
    (
        "Print the whole result as JSON, and progress as a line of JSON for each run on standard error",
        "결과 전체를 JSON으로 출력하고, 진행 상황을 표준 오류에 실행마다 JSON 한 줄로 출력합니다",
    ),
    (
        "A hyper-parameter to search for beside the learning rate, for every rule that has it: in its usual range, in the range given, or among the values given; as often as there are some",
        "학습률과 함께 탐색할 하이퍼파라미터. 이를 가진 모든 규칙에서 보통 범위, 지정한 범위, 또는 지정한 값 가운데서 찾습니다. 여러 번 쓸 수 있습니다",
    ),
    ("How much effort: quick, standard or publish", "얼마나 공들일지. quick, standard, publish"),
    (
        "Say what would be done and how long it would take, and look whether it can tell anything: are the gradients right, can a batch be learnt, how far do seeds scatter; a few runs are made for it, and kept",
        "무엇을 얼마나 오래 할지 말하고, 결론을 낼 수 있는 실험인지 살펴봅니다. 기울기가 맞는지, 배치를 외울 수 있는지, 시드에 따라 얼마나 변하는지를 몇 번의 실행으로 확인하며 그 결과는 남습니다",
    ),
    (
        "Start the programs that the experiment names, without asking",
        "실험에 적힌 프로그램을 묻지 않고 시작합니다",
    ),
    (
        "So many final seeds more than the experiment says, for every rule; what is known already does not run again. With `auto`, as many as the verdict asks for, until nothing is open that seeds can decide",
        "규칙마다 실험에 적힌 것보다 이만큼 더 많은 최종 시드. 이미 있는 결과는 다시 실행하지 않습니다. `auto`이면 시드로 가릴 수 있는 것이 남지 않을 때까지 판정이 요구하는 만큼 늘립니다",
    ),
    (
        "With `--more-seeds auto`: no more than so many final seeds a rule in all",
        "`--more-seeds auto`일 때 규칙 하나의 최종 시드 수의 상한",
    ),
    (
        "Follow it on a full screen: curves, the best of every rule, the verdict so far",
        "전체 화면으로 지켜봅니다(곡선, 규칙마다 가장 좋은 실행, 지금까지의 결과)",
    ),
    ("Follow it on a full screen", "전체 화면으로 지켜봅니다"),
    (
        "The rule (`thalweg list rules`) [default: the experiment's, or adam]",
        "규칙(`thalweg list rules`) [기본값: 실험의 규칙, 없으면 adam]",
    ),
    (
        "Whose formula and defaults: book, torch, keras, optax or paper",
        "어디의 수식과 기본값을 쓸지. book, torch, keras, optax, paper",
    ),
    ("A hyper-parameter to keep as it is, such as beta2=0.99", "그대로 둘 하이퍼파라미터. 예: beta2=0.99"),
    (
        "An experiment file: its rules, on its first problem with a network",
        "실험 파일. 그 규칙들을 신경망이 있는 첫 문제에서 검사합니다",
    ),
    (
        "The rules, such as sgd,momentum,adam (`thalweg list rules`) [default: the experiment's, or sgd, momentum and adam]",
        "규칙들. 예: sgd,momentum,adam (`thalweg list rules`) [기본값: 실험의 규칙, 없으면 sgd, momentum, adam]",
    ),
    ("The smallest rate", "가장 작은 학습률"),
    ("The largest rate", "가장 큰 학습률"),
    ("Updates of each run", "실행마다 갱신 횟수"),
    ("Runs of each test, and at each rate", "검사마다, 그리고 학습률마다 실행 수"),
    ("Rates at which short runs are made", "짧은 실행을 해 볼 학습률의 수"),
    ("The folder of the comparison", "비교 결과가 있는 폴더"),
    (
        "Every experiment whose results are in the folder, not only the one at hand",
        "마지막 실험만이 아니라 폴더에 결과가 있는 모든 실험",
    ),
    (
        "Every run as comma-separated values, with experiment, problem, rule, hyper-parameters and stage",
        "모든 실행을 실험, 문제, 규칙, 하이퍼파라미터, 단계와 함께 쉼표로 나눈 표로",
    ),
    ("Every run, with its curves, as a line of JSON", "모든 실행을 곡선과 함께 JSON 한 줄씩"),
    (
        "Mean, standard deviation, 95 % interval and diverged runs of each rule, as comma-separated values; to standard output without FILE",
        "규칙마다 평균, 표준편차, 95% 신뢰구간, 발산한 실행 수를 쉼표로 나눈 표로. FILE이 없으면 표준 출력으로",
    ),
    (
        "The same as a table for each problem in LaTeX, with the package booktabs",
        "같은 내용을 문제마다 LaTeX 표로(booktabs 패키지 사용)",
    ),
    ("The same as a table for each problem in Markdown", "같은 내용을 문제마다 Markdown 표로"),
    (
        "Event files of the final runs, in new folders below this one",
        "최종 실행의 이벤트 파일을 이 폴더 아래의 새 폴더에",
    ),
    ("A journal of the searches; a file that is not there yet", "탐색의 저널. 아직 없는 파일이어야 합니다"),
    ("An experiment file: its first problem", "실험 파일. 그 첫 문제를 씁니다"),
    ("The rule (`thalweg list rules`)", "규칙(`thalweg list rules`)"),
    (
        "A hyper-parameter and its values: so many from one number to another, evenly in the logarithm, or a list; as often as there are some",
        "하이퍼파라미터와 그 값. 두 수 사이를 로그 척도로 고르게 나눈 값들이나 목록. 여러 번 쓸 수 있습니다",
    ),
    ("Seeds of each configuration", "설정마다 시드 수"),
    ("The folder of the comparison, or the results file in it", "비교 결과가 있는 폴더나 그 안의 결과 파일"),
    (
        "Show progress as a line of JSON for each run, on standard error",
        "진행 상황을 표준 오류에 실행마다 JSON 한 줄로 출력합니다",
    ),
    ("The files, one after the other", "차례로 실행할 파일들"),
    (
        "Where the page goes; with several files, into a folder of each one's name there [default: a folder in thalweg-out of this file]",
        "페이지를 둘 곳. 파일이 여럿이면 그 안에 파일마다 폴더를 둡니다 [기본값: thalweg-out 안의, 파일에 따른 폴더]",
    ),
    ("Open the page in the browser", "페이지를 브라우저로 엽니다"),
    ("Print the whole result as JSON", "결과 전체를 JSON으로 출력합니다"),
    ("The function (`thalweg list functions`)", "함수(`thalweg list functions`)"),
    ("A parameter of the function, such as condition=100", "함수의 매개변수. 예: condition=100"),
    ("The update rule (`thalweg list rules`)", "갱신 규칙(`thalweg list rules`)"),
    (
        "Several rules in one picture, each with its learning rate behind a colon or its default one. On the bowl, the rules of the book have by default the rates of its figure 6-8: sgd 0.95, momentum 0.1, adagrad 1.5, adam 0.3",
        "한 그림에 그릴 여러 규칙. 학습률은 콜론 뒤에 쓰며, 없으면 기본값입니다. 그릇 함수에서 책의 규칙들은 그림 6-8의 학습률(sgd 0.95, momentum 0.1, adagrad 1.5, adam 0.3)을 기본값으로 씁니다",
    ),
    (
        "Whose formula and defaults [default: book, or the first dialect that has the rule]",
        "어디의 수식과 기본값을 쓸지 [기본값: book, 없으면 그 규칙이 있는 첫 방언]",
    ),
    (
        "A hyper-parameter, such as learning_rate=0.1; of several rules, each must have it",
        "하이퍼파라미터. 예: learning_rate=0.1. 규칙이 여럿이면 모두 가지고 있어야 합니다",
    ),
    (
        "What becomes of the learning rate (`thalweg list schedules`)",
        "학습률의 스케줄(`thalweg list schedules`)",
    ),
    ("A setting of the schedule, such as decay=0.99", "스케줄의 설정. 예: decay=0.99"),
    ("Where to start [default: the function's usual start]", "시작점 [기본값: 함수의 보통 시작점]"),
    ("How many updates", "갱신 횟수"),
    (
        "Standard deviation of normal noise added to each entry of the gradient",
        "기울기의 각 원소에 더할 정규 잡음의 표준편차",
    ),
    ("What the noise follows from", "잡음의 시드"),
    (
        "Print JSON: the points (the start first) and the values; of several rules, a list",
        "JSON을 출력합니다. 점들(시작점부터)과 값들이며, 규칙이 여럿이면 목록입니다",
    ),
    (
        "Write a page with the path over contours and surface",
        "등고선과 곡면 위에 경로를 그린 페이지를 씁니다",
    ),
    (
        "An experiment file with one data set and one rule; the options below change it",
        "데이터 집합 하나와 규칙 하나가 있는 실험 파일. 아래 옵션이 그 내용을 바꿉니다",
    ),
    (
        "The update rule (`thalweg list rules`) [default: sgd]",
        "갱신 규칙(`thalweg list rules`) [기본값: sgd]",
    ),
    (
        "Whose formula and defaults: book, torch, keras, optax or paper [default: book, or the first dialect that has the rule]",
        "어디의 수식과 기본값을 쓸지. book, torch, keras, optax, paper [기본값: book, 없으면 그 규칙이 있는 첫 방언]",
    ),
    ("A hyper-parameter, such as learning_rate=0.1", "하이퍼파라미터. 예: learning_rate=0.1"),
    (
        "A stage before the rule, such as clip-by-global-norm:largest=1 (`thalweg list stages`)",
        "규칙 앞의 단계. 예: clip-by-global-norm:largest=1 (`thalweg list stages`)",
    ),
    (
        "A stage after the rule, such as cautious or average:decay=0.999",
        "규칙 뒤의 단계. 예: cautious, average:decay=0.999",
    ),
    (
        "A setting of the schedule, such as warmup=100 or at=1000,2000",
        "스케줄의 설정. 예: warmup=100, at=1000,2000",
    ),
    ("What all randomness follows from [default: 1]", "모든 난수의 시드 [기본값: 1]"),
    (
        "Save the run here, at every evaluation and at the end (safetensors)",
        "평가할 때마다, 그리고 끝에 실행을 여기에 저장합니다(safetensors)",
    ),
    (
        "Go on from a saved run; only --steps, --save and --data may be given with it",
        "저장된 실행을 이어 갑니다. 함께 쓸 수 있는 것은 --steps, --save, --data뿐입니다",
    ),
    (
        "Threads for large layers and updates; the run is the same with any number [default: all cores]",
        "큰 층과 갱신에 쓸 스레드 수. 몇 개이든 결과는 같습니다 [기본값: 모든 코어]",
    ),
    (
        "Look into the network at every evaluation: gradients, updates and activations, layer by layer",
        "평가할 때마다 신경망 안을 들여다봅니다(층마다 기울기, 갱신량, 활성화 값)",
    ),
    (
        "Check every value and gradient, and name the first node that gives one that is not finite (slower)",
        "모든 값과 기울기를 확인해 유한하지 않은 값이 처음 나온 노드를 알려 줍니다(느려집니다)",
    ),
    (
        "Write a page (HTML) with curves, what --diagnostics sees, and the network",
        "곡선, --diagnostics가 본 것, 신경망을 담은 페이지(HTML)를 씁니다",
    ),
    ("Print the result as JSON", "결과를 JSON으로 출력합니다"),
    ("Print JSON", "JSON을 출력합니다"),
    (
        "The weights: a safetensors or NPZ file, named as here (W1, b1, …), in torch (0.weight, …) or in Keras (dense/kernel, …)",
        "가중치. safetensors나 NPZ 파일이며, 이름은 여기 방식(W1, b1, …), torch 방식(0.weight, …), Keras 방식(dense/kernel, …)",
    ),
    (
        "The data set: a name (`thalweg list datasets`), csv:PATH or npz:PATH [default: what a saved run was trained on, else mnist]",
        "데이터 집합. 이름(`thalweg list datasets`), csv:PATH, npz:PATH [기본값: 저장된 실행이 학습한 것, 없으면 mnist]",
    ),
    (
        "What follows the hidden layers [default: what a saved run says, or sigmoid for W1, b1, … as in the notes]",
        "은닉층 뒤의 활성화 함수 [기본값: 저장된 실행의 것, W1, b1, …이면 노트처럼 sigmoid]",
    ),
    (
        "The network the weights are of, if the file does not say: a name (`thalweg list networks`) or its layers",
        "파일에 없을 때, 가중치가 속한 신경망. 이름(`thalweg list networks`)이나 층의 목록",
    ),
    (
        "Which weights of a saved run: judged, those that its evaluations were made with (the average, where the rule or a stage keeps one), or raw, those that were trained",
        "저장된 실행의 어느 가중치를 쓸지. judged는 평가에 쓰인 것(규칙이나 단계에 평균이 있으면 그 평균), raw는 학습된 그대로의 것",
    ),
    ("Which part of it: train, validation or test", "데이터의 어느 부분을 쓸지. train, validation, test"),
    (
        "Training examples kept for validation [default: as a saved run had it]",
        "검증용으로 떼어 둘 학습 예제의 수 [기본값: 저장된 실행과 같게]",
    ),
    (
        "Examples looked at in one go; the result does not depend on it but for rounding",
        "한 번에 볼 예제의 수. 결과는 반올림 오차 말고는 달라지지 않습니다",
    ),
    ("The first example, counted from 0", "첫 예제의 번호(0부터)"),
    (
        "How many examples [default: 1, and all of data without targets]",
        "예제의 수 [기본값: 1, 목표가 없는 데이터는 모두]",
    ),
    ("Draw each image", "이미지를 그립니다"),
    ("The file to write: .onnx, .safetensors or .npz", "쓸 파일. .onnx, .safetensors, .npz"),
    (
        "Whose names and layouts: thalweg, torch or keras [default: thalweg]",
        "어디의 이름과 배치를 따를지. thalweg, torch, keras [기본값: thalweg]",
    ),
    ("Replace a file that is already there", "이미 있는 파일을 덮어씁니다"),
    ("Files, or folders whose files are checked", "확인할 파일, 또는 파일들이 있는 폴더"),
    ("How many examples the loss is taken over", "손실을 계산할 예제의 수"),
    (
        "Elements compared in each tensor, evenly spread; 0 for all",
        "텐서마다 고르게 골라 비교할 원소의 수. 0이면 모두",
    ),
    ("The largest relative difference that passes", "통과하는 상대 오차의 상한"),
    ("Print the graph in the language of Graphviz", "그래프를 Graphviz 언어로 출력합니다"),
    ("Write a page (HTML) with the graph drawn", "그래프를 그린 페이지(HTML)를 씁니다"),
    ("A file, or a folder whose .json files are run", "파일, 또는 .json 파일들이 있는 폴더"),
    ("Print JSON: a list with a row for each case", "JSON을 출력합니다(사례마다 한 항목인 목록)"),
    ("mnist, fashion-mnist, kmnist or cifar10", "mnist, fashion-mnist, kmnist, cifar10"),
    (
        "Where to put it [default: $THALWEG_DATA, then your cache, where every command looks]",
        "둘 곳 [기본값: $THALWEG_DATA, 그다음 모든 명령이 찾아보는 캐시]",
    ),
    ("Another place to download from, tried first", "먼저 시도할 다른 내려받기 주소"),
    ("The data set", "데이터 집합"),
    ("Which example, counted from 0", "예제의 번호(0부터)"),
    ("Of which part: train, validation or test", "데이터의 어느 부분인지. train, validation, test"),
    ("Write the image to this file, as PNG", "이미지를 이 파일에 PNG로 씁니다"),
    ("Print JSON: the label and the pixels", "JSON을 출력합니다(레이블과 픽셀)"),
    (
        "The file: PATH or csv:PATH for a table, npz:PATH or a path that ends in .npz for arrays, a folder or images:PATH for images",
        "파일. 표는 PATH나 csv:PATH, 배열은 npz:PATH나 .npz로 끝나는 경로, 이미지는 폴더나 images:PATH",
    ),
    (
        "The target column: its name, or its number from 1, or from the end with a minus [default: label, target, class, y or species, else the last]",
        "목표 열. 이름, 1부터 센 번호, 또는 음수로 끝에서 센 번호 [기본값: label, target, class, y, species, 없으면 마지막 열]",
    ),
    (
        "What the target is: classes or values [default: what it holds, where that is plain]",
        "목표의 종류. classes 또는 values [기본값: 분명할 때는 내용에 따름]",
    ),
    (
        "The column or array whose equal values stay in one part, such as a patient; it is no input",
        "값이 같은 행을 한 부분에 모아 둘 열이나 배열(예: 환자). 입력으로 쓰지 않습니다",
    ),
    ("Columns to leave out, by name or number", "뺄 열. 이름이나 번호로"),
    (
        "What becomes of missing cells: refuse, or fill (mean or most frequent text, and an input that says where) [default: refuse]",
        "빈 칸을 어떻게 할지. refuse(거부) 또는 fill(평균이나 가장 흔한 값으로 채우고, 빈 곳을 알리는 입력을 더함) [기본값: refuse]",
    ),
    (
        "What stands between the cells: a sign, tab or space [default: found out]",
        "칸 사이의 기호. 한 글자나 tab, space [기본값: 자동으로 알아냄]",
    ),
    (
        "What stands before a fraction: . or , [default: found out]",
        "소수점. . 또는 , [기본값: 자동으로 알아냄]",
    ),
    (
        "Whether the first line names the columns: true or false [default: found out]",
        "첫 줄이 열 이름인지. true 또는 false [기본값: 자동으로 알아냄]",
    ),
    (
        "Height and width that the images of a folder are scaled to, such as 64x64 [default: as they are, if they are alike]",
        "폴더의 이미지를 맞출 높이와 너비. 예: 64x64 [기본값: 모두 같으면 그대로]",
    ),
    (
        "Channels of the images of a folder: 1 (grey) or 3 (colour) [default: 3 if any has colour]",
        "폴더 이미지의 채널 수. 1(흑백) 또는 3(컬러) [기본값: 컬러가 하나라도 있으면 3]",
    ),
    ("What to list [default: all]", "나열할 것 [기본값: 모두]"),
    ("The shell", "셸"),
    (
        "The folder in which the pages are written, one file a command",
        "페이지를 쓸 폴더. 명령마다 파일 하나입니다",
    ),
    (
        "A section, such as 6.1.4; of a chapter, such as 6, the contents",
        "절. 예: 6.1.4. 장만 쓰면(예: 6) 그 장의 차례",
    ),
    ("Run every section", "모든 절을 실행합니다"),
    (
        "Numbers in place of the book's, where a section computes with a few",
        "책의 수 대신 쓸 수들(몇 개의 수로 계산하는 절에서)",
    ),
    (
        "Run a network at the size of the book, which may take minutes",
        "신경망을 책과 같은 크기로 학습합니다. 몇 분이 걸릴 수 있습니다",
    ),
    (
        "Whose formula and defaults [default: book, or the first dialect that has the rule]",
        "누구의 식과 기본값을 쓸지 [기본값: book, 없으면 규칙이 있는 첫 방언]",
    ),
    (
        "The parameters before the first update [default: 1,2, or the start of the function]",
        "첫 갱신 전의 매개변수 [기본값: 1,2 또는 함수의 시작점]",
    ),
    (
        "Their gradients [default: 2,1]; given again, those of the next update, and the last ones stay",
        "매개변수의 기울기 [기본값: 2,1]. 여러 번 쓰면 다음 갱신의 기울기이고, 마지막 것은 계속 쓰입니다",
    ),
    (
        "Take the gradients of a function of two variables (`thalweg list functions`)",
        "이변수 함수의 기울기를 씁니다(`thalweg list functions`)",
    ),
    (
        "Rows and columns, for rules that see matrices [default: a vector]",
        "행과 열의 수. 행렬을 다루는 규칙에 씁니다 [기본값: 벡터]",
    ),
    ("Print JSON", "JSON을 출력합니다"),
    ("Write a page", "페이지를 씁니다"),
    ("Write a page with the pictures", "그림이 있는 페이지를 씁니다"),
];

/// What stands below the options.
pub(super) const NOTES: &[Sentence] = &[
    ("Examples:", "예:"),
    ("Example:", "예:"),
    (
        "thalweg                                                     compare the notes' rules, write a report",
        "thalweg                                                     노트의 규칙들을 비교하고 보고서를 씁니다",
    ),
    (
        "thalweg trajectory --rule momentum --set learning_rate=0.1  follow one rule on the bowl",
        "thalweg trajectory --rule momentum --set learning_rate=0.1  그릇 함수에서 규칙 하나를 따라갑니다",
    ),
    (
        "thalweg train --rule adam                                   train a network on handwritten digits",
        "thalweg train --rule adam                                   신경망에 손글씨 숫자를 학습시킵니다",
    ),
    (
        "thalweg run experiments/book/weight-init.toml               what initial values do: an experiment of the book",
        "thalweg run experiments/book/weight-init.toml               책의 실험: 초깃값의 효과",
    ),
    (
        "thalweg list                                                everything there is to name",
        "thalweg list                                                이름으로 쓸 수 있는 것 전부",
    ),
    (
        "Without an experiment file, six rules are compared on the bowl x²/20 + y² and on handwritten digits. The results are kept: the same command again runs only what is missing.",
        "실험 파일이 없으면 그릇 함수 x²/20 + y²과 손글씨 숫자에서 규칙 여섯 개를 비교합니다. 결과는 남으므로 같은 명령을 다시 실행하면 빠진 것만 실행합니다.",
    ),
    (
        "What comes out is what `thalweg compare` gives for one rule: the rate, how sensitive the rule is to it, the figures on fresh seeds and on the test split, and the rule at its defaults for comparison.",
        "나오는 것은 `thalweg compare`가 규칙 하나에 대해 보여 주는 것과 같습니다. 학습률, 학습률에 대한 민감도, 새 시드와 시험 데이터에서 잰 수치, 비교를 위한 기본값에서의 결과입니다.",
    ),
    (
        "For every rule: a few short runs whose rate grows from --from to --to, smoothed and judged by their median; then short runs at constant rates between the place where the loss begins to fall and a little beyond its lowest point, on other seeds. Those decide, by their validation loss. Where they do not bear the curve out there is no suggestion, and it says why.",
        "규칙마다 학습률을 --from부터 --to까지 키우는 짧은 실행을 몇 번 하고, 평활화한 곡선의 중앙값으로 봅니다. 이어서 손실이 줄기 시작하는 곳과 최저점을 조금 지난 곳 사이의 고정 학습률로, 다른 시드에서 짧은 실행을 합니다. 결정하는 것은 이들의 검증 손실입니다. 곡선과 맞지 않으면 제안하지 않고 이유를 말합니다.",
    ),
    (
        "FOLDER is the --out of `thalweg compare`, `tune` or `sweep`. What is exported belongs to the experiment at hand: the one that was run there last. --all adds the results of every other experiment in the folder, with the hash of each.",
        "FOLDER는 `thalweg compare`, `tune`, `sweep`의 --out 폴더입니다. 내보내는 것은 거기서 마지막으로 실행한 실험의 결과입니다. --all은 폴더에 있는 다른 실험의 결과도 해시와 함께 더합니다.",
    ),
    (
        "CSV and JSON lines get every run, once for each stage that it serves; TensorBoard the curves of the final runs; Optuna a study for each rule and problem, with the trials of its search. The tables (--summary, --latex, --markdown) are of the final runs, on the test split where there is one; the interval is that of the mean, by Student's t.",
        "CSV와 JSON lines에는 모든 실행이 쓰인 단계마다 한 번씩, TensorBoard에는 최종 실행의 곡선이, Optuna에는 규칙과 문제마다 탐색의 시행을 담은 study가 들어갑니다. 표(--summary, --latex, --markdown)는 최종 실행의 것이며, 시험 데이터가 있으면 그것으로 잽니다. 구간은 스튜던트 t로 구한 평균의 신뢰구간입니다.",
    ),
    (
        "A sweep shows; it does not choose. The best of many configurations is partly luck: to find and confirm one, use `thalweg tune`. The test split is not read.",
        "훑어보기는 결과를 보여 줄 뿐, 가장 좋은 설정을 골라 주지는 않습니다. 여러 설정 가운데 최고는 운이 섞여 있으므로, 찾아서 확인하려면 `thalweg tune`을 쓰세요. 시험 데이터는 읽지 않습니다.",
    ),
    (
        "Any number of processes may work on one results file; no cell is run by two of them. One that is killed costs the cells it was at, and the others run these again. The report is written by `thalweg compare`.",
        "결과 파일 하나에 몇 개의 프로세스든 함께 일할 수 있으며, 같은 실행을 둘이 하지는 않습니다. 하나가 강제로 끝나면 그때 하던 실행만 잃고, 다른 프로세스가 다시 합니다. 보고서는 `thalweg compare`가 씁니다.",
    ),
    (
        "A study is an experiment file with `figure = …` and lines that differ in something: see experiments/book. Any other experiment is compared, as `thalweg compare` does.",
        "study는 `figure = …`와 서로 다른 조건들이 적힌 실험 파일입니다(experiments/book 참고). 그 밖의 실험은 `thalweg compare`처럼 비교합니다.",
    ),
    (
        "Weights are safetensors (as `thalweg train --save` writes) or NPZ with arrays W1, b1, W2, b2, …, or under the names of `nn.Sequential` or `keras.Sequential`.",
        "가중치는 safetensors(`thalweg train --save`가 쓰는 형식)나 NPZ이며, 배열 이름은 W1, b1, W2, b2, …이거나 `nn.Sequential`, `keras.Sequential`의 이름입니다.",
    ),
    (
        "The ending of OUT says what is written: .onnx a whole network that onnxruntime and others evaluate, .safetensors or .npz the weights, under our own names or those of `nn.Sequential` or `keras.Sequential`, in their layouts. The names of weights that come in are recognised, so this also converts between them; weights that are not of linear layers alone need --network.",
        "무엇을 쓸지는 OUT의 확장자가 정합니다. .onnx는 onnxruntime 등이 실행하는 신경망 전체, .safetensors나 .npz는 가중치이며 이름과 배치는 여기 방식이나 `nn.Sequential`, `keras.Sequential` 방식입니다. 읽는 가중치의 이름은 알아보므로 서로 변환하는 데도 쓸 수 있습니다. 선형 층만으로 된 것이 아니면 --network가 필요합니다.",
    ),
    (
        "Results have a checksum for each run, saved runs one for all their tensors and settings. Nothing is changed.",
        "결과에는 실행마다, 저장된 실행에는 텐서와 설정 전체에 체크섬이 있습니다. 아무것도 바꾸지 않습니다.",
    ),
    (
        "The comparison is made in f64 on the first examples of the training part, with biases a little off 0. It fails (exit status 1) when a gradient is off by more than the tolerance.",
        "학습 데이터의 첫 예제들로, 편향을 0에서 조금 옮겨 f64로 비교합니다. 기울기가 허용 오차보다 크게 다르면 실패합니다(종료 상태 1).",
    ),
    (
        "A case passes if every value it expects is near enough; for the others the first difference is shown. A case without expected values prints its trajectory. The exit status is 1 if any case fails or cannot be run.",
        "기대하는 값이 모두 충분히 가까우면 통과입니다. 아니면 처음 다른 곳을 보여 줍니다. 기대하는 값이 없는 사례는 궤적을 출력합니다. 하나라도 실패하거나 실행할 수 없으면 종료 상태가 1입니다.",
    ),
    (
        "The script goes where the shell looks for completions; a new shell then knows it.",
        "스크립트를 셸이 자동 완성을 찾는 곳에 두면 새로 여는 셸부터 쓸 수 있습니다.",
    ),
    (
        "The sections are those of \"Deep Learning from Scratch\", chapters 3 to 8. Without a section there is a table of contents.",
        "절은 「밑바닥부터 시작하는 딥러닝」 3장에서 8장까지의 절입니다. 절을 쓰지 않으면 차례를 보여 줍니다.",
    ),
    (
        "Without values, the rule updates (1, 2) with the gradients (2, 1), the example that the notes check by hand.",
        "값을 주지 않으면 노트에서 손으로 확인한 예대로 (1, 2)를 기울기 (2, 1)로 갱신합니다.",
    ),
    (
        "thalweg learn 6.1.4                                         a section of the book: formula, numbers, picture, Python",
        "thalweg learn 6.1.4                                         책의 한 절: 식, 수치, 그림, 파이썬 코드",
    ),
];
