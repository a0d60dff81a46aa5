//! Do the engines agree? The same program must have the same outcomes, whoever explores it.

use crate::verdict::{Level, Verdict};
use std::collections::BTreeMap;

/// Programs whose complete searches found different outcomes, or of which a sample found one that the complete ones did not.
pub(crate) fn disagreements(verdicts: &[Verdict]) -> Vec<String> {
    let mut programs: BTreeMap<(&str, &str), Vec<&Verdict>> = BTreeMap::new();
    for verdict in verdicts {
        programs.entry((&verdict.subject, &verdict.program)).or_default().push(verdict);
    }
    let mut problems = Vec::new();
    for ((_, program), verdicts) in programs {
        let mut complete = verdicts.iter().filter(|verdict| verdict.verdict == Level::Complete);
        let Some(first) = complete.next() else { continue };
        let different = complete.find(|verdict| verdict.outcome_set != first.outcome_set);
        let sampled = verdicts
            .iter()
            .filter(|verdict| matches!(verdict.verdict, Level::Sampled(_) | Level::Bounded(_)));
        let outside = sampled.into_iter().find(|verdict| !verdict.outcome_set.is_subset(&first.outcome_set));
        // The stripes of a counter are those of the machine in the shipped build.
        let outside = outside.filter(|verdict| verdict.subject != "counter");
        if let Some(other) = different.or(outside) {
            let only = |a: &Verdict, b: &Verdict| {
                a.outcome_set.difference(&b.outcome_set).cloned().collect::<Vec<_>>()
            };
            problems.push(format!(
                "the engines disagree on `{program}`: only {}/{} has {:?}, only {}/{} has {:?}",
                first.engine,
                first.mode,
                only(first, other),
                other.engine,
                other.mode,
                only(other, first),
            ));
        }
    }
    problems
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::engine::{Engine, Job};
    use crate::program::Program;
    use crate::subject;
    use std::collections::BTreeSet;
    use std::time::Duration;

    pub(crate) fn verdict(engine: Engine, level: Level, outcomes: &[&str]) -> Verdict {
        let program = Program::parse(subject::by_name("map").unwrap(), "|| load a").unwrap();
        let outcomes: BTreeSet<String> = outcomes.iter().map(|outcome| (*outcome).to_owned()).collect();
        Job::new(&program, engine).verdict(level, 1, &outcomes, Duration::ZERO)
    }

    #[test]
    fn complete_searches_must_agree_and_samples_must_fit() {
        let loom = verdict(Engine::LoomLeak, Level::Complete, &["a", "b"]);
        let same = verdict(Engine::ShuttleSleep, Level::Complete, &["a", "b"]);
        let less = verdict(Engine::ShuttleDfs, Level::Complete, &["a"]);
        let sample = verdict(Engine::Threads, Level::Sampled(1), &["a"]);
        let outside = verdict(Engine::Threads, Level::Sampled(1), &["c"]);
        let cut_short = verdict(Engine::ShuttleDfs, Level::Truncated, &["a"]);
        assert!(disagreements(&[loom.clone(), same, sample, cut_short]).is_empty());
        assert_eq!(disagreements(&[loom.clone(), less]).len(), 1);
        assert_eq!(disagreements(&[loom, outside]).len(), 1);
    }
}
