//! The button that saves a figure as a picture.

use thalweg_words::Words;

/// The button that saves a figure as a picture.
pub(crate) fn picture(words: &dyn Words) -> String {
    format!("<button type=\"button\" class=\"save-picture\">{}</button>", words.picture())
}
