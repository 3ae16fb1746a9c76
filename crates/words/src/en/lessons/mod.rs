//! The lessons, chapter by chapter.

mod chapter_3;
