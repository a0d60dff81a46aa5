//! The figures of the README: made from a report, and compared with it, so that none is typed.

use crate::report::Report;
use crate::verdict::{Level, Verdict};

const BEGIN: &str = "<!-- verify:begin -->";
const END: &str = "<!-- verify:end -->";

/// The table of a report, without what changes from machine to machine (times).
pub fn table(report: &Report) -> String {
    let mut rows = vec![
        "| engine | programs | verdict | executions | distinct outcomes |".to_owned(),
        "|---|---:|---|---:|---:|".to_owned(),
    ];
    for (engine, name, mode) in crate::engine::ENGINES {
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
             same {} outcomes on each.",
            family.family,
            family.whole,
            family.programs,
            family.executions.iter().map(|(engine, sum)| format!("{engine} ({sum} executions)")).collect::<Vec<_>>().join(", "),
            family.outcomes,
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
    let missing = |mark: &str| format!("the line `{mark}` is missing");
    let (before, rest) = document.split_once(BEGIN).ok_or_else(|| missing(BEGIN))?;
    let (_, after) = rest.split_once(END).ok_or_else(|| missing(END))?;
    Ok(format!("{before}{BEGIN}\n{}\n{END}{after}", table(report)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_goes_between_the_marks_and_nothing_else_changes() {
        let document = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        let new = insert(&document, &Report::default()).unwrap();
        assert!(new.starts_with("before\n") && new.ends_with("\nafter\n") && !new.contains("old"));
        assert_eq!(insert(&new, &Report::default()).unwrap(), new, "twice is once");
        assert!(insert("no marks", &Report::default()).is_err());
    }
}
