//! Runs cargo, and shows on standard error that a build goes on: one line on a terminal, a line every few seconds in a pipe.

use crate::style::time;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// A build that is over sooner is not mentioned in a pipe.
const FIRST: Duration = Duration::from_secs(2);

/// After that there is a line so often.
const EVERY: Duration = Duration::from_secs(10);

/// What cargo has said so far.
#[derive(Debug, Default)]
struct Said {
    packages: usize,
    now: String,
}

impl Said {
    /// Takes a line of cargo's standard error.
    fn hear(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("Compiling") => {
                self.packages += 1;
                self.now = words.next().unwrap_or_default().to_owned();
            }
            Some("Downloading" | "Downloaded" | "Updating" | "Blocking") => {
                line.trim().clone_into(&mut self.now)
            }
            _ => {}
        }
    }

    /// `building the copy: 43 packages so far, now explore, 12 s`
    fn text(&self, what: &str, elapsed: Duration) -> String {
        let packages = match self.packages {
            0 => String::new(),
            1 => ": 1 package so far".to_owned(),
            packages => format!(": {packages} packages so far"),
        };
        let now = if self.now.is_empty() { String::new() } else { format!(", now {}", self.now) };
        format!("building {what}{packages}{now}, {}", time(elapsed))
    }
}

/// Runs a command of cargo, which must not be `--quiet`, to its end. `what` is being built.
///
/// # Errors
/// When cargo cannot be started, or what it says cannot be read.
pub fn cargo(command: &mut Command, what: &str) -> io::Result<Output> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).env("CARGO_TERM_COLOR", "never");
    let mut child = command.spawn()?;
    let mut pipe = child.stdout.take().expect("it is piped");
    let stdout = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).map(|_| bytes)
    });
    let errors = child.stderr.take().expect("it is piped");
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(errors).split(b'\n') {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    let terminal = io::stderr().is_terminal();
    let target = if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(None, target);
    bar.set_style(ProgressStyle::with_template("{spinner} {wide_msg}").expect("a template"));
    let (started, mut told, mut said, mut stderr) = (Instant::now(), None, Said::default(), Vec::new());
    loop {
        match receive.recv_timeout(Duration::from_millis(200)) {
            Ok(line) => {
                let line = line?;
                said.hear(&String::from_utf8_lossy(&line));
                stderr.extend(line);
                stderr.push(b'\n');
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let text = said.text(what, started.elapsed());
        let is_time = told.map_or(started.elapsed() > FIRST, |told: Instant| told.elapsed() > EVERY);
        if !terminal && is_time {
            told = Some(Instant::now());
            crate::complain!("{text}");
        }
        bar.set_message(text);
        bar.tick();
    }
    bar.finish_and_clear();
    let status = child.wait()?;
    let stdout = stdout.join().expect("it does not panic")?;
    if status.success() && (said.packages > 0 || told.is_some()) {
        crate::complain!("built {what} in {}", time(started.elapsed()));
    }
    Ok(Output { status, stdout, stderr })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_says_is_told_in_short() {
        let mut said = Said::default();
        assert_eq!(said.text("the copy", Duration::from_secs(1)), "building the copy, 1 s");
        said.hear("    Blocking waiting for file lock on build directory");
        assert!(said.text("it", Duration::ZERO).contains("waiting for file lock"));
        said.hear("   Compiling serde v1.0.0");
        said.hear("   Compiling explore v0.1.0 (/x)");
        said.hear("warning: unused");
        assert_eq!(
            said.text("the copy", Duration::from_secs(80)),
            "building the copy: 2 packages so far, now explore, 1 min 20 s"
        );
    }

    #[test]
    fn what_it_writes_comes_back_whole() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo '   Compiling a v1' >&2; echo error: b >&2; exit 7"]);
        let output = cargo(&mut command, "a test").expect("sh");
        assert_eq!(output.status.code(), Some(7));
        assert_eq!(output.stdout, b"out\n");
        assert_eq!(output.stderr, b"   Compiling a v1\nerror: b\n");
    }
}
