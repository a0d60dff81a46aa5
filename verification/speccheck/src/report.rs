//! What a person, or a program, reads of a run.

use crate::run::{Finding, Verdict};
use crate::suite::{self, Task};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};

/// One JSON object a line instead of text.
pub static JSON: AtomicBool = AtomicBool::new(false);

/// The findings are TLC's.
pub static TLC: AtomicBool = AtomicBool::new(false);

fn checker() -> &'static str {
    if TLC.load(Ordering::Relaxed) { "TLC" } else { "tla-checker 0.24.11" }
}

fn is_json() -> bool {
    JSON.load(Ordering::Relaxed)
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Complete => "COMPLETE",
        Verdict::Truncated => "TRUNCATED",
        Verdict::Failed => "FAILED",
    }
}

/// The line of one finding; with a table when it failed, or when `stories` are asked for.
pub fn finding(task: &Task, finding: &Finding, stories: bool) {
    if is_json() {
        println!("{}", json_line(task, finding));
        return;
    }
    let detail = match task {
        Task::Configuration(_) => {
            format!("{:>8} states  {}", finding.states, finding.properties.join(" "))
        }
        Task::Bug(bug) => {
            let steps = finding.steps().map_or_else(String::new, |steps| format!(" in {steps} steps"));
            format!("caught by {}{steps}", bug.property)
        }
    };
    let detail = finding.message.as_ref().map_or(detail, Clone::clone);
    println!("{:<9} {:>7.1} s  {:<34} {detail}", word(finding.verdict), finding.seconds, task.name());
    if (stories || finding.verdict == Verdict::Failed)
        && let Some(story) = suite::story(finding)
    {
        println!("{story}");
    }
}

fn json_line(task: &Task, finding: &Finding) -> serde_json::Value {
    let mut line = json!({
        "kind": "specification",
        "checker": checker(),
        "module": task.name().split('/').next(),
        "verdict": word(finding.verdict),
        "states": finding.states,
        "seconds": finding.seconds,
        "message": finding.message,
    });
    match task {
        Task::Configuration(configuration) => {
            line["configuration"] = json!(configuration.name);
            line["expected_states"] = json!(configuration.states);
            line["properties"] = json!(finding.properties);
        }
        Task::Bug(bug) => {
            line["bug"] = json!(bug.name);
            line["property"] = json!(bug.property);
            line["steps"] = json!(finding.steps());
        }
    }
    if finding.verdict == Verdict::Failed {
        line["counterexample"] = json!(suite::story(finding));
    }
    line
}

/// The last line, and what is wrong beside the findings.
pub fn summary(findings: &[Option<Finding>], wrong: &[String], seconds: f64) {
    let count = |verdict| findings.iter().flatten().filter(|finding| finding.verdict == verdict).count();
    let (complete, failed) = (count(Verdict::Complete), count(Verdict::Failed) + wrong.len());
    let truncated = count(Verdict::Truncated) + findings.iter().filter(|finding| finding.is_none()).count();
    if is_json() {
        for message in wrong {
            println!("{}", json!({ "kind": "specification", "verdict": "FAILED", "message": message }));
        }
        let summary = json!({ "kind": "summary", "complete": complete, "bounded": 0, "sampled": 0,
            "truncated": truncated, "failed": failed, "seconds": seconds });
        println!("{summary}");
        return;
    }
    for message in wrong {
        println!("FAILED    {message}");
    }
    let what = match (failed, truncated) {
        (0, 0) => "PASS",
        (0, _) => "NOT COMPLETE",
        _ => "FAIL",
    };
    let states: usize = findings.iter().flatten().map(|finding| finding.states).sum();
    println!(
        "{what}  {complete} complete, {truncated} truncated, {failed} failed; {states} states in {seconds:.0} s ({})",
        checker()
    );
}

/// Ctrl-C, after so many seconds: what is not finished is TRUNCATED; the process ends.
pub fn interrupted(tasks: &[Task], findings: &[Option<Finding>], seconds: f64) -> ! {
    let open = tasks.iter().zip(findings).filter(|(_, finding)| finding.is_none());
    for (task, _) in open {
        if is_json() {
            println!("{}", json!({ "kind": "specification", "module": task.name(), "verdict": "TRUNCATED" }));
        } else {
            println!("TRUNCATED {} (interrupted)", task.name());
        }
    }
    summary(findings, &[], seconds);
    std::process::exit(if findings.iter().flatten().any(|finding| finding.verdict == Verdict::Failed) {
        1
    } else {
        3
    })
}
