//! What a command of the tool cannot do.

use crate::sentences::Sentence;

/// What a command of the tool cannot do.
pub(super) const TOOL: &[Sentence] = &[
    ("`{rule}` has it in the dialect {dialects}", "`{rule}`의 방언 {dialects}에는 있습니다"),
    ("finding this program's own file", "이 프로그램의 파일을 찾는 중"),
    ("reading {path}: {why}", "{path}{을} 읽을 수 없습니다: {why}"),
    ("writing {path}: {why}", "{path}{을} 쓸 수 없습니다: {why}"),
    ("making the folder {path}: {why}", "폴더 {path}{을} 만들 수 없습니다: {why}"),
    ("reading {path}", "{path}{을} 읽는 중"),
    ("writing {path}", "{path}{을} 쓰는 중"),
    ("making the folder {path}", "폴더 {path}{을} 만드는 중"),
    ("making a file for the interrupted run", "중단된 실행의 파일을 만드는 중"),
    ("taking the terminal for --live", "--live를 위해 터미널을 여는 중"),
    ("opening {path} in the browser (open it by hand)", "{path}{을} 브라우저로 여는 중(직접 여세요)"),
    ("cannot read the folder {path}", "폴더 {path}{을} 읽을 수 없습니다"),
    ("cannot write manual pages in {path}", "{path}에 매뉴얼 페이지를 쓸 수 없습니다"),
    ("cannot write to standard output: {why}", "표준 출력에 쓸 수 없습니다: {why}"),
    (
        "{name} is no results file, saved run, page or result.json of this program, so there is nothing to check it by",
        "{name}{은} 이 프로그램의 결과 파일, 저장된 실행, 페이지, result.json이 아니어서 확인할 방법이 없습니다",
    ),
    ("there is no file of this program to check", "확인할 이 프로그램의 파일이 없습니다"),
    ("damaged: {damaged} of {known} files", "손상된 파일: {known}개 가운데 {damaged}개"),
    ("the page breaks off", "페이지가 중간에서 끊겼습니다"),
    (
        "--tolerance {value} is out of range; it must be above 0",
        "--tolerance {value}{은} 범위를 벗어납니다. 0보다 커야 합니다",
    ),
    (
        "the gradients are not finite: the initial weights are too large; try --initial he",
        "기울기가 유한하지 않습니다. 초기 가중치가 너무 큽니다. --initial he를 써 보세요",
    ),
    (
        "backpropagation and central differences disagree on {names} by more than {tolerance}; a relu close to its kink can do that (try another --seed), anything else is a wrong gradient",
        "{names}에서 역전파와 중앙 차분이 {tolerance}보다 크게 다릅니다. 꺾이는 점에 가까운 relu라면 그럴 수 있으니 다른 --seed로 해 보세요. 아니면 기울기가 틀린 것입니다",
    ),
    ("interrupted; what was run is kept", "중단되었습니다. 실행한 결과는 남아 있습니다"),
    ("{failed} of {all} case does not agree", "{all}개 가운데 {failed}개가 맞지 않습니다"),
    ("{failed} of {all} cases do not agree", "{all}개 가운데 {failed}개가 맞지 않습니다"),
    ("there is no .json file in {folder}", "{folder}에 .json 파일이 없습니다"),
    (
        "this program was built without downloads (feature `download`)",
        "내려받기 기능(`download`) 없이 빌드된 프로그램입니다",
    ),
    (
        "there is no home directory to keep a cache in; say where to put the files with --to DIR",
        "캐시를 둘 홈 디렉터리가 없습니다. --to DIR로 둘 곳을 지정하세요",
    ),
    (
        "the run was saved by an earlier version, which did not keep how a table of one's own becomes inputs; train it again",
        "이전 판이 저장한 실행이라 표를 입력으로 바꾸는 방법이 들어 있지 않습니다. 다시 학습하세요",
    ),
    (
        "the weights take {inputs} inputs, but {name} has {features} features an example; choose the data set the network was trained on with --dataset",
        "가중치의 입력은 {inputs}개인데 {name}의 특징은 예제마다 {features}개입니다. 신경망이 학습한 데이터 집합을 --dataset으로 고르세요",
    ),
    (
        "the weights tell {outputs} classes apart, but {name} has {classes}",
        "가중치는 클래스 {outputs}개를 구분하는데 {name}에는 {classes}개가 있습니다",
    ),
    (
        "{name} has no targets to judge by; `thalweg predict` says what the network makes of it",
        "{name}에는 판정할 목표가 없습니다. 신경망의 예측은 `thalweg predict`로 봅니다",
    ),
    (
        "the network's outputs are not finite: the weights hold NaN or infinities",
        "신경망의 출력이 유한하지 않습니다. 가중치에 NaN이나 무한대가 있습니다",
    ),
    (
        "the experiment trains no network; for functions there is `thalweg trajectory`",
        "이 실험에는 학습할 신경망이 없습니다. 함수는 `thalweg trajectory`로 봅니다",
    ),
    (
        "--dot prints one graph, and the experiment trains several; choose with --rule or a file of one problem",
        "--dot은 그래프 하나를 출력하는데 실험의 신경망이 여럿입니다. --rule이나 문제가 하나인 파일로 고르세요",
    ),
    (
        "{path} ends in neither .onnx, .safetensors nor .npz, so it is not clear what to write",
        "{path}의 확장자가 .onnx, .safetensors, .npz가 아니어서 무엇을 쓸지 알 수 없습니다",
    ),
    (
        "an ONNX file has the network in it; --naming is for .safetensors and .npz",
        "ONNX 파일에는 신경망이 들어 있습니다. --naming은 .safetensors와 .npz에 씁니다",
    ),
    (
        "{path} is there already; choose another name, or add --force to replace it",
        "{path}{이} 이미 있습니다. 다른 이름을 쓰거나 --force로 덮어쓰세요",
    ),
    (
        "{path} is there already; go on with it (--resume {command}), choose another name, or add --force to replace it",
        "{path}{이} 이미 있습니다. 이어서 하거나(--resume {command}), 다른 이름을 쓰거나, --force로 덮어쓰세요",
    ),
    (
        "the rates must grow from above 0: --from {from} --to {to} do not",
        "학습률은 0보다 큰 수에서 커져야 합니다: --from {from} --to {to}",
    ),
    ("for example --from 1e-6 --to 10", "예: --from 1e-6 --to 10"),
    (
        "no problem here trains a network, and on a function there is nothing to be tested",
        "신경망을 학습시키는 문제가 없습니다. 함수에서는 검사할 것이 없습니다",
    ),
    (
        "interrupted; the test keeps nothing, so the same command starts anew",
        "중단되었습니다. 검사는 결과를 남기지 않으므로 같은 명령은 처음부터 다시 합니다",
    ),
    (
        "interrupted; a study keeps nothing, so the same command starts anew",
        "중단되었습니다. study는 결과를 남기지 않으므로 같은 명령은 처음부터 다시 합니다",
    ),
    (
        "there is no example {index}; {name} test has {count}, counted from 0",
        "{index}번 예제가 없습니다. {name}의 시험 데이터에는 {count}개가 있습니다(0부터)",
    ),
    (
        "there is no example {index}; {name} train has {count}, counted from 0",
        "{index}번 예제가 없습니다. {name}의 학습 데이터에는 {count}개가 있습니다(0부터)",
    ),
    (
        "there is no example {index}; {name} validation has {count}, counted from 0",
        "{index}번 예제가 없습니다. {name}의 검증 데이터에는 {count}개가 있습니다(0부터)",
    ),
    ("there are no results in {folder}", "{folder}에 결과가 없습니다"),
    ("`thalweg compare` puts them into its --out folder", "`thalweg compare`가 --out 폴더에 만듭니다"),
    (
        "the results in {folder} name no experiment: an earlier version wrote them, or a dry run",
        "{folder}의 결과에 실험이 적혀 있지 않습니다. 이전 판이나 --dry-run이 쓴 것입니다",
    ),
    (
        "run `thalweg compare` once more, or export every run with --all",
        "`thalweg compare`를 한 번 더 실행하거나 --all로 모두 내보내세요",
    ),
    (
        "{path} is there already, and a journal cannot be replaced safely",
        "{path}{이} 이미 있고, 저널은 안전하게 덮어쓸 수 없습니다",
    ),
    ("choose another file, or add --force to replace it", "다른 파일을 고르거나 --force로 덮어쓰세요"),
    ("there is no finished comparison to export from {folder}", "{folder}에 내보낼 끝난 비교가 없습니다"),
    ("run `thalweg compare` to its end", "`thalweg compare`를 끝까지 실행하세요"),
    ("there are no final runs in {folder} to make a table of", "{folder}에 표로 만들 최종 실행이 없습니다"),
    (
        "`thalweg compare` makes them at its end; a sweep has none",
        "최종 실행은 `thalweg compare`가 끝에 만듭니다. sweep에는 없습니다",
    ),
    ("no rule here has a hyper-parameter `{name}`", "하이퍼파라미터 `{name}`{이} 있는 규칙이 없습니다"),
    (
        "the learning rate is searched for anyway; to say where: --search learning_rate=1e-4..1",
        "학습률은 언제나 탐색합니다. 범위를 정하려면: --search learning_rate=1e-4..1",
    ),
    (
        "{count} combinations are too many; at most {most}",
        "조합 {count}개는 너무 많습니다. {most}개까지입니다",
    ),
    ("`{name}` is given twice", "`{name}`{이} 두 번 있습니다"),
    ("`{name}` cannot be swept", "`{name}`{은} 훑어볼 수 없습니다"),
    (
        "another process is saving its run to {path}; choose another name, or wait for its end",
        "다른 프로세스가 {path}에 실행을 저장하고 있습니다. 다른 이름을 쓰거나 끝나기를 기다리세요",
    ),
    (
        "training diverged at step {step}: the loss is not finite, or far above where it began. {advice}",
        "{step}스텝에서 학습이 발산했습니다. 손실이 유한하지 않거나 처음보다 훨씬 큽니다. {advice}",
    ),
    (
        "The learning rate is not to blame; see the note at the start",
        "학습률 때문이 아닙니다. 시작할 때의 참고를 보세요",
    ),
    (
        "The learning rate {rate} is too large for this rule and network; try a third of it",
        "이 규칙과 신경망에는 학습률 {rate}{이} 너무 큽니다. 3분의 1로 줄여 보세요",
    ),
    (
        "The learning rate is too large for this rule and network; try a third of it",
        "이 규칙과 신경망에는 학습률이 너무 큽니다. 3분의 1로 줄여 보세요",
    ),
    ("{path} holds the run as it was at the evaluation before", "{path}에 직전 평가 때의 실행이 있습니다"),
    (
        "interrupted after {done} steps; saved to {path}. Go on with: thalweg train --resume {word} --save {same}",
        "{done}스텝에서 중단되어 {path}에 저장했습니다. 이어 가려면: thalweg train --resume {word} --save {same}",
    ),
    ("--steps {steps} is too many; at most {most}", "--steps {steps}{은} 너무 많습니다. {most}까지입니다"),
    (
        "the experiment has {count} rules, and one is tuned at a time",
        "실험에 규칙이 {count}개 있는데 한 번에 하나를 튜닝합니다",
    ),
    (
        "choose one with --rule, or use `thalweg compare`",
        "--rule로 하나를 고르거나 `thalweg compare`를 쓰세요",
    ),
    ("there is no results file {path}", "결과 파일 {path}{이} 없습니다"),
    (
        "`thalweg compare` makes one, results.sqlite in its --out folder",
        "`thalweg compare`가 --out 폴더에 results.sqlite를 만듭니다",
    ),
    ("{path} does not hold its experiment", "{path}에 실험이 들어 있지 않습니다"),
    (
        "run `thalweg compare` on it once more, which keeps it there",
        "`thalweg compare`를 한 번 더 실행하면 실험이 저장됩니다",
    ),
    ("nothing was started", "아무것도 시작하지 않았습니다"),
    (
        "look at them first, then add --run-programs to allow it",
        "먼저 살펴보고, 허락하려면 --run-programs를 더하세요",
    ),
    (
        "this command works on one problem and one rule, and the experiment has more: choose with --rule, or let `thalweg compare` run all of it",
        "이 명령은 문제 하나와 규칙 하나를 다루는데 실험에 더 있습니다. --rule로 고르거나 `thalweg compare`로 모두 실행하세요",
    ),
    (
        "this command trains a network; for a function of two variables there is `thalweg trajectory`",
        "이 명령은 신경망을 학습시킵니다. 이변수 함수는 `thalweg trajectory`로 봅니다",
    ),
    (
        "{option} cannot be given with --resume: the saved run already says it; only {options}, --save and --data can",
        "{option}{은} --resume과 함께 쓸 수 없습니다. 저장된 실행에 이미 있습니다. 쓸 수 있는 것은 {options}, --save, --data뿐입니다",
    ),
    ("{folder} holds the results of {what}", "{folder}에 {what}의 결과가 있습니다"),
    ("the comparison `{name}`", "비교 `{name}`"),
    ("the sweep `{name}`", "sweep `{name}`"),
    ("an experiment", "다른 실험"),
    (
        "choose another folder with --out, or move that one away",
        "--out으로 다른 폴더를 고르거나 그 폴더를 옮기세요",
    ),
    (
        "--live needs a terminal, and standard error is not one",
        "--live에는 터미널이 필요한데 표준 오류가 터미널이 아닙니다",
    ),
    (
        "--live: this program was built without the full screen (feature `live`)",
        "--live: 전체 화면 기능(`live`) 없이 빌드된 프로그램입니다",
    ),
    (
        "leave it out for a line a stage, or say --json for lines that programs read",
        "빼면 단계마다 한 줄이 나오고, --json이면 프로그램이 읽는 줄이 나옵니다",
    ),
    (
        "{path} is there already, and it is none of the files that {option} writes; choose another name, or add --force to replace it",
        "{path}{이} 이미 있는데 {option}{이} 쓰는 파일이 아닙니다. 다른 이름을 쓰거나 --force로 덮어쓰세요",
    ),
    (
        "{one} and {other} both name {path}; give each a file of its own",
        "{one}{과} {other}{이} 모두 {path}{을} 가리킵니다. 서로 다른 파일을 쓰세요",
    ),
    (
        "{path} is there already, and no results of this program are beside it; choose another folder with --out, or add --force to replace it",
        "{path}{이} 이미 있는데 그 옆에 이 프로그램의 결과가 없습니다. --out으로 다른 폴더를 고르거나 --force로 덮어쓰세요",
    ),
];
