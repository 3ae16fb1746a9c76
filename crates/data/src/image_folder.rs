//! Folders of images, a class each: `photos/cats/1.jpg`, or such folders within `train`, `validation` and `test`.
//!
//! The folder is listed (`listing`), the heads of all images are read to settle one form for them (`survey`), and every image is
//! decoded (`decoding`) and scaled to that form (`scaling`). Parts that there are stay what they are; the others are cut from the
//! training images, class by class. Only the chosen form is kept in memory, one byte a pixel and channel.

mod decoding;
mod description;
mod error;
mod listing;
mod scaling;
mod survey;

pub use description::{FolderDescription, describe};
pub use error::ImageFolderError;

use std::path::Path;
use std::sync::Mutex;
use std::thread::available_parallelism;

use thalweg_kit::{check_free_memory, side_by_side};

use crate::dataset::{Dataset, Image};
use crate::error::DataError;
use crate::examples::{Examples, Targets};
use crate::image_form::ImageForm;
use crate::options::Options;
use crate::parts::Wanted;
use crate::split;
use crate::table::Encoding;
use crate::target;
use listing::{ImageFile, Listing};
use survey::Survey;

/// Reads a folder of images.
pub fn load(folder: &Path, options: &Options) -> Result<Dataset, DataError> {
    read(folder, options)
        .map_err(|cause| DataError::ImageFolder { path: folder.to_path_buf(), cause })?
        .finish_as_cut(options)
}

fn read(folder: &Path, options: &Options) -> Result<Dataset, ImageFolderError> {
    // A trained network predicts images whose classes are not known.
    let unknown = if options.encoding.is_some() { Listing::without_classes(folder)? } else { None };
    let has_targets = unknown.is_none();
    let listing = match unknown {
        Some(listing) => listing,
        None => Listing::of(folder)?,
    };
    let survey = Survey::of(&listing)?;
    let form = survey.form(options)?;
    let classes = match &options.encoding {
        Some(encoding) => encoding.classes.clone(),
        None => listing.classes.clone(),
    };
    let named = description::listed(&listing, &survey, form);
    let images = listing.files().count();
    let parts = match has_targets {
        true => cut(relabelled(listing, &classes)?, options)?,
        false => listing.parts.map(Option::unwrap_or_default),
    };
    if has_targets
        && (parts[0].is_empty()
            || parts[2].is_empty()
            || (options.validation.is_none() && parts[1].is_empty()))
    {
        return Err(ImageFolderError::TooFew { images, classes: classes.len() });
    }
    let bytes = parts.iter().map(|part| part.len() as u64 * form.features() as u64).sum::<u64>();
    check_free_memory(bytes + survey.decoding_bytes() * threads() as u64)?;
    let counts = [parts[0].len(), parts[1].len(), parts[2].len()];
    let [train, validation, test] = parts;
    let divisor = if options.normalize.is_on() { 255.0 } else { 1.0 };
    let part = |files: Vec<ImageFile>| examples(&files, form, divisor);
    Ok(Dataset {
        name: format!("images:{}", folder.display()),
        title: "images of your own".into(),
        citation: String::new(),
        licence: String::new(),
        shape: form.shape(),
        image: Some(Image { height: form.height, width: form.width, white: 255.0 / divisor }),
        train: part(train)?,
        validation: part(validation)?,
        test: part(test)?,
        has_targets,
        understood: vec![named.with_parts(counts)],
        table: None,
        encoding: Some(Encoding {
            features: Vec::new(),
            target: "folder".into(),
            classes: classes.clone(),
            target_scales: Vec::new(),
            image: Some(form),
        }),
        classes,
    })
}

/// Gives the images the labels that their classes have in `classes`.
fn relabelled(mut listing: Listing, classes: &[String]) -> Result<Listing, ImageFolderError> {
    let labels: Vec<u32> = (0..listing.classes.len() as u32).collect();
    let labels = target::labels_of(&listing.classes, &labels, classes)?;
    for file in listing.parts.iter_mut().flatten().flatten() {
        file.label = labels[file.label as usize];
    }
    Ok(listing)
}

/// Cuts the parts that are not given from the training images. With `validation`, those given for it join the training images first.
fn cut(listing: Listing, options: &Options) -> Result<[Vec<ImageFile>; 3], ImageFolderError> {
    let [train, mut validation, test] = listing.parts;
    let mut train = train.unwrap_or_default();
    if options.validation.is_some() {
        train.extend(validation.take().unwrap_or_default());
    }
    let labels: Vec<u32> = train.iter().map(|file| file.label).collect();
    let wanted = Wanted::beside(validation.is_some(), test.is_some(), options.validation);
    let cut = split::cut(&labels, None, wanted, options.seed)?;
    let take = |rows: &[u32]| rows.iter().map(|row| train[*row as usize].clone()).collect();
    Ok([
        take(&cut.train),
        validation.unwrap_or_else(|| take(&cut.validation)),
        test.unwrap_or_else(|| take(&cut.test)),
    ])
}

fn threads() -> usize {
    available_parallelism().map_or(1, |count| count.get())
}

/// Decodes images, side by side.
fn examples(files: &[ImageFile], form: ImageForm, divisor: f32) -> Result<Examples, ImageFolderError> {
    let features = form.features();
    let mut pixels = vec![0; files.len() * features];
    let faults = Mutex::new(Vec::new());
    let jobs = files.iter().zip(pixels.chunks_exact_mut(features)).enumerate();
    side_by_side(threads(), jobs, |(place, (file, pixels))| {
        if let Err(cause) = decoding::decode(&file.path, form, pixels) {
            let mut faults = faults.lock().unwrap_or_else(|error| error.into_inner());
            faults.push((place, (file.path.clone(), cause)));
        }
    });
    let mut faults = faults.into_inner().unwrap_or_else(|error| error.into_inner());
    if !faults.is_empty() {
        faults.sort_by_key(|(place, _)| *place);
        return Err(ImageFolderError::unreadable(faults.into_iter().map(|(_, fault)| fault).collect()));
    }
    let labels = Targets::Labels(files.iter().map(|file| file.label).collect());
    Ok(Examples::from_bytes(pixels, divisor, features, labels)?)
}

#[cfg(test)]
mod tests;
