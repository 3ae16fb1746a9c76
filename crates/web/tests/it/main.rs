//! Tests from outside: downloads.

mod fetch;
