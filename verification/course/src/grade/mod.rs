//! `cargo verify lab grade`: submissions graded, in the format that a tool wants.
//!
//! | file | is |
//! |---|---|
//! | `submission` | what is taken from a submission: the answers to labs, and nothing else |
//! | `formats` | the table as JSON, CSV, JUnit XML, and as Gradescope and GitHub Classroom want it |

mod formats;
mod submission;

pub(crate) use formats::Format;

use crate::checked::{Checked, Wrong};
use crate::host::Host;
use crate::lab::Lab;
use serde::Serialize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

/// A submission, graded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Graded {
    /// The name of its folder.
    pub(crate) submission: String,
    pub(crate) points: u32,
    pub(crate) of: u32,
    pub(crate) labs: Vec<GradedLab>,
}

/// A lab of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct GradedLab {
    pub(crate) lab: String,
    pub(crate) title: String,
    pub(crate) points: u32,
    pub(crate) of: u32,
    pub(crate) seconds: f64,
    pub(crate) checks: Vec<Checked>,
}

/// Grades all submissions of a folder, or the one that it is, and prints the table.
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn run(labs: &[&Lab], folder: &Path, format: Format, host: &dyn Host) -> Result<u8, String> {
    let submissions = submission::all(labs, folder)?;
    let mut graded = Vec::new();
    for (name, folder) in &submissions {
        let one = grade(name, folder, labs, host);
        runner::complain!("{name}: {} of {} points", one.points, one.of);
        graded.push(one);
    }
    let text = formats::text(format, &graded)?;
    runner::output::write_out(format_args!("{text}"));
    Ok(0)
}

/// Grades a submission.
fn grade(name: &str, folder: &Path, labs: &[&Lab], host: &dyn Host) -> Graded {
    let labs: Vec<GradedLab> = labs.iter().map(|lab| grade_lab(lab, folder, host)).collect();
    let points = labs.iter().map(|lab| lab.points).sum();
    let of = labs.iter().map(|lab| lab.of).sum();
    Graded { submission: name.to_owned(), points, of, labs }
}

fn grade_lab(lab: &Lab, folder: &Path, host: &dyn Host) -> GradedLab {
    let began = Instant::now();
    let checked = || match submission::taken(lab, folder) {
        Ok(place) => lab.check(place.path(), host),
        Err(wrong) => Checked::all_fail(&lab.checks(), &wrong),
    };
    // An answer that brings the grader itself down is graded, too.
    let checks = catch_unwind(AssertUnwindSafe(checked)).unwrap_or_else(|_| {
        let wrong = Wrong::new("crash", "The grader could not deal with this answer.");
        Checked::all_fail(&lab.checks(), &wrong)
    });
    let mut checks = checks;
    // Pages are for a student's own machine.
    checks.iter_mut().filter_map(|check| check.wrong.as_mut()).for_each(|wrong| wrong.page = None);
    GradedLab {
        lab: lab.name.clone(),
        title: lab.sheet.title.clone(),
        points: checks.iter().map(Checked::earned).sum(),
        of: lab.points(),
        seconds: (began.elapsed().as_secs_f64() * 10.0).round() / 10.0,
        checks,
    }
}
