//! Report files: `report.html`, `report.json`, `junit.xml`, and for each failure a `failure-*.json` and its page.
//!
//! Each is there whole, or not at all (see [`write_file`](crate::write_file)).

use crate::deliberate_failures::SelfCheck;
use crate::explain::{self, FailureFile};
use crate::families::{self, FamilyReport};
use crate::write_file::write_whole;
use explore::search_oracle::{Search, SelfTestReport};
use linear::{Level, Summary, Verdict};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// All that a run has found out.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// The command line.
    pub command: String,
    /// The user stopped it: what is missing below was not run.
    pub interrupted: bool,
    /// The self-tests of the searches.
    pub self_tests: Vec<SelfTestReport>,
    /// Those of them that were run earlier, by the same executable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_self_tests: Vec<Search>,
    /// What was wrong on purpose, and how it was reported.
    #[serde(default)]
    pub self_checks: Vec<SelfCheck>,
    /// Checks that are no verdict on a program, and failed.
    pub problems: Vec<String>,
    /// The families that were run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<FamilyReport>,
    /// The verdicts.
    pub verdicts: Vec<Verdict>,
    /// Their counts.
    pub summary: Summary,
    /// The failures, with what is needed to see them again.
    #[serde(skip)]
    pub failures: Vec<FailureFile>,
}

impl Report {
    /// 1 something failed, 3 something was cut short or the run was stopped, 0 all that was asked holds.
    pub fn exit_status(&self) -> u8 {
        match self.summary.exit_status() {
            0 if self.interrupted => 3,
            status => status,
        }
    }

    /// Writes all files into the folder, which is made if it is not there. Returns the failure files.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let paths = self.write_failures(folder)?;
        write_whole(&folder.join("report.json"), serde_json::to_string_pretty(self)?.as_bytes())?;
        write_whole(&folder.join("junit.xml"), self.junit()?.as_bytes())?;
        write_whole(&folder.join("report.html"), self.html().into_string().as_bytes())?;
        Ok(paths)
    }

    /// Writes a file and a page for each failure into the folder, and nothing else. Returns the files.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write_failures(&self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        std::fs::create_dir_all(folder)?;
        // Failures of an earlier run are no failures of this one.
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with("failure-") && [".json", ".html"].iter().any(|end| name.ends_with(end)) {
                std::fs::remove_file(path)?;
            }
        }
        let mut paths = Vec::new();
        for (number, failure) in self.failures.iter().enumerate() {
            let name = file_name(number, failure);
            let path = folder.join(format!("{name}.json"));
            write_whole(&path, serde_json::to_string_pretty(failure)?.as_bytes())?;
            write_whole(
                &folder.join(format!("{name}.html")),
                explain::page(failure, explain::NO_SOURCE).as_bytes(),
            )?;
            paths.push(path);
        }
        Ok(paths)
    }

    fn junit(&self) -> io::Result<String> {
        use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
        let mut report = quick_junit::Report::new("cargo verify");
        let mut suites: Vec<TestSuite> = Vec::new();
        for verdict in &self.verdicts {
            let engine = format!("{}/{}", verdict.engine, verdict.mode);
            let status = match (verdict.verdict, &verdict.failure) {
                (Level::Failed, failure) => {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                    if let Some(failure) = failure {
                        status.set_type(failure.kind.as_str()).set_message(failure.message.as_str());
                    }
                    status
                }
                (Level::Truncated, _) => {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                    status.set_type("TRUNCATED").set_message("not complete");
                    status
                }
                _ => TestCaseStatus::success(),
            };
            let name = verdict.name.as_deref().unwrap_or(&verdict.program);
            let mut case = TestCase::new(name, status);
            case.set_time(std::time::Duration::from_secs_f64(verdict.seconds));
            match suites.iter_mut().find(|suite| suite.name.as_str() == engine) {
                Some(suite) => drop(suite.add_test_case(case)),
                None => {
                    let mut suite = TestSuite::new(engine);
                    suite.add_test_case(case);
                    suites.push(suite);
                }
            }
        }
        report.add_test_suites(suites);
        report.to_string().map_err(io::Error::other)
    }

    fn html(&self) -> Markup {
        let summary = &self.summary;
        page(
            "cargo verify",
            &html! {
                h1 { "cargo verify" }
                p { code { (self.command) } }
                @if self.interrupted {
                    p.failed { "TRUNCATED: the run was interrupted. What is missing below was not run." }
                }
                table {
                    tr { th { "COMPLETE" } th { "BOUNDED" } th { "SAMPLED" } th { "TRUNCATED" } th { "FAILED" } th { "executions" } th { "seconds" } }
                    tr {
                        td.number { (summary.complete) } td.number { (summary.bounded) } td.number { (summary.sampled) }
                        td.number { (summary.truncated) } td.number.failed[summary.failed > 0] { (summary.failed) }
                        td.number { (summary.executions) } td.number { (format!("{:.1}", summary.seconds)) }
                    }
                }
                p {
                    "COMPLETE: passes: every execution that the engine tells apart was explored. BOUNDED(n): passes, up to n preemptions. "
                    "SAMPLED(n): passes in n schedules drawn at random, which is no proof. "
                    "TRUNCATED: was cut short, not a pass. FAILED: has a counterexample."
                }
                @for problem in &self.problems { p.failed { (problem) } }
                @for (number, failure) in self.failures.iter().enumerate() { (counterexample(number, failure)) }
                h2 { "Do the searches lose anything?" }
                p { "Random programs whose outcomes are compared with a brute-force enumeration. A crippled search must miss some." }
                table {
                    tr { th { "search" } th { "programs" } th { "executions" } th { "missed" } th { "extra" } th { "" } }
                    @for test in &self.self_tests {
                        tr {
                            td { (format!("{:?}", test.test.search)) } td.number { (test.test.programs) } td.number { (test.executions) }
                            td.number { (test.missed) } td.number { (test.extra) }
                            td { @if self.known_self_tests.contains(&test.test.search) { "as it should be: known from an earlier run of this executable" } @else if test.passes() { "as it should be" } @else { span.failed { "FAILED" } } }
                        }
                    }
                }
                @if !self.self_checks.is_empty() {
                    h2 { "Is what is wrong reported as what it is?" }
                    table {
                        tr { th { "wrong on purpose" } th { "engine" } th { "must be reported as" } th { "was" } }
                        @for check in &self.self_checks {
                            tr {
                                td { (check.name) } td { (check.engine) } td { (check.expected.join(" or ")) }
                                td.failed[!check.passes] { (check.found) }
                            }
                        }
                    }
                }
                @for family in &self.families { (families::section(family)) }
                h2 { "Verdicts" }
                table {
                    tr { th { "program" } th { "engine" } th { "verdict" } th { "executions" } th { "outcomes" } th { "seconds" } }
                    @for verdict in &self.verdicts {
                        tr {
                            td { @if let Some(name) = &verdict.name { b { (name) } br; } code { (verdict.program) } }
                            td { (verdict.engine) "/" (verdict.mode) }
                            td.failed[verdict.verdict == Level::Failed].truncated[verdict.verdict == Level::Truncated] { (verdict.verdict.to_string()) }
                            td.number { (verdict.executions) }
                            td.number title=(verdict.outcome_set.iter().cloned().collect::<Vec<_>>().join("\n")) { (verdict.outcomes) }
                            td.number { (format!("{:.3}", verdict.seconds)) }
                        }
                    }
                }
            },
        )
    }
}

/// The name of the files of a failure, without its end.
fn file_name(number: usize, failure: &FailureFile) -> String {
    let name = failure.verdict.name.as_deref().unwrap_or("program");
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("failure-{:03}-{name}-{}-{}", number + 1, failure.verdict.engine, failure.verdict.mode)
}

fn page(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (title) } style { (PreEscaped(STYLE)) } }
            body { (body) }
        }
    }
}

const STYLE: &str = "
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 82rem; padding: 0 1rem; color: #1b1f24 }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { border-bottom: 1px solid #d8dee4; padding: .25rem .6rem; text-align: left; vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums }
code { font: 13px/1.4 ui-monospace, monospace }
.failed { color: #b3261e; font-weight: 600 } .truncated { color: #9a6700; font-weight: 600 }
";

/// A counterexample in short, and where its page is.
fn counterexample(number: usize, file: &FailureFile) -> Markup {
    let verdict = &file.verdict;
    let Some(failure) = &verdict.failure else {
        return html! {};
    };
    html! {
        h2.failed { "FAILED: " (failure.kind) }
        p { @if let Some(name) = &verdict.name { b { (name) } ", " } (verdict.engine) "/" (verdict.mode) ", execution " (failure.execution) }
        p { code { (verdict.program) } }
        p { (failure.message) }
        @if let Some(sentence) = &failure.sentence { p { (sentence) } }
        p { a href=(format!("{}.html", file_name(number, file))) { "Step by step" } }
    }
}
