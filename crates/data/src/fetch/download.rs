//! One file, from the first mirror that delivers it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use thalweg_kit::Claim;
use ureq::http::header::{CONTENT_RANGE, CONTENT_TYPE, RANGE};
use ureq::{Agent, Body, http};

use super::error::FetchError;
use super::sources::{RemoteFile, sum};
use crate::error::DataError;

/// The longest time to connect, and the longest pause in a transfer.
const PATIENCE: Duration = Duration::from_secs(30);
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
    progress: &mut dyn FnMut(u64),
) -> Result<String, DataError> {
    let (part, _claim) = claimed_part(path);
    let mut attempts = String::new();
    for mirror in mirrors {
        let url = format!("{}/{}", mirror.trim_end_matches('/'), file.name);
        match from_mirror(file, &url, &part, progress).and_then(|()| put_in_place(file, &part, path)) {
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
    progress: &mut dyn FnMut(u64),
) -> Result<(), Stop> {
    let agent = agent(url);
    let mut last = Stop::Mirror("it delivered nothing".into());
    for _ in 0..ATTEMPTS {
        let before = length(part).map_err(here(part))?;
        let outcome =
            if before == file.bytes { Ok(()) } else { transfer(&agent, file, url, part, before, progress) };
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
    agent: &Agent,
    file: &RemoteFile<'_>,
    url: &str,
    part: &Path,
    have: u64,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Stop> {
    let have = if have < file.bytes { have } else { 0 };
    let mut response = request(agent, url, have)?;
    let resumes = continues_at(&response, have);
    let start = if resumes { have } else { 0 };
    if is_page(&response) {
        return Err(Stop::Mirror(PAGE.into()));
    }
    if let Some(offered) = response.body().content_length().filter(|offered| start + offered != file.bytes) {
        return Err(Stop::Mirror(format!("it offers {offered} bytes where {} are due", file.bytes - start)));
    }
    if resumes || have == 0 {
        return copy(response.body_mut(), part, start, file.bytes, progress);
    }
    let whole = beside(part, ".new");
    let outcome =
        copy(response.body_mut(), &whole, 0, file.bytes, progress).and_then(|()| match sum_of(&whole)? {
            found if found == file.sha256 => fs::rename(&whole, part).map_err(here(part)),
            found => Err(wrong_sum(file, &found)),
        });
    if outcome.is_err() && whole.exists() {
        fs::remove_file(&whole).map_err(here(&whole))?;
    }
    outcome
}

/// Asks for the bytes from `have` on; for everything where the mirror cannot send that range.
fn request(agent: &Agent, url: &str, have: u64) -> Result<http::Response<Body>, Stop> {
    let request = agent.get(url);
    let request = if have > 0 { request.header(RANGE, format!("bytes={have}-")) } else { request };
    match request.call() {
        Err(ureq::Error::StatusCode(416)) if have > 0 => self::request(agent, url, 0),
        answer => answer.map_err(|error| Stop::Mirror(describe(&error))),
    }
}

/// Why a page for people is refused.
const PAGE: &str = "it sends a page (HTML), such as that of a log-in, and not the file";

/// Whether the answer says that it is a page for people.
fn is_page(response: &http::Response<Body>) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

fn wrong_sum(file: &RemoteFile<'_>, found: &str) -> Stop {
    Stop::Mirror(format!(
        "the file has the wrong checksum (SHA-256 {found}, expected {}) and was removed",
        file.sha256
    ))
}

/// Whether the answer is the rest from `have` on; a mirror without ranges sends everything with status 200.
fn continues_at(response: &http::Response<Body>, have: u64) -> bool {
    let range =
        response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    have > 0 && response.status() == 206 && range.starts_with(&format!("bytes {have}-"))
}

/// Writes an answer to `path`, after the `start` bytes that are there. Where what comes is not the file, the bytes before are all
/// that stays.
fn copy(
    body: &mut Body,
    path: &Path,
    start: u64,
    total: u64,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Stop> {
    let mut options = OpenOptions::new();
    let options = options.create(true).write(true).append(start > 0).truncate(start == 0);
    let mut out = options.open(path).map_err(here(path))?;
    let mut written = start;
    let mut reader = body.as_reader();
    let mut buffer = vec![0; 64 * 1024];
    progress(written);
    loop {
        let count = match reader.read(&mut buffer) {
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

/// A connection to `url`: never from https down to http, and past any proxy when the server is this computer.
fn agent(url: &str) -> Agent {
    let local =
        ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|here| url.starts_with(here));
    Agent::config_builder()
        .https_only(url.starts_with("https://"))
        .proxy(if local { None } else { ureq::Proxy::try_from_env() })
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .timeout_per_read(Some(PATIENCE))
        .user_agent(concat!("thalweg/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent()
}

fn describe(error: &ureq::Error) -> String {
    match error {
        ureq::Error::StatusCode(404) => "it does not have the file (404)".into(),
        ureq::Error::StatusCode(status) => format!("it answered with status {status}"),
        ureq::Error::HostNotFound => "its name cannot be resolved; is there a network?".into(),
        ureq::Error::Timeout(_) => format!("it did not answer within {} seconds", PATIENCE.as_secs()),
        ureq::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
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
