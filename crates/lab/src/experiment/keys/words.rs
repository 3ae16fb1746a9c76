//! Values of keys as the command line writes them.

use std::collections::BTreeMap;
use std::str::FromStr;

use thalweg_data::{Augmentation, ColumnKey};
use thalweg_data::{Balanced, ClassWeights, EarlyStopping};
use toml::Spanned;

use super::ValueFault;
use crate::experiment::{RawInitial, RawNetwork, RawSchedule, given};

pub(super) fn text(text: &str) -> Result<String, ValueFault> {
    Ok(text.to_string())
}

pub(super) fn whole<T: FromStr>(text: &str) -> Result<T, ValueFault> {
    text.trim().parse().map_err(|_| ValueFault::NotWhole(text.into()))
}

pub(super) fn number(text: &str) -> Result<f64, ValueFault> {
    text.trim().parse().map_err(|_| ValueFault::NotANumber(text.into()))
}

/// Reads what says itself what is wrong with it.
pub(super) fn parsed<T: FromStr<Err: ToString>>(text: &str) -> Result<T, ValueFault> {
    text.parse().map_err(|error: T::Err| ValueFault::Other(error.to_string()))
}

/// Reads names and numbers of columns.
pub(super) fn columns(text: &str) -> Result<Vec<ColumnKey>, ValueFault> {
    Ok(text.split(',').map(|key| key.trim().into()).collect())
}

pub(super) fn truth(text: &str) -> Result<bool, ValueFault> {
    text.parse().map_err(|_| ValueFault::NotTruth(text.into()))
}

pub(super) fn network(text: &str) -> Result<RawNetwork, ValueFault> {
    Ok(RawNetwork::Text(text.to_string()))
}

/// Reads `50`, `100,100` or `none`.
pub(super) fn widths(text: &str) -> Result<Vec<u64>, ValueFault> {
    if text == "none" {
        return Ok(Vec::new());
    }
    text.split(',').map(|part| whole(part.trim())).collect()
}

pub(super) fn initial(text: &str) -> Result<RawInitial, ValueFault> {
    Ok(match text.parse() {
        Ok(deviation) => RawInitial::StandardDeviation(deviation),
        Err(_) => RawInitial::Name(text.to_string()),
    })
}

/// Reads the name of a schedule.
pub(super) fn schedule(text: &str) -> Result<RawSchedule, ValueFault> {
    Ok(RawSchedule { name: Some(given(text.to_string())), settings: BTreeMap::new() })
}

/// Reads `factor=0.5,patience=3`.
pub(super) fn plateau(text: &str) -> Result<BTreeMap<Spanned<String>, Spanned<f64>>, ValueFault> {
    let setting = |part: &str| {
        let (name, value) = part.split_once('=').ok_or(ValueFault::NoEquals)?;
        Ok((given(name.trim().to_string()), given(number(value.trim())?)))
    };
    text.split(',').map(setting).collect()
}

/// Reads `balanced`, or a number for each class.
pub(super) fn class_weights(text: &str) -> Result<ClassWeights, ValueFault> {
    if text == "balanced" {
        return Ok(ClassWeights::Named(Balanced::Balanced));
    }
    let weight = |part: &str| number(part.trim()).map_err(|_| ValueFault::NotAWeight(part.trim().into()));
    Ok(ClassWeights::Each(text.split(',').map(weight).collect::<Result<_, _>>()?))
}

/// Reads `shift=2,flip,crop=0.6`.
pub(super) fn augmentation(text: &str) -> Result<Augmentation, ValueFault> {
    let mut found = Augmentation::default();
    for part in text.split(',').map(str::trim) {
        match part.split_once('=') {
            Some(("shift", pixels)) => {
                found.shift = whole(pixels).map_err(|_| ValueFault::NotPixels(pixels.into()))?;
            }
            Some(("crop", share)) => found.crop = Some(number(share)?),
            None if part == "flip" => found.flip = true,
            _ => return Err(ValueFault::NoAugmentation(part.into())),
        }
    }
    Ok(found)
}

/// Reads the patience.
pub(super) fn early_stopping(text: &str) -> Result<EarlyStopping, ValueFault> {
    Ok(EarlyStopping { patience: whole(text)?, least: 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_options_are_read_and_mistakes_explained() {
        assert_eq!(widths("100, 20"), Ok(vec![100, 20]));
        assert_eq!(widths("none"), Ok(vec![]));
        assert_eq!(widths("5,x").unwrap_err().to_string(), "`x` is not a whole number");
        assert_eq!(number("x").unwrap_err().to_string(), "`x` is not a number");
        let moved = Augmentation { shift: 2, flip: true, crop: Some(0.6) };
        assert_eq!(augmentation("shift=2, flip,crop=0.6"), Ok(moved));
        assert_eq!(augmentation("shift=x").unwrap_err().to_string(), "`x` is not a whole number of pixels");
        assert_eq!(class_weights("1,5"), Ok(ClassWeights::Each(vec![1.0, 5.0])));
        let error = class_weights("1,x").unwrap_err().to_string();
        assert_eq!(error, "`x` is not a number; write `balanced` or a number for each class");
        let read = plateau("factor=0.5, patience=3").unwrap();
        let read: Vec<_> =
            read.iter().map(|(name, value)| (name.get_ref().as_str(), *value.get_ref())).collect();
        assert_eq!(read, [("factor", 0.5), ("patience", 3.0)]);
        assert_eq!(plateau("factor").unwrap_err().to_string(), "write it as name=value, such as patience=3");
    }
}
