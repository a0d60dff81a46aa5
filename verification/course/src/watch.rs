//! `cargo verify lab watch`: the answer is checked each time that it is saved. Commands are lines, so it works over any connection.

use crate::desk;
use crate::lab::{self, Lab};
use crate::student::Student;
use runner::say;
use std::io::BufRead;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, SystemTime};

/// How often the file is looked at.
const EVERY: Duration = Duration::from_millis(300);

/// When a file was changed, and how long it is.
fn state_of(file: &Path) -> Option<(SystemTime, u64)> {
    let known = std::fs::metadata(file).ok()?;
    Some((known.modified().ok()?, known.len()))
}

/// Watches until the student quits, or has passed all: the lab that is named first, if one is.
pub(crate) fn watch(student: &mut Student<'_>, first: Option<&str>) -> Result<u8, String> {
    let mut named = first.map(|typed| lab::find(student.labs, typed)).transpose()?;
    let (sender, typed) = mpsc::channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    while let Some(lab) = named.take().or_else(|| student.current()) {
        student.next(Some(&lab.name))?;
        if !stay_with(student, lab, &typed)? {
            return Ok(0);
        }
    }
    say!("You have passed them all.");
    Ok(0)
}

/// Watches one lab. False when the student quits.
fn stay_with<'h>(
    student: &mut Student<'h>,
    lab: &'h Lab,
    typed: &mpsc::Receiver<String>,
) -> Result<bool, String> {
    let answer = desk::folder_of(lab, &student.desk)?.join(lab.answer());
    let mut seen = state_of(&answer);
    say!("\nSave it, and it is checked. Or type h for a hint, c to check, t for the text,");
    say!("q to quit, and Enter.");
    loop {
        let passed = match typed.recv_timeout(EVERY) {
            Ok(line) => match line.trim() {
                "h" => student.hint(Some(&lab.name)).map(|_| false)?,
                "t" => student.next(Some(&lab.name)).map(|_| false)?,
                "c" => student.check_lab(lab)?,
                "q" => return Ok(false),
                other => {
                    say!("`{other}`: type h, c, t or q");
                    false
                }
            },
            Err(RecvTimeoutError::Disconnected) => return Ok(false),
            Err(RecvTimeoutError::Timeout) => {
                let now = state_of(&answer);
                let is_new = now.is_some() && now != seen;
                seen = now;
                is_new && student.check_lab(lab)?
            }
        };
        if passed {
            say!("\n{}\n", "-".repeat(40));
            return Ok(true);
        }
    }
}
