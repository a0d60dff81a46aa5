//! `cargo verify lab grade`: submissions graded, in the format that a tool wants.
//!
//! | file | is |
//! |---|---|
//! | `submission` | what is taken from a submission: the answers to labs, and nothing else |
//! | `graded` | the table |
//! | `formats` | the table as JSON, CSV, JUnit XML, and as Gradescope and GitHub Classroom want it |

mod formats;
mod graded;
mod submission;

pub(crate) use formats::Format;

use crate::checked::{Checked, Wrong};
use crate::host::Host;
use crate::lab::Lab;
use graded::{Graded, GradedCheck, GradedLab};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;
use submission::Submission;

/// Grades all submissions of a folder, or the one that it is, and prints the table.
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn run(labs: &[&Lab], folder: &Path, format: Format, host: &dyn Host) -> Result<u8, String> {
    let submissions = submission::all(labs, folder)?;
    let mut graded = Vec::new();
    for submission in &submissions {
        let one = grade(submission, labs, host);
        runner::complain!("{}: {} of {} points", one.submission, one.points, one.of);
        graded.push(one);
    }
    let text = formats::text(format, &graded)?;
    runner::output::write_out(format_args!("{text}"));
    Ok(0)
}

/// Grades a submission.
fn grade(submission: &Submission, labs: &[&Lab], host: &dyn Host) -> Graded {
    let labs: Vec<GradedLab> = labs.iter().map(|lab| grade_lab(lab, submission, host)).collect();
    let points = labs.iter().map(|lab| lab.points).sum();
    let of = labs.iter().map(|lab| lab.of).sum();
    Graded { submission: submission.name.clone(), points, of, labs }
}

fn grade_lab(lab: &Lab, submission: &Submission, host: &dyn Host) -> GradedLab {
    let began = Instant::now();
    let taken =
        || submission.folder.as_ref().map_err(Wrong::clone).and_then(|folder| submission::taken(lab, folder));
    let checked = || match taken() {
        Ok(place) => lab.check(place.path(), host),
        Err(wrong) => Checked::all_fail(&lab.checks(), &wrong),
    };
    // An answer that brings the grader itself down is graded, too.
    let checks = catch_unwind(AssertUnwindSafe(checked)).unwrap_or_else(|_| {
        let wrong = Wrong::new("crash", "The grader could not deal with this answer.");
        Checked::all_fail(&lab.checks(), &wrong)
    });
    let checks: Vec<GradedCheck> = checks.into_iter().map(GradedCheck::from).collect();
    GradedLab {
        lab: lab.name.clone(),
        title: lab.sheet.title.clone(),
        points: checks.iter().map(|check| check.points).sum(),
        of: lab.points(),
        seconds: (began.elapsed().as_secs_f64() * 10.0).round() / 10.0,
        checks,
    }
}
