//! What the heads of all images say, and the one form that follows.

use super::decoding;
use super::error::ImageFolderError;
use super::listing::Listing;
use crate::image_form::ImageForm;
use crate::options::Options;

/// The forms of the images of a folder.
#[derive(Debug, Clone)]
pub(super) struct Survey {
    /// The form with the fewest and that with the most pixels.
    pub(super) smallest: ImageForm,
    pub(super) largest: ImageForm,
    /// Whether all have one height and one width.
    pub(super) is_even: bool,
    /// Whether any image has colours.
    pub(super) has_colour: bool,
}

impl Survey {
    /// Reads the heads of all images.
    pub(super) fn of(listing: &Listing) -> Result<Survey, ImageFolderError> {
        let mut survey: Option<Survey> = None;
        let mut faults = Vec::new();
        for file in listing.files() {
            match decoding::form_of(&file.path) {
                Ok(form) => survey.get_or_insert_with(|| Survey::new(form)).add(form),
                Err(cause) => faults.push((file.path.clone(), cause)),
            }
        }
        match survey {
            Some(survey) if faults.is_empty() => Ok(survey),
            _ => Err(ImageFolderError::unreadable(faults)),
        }
    }

    fn new(form: ImageForm) -> Survey {
        Survey { smallest: form, largest: form, is_even: true, has_colour: false }
    }

    fn add(&mut self, form: ImageForm) {
        self.is_even &= [form.height, form.width] == [self.largest.height, self.largest.width];
        self.has_colour |= form.channels == 3;
        if form.pixels() < self.smallest.pixels() {
            self.smallest = form;
        }
        if form.pixels() > self.largest.pixels() {
            self.largest = form;
        }
    }

    /// Returns the form that all images get: what a trained network knows, what the options say, or what all have in common.
    pub(super) fn form(&self, options: &Options) -> Result<ImageForm, ImageFolderError> {
        if let Some(form) = options.encoding.as_ref().and_then(|encoding| encoding.image) {
            return Ok(form);
        }
        let size = |form: ImageForm| [form.height, form.width];
        let [height, width] = match options.images.size {
            Some(size) => size.0,
            None if self.is_even => size(self.largest),
            None => {
                return Err(ImageFolderError::Sizes {
                    smallest: size(self.smallest),
                    largest: size(self.largest),
                });
            }
        };
        let channels = match options.images.channels {
            Some(channels) => channels.count(),
            None if self.has_colour => 3,
            None => 1,
        };
        Ok(ImageForm { height, width, channels })
    }

    /// Returns how many bytes decoding the largest image takes.
    pub(super) fn decoding_bytes(&self) -> u64 {
        decoding::bytes(self.largest)
    }
}
