//! A history that no order explains, as a person reads it, and as the file that `cargo verify explain` draws.
//!
//! A real execution has no schedule, and its steps inside the calls are not known: what is drawn is when calls were made and when they returned.

use crate::event::{ABSENT, Event, Op, Ret};
use crate::judge::{Judged, Unexplained, judge};
use crate::load::Load;
use crate::meaning::{Meaning, State};
use linear::{Answer, Failure, Level, Step, Verdict, letter};
use std::collections::BTreeMap;

/// What a program can have: see `linear`.
const MOST_CALLS: usize = 24;
const MOST_THREADS: usize = 5;
const MOST_VALUE: i64 = 999;

/// Leaves out calls that change nothing, as long as no order explains the rest: a history that is not linearizable without them is not with them.
pub fn smaller(meaning: Meaning, found: Unexplained) -> Unexplained {
    let Some(last) = found.calls.iter().map(|call| call.returned).max() else { return found };
    let mut calls = found.calls.clone();
    let is_unexplained = |calls: &[Event]| {
        matches!(judge(meaning, calls, found.start, found.shown.as_ref()), Judged::Unexplained(_))
    };
    for number in (0..calls.len()).rev() {
        let mut fewer = calls.clone();
        let left_out = fewer.remove(number);
        if meaning.only_reads(&left_out) && left_out.returned != last && is_unexplained(&fewer) {
            calls = fewer;
        }
    }
    Unexplained { calls, ..found }
}

/// A line for each call, in the order in which they were made; times are in nanoseconds since the first.
pub fn lines(load: &Load, found: &Unexplained) -> Vec<String> {
    let first = found.calls.first().map_or(0, |call| call.called);
    let shown = |state: &State| {
        let keys = (0..).zip(state).filter(|(_, value)| **value != ABSENT);
        let keys: Vec<String> =
            keys.map(|(key, value): (i64, _)| format!("{}:{value}", letter(key))).collect();
        format!("{{{}}}", keys.join(" "))
    };
    let what = if load.meaning == Meaning::Service {
        "(service, state)"
    } else {
        "(by the number of the key, modulo 4)"
    };
    let mut lines = vec![format!("before {what}: {}", shown(&found.start))];
    lines.extend(found.calls.iter().map(|call| {
        let (called, returned) = (call.called - first, call.returned - first);
        let args: Vec<String> = call.args[..call.op.arity()].iter().map(i64::to_string).collect();
        let key = if call.op.is_of_all() { String::new() } else { format!(" key {}", call.key) };
        let (thread, op, ret) = (call.thread, call.op.name(), call.ret.answer());
        format!("{called:>9} to {returned:>9}  thread {thread:<2}  {op}{key} {} = {ret}", args.join(" "))
    }));
    if let Some(end) = &found.shown {
        lines.push(format!("after: {}", shown(end)));
        lines
            .push(format!("possible: {}", found.possible.iter().map(shown).collect::<Vec<_>>().join(" or ")));
    }
    lines
}

/// The names that a subject of `cargo verify` has for these operations.
struct Words {
    subject: &'static str,
    setup: &'static str,
    names: &'static [(Op, &'static str)],
}

const MAP: Words = Words { subject: "map", setup: "store", names: &[(Op::Visit, "load")] };
const COUNTERS: Words = Words {
    subject: "countermap",
    setup: "add",
    names: &[(Op::Count, "get"), (Op::LoadAndDelete, "remove")],
};
const CACHE: Words = Words {
    subject: "cache",
    setup: "insert",
    names: &[(Op::Load, "get"), (Op::Visit, "get"), (Op::Store, "insert"), (Op::LoadAndDelete, "take")],
};
const REGISTRY: Words = Words { subject: "registry", setup: "register", names: &[(Op::Load, "get")] };
const CONFIG: Words = Words {
    subject: "config",
    setup: "set",
    names: &[
        (Op::Load, "get"),
        (Op::Visit, "get"),
        (Op::Swap, "set"),
        (Op::CompareAndSwap, "compare_and_set"),
        (Op::LoadAndDelete, "remove"),
        (Op::AddTo, "update"),
    ],
};

fn words(load: &Load) -> &'static Words {
    match load.subject {
        "counters" => &COUNTERS,
        "cache" => &CACHE,
        "registry" => &REGISTRY,
        "config" => &CONFIG,
        _ => &MAP,
    }
}

/// Numbers of a history as numbers of a program: small ones.
struct Values {
    small: BTreeMap<i64, i64>,
    are_kept: bool,
}

impl Values {
    /// Values are only told apart, unless something is added to them, or they are compared by size.
    fn of(calls: &[Event]) -> Values {
        let counts = |op| {
            matches!(op, Op::Add | Op::AddTo | Op::Update | Op::DeleteIf | Op::Retain | Op::Count | Op::Reset)
        };
        Values { small: BTreeMap::new(), are_kept: calls.iter().any(|call| counts(call.op)) }
    }

    fn small(&mut self, value: i64) -> i64 {
        if self.are_kept || value == ABSENT {
            return value;
        }
        let next = i64::try_from(self.small.len()).unwrap_or(i64::MAX) + 1;
        *self.small.entry(value).or_insert(next)
    }

    fn of_ret(&mut self, ret: Ret) -> Ret {
        match ret {
            Ret::Value(value) => Ret::Value(self.small(value)),
            Ret::Loaded(value) => Ret::Loaded(self.small(value)),
            Ret::Stored(value) => Ret::Stored(self.small(value)),
            Ret::All(values) => Ret::All(values.map(|value| self.small(value))),
            other => other,
        }
    }
}

/// A history as a program, with its steps.
struct Drawn {
    program: String,
    steps: Vec<Step>,
}

/// The program that the calls are, and what they returned.
fn drawn(load: &Load, found: &Unexplained) -> Result<Drawn, String> {
    let words = words(load);
    if load.meaning == Meaning::Forgetful {
        return Err("the cache has another bound than the one of `cargo verify`".into());
    }
    let mut values = Values::of(&found.calls);
    let mut threads: Vec<(u8, Vec<String>)> = Vec::new();
    let mut steps: Vec<(u64, bool, Step)> = Vec::new();
    let key = |key: u32| letter(if load.whole { i64::from(key) } else { 0 });
    let mut setup = Vec::new();
    for (number, value) in (0..).zip(found.start).filter(|(_, value)| *value != ABSENT) {
        if load.meaning == Meaning::Service && number > 0 {
            match value {
                0 => {}
                2 => setup.push("start a".to_owned()),
                4 => setup.push("start a; stop a".to_owned()),
                _ => return Err("no set-up leads to the state before the calls".into()),
            }
            continue;
        }
        let place = if load.whole { number } else { 0 };
        setup.push(format!("{} {} {}", words.setup, letter(place), values.small(value)));
    }
    for call in &found.calls {
        let name =
            words.names.iter().find(|(op, _)| *op == call.op).map_or(call.op.name(), |(_, name)| *name);
        if call.op == Op::Visit && name == call.op.name() {
            return Err("a walk has no call for one key there".into());
        }
        let args: Vec<i64> = call.args[..call.op.arity()].iter().map(|value| values.small(*value)).collect();
        if args.iter().any(|value| value.abs() > MOST_VALUE) {
            return Err(format!("a value of `{name}` is larger than programs have"));
        }
        let key = if call.op.is_of_all() || call.op == Op::Retain {
            String::new()
        } else {
            format!(" {}", key(call.key))
        };
        let args: String = args.iter().map(|value| format!(" {value}")).collect();
        let place = threads.iter().position(|(thread, _)| *thread == call.thread).unwrap_or(threads.len());
        if place == threads.len() {
            threads.push((call.thread, Vec::new()));
        }
        let number = threads[place].1.len();
        threads[place].1.push(format!("{name}{key}{args}"));
        let answer = match (call.op, values.of_ret(call.ret)) {
            (Op::GetOrFail, Ret::Value(ABSENT)) => Answer::Failed,
            (_, ret) => ret.answer(),
        };
        steps.push((call.called, false, step(place, "Call", number, None)));
        steps.push((call.returned, true, step(place, "Return", number, Some(answer.to_string()))));
    }
    if threads.len() > MOST_THREADS || found.calls.len() + setup.len() > MOST_CALLS {
        return Err(format!("it has {} calls of {} threads", found.calls.len(), threads.len()));
    }
    steps.sort_by_key(|(time, is_return, _)| (*time, *is_return));
    let threads: Vec<String> = threads.into_iter().map(|(_, calls)| calls.join("; ")).collect();
    let program = format!("{} || {}", setup.join("; "), threads.join(" || ")).trim_start().to_owned();
    Ok(Drawn { program, steps: steps.into_iter().map(|(.., step)| step).collect() })
}

fn step(thread: usize, action: &str, number: usize, seen: Option<String>) -> Step {
    let (action, object) = (action.to_owned(), format!("operation #{number}"));
    let (site, written, shown, snapshot) = (None, None, None, None);
    Step { thread, action, object, site, seen, written, stale: false, line: String::new(), shown, snapshot }
}

/// The failure file, which `cargo verify explain` draws.
///
/// # Errors
/// Why the history is no program of `cargo verify`.
pub fn file(load: &Load, found: &Unexplained, seed: u64, build: &str) -> Result<serde_json::Value, String> {
    let Drawn { program, steps } = drawn(load, found)?;
    let message = match &found.shown {
        None => "no order of the calls explains what they returned".to_owned(),
        Some(_) => {
            "no order of the calls explains what they returned and what was there at the end".to_owned()
        }
    };
    let (subject, name) = (words(load).subject.to_owned(), Some(format!("soak: {}", load.name)));
    let failure = Failure {
        steps,
        outcome: Some("see the calls".into()),
        ..Failure::without_steps("not linearizable", message)
    };
    let verdict = Verdict {
        kind: "verdict".into(),
        subject: subject.clone(),
        program: program.clone(),
        name: name.clone(),
        family: None,
        engine: "threads".into(),
        mode: "soak".into(),
        verdict: Level::Failed,
        executions: 1,
        outcomes: 0,
        seconds: 0.0,
        seed: Some(seed),
        outcome_set: Default::default(),
        executions_by_outcome: Default::default(),
        self_tests_known: false,
        eager_follows: false,
        failure: Some(failure),
        example: None,
    };
    let about = format!(
        "A history of real threads, found by `cargo verify soak` in the {build} build: calls and what they returned, in the order of time. The set-up \
         stands for what was there before. There is no schedule, and what happened inside the calls is not known: `replay` may not \
         find it again. Values were renamed, and calls that change nothing left out where the rest is wrong without them."
    );
    Ok(serde_json::json!({
        "version": 2, "about": about, "verdict": verdict,
        "job": {
            "subject": subject, "program": program, "name": name, "engine": "Threads", "bound": null, "schedules": 10_000, "seed": seed,
            "budget": null, "patience": null, "expectation": { "interesting": [], "forbidden": [] }, "orderings": [], "stop_at": null,
            "schedule": [],
        },
    }))
}
