//! Completions for shells, and manual pages.

use crate::shell::Shell;

#[test]
fn every_shell_gets_completions_of_every_command() {
    let shell = Shell::new();
    for (name, mark) in [
        ("bash", "complete -F _thalweg"),
        ("zsh", "#compdef thalweg"),
        ("fish", "complete -c thalweg"),
        ("elvish", "edit:completion:arg-completer[thalweg]"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let script = shell.succeed(&format!("completions {name}"));
        assert!(script.contains(mark), "{name}");
        for word in ["check-gradients", "trajectory", "dry-run"] {
            assert!(script.contains(word), "{name}: {word}");
        }
    }
    assert!(shell.fail("completions tcsh").contains("possible values: bash"));
    assert!(shell.fail("completions").contains("<SHELL>"));
}

#[test]
fn every_command_has_a_manual_page() {
    let shell = Shell::new();
    assert_eq!(shell.succeed("man-pages pages/man1"), "");
    let names = shell.names("pages/man1");
    for name in ["thalweg.1", "thalweg-compare.1", "thalweg-check-gradients.1", "thalweg-data-get.1"] {
        assert!(names.contains(&name.to_string()), "{name}: {names:?}");
    }
    for name in &names {
        let page = String::from_utf8(shell.read(&format!("pages/man1/{name}"))).unwrap();
        assert!(page.contains(".TH ") && page.contains(".SH NAME"), "{name}");
    }
    let page = String::from_utf8(shell.read("pages/man1/thalweg-list.1")).unwrap();
    assert!(page.contains("thalweg list functions"), "{page}");
    // Of interest to those who pack the program.
    assert!(!shell.succeed("--help").contains("man-pages"));
    assert!(!names.contains(&"thalweg-man-pages.1".to_string()));
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let shell = Shell::new();
    shell.write("taken", "");
    assert!(shell.fail("man-pages taken").contains("cannot write manual pages in taken"));
}
