//! What Thalweg says to its users: one catalogue of messages for each language.
//!
//! A message is a method, and its arguments are typed. [`Words`] is all of them together; [`Language::words`] gives those of a
//! language:
//!
//! ```
//! use thalweg_words::Language;
//!
//! let words = Language::English.words();
//! assert_eq!(words.learning_rate(), "learning rate");
//! assert_eq!(words.images_mistaken(3, 100), "3 of 100 test images are taken for something else.");
//! ```
//!
//! The traits of [`catalogue`] say what messages there are, area by area. The folders `en` and `ko` say them; a message that a language
//! lacks does not compile. A third language is another folder, a variant of [`Language`] and its lines there.

#![forbid(unsafe_code)]

pub mod catalogue;
mod en;
mod ko;
mod language;
mod sentences;

pub use catalogue::{Lesson, Words};
pub use language::Language;

/// The examples of the README, tested.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
