//! How files come from the network: whoever calls decides.

use std::io::Read;

/// Makes requests; `thalweg-web` has one that does so over https.
pub trait Web {
    /// Asks for the bytes of `url` from the byte `start` on.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the server: "it does not have the file (404)".
    fn get(&self, url: &str, start: u64) -> Result<Answer, String>;
}

/// What a server sends.
pub struct Answer {
    /// Where in the file the bytes begin: where they were asked for, or 0 from a server that always sends everything.
    pub start: u64,
    /// Whether the server calls it a page for people (`text/html`).
    pub is_page: bool,
    /// How many bytes the server says there are.
    pub length: Option<u64>,
    /// The bytes.
    pub body: Box<dyn Read>,
}
