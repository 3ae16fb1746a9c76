//! Every figure with odd data, as JSON.
use serde_json::json;
use thalweg_report::{Figure, Language, figures::*};

struct Noise(u64);
impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
    /// Any size, now and then not finite.
    fn odd(&mut self) -> f64 {
        let pick = ((self.next() + 1.0) * 20.0) as u32;
        let value = self.next() * 10_f64.powf(self.next() * 12.0);
        match pick {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => f64::NEG_INFINITY,
            3 => 0.0,
            4 => -0.0,
            5 => value.round(),
            6 => value.abs(),
            7 => 1e-310,
            8 => 1e308,
            _ => value,
        }
    }
}
const NAMES: [&str; 12] = [
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "rmsprop",
    "adam",
    "adamw",
    "lion",
    "adam",
    "adam",
    "</script><b>&\"%",
    "손실",
];

fn main() {
    let mut out = Vec::new();
    let mut add = |f: Figure| {
        out.push(json!({"title": f.title, "caption": f.caption, "traces": f.traces, "layout": f.layout, "narrow": f.narrow, "height": f.height, "wide": f.wide,
        "views": f.views.iter().map(|v| json!([v.label, v.layout])).collect::<Vec<_>>(), "walk": f.walk.map(|w| json!([w.steps, w.trails, w.heads])), "csv": f.csv}))
    };
    for language in [Language::English, Language::Korean] {
        for seed in 0..12_u64 {
            let mut n = Noise(seed * 77 + 1);
            let count = (seed as usize * 5) % 13;
            let name = |i: usize| NAMES[(i + seed as usize) % 12].to_string();
            for band in [Band::Range, Band::Deviation] {
                for scale in [Scale::Linear, Scale::Logarithmic] {
                    let curves = (0..count)
                        .map(|i| {
                            let len = [0, 1, 5, 30, 31, 700, 2500][(seed as usize + i) % 7];
                            let runs = (0..(i + seed as usize) % 4)
                                .map(|r| (0..len - (r * 3).min(len)).map(|_| n.odd()).collect())
                                .collect();
                            Curve {
                                rule: name(i),
                                label: name(i) + "%",
                                steps: (0..len).map(|s| s as f64 * 1.1).collect(),
                                runs,
                            }
                        })
                        .collect();
                    add(Curves {
                        title: "t".into(),
                        across: "a %<".into(),
                        up: "u".into(),
                        scale,
                        band,
                        curves,
                    }
                    .figure(language));
                }
            }
            let rules = (0..count)
                .map(|i| Finals {
                    rule: name(i),
                    label: name(i),
                    values: (0..i % 6).map(|_| if i % 3 == 0 { n.next() } else { n.odd() }).collect(),
                })
                .collect();
            add(Dots { title: "t".into(), across: "a".into(), rules }.figure(language));
            for better in [Better::Higher, Better::Lower] {
                let rules = (0..count)
                    .map(|i| {
                        let rates: Vec<f64> =
                            (0..i + 1).map(|r| 10_f64.powf(-4.0 + r as f64 / 3.0)).collect();
                        let trials = rates
                            .iter()
                            .flat_map(|r| {
                                (0..1 + (i + seed as usize) % 3)
                                    .map(|_| Trial { learning_rate: *r, value: n.odd() })
                                    .collect::<Vec<_>>()
                            })
                            .collect();
                        let chosen = if i % 4 == 1 { None } else { Some(rates[i / 2]) };
                        Searched {
                            rule: name(i),
                            label: name(i),
                            trials,
                            chosen,
                            cliff: (i % 3 == 0).then(|| rates[i]),
                        }
                    })
                    .collect();
                add(Sensitivity { title: "t".into(), up: "u".into(), better, scale: Scale::Linear, rules }
                    .figure(language));
            }
            if seed == 3 {
                let trials = (0..5100)
                    .map(|i| Trial { learning_rate: 1.0 + (i / 2) as f64, value: n.next() })
                    .collect();
                let rules = vec![Searched {
                    rule: "sgd".into(),
                    label: "SGD".into(),
                    trials,
                    chosen: Some(3.0),
                    cliff: None,
                }];
                add(Sensitivity { rules, ..Sensitivity::default() }.figure(language));
            }
            let kind = seed % 4;
            let mut landscape = Landscape::sample(
                "bowl <",
                "x²",
                (-7.3 - seed as f64, 7.1),
                (-4.0, 4.4 * (1.0 + seed as f64)),
                |x, y| match kind {
                    0 => x * x / 20.0 + y * y,
                    1 => (x * y).ln(),
                    2 => f64::NAN,
                    _ => (x * 3.0).sin() * 1e9 + y,
                },
                |x, y| match kind {
                    0 => [x / 10.0, 2.0 * y],
                    1 => [1.0 / x, y.ln()],
                    2 => [f64::NAN; 2],
                    _ => [0.0, 0.0],
                },
            );
            landscape.minima = (0..count % 4).map(|_| [n.next(), n.next() / 3.0]).collect();
            landscape.lowest = (seed % 3 == 0).then_some(0.0);
            if seed == 11 {
                landscape.x.clear();
                landscape.y.clear();
                landscape.values.clear();
                landscape.arrows.clear();
            }
            let paths: Vec<Path> = (0..count)
                .map(|i| {
                    let len = [0, 1, 20, 120, 121, 2400][(seed as usize + i) % 6];
                    let points = (0..len)
                        .map(|_| if i % 2 == 0 { [n.next() * 3.0, n.next()] } else { [n.odd(), n.odd()] })
                        .collect();
                    let values = (0..len.max(2) - 1)
                        .map(|_| if seed % 2 == 0 { n.odd() } else { n.next() + 1.1 })
                        .collect();
                    Path { rule: name(i), label: name(i), points, values }
                })
                .collect();
            add(Paths { landscape: &landscape, paths: &paths }.figure(language));
            add(Surface { landscape: &landscape, paths: &paths }.figure(language));
            add(Contours { landscape: &landscape }.figure(language));
            add(Forest {
                title: "f".into(),
                across: "a".into(),
                margin: n.next(),
                rows: (0..count)
                    .map(|i| Difference {
                        rule: name(i),
                        label: name(i),
                        difference: n.next(),
                        interval: [n.next(), n.odd()],
                        verdict: "v".into(),
                    })
                    .collect(),
            }
            .figure(language));
            add(Trials {
                title: "t".into(),
                caption: "".into(),
                across: "a".into(),
                up: "u".into(),
                points: (0..count).map(|_| (n.next().abs(), n.odd())).collect(),
                range: [0.1, 1.0],
            }
            .figure());
            add(Histograms {
                title: "h".into(),
                caption: "".into(),
                distributions: (0..count)
                    .map(|i| Distribution {
                        label: name(i),
                        edges: (0..=i).map(|e| e as f64).collect(),
                        counts: (0..i as u64).collect(),
                    })
                    .collect(),
            }
            .figure());
            let configurations = Configurations {
                title: "c".into(),
                up: "u".into(),
                higher_is_better: seed % 2 == 0,
                axes: [AxisScale::Linear, AxisScale::Logarithmic, AxisScale::OneMinus]
                    [..1 + seed as usize % 3]
                    .iter()
                    .map(|s| Axis {
                        name: "a".into(),
                        scale: *s,
                        values: (0..count).map(|_| n.next().abs()).collect(),
                    })
                    .collect(),
                results: (0..count).map(|_| n.odd()).collect(),
            };
            add(configurations.parallel(language));
            configurations.map(language).into_iter().for_each(&mut add);
        }
        for s in thalweg_report::styles((0..40).map(|i| format!("rule {i}"))) {
            println!(
                "{} {}",
                s.colour,
                serde_json::to_string(&s.dash).unwrap() + &serde_json::to_string(&s.symbol).unwrap()
            );
        }
    }
    for f in out {
        println!("{f}");
    }
}
