//! `thalweg learn`: every section in both languages, with the numbers of the book and of the notes.

use crate::shell::Shell;
use std::collections::BTreeSet;

/// The numbers of a section's output, as they are printed.
fn section(number: &str) -> String {
    Shell::new().succeed(&format!("learn {number} --lang en"))
}

/// Whether a line of a text holds all these words in this order, with anything between them.
fn has(text: &str, words: &str) -> bool {
    text.lines().any(|line| {
        let mut found = line.split_whitespace();
        words.split_whitespace().all(|word| found.any(|other| other == word))
    })
}

#[track_caller]
fn shows(number: &str, lines: &[&str]) {
    let said = section(number);
    for line in lines {
        assert!(has(&said, line), "{number} lacks `{line}`:\n{said}");
    }
}

#[test]
fn the_contents_have_a_line_for_each_section() {
    let shell = Shell::new();
    for (language, words) in [("en", "3.2.4 The sigmoid function"), ("ko", "3.2.4 시그모이드 함수")] {
        let all = shell.succeed(&format!("learn --lang {language}"));
        assert!(has(&all, words), "{all}");
        let chapter = shell.succeed(&format!("learn 3 --lang {language}"));
        assert!(chapter.lines().skip(2).all(|line| line.starts_with("3.")), "{chapter}");
        assert!(all.lines().count() >= chapter.lines().count());
    }
    assert!(
        shell
            .fail("learn 3.5.9 --lang en")
            .contains("there is no section `3.5.9`; there are: 3.5.1, 3.5.2, 3.5.3")
    );
    let answer = shell.run("learn 3.5.9 --lang ko");
    assert_ne!(answer.status, Some(0));
    assert!(
        answer.err.starts_with("오류: ") && answer.err.contains("`3.5.9` 절은 없습니다"),
        "{}",
        answer.err
    );
    assert!(shell.fail("learn 3 --html a.html").contains("name it"));
}

#[test]
fn numbers_of_the_reader_take_the_place_of_the_book_s() {
    let shell = Shell::new();
    let said = shell.succeed("learn 3.5.1 --with 1,1 --lang en");
    assert!(has(&said, "0 1 2.7182818 0.5"), "{said}");
    let said = shell.succeed("learn 3.1.3 --with -0.5,-0.5,0.7 --lang en");
    assert!(has(&said, "1 1 -0.3 0"), "{said}");
    assert!(shell.fail("learn 3.1.3 --with 1").contains("section 3.1.3 takes 3 numbers with --with, not 1"));
    assert!(shell.fail("learn 3.2.5 --with 1").contains("takes no numbers"));
    assert!(shell.fail("learn 3.5.1 --with 1,inf").contains("finite"));
    assert!(shell.fail("learn 3.5.1 --full").contains("leave out --full"));
}

#[test]
fn chapter_3_has_the_book_s_numbers() {
    shows("3.1.3", &["1 1 0.3 1 0.57444252"]);
    shows("3.2.3", &["-1 0", "0 0", "1 1"]);
    shows("3.2.4", &["-1 0.26894142", "1 0.73105858", "2 0.88079708"]);
    shows("3.2.7", &["-1 0", "2 2"]);
    shows("3.3.2", &["1 2 5 6 19 22", "3 4 7 8 43 50"]);
    shows("3.4.3", &["A1 0.3 0.7 1.1", "Z1 0.57444252 0.66818777 0.75026011", "Y 0.31682708 0.69627909"]);
    shows("3.5.1", &["0 0.3 1.3498588 0.018211273", "1 2.9 18.174145 0.24519181", "2 4 54.59815 0.73659691"]);
    shows(
        "3.5.2",
        &["750 inf", "1010 NaN 0 0.9999546", "1000 NaN -10 4.5397869e-5", "990 NaN -20 2.06106e-9"],
    );
    shows("3.5.3", &["Σ 1 100.0"]);
    let said = section("3.6.3");
    let right: BTreeSet<&str> = said
        .lines()
        .filter(|line| line.contains(" / 360 "))
        .filter_map(|line| line.split_whitespace().last())
        .collect();
    assert_eq!(right.len(), 1, "{said}");
    assert!(right.first().unwrap().parse::<f64>().unwrap() > 0.9, "{said}");
}

#[test]
fn chapter_4_has_the_book_s_and_the_notes_numbers() {
    shows("4.2.1", &["½ Σ (y − t)² 0.0975 0.5975", "Σ (y − t)² / n 0.0195 0.1195"]);
    shows("4.2.2", &["0.6 0.51082546", "0.1 2.3025841", "0 16.118096"]);
    shows("4.2.4", &["one-hot 1.7583024", "labels 3 8 1.7583024"]);
    shows("4.2.5", &["-2 0 0.10499359", "0.5 0 0.23500371"]);
    shows("4.3.1", &["0.0001 0.200001 1e-6 0.2", "1e-16 0 -2e-1 0", "1e-50 0 -2e-1 0"]);
    shows("4.3.2", &["5 0.1999999999990898 0.2", "10 0.2999999999986347 0.3"]);
    shows("4.3.3", &["∂f/∂x₀ 6.00000000000378 6", "∂f/∂x₁ 7.999999999999119 8"]);
    shows("4.4", &["3 4 6 8", "0 2 0 4", "3 0 6 0", "↘ ↓ ↙", "→ · ←"]);
    shows(
        "4.4.1",
        &[
            "0.1 -6.11110793e-10 8.14814391e-10 goes",
            "10 -2.58983747e13 -1.29524862e12 diverges",
            "1e-10 -2.99999994 3.99999992 hardly",
        ],
    );
    shows(
        "4.4.2",
        &[
            "x W 1.0541481 0.63071653 1.1328074",
            "L 0.92806854",
            "∂L/∂W[0], difference 0.21924763 0.14356247 -0.36281009",
            "∂L/∂W[1], backpropagation 0.32887144 0.2153437 -0.54421514",
        ],
    );
    shows("4.5.1", &["W1 [64, 50] 3200", "b2 [10] 10", "Σ 3760"]);
    let said = section("4.5.3");
    let running = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        running
            .contains("A smaller run, for seconds: 1 run of 3000 updates instead of 1 run of 10000 updates"),
        "{said}"
    );
    assert!(has(&said, "1 sigmoid, training accuracy") && has(&said, "2 sigmoid, test accuracy"), "{said}");
}

#[test]
fn chapter_5_has_the_book_s_and_the_notes_numbers() {
    shows("5.1.1", &["price of an apple 100", "price of the apples 200", "total 220"]);
    shows("5.1.3", &["price of an apple 100 2.2", "number of apples 2 110", "tax 1.1 200", "total 220 1"]);
    shows("5.2.2", &["x 1 6", "t = x + y 3 6", "z = t² 9 1"]);
    shows("5.3.1", &["x 10 1.3", "y 5 1.3"]);
    shows("5.3.2", &["x 10 6.5", "y 5 13", "z = x y 50 1.3"]);
    shows(
        "5.4.2",
        &[
            "price of an apple 100 2.2",
            "number of apples 2 110",
            "price of an orange 150 3.3",
            "number of oranges 3 165",
            "tax 1.1 650",
            "total 715 1",
        ],
    );
    shows("5.5.1", &["x 1 -0.5 -2 3 1 0 0 4", "y = ReLU(x) 1 0 0 3"]);
    shows("5.5.2", &["0 0.5 1 0.25 0.25", "2 0.88079708 1 0.10499359"]);
    shows("5.6.2", &["Y [2, 3] 10 14 18 20 28 36", "B [3] 1 2 3 5 7 9", "X [2, 2] 1 2 3 4 14 32 32 77"]);
    shows("5.6.3", &["0 0.3 0 0.3", "1 0.2 1 -0.8", "2 0.5 0 0.5", "1 0.99 1 -0.01"]);
    let checked = section("5.7.3");
    for name in ["W1", "b1", "W2", "b2"] {
        let line = checked.lines().find(|line| line.starts_with(name)).unwrap();
        let difference: f64 = line.split_whitespace().nth(2).unwrap().parse().unwrap();
        assert!(difference < 1e-8, "{line}");
    }
}

#[test]
fn chapter_6_has_the_book_s_and_the_notes_numbers() {
    shows("6.1.2", &["w 1 → 0.8 2 → 1.9"]);
    shows("6.1.3", &["-7 2 6.45 -0.7 4", "0.95 30 -0.350393 0.084782"]);
    shows("6.1.4", &["0.1 30 0.896414 0.088086", "velocity 0 → -0.2 0 → -0.1", "velocity -0.2 → -0.38"]);
    // The notes' checks: AdaGrad at rate 1, RMSProp at 1 and 3/4, Adam at 1, 1/2, 1/2.
    shows("6.1.5", &["1.5 30 -0.120162", "sum_of_squares 0 → 4 0 → 1", "mean_square 0 → 1 0 → 0.25"]);
    shows(
        "6.1.6",
        &[
            "0.3 30 0.136007 0.318245",
            "first_moment 0 → 1 0 → 0.5",
            "second_moment 0 → 2 0 → 0.5",
            "corrected: / 0.5 2 1",
        ],
    );
    let said = section("6.1.7");
    for rule in ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"] {
        assert!(has(&said, &format!("{rule} (book)")), "{said}");
    }
    // (x − 3) / √(3.5 + 1e-5).
    shows("6.3.1", &["1 -1.0690434", "3 0", "6 1.6035652"]);
    // On the built-in digits as on MNIST: weights of 0 learn nothing, and the loss is that of guessing.
    let zeros = section("6.2.1");
    let of_zeros = zeros.lines().find(|line| line.starts_with("zeros ")).unwrap();
    assert!(of_zeros.contains("2.30") || of_zeros.contains("2.29"), "{of_zeros}");
    let activations = section("6.2.2");
    assert!(activations.contains('█') && has(&activations, "sigmoid, Xavier sigmoid1"), "{activations}");
}

#[test]
fn chapters_7_and_8_have_the_book_s_numbers() {
    shows("7.2.2", &["1 2 3 0 2 0 1 15 16", "0 1 2 3 0 1 2 6 15"]);
    shows("7.2.3", &["1 2 3 0 2 0 1 7 12 10 2", "2 3 0 1 8 10 4 3"]);
    shows("7.2.4", &["1 2 3 0 1 2 3 2 0 1 15 17 15"]);
    shows("7.3", &["1 2 1 0 2 3", "0 1 2 3 4 2"]);
    shows("7.4.3", &["W1 [30, 1, 5, 5] 750"]);
    let learnt = section("7.5");
    assert!(has(&learnt, "SimpleConvNet 0.9896"), "{learnt}");
    let mistakes = section("8.1.3");
    assert!(mistakes.contains("A smaller run"), "{mistakes}");
}

#[test]
fn a_picture_is_drawn_in_the_terminal_and_on_the_page() {
    let shell = Shell::new();
    let said = shell.succeed("learn 3.2.5 --lang ko --html both.html");
    assert!(said.chars().any(|letter| ('⠁'..='⣿').contains(&letter)), "{said}");
    assert!(has(&said, "1 step") && has(&said, "2 sigmoid"), "{said}");
    let page = String::from_utf8(shell.read("both.html")).unwrap();
    for part in [
        "시그모이드와 계단 함수의 비교",
        "thalweg learn 3.2.5",
        "from thalweg.book import sigmoid",
        "\"scatter\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

/// Runs every section; returns what is printed.
fn everything(shell: &Shell, language: &str) -> String {
    let said = shell.succeed(&format!("learn --all --lang {language} --html {language}.html"));
    let contents = shell.succeed(&format!("learn --lang {language}"));
    for line in contents.lines().skip(2) {
        let number = line.split_whitespace().next().unwrap();
        assert!(
            said.lines().any(|line| line.split_whitespace().next() == Some(number)),
            "{number} did not run"
        );
    }
    let page = String::from_utf8(shell.read(&format!("{language}.html"))).unwrap();
    assert!(page.contains("3.5.1 "), "the page lacks a section");
    said
}

#[test]
fn every_section_runs_in_english_and_its_commands_work() {
    let shell = Shell::new();
    let said = everything(&shell, "en");
    let commands: BTreeSet<&str> =
        said.lines().filter_map(|line| line.strip_prefix("    thalweg ")).collect();
    assert!(commands.len() > 15, "{commands:?}");
    for command in commands.iter().filter(|command| !command.contains("--full")) {
        shell.succeed(command);
    }
}

#[test]
fn every_section_runs_in_korean() {
    let said = everything(&Shell::new(), "ko");
    assert!(said.contains("같은 계산을 파이썬으로"), "{said}");
}
