//! Whether the prose of a row of `src/orderings.rs` says what the matrix has found.
//!
//! Three things of a comment are read:
//! - `Weaker: …` says what breaks, so a weakening of the row must break a program. A data race that is told there, or a scenario that is
//!   named there, must be among what was found.
//! - `No program that was tried breaks …` names the weakenings that break nothing, and must stand where there are some.
//! - `weaker` in other words is not judged.

use super::matrix::Row;
use crate::scenarios;
use std::collections::BTreeSet;
use sync_map::orderings::ALL;

/// Where the rows are.
pub(super) const SOURCE: &str = "src/orderings.rs";

const BREAKS: &str = "Weaker: ";
const BREAKS_NOTHING: &str = "No program that was tried breaks";

/// The comment of a row in the source, without the id and the word.
pub(super) fn comment(source: &str, id: &str) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let start = lines.iter().position(|line| line.starts_with(&format!("/// {id} ")));
    let lines = start.map_or(&[][..], |start| &lines[start..]);
    let text: Vec<&str> = lines.iter().map_while(|line| line.strip_prefix("///")).map(str::trim).collect();
    let text = text.join(" ");
    let text = text.split_once(": ").map_or(text.as_str(), |(_, text)| text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The sentence that a row must have, if some of its weakenings break nothing.
fn sentence(rows: &[&Row]) -> Option<String> {
    let free: Vec<String> =
        rows.iter().filter(|row| !row.needed).map(|row| format!("`{}`", row.weaker)).collect();
    let (last, others) = free.split_last()?;
    Some(match others {
        _ if free.len() == rows.len() => format!("{BREAKS_NOTHING} when it is weaker."),
        [] => format!("{BREAKS_NOTHING} with {last}."),
        others => format!("{BREAKS_NOTHING} with {} or {last}.", others.join(", ")),
    })
}

/// Where the comments of the source say something else than what was found.
pub(super) fn problems(found: &[Row], source: &str) -> Vec<String> {
    let scenarios: BTreeSet<String> = scenarios::all().into_iter().map(|scenario| scenario.name).collect();
    let of_site = |id: &str| {
        let rows: Vec<&Row> = found.iter().filter(|row| row.id == id).collect();
        problems_of(&comment(source, id), &rows, &scenarios)
    };
    let tell = |id: &'static str| {
        of_site(id)
            .into_iter()
            .map(move |problem| format!("{SOURCE}, {id}: {problem}; see docs/orderings.md"))
    };
    ALL.iter().flat_map(|site| tell(site.id)).collect()
}

fn problems_of(comment: &str, rows: &[&Row], scenarios: &BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    match sentence(rows) {
        Some(sentence) if !comment.contains(&sentence) => {
            problems.push(format!("the comment must say: {sentence}"));
        }
        None if comment.contains(BREAKS_NOTHING) => {
            problems.push(format!("`{BREAKS_NOTHING}`, and every weaker ordering breaks one"));
        }
        _ => {}
    }
    let Some((_, told)) = comment.split_once(BREAKS) else { return problems };
    let killers: Vec<_> = rows.iter().filter_map(|row| row.killer.as_ref()).collect();
    if killers.is_empty() {
        problems.push(format!("`{BREAKS}` says what breaks, and no weaker ordering breaks a program"));
    }
    if told.contains("data race") && !killers.iter().any(|killer| killer.fails_as == "data race") {
        problems.push("a data race is told, and none was found".to_owned());
    }
    for name in told.split('`').skip(1).step_by(2).filter(|name| scenarios.contains(*name)) {
        if !killers.iter().any(|killer| killer.scenario.as_deref() == Some(name)) {
            problems.push(format!("`{name}` is named, and the program that was found is another"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::kept::Record;
    use super::super::matrix::Killer;
    use super::*;

    fn row(weaker: &str, killer: Option<(&str, &str)>) -> Row {
        let killer = killer.map(|(scenario, fails_as)| Killer {
            subject: "map".into(),
            program: "|| load a".into(),
            scenario: Some(scenario.into()),
            fails_as: fails_as.into(),
            in_real_time_only: false,
        });
        Row {
            kind: "ordering".into(),
            id: "ORD-1".into(),
            site: "read.load".into(),
            shipped: "SeqCst".into(),
            weaker: weaker.into(),
            needed: killer.is_some(),
            killer,
            programs: 1,
            executions: 1,
        }
    }

    fn of(comment: &str, rows: &[Row]) -> Vec<String> {
        let scenarios = ["sb_two_keys", "los_clear"].map(str::to_owned).into();
        problems_of(comment, &rows.iter().collect::<Vec<_>>(), &scenarios)
    }

    #[test]
    fn what_breaks_when_weaker_must_have_been_seen_to() {
        let free = [row("Acquire", None), row("Relaxed", None)];
        let told = of("Reads a number. Weaker: an entry too many.", &free);
        assert_eq!(told.len(), 2, "it breaks nothing, and does not say so: {told:?}");
        let needed = [row("Acquire", Some(("los_clear", "not linearizable")))];
        assert!(of("Weaker: a load misses it (`los_clear`, `SeqCst`).", &needed).is_empty());
        for wrong in ["Weaker: `sb_two_keys`.", "Weaker: a data race on the value."] {
            assert_eq!(of(wrong, &needed).len(), 1, "{wrong}");
        }
    }

    #[test]
    fn a_row_that_breaks_nothing_says_so_in_these_words() {
        let needed = || Some(("los_clear", "data race"));
        let cases = [
            ("when it is weaker", vec![row("Acquire", None), row("Relaxed", None)]),
            ("with `Acquire`", vec![row("Acquire", None), row("Relaxed", needed())]),
            (
                "with `AcqRel`, `Release` or `Acquire`",
                vec![
                    row("AcqRel", None),
                    row("Release", None),
                    row("Acquire", None),
                    row("Relaxed", needed()),
                ],
            ),
        ];
        for (words, rows) in cases {
            let said = format!("It counts. No program that was tried breaks {words}.");
            assert_eq!(of(&said, &rows), Vec::<String>::new());
            assert!(of("It counts.", &rows)[0].contains(words));
            assert!(of(&said, &[row("Acquire", needed())])[0].contains("every weaker ordering"));
        }
        assert!(of("Nothing is weaker.", &[]).is_empty());
    }

    /// The claim that once stood at ORD-31: orderings.toml argued, rightly, that it cannot be.
    #[test]
    fn a_claim_that_the_record_denies_is_found_in_the_source() {
        let source = crate::repository::read(SOURCE).unwrap();
        let record = Record::kept().unwrap();
        assert_eq!(problems(&record.rows, &source), Vec::<String>::new());
        let sentence = "or a newer one. No program that was tried breaks when it is weaker.";
        assert!(source.replace("\n/// ", " ").contains(sentence), "ORD-31 has changed: mend this test");
        let at = source.find("/// ORD-31").unwrap();
        let claim = "/// ORD-31 SeqCst: reads the number of entries. Weaker: one entry too many.\nstatic";
        let problems = problems(&record.rows, &format!("{}{claim}", &source[..at]));
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems.iter().all(|problem| problem.contains("ORD-31")), "{problems:?}");
    }
}
