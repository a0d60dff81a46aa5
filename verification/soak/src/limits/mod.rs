//! The map and what is built on it at their limits: time and memory of each, in a process of its own.

mod case;
mod cases;

use crate::output::write_file;
use crate::region;
use crate::say;
use case::Case;
use cases::CASES;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    seconds: f64,
    /// The most memory that the process had.
    bytes: u64,
    /// What there is to say.
    note: String,
}

/// The page.
const PAGE: &str = "docs/limits.md";

/// A limit that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(300);

/// Measures all limits, or those with these names, and prints the table; with `write`, into the page.
///
/// # Errors
/// When one of them fails, or the page cannot be written.
pub fn run(root: &Path, program: &Path, names: &[String], write: bool) -> Result<(), String> {
    if let Some(name) = names.iter().find(|name| !CASES.iter().any(|case| case.name == **name)) {
        let all: Vec<&str> = CASES.iter().map(|case| case.name).collect();
        return Err(format!("there is no limit `{name}`: {}", all.join("; ")));
    }
    let mut rows = vec![
        "| limit | of | seconds | of half as many | ratio | most memory | |".to_owned(),
        "|---|--:|--:|--:|--:|--:|---|".to_owned(),
    ];
    rows.iter().for_each(|row| say!("{row}"));
    for case in CASES.iter().filter(|case| names.is_empty() || names.contains(&case.name.to_owned())) {
        let half = if case.has_half { Some(quickest(program, case, case.size / 2)?) } else { None };
        let whole = quickest(program, case, case.size)?;
        let row = row(case, &whole, half.as_ref());
        say!("{row}");
        rows.push(row);
    }
    if !write {
        return Ok(());
    }
    let path = root.join(PAGE);
    let page = std::fs::read_to_string(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
    let machine = format!(
        "{} processors, {}. Written by `cargo verify soak limits --write`.",
        cores(),
        std::env::consts::OS
    );
    let table = format!("{machine}\n\n{}", rows.join("\n"));
    write_file(&path, &region::write(&page, "limits", &table)?)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn row(case: &Case, whole: &Measured, half: Option<&Measured>) -> String {
    let half_time = half.map_or("–".to_owned(), |half| format!("{:.3}", half.seconds));
    let ratio =
        half.map_or("–".to_owned(), |half| format!("{:.1}", whole.seconds / half.seconds.max(0.001)));
    let (name, of, size, seconds, note) = (case.name, case.of, case.size, whole.seconds, &whole.note);
    let bytes = whole.bytes as f64 / 1e6;
    format!("| {name} | {size} {of} | {seconds:.3} | {half_time} | {ratio} | {bytes:.0} MB | {note} |")
}

/// What takes less than a second is measured three times, and the quickest counts.
fn quickest(program: &Path, case: &Case, size: usize) -> Result<Measured, String> {
    let mut least = measure(program, case, size)?;
    for _ in 0..2 {
        if least.seconds < 1.0 {
            let next = measure(program, case, size)?;
            least = if next.seconds < least.seconds { next } else { least };
        }
    }
    Ok(least)
}

/// Runs a limit in a process of its own: what kills it is a failure, and memory is that of this limit alone.
fn measure(program: &Path, case: &Case, size: usize) -> Result<Measured, String> {
    let told = |error: std::io::Error| format!("`{}`: {error}", case.name);
    let mut command = Command::new(program);
    command.args(["limit", case.name, &size.to_string()]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(told)?;
    let begun = Instant::now();
    while child.try_wait().map_err(told)?.is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().map_err(told)?;
            return Err(format!("`{}` hangs: no end after {} s", case.name, PATIENCE.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().map_err(told)?;
    if !output.status.success() {
        return Err(format!("`{}` of {size} {}: {}", case.name, case.of, output.status));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("`{}`: {error}", case.name))
}

/// What the process of one limit does.
///
/// # Errors
/// When there is no such limit.
pub fn serve(name: &str, size: usize) -> Result<(), String> {
    let case =
        CASES.iter().find(|case| case.name == name).ok_or_else(|| format!("there is no limit `{name}`"))?;
    let begun = Instant::now();
    let note = (case.run)(size);
    let measured = Measured { seconds: begun.elapsed().as_secs_f64(), bytes: most_memory(), note };
    say!("{}", serde_json::to_string(&measured).expect("plain data"));
    Ok(())
}

/// The most memory that this process has had in use; 0 where the system does not say.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}
