//! `thalweg data`: what data there is, getting more, looking at it.

use super::evaluate::{part_name, split};
use crate::experiment::SourceArguments;
use crate::failure::Failure;
use crate::language::{said, words};
use crate::output;
use crate::progress::Progress;
use crate::writing::{Kind, Overwriting, Target, check};
use clap::Subcommand;
use serde_json::json;
use std::io::IsTerminal;
use std::path::PathBuf;
use thalweg::data::image_files::user_cache;
use thalweg::data::picture::{Colour, Picture};
use thalweg::data::registry::Origin;
use thalweg::data::{DATASETS, Options, Split, fetch};
use thalweg::report::{Cell, Column, Table};

/// List, download and look at data sets
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  thalweg data list
  thalweg data get mnist
  thalweg data describe mine.csv
  thalweg data show digits 0")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the data sets, and which of them are on this machine
    #[command(after_help = "Examples:\n  thalweg data list\n  thalweg data list --json")]
    List {
        #[command(flatten)]
        source: SourceArguments,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Download a data set: several mirrors, checked by SHA-256, going on where it stopped
    #[command(after_help = "Examples:\n  thalweg data get fashion-mnist")]
    Get {
        /// mnist, fashion-mnist, kmnist or cifar10
        name: String,
        /// Where to put it [default: $THALWEG_DATA, then your cache, where every command looks]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
        /// Another place to download from, tried first
        #[arg(long, value_name = "URL")]
        mirror: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Describe a file of your own: how it is read, its columns, what keeps it from being learnt from, and keys to paste
    Describe(super::describe::Arguments),
    /// Show an example in the terminal, and as a PNG file if you name one
    #[command(
        after_help = "Examples:\n  thalweg data show mnist 0\n  thalweg data show mnist 0 --png five.png"
    )]
    Show {
        /// The data set
        name: String,
        /// Which example, counted from 0
        #[arg(default_value_t = 0)]
        index: usize,
        /// Of which part: train, validation or test
        #[arg(long, default_value = "train", value_parser = split)]
        split: Split,
        #[command(flatten)]
        source: SourceArguments,
        /// Write the image to this file, as PNG
        #[arg(long, value_name = "FILE")]
        png: Option<PathBuf>,
        #[command(flatten)]
        overwriting: Overwriting,
        /// Print JSON: the label and the pixels
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.action {
        Action::List { source, json } => list(&source, json),
        Action::Get { name, to, mirror, json } => get(&name, to, mirror.as_deref(), json),
        Action::Describe(arguments) => super::describe::run(&arguments),
        Action::Show { name, index, split, source, png, overwriting, json } => {
            show(&name, index, split, &source, (png, overwriting), json)
        }
    }
}

fn list(source: &SourceArguments, json: bool) -> Result<(), Failure> {
    let source = source.source();
    let rows: Vec<_> = DATASETS.iter().map(|entry| (entry, entry.is_here(&source))).collect();
    if json {
        let rows: Vec<_> = rows
            .iter()
            .map(|(entry, here)| {
                json!({
                    "name": entry.name, "title": entry.title, "here": here, "shape": entry.shape,
                    "train": entry.counts[0], "validation": entry.counts[1], "test": entry.counts[2],
                    "citation": entry.citation, "licence": entry.licence,
                })
            })
            .collect();
        return output::json(&rows);
    }
    let mut table = Table::new(vec![
        Column::text(words().name()),
        Column::text(words().what_it_is()),
        Column::number(words().part_train()),
        Column::number(words().validation()),
        Column::number(words().test()),
        Column::text(words().here()),
    ]);
    for (entry, here) in rows {
        let get = words().not_here(entry.name);
        let here = match (entry.origin, here) {
            (Origin::Embedded, _) => words().embedded(),
            (Origin::Synthetic, _) => words().made_on_demand(),
            (Origin::Files, true) => words().yes(),
            (Origin::Files, false) => &get,
        };
        let counts = entry.counts.map(|count| count.to_string());
        table.push([
            Cell::from(entry.name),
            Cell::from(said(entry.title)),
            Cell::from(counts[0].as_str()),
            Cell::from(counts[1].as_str()),
            Cell::from(counts[2].as_str()),
            Cell::from(here),
        ]);
    }
    output::line(table.to_text(crate::output::width()).trim_end())
}

/// What requests are made with.
#[cfg(feature = "download")]
const WEB: &dyn fetch::Web = &thalweg::web::Https;

#[cfg(not(feature = "download"))]
const WEB: &dyn fetch::Web = &NotBuilt;

#[cfg(not(feature = "download"))]
struct NotBuilt;

#[cfg(not(feature = "download"))]
impl fetch::Web for NotBuilt {
    fn get(&self, _: &str, _: u64) -> Result<fetch::Answer, String> {
        Err("this program was built without downloads (feature `download`)".into())
    }
}

fn get(name: &str, to: Option<PathBuf>, mirror: Option<&str>, json: bool) -> Result<(), Failure> {
    let directory = match to {
        Some(directory) => directory,
        None => std::env::var_os("THALWEG_DATA")
            .filter(|folder| !folder.is_empty())
            .map(PathBuf::from)
            .or_else(user_cache)
            .ok_or_else(|| {
                Failure::new(
                    "there is no home directory to keep a cache in; say where to put the files with --to DIR",
                )
            })?,
    };
    let progress = Progress::new(0);
    let mut update = |done, total| progress.at(done, total, || format!("{:.1} MB", done as f64 / 1e6));
    let fetched = fetch::get(name, &directory, mirror, WEB, &mut update)?;
    drop(progress);
    if json {
        let rows: Vec<_> =
            fetched.iter().map(|file| json!({ "file": file.path, "downloaded_from": file.url })).collect();
        return output::json(&rows);
    }
    for file in fetched {
        let from = match file.url {
            Some(url) => words().downloaded_from(&url),
            None => words().already_here().into(),
        };
        output::line(format!("{}: {from}", file.path.display()))?;
    }
    Ok(())
}

/// Pixels of the PNG for one pixel of the image.
const SCALE: usize = 8;

fn show(
    name: &str,
    index: usize,
    split: Split,
    source: &SourceArguments,
    (png, overwriting): (Option<PathBuf>, Overwriting),
    json: bool,
) -> Result<(), Failure> {
    let dataset = thalweg::data::load(name, &Options::default(), &source.source())?;
    let part = dataset.part(split);
    let picture = Picture::of(&dataset, part, index)?;
    let class = part
        .label(index)
        .map(|label| dataset.classes.get(label as usize).cloned().unwrap_or_else(|| label.to_string()));
    if let Some(path) = &png {
        check(&[Target::of("--png", Some(path), Kind::Picture)], overwriting)?;
        picture.write_png(path, SCALE)?;
    }
    if json {
        return output::json(&json!({
            "dataset": dataset.name, "split": split.to_string(), "index": index, "label": class,
            "shape": dataset.image.as_ref().map(|image| [image.height, image.width]), "pixels": part.input(index),
            "png": png,
        }));
    }
    let colour = if std::io::stdout().is_terminal() { Colour::True } else { Colour::None };
    output::drawing(picture.terminal(colour).trim_end_matches('\n'))?;
    if let Some(class) = class {
        output::line(words().example_shown(&dataset.name, part_name(split), index, &class))?;
    }
    png.map_or(Ok(()), |path| output::line(words().wrote(&path.display().to_string())))
}
