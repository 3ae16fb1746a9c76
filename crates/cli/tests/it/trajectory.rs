//! `thalweg trajectory`: the paths of the notes, and what is said of mistakes.

use crate::shell::Shell;

/// The point after the last update, and the whole answer.
fn path(line: &str) -> (Vec<[f64; 2]>, serde_json::Value) {
    let answer = Shell::new().json(&format!("trajectory {line}"));
    let points = serde_json::from_value(answer["points"].clone()).unwrap();
    (points, answer)
}

fn ends_at(line: &str, expected: [f64; 2]) {
    let (points, answer) = path(line);
    assert_eq!(points.len(), 31, "{line}: the start and 30 updates");
    assert_eq!(answer["values"].as_array().unwrap().len(), 31);
    assert_eq!(points[0], [-7.0, 2.0]);
    assert_eq!(answer["values"][0], 6.45);
    for (found, expected) in points[30].iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{line}: {:?}", points[30]);
    }
}

#[test]
fn the_four_rules_of_the_notes_end_where_the_notes_end() {
    let on_the_bowl = "--function bowl --dialect book --start -7,2 --steps 30";
    ends_at(&format!("{on_the_bowl} --rule sgd --set learning_rate=0.95"), [-0.350393, 0.084782]);
    ends_at(&format!("{on_the_bowl} --rule momentum --set learning_rate=0.1"), [0.896414, 0.088086]);
    ends_at(&format!("{on_the_bowl} --rule adagrad --set learning_rate=1.5"), [-0.120162, 0.0]);
    ends_at(&format!("{on_the_bowl} --rule adam --set learning_rate=0.3"), [0.136007, 0.318245]);
}

#[test]
fn all_rules_of_the_notes_are_in_one_picture() {
    let shell = Shell::new();
    let line = "trajectory --rules sgd,momentum,adagrad,adam";
    let answers = shell.json(line);
    let ends = [[-0.350393, 0.084782], [0.896414, 0.088086], [-0.120162, 0.0], [0.136007, 0.318245]];
    for (answer, end) in answers.as_array().unwrap().iter().zip(ends) {
        let points: Vec<[f64; 2]> = serde_json::from_value(answer["points"].clone()).unwrap();
        assert_eq!(points.len(), 31);
        assert!((points[30][0] - end[0]).abs() < 1e-6 && (points[30][1] - end[1]).abs() < 1e-6, "{answer}");
    }
    let said = shell.succeed(&format!("{line} --html all.html"));
    for part in ["momentum (book)", "0.95", "-0.350393", "│"] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(said.chars().any(|letter| ('⠁'..='⣿').contains(&letter)), "{said}");
    let page = String::from_utf8(shell.read("all.html")).unwrap();
    for label in ["sgd (book)", "momentum (book)", "adagrad (book)", "adam (book)", "downhill direction"] {
        assert!(page.contains(label), "{label}");
    }
    // A rate of one's own, and one rule in a list, which is a list.
    let answers = shell.json("trajectory --rules sgd:0.1,adam");
    assert_eq!(
        (answers[0]["learning_rate"].as_f64(), answers[1]["learning_rate"].as_f64()),
        (Some(0.1), Some(0.3))
    );
    assert_eq!(shell.json("trajectory --rules adam").as_array().unwrap().len(), 1);
    assert!(shell.fail("trajectory --rules sgd:x").contains("is not a number"));
}

#[test]
fn a_rule_that_the_book_lacks_has_the_dialect_that_training_gives_it() {
    let shell = Shell::new();
    let followed = shell.json("trajectory --rule adamw --steps 1");
    let explained = shell.json("explain --rule adamw");
    assert_eq!(followed["rule"]["dialect"], explained["optimizer"]["dialect"]);
    assert_eq!(followed["rule"]["dialect"], "torch");
    assert!(shell.fail("trajectory --rule adamw --dialect book").contains("has no dialect `book`"));
}

#[test]
fn look_ahead_nesterov_takes_the_gradient_further_on() {
    // v <- αv - η∇f(x + αv), x <- x + v on f = x²/20 + y².
    let (rate, momentum) = (0.1, 0.9);
    let (mut point, mut velocity) = ([-7.0, 2.0], [0.0, 0.0]);
    let mut expected = vec![point];
    for _ in 0..30 {
        for (axis, steepness) in [0.1, 2.0].into_iter().enumerate() {
            let ahead = point[axis] + momentum * velocity[axis];
            velocity[axis] = momentum * velocity[axis] - rate * steepness * ahead;
            point[axis] += velocity[axis];
        }
        expected.push(point);
    }
    let (points, _) = path("--rule nesterov-lookahead --set learning_rate=0.1 --set momentum=0.9");
    assert_eq!(points.len(), expected.len());
    for (found, expected) in points.iter().flatten().zip(expected.iter().flatten()) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
}

#[test]
fn a_path_that_diverges_ends_at_the_last_finite_point_and_says_so() {
    let line = "--rule sgd --set learning_rate=5 --steps 2000";
    let (points, answer) = path(line);
    let step = answer["diverged_at"].as_u64().unwrap();
    assert!(step < 2000 && points.len() as u64 == step, "{step}, {} points", points.len());
    let answer = Shell::new().run(&format!("trajectory {line}"));
    assert_eq!(answer.status, Some(0));
    assert!(answer.err.contains(&format!("diverged: update {step} ")), "{}", answer.err);
    assert!(answer.err.contains("try a smaller one"));
}

#[test]
fn the_same_seed_draws_the_same_noise() {
    let noisy = |seed| path(&format!("--rule sgd --noise 0.1 --seed {seed}")).0;
    assert_eq!(noisy(1), noisy(1));
    assert_ne!(noisy(1), noisy(2));
}

#[test]
fn a_page_is_written_that_needs_nothing_from_elsewhere() {
    let shell = Shell::new();
    shell.succeed("trajectory --rule momentum --set learning_rate=0.1 --html path.html");
    let page = String::from_utf8(shell.read("path.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    assert!(page.contains("Plotly.newPlot"));
    assert_eq!(outside_resources(&page), Vec::<&str>::new());
    assert_eq!(outside_resources("<p><script src=\"https://x.org/a.js\">").len(), 1, "the check can fail");
    assert_eq!(shell.names("."), ["path.html"]);
}

/// Tags that make a browser fetch something.
pub(crate) fn outside_resources(page: &str) -> Vec<&str> {
    let tags = page.split('<').filter(|tag| {
        ["script ", "link ", "img ", "iframe ", "source "].iter().any(|name| tag.starts_with(name))
    });
    let tags = tags.map(|tag| tag.split('>').next().unwrap_or_default());
    tags.filter(|tag| {
        ["src=\"http", "src=\"//", "href=\"http", "href=\"//"].iter().any(|way| tag.contains(way))
    })
    .collect()
}

#[test]
fn unknown_names_get_the_nearest_one() {
    let shell = Shell::new();
    for (line, advice) in [
        ("--rule momentun", "there is no rule called `momentun`; did you mean `momentum`?"),
        ("--rule sgd --function bowel", "there is no function called `bowel`; did you mean `bowl`?"),
        ("--rule sgd --dialect bok", "there is no dialect called `bok`; did you mean `book`?"),
        ("--rule sgd --set learning_rat=1", "did you mean `learning_rate`?"),
        ("--rule sgd --schedule consine", "there is no schedule called `consine`; did you mean `cosine`?"),
        ("--rule sgd --function rotated-bowl --with conditon=3", "did you mean `condition`?"),
    ] {
        let message = shell.fail(&format!("trajectory {line}"));
        assert!(message.contains(advice), "{line}: {message}");
    }
}

#[test]
fn values_out_of_range_are_explained() {
    let shell = Shell::new();
    for (line, advice) in [
        ("--start nan,1", "`nan` is not a finite number"),
        ("--start 1", "write it as two numbers, such as -7,2"),
        ("--noise=-1", "the noise is -1; it is a standard deviation"),
        ("--noise nan", "choose a finite number, 0 or more"),
        ("--set learning_rate=nan", "learning_rate = NaN is out of range"),
        ("--set learning_rate=-1", "learning_rate = -1 is out of range"),
        ("--set learning_rate=1e400", "learning_rate = inf is out of range"),
        ("--set learning_rate", "write it as name=value"),
        ("--steps 10000001", "is too many; at most 10000000"),
        ("--function rotated-bowl --with condition=-3", "choose a number from 1 to"),
    ] {
        let message = shell.fail(&format!("trajectory --rule sgd {line}"));
        assert!(message.contains(advice), "{line}: {message}");
    }
    let (points, _) = path("--rule sgd --steps 0");
    assert_eq!(points, [[-7.0, 2.0]]);
}
