//! A page with every figure, from numbers computed here: `cargo run -p thalweg-report --example gallery -- FOLDER [ko]`.
//!
//! The paths are real: four rules in a line each, walking over the bowl. The training runs are made up (a seeded noise
//! around a falling loss), because this crate does not know how to train.

use std::path::PathBuf;

use thalweg_report::{
    Answer, Block, Cell, Column, Image, ImageGrid, Language, Lookup, Page, Section, Standing, Table, Tiers,
    diagram::{Card, Diagram},
    figures::{
        Axis, AxisScale, Band, Better, Configurations, Contours, Curve, Curves, Difference, Distribution,
        Dots, Finals, Forest, Histograms, Landscape, Path, Paths, Scale, Searched, Sensitivity, Surface,
        Trial, Trials,
    },
};

const RULES: [(&str, &str); 6] = [
    ("sgd", "SGD"),
    ("momentum", "Momentum"),
    ("nesterov", "Nesterov"),
    ("adagrad", "AdaGrad"),
    ("rmsprop", "RMSProp"),
    ("adam", "Adam"),
];

fn main() -> Result<(), thalweg_report::ReportError> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "target/gallery".to_owned()));
    let language = Language::from_locale(&arguments.next().unwrap_or_default());

    let other = if language == Language::English { Language::Korean } else { Language::English };
    let page = page(language)?.translated(page(other)?);
    if let Some(table) = &page.table {
        print!("{}", table.to_text(80));
    }
    println!("{}", page.write(&folder)?.display());
    Ok(())
}

fn page(language: Language) -> Result<Page, thalweg_report::ReportError> {
    let korean = language == Language::Korean;
    let say = |english: &'static str, other: &'static str| if korean { other } else { english };
    let landscape = bowl();
    let paths = paths();
    let walk = Section::new(
        say("The bowl", "그릇 함수"),
        say(
            "An ill-conditioned valley: steep along y, nearly flat along x. Plain SGD zigzags between its walls.",
            "y 방향은 가파르고 x 방향은 거의 평평한 골짜기입니다. 단순한 SGD는 벽 사이를 지그재그로 오갑니다.",
        ),
        vec![
            Paths { landscape: &landscape, paths: &paths }.figure(language).into(),
            Surface { landscape: &landscape, paths: &paths }.figure(language).into(),
            Contours { landscape: &landscape }.figure(language).into(),
        ],
    );
    let digits = Section::new(
        say("Handwritten digits", "손글씨 숫자"),
        say(
            "One hidden layer of 50 units, batches of 32, ten seeds a rule.",
            "은닉층 50개, 배치 32, 규칙마다 시드 10개.",
        ),
        vec![
            losses(say("Training loss", "훈련 손실"), language).into(),
            accuracies(say("Validation accuracy", "검증 정확도")).figure(language).into(),
            sensitivity(say("Learning-rate sensitivity", "학습률 민감도")).figure(language).into(),
            finals(say("Test accuracy of every seed", "시드별 시험 정확도")).figure(language).into(),
        ],
    );
    let meaning = Section::new(
        say("What it means", "무엇을 뜻하나"),
        "",
        vec![
            forest(say("Differences from the best rule", "가장 좋은 규칙과의 차이")).figure(language).into(),
        ],
    );
    let mut searches: Vec<Block> =
        vec![trials(say("Rates of a random search", "무작위 탐색의 학습률")).figure().into()];
    let configurations = configurations(say("Two hyper-parameters at once", "두 하이퍼파라미터를 함께"));
    searches.push(configurations.parallel(language).into());
    searches.extend(configurations.map(language).map(Block::from));
    let search = Section::new(say("The search", "탐색"), "", searches);
    let inside = Section::new(
        say("Inside the network", "신경망 안"),
        "",
        vec![
            histograms(say("Activations, layer by layer", "층별 활성값")).figure().into(),
            Block::Diagram(network(say("The network", "신경망"))),
        ],
    );
    let samples = Section::new(
        say("Samples", "예시"),
        "",
        vec![
            images(say("Digits and predictions", "숫자와 예측"))?.into(),
            Block::Lookup(every_run(say("Every run", "모든 실행"))),
        ],
    );

    let mut page =
        Page::new(language, say("Which rule for the digits?", "숫자 인식에는 어떤 규칙이 좋을까?"));
    page.subtitle =
        say("6 rules, 13 rates, 10 seeds, 1 min 12 s", "규칙 6개, 학습률 13개, 시드 10개, 1분 12초").into();
    page.answers = vec![answer(korean)];
    page.table = Some(table(say("rule", "규칙"), say("test accuracy", "시험 정확도")));
    page.sections = vec![walk, digits, meaning, search, inside, samples];
    page.reproduce = vec![
        (say("Command", "명령").into(), "thalweg compare --seed 1 --out report".into()),
        (say("Version", "버전").into(), format!("thalweg {} (x86-64, AVX-512)", env!("CARGO_PKG_VERSION"))),
    ];
    Ok(page)
}

/// An answer with two sets of rules that overlap.
fn answer(korean: bool) -> Answer {
    let say = |english: &str, other: &str| if korean { other.to_owned() } else { english.to_owned() };
    let standing = |index: usize| {
        let values = final_values(index);
        let mean = values.iter().sum::<f64>() / 10.0;
        let (rule, label) = RULES[index];
        let interval = (index < 5).then_some([mean - 0.008, mean + 0.01]);
        Standing { rule: rule.into(), label: label.into(), mean, text: format!("{mean:.4}"), interval }
    };
    Answer {
        about: say("digits", "숫자"),
        sentence: say(
            "Adam has the best mean, but these runs cannot tell it from RMSProp.",
            "Adam의 평균이 가장 좋지만 RMSProp 규칙보다 나은지는 이 결과로 알 수 없습니다.",
        ),
        tiers: Some(Tiers {
            across: say("test accuracy", "시험 정확도"),
            rows: (0..6).rev().map(standing).collect(),
            groups: vec![vec![0, 1], vec![1, 2, 3], vec![2, 3, 4], vec![5]],
        }),
        next: say(
            "About 14 more seeds for each rule would decide: 65,520 updates, 2 s on one core.",
            "규칙마다 시드를 14개쯤 더 쓰면 가릴 수 있습니다(갱신 65,520번, 코어 하나로 2초).",
        ),
        caveats: vec![say("Other problems may say otherwise.", "다른 문제에서는 다를 수 있습니다.")],
    }
}

fn bowl() -> Landscape {
    let value = |x: f64, y: f64| x * x / 20.0 + y * y;
    let gradient = |x: f64, y: f64| [x / 10.0, 2.0 * y];
    let mut bowl = Landscape::sample("bowl", "x²/20 + y²", (-8.0, 8.0), (-4.0, 4.0), value, gradient);
    bowl.minima = vec![[0.0, 0.0]];
    bowl.lowest = Some(0.0);
    bowl
}

/// A rule on one coordinate: step number, gradient and two states give the change.
type Rule = fn(i32, f64, &mut [f64; 2]) -> f64;

/// Thirty updates from (-7, 2), as the book draws them.
fn paths() -> Vec<Path> {
    let rules: [(&str, &str, &str, Rule); 4] = [
        ("sgd", "SGD", "rate 0.95", |_, gradient, _| -0.95 * gradient),
        ("momentum", "Momentum", "rate 0.1", |_, gradient, state| {
            state[0] = 0.9 * state[0] - 0.1 * gradient;
            state[0]
        }),
        ("adagrad", "AdaGrad", "rate 1.5", |_, gradient, state| {
            state[0] += gradient * gradient;
            -1.5 * gradient / (state[0].sqrt() + 1e-7)
        }),
        ("adam", "Adam", "rate 0.3", |step, gradient, state| {
            state[0] += 0.1 * (gradient - state[0]);
            state[1] += 0.001 * (gradient * gradient - state[1]);
            let rate = 0.3 * (1.0 - 0.999_f64.powi(step)).sqrt() / (1.0 - 0.9_f64.powi(step));
            -rate * state[0] / (state[1].sqrt() + 1e-7)
        }),
    ];
    rules.map(|(rule, label, detail, update)| path(rule, label, detail, update)).into()
}

fn path(rule: &str, label: &str, detail: &str, update: Rule) -> Path {
    let mut states = [[0.0; 2]; 2];
    let mut points = vec![[-7.0, 2.0]];
    for step in 1..=30 {
        let [x, y] = points[points.len() - 1];
        let change_x = update(step, x / 10.0, &mut states[0]);
        let change_y = update(step, 2.0 * y, &mut states[1]);
        points.push([x + change_x, y + change_y]);
    }
    let values = points.iter().map(|[x, y]| x * x / 20.0 + y * y).collect();
    Path { rule: rule.into(), label: label.into(), detail: detail.into(), points, values }
}

/// Numbers between -1 and 1, the same on every machine.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

fn runs(rule: usize, steps: usize, value: impl Fn(f64, f64) -> f64) -> Vec<Vec<f64>> {
    let mut noise = Noise(rule as u64 + 1);
    let mut run = || {
        let luck = noise.next();
        let mut drift = 0.0;
        let mut at = |step: usize| {
            drift = 0.9 * drift + 0.1 * noise.next();
            value(step as f64, luck + 3.0 * drift)
        };
        (0..steps).map(&mut at).collect()
    };
    (0..10).map(|_| run()).collect()
}

fn losses(title: &str, language: Language) -> thalweg_report::Figure {
    let curve = |(index, (rule, label)): (usize, (&str, &str))| {
        let speed = 0.004 * 1.7_f64.powi(index as i32);
        let loss = |step: f64, noise: f64| {
            2.3 * (-speed * step).exp().max(0.02 / (1.0 + speed * step)) * (0.25 * noise).exp()
        };
        let steps = (0..600).map(f64::from).collect();
        Curve { rule: rule.into(), label: label.into(), steps, runs: runs(index, 600, loss) }
    };
    let curves = RULES.into_iter().enumerate().map(curve).collect();
    let (across, up) = ("step".into(), "loss".into());
    Curves { title: title.into(), across, up, scale: Scale::Logarithmic, band: Band::Range, curves }
        .figure(language)
}

fn accuracies(title: &str) -> Curves {
    let curve = |(index, (rule, label)): (usize, (&str, &str))| {
        let best = 0.94 + 0.007 * index as f64;
        let accuracy = |epoch: f64, noise: f64| {
            best - 0.6 * (-(epoch + 0.5) * (0.3 + 0.1 * index as f64)).exp() + 0.006 * noise
        };
        let steps = (1..=20).map(f64::from).collect();
        Curve { rule: rule.into(), label: label.into(), steps, runs: runs(index, 20, accuracy) }
    };
    let curves = RULES.into_iter().enumerate().map(curve).collect();
    let (across, up) = ("epoch".into(), "accuracy".into());
    Curves { title: title.into(), across, up, scale: Scale::Linear, band: Band::Deviation, curves }
}

fn sensitivity(title: &str) -> Sensitivity {
    let searched = |(index, (rule, label)): (usize, (&str, &str))| {
        let mut noise = Noise(index as u64 + 90);
        let best = [0.3, 0.1, 0.1, 1.0, 0.003, 0.01][index];
        let rates: Vec<f64> = (0..13).map(|step| 10_f64.powf(-4.0 + f64::from(step) / 3.0)).collect();
        let mut trial = |learning_rate: f64| {
            let off = (learning_rate / best).log10();
            let value = 0.97 - 0.05 * off * off + 0.01 * noise.next();
            Trial { learning_rate, value: if off > 0.9 { f64::NAN } else { value.max(0.1) } }
        };
        let trials: Vec<Trial> = rates.iter().flat_map(|rate| [trial(*rate), trial(*rate)]).collect();
        let nearest = |a: &f64, b: &f64| (a / best).ln().abs().total_cmp(&(b / best).ln().abs());
        let chosen = rates.iter().copied().min_by(nearest);
        let cliff = rates.iter().copied().find(|rate| (rate / best).log10() > 0.9);
        Searched { rule: rule.into(), label: label.into(), trials, chosen, cliff }
    };
    let rules = RULES.into_iter().enumerate().map(searched).collect();
    Sensitivity {
        title: title.into(),
        up: "accuracy".into(),
        better: Better::Higher,
        scale: Scale::Linear,
        rules,
    }
}

fn final_values(index: usize) -> Vec<f64> {
    let mut noise = Noise(index as u64 + 7);
    (0..10).map(|_| 0.945 + 0.006 * index as f64 + 0.012 * (noise.next() + noise.next()) / 2.0).collect()
}

fn finals(title: &str) -> Dots {
    let row = |(index, (rule, label)): (usize, (&str, &str))| Finals {
        rule: rule.into(),
        label: label.into(),
        values: final_values(index),
    };
    Dots {
        title: title.into(),
        across: "accuracy".into(),
        rules: RULES.into_iter().enumerate().map(row).collect(),
    }
}

fn forest(title: &str) -> Forest {
    let row = |(index, (rule, label)): (usize, (&str, &str))| {
        let difference = 0.006 * (RULES.len() - 1 - index) as f64;
        let interval = [difference - 0.008, difference + 0.008];
        let verdict = if interval[0] > 0.0 { "clearly worse" } else { "cannot tell" };
        Difference { rule: rule.into(), label: label.into(), difference, interval, verdict: verdict.into() }
    };
    let rows = RULES.into_iter().enumerate().take(RULES.len() - 1).map(row).collect();
    Forest { title: title.into(), across: "difference in accuracy".into(), margin: 0.005, rows }
}

/// The accuracy of 40 rates drawn between 1e-6 and 1; those above 0.3 diverge.
fn trials(title: &str) -> Trials {
    let mut noise = Noise(40);
    let mut point = || {
        let rate = 10_f64.powf(-3.0 + 3.0 * noise.next());
        let accuracy = 0.95 - 0.04 * (rate / 0.03).log10().powi(2) + 0.01 * noise.next();
        (rate, if rate > 0.3 { f64::NAN } else { accuracy.max(0.1) })
    };
    let points = (0..40).map(|_| point()).collect();
    let (across, up) = ("learning rate".into(), "accuracy".into());
    Trials { title: title.into(), across, up, points, range: [1e-6, 1.0], ..Trials::default() }
}

fn configurations(title: &str) -> Configurations {
    let mut noise = Noise(60);
    let rates: Vec<f64> = (0..30).map(|_| 10_f64.powf(-2.0 + noise.next())).collect();
    let momenta: Vec<f64> = (0..30).map(|_| 1.0 - 10_f64.powf(-1.5 + noise.next())).collect();
    // A large momentum wants a small rate.
    let result = |(rate, momentum): (&f64, &f64)| {
        let reach = (rate / (1.0 - momentum)).log10();
        if reach > 0.8 { f64::NAN } else { 0.96 - 0.05 * (reach + 0.5).powi(2) }
    };
    let results = rates.iter().zip(&momenta).map(result).collect();
    let axis = |name: &str, scale, values| Axis { name: name.into(), scale, values };
    let axes = vec![
        axis("learning_rate", AxisScale::Logarithmic, rates),
        axis("momentum", AxisScale::OneMinus, momenta),
    ];
    Configurations { title: title.into(), up: "accuracy".into(), higher_is_better: true, axes, results }
}

/// Bell curves that become narrower from layer to layer, as with initial weights that are too small.
fn histograms(title: &str) -> Histograms {
    let distribution = |layer: u32| {
        let spread = 0.5_f64.powi(layer as i32);
        let edges: Vec<f64> = (0..=20).map(|edge| -1.0 + f64::from(edge) / 10.0).collect();
        let bar = |edge: &[f64]| {
            let middle = (edge[0] + edge[1]) / 2.0;
            (1000.0 * (-0.5 * (middle / spread).powi(2)).exp()) as u64
        };
        let counts = edges.windows(2).map(bar).collect();
        Distribution { label: format!("tanh{layer}"), edges, counts }
    };
    let distributions = (1..=4).map(distribution).collect();
    Histograms { title: title.into(), caption: String::new(), distributions }
}

fn network(title: &str) -> Diagram {
    let card = |title: &str, details: &[&str], inputs: &[usize]| Card {
        title: title.into(),
        details: details.iter().map(|&detail| detail.into()).collect(),
        inputs: inputs.to_vec(),
        dashed: false,
    };
    let boxes = vec![
        card("x", &["[32, 64]"], &[]),
        card("linear1", &["W1 [64, 50]", "b1 [50]"], &[0]),
        Card { dashed: true, ..card("relu1", &["[32, 50]"], &[1]) },
        card("linear2", &["W2 [50, 10]", "b2 [10]"], &[2]),
        card("loss", &[], &[3]),
    ];
    Diagram { title: title.into(), caption: String::new(), boxes }
}

fn every_run(title: &str) -> Lookup {
    let columns = ["rule", "seed", "accuracy"].map(str::to_owned).to_vec();
    let runs = RULES.into_iter().enumerate().flat_map(|(index, (_, label))| {
        let values = final_values(index).into_iter().enumerate();
        values.map(move |(seed, value)| vec![label.to_owned(), seed.to_string(), format!("{value:.4}")])
    });
    Lookup { title: title.into(), columns, rows: runs.collect() }
}

fn table(rule_title: &str, accuracy_title: &str) -> Table {
    let mut table = Table::new(vec![
        Column::text(rule_title),
        Column::number("learning rate").help("chosen on the validation split"),
        Column::number(accuracy_title).help("mean ± standard deviation over ten fresh seeds"),
        Column::number("steps to 0.1").help("first step with a training loss of 0.1"),
        Column::number("µs/step"),
    ]);
    for (index, (rule, label)) in RULES.into_iter().enumerate() {
        let values = final_values(index);
        let mean = values.iter().sum::<f64>() / 10.0;
        let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 9.0).sqrt();
        let accuracy = Cell::value(format!("{mean:.4} ± {deviation:.4}"), mean);
        let accuracy = if index == 5 { accuracy.strong() } else { accuracy };
        let steps = (780.0 / 1.7_f64.powi(index as i32)).round();
        let rate = ["0.3", "0.1", "0.1", "1", "0.003", "0.01"][index];
        let time = Cell::value(format!("{:.1}", 18.0 + index as f64), 18.0 + index as f64);
        table.push([
            Cell::rule(rule, label),
            rate.into(),
            accuracy,
            Cell::value(steps.to_string(), steps),
            time,
        ]);
    }
    table
}

/// Rings and bars that look a little like zeros and ones.
fn images(title: &str) -> Result<ImageGrid, thalweg_report::ReportError> {
    let mut noise = Noise(3);
    let mut image = |index: usize| {
        let zero = index.is_multiple_of(2);
        let (side, tilt) = (16, 0.3 * noise.next());
        let mut pixel = |place: usize| {
            let (x, y) = ((place % side) as f64 - 7.5, (place / side) as f64 - 7.5);
            let off = if zero {
                (x / 0.8 + tilt * y).hypot(y) - 5.5
            } else {
                (x + tilt * y) * f64::from(y.abs() < 6.5) + 9.0 * f64::from(y.abs() >= 6.5)
            };
            ((-off * off / 2.0).exp() + 0.08 * noise.next()) as f32
        };
        let pixels = (0..side * side).map(&mut pixel).collect();
        let label = if zero { "0" } else { "1" };
        let predicted = if index == 4 {
            "6"
        } else if index == 9 {
            "7"
        } else {
            label
        };
        let probability = Some(if predicted == label { 0.99 - 0.01 * index as f64 } else { 0.51 });
        Image {
            width: side,
            height: side,
            pixels,
            label: label.into(),
            predicted: Some(predicted.into()),
            probability,
        }
    };
    ImageGrid::new(title, (0..20).map(&mut image).collect())
}
