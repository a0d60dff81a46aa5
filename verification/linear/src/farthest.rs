//! The order of calls that comes farthest, and why none of the other calls can come next.

use crate::answer::Answer;
use crate::history::show_contents;
use crate::orders::Orders;
use crate::specification::State;
use std::collections::HashSet;

/// More situations than these are not looked at: the farthest of them is told.
const MOST_SITUATIONS: usize = 50_000;

/// So many reasons are told.
const MOST_REASONS: usize = 3;

/// How far an order has come in which all results are right.
#[derive(Clone)]
struct Situation {
    done: Vec<u64>,
    state: State,
    memos: Vec<i64>,
    /// The calls that are through, in the order in which they took effect.
    order: Vec<usize>,
}

/// The order that comes farthest, and why it does not come farther; nothing if some order explains all.
pub(crate) fn farthest(orders: &Orders<'_>) -> Option<String> {
    let calls = orders.calls.len();
    let (done, memos) = (vec![0; calls], vec![0; calls]);
    let mut left = vec![Situation { done, state: orders.start(), memos, order: Vec::new() }];
    let mut seen = HashSet::new();
    let mut best: Option<(Situation, Vec<String>)> = None;
    while let Some(situation) = left.pop() {
        let key = (situation.done.clone(), situation.state.clone(), situation.memos.clone());
        if seen.len() > MOST_SITUATIONS || !seen.insert(key) {
            continue;
        }
        let (next, reasons) = steps(orders, &situation)?;
        let is_farther = best.as_ref().is_none_or(|(known, _)| situation.order.len() > known.order.len());
        if next.is_empty() && is_farther {
            best = Some((situation, reasons));
        }
        left.extend(next);
    }
    let (situation, reasons) = best?;
    Some(told(orders, &situation, &reasons))
}

/// What can come next, and what cannot, with the reason; nothing if all have come, and the contents are right.
fn steps(orders: &Orders<'_>, situation: &Situation) -> Option<(Vec<Situation>, Vec<String>)> {
    let (mut next, mut reasons) = (Vec::new(), Vec::new());
    let specification = orders.program.subject.specification;
    let mut is_over = true;
    for number in orders.next(&situation.done, None) {
        is_over = false;
        let made = &orders.calls[number];
        let all = (1_u64 << made.parts) - 1;
        let mut has_way = false;
        let mut answer = None;
        for part in (0..made.parts).filter(|part| situation.done[number] & (1 << part) == 0) {
            let mut after = situation.clone();
            after.done[number] |= 1 << part;
            let fits = if orders.is_atomic(number) {
                let given = orders.apply(number, &mut after.state);
                let fits = given == made.record.ret;
                answer = Some(given);
                fits
            } else {
                let done = situation.done[number];
                orders.apply_part(number, part, done, &mut after.memos[number], &mut after.state)
            };
            if fits {
                has_way = true;
                if after.done[number] == all {
                    after.order.push(number);
                }
                next.push(after);
            }
        }
        if !has_way {
            let ret = &made.record.ret;
            reasons.push(match answer {
                Some(Answer::Blocked) => format!("{} would wait", orders.call(number)),
                Some(answer) => format!("{} would return {answer}, and returned {ret}", orders.call(number)),
                None => format!("{} returned {ret}, which does not fit", orders.call(number)),
            });
        }
    }
    if is_over {
        let contents = &orders.history.contents;
        if specification.contents_fit(&situation.state, contents) {
            return None;
        }
        let show = |shown: &[(i64, i64)]| show_contents(orders.program.subject, shown);
        let found = specification.contents(&situation.state);
        reasons.push(format!("the contents would be {}, and are {}", show(&found), show(contents)));
    }
    Some((next, reasons))
}

fn told(orders: &Orders<'_>, situation: &Situation, reasons: &[String]) -> String {
    let order: Vec<String> = situation.order.iter().map(|number| orders.call(*number)).collect();
    let left_out = reasons.len().saturating_sub(MOST_REASONS);
    let mut reasons = reasons.iter().take(MOST_REASONS).cloned().collect::<Vec<_>>().join("; ");
    if left_out > 0 {
        reasons.push_str(&format!("; and {left_out} more do not fit"));
    }
    match order.as_slice() {
        [] => format!("None of the calls can come first: {reasons}."),
        [one] => format!("After {one} no other call fits: {reasons}."),
        _ => format!(
            "In the order {} all results are right so far; then none fits: {reasons}.",
            order.join(", ")
        ),
    }
}
