//! Follows recorded executions in the specification, step by step.
//!
//! Each access of the code must be a step that the module allows: by the process of that thread, an action of the label on
//! that line, on the entry of that slot, seeing and writing what the specification says. Which entry of the specification a
//! slot is (which stripe, which cell), and which value an object has, is learned when it is first accessed, and must stay so.
//!
//! Some actions are no access: they may be taken at any moment of a call. A call inside another (a range in a range) is
//! followed as the call of one more process.

use crate::access::Held;
use crate::followed::Followed;
use crate::labels::Labels;
use crate::machine::{Machine, Step};
use crate::recorded::{Call, Event, Program, Todo, choices, operations};
use std::collections::BTreeSet;

/// What an execution may have led to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Guess {
    state: usize,
    /// Slot and entry; object and value.
    entries: Vec<(String, i64)>,
    values: Vec<(String, i64)>,
    /// For each process, what its call has still to do; the set-up's calls for the last thread's in the beginning.
    todo: Vec<Vec<Todo>>,
}

/// After some events of an execution.
#[derive(Clone, Debug)]
struct Point {
    guesses: Vec<Guess>,
    begun: bool,
}

/// Follows the executions of one program.
pub struct Follower<'l> {
    machine: Machine,
    labels: &'l Labels,
    setup: Vec<Todo>,
    threads: Vec<Vec<Vec<Todo>>>,
    /// The last execution, and the point before each of its events: the next one begins alike.
    events: Vec<Event>,
    points: Vec<Point>,
    /// Accesses followed.
    pub steps: u64,
    /// The labels that were taken: file, line, and the action that the access was there.
    pub taken: BTreeSet<(String, usize, String)>,
}

impl<'l> Follower<'l> {
    /// For a program.
    ///
    /// # Errors
    /// Why it cannot be followed.
    pub fn new(program: &Program, labels: &'l Labels) -> Result<Follower<'l>, String> {
        let subject = program.subject.as_str();
        let followed = Followed::of(subject).ok_or_else(|| format!("no specification is of a {subject}"))?;
        let calls = || program.setup.iter().chain(program.threads.iter().flatten());
        let with_key =
            |call: &&Call| subject != "counter" && call.args.len() > usize::from(call.name == "retain");
        let keys: BTreeSet<i64> = calls().filter(with_key).map(|call| call.args[0]).collect();
        let all = |calls: &[Call]| -> Result<Vec<Vec<Todo>>, String> {
            let mut all =
                calls.iter().map(|call| operations(subject, call, &keys)).collect::<Result<Vec<_>, _>>()?;
            // Keys are numbered from 1 without gaps.
            for todo in all.iter_mut().flatten() {
                let place = keys.iter().position(|key| key + 1 == todo.operation.k);
                todo.operation.k = place.and_then(|place| i64::try_from(place + 1).ok()).unwrap_or(1);
            }
            Ok(all)
        };
        let setup = all(&program.setup)?.concat();
        let threads = program.threads.iter().map(|thread| all(thread)).collect::<Result<Vec<_>, _>>()?;
        let nested = threads.iter().flatten().flatten().any(|todo| todo.inside);
        let processes = if nested { 2 * threads.len() } else { threads.len() };
        let machine = Machine::new(followed, processes, keys.len().max(1))?;
        let (events, points) = (Vec::new(), Vec::new());
        Ok(Follower { machine, labels, setup, threads, events, points, steps: 0, taken: BTreeSet::new() })
    }

    /// States of the specification that were come to.
    pub fn states(&self) -> usize {
        self.machine.states()
    }

    fn processes(&self) -> usize {
        let nested = self.threads.iter().flatten().flatten().any(|todo| todo.inside);
        if nested { 2 * self.threads.len() } else { self.threads.len() }
    }

    /// The processes that a thread is: its own, and the one for calls inside a call.
    fn processes_of(&self, thread: usize) -> Vec<usize> {
        let own = self.machine.followed.process(thread, self.threads.len());
        let inner = own + self.threads.len();
        if inner < self.processes() { vec![own, inner] } else { vec![own] }
    }

    fn start(&self) -> Point {
        let mut todo = vec![Vec::new(); self.processes()];
        todo[self.processes_of(self.threads.len() - 1)[0]] = self.setup.clone();
        let guess = Guess { state: 0, entries: Vec::new(), values: Vec::new(), todo };
        Point { guesses: vec![guess], begun: false }
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
        let thread = event.thread.min(self.threads.len() - 1);
        let processes = self.processes_of(thread);
        match event.action.as_str() {
            "Call" => {
                if !point.begun {
                    let last = self.processes_of(self.threads.len() - 1);
                    self.must_be_idle(&mut point, &last, "the set-up")?;
                    point.begun = true;
                }
                let number: usize = event.object.rsplit('#').next().and_then(|n| n.parse().ok()).unwrap_or(0);
                let call = self.threads[thread].get(number).ok_or("a call that the program does not have")?;
                for guess in &mut point.guesses {
                    for (process, inside) in processes.iter().zip([false, true]) {
                        guess.todo[*process] =
                            call.iter().filter(|todo| todo.inside == inside).cloned().collect();
                    }
                }
                Ok(point)
            }
            "Return" => {
                self.must_be_idle(&mut point, &processes, "the call has returned")?;
                Ok(point)
            }
            _ => self.access(point, &processes, event),
        }
    }

    /// Keeps the guesses in which these processes have nothing left to do.
    fn must_be_idle(&mut self, point: &mut Point, processes: &[usize], what: &str) -> Result<(), String> {
        self.take_silent_steps(point)?;
        let places = |guess: &Guess| {
            let left = |process: usize| guess.todo[process].iter().any(|todo| !todo.optional);
            let place = |process: usize| {
                let place = self.machine.place(guess.state, process);
                if place == "idle" && left(process) { "before an operation".to_owned() } else { place }
            };
            processes.iter().map(|process| place(*process)).collect::<Vec<_>>()
        };
        let is_idle = |guess: &Guess| places(guess).iter().all(|place| place == "idle");
        if !point.guesses.iter().any(is_idle) {
            let places: BTreeSet<String> =
                point.guesses.iter().map(|guess| places(guess).join(", ")).collect();
            let places: Vec<String> = places.into_iter().collect();
            return Err(format!("{what}: in the specification the thread is at {}", places.join(" or ")));
        }
        point.guesses.retain(is_idle);
        for guess in &mut point.guesses {
            processes.iter().for_each(|process| guess.todo[*process].clear());
        }
        point.guesses.dedup();
        Ok(())
    }

    /// The steps of a guess by these processes, and the guess after each but for what the event says.
    fn steps(&mut self, guess: &Guess, processes: &[usize]) -> Result<Vec<(Step, Guess)>, String> {
        let mut steps = Vec::new();
        let going_on = self.machine.steps(guess.state, None)?;
        for step in going_on.iter().filter(|step| processes.contains(&step.process)) {
            steps.push((step.clone(), Guess { state: step.to, ..guess.clone() }));
        }
        for (place, process) in processes.iter().enumerate() {
            // What is made inside a call waits for the call.
            if place > 0
                && guess.todo[*process]
                    .first()
                    .is_some_and(|todo| todo.inside && !guess.todo[processes[0]].is_empty())
            {
                continue;
            }
            for (operation, rest) in choices(&guess.todo[*process]) {
                let first = self.machine.steps(guess.state, Some(&operation))?;
                for step in first.iter().filter(|step| step.process == *process) {
                    let mut next = Guess { state: step.to, ..guess.clone() };
                    next.todo[*process].clone_from(&rest);
                    steps.push((step.clone(), next));
                }
            }
        }
        Ok(steps)
    }

    /// Adds what the guesses may become by steps that are no access.
    fn take_silent_steps(&mut self, point: &mut Point) -> Result<(), String> {
        if self.machine.followed == Followed::SyncMap {
            return Ok(());
        }
        let all: Vec<usize> = (0..self.processes()).collect();
        let mut at = 0;
        while at < point.guesses.len() {
            let guess = point.guesses[at].clone();
            for (step, next) in self.steps(&guess, &all)? {
                if self.machine.followed.is_silent(&step.action) && !point.guesses.contains(&next) {
                    point.guesses.push(next);
                }
            }
            at += 1;
        }
        Ok(())
    }

    fn access(&mut self, mut point: Point, processes: &[usize], event: &Event) -> Result<Point, String> {
        let names = self.actions(event)?;
        self.steps += 1;
        self.take_silent_steps(&mut point)?;
        if !self.machine.followed.has_steps_of(event.line.split(':').next().unwrap_or_default()) {
            return Ok(point);
        }
        let mut guesses: Vec<Guess> = Vec::new();
        let mut allowed: BTreeSet<String> = BTreeSet::new();
        let mut taken: Vec<String> = Vec::new();
        for guess in &point.guesses {
            for (step, next) in self.steps(guess, processes)? {
                if self.machine.followed.is_silent(&step.action) {
                    continue;
                }
                allowed.insert(describe_step(&step));
                let fits = names.iter().any(|name| *name == *step.action);
                if let Some(next) = fits.then(|| fit(next, &step, event)).flatten()
                    && !guesses.contains(&next)
                {
                    guesses.push(next);
                    taken.push(step.action.to_string());
                }
            }
        }
        if guesses.is_empty() {
            let allowed: Vec<String> = allowed.into_iter().collect();
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
        Some(Held::Number(number)) => number.to_string(),
        Some(Held::Cell(number, mark)) => format!("{number}{}", if mark { ", retired" } else { "" }),
    };
    let entry = step.access.entry.map_or_else(String::new, |entry| format!(" of entry {entry}"));
    format!("{}{entry} (sees {}, writes {})", step.action, held(step.access.seen), held(step.access.written))
}

/// The guess after the step, with what is learned from the event; nothing if the event is not that step.
fn fit(mut next: Guess, step: &Step, event: &Event) -> Option<Guess> {
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
        Held::Number(number) => recorded == number.to_string(),
        // Bit 0 is the mark.
        Held::Cell(number, mark) => recorded == (2 * number + i64::from(mark)).to_string(),
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
