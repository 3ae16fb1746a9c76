//! One file, from the first mirror that delivers it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ureq::http::header::{CONTENT_RANGE, RANGE};
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

/// Fetches `file` to `path` by way of `path.part`, and returns the address it came from. `progress` gets the number of bytes
/// present.
pub(super) fn download(
    file: &RemoteFile<'_>,
    mirrors: &[&str],
    path: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<String, DataError> {
    let part = part_beside(path);
    let mut attempts = String::new();
    for mirror in mirrors {
        let url = format!("{}/{}", mirror.trim_end_matches('/'), file.name);
        match from_mirror(file, &url, &part, progress) {
            Ok(()) => {
                fs::rename(&part, path).map_err(DataError::write(path))?;
                return Ok(url);
            }
            Err(Stop::Mirror(reason)) => attempts.push_str(&format!("\n  {url}: {reason}")),
            Err(Stop::Here(error)) => return Err(error),
        }
    }
    let folder = path.parent().unwrap_or(path).to_path_buf();
    Err(FetchError::NoMirror { file: file.name.into(), attempts, folder }.into())
}

fn part_beside(path: &Path) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".part");
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
                let found = File::open(part).and_then(|mut opened| sum(&mut opened)).map_err(here(part))?;
                if found == file.sha256 {
                    return Ok(());
                }
                // Bytes of an earlier run or another mirror may be the cause: the next attempt starts with an empty file.
                fs::remove_file(part).map_err(here(part))?;
                last = Stop::Mirror(format!(
                    "the file has the wrong checksum (SHA-256 {found}, expected {}) and was removed",
                    file.sha256
                ));
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

/// One request, for all that is missing. Whatever arrives is in the part file when this returns.
fn transfer(
    agent: &Agent,
    file: &RemoteFile<'_>,
    url: &str,
    part: &Path,
    have: u64,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Stop> {
    let have = if have < file.bytes { have } else { 0 };
    let mut request = agent.get(url);
    if have > 0 {
        request = request.header(RANGE, format!("bytes={have}-"));
    }
    let mut response = match request.call() {
        Ok(response) => response,
        // The mirror cannot send this range: start with an empty file.
        Err(ureq::Error::StatusCode(416)) if have > 0 => {
            fs::remove_file(part).map_err(here(part))?;
            return Err(Stop::Mirror("it refused to continue the transfer".into()));
        }
        Err(error) => return Err(Stop::Mirror(describe(&error))),
    };
    let resumes = continues_at(&response, have);
    let start = if resumes { have } else { 0 };
    // A page of HTML, such as a log-in page, must not replace bytes that another mirror has sent.
    if let Some(offered) = response.body().content_length().filter(|offered| start + offered != file.bytes) {
        return Err(Stop::Mirror(format!("it offers {offered} bytes where {} are due", file.bytes - start)));
    }
    let mut out = OpenOptions::new()
        .create(true)
        .write(true)
        .append(resumes)
        .truncate(!resumes)
        .open(part)
        .map_err(here(part))?;
    copy(response.body_mut(), &mut out, start, file.bytes, part, progress)
}

/// Whether the answer is the rest from `have` on; a mirror without ranges sends everything with status 200.
fn continues_at(response: &http::Response<Body>, have: u64) -> bool {
    let range =
        response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    have > 0 && response.status() == 206 && range.starts_with(&format!("bytes {have}-"))
}

fn copy(
    body: &mut Body,
    out: &mut File,
    start: u64,
    total: u64,
    part: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Stop> {
    let mut written = start;
    let mut reader = body.as_reader();
    let mut buffer = vec![0; 64 * 1024];
    progress(written);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            // More than the file can have, such as a page of advertisements: not the file.
            Ok(count) if written + count as u64 > total => {
                fs::remove_file(part).map_err(here(part))?;
                return Err(Stop::Mirror(format!("it sends more than the {total} bytes of the file")));
            }
            Ok(count) => {
                out.write_all(&buffer[..count]).map_err(here(part))?;
                written += count as u64;
                progress(written);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(Stop::Mirror(format!("the transfer broke off after {written} bytes ({error})")));
            }
        }
    }
    out.sync_all().map_err(here(part))
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
