//! One file a command: its arguments, what it does, what it prints.

pub(crate) mod check;
pub(crate) mod check_gradients;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod conform;
pub(crate) mod data;
pub(crate) mod describe;
pub(crate) mod evaluate;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod learn;
pub(crate) mod list;
pub(crate) mod lr_test;
pub(crate) mod man_pages;
pub(crate) mod predict;
pub(crate) mod results;
pub(crate) mod run;
mod search;
pub(crate) mod step;
pub(crate) mod sweep;
pub(crate) mod train;
pub(crate) mod trajectory;
pub(crate) mod tune;
pub(crate) mod work;
