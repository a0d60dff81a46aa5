//! A worker, seen from its parent: what it says, and how it ends.

use crate::spell::{Spell, Tally};
use crate::worker::{Found, News};
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How a spell ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// Nothing was wrong in what was judged.
    Well,
    /// Something was wrong.
    Failed(Found),
    /// Its end is not known: what it has judged counts, the rest does not.
    Lost(String),
    /// It was stopped by Ctrl-C.
    Interrupted,
}

/// The signal that nobody can catch: the system's when memory runs out, or a person's.
const SIGKILL: i32 = 9;

/// How the worker is started: with what before its own name is for tests.
#[derive(Clone, Debug)]
pub struct Launch<'l> {
    /// The program.
    pub program: &'l Path,
    /// A worker that says nothing for so long hangs.
    pub patience: Duration,
    /// Free memory is filled with a pattern, where the allocator can do that.
    pub perturbed: bool,
}

/// Runs a spell in a process of its own. `beat` hears of it several times a second, and says whether to go on.
///
/// # Errors
/// When no process can be started.
pub fn run(
    launch: &Launch<'_>,
    spell: &Spell,
    beat: &mut dyn FnMut(&Tally) -> bool,
) -> Result<(Tally, Ended), String> {
    let told = |error: std::io::Error| format!("no worker can be started: {error}");
    let errors = tempfile::tempfile().map_err(told)?;
    let mut command = Command::new(launch.program);
    command.args([
        "worker",
        "--subject",
        spell.load.subject,
        "--load",
        spell.load.name,
        "--build",
        spell.build.name(),
    ]);
    command.args(["--threads", &spell.threads.to_string(), "--seed", &spell.seed.to_string()]);
    command.args(["--millis", &spell.time.as_millis().to_string()]);
    if launch.perturbed {
        command.env("MALLOC_PERTURB_", "165");
    }
    // Ctrl-C is for the parent, which ends its worker.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors.try_clone().map_err(told)?);
    let mut child = command.spawn().map_err(told)?;
    let (send, news) = channel();
    let output = child.stdout.take().expect("piped");
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Ok(news) = serde_json::from_str::<News>(&line) {
                drop(send.send(news));
            }
        }
    });
    let (mut tally, mut last, mut heard) = (Tally::default(), None, Instant::now());
    let mut stopped = None;
    loop {
        match news.recv_timeout(Duration::from_millis(100)) {
            Ok(News::Beat(now)) => (tally, heard) = (now, Instant::now()),
            Ok(other) => last = Some(other),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let is_silent = heard.elapsed() > launch.patience;
        if stopped.is_none() && (!beat(&tally) || is_silent) {
            stopped = Some(if is_silent { hang(launch.patience) } else { Ended::Interrupted });
            child.kill().map_err(told)?;
        }
    }
    let status = child.wait().map_err(told)?;
    reader.join().expect("it does not panic");
    match (last, stopped) {
        (Some(News::End(end)), _) => Ok((end, Ended::Well)),
        (Some(News::Failure(found)), _) => Ok((tally, Ended::Failed(found))),
        (_, Some(why)) => Ok((tally, why)),
        (_, None) => Ok((tally, died(status, &tail(errors)))),
    }
}

fn hang(patience: Duration) -> Ended {
    Ended::Failed(Found::without_calls(
        "hang",
        format!("the worker said nothing for {} s", patience.as_secs()),
    ))
}

/// How a worker ended that did not say so.
fn died(status: ExitStatus, said: &str) -> Ended {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let said = said.trim();
    let what = if said.is_empty() { status.to_string() } else { format!("{status}: {said}") };
    match signal {
        _ if said.contains("memory allocation of") => Ended::Lost(format!("its memory was used up ({what})")),
        // A sanitizer ends the process by itself.
        _ if said.contains("Sanitizer") => Ended::Failed(Found::without_calls("crash", what)),
        Some(SIGKILL) => Ended::Lost(format!("it was killed ({what})")),
        Some(_) => Ended::Failed(Found::without_calls("crash", what)),
        None => Ended::Lost(what),
    }
}

/// The last lines of what a worker wrote on standard error.
fn tail(mut file: std::fs::File) -> String {
    let mut text = Vec::new();
    let read = file.rewind().and_then(|()| file.read_to_end(&mut text));
    let text = String::from_utf8_lossy(&text).into_owned();
    let all: Vec<&str> = text.lines().collect();
    let last = all.len().saturating_sub(3);
    let summary = all[..last].iter().filter(|line| line.starts_with("SUMMARY"));
    let lines: Vec<&str> = summary.chain(&all[last..]).copied().collect();
    read.map_or_else(|error| error.to_string(), |_| lines.join("; "))
}
