//! Follows paths in the real map, and compares.

use super::cover::{Edge, Path, Step};
use super::graph::{Call, Graph, Order, Shared};
use super::places::{PLACES, Place};
use super::scheduler::{Leading, Turn, is_step, set_over, set_turn, take_seen};
use explore::on_shuttle::config;
use linear::Answer;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex};
use sync_map_model::shuttle::strict_epoch as model;
use sync_map_model::shuttle::trace::{self as record, Action, Event};
use sync_map_shuttle::{KeyState, LoadOrStore};

type Map = sync_map_shuttle::SyncMap<i64, i64, InOrder>;

/// Puts small keys into a table in this order.
#[derive(Clone)]
struct InOrder(Order, i64);

impl BuildHasher for InOrder {
    type Hasher = InOrder;

    fn build_hasher(&self) -> InOrder {
        self.clone()
    }
}

impl Hasher for InOrder {
    fn write(&mut self, bytes: &[u8]) {
        self.1 = bytes.first().map_or(0, |first| i64::from(*first));
    }

    fn write_i64(&mut self, key: i64) {
        self.1 = key;
    }

    /// The place in a table of four, the smallest there is.
    fn finish(&self) -> u64 {
        let place = if self.0 == Order::Ascending { self.1 } else { 3 - self.1 };
        place.unsigned_abs()
    }
}

/// What a walk has seen.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    /// The edges that were taken.
    pub edges: HashSet<Edge>,
    /// How often each action was taken.
    pub actions: BTreeMap<&'static str, usize>,
    /// Steps, those included that other paths had taken before.
    pub steps: usize,
    /// Executions of the map.
    pub executions: usize,
}

/// Where the map and the specification part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What is different.
    pub what: String,
    /// The start, and the steps up to there.
    pub way: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.way, self.what)
    }
}

/// What the executions of a walk share.
struct Run {
    graph: Graph,
    paths: Vec<Path>,
    walked: Walked,
    difference: Option<Difference>,
}

/// Follows the paths, each in an execution of its own.
///
/// # Errors
/// The first difference.
pub fn walk(graph: &Graph, paths: &[Path]) -> Result<Walked, Box<Difference>> {
    if paths.is_empty() {
        return Ok(Walked::default());
    }
    let run =
        Run { graph: graph.clone(), paths: paths.to_vec(), walked: Walked::default(), difference: None };
    let run = Arc::new(Mutex::new(run));
    let shared = Arc::clone(&run);
    set_over(false);
    let execution = move || {
        // One OS thread runs all tasks, and no task waits for this lock: only the leader takes it.
        let mut run = shared.lock().expect("no execution panics");
        let path = run.paths[run.walked.executions].clone();
        run.walked.executions += 1;
        if let Err(difference) = follow(&mut run, &path) {
            run.difference = Some(difference);
        }
        set_over(run.difference.is_some() || run.walked.executions == run.paths.len());
    };
    shuttle::Runner::new(Leading, config()).run(execution);
    let mut run = run.lock().expect("no execution panics");
    match run.difference.take() {
        Some(difference) => Err(Box::new(difference)),
        None => Ok(std::mem::take(&mut run.walked)),
    }
}

/// One execution.
fn follow(run: &mut Run, path: &Path) -> Result<(), Difference> {
    let (start, setup) = &run.graph.starts[path.start];
    let mut way = format!("from the empty map: {setup}\n");
    let different = |way: &str, what: String| Difference { what, way: way.to_owned() };
    record::begin();
    model::begin(model::Mode::Eager);
    let map = Arc::new(Map::with_hasher(InOrder(path.order, 0)));
    for call in setup.split("; ").filter(|call| !call.is_empty()) {
        perform(&map, &set_up(call).map_err(|what| different(&way, what))?);
    }
    take_seen();
    let end = path.steps.last().map_or(*start, |step| step.to);
    let calls = [0, 1].map(|process| run.graph.process(end, process).call.clone());
    let answers: Arc<[Mutex<Option<Answer>>; 2]> = Arc::default();
    let handles: Vec<_> = (0..2)
        .map(|process| {
            let (map, answers, call) = (Arc::clone(&map), Arc::clone(&answers), calls[process].clone());
            shuttle::thread::spawn(move || {
                record::enter_thread(process + 1);
                let answer = perform(&map, &call);
                drop(map);
                *answers[process].lock().expect("no task panics") = Some(answer);
            })
        })
        .collect();
    let mut look = Look { retired: 0, base: run.graph.shared(*start).retired };
    let mut result = look.compare(&map, run.graph.shared(*start)).map_err(|what| different(&way, what));
    let mut from = *start;
    for step in &path.steps {
        if result.is_err() {
            break;
        }
        let made = take(run, from, *step, &answers, &mut look, &mut way);
        let same = made.and_then(|()| look.compare(&map, run.graph.shared(step.to)));
        result = same.map_err(|what| different(&way, what));
        run.walked.edges.insert((from, step.process, step.to));
        run.walked.steps += 1;
        from = step.to;
    }
    if result.is_err() {
        set_turn(Turn::Anyone);
    }
    handles.into_iter().for_each(|handle| handle.join().expect("no task panics"));
    let mut map = Arc::into_inner(map).expect("the tasks have ended");
    let invariants = map.check_invariants().map_err(|what| different(&way, what));
    drop(map);
    model::end();
    result.and(invariants)
}

/// Lets the process make its step, and compares what it did with what the step is.
fn take(
    run: &mut Run,
    from: usize,
    step: Step,
    answers: &[Mutex<Option<Answer>>; 2],
    look: &mut Look,
    way: &mut String,
) -> Result<(), String> {
    let (before, after) = (run.graph.process(from, step.process), run.graph.process(step.to, step.process));
    let place = PLACES.iter().find(|place| place.name == before.place);
    let Place { action, accesses, .. } =
        place.ok_or_else(|| format!("the place `{}` is unknown", before.place))?;
    let call = &after.call;
    way.push_str(&format!("p{} {call} {action}\n", step.process + 1));
    let returns = after.place == "idle";
    let task = step.process + 1;
    set_turn(if returns { Turn::End(task) } else { Turn::Step(task) });
    shuttle::thread::yield_now();
    let seen = take_seen();
    look.retired +=
        seen.iter().filter(|event| event.action == Action::Retire && event.kind == "Entry").count();
    let made: Vec<&'static str> =
        seen.iter().filter(|e| e.thread == task && is_step(e)).map(access).collect();
    match made[..] {
        [one] if accesses.contains(&one) => {}
        _ => {
            return Err(format!(
                "the code made the accesses {made:?}, where {action} is one of {accesses:?}"
            ));
        }
    }
    let answer = answers[step.process].lock().expect("no task panics").clone();
    let wanted = after.said.as_ref().map(|said| in_words(call, said));
    if answer != wanted {
        return Err(format!("the code answered {answer:?}, the specification {wanted:?}"));
    }
    *run.walked.actions.entry(action).or_default() += 1;
    Ok(())
}

/// The name of an access.
fn access(event: &Event) -> &'static str {
    match (event.site, event.action) {
        (Some(site), _) => site.name,
        (None, Action::Lock) => "mutex.lock",
        _ => "mutex.unlock",
    }
}

/// Compares the map with a state.
struct Look {
    /// How many entries were retired since the start.
    retired: usize,
    /// How many were before, in the specification.
    base: usize,
}

impl Look {
    fn compare(&mut self, map: &Map, wanted: &Shared) -> Result<(), String> {
        let pinned = map.pin();
        let glance = pinned.glance();
        let rows = |rows: &[(&i64, KeyState<'_, i64>)]| -> BTreeMap<i64, i64> {
            rows.iter().map(|(key, state)| (**key + 1, slot(state))).collect()
        };
        let mut there = format!(
            "table {}, amended {}, noted {}, read {:?}",
            glance.table,
            glance.amended,
            glance.deleted,
            rows(&glance.in_read)
        );
        let in_read = |key: usize| wanted.read[key] != 0;
        let entries = |of: &[usize], which: &dyn Fn(usize) -> bool| -> BTreeMap<i64, i64> {
            let keys = (0..of.len()).filter(|key| of[*key] != 0 && which(*key));
            keys.map(|key| (key as i64 + 1, wanted.heap[of[key] - 1])).collect()
        };
        let mut stated = format!(
            "table {}, amended {}, noted {}, read {:?}",
            wanted.table,
            wanted.amended,
            wanted.noted,
            entries(&wanted.read, &|_| true)
        );
        // What the mutex guards can be seen when it is free.
        match &glance.guarded {
            None => there += ", the mutex is held",
            Some(guarded) => {
                there += &format!(
                    ", dirty {:?} of {} and {:?}, misses {}, expunged {}, retired {}",
                    guarded.dirty,
                    guarded.dirty_len,
                    rows(&guarded.dirty_only),
                    guarded.misses,
                    guarded.expunged,
                    self.retired
                );
            }
        }
        stated += &match wanted.holder {
            0 => format!(
                ", dirty {:?} of {} and {:?}, misses {}, expunged {}, retired {}",
                wanted.dirty_present,
                wanted.dirty.iter().filter(|entry| **entry != 0).count(),
                entries(&wanted.dirty, &|key| !in_read(key)),
                wanted.misses,
                wanted.expunged,
                wanted.retired - self.base
            ),
            _ => ", the mutex is held".to_owned(),
        };
        drop(glance);
        drop(pinned);
        take_seen();
        if there == stated {
            Ok(())
        } else {
            Err(format!("the map:           {there}\nthe specification: {stated}"))
        }
    }
}

/// A slot in the numbers of the specification.
fn slot(state: &KeyState<'_, i64>) -> i64 {
    match state {
        KeyState::Live(value) => **value,
        KeyState::Deleted => 0,
        KeyState::Expunged => -1,
    }
}

/// A call of a set-up.
fn set_up(call: &str) -> Result<Call, String> {
    let words: Vec<&str> = call.split(' ').collect();
    let key =
        words.get(1).and_then(|key| key.bytes().next()).map_or(0, |letter| i64::from(letter - b'a') + 1);
    let operation = match words[0] {
        "store" => "swap",
        name @ ("load" | "load_and_delete" | "compare_and_delete" | "clear") => name,
        name => return Err(format!("`{name}` is not an operation of a set-up")),
    };
    Ok(Call { operation: operation.to_owned(), key, value: 1, old: 1 })
}

/// Makes a call. The closures are those that specs/SequentialMap.tla tells.
fn perform(map: &Map, call: &Call) -> Answer {
    let (key, value, old) = (call.key - 1, call.value, call.old);
    let or_absent = |value: Option<i64>| value.map_or(Answer::Absent, Answer::Value);
    match call.operation.as_str() {
        "load" => or_absent(map.load(&key)),
        "swap" => or_absent(map.swap(key, value)),
        "load_or_store" => match map.load_or_store(key, value) {
            LoadOrStore::Loaded { actual, .. } => Answer::Loaded(actual),
            LoadOrStore::Stored(value) => Answer::Stored(value),
        },
        "load_and_delete" => or_absent(map.load_and_delete(&key)),
        "compare_and_swap" => Answer::Bool(map.compare_and_swap(&key, &old, value).is_ok()),
        "compare_and_delete" => Answer::Bool(map.compare_and_delete(&key, &old)),
        "update" => or_absent(map.update(&key, |now| now + value)),
        "delete_if" => or_absent(map.delete_if(&key, |now| *now >= old)),
        "range" => {
            let mut pairs: Vec<(i64, i64)> = Vec::new();
            map.range(|key, value| {
                pairs.push((*key, *value));
                true
            });
            pairs.sort_unstable();
            Answer::Pairs(pairs)
        }
        "retain" => {
            map.retain(|_, now| *now >= old);
            Answer::Unit
        }
        "clear" => {
            map.clear();
            Answer::Unit
        }
        name => Answer::Broken(format!("`{name}` is not an operation of the specification")),
    }
}

/// What the specification answers, as the code says it.
fn in_words(call: &Call, said: &[i64]) -> Answer {
    /// Added by the specification to the value that load_or_store has loaded.
    const LOADED: i64 = 1000;
    match (call.operation.as_str(), said) {
        ("retain" | "clear", _) => Answer::Unit,
        ("range", values) => {
            let pairs = values.iter().enumerate().filter(|(_, value)| **value != 0);
            Answer::Pairs(pairs.map(|(key, value)| (key as i64, *value)).collect())
        }
        ("compare_and_swap" | "compare_and_delete", [done]) => Answer::Bool(*done == 1),
        ("load_or_store", [value]) if *value > LOADED => Answer::Loaded(value - LOADED),
        ("load_or_store", [value]) => Answer::Stored(*value),
        (_, [0]) => Answer::Absent,
        (_, [value]) => Answer::Value(*value),
        (name, other) => Answer::Broken(format!("`{name}` does not answer {other:?}")),
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operation)
    }
}
