//! Counterexamples are made smaller before they are told.

use super::options::Options;
use runner::console::Format;
use runner::explain::FailureFile;
use runner::minimise::{What, minimise_all};
use runner::pool::Settings;
use runner::report::Report;
use runner::{complain, output, say, summary};
use std::time::Duration;

/// Makes the failures of a report smaller that will be drawn.
pub(crate) fn make_smaller(report: &mut Report, settings: &Settings, options: &Options) {
    let drawn = summary::drawn(report);
    make_these_smaller(report, &drawn, settings, options);
}

/// Makes all failures of a report smaller.
pub(crate) fn make_all_smaller(report: &mut Report, settings: &Settings, options: &Options) {
    let all: Vec<usize> = (0..report.failures.len()).collect();
    make_these_smaller(report, &all, settings, options);
}

/// The programs of a family come in the order of their size, so there it is the schedule alone.
fn make_these_smaller(report: &mut Report, drawn: &[usize], settings: &Settings, options: &Options) {
    if !drawn.is_empty() && options.minimise > 0 && output::is_terminal() {
        complain!(
            "making the counterexample smaller: at most {} s (--minimise 0 leaves it)",
            options.minimise
        );
    }
    let files = report.failures.iter_mut().enumerate().filter(|(number, _)| drawn.contains(number));
    let files = files.map(|(_, file)| match file.verdict.family {
        Some(_) => (file, What::Schedule),
        None => (file, What::Program),
    });
    minimise_all(files, settings, Duration::from_secs(options.minimise));
    tell(&report.failures, options);
}

/// Makes the schedules of failures simpler, whose programs are the smallest that fail.
pub(crate) fn make_schedules_simpler(failures: &mut [FailureFile], settings: &Settings, options: &Options) {
    let files = failures.iter_mut().map(|file| (file, What::Schedule));
    minimise_all(files, settings, Duration::from_secs(options.minimise));
    tell(failures, options);
}

/// For tools, a line for each.
fn tell(failures: &[FailureFile], options: &Options) {
    if options.format == Format::Json {
        let minimised = failures.iter().filter_map(|file| file.minimised.as_ref());
        minimised.for_each(|it| say!("{}", serde_json::to_string(it).unwrap_or_default()));
    }
}
