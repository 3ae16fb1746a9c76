//! What holds for the repository as a whole: sources, crates and documents.

mod repository;
