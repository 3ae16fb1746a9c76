//! The command that was given, as a shell reads it.

use thalweg_kit::shell_word;

/// Returns the words after the program's name, each as a shell reads it.
pub(crate) fn given_words() -> Vec<String> {
    std::env::args_os().skip(1).map(shell_word).collect()
}
