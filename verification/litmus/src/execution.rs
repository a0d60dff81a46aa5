//! An execution as a graph: events, from which write each read reads, and the modification order of each location.

use crate::program::{Order, Outcome, Program};
use crate::relation::Relation;

/// The thread of the events that make each location 0. They come before all others.
pub const BEGINNING: usize = usize::MAX;

/// What an event does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Does {
    /// Reads a location: from which event, which is a write to it.
    Read(usize, usize),
    /// Writes a value to a location.
    Write(usize, u32),
    /// Reads a location from an event, and writes a value to it, in one step.
    Modify(usize, usize, u32),
    /// A fence.
    Fence,
}

/// An access that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// The thread, or [`BEGINNING`].
    pub thread: usize,
    /// Which step of the thread it is.
    pub step: usize,
    /// What it does.
    pub does: Does,
    /// Its ordering: of a compare-exchange that fails, that of the failure.
    pub order: Order,
}

impl Event {
    /// The location that it accesses.
    pub fn location(&self) -> Option<usize> {
        match self.does {
            Does::Read(location, _) | Does::Write(location, _) | Does::Modify(location, ..) => Some(location),
            Does::Fence => None,
        }
    }

    /// Whether it writes.
    pub fn writes(&self) -> bool {
        matches!(self.does, Does::Write(..) | Does::Modify(..))
    }

    /// The event that it reads from.
    pub fn reads_from(&self) -> Option<usize> {
        match self.does {
            Does::Read(_, from) | Does::Modify(_, from, _) => Some(from),
            Does::Write(..) | Does::Fence => None,
        }
    }

    /// What it writes.
    pub fn written(&self) -> Option<u32> {
        match self.does {
            Does::Write(_, value) | Does::Modify(_, _, value) => Some(value),
            Does::Read(..) | Does::Fence => None,
        }
    }
}

/// A graph, which may be that of a program that has not ended.
#[derive(Clone, Debug)]
pub struct Execution {
    /// In the order in which they were added: each comes after those of its thread before it, and after the one that it reads from.
    pub events: Vec<Event>,
    /// The writes to each location in modification order.
    pub modifications: Vec<Vec<usize>>,
}

impl Execution {
    /// Each location is 0, and nothing has been done.
    pub fn begin(program: &Program) -> Execution {
        let write = |location| Event {
            thread: BEGINNING,
            step: location,
            does: Does::Write(location, 0),
            order: Order::NotAtomic,
        };
        let locations = program.locations.len();
        Execution {
            events: (0..locations).map(write).collect(),
            modifications: (0..locations).map(|location| vec![location]).collect(),
        }
    }

    /// The value that an event of this number has written.
    pub fn value(&self, event: usize) -> u32 {
        self.events[event].written().unwrap_or(0)
    }

    fn relation(&self, test: impl Fn(&Event, &Event) -> bool) -> Relation {
        Relation::of(self.events.len(), |a, b| test(&self.events[a], &self.events[b]))
    }

    /// Each event that the test accepts, related to itself.
    pub fn those(&self, test: impl Fn(&Event) -> bool) -> Relation {
        Relation::each(self.events.len(), |event| test(&self.events[event]))
    }

    /// `sb`, sequenced before: the order of each thread, after the beginning.
    pub fn sequenced_before(&self) -> Relation {
        self.relation(|a, b| match (a.thread, b.thread) {
            (BEGINNING, BEGINNING) => false,
            (BEGINNING, _) => true,
            (one, other) => one == other && a.step < b.step,
        })
    }

    /// `rf`, reads from: a write, and who reads it.
    pub fn reads_from(&self) -> Relation {
        let mut relation = Relation::empty(self.events.len());
        for (number, event) in self.events.iter().enumerate() {
            if let Some(from) = event.reads_from() {
                relation.add(from, number);
            }
        }
        relation
    }

    /// `mo`, modification order: the writes to one location, a total order.
    pub fn modification_order(&self) -> Relation {
        let mut relation = Relation::empty(self.events.len());
        for order in &self.modifications {
            for (at, earlier) in order.iter().enumerate() {
                order[at + 1..].iter().for_each(|later| relation.add(*earlier, *later));
            }
        }
        relation
    }

    /// Pairs of accesses of the same location.
    pub fn same_location(&self) -> Relation {
        self.relation(|a, b| a.location().is_some() && a.location() == b.location())
    }

    /// What tells this graph from others, in whatever order its events were added.
    pub fn key(&self) -> Key {
        let name = |event: &Event| (event.thread, event.step);
        let of = |number: usize| name(&self.events[number]);
        let mut reads: Vec<_> =
            self.events.iter().map(|event| (name(event), event.reads_from().map(of))).collect();
        reads.sort_unstable();
        let orders = self.modifications.iter();
        Key {
            reads,
            modifications: orders.map(|order| order.iter().map(|event| of(*event)).collect()).collect(),
        }
    }

    /// How the execution of a program may end: registers as given, and one of these writes the last to each location.
    pub fn outcomes(&self, registers: &[Option<u32>], last: &[Vec<usize>]) -> Vec<Outcome> {
        let mut ends = vec![Vec::new()];
        for writes in last {
            ends = ends
                .iter()
                .flat_map(|end| writes.iter().map(|write| [end.as_slice(), &[self.value(*write)]].concat()))
                .collect();
        }
        ends.into_iter().map(|locations| Outcome { registers: registers.to_vec(), locations }).collect()
    }
}

type Name = (usize, usize);

/// See [`Execution::key`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    reads: Vec<(Name, Option<Name>)>,
    modifications: Vec<Vec<Name>>,
}
