//! A failure as a person reads it: a column for each thread, time going down.

use crate::engine::Job;
use crate::program::Program;
use crate::verdict::{Step, Verdict};
use serde::{Deserialize, Serialize};

/// A failure file: the verdict with its counterexample, and the job that led to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FailureFile {
    /// What a reader of the file may want to know first.
    pub about: String,
    /// The verdict, with the counterexample.
    pub verdict: Verdict,
    /// The job, to run it again.
    pub job: Job,
}

/// What is shown of a step in its thread's column; nothing for what only tools need.
pub fn cell(step: &Step, program: Option<&Program>) -> Option<String> {
    let site = step.site.as_ref().map_or_else(String::new, |(id, ordering)| format!("  [{id} {ordering}]"));
    let seen = step.seen.as_deref().unwrap_or("");
    let stale = if step.stale { " (STALE)" } else { "" };
    let written = step.written.as_deref().unwrap_or("");
    let call = || {
        let number: Option<usize> = step.object.rsplit('#').next().and_then(|n| n.parse().ok());
        let call = program.and_then(|program| program.threads.get(step.thread)?.get(number?));
        call.map_or_else(|| "?".to_owned(), ToString::to_string)
    };
    Some(match step.action.as_str() {
        "Call" => format!("▶ {}", call()),
        "Return" if seen.is_empty() => format!("◀ {}", call()),
        "Return" => format!("◀ {} = {seen}", call()),
        "Load" => format!("{} → {seen}{stale}{site}", step.object),
        "Store" | "Exchange" => format!("{}: {seen} ⇒ {written}{site}", step.object),
        "ExchangeFailed" => format!("{} → {seen}, exchange failed{site}", step.object),
        "Lock" => "lock".into(),
        "Unlock" => "unlock".into(),
        "Wait" => format!("{}: unlock and wait", step.object),
        "Notify" => format!("{}: wake all", step.object),
        "Retire" => format!("retire {}", step.object),
        "Free" => format!("free {}", step.object),
        "Allocate" => format!("new {}", step.object),
        _ => return None,
    })
}

/// The failure as text.
pub fn text(file: &FailureFile) -> String {
    let verdict = &file.verdict;
    let Some(failure) = &verdict.failure else {
        return "no failure in this file\n".into();
    };
    let program = file.job.parse().ok();
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(text.trim_end());
        out.push('\n');
    };
    line(format!("FAILED  {}  {}/{}", failure.kind, verdict.engine, verdict.mode));
    line(format!("  program   {}", verdict.program));
    if let Some(name) = &verdict.name {
        line(format!("  scenario  {name}"));
    }
    line(format!("  what      {}", failure.message));
    line(format!("  where     execution {} of the search", failure.execution));
    line(String::new());
    let threads = program.as_ref().map_or(1, |program| program.threads.len());
    let rows: Vec<(&Step, String)> =
        failure.steps.iter().filter_map(|step| Some((step, cell(step, program.as_ref())?))).collect();
    let (setup, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(step, _)| step.thread >= threads);
    if rows.is_empty() {
        line("  (no steps were recorded: the failure was outside an execution)".into());
        return out;
    }
    line(format!("  after {} steps of the set-up:", setup.len()));
    let widths: Vec<usize> = (0..threads)
        .map(|thread| {
            let cells = rows.iter().filter(|(step, _)| step.thread == thread);
            cells.map(|(_, cell)| cell.chars().count()).max().unwrap_or(0).clamp(10, 60)
        })
        .collect();
    let heads: Vec<String> = widths
        .iter()
        .enumerate()
        .map(|(thread, width)| format!("{:width$}", format!("thread {thread}")))
        .collect();
    line(format!("       {}", heads.join(" │ ")));
    let bars: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    line(format!("  ─────{}", bars.join("─┼─")));
    for (number, (step, cell)) in rows.iter().enumerate() {
        let columns: Vec<String> = widths
            .iter()
            .enumerate()
            .map(|(thread, width)| {
                format!("{:width$}", if thread == step.thread { cell.as_str() } else { "" })
            })
            .collect();
        line(format!("  {:>3}  {}   {}", number + 1, columns.join(" │ "), step.line));
    }
    out
}
