//! A failure as a person reads it: a column for each thread, time going down.

mod asking;
mod beside;
mod cells;
mod choices;
mod data;
mod drawing;
mod excerpt;
mod execution;
mod fold;
mod order;
mod page;
mod play;
mod seen;
mod told;

pub use asking::{ask_what_if, what_if_of_example};
pub use cells::{cell, lines};
pub use choices::{Instead, Other, WhatIf};
pub use drawing::Drawing;
pub use excerpt::{Excerpt, Excerpts, excerpts};
pub use page::{NO_SOURCE, page, page_of, page_of_example};
pub use play::page_of_game;
pub use told::told;

use crate::minimised::Minimised;
use crate::style::{count, wrapped};
use explore::job::Job;
use linear::Verdict;
use serde::{Deserialize, Serialize};

/// The version of a failure file that this program writes. Each change of what a field means is another version; a field that is new, and may be
/// missing, is not. `docs/failure-files.md` has them all.
///
/// | version | is |
/// |---|---|
/// | 1 | has no field `version`: steps, without what the subject looks like |
/// | 2 | steps with stable names (`shown`) and what the subject looks like (`snapshot`) |
pub const VERSION: u32 = 2;

/// A file without a version is of the first.
fn first_version() -> u32 {
    1
}

/// A failure file: the verdict with its counterexample, and the job that led to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FailureFile {
    /// The version of the file.
    #[serde(default = "first_version")]
    pub version: u32,
    /// What a reader of the file may want to know first.
    pub about: String,
    /// The verdict, with the counterexample.
    pub verdict: Verdict,
    /// The job, to run it again.
    pub job: Job,
    /// The broken variant whose edit was in the copy of the source that was run; without one it was the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The source that was run, as a number that changes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The lines of that source which its steps have, each with those around it: `map/entry.rs:93`.
    #[serde(default, skip_serializing_if = "Excerpts::is_empty")]
    pub source_lines: Excerpts,
    /// From what it was made, if it was made smaller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimised: Option<Minimised>,
    /// What could have happened instead: for its page, and not in the file.
    #[serde(skip)]
    pub what_if: WhatIf,
}

impl FailureFile {
    /// A file of this program's version.
    pub fn new(about: String, verdict: Verdict, job: Job) -> FailureFile {
        let source_lines = Excerpts::new();
        let (variant, source, minimised) = (None, None, None);
        let what_if = WhatIf::NotAsked;
        FailureFile {
            version: VERSION,
            about,
            verdict,
            job,
            variant,
            source,
            source_lines,
            minimised,
            what_if,
        }
    }

    /// Notes the lines of the source that was run, which `text` has by the names of its files: `map/entry.rs`.
    pub fn quote(&mut self, text: impl FnMut(&str) -> Option<String>) {
        let steps = self.verdict.failure.as_ref().map_or(&[][..], |failure| &failure.steps);
        self.source_lines = excerpts(steps, text);
    }

    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it, and where: it is none, or of a later version.
    pub fn read(text: &str) -> Result<FailureFile, String> {
        #[derive(Deserialize)]
        struct Versioned {
            #[serde(default = "first_version")]
            version: u32,
        }
        let is_none = |error: serde_json::Error| {
            format!(
                "{error}; it is not a failure file. Failure files are named failure-*.json, in the folder that --report names"
            )
        };
        let Versioned { version } = serde_json::from_str(text).map_err(is_none)?;
        if !(1..=VERSION).contains(&version) {
            return Err(format!(
                "it is a failure file of version {version}, and this program reads versions 1 to {VERSION}: use the \
                 `cargo verify` that wrote it, or a later one"
            ));
        }
        serde_json::from_str(text).map_err(is_none)
    }

    /// Checks what the fields say of each other: without that, steps would be left out of a drawing, and nobody would know.
    ///
    /// # Errors
    /// The first field that is wrong, with its place.
    pub fn check(&self) -> Result<(), String> {
        let wrong = |place: &str, what: String| {
            Err(format!("`{place}`: {what}: the file has been changed, or is damaged"))
        };
        if explore::subjects::by_name(&self.job.subject).is_none() {
            return Err(format!(
                "it is a failure of `{}`, which is not one of the structures here: if that is a structure of your own, run it again in its \
                 crate, with CHECKER_REPLAY",
                self.job.subject
            ));
        }
        let program = match self.job.parse() {
            Ok(program) => program,
            Err(error) => {
                return wrong("job.program", format!("`{}` is not a program: {error}", self.job.program));
            }
        };
        let threads = program.threads.len();
        let failure = self.verdict.failure.as_ref();
        for (at, step) in failure.into_iter().flat_map(|failure| &failure.steps).enumerate() {
            let place = format!("verdict.failure.steps[{at}]");
            if !ACTIONS.contains(&step.action.as_str()) {
                return wrong(
                    &format!("{place}.action"),
                    format!("`{}` is not one of {}", step.action, ACTIONS.join(", ")),
                );
            }
            if step.thread > threads {
                let has = format!(
                    "the program has {}, and {threads} stands for the set-up",
                    count(threads, "thread")
                );
                return wrong(
                    &format!("{place}.thread"),
                    format!("there is no thread {}: {has}", step.thread),
                );
            }
        }
        Ok(())
    }
}

/// What a step can be, as a file names it: the actions of the model.
const ACTIONS: [&str; 16] = [
    "Load",
    "Exchange",
    "Store",
    "ExchangeFailed",
    "Lock",
    "Unlock",
    "Wait",
    "Notify",
    "Allocate",
    "Dereference",
    "Retire",
    "Free",
    "Pin",
    "Unpin",
    "Call",
    "Return",
];

/// The failure as text, at most so many columns wide where that is possible; with each step, if `all` is set.
pub fn text(file: &FailureFile, width: usize, all: bool) -> String {
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
    if failure.steps.is_empty() {
        return out + "  " + without_steps(verdict) + "\n";
    }
    // An execution that was judged came to its end; any other stopped where it failed.
    let stopped = failure.outcome.is_none();
    let source = Some(&file.source_lines);
    out.push_str(&Drawing { program: program.as_ref(), width, all, stopped, source }.text(&failure.steps));
    harmless(&out)
}

/// The text with each control character written out: a file may come from anybody, and a terminal obeys them.
fn harmless(text: &str) -> String {
    let shown =
        |c: char| if c.is_control() && c != '\n' { c.escape_unicode().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// Why there is nothing to draw.
fn without_steps(verdict: &Verdict) -> &'static str {
    match verdict.engine.as_str() {
        "threads" => "Real threads are not recorded step by step.",
        _ => "No steps were recorded: it happened outside an execution.",
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use explore::engine::Engine;
    use serde_json::{Value, json};
    use std::collections::BTreeSet;
    use std::time::Duration;

    fn file() -> Value {
        let job: Job = serde_json::from_value(json!({
            "subject": "none", "program": "|| load a", "name": null, "engine": Engine::LoomLeak, "bound": null, "schedules": 1,
            "seed": 1, "budget": null, "patience": null, "expectation": { "interesting": [], "forbidden": [] }, "orderings": [],
            "stop_at": null, "schedule": [],
        }))
        .expect("a job");
        let verdict = job.verdict(linear::Level::Failed, 1, &BTreeSet::new(), Duration::ZERO);
        serde_json::to_value(FailureFile::new("about".into(), verdict, job)).expect("plain data")
    }

    #[test]
    fn files_of_this_and_of_the_first_version_are_read_and_one_of_a_later_version_is_refused_with_a_sentence()
    {
        let mut value = file();
        assert_eq!(FailureFile::read(&value.to_string()).map(|file| file.version), Ok(VERSION));
        value["version"] = json!(VERSION + 1);
        let refused = FailureFile::read(&value.to_string()).expect_err("a later version");
        assert!(refused.contains("of version 3, and this program reads versions 1 to 2"), "{refused}");
        value["version"] = json!(0);
        assert!(FailureFile::read(&value.to_string()).is_err(), "no version is 0");
        value.as_object_mut().expect("an object").remove("version");
        assert_eq!(FailureFile::read(&value.to_string()).map(|file| file.version), Ok(1));
    }

    #[test]
    fn control_characters_of_a_file_do_not_reach_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31m\nb\r"), "a\\u{1b}[31m\nb\\u{d}");
    }

    #[test]
    fn a_garbled_file_is_refused_with_the_place() {
        let text = serde_json::to_string_pretty(&file()).expect("text");
        let cut = FailureFile::read(&text[..text.len() / 2]).expect_err("half of it");
        assert!(cut.contains("line") && cut.contains("column"), "{cut}");
        let wrong = FailureFile::read(&text.replace("FAILED", "FALED")).expect_err("no such verdict");
        assert!(wrong.contains("`FALED` is not a verdict at line"), "{wrong}");
    }
}
