//! The second judge of the map: a specification that was written for it, and the search of todc-utils.
//!
//! A walk is a read of each key, somewhere in the time of the call; so is what `retain` does. What the set-up did is done first, by the same
//! specification, whatever it returned. The contents in the end are a last call, which sees them all.

use linear::{Answer, Call, History, Program};
use std::collections::BTreeMap;
use todc_utils::linearizability::WGLChecker;
use todc_utils::linearizability::history::Action::{Call as Begins, Response as Ends};
use todc_utils::linearizability::history::History as Actions;
use todc_utils::specifications::Specification;

/// A fault that the judge has on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A load may return anything.
    LoadsAnything,
    /// A swap does not store.
    SwapsNothing,
    /// A walk sees what it likes.
    WalksAnyhow,
    /// A deletion leaves the key.
    KeepsDeleted,
}

pub(super) const FAULTS: [Fault; 4] =
    [Fault::LoadsAnything, Fault::SwapsNothing, Fault::WalksAnyhow, Fault::KeepsDeleted];

/// What takes effect at one moment.
#[derive(Clone, Debug)]
enum Step {
    /// A call of one moment; nothing is known of what a call of the set-up returned.
    Whole(Call, Option<Answer>),
    /// A walk was at this key, and saw this.
    Sees(i64, Option<i64>),
    /// A walk was at this key, and it was there.
    Finds(i64),
    /// A retain was at this key, and drops what is less.
    Drops(i64, i64),
    /// All is over, and this is what there is.
    Over(Vec<(i64, i64)>),
}

type State = BTreeMap<i64, i64>;

struct OfTheMap;

impl Specification for OfTheMap {
    type State = State;
    type Operation = (Step, Option<Fault>);

    fn init() -> State {
        State::new()
    }

    fn apply((step, fault): &Self::Operation, state: &State) -> (bool, State) {
        let mut after = state.clone();
        let fits = match step {
            Step::Whole(call, returned) => {
                let gives = whole(call, &mut after, *fault);
                let is_load = matches!(call.name(), "load" | "hold" | "read_if" | "read_if_absent");
                returned.as_ref().is_none_or(|returned| *returned == gives)
                    || (*fault == Some(Fault::LoadsAnything) && is_load)
            }
            Step::Sees(key, seen) => state.get(key) == seen.as_ref() || *fault == Some(Fault::WalksAnyhow),
            Step::Finds(key) => state.contains_key(key),
            Step::Drops(key, least) => {
                if state.get(key).is_some_and(|value| value < least) {
                    after.remove(key);
                }
                true
            }
            Step::Over(contents) => {
                state.iter().map(|(key, value)| (*key, *value)).eq(contents.iter().copied())
            }
        };
        (fits, after)
    }
}

fn value(of: Option<i64>) -> Answer {
    of.map_or(Answer::Absent, Answer::Value)
}

/// What a call of one moment does, and returns.
fn whole(call: &Call, state: &mut State, fault: Option<Fault>) -> Answer {
    let key = call.args.first().copied().unwrap_or_default();
    let old = state.get(&key).copied();
    let more = |n: usize| call.args[n];
    let mut delete = |doomed: bool| {
        if doomed && fault != Some(Fault::KeepsDeleted) {
            state.remove(&key);
        }
    };
    match call.name() {
        "load" | "hold" | "read_if" | "read_if_absent" => value(old),
        "contains_key" => Answer::Bool(old.is_some()),
        "load_and_delete" => {
            delete(true);
            value(old)
        }
        "delete" | "publish_by_delete" => {
            delete(true);
            Answer::Bool(old.is_some())
        }
        "compare_and_delete" => {
            delete(old == Some(more(1)));
            Answer::Bool(old == Some(more(1)))
        }
        "delete_if" => {
            let doomed = old.filter(|old| *old >= more(1));
            delete(doomed.is_some());
            value(doomed)
        }
        "clear" => {
            state.clear();
            Answer::Unit
        }
        "store" | "publish_by_store" => {
            state.insert(key, more(1));
            Answer::Unit
        }
        "swap" => {
            if fault != Some(Fault::SwapsNothing) {
                state.insert(key, more(1));
            }
            value(old)
        }
        "load_or_store" | "load_or_store_with" => match old {
            Some(old) => Answer::Loaded(old),
            None => {
                state.insert(key, more(1));
                Answer::Stored(more(1))
            }
        },
        "compare_and_swap" => {
            if old == Some(more(1)) {
                state.insert(key, more(2));
            }
            Answer::Bool(old == Some(more(1)))
        }
        "update" => {
            let new = old.map(|old| old + more(1));
            if let Some(new) = new {
                state.insert(key, new);
            }
            value(new)
        }
        other => panic!("the second judge does not know `{other}`"),
    }
}

fn seen(pairs: &[(i64, i64)], key: i64) -> Option<i64> {
    pairs.iter().find(|(other, _)| *other == key).map(|(_, value)| *value)
}

/// The steps of a call: all of one of these lists, in any order.
fn steps(call: &Call, returned: &Answer, keys: &[i64]) -> Vec<Vec<Step>> {
    let all = |see: &dyn Fn(i64) -> Step| keys.iter().map(|key| see(*key)).collect::<Vec<_>>();
    match (call.name(), returned) {
        ("range", Answer::Pairs(pairs)) => vec![all(&|key| Step::Sees(key, seen(pairs, key)))],
        ("nested_range", Answer::Nested(outer, inner)) => {
            let mut steps = all(&|key| Step::Sees(key, seen(outer, key)));
            match inner {
                Some(inner) => steps.extend(all(&|key| Step::Sees(key, seen(inner, key)))),
                None if !outer.is_empty() => return Vec::new(),
                None => {}
            }
            vec![steps]
        }
        ("retain", Answer::Unit) => vec![all(&|key| Step::Drops(key, call.args[0]))],
        ("is_empty", Answer::Bool(true)) => vec![all(&|key| Step::Sees(key, None))],
        ("is_empty", Answer::Bool(false)) => keys.iter().map(|key| vec![Step::Finds(*key)]).collect(),
        ("range" | "nested_range" | "retain" | "is_empty", _) => Vec::new(),
        _ => vec![vec![Step::Whole(call.clone(), Some(returned.clone()))]],
    }
}

/// What a call of the set-up does, alone.
fn alone(call: &Call, keys: &[i64]) -> Vec<Step> {
    match call.name() {
        "range" | "nested_range" | "is_empty" => Vec::new(),
        "retain" => keys.iter().map(|key| Step::Drops(*key, call.args[0])).collect(),
        _ => vec![Step::Whole(call.clone(), None)],
    }
}

pub(super) fn judge(program: &'static Program, history: &History) -> bool {
    judge_with(program, history, None)
}

pub(super) fn judge_with(program: &'static Program, history: &History, fault: Option<Fault>) -> bool {
    let keys = program.universe();
    let setup: Vec<Step> = program.setup.iter().flat_map(|call| alone(call, &keys)).collect();
    let calls: Vec<Vec<Vec<Step>>> = history
        .records
        .iter()
        .map(|record| steps(program.call(record.thread, record.number), &record.ret, &keys))
        .collect();
    every_choice(&calls).into_iter().any(|choice| {
        let mut actions = Vec::new();
        let mut process = 0;
        let at_once = |step: &Step, actions: &mut Vec<_>| {
            actions.push((process, Begins((step.clone(), fault))));
            actions.push((process, Ends((step.clone(), fault))));
        };
        setup.iter().for_each(|step| at_once(step, &mut actions));
        // A process for each step: a walk is at several keys at once. At one moment, calls come before returns: they overlap.
        let mut events = Vec::new();
        for (record, steps) in history.records.iter().zip(&choice) {
            for step in *steps {
                process += 1;
                events.push((record.called, false, process, (step.clone(), fault)));
                events.push((record.returned, true, process, (step.clone(), fault)));
            }
        }
        events.sort_by_key(|(time, is_end, process, _)| (*time, *is_end, *process));
        actions.extend(
            events
                .into_iter()
                .map(|(_, is_end, process, step)| (process, if is_end { Ends(step) } else { Begins(step) })),
        );
        let over = (Step::Over(history.contents.clone()), fault);
        actions.push((0, Begins(over.clone())));
        actions.push((0, Ends(over)));
        WGLChecker::<OfTheMap>::is_linearizable(Actions::from_actions(actions))
    })
}

/// One list of each call, in each way.
fn every_choice(calls: &[Vec<Vec<Step>>]) -> Vec<Vec<&Vec<Step>>> {
    calls.iter().fold(vec![Vec::new()], |choices, call| {
        let with = |choice: &Vec<_>| {
            call.iter().map(|list| [choice.clone(), vec![list]].concat()).collect::<Vec<_>>()
        };
        choices.iter().flat_map(with).collect()
    })
}
