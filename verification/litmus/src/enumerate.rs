//! All executions of a program that a model allows, by brute force.
//!
//! No read of an allowed execution reads from what comes later by way of other reads (`sb ∪ rf` has no cycle). So each is made by adding
//! one access after another: any thread's next one, a read from any write that is there, a write at any place of the modification
//! order. What the model does not allow is given up, and what was made before in another order is not made again.

use crate::execution::{Does, Event, Execution, Key};
use crate::program::{Access, Change, Order, Outcome, Program, Step, Value};
use crate::rc11::{Model, has_a_race, last};
use std::collections::{BTreeSet, HashSet};

/// What a model allows of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// How many executions: graphs that differ in what a read reads from, or in the order of the writes to a location.
    pub executions: u64,
    /// How they end.
    pub outcomes: BTreeSet<Outcome>,
    /// In one of them, accesses of plain memory race: the program may do anything, and its outcomes mean nothing.
    pub has_a_race: bool,
}

/// More graphs than this, whole or begun, are given up.
pub const MOST_GRAPHS: usize = 2_000_000;

/// All executions of a program that a model allows.
///
/// # Errors
/// When they are more than [`MOST_GRAPHS`]: nothing is said then.
pub fn allowed(program: &Program, model: &Model) -> Result<Allowed, String> {
    let mut found = Allowed { executions: 0, outcomes: BTreeSet::new(), has_a_race: false };
    each_allowed(program, model, |execution, outcomes| {
        found.executions += 1;
        found.has_a_race |= has_a_race(execution);
        found.outcomes.extend(outcomes);
    })?;
    Ok(found)
}

/// Calls a function with each execution of a program that a model allows, and with the ways in which it may end.
///
/// # Errors
/// When they are more than [`MOST_GRAPHS`].
pub fn each_allowed(
    program: &Program,
    model: &Model,
    mut tell: impl FnMut(&Execution, Vec<Outcome>),
) -> Result<(), String> {
    let mut search = Search { program, model, seen: HashSet::new(), tell: &mut tell };
    let threads = program.threads.len();
    let registers = vec![None; program.registers.len()];
    search.go_on(State { execution: Execution::begin(program), at: vec![0; threads], registers })
}

/// How far the threads are.
#[derive(Clone)]
struct State {
    execution: Execution,
    /// The next step of each thread.
    at: Vec<usize>,
    registers: Vec<Option<u32>>,
}

struct Search<'a> {
    program: &'a Program,
    model: &'a Model,
    seen: HashSet<(Vec<usize>, Key)>,
    tell: &'a mut dyn FnMut(&Execution, Vec<Outcome>),
}

impl Search<'_> {
    fn go_on(&mut self, mut state: State) -> Result<(), String> {
        self.skip(&mut state);
        if !self.model.allows(&state.execution) {
            return Ok(());
        }
        if !self.seen.insert((state.at.clone(), state.execution.key())) {
            return Ok(());
        }
        if self.seen.len() > MOST_GRAPHS {
            return Err(format!(
                "more than {MOST_GRAPHS} graphs, whole or begun: `{}` is too large to enumerate",
                self.program
            ));
        }
        let mut has_ended = true;
        for thread in 0..self.program.threads.len() {
            if let Some(step) = self.program.threads[thread].get(state.at[thread]) {
                has_ended = false;
                self.take(&state, thread, *step)?;
            }
        }
        if has_ended {
            let last = last(&state.execution, self.model);
            (self.tell)(&state.execution, state.execution.outcomes(&state.registers, &last));
        }
        Ok(())
    }

    /// Steps whose condition does not hold are not taken.
    fn skip(&self, state: &mut State) {
        for (thread, steps) in self.program.threads.iter().enumerate() {
            while let Some(Step { when: Some((register, value)), .. }) = steps.get(state.at[thread]) {
                if state.registers[*register] == Some(*value) {
                    break;
                }
                state.at[thread] += 1;
            }
        }
    }

    /// Each way of taking a thread's next step.
    fn take(&mut self, state: &State, thread: usize, step: Step) -> Result<(), String> {
        let value = |value: Value| match value {
            Value::Number(number) => number,
            Value::Register(register) => state.registers[register].unwrap_or(0),
        };
        match step.access {
            Access::Fence(order) => self.add(state, thread, Does::Fence, order, None),
            Access::Store(location, new, order) => {
                let end = state.execution.modifications[location].len();
                // Where the order is partial, it is not that of the list.
                let places = if self.model.partial_order { end..=end } else { 1..=end };
                places.into_iter().try_for_each(|place| {
                    self.add(state, thread, Does::Write(location, value(new)), order, Some((None, place)))
                })
            }
            Access::Load(register, location, order) => {
                let writes = state.execution.modifications[location].clone();
                writes.into_iter().try_for_each(|from| {
                    let read = Some((Some((register, state.execution.value(from))), 0));
                    self.add(state, thread, Does::Read(location, from), order, read)
                })
            }
            Access::Modify(register, location, change, order) => {
                let writes = state.execution.modifications[location].clone();
                writes.into_iter().enumerate().try_for_each(|(place, from)| {
                    let old = state.execution.value(from);
                    let (does, order) = match change {
                        Change::Swap(new) => (Does::Modify(location, from, value(new)), order),
                        Change::Add(by) => (Does::Modify(location, from, old.wrapping_add(value(by))), order),
                        Change::CompareExchange(expected, new, _) if old == value(expected) => {
                            (Does::Modify(location, from, value(new)), order)
                        }
                        Change::CompareExchange(_, _, failed) if self.model.exchanges_in_turn => {
                            (Does::Modify(location, from, old), failed)
                        }
                        Change::CompareExchange(_, _, failed) => (Does::Read(location, from), failed),
                    };
                    self.add(state, thread, does, order, Some((Some((register, old)), place + 1)))
                })
            }
        }
    }

    /// Adds an event: what its register gets, and its place in the modification order, if it writes.
    fn add(
        &mut self,
        state: &State,
        thread: usize,
        does: Does,
        order: Order,
        effect: Option<(Option<(usize, u32)>, usize)>,
    ) -> Result<(), String> {
        let mut after = state.clone();
        let event = Event { thread, step: state.at[thread], does, order };
        let number = after.execution.events.len();
        after.execution.events.push(event);
        if let (Some((_, place)), true, Some(location)) = (effect, event.writes(), event.location()) {
            after.execution.modifications[location].insert(place, number);
        }
        if let Some((Some((register, value)), _)) = effect {
            after.registers[register] = Some(value);
        }
        after.at[thread] += 1;
        self.go_on(after)
    }
}
