//! What is in the folder of a report.

use super::*;
use std::collections::BTreeSet;

/// What stands between `start` and the next quotation mark, wherever it does.
fn all_after<'t>(text: &'t str, start: &str) -> BTreeSet<&'t str> {
    text.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_page_of_a_report_shows_the_outcomes_the_slowest_and_the_certificates_and_its_links_lead_somewhere() {
    let _watch = watch_for("the test", TEST);
    let folder = tempfile::tempdir().unwrap();
    let args = ["scenario", "los_empty", "--mode", "leak,sleep", "--report", folder.path().to_str().unwrap()];
    assert_eq!(verify(&args).status.code(), Some(0));
    let read = |file: &str| std::fs::read_to_string(folder.path().join(file)).unwrap();
    let (page, report) = (read("report.html").replace(" class=\"\"", ""), read("report.json"));
    let report: Value = serde_json::from_str(&report).unwrap();
    let verdicts = report["verdicts"].as_array().unwrap();
    assert_eq!(verdicts.len(), 2, "{verdicts:?}");
    // A row of the table: results of both threads, contents, and how many executions of each engine.
    for (outcome, results) in [
        ("loaded 2 || stored 2 -> {a:2}", ["loaded 2", "stored 2", "{a:2}"]),
        ("stored 1 || loaded 1 -> {a:1}", ["stored 1", "loaded 1", "{a:1}"]),
    ] {
        let cells = results.map(|result| format!("<td><code>{result}</code></td>")).concat();
        // In the order of the columns, and not in that in which the verdicts came.
        let of = |mode: &str| verdicts.iter().find(|verdict| verdict["mode"] == mode).unwrap();
        let counts = ["leak", "sleep"].map(|mode| of(mode)["executions_by_outcome"][outcome].clone());
        let counts: String =
            counts.iter().map(|count| format!("<td class=\"number\">{count}</td>")).collect();
        assert!(
            page.contains(&format!("{cells}<td>yes</td>{counts}</tr>")),
            "no `{outcome}` {counts} in {page}"
        );
    }
    let certificates = report["certificates"].as_array().unwrap();
    assert!(!certificates.is_empty(), "there are certificates of the map");
    for certificate in certificates {
        let file = certificate["file"].as_str().unwrap();
        assert!(page.contains(file) && verify::repository::root().join(file).exists(), "{file}");
    }
    let (links, places) = (all_after(&page, "href=\"#"), all_after(&page, "id=\""));
    assert!(links.len() >= 4 && links.is_subset(&places), "{links:?} in {places:?}");
}
