//! A counterexample as a person reads it, and the files that are kept of it.

use crate::explored::{Counterexample, REPLAY};
use crate::subject::Subject;
use crate::worker::test_name;
use runner::explain::{self, FailureFile, Instead, WhatIf};
use runner::write_file::write_whole;
use std::path::{Path, PathBuf};

/// The source of a step: `lib.rs` for one of `src`, else with its folder. A test runs in the folder of its package.
fn source_of(name: &str) -> Option<String> {
    let path = |folder: &str| std::fs::read_to_string(Path::new(folder).join(name)).ok();
    path("src").or_else(|| path("."))
}

/// The folder of the files: `checker`, in the folder of the build.
fn folder() -> Option<PathBuf> {
    let executable = std::env::current_exe().ok()?;
    let beside = executable.parent()?;
    // Tests are in `deps`.
    let build = if beside.ends_with("deps") { beside.parent()? } else { beside };
    Some(build.join("checker"))
}

/// No more steps are kept and drawn: a loop that does not end has as many as the engine lets it.
const MOST_STEPS: usize = 1_000;

/// Whether an execution has more steps than are drawn.
pub(crate) fn is_long(file: &FailureFile) -> bool {
    file.verdict.failure.as_ref().is_some_and(|failure| failure.steps.len() > MOST_STEPS)
}

/// Leaves out the steps of a long execution that come after the first ones, and says so.
fn cut(file: &mut FailureFile) {
    let Some(failure) = file.verdict.failure.as_mut().filter(|failure| failure.steps.len() > MOST_STEPS)
    else {
        return;
    };
    let all = failure.steps.len();
    failure.steps.truncate(MOST_STEPS);
    failure.message = format!("{} [of {all} steps the first {MOST_STEPS} are kept]", failure.message);
}

/// Draws a counterexample, and keeps it.
pub(crate) fn counterexample<S: Subject>(mut file: FailureFile) -> Counterexample {
    cut(&mut file);
    file.about = "A counterexample. Run it again with CHECKER_REPLAY=FILE cargo test.".to_owned();
    file.quote(source_of);
    let failure = file.verdict.failure.clone().expect("a failure file has a failure");
    let drawn = explain::text(&file, 80, false);
    let name = format!("{}-{}", test_name().replace("::", "-"), S::name());
    let name: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let write = |ending: &str, text: &str| {
        let path = folder()?.join(format!("{name}.{ending}"));
        std::fs::create_dir_all(path.parent()?).ok()?;
        write_whole(&path, text.as_bytes()).ok()?;
        Some(path)
    };
    let json = serde_json::to_string_pretty(&file).expect("plain data");
    let kept = write("json", &json);
    if let Some(path) = &kept {
        file.what_if = WhatIf::Not(Instead {
            why: "What if is not computed for a structure of your own.".to_owned(),
            does: "This runs the execution again".to_owned(),
            command: format!("{REPLAY}={} cargo test {}", path.display(), test_name()),
        });
    }
    let sentence = match S::IS_LOOMS && failure.kind == "missing outcome" {
        true => format!("loom's own search skips interleavings, and says nothing here: {}", failure.message),
        false => failure.sentence.unwrap_or(failure.message),
    };
    Counterexample {
        kind: failure.kind.clone(),
        program: file.verdict.program.clone(),
        sentence,
        steps: unfolded(&file),
        drawn,
        page: write("html", &explain::page(&file, explain::NO_SOURCE)),
        file: kept,
    }
}

/// How many steps a drawing unfolds.
fn unfolded(file: &FailureFile) -> usize {
    let program = file.job.parse().ok();
    let failure = file.verdict.failure.as_ref();
    let steps = failure.map_or(&[][..], |failure| &failure.steps);
    let stopped = failure.is_some_and(|failure| failure.outcome.is_none());
    let (program, source) = (program.as_ref(), Some(&file.source_lines));
    explain::Drawing { program, width: 80, all: false, stopped, source }.unfolded(steps)
}
