//! Follows recorded executions in the specification, step by step.
//!
//! Each access of the code must be a step that SyncMap.tla allows: by the process of that thread, an action of the label on
//! that line, on the entry of that slot, seeing and writing what the specification says. Which entry of the specification a
//! slot is, and which value an object has, is learned when it is first accessed, and must stay so.

use crate::labels::Labels;
use crate::machine::{Held, Machine, Step};
use crate::recorded::{Call, Event, Operation, Program, operations};
use std::collections::{BTreeSet, VecDeque};

/// What an execution may have led to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Guess {
    state: usize,
    /// Slot and entry; object and value.
    entries: Vec<(String, i64)>,
    values: Vec<(String, i64)>,
}

/// After some events of an execution.
#[derive(Clone, Debug)]
struct Point {
    guesses: Vec<Guess>,
    /// For each process, what its call has still to do; the set-up's calls for the last one in the beginning.
    todo: Vec<VecDeque<Operation>>,
    begun: bool,
}

/// Follows the executions of one program.
pub struct Follower<'l> {
    machine: Machine,
    labels: &'l Labels,
    setup: Vec<Operation>,
    threads: Vec<Vec<Vec<Operation>>>,
    /// The last execution, and the point before each of its events: the next one begins alike.
    events: Vec<Event>,
    points: Vec<Point>,
    /// Accesses followed.
    pub steps: u64,
    /// The labels that were taken: file, line, and the action that the access was there.
    pub taken: BTreeSet<(String, usize, String)>,
}

fn all_operations(calls: &[Call]) -> Result<Vec<Vec<Operation>>, String> {
    calls.iter().map(operations).collect()
}

impl<'l> Follower<'l> {
    /// For a program.
    ///
    /// # Errors
    /// Why it cannot be followed.
    pub fn new(program: &Program, labels: &'l Labels) -> Result<Follower<'l>, String> {
        let mut setup = all_operations(&program.setup)?.concat();
        let mut threads = program.threads.iter().map(|t| all_operations(t)).collect::<Result<Vec<_>, _>>()?;
        let all = setup.iter().chain(threads.iter().flatten().flatten()).cloned();
        let keys = crate::machine::keys(all);
        for operation in setup.iter_mut().chain(threads.iter_mut().flatten().flatten()) {
            operation.k = keys.get(&operation.k).copied().unwrap_or(1);
        }
        let machine = Machine::new(threads.len(), keys.len().max(1))?;
        Ok(Follower {
            machine,
            labels,
            setup,
            threads,
            events: Vec::new(),
            points: Vec::new(),
            steps: 0,
            taken: BTreeSet::new(),
        })
    }

    /// States of the specification that were come to.
    pub fn states(&self) -> usize {
        self.machine.states()
    }

    fn start(&self) -> Point {
        let mut todo = vec![VecDeque::new(); self.threads.len()];
        if let Some(last) = todo.last_mut() {
            *last = self.setup.iter().cloned().collect();
        }
        let guess = Guess { state: 0, entries: Vec::new(), values: Vec::new() };
        Point { guesses: vec![guess], todo, begun: false }
    }

    /// Follows an execution to its end.
    ///
    /// # Errors
    /// The first step that the specification does not allow, and what it allows there.
    pub fn follow(&mut self, events: &[Event]) -> Result<(), String> {
        let alike = self.events.iter().zip(events).take_while(|(a, b)| a == b).count();
        self.points.truncate(alike + 1);
        self.events = events.to_vec();
        if self.points.is_empty() {
            self.points.push(self.start());
        }
        let begin = self.points.len() - 1;
        for (number, event) in events.iter().enumerate().skip(begin) {
            let point = self.points.last().expect("the start at least").clone();
            let next = self
                .after(point, event)
                .map_err(|message| format!("step {} of {}: {message}", number + 1, events.len()))?;
            self.points.push(next);
        }
        Ok(())
    }

    fn after(&mut self, mut point: Point, event: &Event) -> Result<Point, String> {
        let process = event.thread.min(self.threads.len() - 1);
        match event.action.as_str() {
            "Call" => {
                if !point.begun {
                    self.must_be_idle(&point, self.threads.len() - 1, "the set-up")?;
                    point.begun = true;
                }
                let number: usize = event.object.rsplit('#').next().and_then(|n| n.parse().ok()).unwrap_or(0);
                let call =
                    self.threads[process].get(number).ok_or("a call that the program does not have")?;
                point.todo[process] = call.iter().cloned().collect();
                Ok(point)
            }
            "Return" => {
                self.must_be_idle(&point, process, "the call has returned")?;
                Ok(point)
            }
            _ => self.access(point, process, event),
        }
    }

    fn must_be_idle(&self, point: &Point, process: usize, what: &str) -> Result<(), String> {
        let idle = |guess: &Guess| self.machine.place(guess.state, process) == "idle";
        if point.guesses.iter().any(idle) {
            return Ok(());
        }
        let places: Vec<String> =
            point.guesses.iter().map(|guess| self.machine.place(guess.state, process)).collect();
        Err(format!("{what}: in the specification thread {process} is at {}", places.join(" or ")))
    }

    fn access(&mut self, mut point: Point, process: usize, event: &Event) -> Result<Point, String> {
        let names = self.actions(event)?;
        self.steps += 1;
        let call = if names.iter().any(|name| name == "Rd1") {
            let call = point.todo[process].pop_front();
            Some(call.ok_or_else(|| format!("{}: the call has no more operations", describe(event)))?)
        } else {
            None
        };
        let mut guesses: Vec<Guess> = Vec::new();
        let mut allowed: Vec<String> = Vec::new();
        let mut taken: Vec<String> = Vec::new();
        for guess in &point.guesses {
            let steps = self.machine.steps(guess.state, call.as_ref())?;
            for step in steps.iter().filter(|step| step.process == process) {
                allowed.push(describe_step(step));
                let fits = names.iter().any(|name| *name == *step.action);
                if let Some(next) = fits.then(|| fit(guess, step, event)).flatten()
                    && !guesses.contains(&next)
                {
                    guesses.push(next);
                    taken.push(step.action.to_string());
                }
            }
        }
        if guesses.is_empty() {
            allowed.sort();
            allowed.dedup();
            let allowed = if allowed.is_empty() { "nothing".into() } else { allowed.join(", or ") };
            return Err(format!("{} is not allowed; the specification allows {allowed}", describe(event)));
        }
        point.guesses = guesses;
        if let Some((file, line)) = place(event) {
            self.taken.extend(taken.into_iter().map(|action| (file.clone(), line, action)));
        }
        Ok(point)
    }

    /// The actions that the label on the line of an access names.
    fn actions(&self, event: &Event) -> Result<Vec<String>, String> {
        if event.action == "Unlock" {
            return Ok(vec!["Unlock".into()]);
        }
        let names = place(event)
            .and_then(|place| self.labels.get(&place))
            .ok_or_else(|| format!("{}: there is no `// TLA:` on that line of src/", describe(event)))?;
        Ok(names.iter().cloned().collect())
    }
}

/// File and line of an access.
fn place(event: &Event) -> Option<(String, usize)> {
    let (file, line) = event.line.rsplit_once(':')?;
    Some((file.to_owned(), line.parse().ok()?))
}

/// `thread 1: Load of slot #7 at map/entry.rs:119, sees null`
fn describe(event: &Event) -> String {
    let seen = event.seen.as_ref().map_or_else(String::new, |seen| format!(", sees {seen}"));
    let written = event.written.as_ref().map_or_else(String::new, |written| format!(", writes {written}"));
    format!("thread {}: {} of {} at {}{seen}{written}", event.thread, event.action, event.object, event.line)
}

fn describe_step(step: &Step) -> String {
    let held = |held: Option<Held>| match held {
        None => "-".to_owned(),
        Some(Held::Slot(0)) => "deleted".to_owned(),
        Some(Held::Slot(-1)) => "expunged".to_owned(),
        Some(Held::Slot(value)) => format!("value {value}"),
        Some(Held::Table(table, amended)) => {
            format!("{} table{}", if table { "a" } else { "no" }, if amended { ", amended" } else { "" })
        }
        Some(Held::Note(note)) => format!("note {note}"),
    };
    let entry = step.access.entry.map_or_else(String::new, |entry| format!(" of entry {entry}"));
    format!("{}{entry} (sees {}, writes {})", step.action, held(step.access.seen), held(step.access.written))
}

/// The guess after the step, if the event is that step.
fn fit(guess: &Guess, step: &Step, event: &Event) -> Option<Guess> {
    let mut next = Guess { state: step.to, ..guess.clone() };
    let access = &step.access;
    if let Some(entry) = access.entry
        && !learn(&mut next.entries, &event.object, entry, true)
    {
        return None;
    }
    let fits = agrees(access.seen, event.seen.as_deref(), &mut next)
        && agrees(access.written, event.written.as_deref(), &mut next);
    fits.then_some(next)
}

/// Whether what was recorded is what the specification says.
fn agrees(held: Option<Held>, recorded: Option<&str>, guess: &mut Guess) -> bool {
    let (held, recorded) = match (held, recorded) {
        (None, None) => return true,
        (Some(held), Some(recorded)) => (held, recorded),
        _ => return false,
    };
    let (object, tag) = recorded.split_once(", tag ").unwrap_or((recorded, "0"));
    match held {
        Held::Slot(0) => (object, tag) == ("null", "0"),
        Held::Slot(-1) => (object, tag) == ("null", "1"),
        Held::Slot(value) => object != "null" && tag == "0" && learn(&mut guess.values, object, value, false),
        Held::Table(table, amended) => table == (object != "null") && amended == (tag == "1"),
        Held::Note(note) => recorded == if note { "1" } else { "0" },
    }
}

/// Whether the name means this number, as far as is known; it does from now on.
fn learn(known: &mut Vec<(String, i64)>, name: &str, number: i64, one_to_one: bool) -> bool {
    if let Some((_, other)) = known.iter().find(|(other, _)| other == name) {
        return *other == number;
    }
    if one_to_one && known.iter().any(|(_, other)| *other == number) {
        return false;
    }
    known.push((name.to_owned(), number));
    true
}
