//! Which steps of an execution are drawn, and which are folded: a reader sees the dozen that matter.

use super::seen::Seen;
use linear::{Snapshot, Step};

/// So many steps are drawn, beside the calls and the returns.
pub(super) const MOST_DRAWN: usize = 12;

/// Whether the step begins or ends a call: such steps are always drawn.
pub(super) fn is_of_a_call(step: &Step) -> bool {
    matches!(step.action.as_str(), "Call" | "Return")
}

fn is_write(step: &Step) -> bool {
    matches!(step.action.as_str(), "Store" | "Exchange") && step.written != step.seen
}

/// Whether two steps are of one object. One that is accessed by several expressions has a name by each, and one number.
fn is_same_object(one: &Step, other: &Step) -> bool {
    let number = |step: &Step| step.object.rsplit_once('#').map(|(_, number)| number.to_owned());
    one.object == other.object || number(one).is_some() && number(one) == number(other)
}

/// How much a step says about what went wrong: `at` is its place, `before` what the subject looked like.
fn weight(steps: &[Seen<'_>], at: usize, before: Option<&Snapshot>) -> u32 {
    let Seen { step, after, .. } = steps[at];
    let look = |snapshot: Option<&Snapshot>| snapshot.map(|s| (s.tables.clone(), s.broken.clone()));
    let facts = |snapshot: Option<&Snapshot>| snapshot.map(|snapshot| snapshot.facts.clone());
    // What a thread has seen, and another has changed before it does anything else.
    let overtaken = || {
        let others = steps[at + 1..].iter().map(|next| next.step);
        let mut others = others.take_while(|next| next.thread != step.thread || is_of_a_call(next));
        others.any(|next| next.thread != step.thread && is_same_object(next, step) && is_write(next))
    };
    match step.action.as_str() {
        _ if step.stale => 90,
        _ if after.is_some() && look(after) != look(before) => 80,
        "Load" if overtaken() => 70,
        _ if after.is_some() && facts(after) != facts(before) => 60,
        "Exchange" | "Store" if is_write(step) => 58,
        "ExchangeFailed" | "Wait" | "Notify" => 50,
        "Free" | "Retire" => 45,
        _ => 0,
    }
}

/// For each step of the threads (the set-up is left out) whether it is drawn. The last one is, if the execution stopped at it.
pub(super) fn drawn(steps: &[Seen<'_>], start: Option<&Snapshot>, stopped: bool) -> Vec<bool> {
    let mut before = start;
    let mut weights: Vec<(u32, usize)> = Vec::new();
    for (at, seen) in steps.iter().enumerate() {
        if !is_of_a_call(seen.step) {
            let is_last = stopped && steps[at + 1..].iter().all(|next| is_of_a_call(next.step));
            weights.push((if is_last { 100 } else { weight(steps, at, before) }, at));
        }
        before = seen.after.or(before);
    }
    // Of two that matter alike, the later one is nearer to what went wrong.
    weights.sort_unstable_by(|one, other| other.cmp(one));
    let mut drawn: Vec<bool> = steps.iter().map(|seen| is_of_a_call(seen.step)).collect();
    for (_, at) in weights.into_iter().take(MOST_DRAWN).filter(|(weight, _)| *weight > 0) {
        drawn[at] = true;
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(thread: usize, action: &str, object: &str, (seen, written): (&str, &str)) -> Step {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Step {
            thread,
            action: action.to_owned(),
            object: object.to_owned(),
            site: None,
            seen: text(seen),
            written: text(written),
            stale: false,
            line: String::new(),
            shown: None,
            snapshot: None,
        }
    }

    fn folded(steps: &[Step], stopped: bool) -> Vec<usize> {
        let seen = |(at, step)| Seen { step, at, after: None };
        let seen: Vec<Seen<'_>> = steps.iter().enumerate().map(seen).collect();
        let drawn = drawn(&seen, None, stopped);
        (0..steps.len()).filter(|at| !drawn[*at]).collect()
    }

    #[test]
    fn calls_writes_and_loads_that_another_thread_overtakes_are_drawn_and_the_rest_is_folded() {
        let steps = [
            step(0, "Call", "operation #0", ("", "")),
            step(0, "Load", "read #1", ("#3", "")),
            step(0, "Load", "slot #5", ("#4", "")),
            step(1, "Exchange", "slot #5", ("#4", "null")),
            step(0, "Load", "slot #5", ("null", "")),
            step(0, "Return", "operation #0", ("", "")),
        ];
        assert_eq!(folded(&steps, false), [1, 4]);
        assert_eq!(folded(&steps, true), [1], "the execution stopped at the last load");
    }

    #[test]
    fn a_stale_load_is_drawn_and_of_many_steps_no_more_than_a_dozen_are() {
        let mut steps = vec![Step { stale: true, ..step(0, "Load", "slot #5", ("#4", "")) }];
        steps.extend((0..20).map(|n| step(0, "Exchange", "cell #6", (&n.to_string(), "x"))));
        let folded = folded(&steps, false);
        assert_eq!(folded.len(), steps.len() - MOST_DRAWN);
        assert!(
            !folded.contains(&0) && !folded.contains(&20),
            "the stale one and the last ones stay: {folded:?}"
        );
    }
}
