//! The figures of `docs/what-was-checked.md`: made from a report, and compared with it, so that none is typed.

use super::region;
use explore::engine::ENGINES;
use linear::{Level, Verdict};
use runner::report::Report;

/// The page that has them.
pub const PAGE: &str = "docs/what-was-checked.md";

/// The region of the page.
const REGION: &str = "verify";

/// The table of a report, without what changes from machine to machine (times).
pub fn table(report: &Report) -> String {
    let mut rows = vec![
        "| engine | programs | verdict | executions | distinct outcomes |".to_owned(),
        "|---|---:|---|---:|---:|".to_owned(),
    ];
    for (engine, name, mode) in ENGINES {
        let verdicts: Vec<&Verdict> =
            report.verdicts.iter().filter(|v| v.engine == name && v.mode == mode).collect();
        if verdicts.is_empty() {
            continue;
        }
        let executions: u64 = verdicts.iter().map(|verdict| verdict.executions).sum();
        let outcomes: usize = verdicts.iter().map(|verdict| verdict.outcomes).sum();
        // How many outcomes a sample meets is a matter of chance.
        let outcomes = if engine.is_exhaustive() { outcomes.to_string() } else { "–".to_owned() };
        let verdict = verdict_of_all(&verdicts);
        rows.push(format!("| {name}/{mode} | {} | {verdict} | {executions} | {outcomes} |", verdicts.len()));
    }
    rows.push(String::new());
    rows.push(
        "| self-test of a search | random programs | outcomes missed | extra | as it should be |".to_owned(),
    );
    rows.push("|---|---:|---:|---:|---|".to_owned());
    let mut tests = report.self_tests.clone();
    tests.sort_by_key(|report| format!("{:?}", report.test.search));
    for test in &tests {
        let (search, programs) = (test.test.search, test.test.programs);
        let passes = if test.passes() { "yes" } else { "**no**" };
        rows.push(format!("| {search:?} | {programs} | {} | {} | {passes} |", test.missed, test.extra));
    }
    for family in &report.families {
        rows.push(String::new());
        rows.push(format!(
            "Every program of the family {}, from every start state: {} of {} programs COMPLETE on {}, with the \
             same {} outcomes on each{}.",
            family.family,
            family.whole,
            family.programs,
            family.engines(|engine, sum| format!("{engine} ({sum} executions)")),
            family.outcomes,
            if family.follows.is_some() { " that was run" } else { "" },
        ));
    }
    let noticed = report.self_checks.iter().filter(|check| check.passes).count();
    rows.push(String::new());
    rows.push(format!(
        "{noticed} of {} deliberate misdeeds (panics, hangs, aborts, stack overflows, wrong answers, deadlocks, weakened \
         orderings) were reported as what they are.",
        report.self_checks.len()
    ));
    rows.join("\n")
}

fn verdict_of_all(verdicts: &[&Verdict]) -> String {
    let all = |level: fn(&Level) -> bool| verdicts.iter().all(|verdict| level(&verdict.verdict));
    if all(|level| *level == Level::Complete) {
        return "COMPLETE".into();
    }
    if all(|level| matches!(level, Level::Sampled(_))) {
        return "SAMPLED".into();
    }
    let complete = verdicts.iter().filter(|verdict| verdict.verdict == Level::Complete).count();
    format!("**{complete} of {} COMPLETE**", verdicts.len())
}

/// The document with the table of the report between its two marks.
///
/// # Errors
/// When the document has no such marks.
pub fn insert(document: &str, report: &Report) -> Result<String, String> {
    region::write(document, REGION, &table(report))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{repository, subjects};
    use linear::{Program, outcomes_by_specification};

    #[test]
    fn the_table_goes_between_the_marks_and_nothing_else_changes() {
        let document = "before\n<!-- verify:begin -->\nold\n<!-- verify:end -->\nafter\n";
        let new = insert(document, &Report::default()).unwrap();
        assert!(new.starts_with("before\n") && new.ends_with("\nafter\n") && !new.contains("old"));
        assert_eq!(insert(&new, &Report::default()).unwrap(), new, "twice is once");
        assert!(insert("no marks", &Report::default()).is_err());
    }

    /// The README shows what `check` prints of a program: these are its outcomes.
    #[test]
    fn the_readme_shows_the_outcomes_of_its_program() {
        let readme = repository::read("README.md").unwrap();
        let shown = readme.split("$ cargo verify check '").nth(1).expect("it shows a program");
        let (program, printed) = shown.split_once('\'').expect("the program ends");
        let program = Program::parse(subjects::by_name("map").expect("a subject"), program).unwrap();
        let outcomes = outcomes_by_specification(&program).expect("few orders");
        let rows: Vec<&str> = printed.lines().filter(|line| line.ends_with(" yes       …")).collect();
        assert!(printed.contains(&format!("{} outcomes; the specification expects both", rows.len())));
        assert_eq!(rows.len(), outcomes.len(), "{outcomes:?}");
        for outcome in outcomes {
            let cells = outcome.replace(" || ", " ").replace(" -> ", " ");
            let is_it = |row: &&&str| {
                let words: Vec<&str> = row.split_whitespace().skip(1).collect();
                words.join(" ") == format!("{cells} yes …")
            };
            assert_eq!(rows.iter().filter(is_it).count(), 1, "{outcome}: {rows:?}");
        }
    }
}
