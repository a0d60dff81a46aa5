//! Outcomes that the specification forbids, and why: the order of the calls that they would need.
//!
//! The candidates are what each call returns in *some* order of all calls, also in one that does not keep the order of a thread's own calls,
//! in every combination, with all contents that such orders end in. What is left of them, without what the specification allows, is
//! impossible. For each of these there is a reason: an order that explains it and breaks the order of a thread, or else the order that comes
//! farthest, and the call of it that does not fit.

use crate::answer::Answer;
use crate::history::{History, Record, show_contents};
use crate::linearizability::{outcomes_by_specification, state_after_setup};
use crate::program::Program;
use crate::specification::State;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Programs with more calls than these have too many orders.
const MOST_CALLS: usize = 7;

/// More impossible outcomes than these are counted, and not explained.
const MOST_EXPLAINED: usize = 200;

/// More combinations of answers than these are not looked at.
const MOST_COMBINATIONS: usize = 20_000;

/// An outcome that the specification forbids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Impossible {
    /// The outcome.
    pub outcome: String,
    /// The order that would be needed, or the one that comes farthest, and what is wrong with it.
    pub why: String,
    /// Some order of the calls explains it: it is only that a thread makes its calls in another one.
    pub has_an_order: bool,
}

/// Why there are no [`impossible_outcomes`] of a program.
pub fn why_no_impossible_outcomes(program: &Program) -> String {
    if outcomes_by_specification(program).is_none() {
        return "the specification does not list its outcomes (a call takes effect at several moments, users misbehave, or the \
                subject misbehaves on purpose)"
            .to_owned();
    }
    match program.threads.iter().map(Vec::len).sum::<usize>() {
        calls if calls > MOST_CALLS => format!("it has {calls} calls, and {MOST_CALLS} are the most"),
        _ => "its calls have too many answers to combine".to_owned(),
    }
}

/// A call: its thread, and its number there.
type Place = (usize, usize);

/// What the calls return in an order, each with its place, and the contents in the end.
type Order = (Vec<(Place, Answer)>, Vec<(i64, i64)>);

struct Search<'p> {
    program: &'p Program,
    start: State,
    places: Vec<Place>,
}

/// The outcomes of a program that the specification forbids, those that break only the order of a thread first; nothing when its outcomes
/// cannot be enumerated. Their number comes with them: not all of them may be explained.
pub fn impossible_outcomes(program: &Program) -> Option<(Vec<Impossible>, usize)> {
    let allowed = outcomes_by_specification(program)?;
    let calls = program.threads.iter().enumerate();
    let places: Vec<Place> =
        calls.flat_map(|(thread, calls)| (0..calls.len()).map(move |number| (thread, number))).collect();
    if places.len() > MOST_CALLS {
        return None;
    }
    let search = Search { program, start: state_after_setup(program), places };
    let mut orders = Vec::new();
    search.orders(&search.start, &mut Vec::new(), &mut orders);
    let mut found: BTreeMap<String, Impossible> = BTreeMap::new();
    for order in &orders {
        let outcome = search.outcome(&order.0, &order.1);
        if !allowed.contains(&outcome) {
            let why = search.why_not_in_this_order(order);
            let broken = Impossible { outcome: outcome.clone(), why, has_an_order: true };
            // Of several orders the one that is the shortest to tell.
            match found.get(&outcome) {
                Some(known) if known.why.len() <= broken.why.len() => {}
                _ => drop(found.insert(outcome, broken)),
            }
        }
    }
    let (mut explained, mut count) = (found.into_values().collect::<Vec<_>>(), 0);
    let known: BTreeSet<String> = explained.iter().map(|impossible| impossible.outcome.clone()).collect();
    for (answers, contents) in search.combinations(&orders)? {
        let outcome = search.outcome(&answers, &contents);
        if allowed.contains(&outcome) || known.contains(&outcome) {
            continue;
        }
        count += 1;
        if explained.len() < MOST_EXPLAINED {
            let why = search.why_in_no_order(&answers, &contents);
            explained.push(Impossible { outcome, why, has_an_order: false });
        }
    }
    Some((explained, known.len() + count))
}

impl Search<'_> {
    fn call(&self, (thread, number): Place) -> String {
        format!("`{}`", self.program.threads[thread][number])
    }

    fn apply(&self, (thread, number): Place, state: &mut State) -> Answer {
        let call = &self.program.threads[thread][number];
        self.program.subject.specification.apply(call, i64::try_from(thread).unwrap_or(0), state)
    }

    /// All orders of the calls, also those that do not keep the order of a thread.
    fn orders(&self, state: &State, made: &mut Vec<(Place, Answer)>, orders: &mut Vec<Order>) {
        if made.len() == self.places.len() {
            orders.push((made.clone(), self.program.subject.specification.contents(state)));
            return;
        }
        for place in &self.places {
            if made.iter().any(|(known, _)| known == place) {
                continue;
            }
            let mut after = state.clone();
            let answer = self.apply(*place, &mut after);
            if answer != Answer::Blocked {
                made.push((*place, answer));
                self.orders(&after, made, orders);
                made.pop();
            }
        }
    }

    fn outcome(&self, answers: &[(Place, Answer)], contents: &[(i64, i64)]) -> String {
        let record = |((thread, number), ret): &(Place, Answer)| Record {
            thread: *thread,
            number: *number,
            called: 0,
            returned: 0,
            ret: ret.clone(),
        };
        let records = answers.iter().map(record).collect();
        History { records, contents: contents.to_owned() }.outcome(self.program)
    }

    /// Every combination of what the calls return in some order, and of the contents in the end; nothing if there are too many.
    fn combinations(&self, orders: &[Order]) -> Option<Vec<Order>> {
        let ends: BTreeSet<&Vec<(i64, i64)>> = orders.iter().map(|(_, contents)| contents).collect();
        let mut combinations: Vec<Vec<(Place, Answer)>> = vec![Vec::new()];
        for place in &self.places {
            let of_place = orders.iter().flat_map(|(made, _)| made).filter(|(known, _)| known == place);
            let answers: BTreeSet<&Answer> = of_place.map(|(_, answer)| answer).collect();
            if combinations.len() * answers.len() * ends.len() > MOST_COMBINATIONS {
                return None;
            }
            let with = |made: &Vec<(Place, Answer)>| {
                let of_made =
                    answers.iter().map(|answer| [&made[..], &[(*place, (*answer).clone())]].concat());
                of_made.collect::<Vec<_>>()
            };
            combinations = combinations.iter().flat_map(with).collect();
        }
        let with_ends = |made: Vec<(Place, Answer)>| {
            let of_made = ends.iter().map(|end| (made.clone(), (*end).clone()));
            of_made.collect::<Vec<_>>()
        };
        Some(combinations.into_iter().flat_map(with_ends).collect())
    }

    /// The order explains the outcome: which thread does not keep it?
    fn why_not_in_this_order(&self, (made, _): &Order) -> String {
        let order: Vec<String> = made.iter().map(|(place, _)| self.call(*place)).collect();
        let position = |place: Place| made.iter().position(|(known, _)| *known == place);
        let broken = self.places.iter().find_map(|&(thread, number)| {
            let next = (thread, number + 1);
            let (first, second) = (position((thread, number))?, position(next)?);
            (second < first).then(|| {
                let (first, second) = (self.call((thread, number)), self.call(next));
                format!("thread {thread} makes {first} before {second}")
            })
        });
        // An order that keeps each thread's own would be allowed.
        let broken = broken.unwrap_or_else(|| "that is not the order of the threads".to_owned());
        format!("it needs the order {}; but {broken}", order.join(", "))
    }

    /// No order explains the outcome: how far does one come that keeps the order of the threads?
    fn why_in_no_order(&self, answers: &[(Place, Answer)], contents: &[(i64, i64)]) -> String {
        let mut farthest = (0, String::new());
        self.go_on(&self.start, &mut Vec::new(), answers, contents, &mut farthest);
        farthest.1
    }

    /// "after `store a 1` and `load a`"
    fn after(&self, made: &[Place]) -> String {
        let made: Vec<String> = made.iter().map(|place| self.call(*place)).collect();
        match made.split_last() {
            None => "at the beginning".to_owned(),
            Some((last, [])) => format!("after {last}"),
            Some((last, rest)) => format!("after {} and {last}", rest.join(", ")),
        }
    }

    fn go_on(
        &self,
        state: &State,
        made: &mut Vec<Place>,
        answers: &[(Place, Answer)],
        contents: &[(i64, i64)],
        farthest: &mut (usize, String),
    ) {
        let before = self.after(made);
        let mut tell = |why: String| {
            if farthest.1.is_empty() || made.len() > farthest.0 {
                *farthest = (made.len(), why);
            }
        };
        if made.len() == answers.len() {
            let found = self.program.subject.specification.contents(state);
            let show = |contents: &[(i64, i64)]| show_contents(self.program.subject, contents);
            tell(format!("{before}, the contents are {}, and not {}", show(&found), show(contents)));
            return;
        }
        let mut ways = Vec::new();
        for (place, wanted) in answers {
            let (thread, number) = *place;
            let is_next =
                !made.contains(place) && (0..number).all(|earlier| made.contains(&(thread, earlier)));
            if !is_next {
                continue;
            }
            let mut after = state.clone();
            let answer = self.apply(*place, &mut after);
            if answer == *wanted {
                ways.push((*place, after));
            } else {
                let returns = match answer {
                    Answer::Blocked => "waits".to_owned(),
                    other => format!("returns {other}, and not {wanted}"),
                };
                tell(format!("{before}, {} {returns}", self.call(*place)));
            }
        }
        for (place, after) in ways {
            made.push(place);
            self.go_on(&after, made, answers, contents, farthest);
            made.pop();
        }
    }
}
