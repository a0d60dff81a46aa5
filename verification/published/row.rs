//! A row of the table that `verification/published/run` prints: one for each thing that was asked.

use checker::Explored;

/// Prints the row: what was asked of which version, and what came of it.
pub(crate) fn row(version: &str, explored: &Explored) {
    let (what, program) = match &explored.failure {
        Some(failure) => (failure.kind.as_str(), format!("`{}`", failure.program)),
        None => ("nothing found", String::new()),
    };
    let Explored { subject, asked, programs, executions, time, .. } = explored;
    let asked = asked.trim_matches('`');
    let program = program.replace("||", "\\|\\|");
    let asked = asked.replace("||", "\\|\\|");
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
pub(crate) fn nothing(version: &str, explored: Explored) {
    row(version, &explored);
    assert!(explored.is_by_looms_own_search, "it is on loom's own types");
    explored.must_pass();
}

/// This kind of failure was found, in this program, if one is named.
///
/// # Panics
/// When it was not.
#[track_caller]
pub(crate) fn found(version: &str, explored: &Explored, kind: &str, program: Option<&str>) {
    row(version, explored);
    let failure = explored.failure.as_ref().unwrap_or_else(|| panic!("{explored}: no {kind} was found"));
    assert_eq!(failure.kind, kind, "{}", failure.drawn);
    if let Some(program) = program {
        assert_eq!(failure.program, program, "{}", failure.drawn);
    }
}
