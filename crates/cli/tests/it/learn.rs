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
    assert!(shell.fail("learn 3.5.9 --lang ko").contains("`3.5.9` 절은 없습니다"));
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
