//! `report.html`: one page, which needs no network and no script.

use super::data::{KeptCertificate, Report};
use super::scenarios;
use crate::explain::FailureFile;
use crate::families;
use crate::html_page;
use maud::{Markup, html};

const STYLE: &str = include_str!("page.css");

/// The page.
pub(super) fn page(report: &Report) -> String {
    let body = html! {
        h1 { "cargo verify" }
        p { code { (report.command) } }
        @if report.interrupted {
            p.failed { "TRUNCATED: the run was interrupted. What is missing below was not run." }
        }
        (counts(report))
        (contents(report))
        @for problem in &report.problems { p.failed { (problem) } }
        @for (number, files) in told_once(&report.failures).iter().enumerate() { (counterexample(number, files)) }
        (self_tests(report))
        (self_checks(report))
        @for (number, family) in (1..).zip(&report.families) { (families::section(number, family)) }
        (certificates(&report.certificates))
        @if !report.verdicts.is_empty() {
            (scenarios::slowest(&report.verdicts))
            (scenarios::all(&report.verdicts))
        }
    };
    html_page::page("cargo verify", STYLE, &body)
}

/// What the whole run amounts to.
fn counts(report: &Report) -> Markup {
    let summary = &report.summary;
    html! {
        table {
            tr {
                th { "COMPLETE" } th { "BOUNDED" } th { "SAMPLED" } th { "TRUNCATED" } th { "FAILED" } th { "executions" }
                th { "seconds" }
            }
            tr {
                td.number { (summary.complete) } td.number { (summary.bounded) } td.number { (summary.sampled) }
                td.number.truncated[summary.truncated > 0] { (summary.truncated) }
                td.number.failed[summary.failed > 0] { (summary.failed) }
                td.number { (summary.executions) } td.number { (format!("{:.1}", summary.seconds)) }
            }
        }
        p {
            "COMPLETE: passes: every execution that the engine tells apart was explored. BOUNDED(n): passes, up to n preemptions. "
            "SAMPLED(n): passes in n schedules drawn at random, which is no proof. "
            "TRUNCATED: was cut short, not a pass. FAILED: has a counterexample."
        }
        @if !report.verdicts.is_empty() { (scenarios::by_subject(&report.verdicts)) }
    }
}

/// Where the parts of the page are.
fn contents(report: &Report) -> Markup {
    let failures = told_once(&report.failures).len();
    html! {
        p {
            @if failures > 0 { a.failed href="#failure-1" { (failures) @if failures == 1 { " failure" } @else { " failures" } } " · " }
            @if !report.self_tests.is_empty() { a href="#searches" { "the searches themselves" } " · " }
            @for (number, family) in (1..).zip(&report.families) {
                a href=(format!("#family-{number}")) { (family.family) } " · "
            }
            @if !report.certificates.is_empty() { a href="#certificates" { "certificates" } " · " }
            a href="#slowest" { "what took longest" } " · " a href="#verdicts" { "verdicts and outcomes" }
        }
    }
}

fn self_tests(report: &Report) -> Markup {
    if report.self_tests.is_empty() {
        return html! {};
    }
    let is_known = |search| report.known_self_tests.contains(search);
    html! {
        h2 id="searches" { "Do the searches lose anything?" }
        p { "Random programs whose outcomes are compared with a brute-force enumeration. A crippled search must miss some." }
        table {
            tr { th { "search" } th { "programs" } th { "executions" } th { "missed" } th { "extra" } th { "" } }
            @for test in &report.self_tests {
                tr {
                    td { (format!("{:?}", test.test.search)) } td.number { (test.test.programs) } td.number { (test.executions) }
                    td.number { (test.missed) } td.number { (test.extra) }
                    td {
                        @if is_known(&test.test.search) { "as it should be: known from an earlier run of this executable" }
                        @else if test.passes() { "as it should be" }
                        @else { span.failed { "FAILED" } }
                    }
                }
            }
        }
    }
}

fn self_checks(report: &Report) -> Markup {
    if report.self_checks.is_empty() {
        return html! {};
    }
    html! {
        h2 { "Is what is wrong reported as what it is?" }
        table {
            tr { th { "wrong on purpose" } th { "engine" } th { "must be reported as" } th { "was" } }
            @for check in &report.self_checks {
                tr {
                    td { (check.name) } td { (check.engine) } td { (check.expected.join(" or ")) }
                    td.failed[!check.passes] { (check.found) }
                }
            }
        }
    }
}

fn certificates(certificates: &[KeptCertificate]) -> Markup {
    if certificates.is_empty() {
        return html! {};
    }
    html! {
        h2 id="certificates" { "Certificates that are kept" }
        p {
            "Longer runs than this one, kept in the repository. One that is of an earlier source says nothing of this one: "
            "the command makes it anew."
        }
        table {
            tr { th { "every program of" } th { "verdict" } th { "programs" } th { "executions" } th { "holds for" } th { "file and command" } }
            @for one in certificates {
                tr {
                    td { (one.family) } td { (one.verdict) } td.number { (one.programs) } td.number { (one.executions) }
                    td.truncated[!one.is_current] { @if one.is_current { "this source" } @else { "an earlier source" } }
                    td { code { (one.file) } br; code { (one.command) } }
                }
            }
        }
    }
}

/// The name of the files of a failure, without its end.
pub(super) fn file_name(number: usize, failure: &FailureFile) -> String {
    let name = failure.verdict.name.as_deref().unwrap_or("program");
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("failure-{:03}-{name}-{}-{}", number + 1, failure.verdict.engine, failure.verdict.mode)
}

/// The failures that are one and the same, but for the engine that found it: with their numbers.
fn told_once(failures: &[FailureFile]) -> Vec<Vec<(usize, &FailureFile)>> {
    let what = |file: &FailureFile| {
        let failure = file.verdict.failure.as_ref();
        failure.map(|failure| (failure.kind.clone(), failure.message.clone(), file.verdict.program.clone()))
    };
    let mut told: Vec<Vec<(usize, &FailureFile)>> = Vec::new();
    for (number, file) in failures.iter().enumerate() {
        match told.iter_mut().find(|same| same.iter().any(|(_, other)| what(other) == what(file))) {
            Some(same) => same.push((number, file)),
            None => told.push(vec![(number, file)]),
        }
    }
    told
}

/// A counterexample in short, and where its pages are: one for each engine that found it.
fn counterexample(number: usize, files: &[(usize, &FailureFile)]) -> Markup {
    let Some((verdict, failure)) =
        files.iter().find_map(|(_, file)| Some((&file.verdict, file.verdict.failure.as_ref()?)))
    else {
        return html! {};
    };
    html! {
        h2.failed id=(format!("failure-{}", number + 1)) { "FAILED: " (failure.kind) }
        p { @if let Some(name) = &verdict.name { b { (name) } ": " } code { (verdict.program) } }
        p { (failure.message) }
        @if let Some(sentence) = &failure.sentence { p { (sentence) } }
        ul {
            @for (place, file) in files {
                @let failure = file.verdict.failure.as_ref();
                li {
                    (file.verdict.engine) "/" (file.verdict.mode) ", execution " (failure.map_or(0, |failure| failure.execution)) ": "
                    a href=(format!("{}.html", file_name(*place, file))) {
                        @if failure.is_some_and(|failure| failure.steps.is_empty()) { "details" } @else { "step by step" }
                    }
                }
            }
        }
    }
}
