//! Do the engines agree? The same program must have the same outcomes under each of them.

use crate::verdict::{Level, Verdict};
use std::collections::BTreeMap;

/// Programs whose complete searches found different outcomes, or of which a sample found one that the complete ones did not. Of the
/// subjects that `is_wider` names, the shipped build may have more outcomes than a model.
pub fn disagreements(verdicts: &[Verdict], is_wider: impl Fn(&str) -> bool) -> Vec<String> {
    let mut programs: BTreeMap<(&str, &str), Vec<&Verdict>> = BTreeMap::new();
    // User code that misbehaves sees where destructors run. In each of loom's modes that is one place; shuttle tries all of them.
    let comparable = |verdict: &&Verdict| !verdict.program.contains('!') || verdict.engine == "shuttle";
    for verdict in verdicts.iter().filter(comparable) {
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
        let outside = outside.filter(|verdict| !is_wider(&verdict.subject));
        if let Some(other) = different.or(outside) {
            let only = |one: &Verdict, another: &Verdict| {
                let more: Vec<&String> = one.outcome_set.difference(&another.outcome_set).collect();
                (!more.is_empty()).then(|| format!("only {}/{} has {more:?}", one.engine, one.mode))
            };
            let only: Vec<String> = [only(first, other), only(other, first)].into_iter().flatten().collect();
            problems.push(format!("the engines disagree on `{program}`: {}", only.join(", ")));
        }
    }
    problems
}
