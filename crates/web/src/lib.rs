#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

use std::time::Duration;

use thalweg_data::fetch::{Answer, Web};
use ureq::http::header::{CONTENT_RANGE, CONTENT_TYPE, RANGE};
use ureq::{Agent, Body, http};

/// The longest time to connect, and the longest pause in a transfer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Requests over https, and over http where the address says so. A proxy goes into `HTTPS_PROXY`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Https;

impl Web for Https {
    fn get(&self, url: &str, start: u64) -> Result<Answer, String> {
        let mut response = request(&agent(url), url, start)?;
        let resumes = continues_at(&response, start);
        Ok(Answer {
            start: if resumes { start } else { 0 },
            is_page: is_page(&response),
            length: response.body().content_length(),
            body: Box::new(
                std::mem::replace(response.body_mut(), Body::builder().data(Vec::new())).into_reader(),
            ),
        })
    }
}

/// Asks for the bytes from `start` on; for everything where the server cannot send that range.
fn request(agent: &Agent, url: &str, start: u64) -> Result<http::Response<Body>, String> {
    let request = agent.get(url);
    let request = if start > 0 { request.header(RANGE, format!("bytes={start}-")) } else { request };
    match request.call() {
        Err(ureq::Error::StatusCode(416)) if start > 0 => self::request(agent, url, 0),
        answer => answer.map_err(|error| describe(&error)),
    }
}

/// Whether the answer says that it is a page for people.
fn is_page(response: &http::Response<Body>) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

/// Whether the answer is the rest from `start` on; a server without ranges sends everything with status 200.
fn continues_at(response: &http::Response<Body>, start: u64) -> bool {
    let range =
        response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    start > 0 && response.status() == 206 && range.starts_with(&format!("bytes {start}-"))
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
