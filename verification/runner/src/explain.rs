//! A failure as a person reads it: a column for each thread, time going down.

use crate::minimised::Minimised;
use crate::style::{count, wrapped};
use explore::job::Job;
use linear::{Program, Step, Verdict};
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
    /// From what it was made, if it was made smaller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimised: Option<Minimised>,
}

impl FailureFile {
    /// A failure as it was found.
    pub fn new(about: String, verdict: Verdict, job: Job) -> Self {
        FailureFile { about, verdict, job, minimised: None }
    }
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

/// The failure as text, at most so many columns wide where that is possible.
pub fn text(file: &FailureFile, width: usize) -> String {
    let verdict = &file.verdict;
    let Some(failure) = &verdict.failure else {
        return "this file has no failure\n".into();
    };
    let program = file.job.parse().ok();
    let mut out = format!("FAILED  {}  {}/{}\n", failure.kind, verdict.engine, verdict.mode);
    let mut field = |name: &str, text: &str| {
        for (number, line) in wrapped(text, width.saturating_sub(12)).iter().enumerate() {
            out.push_str(&format!("  {:<10}{line}\n", if number == 0 { name } else { "" }));
        }
    };
    field("program", &verdict.program);
    if let Some(name) = &verdict.name {
        field("scenario", name);
    }
    field("what", &failure.message);
    if let Some(sentence) = &failure.sentence {
        field("why", sentence);
    }
    field("where", &found_where(file, failure.execution));
    if let Some(minimised) = file.minimised.as_ref().filter(|it| it.program != it.from_program) {
        field("found as", &minimised.from_program);
    }
    if let Some(minimised) = &file.minimised {
        field("smaller", &minimised.told());
    }
    out.push('\n');
    out.push_str(&drawing(&failure.steps, program.as_ref(), width));
    out
}

/// Which execution it is.
fn found_where(file: &FailureFile, execution: u64) -> String {
    let bound = file.job.bound.map(|bound| match bound {
        0 => " without preemptions".to_owned(),
        _ => format!(" with at most {}", count(bound, "preemption")),
    });
    let search = format!("execution {execution} of the search{}", bound.unwrap_or_default());
    match &file.minimised {
        Some(minimised) if minimised.is_rescheduled => format!("{search}, replayed with fewer switches"),
        _ => search,
    }
}

/// The line of the source under test, if the step is one of it: memory is freed and mutexes are let go in other people's code.
fn place(step: &Step) -> &str {
    let is_other = ["facade/", "ptr/", "alloc/"].iter().any(|folder| step.line.starts_with(folder));
    if is_other { "" } else { &step.line }
}

/// The narrowest column of a thread.
const NARROWEST: usize = 12;

/// The widths of the threads' columns, of which there are so many characters in all: as wide as what is in them, or as is left.
fn widths(wanted: Vec<usize>, all: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = wanted.into_iter().map(|width| width.clamp(NARROWEST, 60)).collect();
    while widths.iter().sum::<usize>() > all {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => break,
        }
    }
    widths
}

/// Steps as text: a column for each thread, time going down, the line of the source at the side.
pub fn drawing(steps: &[Step], program: Option<&Program>, width: usize) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(text.trim_end());
        out.push('\n');
    };
    let threads = program.map_or(1, |program| program.threads.len());
    let rows: Vec<(&Step, String)> =
        steps.iter().filter_map(|step| Some((step, cell(step, program)?))).collect();
    let (setup, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(step, _)| step.thread >= threads);
    if rows.is_empty() {
        line("  (no steps were recorded: it happened outside an execution)".into());
        return out;
    }
    if !setup.is_empty() {
        line(format!("  after {} of the set-up:", count(setup.len(), "step")));
    }
    let wanted = (0..threads).map(|thread| {
        let cells = rows.iter().filter(|(step, _)| step.thread == thread);
        cells.map(|(_, cell)| cell.chars().count()).max().unwrap_or(0)
    });
    let places = rows.iter().map(|(step, _)| place(step).chars().count()).max().unwrap_or(0);
    let widths = widths(wanted.collect(), width.saturating_sub(7 + 3 * threads + places));
    let heads: Vec<String> = widths
        .iter()
        .enumerate()
        .map(|(thread, width)| format!("{:width$}", format!("thread {thread}")))
        .collect();
    line(format!("       {}", heads.join(" │ ")));
    let bars: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    line(format!("  ─────{}", bars.join("─┼─")));
    for (number, (step, cell)) in rows.iter().enumerate() {
        for (part, text) in wrapped(cell, widths[step.thread]).iter().enumerate() {
            let column = |(thread, width): (usize, &usize)| {
                format!("{:width$}", if thread == step.thread { text.as_str() } else { "" })
            };
            let columns: Vec<String> = widths.iter().enumerate().map(column).collect();
            let (number, place_of_step) =
                if part == 0 { ((number + 1).to_string(), place(step)) } else { (String::new(), "") };
            line(format!("  {number:>3}  {}   {place_of_step}", columns.join(" │ ")));
        }
    }
    out
}
