//! The table of grades, in the formats that tools want.

use super::graded::{Graded, GradedCheck, GradedLab};
use crate::checked::Wrong;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Map, Value, json};

/// Who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// All that is known.
    Json,
    /// A test suite for each submission.
    Junit,
    /// A row for each check of each submission.
    Csv,
    /// results.json of Gradescope; of several, an object by name.
    Gradescope,
    /// JSON as base64; of several, a line each, after its name.
    Classroom,
}

/// The table.
///
/// # Errors
/// When something cannot be written in this format.
pub(super) fn text(format: Format, all: &[Graded]) -> Result<String, String> {
    match format {
        Format::Json => Ok(pretty(&json!({ "version": 2, "submissions": all }))),
        Format::Csv => Ok(csv(all)),
        Format::Junit => junit(all),
        Format::Gradescope => Ok(pretty(&match all {
            [one] => gradescope(one),
            all => Value::Object(
                all.iter().map(|one| (one.submission.clone(), gradescope(one))).collect::<Map<_, _>>(),
            ),
        })),
        Format::Classroom => Ok(match all {
            [one] => format!("{}\n", classroom(one)),
            all => all.iter().map(|one| format!("{} {}\n", one.submission, classroom(one))).collect(),
        }),
    }
}

fn pretty(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).expect("plain data"))
}

/// Each check, with its lab.
fn checks(graded: &Graded) -> impl Iterator<Item = (&GradedLab, &GradedCheck)> {
    graded.labs.iter().flat_map(|lab| lab.checks.iter().map(move |check| (lab, check)))
}

/// `Lab 02-break-a-counter: it passes on the right one`
fn name(lab: &GradedLab, check: &GradedCheck) -> String {
    format!("{}: {}", lab.lab, check.check)
}

/// What a student reads.
fn output(wrong: &Wrong) -> String {
    let program = wrong.program.as_ref().map(|program| format!("program: {program}\n")).unwrap_or_default();
    format!("{}: {}\n{program}{}", wrong.kind, wrong.sentence, wrong.drawn)
}

/// A cell, in quotes where it has to be. One that a spreadsheet would take for a formula begins with an apostrophe.
fn cell(text: &str) -> String {
    let text =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

fn csv(all: &[Graded]) -> String {
    let mut rows = vec!["submission,lab,check,points,of,failure,program,sentence".to_owned()];
    for graded in all {
        for (lab, check) in checks(graded) {
            let kind = check.wrong.as_ref().map_or("", |wrong| wrong.kind.as_str());
            let program = check.wrong.as_ref().and_then(|wrong| wrong.program.as_deref()).unwrap_or_default();
            let sentence = check.wrong.as_ref().map_or("", |wrong| wrong.sentence.as_str());
            let (points, of) = (check.points.to_string(), check.of.to_string());
            let row = [&graded.submission, &lab.lab, &check.check, &points, &of, kind, program, sentence];
            rows.push(row.map(cell).join(","));
        }
    }
    rows.join("\n") + "\n"
}

/// Without what no XML may have, not even by its number.
fn in_xml(text: &str) -> String {
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if is_allowed(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

fn junit(all: &[Graded]) -> Result<String, String> {
    let mut report = quick_junit::Report::new("cargo verify lab grade");
    for graded in all {
        let mut suite = TestSuite::new(in_xml(&graded.submission));
        for (lab, check) in checks(graded) {
            let status = match &check.wrong {
                None => TestCaseStatus::success(),
                Some(wrong) => {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                    status
                        .set_type(in_xml(&wrong.kind))
                        .set_message(in_xml(&wrong.sentence))
                        .set_description(in_xml(&output(wrong)));
                    status
                }
            };
            let mut case = TestCase::new(check.check.as_str(), status);
            case.set_classname(lab.lab.as_str());
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report.to_string().map_err(|error| error.to_string())
}

/// The results that Gradescope reads: <https://gradescope-autograders.readthedocs.io/en/latest/specs/>.
fn gradescope(graded: &Graded) -> Value {
    let tests = checks(graded).map(|(lab, check)| {
        json!({
            "name": name(lab, check),
            "score": check.points,
            "max_score": check.of,
            "status": if check.passes() { "passed" } else { "failed" },
            "output": check.wrong.as_ref().map(output).unwrap_or_default(),
            "output_format": "text",
            "visibility": "visible",
        })
    });
    let seconds: f64 = graded.labs.iter().map(|lab| lab.seconds).sum();
    json!({ "execution_time": seconds.ceil(), "visibility": "visible", "tests": tests.collect::<Vec<_>>() })
}

/// What `autograding-grading-reporter` decodes.
fn classroom(graded: &Graded) -> String {
    let status = |passes: bool| if passes { "pass" } else { "fail" };
    let tests = checks(graded).map(|(lab, check)| {
        json!({
            "name": name(lab, check),
            "status": status(check.passes()),
            "score": check.points,
            "message": check.wrong.as_ref().map(output),
            "test_code": format!("cargo verify lab check {}", lab.lab),
            "filename": "",
            "line_no": 0,
            "duration": (lab.seconds * 1000.0).round(),
        })
    });
    let is_all = graded.labs.iter().all(|lab| lab.points == lab.of);
    let whole = json!({ "version": 1, "status": status(is_all), "max_score": graded.of, "tests": tests.collect::<Vec<_>>() });
    STANDARD.encode(whole.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graded() -> Graded {
        let right = GradedCheck { check: "one".into(), points: 2, of: 2, wrong: None };
        let wrong = Wrong::new("not linearizable", "a, \"b\"").of_program("|| pop").drawn("drawn");
        let wrong = GradedCheck { check: "two".into(), points: 0, of: 3, wrong: Some(wrong) };
        let lab = GradedLab {
            lab: "01-x".into(),
            title: "X".into(),
            points: 2,
            of: 5,
            seconds: 0.5,
            checks: vec![right, wrong],
        };
        Graded { submission: "=ada".into(), points: 2, of: 5, labs: vec![lab] }
    }

    #[test]
    fn a_cell_is_quoted_and_is_no_formula() {
        let text = text(Format::Csv, &[graded()]).expect("text");
        let expected = "submission,lab,check,points,of,failure,program,sentence\n'=ada,01-x,one,2,2,,,\n'=ada,01-x,two,0,3,not linearizable,|| pop,\"a, \"\"b\"\"\"\n";
        assert_eq!(text, expected);
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
    }

    #[test]
    fn json_tells_what_was_earned_from_what_can_be() {
        let text = text(Format::Json, &[graded()]).expect("text");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let checks = &value["submissions"][0]["labs"][0]["checks"];
        assert_eq!((&checks[0]["points"], &checks[0]["of"]), (&json!(2), &json!(2)));
        assert_eq!((&checks[1]["points"], &checks[1]["of"]), (&json!(0), &json!(3)));
    }

    /// An answer, and so what is said of it, may have any letter.
    #[test]
    fn junit_has_no_letter_that_xml_has_not() {
        let mut graded = graded();
        let wrong = Wrong::new("mistake", "a\u{fffe}b").drawn("\u{ffff}\u{1}\u{7f}<&");
        graded.labs[0].checks[1].wrong = Some(wrong);
        graded.submission = "\u{fffe}".to_owned();
        let text = text(Format::Junit, &[graded]).expect("text");
        assert!(!text.contains(['\u{fffe}', '\u{ffff}', '\u{1}']), "{text:?}");
        assert!(text.contains("a\u{fffd}b") && text.contains("&lt;&amp;"), "{text}");
    }

    /// Every field is one that the page of Gradescope names, with a value that it allows.
    #[test]
    fn gradescope_gets_the_fields_that_it_documents() {
        let text = text(Format::Gradescope, &[graded()]).expect("text");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let fields =
            |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
        const OF_ALL: [&str; 8] = [
            "score",
            "execution_time",
            "output",
            "output_format",
            "visibility",
            "stdout_visibility",
            "extra_data",
            "tests",
        ];
        const OF_A_TEST: [&str; 10] = [
            "score",
            "max_score",
            "status",
            "name",
            "name_format",
            "number",
            "output",
            "output_format",
            "tags",
            "visibility",
        ];
        assert!(fields(&value).iter().all(|field| OF_ALL.contains(&field.as_str())), "{:?}", fields(&value));
        let tests = value["tests"].as_array().expect("a list");
        assert_eq!(tests.len(), 2);
        for test in tests {
            assert!(
                fields(test).iter().all(|field| OF_A_TEST.contains(&field.as_str())),
                "{:?}",
                fields(test)
            );
            assert!(["passed", "failed"].contains(&test["status"].as_str().expect("text")));
            assert!(
                ["hidden", "after_due_date", "after_published", "visible"]
                    .contains(&test["visibility"].as_str().expect("text"))
            );
        }
        let sum = |field: &str| tests.iter().map(|test| test[field].as_u64().expect("a number")).sum::<u64>();
        assert_eq!((sum("score"), sum("max_score")), (2, 5));
        let several =
            super::text(Format::Gradescope, &[graded(), Graded { submission: "b".into(), ..graded() }]);
        assert!(several.expect("text").contains("\"b\": {"));
    }

    #[test]
    fn classroom_gets_what_its_reporter_decodes() {
        let text = text(Format::Classroom, &[graded()]).expect("text");
        let decoded = STANDARD.decode(text.trim()).expect("base64");
        let value: Value = serde_json::from_slice(&decoded).expect("JSON");
        assert_eq!(
            (&value["version"], &value["status"], &value["max_score"]),
            (&json!(1), &json!("fail"), &json!(5))
        );
        assert_eq!(value["tests"][0]["status"], "pass");
        assert_eq!(value["tests"][1]["score"], 0);
    }

    #[test]
    fn junit_has_a_suite_for_each_submission() {
        let text = text(Format::Junit, &[graded()]).expect("text");
        assert!(text.contains("<testsuite name=\"=ada\" tests=\"2\""), "{text}");
        assert!(text.contains("type=\"not linearizable\""), "{text}");
    }
}
