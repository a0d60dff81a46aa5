//! The judge of long histories agrees with the checker of `linear` on short ones, and sees what is wrong in long ones.

use linear::{
    Answer, Call, Checker, History, Operation, Param, Program, Record, Specification, State, Subject, op,
};
use soak::event::{ABSENT, Event, Op, Ret};
use soak::judge::{Judged, judge};
use soak::meaning::{EMPTY, Meaning};

/// A key, for `linear`: the same meanings, written down a second time, by hand.
#[derive(Debug)]
struct OneKey;

static OPERATIONS: [Operation; 7] = [
    op("load", &[Param::Key], ""),
    op("store", &[Param::Key, Param::Value], ""),
    op("swap", &[Param::Key, Param::Value], ""),
    op("load_or_store", &[Param::Key, Param::Value], ""),
    op("load_and_delete", &[Param::Key], ""),
    op("compare_and_swap", &[Param::Key, Param::Value, Param::Value], ""),
    op("add", &[Param::Key, Param::Value], ""),
];

static SUBJECT: Subject = Subject {
    name: "one key",
    about: "",
    operations: &OPERATIONS,
    specification: &OneKey,
    callbacks: &[],
    reentry: None,
    templates: None,
    is_long: false,
    is_wider_when_shipped: false,
};

impl Specification for OneKey {
    fn apply(&self, call: &Call, _thread: i64, state: &mut State) -> Answer {
        let here = state.get(&0).copied();
        let or_absent = |value: Option<i64>| value.map_or(Answer::Absent, Answer::Value);
        match call.name() {
            "load" => or_absent(here),
            "store" => {
                state.insert(0, call.args[1]);
                Answer::Unit
            }
            "swap" => or_absent(state.insert(0, call.args[1])),
            "load_or_store" => {
                state.entry(0).or_insert(call.args[1]);
                here.map_or(Answer::Stored(call.args[1]), Answer::Loaded)
            }
            "load_and_delete" => or_absent(state.remove(&0)),
            "compare_and_swap" => {
                if here == Some(call.args[1]) {
                    state.insert(0, call.args[2]);
                }
                Answer::Bool(here == Some(call.args[1]))
            }
            _ => {
                let sum = here.unwrap_or(0) + call.args[1];
                state.insert(0, sum);
                Answer::Value(sum)
            }
        }
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }
}

const OPS: [Op; 7] =
    [Op::Load, Op::Store, Op::Swap, Op::LoadOrStore, Op::LoadAndDelete, Op::CompareAndSwap, Op::Add];

/// What a call returns that takes effect now.
fn effect(op: Op, args: [i64; 2], here: &mut i64) -> Ret {
    let event = |ret| Event { called: 0, returned: 0, thread: 0, slot: 0, op, key: 0, args, ret };
    let numbers = [ABSENT, 0, args[0], *here, here.wrapping_add(args[0])];
    let rets = [Ret::Unit, Ret::Bool(true), Ret::Bool(false)].into_iter();
    let mut rets =
        rets.chain(numbers.into_iter().flat_map(|n| [Ret::Value(n), Ret::Loaded(n), Ret::Stored(n)]));
    let fits = rets.find_map(|ret| {
        let mut state = EMPTY;
        state[0] = *here;
        Meaning::Register.apply(&event(ret), 0, 0, &mut state).then_some((ret, state[0]))
    });
    let (ret, after) = fits.expect("each call returns one of these");
    *here = after;
    ret
}

/// A history of so many threads: each call takes effect at some moment between its beginning and its end; then, perhaps, a result is changed.
fn history(random: &mut Random, threads: u8, calls: usize, is_changed: bool) -> (Vec<Event>, i64) {
    let mut here = ABSENT;
    let mut events: Vec<Event> = Vec::new();
    let mut under_way: Vec<(Event, bool)> = Vec::new();
    let mut time = 0;
    while events.len() < calls || !under_way.is_empty() {
        time += 1;
        let thread = u8::try_from(random.below(u64::from(threads))).unwrap();
        match under_way.iter().position(|(event, _)| event.thread == thread) {
            None if events.len() + under_way.len() < calls => {
                let op = OPS[usize::try_from(random.below(7)).unwrap()];
                let args = [random.below(3) as i64, random.below(3) as i64];
                let event = Event {
                    called: time,
                    returned: 0,
                    thread,
                    slot: thread,
                    op,
                    key: 0,
                    args,
                    ret: Ret::Unit,
                };
                under_way.push((event, false));
            }
            None => {}
            Some(place) if under_way[place].1 => {
                let (event, _) = under_way.remove(place);
                events.push(Event { returned: time, ..event });
            }
            Some(place) => {
                let (event, done) = &mut under_way[place];
                event.ret = effect(event.op, event.args, &mut here);
                *done = true;
            }
        }
    }
    if is_changed {
        let place = usize::try_from(random.below(events.len() as u64)).unwrap();
        if let Ret::Value(value) | Ret::Loaded(value) = &mut events[place].ret {
            *value = random.below(4) as i64;
        }
    }
    events.sort_by_key(|event| event.called);
    (events, here)
}

/// The same for `linear`.
fn is_linearizable(events: &[Event], threads: u8, end: i64) -> bool {
    let of = |thread: u8| events.iter().filter(move |event| event.thread == thread);
    let call = |event: &Event| {
        let args: Vec<String> = event.args[..event.op.arity()].iter().map(i64::to_string).collect();
        format!("{} a {}", event.op.name(), args.join(" "))
    };
    let parts: Vec<String> =
        (0..threads).map(|thread| of(thread).map(call).collect::<Vec<_>>().join("; ")).collect();
    let program = Program::parse(&SUBJECT, &format!("|| {}", parts.join(" || "))).expect("a program");
    let mut history = History::default();
    for thread in 0..threads {
        history.records.extend(of(thread).enumerate().map(|(number, event)| Record {
            thread: usize::from(thread),
            number,
            called: event.called,
            returned: event.returned,
            ret: event.ret.answer(),
        }));
    }
    history.contents = if end == ABSENT { Vec::new() } else { vec![(0, end)] };
    Checker::new(&program, true).is_linearizable(&history)
}

#[test]
fn the_two_judges_agree_on_random_histories() {
    let mut random = Random(0x1234_5678_9abc_def1);
    let (mut right, mut wrong) = (0, 0);
    for number in 0..6_000 {
        let threads = 2 + u8::try_from(number % 3).unwrap();
        let (events, end) = history(&mut random, threads, 9, number % 2 == 1);
        if (0..threads).any(|thread| events.iter().all(|event| event.thread != thread)) {
            continue;
        }
        let mut shown = EMPTY;
        shown[0] = end;
        let ours = judge(Meaning::Register, &events, EMPTY, Some(&shown));
        let theirs = is_linearizable(&events, threads, end);
        assert_eq!(ours == Judged::Explained, theirs, "{events:?} {end}");
        *if theirs { &mut right } else { &mut wrong } += 1;
    }
    assert!(right > 2_000 && wrong > 500, "{right} are right, {wrong} are wrong");
}

#[test]
fn long_histories_are_judged_and_one_wrong_result_is_seen() {
    let mut random = Random(99);
    let (events, end) = history(&mut random, 4, 20_000, false);
    let mut shown = EMPTY;
    shown[0] = end;
    assert!(judge(Meaning::Register, &events, EMPTY, Some(&shown)) == Judged::Explained);
    let mut wrong = events.clone();
    let place =
        wrong.iter().rposition(|event| matches!(event.ret, Ret::Value(_)) && event.op == Op::Load).unwrap();
    wrong[place].ret = Ret::Value(1 << 50);
    let Judged::Unexplained(found) = judge(Meaning::Register, &wrong, EMPTY, Some(&shown)) else {
        panic!("it is wrong")
    };
    assert!(found.calls.iter().any(|call| call.ret == Ret::Value(1 << 50)), "the calls have the wrong one");
    assert!(found.calls.len() < 2_000, "they begin at a cut, not at the beginning: {}", found.calls.len());
    shown[0] = 1 << 50;
    assert!(
        matches!(judge(Meaning::Register, &events, EMPTY, Some(&shown)), Judged::Unexplained(_)),
        "nor does that end fit"
    );
}

#[test]
fn what_is_too_large_is_not_said_to_be_right() {
    // Twenty stores at once: each set of them may have taken effect, and each order.
    let store = |thread: u8| Event {
        called: 1,
        returned: 100 + u64::from(thread),
        thread,
        slot: thread,
        op: Op::Store,
        key: 0,
        args: [i64::from(thread), 0],
        ret: Ret::Unit,
    };
    let calls: Vec<Event> = (0..20).map(store).collect();
    assert_eq!(judge(Meaning::Register, &calls, EMPTY, None), Judged::TooLarge);
}
