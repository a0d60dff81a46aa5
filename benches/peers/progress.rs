//! Progress: a spinner on a terminal, plain lines in a pipe.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Where the run is. The spinner is on the error output; finished rows are lines of the output.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
}

impl Progress {
    pub(crate) fn start() -> Self {
        let style =
            ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}").expect("a valid template");
        // The spinner turns only when it is told to: a thread of its own would disturb the windows.
        let bar = || ProgressBar::new_spinner().with_style(style);
        Progress { bar: std::io::stderr().is_terminal().then(bar), started: Instant::now() }
    }

    /// What is being done now.
    pub(crate) fn at(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what.to_owned());
            bar.tick();
        }
    }

    /// A line that stays.
    pub(crate) fn line(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(line)),
            None => say(line),
        }
    }

    /// Clears the spinner; how long it all took.
    pub(crate) fn finish(&self) -> Duration {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.started.elapsed()
    }
}

/// A line of the output. When nobody reads it any more, as in a pipe to `head`, the program ends.
pub(crate) fn say(line: impl std::fmt::Display) {
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(3);
    }
}
