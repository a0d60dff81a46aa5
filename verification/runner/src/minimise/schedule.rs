//! The simplest schedule of a program that fails: under loom the fewest preemptions, under shuttle fewer switches.

use super::trials::{Trials, Tried};
use crate::minimised::switches;
use explore::job::Job;
use linear::{Program, Verdict};
use std::collections::HashSet;

/// More preemptions than these are not looked for.
const MOST_PREEMPTIONS: usize = 8;

/// Looks for the smallest bound with which the job fails in the same way. If there is one, it becomes the job's, and the verdict is that of
/// the bounded search. Returns the bound, if each smaller one was explored to its end.
pub(super) fn fewest_preemptions(
    job: &mut Job,
    verdict: &mut Verdict,
    program: &Program,
    trials: &mut Trials<'_>,
) -> Option<usize> {
    let steps = verdict.failure.as_ref().map_or(&[][..], |failure| &failure.steps);
    // An execution has no more preemptions than switches.
    let most = if steps.is_empty() { MOST_PREEMPTIONS } else { switches(steps, program.threads.len()) };
    let most = job.bound.unwrap_or(most).min(most).min(MOST_PREEMPTIONS);
    let mut is_least = true;
    for bound in 0..=most {
        let bounded = Job { bound: Some(bound), ..job.clone() };
        match trials.run(vec![bounded.clone()]).pop() {
            Some(Tried::Fails(found)) => {
                (*job, *verdict) = (bounded, *found);
                return is_least.then_some(bound);
            }
            Some(Tried::Holds) => {}
            Some(Tried::Unknown) | None => is_least = false,
        }
    }
    None
}

/// A schedule as segments: a task, and how many steps it runs.
fn segments(schedule: &[usize]) -> Vec<(usize, usize)> {
    let mut segments: Vec<(usize, usize)> = Vec::new();
    for task in schedule {
        match segments.last_mut() {
            Some((last, length)) if last == task => *length += 1,
            _ => segments.push((*task, 1)),
        }
    }
    segments
}

/// Schedules with fewer switches: a segment is joined with the next one of the same task, which comes earlier, or with which it waits.
fn simpler(schedule: &[usize]) -> Vec<Vec<usize>> {
    let segments = segments(schedule);
    let mut found = Vec::new();
    for (at, (task, length)) in segments.iter().enumerate() {
        let next = segments[at + 1..].iter().position(|(other, _)| other == task).map(|next| at + 1 + next);
        let Some(next) = next else { continue };
        for (keep, remove) in [(at, next), (next, at)] {
            let mut joined = segments.clone();
            joined[keep].1 = length + segments[next].1;
            joined.remove(remove);
            let tasks = joined.iter().flat_map(|(task, length)| std::iter::repeat_n(*task, *length));
            found.push(tasks.collect());
        }
    }
    found
}

/// Looks for schedules with fewer switches that fail in the same way, as long as there are any, and takes the best of each round. Whether
/// there was one.
pub(super) fn fewer_switches(
    job: &Job,
    verdict: &mut Verdict,
    program: &Program,
    trials: &mut Trials<'_>,
) -> bool {
    let mut is_other = false;
    let threads = program.threads.len();
    let weight = |verdict: &Verdict| {
        let failure = verdict.failure.as_ref();
        failure.map(|failure| (switches(&failure.steps, threads), segments(&failure.schedule).len()))
    };
    let mut tried: HashSet<Vec<usize>> = HashSet::new();
    while let Some(failure) = verdict.failure.as_ref().filter(|failure| !failure.schedule.is_empty()) {
        let mut schedules = simpler(&failure.schedule);
        schedules.retain(|schedule| tried.insert(schedule.clone()));
        let replay = |schedule| Job { schedule, stop_at: Some(1), ..job.clone() };
        let mut best: Option<Box<Verdict>> = None;
        for answer in trials.run(schedules.into_iter().map(replay).collect()) {
            if let Tried::Fails(found) = answer
                && weight(&found) < weight(best.as_deref().unwrap_or(verdict))
            {
                best = Some(found);
            }
        }
        let Some(mut best) = best else { break };
        is_other = true;
        // The search has met the program's failure there; the schedule is one that it would have met, too.
        if let (Some(new), Some(old)) = (&mut best.failure, &verdict.failure) {
            new.execution = old.execution;
        }
        let (executions, outcomes) = (verdict.executions, verdict.outcomes);
        *verdict = Verdict { executions, outcomes, outcome_set: verdict.outcome_set.clone(), ..*best };
    }
    is_other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_joined_with_the_next_of_the_same_task() {
        assert_eq!(segments(&[0, 0, 1, 0]), [(0, 2), (1, 1), (0, 1)]);
        assert_eq!(simpler(&[0, 0, 1, 0]), [vec![0, 0, 0, 1], vec![1, 0, 0, 0]]);
        assert!(simpler(&[0, 1, 2]).is_empty());
    }
}
