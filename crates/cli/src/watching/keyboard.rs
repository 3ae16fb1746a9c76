//! Waiting for a key on a terminal that may go away.
//!
//! crossterm reads a terminal that was closed again and again without a pause, so whether there is one is asked beforehand.

use std::time::Duration;

/// What waiting brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// The terminal is gone.
    Gone,
    /// Nothing happened.
    Nothing,
    /// There is something to read.
    Input,
}

/// The keyboard of the terminal: standard input, or the terminal that the process belongs to.
pub(super) struct Keyboard {
    #[cfg(unix)]
    terminal: Option<std::fs::File>,
}

#[cfg(unix)]
impl Keyboard {
    pub(super) fn new() -> Self {
        use std::io::IsTerminal;
        let is_input = std::io::stdin().is_terminal();
        Self { terminal: if is_input { None } else { std::fs::File::open("/dev/tty").ok() } }
    }

    /// Waits for a key, for so long at most.
    pub(super) fn wait(&self, most: Duration) -> Waited {
        match &self.terminal {
            Some(terminal) => wait(terminal, most),
            None => wait(&std::io::stdin(), most),
        }
    }
}

#[cfg(unix)]
fn wait(terminal: &impl std::os::fd::AsFd, most: Duration) -> Waited {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let most = Timespec { tv_sec: most.as_secs() as _, tv_nsec: most.subsec_nanos().into() };
    let mut asked = [PollFd::new(terminal, PollFlags::IN)];
    match poll(&mut asked, Some(&most)) {
        // A signal, such as that of another size.
        Err(rustix::io::Errno::INTR) | Ok(0) => Waited::Nothing,
        Err(_) => Waited::Gone,
        Ok(_) if asked[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) => {
            Waited::Gone
        }
        Ok(_) => Waited::Input,
    }
}

#[cfg(not(unix))]
impl Keyboard {
    pub(super) fn new() -> Self {
        Self {}
    }

    /// Waits for a key, for so long at most.
    pub(super) fn wait(&self, most: Duration) -> Waited {
        match ratatui::crossterm::event::poll(most) {
            Err(_) => Waited::Gone,
            Ok(false) => Waited::Nothing,
            Ok(true) => Waited::Input,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_closed_end_is_told_from_silence_and_from_input() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let short = Duration::from_millis(5);
        assert_eq!(wait(&reader, short), Waited::Nothing);
        writer.write_all(b"q").unwrap();
        assert_eq!(wait(&reader, short), Waited::Input);
        drop(writer);
        assert_eq!(wait(&reader, Duration::from_secs(60)), Waited::Gone);
    }
}
