//! One file, from the first mirror that delivers it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use thalweg_kit::Claim;

use super::error::FetchError;
use super::sources::{RemoteFile, sum};
use super::web::{Answer, Web};
use crate::error::DataError;

/// A transfer that breaks off is resumed up to this many times, as long as each attempt brings some bytes.
const ATTEMPTS: usize = 20;

/// Why one attempt at one mirror ended.
enum Stop {
    /// The mirror's fault: try it again, or the next one.
    Mirror(String),
    /// This computer's fault: no other mirror will help.
    Here(DataError),
}

/// Fetches `file` to `path` by way of a part file beside it, and returns the address it came from. `progress` gets the number of
/// bytes present. The part file is this process's alone, so nobody writes to it after it was checked.
pub(super) fn download(
    file: &RemoteFile<'_>,
    mirrors: &[&str],
    path: &Path,
    web: &dyn Web,
    progress: &mut dyn FnMut(u64),
) -> Result<String, DataError> {
    let (part, _claim) = claimed_part(path);
    let mut attempts = String::new();
    for mirror in mirrors {
        let url = format!("{}/{}", mirror.trim_end_matches('/'), file.name);
        match from_mirror(file, &url, &part, web, progress).and_then(|()| put_in_place(file, &part, path)) {
            Ok(()) => return Ok(url),
            Err(Stop::Mirror(reason)) => attempts.push_str(&format!("\n  {url}: {reason}")),
            Err(Stop::Here(error)) => return Err(error),
        }
    }
    if part != beside(path, ".part") {
        // Later runs go on with the first part file alone.
        let _ = fs::remove_file(&part);
    }
    let folder = path.parent().unwrap_or(path).to_path_buf();
    Err(FetchError::NoMirror { file: file.name.into(), attempts, folder }.into())
}

/// Returns the first part file that no other process is writing to, and the claim on it: `a.gz.part`, `a.gz.2.part` and so on.
fn claimed_part(path: &Path) -> (PathBuf, Option<Claim>) {
    let mut number = 1;
    loop {
        let part = match number {
            1 => beside(path, ".part"),
            _ => beside(path, &format!(".{number}.part")),
        };
        match Claim::of(&part) {
            Ok(Some(claim)) => return (part, Some(claim)),
            Ok(None) => number += 1,
            // Where nothing can be written, the transfer says so.
            Err(_) => return (part, None),
        }
    }
}

/// Moves the checked part file to its place, and checks what stands there: not every file system has locks.
fn put_in_place(file: &RemoteFile<'_>, part: &Path, path: &Path) -> Result<(), Stop> {
    fs::rename(part, path).map_err(here(path))?;
    if sum_of(path)? == file.sha256 {
        return Ok(());
    }
    fs::remove_file(path).map_err(here(path))?;
    Err(Stop::Mirror(
        "the file changed after it was checked, and was removed; run the command once at a time".into(),
    ))
}

fn sum_of(path: &Path) -> Result<String, Stop> {
    File::open(path).and_then(|mut opened| sum(&mut opened)).map_err(here(path))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Completes the part file and checks it. Resumes the transfer as long as it advances.
fn from_mirror(
    file: &RemoteFile<'_>,
    url: &str,
    part: &Path,
    web: &dyn Web,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Stop> {
    let mut last = Stop::Mirror("it delivered nothing".into());
    for _ in 0..ATTEMPTS {
        let before = length(part).map_err(here(part))?;
        let outcome =
            if before == file.bytes { Ok(()) } else { transfer(web, file, url, part, before, progress) };
        let after = length(part).map_err(here(part))?;
        match outcome {
            Ok(()) if after == file.bytes => {
                let found = sum_of(part)?;
                if found == file.sha256 {
                    return Ok(());
                }
                // Bytes of an earlier run or another mirror may be the cause: the next attempt starts with an empty file.
                fs::remove_file(part).map_err(here(part))?;
                last = wrong_sum(file, &found);
                if before == 0 {
                    return Err(last);
                }
            }
            Ok(()) => {
                last = Stop::Mirror(format!("the transfer ended after {after} of {} bytes", file.bytes))
            }
            Err(Stop::Here(error)) => return Err(Stop::Here(error)),
            Err(stop) => last = stop,
        }
        let moved = after != before || length(part).map_err(here(part))? != after;
        if !moved {
            break;
        }
    }
    Err(last)
}

/// One request, for all that is missing. Whatever arrives of it is in the part file when this returns. A mirror that sends everything
/// replaces a part only when all of it has arrived and is right.
fn transfer(
    web: &dyn Web,
    file: &RemoteFile<'_>,
    url: &str,
    part: &Path,
    have: u64,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Stop> {
    let have = if have < file.bytes { have } else { 0 };
    let Answer { start, is_page, length, mut body } = web.get(url, have).map_err(Stop::Mirror)?;
    if is_page {
        return Err(Stop::Mirror(PAGE.into()));
    }
    if let Some(offered) = length.filter(|&offered| start.checked_add(offered) != Some(file.bytes)) {
        return Err(Stop::Mirror(format!("it offers {offered} bytes where {} are due", file.bytes - start)));
    }
    if start == have {
        return copy(&mut body, part, start, file.bytes, progress);
    }
    let whole = beside(part, ".new");
    let outcome = copy(&mut body, &whole, 0, file.bytes, progress).and_then(|()| match sum_of(&whole)? {
        found if found == file.sha256 => fs::rename(&whole, part).map_err(here(part)),
        found => Err(wrong_sum(file, &found)),
    });
    if outcome.is_err() && whole.exists() {
        fs::remove_file(&whole).map_err(here(&whole))?;
    }
    outcome
}

/// Why a page for people is refused.
const PAGE: &str = "it sends a page (HTML), such as that of a log-in, and not the file";

fn wrong_sum(file: &RemoteFile<'_>, found: &str) -> Stop {
    Stop::Mirror(format!(
        "the file has the wrong checksum (SHA-256 {found}, expected {}) and was removed",
        file.sha256
    ))
}

/// Writes an answer to `path`, after the `start` bytes that are there. Where what comes is not the file, the bytes before are all
/// that stays.
fn copy(
    body: &mut dyn Read,
    path: &Path,
    start: u64,
    total: u64,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Stop> {
    let mut options = OpenOptions::new();
    let options = options.create(true).write(true).append(start > 0).truncate(start == 0);
    let mut out = options.open(path).map_err(here(path))?;
    let mut written = start;
    let mut buffer = vec![0; 64 * 1024];
    progress(written);
    loop {
        let count = match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(Stop::Mirror(format!("the transfer broke off after {written} bytes ({error})")));
            }
        };
        let is_page = written == 0 && buffer[..count].trim_ascii_start().starts_with(b"<");
        if is_page || written + count as u64 > total {
            match start {
                0 => fs::remove_file(path).map_err(here(path))?,
                _ => out.set_len(start).map_err(here(path))?,
            }
            return Err(Stop::Mirror(match is_page {
                true => PAGE.into(),
                false => format!("it sends more than the {total} bytes of the file"),
            }));
        }
        out.write_all(&buffer[..count]).map_err(here(path))?;
        written += count as u64;
        progress(written);
    }
    out.sync_all().map_err(here(path))
}

fn length(path: &Path) -> io::Result<u64> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

fn here(path: &Path) -> impl Fn(io::Error) -> Stop {
    move |error| Stop::Here(DataError::write(path)(error))
}
