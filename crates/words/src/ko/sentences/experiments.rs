//! What is wrong with an experiment, its results and its runs.

use crate::sentences::Sentence;

/// What is wrong with an experiment file.
pub(super) const EXPERIMENTS: &[Sentence] = &[
    ("{value} is listed twice; list each value once", "{value}{이} 두 번 있습니다. 값마다 한 번만 쓰세요"),
    ("`{text}` is not a whole number", "`{text}`{은} 정수가 아닙니다"),
    ("`{text}` is neither true nor false", "`{text}`{은} true도 false도 아닙니다"),
    (
        "`{text}` is not a number; write `balanced` or a number for each class",
        "`{text}`{은} 수가 아닙니다. `balanced`나 클래스마다 수를 쓰세요",
    ),
    ("`{text}` is not a whole number of pixels", "`{text}`{은} 정수인 픽셀 수가 아닙니다"),
    (
        "`{text}` is none of shift=PIXELS, flip and crop=SHARE",
        "`{text}`{은} shift=PIXELS, flip, crop=SHARE 가운데 하나가 아닙니다",
    ),
    ("`{key}` must be {wanted}, not {found}", "`{key}`{은} {wanted}여야 하는데 {found}입니다"),
    (
        "`{key}` must be between {least} and {most}, not {found}",
        "`{key}`{은} {least}에서 {most}까지여야 하는데 {found}입니다",
    ),
    ("`{key}` must be at most {most}, not {found}", "`{key}`{은} {most} 이하여야 하는데 {found}입니다"),
    ("greater than 0", "0보다 큰 수"),
    ("0 or greater", "0 이상의 수"),
    ("at least {low}", "{low} 이상의 수"),
    ("at least {low} and less than {high}", "{low} 이상 {high} 미만의 수"),
    ("at least {low} and at most {high}", "{low} 이상 {high} 이하의 수"),
    ("greater than {low} and less than {high}", "{low}보다 크고 {high}보다 작은 수"),
    ("greater than {low} and at most {high}", "{low}보다 크고 {high} 이하인 수"),
    ("at most {high}", "{high} 이하의 수"),
    ("greater than {low}", "{low}보다 큰 수"),
    ("less than {high}", "{high}보다 작은 수"),
    ("from 0 to less than 1", "0 이상 1 미만의 수"),
    ("from {low} to less than {high}", "{low} 이상 {high} 미만의 수"),
    ("a whole number of at least {low}", "{low} 이상의 정수"),
    ("it has no parameters", "매개변수가 없습니다"),
    ("from {low} to {high}", "{low}에서 {high}까지의 수"),
    ("a finite number", "유한한 수"),
    (
        "a hidden layer must be between 1 and 1000000 wide, not {width}",
        "은닉층의 너비는 1에서 1000000까지여야 하는데 {width}입니다",
    ),
    ("cannot read the experiment: {why}", "실험 파일을 읽을 수 없습니다: {why}"),
    (
        "this is not a text file (byte {at} is not UTF-8)",
        "텍스트 파일이 아닙니다({at}번째 바이트가 UTF-8이 아닙니다)",
    ),
    ("this is not valid TOML: {why}", "올바른 TOML이 아닙니다: {why}"),
    (
        "this is a study: it shows what settings do, and compares no rules",
        "이 파일은 설정의 효과를 보는 study이며, 규칙을 비교하지 않습니다",
    ),
    ("unknown key `{name}`", "알 수 없는 키 `{name}`"),
    ("expected {expected}, found {found}", "{expected}{이} 있어야 하는데 {found}{이} 있습니다"),
    ("unknown {what} of `{owner}`: `{name}`", "`{owner}`에 없는 {what}: `{name}`"),
    ("unknown {what} `{name}`", "알 수 없는 {what} `{name}`"),
    ("rule", "규칙"),
    ("dialect", "방언"),
    ("preset", "프리셋"),
    ("problem", "문제"),
    ("function", "함수"),
    ("dataset", "데이터 집합"),
    ("schedule", "스케줄"),
    ("stage", "단계"),
    ("setting", "설정"),
    ("hyper-parameter", "하이퍼파라미터"),
    ("search", "탐색 방법"),
    ("mode", "방식"),
    ("activation", "활성화 함수"),
    ("initial", "초깃값"),
    ("network", "신경망"),
    ("setting of `plateau`:", "`plateau`의 설정"),
    ("rule of this experiment:", "이 실험의 규칙"),
    ("`{name}` must be {wanted}", "`{name}`{은} {wanted}여야 합니다"),
    ("both `problem` and `problems` are given", "`problem`과 `problems`가 모두 있습니다"),
    ("there is no problem to compare the rules on", "규칙을 비교할 문제가 없습니다"),
    ("two problems are called `{name}`", "이름이 `{name}`인 문제가 둘입니다"),
    ("a problem is a function or a dataset, not both", "문제는 function과 dataset 가운데 하나만 씁니다"),
    (
        "a problem is a function, a dataset, a program or a command, one of them",
        "문제는 function, dataset, program, command 가운데 하나입니다",
    ),
    ("this problem names neither a function nor a dataset", "이 문제에는 function도 dataset도 없습니다"),
    (
        "`{key}` belongs to a problem with a `{other}`, but this one has a `{here}`",
        "`{key}`{은} `{other}`{이} 있는 문제의 키인데, 이 문제에는 `{here}`{이} 있습니다",
    ),
    (
        "`{key}` does not belong to a problem with a `program`",
        "`{key}`{은} `program`이 있는 문제에는 쓰지 않습니다",
    ),
    ("`program` names the program to run", "`program`에는 실행할 프로그램을 씁니다"),
    (
        "`{function}` takes {wanted} variables, but `start` has {given}",
        "`{function}`의 변수는 {wanted}개인데 `start`에는 {given}개가 있습니다",
    ),
    ("`start` must hold finite numbers", "`start`에는 유한한 수를 써야 합니다"),
    ("both `{one}` and `{other}` are given", "`{one}`{과} `{other}`{이} 모두 있습니다"),
    (
        "a network that gives its examples back has no {figure}",
        "예제를 재구성하는 신경망에는 {figure}{이} 없습니다",
    ),
    ("accuracy", "정확도"),
    ("`{text}` does not say how initial weights are drawn", "`{text}`{은} 초깃값을 정하는 방법이 아닙니다"),
    ("no rules to compare", "비교할 규칙이 없습니다"),
    ("the rule `{name}` is listed twice", "규칙 `{name}`{이} 두 번 있습니다"),
    ("this rule has no `name`", "이 규칙에 `name`이 없습니다"),
    ("the learning rate is given twice", "학습률이 두 번 있습니다"),
    ("`label` must not be empty", "`label`은 비워 둘 수 없습니다"),
    ("the rule `{name}` has no dialect", "규칙 `{name}`에는 방언이 없습니다"),
    ("the schedule of the learning rate is the same for all rules", "학습률의 스케줄은 모든 규칙에 같습니다"),
    ("this schedule has no `name`", "이 스케줄에 `name`이 없습니다"),
    ("a schedule is a name or a table with a `name`", "스케줄은 이름이나 `name`이 있는 표입니다"),
    ("`{schedule}` needs `{setting}`", "`{schedule}`에는 `{setting}`{이} 필요합니다"),
    ("the learning rate has a key of its own", "학습률에는 자기 키가 있습니다"),
    ("`{name}` is both set and searched for", "`{name}`{은} 정해져 있으면서 탐색 대상이기도 합니다"),
    ("`{name}` is listed twice", "`{name}`{이} 두 번 있습니다"),
    ("`values` stands alone, without a range", "`values`는 범위 없이 혼자 씁니다"),
    (
        "`values` holds 1 to {most} numbers, not {found}",
        "`values`에는 수를 1개에서 {most}개까지 쓰는데 {found}개입니다",
    ),
    (
        "`values` holds {value} twice; list each value once",
        "`values`에 {value}{이} 두 번 있습니다. 값마다 한 번만 쓰세요",
    ),
    ("`{text}` has a line break or a tab in it", "`{text}`에 줄바꿈이나 탭이 있습니다"),
    ("`{name}` has no usual range", "`{name}`에는 보통 범위가 없습니다"),
    ("a range needs both ends: {example}", "범위에는 양 끝이 필요합니다: {example}"),
    (
        "`from` must be less than `to`, but {from} is not less than {to}",
        "`from`은 `to`보다 작아야 하는데 {from}{은} {to}보다 작지 않습니다",
    ),
    (
        "a range of whole numbers is linear, between two whole numbers",
        "정수의 범위는 두 정수 사이의 선형 범위입니다",
    ),
    (
        "a logarithmic range begins above 0, not at {start}",
        "로그 범위는 0보다 큰 수에서 시작해야 하는데 {start}에서 시작합니다",
    ),
    (
        "a range in the distance to one ends below 1, not at {end}",
        "1까지의 거리로 나누는 범위는 1보다 작은 수에서 끝나야 하는데 {end}에서 끝납니다",
    ),
    (
        "an experiment is a file, such as mine.toml; the command line names rules and problems by options (--help)",
        "실험은 mine.toml 같은 파일입니다. 규칙과 문제의 이름은 옵션으로 씁니다(--help)",
    ),
    ("an experiment is a TOML file, saved as UTF-8", "실험은 UTF-8로 저장한 TOML 파일입니다"),
    ("draw it: {command}", "그리려면: {command}"),
    ("write it in one line, with spaces", "빈칸을 써서 한 줄로 쓰세요"),
    ("list all of them as [[problems]]", "모두 [[problems]]로 쓰세요"),
    (
        "add a section [problem] with, for example, function = \"bowl\" or dataset = \"digits\"",
        "[problem] 절을 더하세요. 예: function = \"bowl\" 또는 dataset = \"digits\"",
    ),
    ("give one of them another `name`", "하나의 `name`을 바꾸세요"),
    (
        "for example: function = \"bowl\" or dataset = \"digits\"",
        "예: function = \"bowl\" 또는 dataset = \"digits\"",
    ),
    ("the program settles it by itself", "그것은 프로그램이 스스로 정합니다"),
    ("for example: {example}", "예: {example}"),
    ("keep one of them", "하나만 남기세요"),
    ("judge it by `metric = \"loss\"`", "`metric = \"loss\"`로 판정하세요"),
    (
        "for example: uniform(0.1), truncated(0.02), orthogonal(1.4), constant(0.5); sizes are 0 or greater",
        "예: uniform(0.1), truncated(0.02), orthogonal(1.4), constant(0.5). 크기는 0 이상입니다",
    ),
    ("give one of them another `label`", "하나의 `label`을 바꾸세요"),
    ("keep `learning_rate` outside `set`", "`learning_rate`는 `set` 밖에 두세요"),
    (
        "write it in the problem: schedule = { name = \"cosine\" }",
        "문제에 쓰세요: schedule = { name = \"cosine\" }",
    ),
    ("say where to search: {example}", "탐색할 범위를 쓰세요: {example}"),
    ("scale = \"linear\" reaches 0", "scale = \"linear\"이면 0도 됩니다"),
    ("scale = \"linear\" reaches 1", "scale = \"linear\"이면 1도 됩니다"),
    ("nothing is known here", "여기서 쓸 수 있는 것이 없습니다"),
    ("known here: {names}", "쓸 수 있는 것: {names}"),
    ("`seeds` must be from 1 to 10000, not {count}", "`seeds`는 1에서 10000까지여야 하는데 {count}입니다"),
    (
        "it has both `lines` and `search`; keep one of them",
        "`lines`와 `search`가 모두 있습니다. 하나만 남기세요",
    ),
    ("it asks for more than {most} runs", "실행이 {most}회를 넘습니다"),
    (
        "two lines are called `{name}`; give each a name of its own",
        "이름이 `{name}`인 조건이 둘입니다. 이름을 다르게 하세요",
    ),
    ("a study has one problem and one rule", "study에는 문제와 규칙이 하나씩 있어야 합니다"),
    (
        "`test_curve` shows the test examples at every evaluation, so `early_stopping` and `plateau` would learn from them; leave one out",
        "`test_curve`는 평가할 때마다 시험 데이터를 보여 주므로 `early_stopping`이나 `plateau`가 시험 데이터를 배우게 됩니다. 하나를 빼세요",
    ),
    (
        "`test_curve` belongs to `figure = \"accuracy\"`",
        "`test_curve`는 `figure = \"accuracy\"`와 함께 씁니다",
    ),
    (
        "a study trains networks; its problem needs a `dataset`",
        "study는 신경망을 학습시키므로 문제에 `dataset`이 필요합니다",
    ),
    (
        "`panels` has one key of the problem, with a list of its values",
        "`panels`에는 문제의 키 하나와 그 값의 목록을 씁니다",
    ),
    (
        "a search needs `trials`, and `over` with at least one setting and its range",
        "search에는 `trials`와, 설정과 범위가 하나 이상 있는 `over`가 필요합니다",
    ),
    (
        "the range [{from}, {to}] of `{setting}` is none: it goes from above 0 to a larger number",
        "`{setting}`의 범위 [{from}, {to}]{은} 쓸 수 없습니다. 0보다 큰 수에서 더 큰 수까지여야 합니다",
    ),
    (
        "the settings of a search begin with `problem.` or `rule.`, such as `rule.learning_rate`",
        "search의 설정은 `rule.learning_rate`처럼 `problem.`이나 `rule.`로 시작합니다",
    ),
    ("line `{line}`: {why}", "조건 `{line}`: {why}"),
    (
        "`{key}` does not belong to a problem with a `command`",
        "`command`가 있는 문제에는 `{key}`{을} 쓸 수 없습니다",
    ),
    ("`command` names the training to run", "`command`에는 실행할 학습 명령을 씁니다"),
    (
        "`report` names a file in the run's folder, and `{name}` does not",
        "`report`는 실행 폴더 안의 파일 이름이어야 합니다. `{name}`{은} 그렇지 않습니다",
    ),
    ("a brace in `{text}` has no partner", "`{text}`에 짝이 없는 중괄호가 있습니다"),
    ("`{word}` stands for nothing", "`{word}`에 넣을 값이 없습니다"),
    (
        "the command has a `{word}`, and the arm `{arm}` has no `{name}`",
        "명령에는 `{word}` 자리가 있지만 비교 대상 `{arm}`에는 `{name}` 값이 없습니다",
    ),
    (
        "`arms` are compared on trainings of your own, and this problem has no `command`",
        "`arms`는 직접 만든 학습에서 비교하는데, 이 문제에는 `command`가 없습니다",
    ),
    ("this arm has no `name`", "이 비교 대상에는 `name`이 없습니다"),
    ("the arm `{name}` is listed twice", "비교 대상 `{name}`{이} 두 번 나옵니다"),
    ("the arm `{name}` has no learning rate", "비교 대상 `{name}`에는 학습률이 없습니다"),
    (
        "the learning rate is searched in a range, evenly in its logarithm",
        "학습률은 범위 안에서 로그 눈금으로 고르게 탐색합니다",
    ),
    ("`{name}` is no name for a setting", "`{name}`{은} 설정 이름으로 쓸 수 없습니다"),
];

/// What is wrong with runs and results.
pub(super) const RUNS: &[Sentence] = &[
    (
        "`{command}` must give the parameter `{name}` as a list of numbers, or as {example}",
        "`{command}`의 매개변수 `{name}`은 수의 목록이나 {example} 꼴이어야 합니다",
    ),
    ("interrupted", "중단되었습니다"),
    ("a start has two coordinates, not {count}", "시작점의 좌표는 둘이어야 하는데 {count}개입니다"),
    (
        "the learning-rate range test trains a network, and {name} is a function",
        "학습률 범위 검사는 신경망을 학습시키는데 {name}{은} 함수입니다",
    ),
    (
        "there are no filters to show: the network has no convolution",
        "보여 줄 필터가 없습니다. 신경망에 합성곱이 없습니다",
    ),
    ("there is no rule to run", "실행할 규칙이 없습니다"),
    (
        "the test split was read before the final stage, which would spoil the comparison",
        "최종 단계 전에 시험 데이터를 읽었습니다. 비교를 망치는 일입니다",
    ),
    ("the program has a bug here: {what}", "프로그램의 결함입니다: {what}"),
    (
        "the parameter `{name}` has {values} values for a shape of {shape}",
        "매개변수 `{name}`의 값이 {values}개인데 형상은 {shape}입니다",
    ),
    (
        "the problem is judged by its accuracy, and gives none; set `metric = \"loss\"`",
        "정확도로 판정하는 문제인데 정확도를 주지 않습니다. `metric = \"loss\"`로 정하세요",
    ),
    (
        "the problem is said to be `deterministic` and gave the loss {first}, then {second}, when it was asked again at the same parameters; leave the key out, and let all randomness follow from the seed",
        "`deterministic`이라고 한 문제가 같은 매개변수에서 손실 {first}, 다시 {second}{을} 주었습니다. 그 키를 빼고 모든 난수가 시드에서 나오게 하세요",
    ),
    (
        "the problem is said to be `deterministic` and gave other gradients when it was asked again at the same parameters; leave the key out, and let all randomness follow from the seed",
        "`deterministic`이라고 한 문제가 같은 매개변수에서 다른 기울기를 주었습니다. 그 키를 빼고 모든 난수가 시드에서 나오게 하세요",
    ),
    ("the problem names no program", "문제에 프로그램이 없습니다"),
    ("`{command}` cannot be started: {why}", "`{command}`{을} 시작할 수 없습니다: {why}"),
    ("`{command}` has no input and output", "`{command}`에 입출력이 없습니다"),
    (
        "`{command}` was stopped: it wrote {size} MiB without ending the line (an answer is one line of JSON, with a newline at its end; print other things to standard error){words}",
        "`{command}`{을} 멈췄습니다. 줄을 끝내지 않고 {size} MiB를 썼습니다(답은 줄바꿈으로 끝나는 JSON 한 줄이고, 다른 출력은 표준 오류에 씁니다){words}",
    ),
    ("the answer of `{command}` cannot be read: {why}", "`{command}`의 답을 읽을 수 없습니다: {why}"),
    (
        "`{command}` ended ({how}) without an answer to {question}",
        "`{command}`{이} {question}에 답하지 않고 끝났습니다({how})",
    ),
    (
        "`{command}` was stopped: it did not answer {question} within {seconds} seconds (it must flush its output; if it needs longer, set `answer_seconds`){words}",
        "`{command}`{을} 멈췄습니다. {question}에 {seconds}초 안에 답하지 않았습니다(출력을 flush해야 합니다. 더 걸리면 `answer_seconds`를 정하세요){words}",
    ),
    (
        "`{command}` answered {question} with {answer}, which is no JSON object in one line (print other things to standard error){words}",
        "`{command}`{이} {question}에 {answer}{으로} 답했는데 한 줄짜리 JSON 객체가 아닙니다(다른 출력은 표준 오류에 씁니다){words}",
    ),
    (
        "the first answer of `{command}` must hold \"parameters\": {example}, and does not",
        "`{command}`의 첫 답에는 \"parameters\": {example}{이} 있어야 하는데 없습니다",
    ),
    (
        "`{command}` gives {values} values for the parameter `{name}` of shape {shape}",
        "`{command}`{이} 형상 {shape}인 매개변수 `{name}`에 값 {values}개를 줍니다",
    ),
    (
        "`{command}` must answer with a number called \"{key}\" (NaN if it is not finite)",
        "`{command}`의 답에는 수 \"{key}\"{이} 있어야 합니다(유한하지 않으면 NaN)",
    ),
    (
        "`{command}` must answer with \"gradients\" that hold {count} numbers for `{name}`",
        "`{command}`의 답의 \"gradients\"에는 `{name}`의 수 {count}개가 있어야 합니다",
    ),
    (
        "stopped after {finished} of about {planned} runs; run the same experiment again to do the rest",
        "약 {planned}회 가운데 {finished}회를 마치고 멈췄습니다. 같은 실험을 다시 실행하면 나머지를 합니다",
    ),
    ("no run can be made. {why}", "실행할 수 없습니다. {why}"),
    (
        "cannot open the results file {path}: {why}. Check that its folder exists and that you may write there",
        "결과 파일 {path}{을} 열 수 없습니다: {why}. 폴더가 있는지, 거기에 쓸 수 있는지 확인하세요",
    ),
    (
        "{path} is not a Thalweg results file. Choose another file; this one was left as it is",
        "{path}{은} Thalweg의 결과 파일이 아닙니다. 다른 파일을 고르세요. 이 파일은 그대로 두었습니다",
    ),
    (
        "{path} has the layout {found} of another version of Thalweg (this one writes {own}). Choose another file; this one was left as it is",
        "{path}{은} 다른 판의 Thalweg가 쓴 형식 {found}입니다(이 판은 {own}). 다른 파일을 고르세요. 이 파일은 그대로 두었습니다",
    ),
    (
        "the results file {path} does not read as it was written ({why}): it is damaged, or the disk fails. `thalweg check {word}` says what is sound in it. Run again; if that says the same, restore a copy, or move the file away together with {wal} and {shm}, which hold its newest results, and run again",
        "결과 파일 {path}{을} 쓴 대로 읽을 수 없습니다({why}). 파일이 손상되었거나 디스크에 문제가 있습니다. `thalweg check {word}`{이} 온전한 것을 알려 줍니다. 다시 실행해도 같으면 사본을 되살리거나, 최신 결과가 든 {wal}, {shm}{과} 함께 파일을 옮기고 다시 실행하세요",
    ),
    (
        "{path} holds a program (the {program}), which no results file has, so it is not read. Ask where it comes from",
        "{path}에 프로그램({program})이 있습니다. 결과 파일에 있을 것이 아니므로 읽지 않습니다. 어디서 온 파일인지 확인하세요",
    ),
    (
        "{path} holds no results yet: the program that made it was ended at once. Run its command again",
        "{path}에 아직 결과가 없습니다. 만든 프로그램이 곧바로 끝났습니다. 그 명령을 다시 실행하세요",
    ),
    (
        "the disk is full: {path} could not grow. Everything finished before is saved; free some space and run again",
        "디스크가 가득 차서 {path}{을} 더 쓸 수 없습니다. 그때까지의 결과는 저장되었습니다. 공간을 비우고 다시 실행하세요",
    ),
    (
        "the results file {path} cannot be written (it is read-only). Results already in it are unchanged",
        "결과 파일 {path}{은} 읽기 전용이라 쓸 수 없습니다. 이미 있는 결과는 그대로입니다",
    ),
    (
        "another program kept {path} locked for {seconds} seconds. Close it and run again",
        "다른 프로그램이 {path}{을} {seconds}초 동안 잠그고 있었습니다. 닫고 다시 실행하세요",
    ),
    (
        "the results file {path} cannot be used: {why}. Everything finished before is saved",
        "결과 파일 {path}{을} 쓸 수 없습니다: {why}. 그때까지의 결과는 저장되었습니다",
    ),
    ("the training crashed: {how}", "학습이 비정상으로 끝났습니다: {how}"),
    (
        "the training was ended: it took longer than {seconds} seconds (`limit_seconds`){rest}",
        "학습을 끝냈습니다. {seconds}초(`limit_seconds`)보다 오래 걸렸습니다{rest}",
    ),
    (
        "the training was ended: its processes used more than {mebibytes} MiB of memory (`limit_mebibytes`){rest}",
        "학습을 끝냈습니다. 프로세스들이 메모리를 {mebibytes} MiB(`limit_mebibytes`)보다 많이 썼습니다{rest}",
    ),
    (
        "the training was ended: it reported more than {most} steps; report every {every} steps, say{rest}",
        "학습을 끝냈습니다. 보고한 스텝이 {most}개를 넘었습니다. 예를 들어 {every} 스텝마다 보고하십시오{rest}",
    ),
    (
        "the training ended without {missing}; it reports {example}",
        "학습이 {missing} 없이 끝났습니다. 보고 형식: {example}",
    ),
];
