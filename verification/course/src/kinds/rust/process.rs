//! A program that is not trusted, run to its end or until it has had its time. All that it has started ends with it.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// No more of what it prints is read.
const MOST_BYTES: u64 = 16 << 20;

/// What it has printed comes at once when it has ended, unless something that it has started keeps the pipe open.
const TO_READ: Duration = Duration::from_secs(2);

/// How a program has ended.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) errors: String,
}

/// Runs a command, which is told a line, and nothing else. What it prints on standard output is not read.
///
/// # Errors
/// When it cannot be started, or had not ended after this time.
pub(super) fn run(command: &mut Command, line: &str, patience: Duration) -> Result<Ended, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    // A group of its own, which its children are in as well.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child = command.spawn().map_err(|error| format!("it cannot be started: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        // One that reads nothing is judged by how it ends.
        let _ = writeln!(input, "{line}");
    }
    let (sender, errors) = mpsc::channel();
    if let Some(pipe) = child.stderr.take() {
        std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = pipe.take(MOST_BYTES).read_to_end(&mut text);
            // Nobody listens any more when it took too long.
            let _ = sender.send(String::from_utf8_lossy(&text).into_owned());
        });
    }
    let status = within(&mut child, patience);
    end_group(&child);
    let status = status.ok_or_else(|| {
        // Its own end has to be waited for in any case.
        let _ = child.kill();
        let _ = child.wait();
        format!("Your answer did not end within {} s.", patience.as_secs_f64())
    })?;
    Ok(Ended { status, errors: errors.recv_timeout(TO_READ).unwrap_or_default() })
}

/// How it ended, if it did.
fn within(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if started.elapsed() < patience => std::thread::sleep(Duration::from_millis(5)),
            _ => return None,
        }
    }
}

/// Ends what is left of the group that this process leads.
fn end_group(leader: &Child) {
    #[cfg(unix)]
    if let Ok(group) = i32::try_from(leader.id()) {
        use nix::sys::signal::{Signal, killpg};
        // None of it is left, if all went well.
        let _ = killpg(nix::unistd::Pid::from_raw(group), Signal::SIGKILL);
    }
    #[cfg(not(unix))]
    let _ = leader;
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn is_alive(process: &str) -> bool {
        // A process that has ended and that nobody has waited for is none any more.
        let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        state.rsplit(')').next().is_some_and(|rest| !rest.trim().is_empty() && !rest.trim().starts_with('Z'))
    }

    #[test]
    fn what_hangs_ends_with_all_that_it_has_started() {
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("child");
        let script = format!("sleep 300 & echo $! > {}; sleep 300", file.display());
        let ended = run(&mut shell(&script), "", Duration::from_millis(500));
        assert!(ended.err().expect("it hangs").contains("did not end within 0.5 s"));
        let child = std::fs::read_to_string(file).expect("a number");
        std::thread::sleep(Duration::from_millis(200));
        assert!(!is_alive(child.trim()), "{child} lives on");
    }

    #[test]
    fn what_ends_leaves_nothing_behind_that_would_be_waited_for() {
        let began = Instant::now();
        let ended = run(&mut shell("sleep 300 & echo no >&2; exit 3"), "", Duration::from_secs(20));
        let ended = ended.expect("it ends");
        assert_eq!((ended.status.code(), ended.errors.trim()), (Some(3), "no"));
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    }

    #[test]
    fn it_is_told_a_line() {
        let ended = run(&mut shell("cat >&2"), "hello", Duration::from_secs(20)).expect("it ends");
        assert_eq!(ended.errors, "hello\n");
    }
}
