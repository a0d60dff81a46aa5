//! `junit.xml`: a suite for each scenario and each family, and in it a test case for each engine. So what a tool counts, and what it
//! shows as failed, is a verdict: one program on one engine.

use super::data::Report;
use crate::families::FamilyReport;
use linear::{Level, Verdict};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::io;
use std::time::Duration;

/// The file.
///
/// # Errors
/// When a text cannot be written as XML.
pub(super) fn text(report: &Report) -> io::Result<String> {
    let mut suites: Vec<TestSuite> = Vec::new();
    for verdict in &report.verdicts {
        let name = verdict.name.as_deref().unwrap_or(&verdict.program);
        let name = format!("{}: {name}", verdict.subject);
        let place = suites.iter().position(|suite| suite.name.as_str() == name).unwrap_or_else(|| {
            let mut suite = TestSuite::new(&*name);
            suite.add_property(("program", verdict.program.as_str()));
            suites.push(suite);
            suites.len() - 1
        });
        suites[place].add_test_case(of_verdict(&name, verdict));
    }
    suites.extend(report.families.iter().map(of_family));
    suites.extend(of_the_suite_itself(report));
    let mut out = quick_junit::Report::new("cargo verify");
    out.add_test_suites(suites);
    out.to_string().map_err(io::Error::other)
}

fn case(suite: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    // A dot would be read as the border of a package.
    case.set_classname(suite.replace('.', "·"));
    case
}

fn not_success(kind: NonSuccessKind, what: &str, message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(what).set_message(message);
    status
}

/// A verdict that was cut short is an error: neither a pass nor a failure of what was checked.
fn cut_short() -> TestCaseStatus {
    not_success(NonSuccessKind::Error, "TRUNCATED", "cut short, not a pass")
}

fn of_verdict(suite: &str, verdict: &Verdict) -> TestCase {
    let status = match (verdict.verdict, &verdict.failure) {
        (Level::Failed, Some(failure)) => {
            not_success(NonSuccessKind::Failure, &failure.kind, &failure.message)
        }
        (Level::Failed, None) => not_success(NonSuccessKind::Failure, "FAILED", "no counterexample was kept"),
        (Level::Truncated, _) => cut_short(),
        (Level::Complete | Level::Bounded(_) | Level::Sampled(_), _) => TestCaseStatus::success(),
    };
    let mut case = case(suite, &format!("{}/{}", verdict.engine, verdict.mode), status);
    case.set_time(Duration::from_secs_f64(verdict.seconds));
    case.add_property(("verdict", &*verdict.verdict.to_string()));
    case.add_property(("executions", &*verdict.executions.to_string()));
    case
}

/// What is not through is told at the engine that it is of; the family's own verdict is a case beside them.
fn of_family(family: &FamilyReport) -> TestSuite {
    let name = family.family.to_string();
    let mut suite = TestSuite::new(&*name);
    suite.add_property(("command", family.command.as_str()));
    for (engine, executions) in &family.executions {
        let mut of = family.unfinished.iter().filter(|unfinished| unfinished.engine == *engine);
        let failed = of.clone().find(|unfinished| unfinished.verdict == "FAILED");
        let status = match failed.or(of.next()) {
            Some(one) if one.verdict == "FAILED" => {
                let why = one.failure.as_deref().unwrap_or("no counterexample was kept");
                not_success(NonSuccessKind::Failure, "FAILED", &format!("{}: {why}", one.program))
            }
            Some(one) => {
                not_success(NonSuccessKind::Error, "TRUNCATED", &format!("{}: cut short", one.program))
            }
            None => TestCaseStatus::success(),
        };
        let mut case = case(&name, engine, status);
        case.add_property(("executions", &*executions.to_string()));
        if let Some(follows) = family.follows.as_ref().filter(|follows| follows.engine == *engine) {
            case.add_property(("follows", &*follows.text()));
        }
        suite.add_test_case(case);
    }
    let whole = match family.verdict {
        Level::Failed => not_success(NonSuccessKind::Failure, "FAILED", "a program failed"),
        Level::Truncated => cut_short(),
        Level::Complete | Level::Bounded(_) | Level::Sampled(_) => TestCaseStatus::success(),
    };
    let mut case = case(&name, "outcomes equal on all engines", whole);
    case.add_property(("verdict", &*family.verdict.to_string()));
    case.add_property(("programs", &*format!("{} of {}", family.whole, family.programs)));
    suite.add_test_case(case);
    suite
}

/// The checks of the suite itself, and what was wrong besides.
fn of_the_suite_itself(report: &Report) -> Vec<TestSuite> {
    let failed = |what: &str| not_success(NonSuccessKind::Failure, "FAILED", what);
    let mut searches = TestSuite::new("self-tests of the searches");
    for test in &report.self_tests {
        let status = match test.passes() {
            true => TestCaseStatus::success(),
            false => failed(test.first.as_deref().unwrap_or("nothing was missed")),
        };
        let mut case = case("self-tests", &format!("{:?}", test.test.search), status);
        case.set_time(Duration::from_secs_f64(test.seconds));
        searches.add_test_case(case);
    }
    let mut wrong = TestSuite::new("wrong on purpose");
    for check in &report.self_checks {
        let status = match check.passes {
            true => TestCaseStatus::success(),
            false => failed(&format!("must be {}, and was {}", check.expected.join(" or "), check.found)),
        };
        wrong.add_test_case(case(&check.name, &check.engine, status));
    }
    let mut problems = TestSuite::new("problems");
    for (number, problem) in (1..).zip(&report.problems) {
        problems.add_test_case(case("problems", &format!("problem {number}"), failed(problem)));
    }
    [searches, wrong, problems].into_iter().filter(|suite| !suite.test_cases.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn verdict(name: &str, mode: &str, level: &str) -> Verdict {
        let failure =
            (level == "FAILED").then(|| linear::Failure::without_steps("data race", "two writes".into()));
        serde_json::from_value(json!({
            "kind": "verdict", "subject": "map", "program": "|| load a", "name": name, "engine": "loom", "mode": mode,
            "verdict": level, "executions": 7, "outcomes": 1, "seconds": 0.5, "seed": null, "outcome_set": ["none -> {}"],
            "failure": failure,
        }))
        .expect("a verdict")
    }

    /// The lines of the file that begin with one of these.
    fn lines(report: &Report) -> Vec<String> {
        let text = text(report).expect("XML");
        let wanted = ["<testsuite ", "<testcase ", "<failure ", "<error "];
        let lines =
            text.lines().map(str::trim).filter(|line| wanted.iter().any(|start| line.starts_with(start)));
        lines.map(str::to_owned).collect()
    }

    #[test]
    fn a_suite_is_a_scenario_and_a_leaf_is_an_engine() {
        let verdicts = vec![
            verdict("one", "leak", "COMPLETE"),
            verdict("two", "leak", "SAMPLED(5)"),
            verdict("one", "eager", "FAILED"),
            verdict("two", "eager", "TRUNCATED"),
        ];
        let lines = lines(&Report { verdicts, ..Report::default() });
        let starts = [
            r#"<testsuite name="map: one" tests="2" skipped="0" errors="0" failures="1""#,
            r#"<testcase name="loom/leak" classname="map: one""#,
            r#"<testcase name="loom/eager" classname="map: one""#,
            r#"<failure message="two writes" type="data race""#,
            r#"<testsuite name="map: two" tests="2" skipped="0" errors="1" failures="0""#,
            r#"<testcase name="loom/leak" classname="map: two""#,
            r#"<testcase name="loom/eager" classname="map: two""#,
            r#"<error message="cut short, not a pass" type="TRUNCATED""#,
        ];
        assert_eq!(lines.len(), starts.len(), "{lines:#?}");
        for (line, start) in lines.iter().zip(starts) {
            assert!(line.starts_with(start), "{line} is not {start}");
        }
    }

    #[test]
    fn a_problem_that_is_no_verdict_fails_too() {
        let lines = lines(&Report { problems: vec!["no subject".into()], ..Report::default() });
        assert!(lines[0].contains(r#"failures="1""#) && lines[2].contains("no subject"), "{lines:#?}");
    }
}
