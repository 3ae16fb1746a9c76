//! Event files for TensorBoard: one folder a run.
//!
//! An event file is a list of records (length, its checksum, bytes, their checksum; TensorFlow's `record_writer.cc`), each a
//! protocol-buffer message `Event` (`event.proto`, `summary.proto`).

use std::path::{Path, PathBuf};

use prost::Message;
use thalweg_kit::file_name;

use super::Record;
use crate::outcome::Curve;

#[derive(Clone, PartialEq, Message)]
struct Event {
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<Summary>,
}

#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    value: Vec<Value>,
}

#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(float, optional, tag = "2")]
    simple_value: Option<f32>,
}

/// The event files of the final runs, with their paths below the folder that TensorBoard is pointed at:
/// `EXPERIMENT-HASH/PROBLEM/RULE/seed-SEED/events.out.tfevents.0.thalweg`.
pub fn tensorboard(records: &[Record]) -> Vec<(PathBuf, Vec<u8>)> {
    let finals = records.iter().filter(|record| record.stage == "final");
    finals
        .map(|record| {
            let Record { experiment, experiment_hash: hash, problem, label, .. } = record;
            let owner = match hash.is_empty() {
                true => "unknown-experiment".into(),
                false => format!("{}-{hash}", file_name(experiment)),
            };
            let run = Path::new(&owner).join(file_name(problem)).join(file_name(label));
            let run = run.join(format!("seed-{}", record.seed));
            let outcome = &record.outcome;
            let mut curves = vec![
                ("validation".to_string(), outcome.validation_curve.clone()),
                ("training_loss".to_string(), outcome.training_loss.clone()),
            ];
            for (name, &value) in &record.hyperparameters {
                curves.push((
                    format!("hyperparameters/{name}"),
                    Curve { steps: vec![0], values: vec![value as f32] },
                ));
            }
            if let Some(test) = outcome.test {
                let last = outcome.validation_curve.steps.last().copied().unwrap_or(0);
                curves.push(("test".into(), Curve { steps: vec![last], values: vec![test as f32] }));
            }
            (run.join("events.out.tfevents.0.thalweg"), event_file(&curves, outcome.seconds_per_step))
        })
        .collect()
}

/// An event file of some named curves. Step `n` is given the time of `n` steps after the start.
pub fn event_file(curves: &[(String, Curve)], seconds_per_step: f64) -> Vec<u8> {
    let clock = if seconds_per_step.is_finite() { seconds_per_step } else { 0.0 };
    let mut bytes = Vec::new();
    let version = Event { file_version: Some("brain.Event:2".into()), ..Event::default() };
    frame(&mut bytes, &version.encode_to_vec());
    for (name, curve) in curves {
        for (&step, &value) in curve.steps.iter().zip(&curve.values) {
            let value = Value { tag: name.clone(), simple_value: Some(value) };
            let event = Event {
                wall_time: f64::from(step) * clock,
                step: step.into(),
                summary: Some(Summary { value: vec![value] }),
                ..Event::default()
            };
            frame(&mut bytes, &event.encode_to_vec());
        }
    }
    bytes
}

fn frame(bytes: &mut Vec<u8>, record: &[u8]) {
    let length = (record.len() as u64).to_le_bytes();
    bytes.extend(length);
    bytes.extend(masked(crc32c(&length)).to_le_bytes());
    bytes.extend(record);
    bytes.extend(masked(crc32c(record)).to_le_bytes());
}

/// TensorFlow rotates and shifts its checksums, because a checksum of data that hold checksums is weak.
fn masked(checksum: u32) -> u32 {
    checksum.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// CRC-32C (Castagnoli, RFC 3720), bit by bit: these files are small.
fn crc32c(bytes: &[u8]) -> u32 {
    let step = |remainder: u32, byte: &u8| {
        (0..8).fold(remainder ^ u32::from(*byte), |r, _| (r >> 1) ^ (0x82f6_3b78 & (r & 1).wrapping_neg()))
    };
    !bytes.iter().fold(!0, step)
}

#[cfg(test)]
mod tests {
    use super::super::tests::record;
    use super::*;

    #[test]
    fn the_checksums_of_rfc_3720() {
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(&[0xff; 32]), 0x62a8_ab43);
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    }

    #[test]
    fn a_file_reads_back() {
        let mut other = record();
        other.stage = "tuning".into();
        // Another label that gives the same characters.
        let mut alike = record();
        alike.label = "adam; mine".into();
        let files = tensorboard(&[record(), other, alike]);
        assert_eq!(files.len(), 2);
        let (path, bytes) = &files[0];
        let folder = |label: &str| {
            let owner = format!("{}-0123456789ab", file_name("mine, too"));
            Path::new(&owner)
                .join("digits")
                .join(file_name(label))
                .join("seed-7/events.out.tfevents.0.thalweg")
        };
        assert_eq!(*path, folder("adam, mine"));
        assert_eq!(files[1].0, folder("adam; mine"));
        assert_ne!(files[0].0, files[1].0);
        let (mut rest, mut events) = (&bytes[..], Vec::new());
        while !rest.is_empty() {
            let length = u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize;
            let record = &rest[12..12 + length];
            assert_eq!(rest[8..12], masked(crc32c(&rest[..8])).to_le_bytes());
            assert_eq!(rest[12 + length..16 + length], masked(crc32c(record)).to_le_bytes());
            events.push(Event::decode(record).unwrap());
            rest = &rest[16 + length..];
        }
        assert_eq!(events[0].file_version.as_deref(), Some("brain.Event:2"));
        let tags: Vec<&str> =
            events[1..].iter().map(|event| event.summary.as_ref().unwrap().value[0].tag.as_str()).collect();
        assert_eq!(
            tags,
            [
                "validation",
                "validation",
                "training_loss",
                "hyperparameters/beta1",
                "hyperparameters/learning_rate",
                "test"
            ]
        );
        assert!(events[2].step == 20 && (events[2].wall_time - 2e-5).abs() < 1e-12);
    }
}
