//! The keys of a problem.

use std::collections::BTreeMap;

use thalweg_data::{
    Augmentation, ClassWeights, ColumnKey, Decimal, EarlyStopping, ImageChannels, ImageSize, Missing,
    Normalize, Separator, WrittenKind,
};
use toml::Spanned;

use super::takes::{any, augmentation, finite, listed, number, whole, widths};
use super::{Kind, Usual, keys, words};
use crate::experiment::{RawInitial, RawNetwork, RawRate, RawSchedule};

/// The network of fully connected layers that `hidden` and `activation` describe.
pub const MLP: &str = "mlp";

/// More than anyone waits for; small enough to count in any integer type.
const MOST_STEPS: u64 = 1_000_000_000;
/// More than any data set has.
const MOST_EXAMPLES: u64 = 1_000_000_000;

const FUNCTION: &[Kind] = &[Kind::Function];
const DATASET: &[Kind] = &[Kind::Dataset];
const PROGRAM: &[Kind] = &[Kind::Program];
const COMMAND: &[Kind] = &[Kind::Command];
const OWN: &[Kind] = &[Kind::Program, Kind::Command];
const EVALUATED: &[Kind] = &[Kind::Dataset, Kind::Program, Kind::Command];
const SCHEDULED: &[Kind] = &[Kind::Function, Kind::Dataset, Kind::Program];

keys! {
    /// A problem: a function to minimise, a network to train, a program that gives losses and gradients, or a training that is a command.
    pub struct RawProblem {
        /// What it is called in reports.
        name: String, any("text", "텍스트"), {
            korean: "보고서에 쓸 이름.",
            default: Usual::Said(["the function's, data set's, program's or training's", "함수, 데이터 집합, 프로그램, 학습의 이름"]),
            samples: &["\"other\""],
        }
        /// The function to minimise.
        function: String, listed("functions"), {
            korean: "최소화할 함수.",
            default: Usual::Required,
            of: FUNCTION,
        }
        /// Where every run starts.
        start: Vec<f64>, any("list of numbers", "수의 목록"), {
            korean: "모든 실행의 시작점.",
            default: Usual::Said(["the function's usual start", "함수의 보통 시작점"]),
            of: FUNCTION,
            samples: &["[1, 2]"],
        }
        /// Standard deviation of the noise added to each gradient entry.
        noise: f64, number("0 or greater", "0 이상", |noise| noise >= 0.0), {
            korean: "기울기의 각 원소에 더하는 잡음의 표준편차.",
            default: Usual::Value("0"),
            of: FUNCTION,
            samples: &["0.5"],
        }
        /// Parameters of the function, such as a condition number.
        set: BTreeMap<Spanned<String>, Spanned<f64>>, any("number by parameter", "매개변수마다 수"), {
            korean: "함수의 매개변수. 예: 조건수.",
            default: Usual::Said(["usual", "보통 값"]),
            of: FUNCTION,
            samples: &["{ condition = 3 }"],
        }
        /// A program that gives losses and gradients, with its arguments: [your own problem](your-own-problem.md).
        program: Vec<String>, any("list of words, `[\"python3\", \"mine.py\"]`", "단어 목록, `[\"python3\", \"mine.py\"]`"), {
            korean: "손실과 기울기를 계산하는 프로그램과 그 인자: [직접 만든 문제](your-own-problem.ko.md).",
            default: Usual::Required,
            of: PROGRAM,
        }
        /// Whether losses and gradients follow from the parameters alone. Then there are no seeds and no statistics: each configuration runs
        /// once, and ten times as many are tried (at most 300,000 updates for each rule).
        deterministic: bool, any("`true` or `false`", "`true` 또는 `false`"), {
            korean: "손실과 기울기가 매개변수만으로 정해지는지. 그렇다면 시드와 통계가 없습니다. 설정마다 한 번만 실행하고, 열 배 많은 설정을 시도합니다(규칙마다 갱신 300,000번까지).",
            default: Usual::Value("false"),
            of: OWN,
            samples: &["true"],
        }
        /// Seconds that the program may take for an answer before it is stopped. It changes no result.
        answer_seconds: u64, whole(1, 1_000_000), {
            korean: "프로그램이 답을 내는 데 쓸 수 있는 시간(초). 넘으면 멈춥니다. 결과를 바꾸지 않습니다.",
            default: Usual::Value("600"),
            of: PROGRAM,
            samples: &["7"],
        }
        /// Copies of the program that may run at the same time. It changes no result.
        parallel: u64, whole(1, 10_000), {
            korean: "동시에 실행할 수 있는 프로그램의 수. 결과를 바꾸지 않습니다.",
            default: Usual::Said(["as many as threads", "스레드 수만큼"]),
            of: PROGRAM,
            samples: &["2"],
        }
        /// A training of your own, with words in braces that each run fills in: [your own training](your-own-training.md).
        command: Vec<String>, any("list of words, `[\"python3\", \"train.py\", \"--lr\", \"{learning_rate}\"]`", "단어 목록, `[\"python3\", \"train.py\", \"--lr\", \"{learning_rate}\"]`"), {
            korean: "직접 만든 학습. 중괄호 안의 단어는 실행할 때마다 채웁니다: [직접 만든 학습](your-own-training.ko.md).",
            default: Usual::Required,
            of: COMMAND,
        }
        /// The file in the run's folder (`{folder}`) that the training reports in: lines of JSON, or a table whose name ends in `.csv`.
        report: String, any("name of a file", "파일 이름"), {
            korean: "학습이 결과를 적는, 실행 폴더(`{folder}`) 안의 파일. 줄마다 JSON이거나, 이름이 `.csv`로 끝나는 표입니다.",
            default: Usual::Said(["standard output", "표준 출력"]),
            of: COMMAND,
            samples: &["\"metrics.jsonl\""],
        }
        /// Trainings at the same time; with `devices`, on each of them. It changes no result.
        slots: u64, whole(1, 10_000), {
            korean: "동시에 실행할 학습의 수. `devices`가 있으면 장치마다 셉니다. 결과를 바꾸지 않습니다.",
            default: Usual::Value("1"),
            of: COMMAND,
            samples: &["2"],
        }
        /// Devices to spread the trainings over. A run finds its own in `CUDA_VISIBLE_DEVICES` and in the word `{device}`. It changes no result.
        devices: Vec<String>, any("list of texts, `[\"0\", \"1\"]`", "텍스트 목록, `[\"0\", \"1\"]`"), {
            korean: "학습을 나누어 실행할 장치. 실행마다 `CUDA_VISIBLE_DEVICES`와 단어 `{device}`로 받습니다. 결과를 바꾸지 않습니다.",
            of: COMMAND,
            samples: &["[\"0\"]"],
        }
        /// Seconds that a run may take before it is ended and has failed.
        limit_seconds: u64, whole(1, 100_000_000), {
            korean: "실행 하나에 쓸 수 있는 시간(초). 넘으면 끝내고 실패로 칩니다.",
            of: COMMAND,
            samples: &["7"],
        }
        /// Memory in MiB that a run and its processes may use before they are ended and it has failed (Linux).
        limit_mebibytes: u64, whole(1, 1_000_000_000), {
            korean: "실행 하나와 그 프로세스들이 쓸 수 있는 메모리(MiB). 넘으면 끝내고 실패로 칩니다(Linux).",
            of: COMMAND,
            samples: &["7"],
        }
        /// How often a run that crashed is started again. One that diverged, or that reached a limit, is not.
        retries: u64, whole(0, 100), {
            korean: "비정상으로 끝난 실행을 다시 시작하는 횟수. 발산했거나 한도를 넘은 실행은 다시 시작하지 않습니다.",
            default: Usual::Value("1"),
            of: COMMAND,
            samples: &["2"],
        }
        /// The data set.
        dataset: String, any("a name (`thalweg list datasets`), `csv:PATH`, `npz:PATH`, `images:PATH`, `text` or `text:PATH`", "이름(`thalweg list datasets`), `csv:경로`, `npz:경로`, `images:경로`, `text`, `text:경로` 중 하나"), option "--dataset NAME" words::text, {
            korean: "데이터 집합.",
            default: Usual::Required,
            of: DATASET,
        }
        /// The network, in place of `hidden` and `activation`: a name, or its layers.
        network: RawNetwork, any("a name (`thalweg list networks`), or layers: `[\"conv 30 5\", \"relu\", \"linear outputs\"]`", "이름(`thalweg list networks`) 또는 층의 목록: `[\"conv 30 5\", \"relu\", \"linear outputs\"]`"), option "--network NAME|LAYERS" words::network, {
            korean: "신경망. `hidden`과 `activation` 대신 이름이나 층의 목록으로 적습니다.",
            default: Usual::Value("\"mlp\""),
            of: DATASET,
            replaces: &["hidden", "activation"],
            samples: &["\"linear 5, linear outputs\""],
        }
        /// Widths of the hidden layers of `network = "mlp"`; none for a linear model.
        hidden: Vec<u64>, widths(), option "--hidden WIDTHS" words::widths, {
            korean: "`network = \"mlp\"`의 은닉층 너비. 없으면 선형 모형입니다.",
            default: Usual::Value("[50]"),
            of: DATASET,
            replaces: &["network"],
            samples: &["[7]"],
        }
        /// What follows each hidden layer of `network = "mlp"`.
        activation: String, any("`relu`, `gelu`, `sigmoid`, `tanh`, …", "`relu`, `gelu`, `sigmoid`, `tanh` 등"), option "--activation NAME" words::text, {
            korean: "`network = \"mlp\"`의 은닉층마다 뒤따르는 활성화 함수.",
            default: Usual::Value("\"relu\""),
            of: DATASET,
            replaces: &["network"],
            samples: &["\"tanh\""],
        }
        /// How weights start. A number is the standard deviation of normal values. `xavier` is the book's; names take `-uniform`, `-out`
        /// (fan-out) or a gain, as in `he-uniform-out(1.2)`.
        initial: RawInitial, any("`he`, `xavier`, `glorot`, `lecun`, `orthogonal`, `zeros`, `constant(c)`, `truncated(deviation)`, `uniform(bound)`, or a number", "`he`, `xavier`, `glorot`, `lecun`, `orthogonal`, `zeros`, `constant(c)`, `truncated(편차)`, `uniform(한계)`, 또는 수"), option "--initial HOW" words::initial, {
            korean: "가중치의 초깃값. 수는 정규분포의 표준편차입니다. `xavier`는 책의 식이며, 이름에 `-uniform`, `-out`(fan-out), 이득을 붙일 수 있습니다. 예: `he-uniform-out(1.2)`.",
            default: Usual::Said(["`he` for ReLU and its like, `lecun` for `selu`, `xavier` otherwise", "ReLU 계열은 `he`, `selu`는 `lecun`, 나머지는 `xavier`"]),
            of: DATASET,
            samples: &["0.5"],
        }
        /// Examples in a batch.
        batch: u64, whole(1, 10_000_000), option "--batch EXAMPLES" words::whole, {
            korean: "배치 하나의 예제 수.",
            default: Usual::Value("100"),
            of: DATASET,
            samples: &["7"],
        }
        /// How batches are drawn: shuffled epochs, or with replacement as in the notes.
        sampling: String, any("`shuffled` or `replacement`", "`shuffled` 또는 `replacement`"), option "--sampling HOW" words::text, {
            korean: "배치를 뽑는 방법. 섞은 에폭, 또는 노트처럼 복원추출.",
            default: Usual::Value("\"shuffled\""),
            of: DATASET,
            samples: &["\"replacement\""],
        }
        /// Training examples that are used, the first ones.
        examples: u64, whole(1, MOST_EXAMPLES), option "--examples NUMBER" words::whole, {
            korean: "앞에서부터 사용할 학습 예제 수.",
            default: Usual::Said(["all", "모두"]),
            of: DATASET,
            samples: &["7"],
        }
        /// Training examples that are set aside for validation; 0 trains on all of them.
        validation: u64, whole(0, MOST_EXAMPLES), option "--validation NUMBER" words::whole, {
            korean: "검증용으로 떼어 둘 학습 예제 수. 0이면 모두 학습에 씁니다.",
            default: Usual::Said(["the data set's split", "데이터 집합의 분할"]),
            of: DATASET,
            samples: &["7"],
        }
        /// Characters of an example of text.
        context: u64, whole(1, 100_000), {
            korean: "텍스트 예제 하나의 글자 수.",
            default: Usual::Said(["64", "64"]),
            of: DATASET,
            samples: &["7"],
        }
        /// How inputs are scaled: the bytes of images to 0..1, the numbers of tables to mean 0 and deviation 1. `"standard"` and `"min-max"` are
        /// for [tables and arrays](data.md).
        normalize: Normalize, any("`true`, `false`, `standard`, `min-max` or `none`", "`true`, `false`, `standard`, `min-max`, `none` 중 하나"), option "--normalize HOW" words::parsed, {
            korean: "입력의 크기를 맞추는 방법. 이미지의 바이트는 0~1로, 표의 수는 평균 0, 표준편차 1로 맞춥니다. `\"standard\"`와 `\"min-max\"`는 [표와 배열](data.ko.md)에 씁니다.",
            default: Usual::Value("true"),
            of: DATASET,
            samples: &["false"],
        }
        /// The target column of a table: its name, its number from 1, or from the end with a minus.
        target: ColumnKey, any("name or number", "이름 또는 번호"), option "--target COLUMN" words::parsed, in reading, {
            korean: "표의 목표 열. 이름, 1부터 센 번호, 또는 끝에서부터 센 음수.",
            default: Usual::Said(["`label`, `target`, `class`, `y` or `species`, else the last", "`label`, `target`, `class`, `y`, `species`, 없으면 마지막 열"]),
            of: DATASET,
            samples: &["\"price\"", "-1"],
        }
        /// What the target of a table or an array is.
        target_kind: WrittenKind, any("`classes` or `values`", "`classes` 또는 `values`"), option "--target-kind KIND" words::parsed, in reading, {
            korean: "표나 배열의 목표가 클래스인지 값인지.",
            default: Usual::Said(["what it holds, where that is plain", "분명할 때는 내용에 따름"]),
            of: DATASET,
            samples: &["\"values\""],
        }
        /// A column of a table, or an array, whose equal values stay in one part: all lines of a patient in training, or all in the test. It
        /// is no input.
        group: ColumnKey, any("name or number", "이름 또는 번호"), option "--group COLUMN" words::parsed, in reading, {
            korean: "값이 같은 예제를 한 부분에 둘 표의 열이나 배열. 예를 들어 한 환자의 줄은 모두 훈련이나 모두 시험에 들어갑니다. 입력으로는 쓰지 않습니다.",
            default: Usual::Said(["none", "없음"]),
            of: DATASET,
            samples: &["\"patient\""],
        }
        /// Columns of a table that are left out.
        ignore: Vec<ColumnKey>, any("list of names or numbers", "이름이나 번호의 목록"), option "--ignore COLUMN,…" words::columns, in reading, {
            korean: "표에서 뺄 열.",
            of: DATASET,
            samples: &["[\"id\"]"],
        }
        /// What becomes of the missing cells of a table: refused, or filled with the mean or the most frequent text, and an input says where.
        missing: Missing, any("`refuse` or `fill`", "`refuse` 또는 `fill`"), option "--missing HOW" words::parsed, in reading, {
            korean: "표의 빈 칸을 어떻게 할지. 거절하거나, 평균 또는 가장 흔한 글로 채우고 어디였는지 알리는 입력을 더합니다.",
            default: Usual::Value("\"refuse\""),
            of: DATASET,
            samples: &["\"fill\""],
        }
        /// What stands between the cells of a table.
        separator: Separator, any("a sign, `tab` or `space`", "기호 하나, `tab`, `space`"), option "--separator SIGN" words::parsed, in reading, {
            korean: "표의 칸 사이에 있는 것.",
            default: Usual::Said(["found out", "알아냄"]),
            of: DATASET,
            samples: &["\";\""],
        }
        /// What stands before the fraction of the numbers of a table.
        decimal: Decimal, any("`.` or `,`", "`.` 또는 `,`"), option "--decimal SIGN" words::parsed, in reading, {
            korean: "표의 수에서 소수점으로 쓰는 것.",
            default: Usual::Said(["found out", "알아냄"]),
            of: DATASET,
            samples: &["\",\""],
        }
        /// Whether the first line of a table names the columns.
        header: bool, any("`true` or `false`", "`true` 또는 `false`"), option "--header BOOL" words::truth, in reading, {
            korean: "표의 첫 줄이 열 이름인지.",
            default: Usual::Said(["found out", "알아냄"]),
            of: DATASET,
            samples: &["true"],
        }
        /// Height and width that the images of a folder are scaled to.
        image_size: ImageSize, any("`[height, width]`", "`[높이, 너비]`"), option "--image-size HEIGHTxWIDTH" words::parsed, in reading, {
            korean: "폴더의 이미지를 맞출 높이와 너비.",
            default: Usual::Said(["as they are, if they are alike", "모두 같으면 그대로"]),
            of: DATASET,
            samples: &["[8, 8]"],
        }
        /// Channels of the images of a folder: 1 for grey, 3 for colour.
        image_channels: ImageChannels, any("`1` or `3`", "`1` 또는 `3`"), option "--image-channels NUMBER" words::parsed, in reading, {
            korean: "폴더의 이미지의 채널 수. 흑백은 1, 컬러는 3.",
            default: Usual::Said(["3 if any image has colour", "컬러 이미지가 하나라도 있으면 3"]),
            of: DATASET,
            samples: &["1"],
        }
        /// What a run is judged by.
        metric: String, any("`accuracy`, `loss`, or for values `rmse`, `mae`, `r2`", "`accuracy`, `loss`, 값에는 `rmse`, `mae`, `r2`도"), {
            korean: "실행을 평가하는 지표.",
            default: Usual::Said([
                "`accuracy`; of a target of values `rmse`; of programs, of trainings of your own, and of networks that give their examples back, `loss`",
                "`accuracy`. 목표가 값이면 `rmse`. 프로그램, 직접 만든 학습, 예제를 복원하는 신경망은 `loss`",
            ]),
            of: EVALUATED,
            samples: &["\"loss\"", "\"accuracy\""],
        }
        /// Steps between two evaluations.
        evaluate_every: u64, whole(1, MOST_STEPS), option "--evaluate-every STEPS" words::whole, {
            korean: "두 평가 사이의 스텝 수.",
            default: Usual::Said(["an epoch; of programs and trainings a tenth of the run", "에폭 하나. 프로그램과 학습은 실행의 10분의 1"]),
            of: EVALUATED,
            samples: &["7"],
        }
        /// Steps of a run: updates, or gradients of which a rule averages several before an update (`accumulate`).
        steps: u64, whole(1, MOST_STEPS), option "--steps NUMBER" words::whole, {
            korean: "실행의 스텝 수. 갱신 횟수이며, 규칙이 `accumulate`로 기울기를 여러 번 평균하면 기울기의 수입니다.",
            default: Usual::Said(["functions 30, programs and trainings 200; networks have `epochs`", "함수 30, 프로그램과 학습 200. 신경망은 `epochs`를 따름"]),
            replaces: &["epochs"],
            excludes: Some("epochs"),
            changes_on_resume: true,
            samples: &["7"],
        }
        /// Passes over the training examples, in place of `steps`.
        epochs: u64, whole(1, 1_000_000), option "--epochs NUMBER" words::whole, {
            korean: "학습 예제 전체를 도는 횟수. `steps` 대신 씁니다.",
            default: Usual::Value("30"),
            of: DATASET,
            replaces: &["steps"],
            samples: &["7"],
        }
        /// What becomes of the learning rate, the same for all rules. It is as long as the run, or `steps` updates; both include the `warmup`.
        schedule: RawSchedule, any("a name (`thalweg list schedules`), or `{ name = \"cosine\", warmup = 100 }`", "이름(`thalweg list schedules`) 또는 `{ name = \"cosine\", warmup = 100 }`"), option "--schedule NAME" words::schedule, {
            korean: "학습률이 어떻게 변하는지. 모든 규칙에 같습니다. 길이는 실행과 같거나 `steps`번의 갱신이며, 어느 쪽이든 `warmup`을 포함합니다.",
            default: Usual::Value("\"constant\""),
            of: SCHEDULED,
            samples: &["\"cosine\""],
        }
        /// Lowers the rate, beside the schedule, when the validation loss no longer falls. `patience` and `cooldown` count evaluations.
        plateau: BTreeMap<Spanned<String>, Spanned<f64>>, any("table of `factor`, `patience`, `threshold`, `cooldown`, `floor`", "`factor`, `patience`, `threshold`, `cooldown`, `floor`의 표"), option "--plateau NAME=VALUE,…" words::plateau, {
            korean: "검증 손실이 더 줄지 않으면 스케줄과 별도로 학습률을 낮춥니다. `patience`와 `cooldown`은 평가 횟수로 셉니다.",
            of: DATASET,
            samples: &["{ patience = 7 }"],
        }
        /// Share of each target that is spread evenly over all classes while learning.
        label_smoothing: f64, number("from 0 to less than 1", "0 이상 1 미만", |share| (0.0..1.0).contains(&share)), option "--label-smoothing SHARE" words::number, in learning, {
            korean: "학습하는 동안 각 목표에서 떼어 모든 클래스에 고르게 나누는 비율.",
            default: Usual::Value("0"),
            of: DATASET,
            samples: &["0.1"],
        }
        /// How much each class counts while learning.
        class_weights: ClassWeights, any("`balanced`, or a number for each class", "`balanced` 또는 클래스마다 수 하나"), option "--class-weights WEIGHTS" words::class_weights, in learning, {
            korean: "학습하는 동안 클래스마다 두는 가중치.",
            default: Usual::Said(["all the same", "모두 같음"]),
            of: DATASET,
            samples: &["\"balanced\""],
        }
        /// What is done to training images each time they are drawn: moved by up to `shift` pixels, mirrored, or a window of at least the share
        /// `crop` of the area enlarged.
        augmentation: Augmentation, augmentation(), option "--augment shift=PIXELS,flip,crop=SHARE" words::augmentation, in learning, {
            korean: "학습 이미지를 뽑을 때마다 하는 일. 최대 `shift`픽셀 옮기고, 좌우로 뒤집고, 넓이의 `crop` 비율 이상인 창을 확대합니다.",
            of: DATASET,
            samples: &["{ shift = 1 }"],
        }
        /// Ends a run after so many evaluations without a lower validation loss, and goes back to where it was lowest.
        early_stopping: EarlyStopping, any("`{ patience = 5, least = 0 }`", "`{ patience = 5, least = 0 }`"), option "--early-stopping EVALUATIONS" words::early_stopping, in learning, {
            korean: "검증 손실이 이 횟수의 평가 동안 줄지 않으면 실행을 끝내고 가장 낮았던 때로 돌아갑니다.",
            of: DATASET,
            samples: &["{ patience = 7 }"],
        }
        /// Takes the loss of each batch again after its update, as the book's scripts do.
        loss_after_update: bool, any("`true` or `false`", "`true` 또는 `false`"), in learning, {
            korean: "책의 스크립트처럼, 갱신한 뒤에 그 배치의 손실을 다시 계산합니다.",
            default: Usual::Value("false"),
            of: DATASET,
            samples: &["true"],
        }
        /// Judges the rules by the steps to this validation loss too (of a function: its value), to the resolution of `evaluate_every`. Refused if no run, or every
        /// run at once, reaches it.
        target_loss: f64, finite(), {
            korean: "검증 손실(함수에서는 함숫값)이 여기에 이르기까지의 스텝 수로도 규칙을 판정합니다. `evaluate_every` 간격으로 셉니다. 아무 실행도 이르지 못하거나 모든 실행이 곧바로 이르면 거부합니다.",
            samples: &["0.5"],
        }
        /// The smallest difference that matters, in the metric (of functions: a share of the best rule's mean value).
        difference: f64, number("greater than 0", "0보다 큰", |difference| difference > 0.0), {
            korean: "의미가 있는 가장 작은 차이. 지표의 단위이며, 함수에서는 1위 규칙의 평균값에 대한 비율입니다.",
            default: Usual::Said([
                "0.005 of accuracy, 0.01 of loss and `r2`, 0.5 of functions; of `rmse` and `mae` a hundredth of the target's standard deviation",
                "정확도 0.005, 손실과 `r2` 0.01, 함수 0.5. `rmse`와 `mae`는 목표 표준편차의 100분의 1",
            ]),
            samples: &["0.25"],
        }
        /// Learning rates on this problem.
        learning_rates: BTreeMap<Spanned<String>, Spanned<RawRate>>, any("number or range by rule's label", "규칙의 이름마다 수 또는 범위"), {
            korean: "이 문제에서 쓸 학습률.",
            default: Usual::Said(["the rules' own", "규칙의 학습률"]),
            samples: &["{ sgd = 0.5 }"],
        }
    }
}
