//! A row of the table that `verification/published/run` prints: one for each thing that was asked.

use checker::{Explored, Level};

/// Prints the row: what was asked of which version, and what came of it.
pub fn row(version: &str, explored: &Explored) {
    let Explored { subject, asked, programs, executions, time, .. } = explored;
    let (what, program) = match (&explored.failure, explored.verdict) {
        (Some(failure), _) => (failure.kind.clone(), format!("`{}`", failure.program)),
        (None, Level::Sampled(_)) => ("nothing".to_owned(), String::new()),
        (None, verdict) => (format!("nothing, {verdict}"), String::new()),
    };
    let [asked, program] = [asked, &program].map(|text| text.replace("||", "\\|\\|"));
    let seconds = time.as_secs_f64();
    println!(
        "\n| {version} | {subject} | {asked} | {what} | {program} | {programs} | {executions} | {seconds:.1} |"
    );
}

/// Nothing was found, of all that was asked.
///
/// # Panics
/// With the counterexample, if there is one; when something was cut short.
#[track_caller]
pub fn nothing(version: &str, explored: Explored) {
    row(version, &explored);
    assert!(explored.is_by_looms_own_search, "it is on loom's own types");
    explored.must_pass();
}

/// This kind of failure was found, in this program, if one is named.
///
/// # Panics
/// When it was not.
#[track_caller]
pub fn found(version: &str, explored: &Explored, kind: &str, program: Option<&str>) {
    row(version, explored);
    let failure = explored.failure.as_ref().unwrap_or_else(|| panic!("{explored}: no {kind} was found"));
    assert_eq!(failure.kind, kind, "{}", failure.drawn);
    if let Some(program) = program {
        assert_eq!(failure.program, program, "{}", failure.drawn);
    }
}
