//! A litmus test: two to four threads of a few accesses each, as data and as a line of text.
//!
//! ```text
//! x := 1 rlx; y := 1 rel || r = y acq; s = x rlx
//! ```
//!
//! | text | is |
//! |---|---|
//! | `x := 1 rel` | a store; the value may be a register |
//! | `r = x acq` | a load into a register |
//! | `r = swap x 1 acqrel`, `r = add x 1 rlx` | read-modify-writes; the register gets the value before |
//! | `r = cas x 0 1 acqrel acq` | a compare-exchange of 0 for 1, with its ordering when it fails (`rlx` if left out) |
//! | `fence sc` | a fence |
//! | `if r == 1: s = d na` | an access that is made if the register has that value |
//!
//! Orderings are `na` (not atomic), `rlx`, `acq`, `rel`, `acqrel` and `sc`. Every location is 0 at first.

use std::fmt;

/// How strongly an access is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// Plain memory: two such accesses that race are undefined behaviour.
    NotAtomic,
    /// `Relaxed`
    Relaxed,
    /// `Acquire`
    Acquire,
    /// `Release`
    Release,
    /// `AcqRel`
    AcqRel,
    /// `SeqCst`
    SeqCst,
}

impl Order {
    /// All, with the word for each.
    pub const WORDS: [(&'static str, Order); 6] = [
        ("na", Order::NotAtomic),
        ("rlx", Order::Relaxed),
        ("acq", Order::Acquire),
        ("rel", Order::Release),
        ("acqrel", Order::AcqRel),
        ("sc", Order::SeqCst),
    ];

    /// Acquire, or stronger.
    pub fn acquires(self) -> bool {
        matches!(self, Order::Acquire | Order::AcqRel | Order::SeqCst)
    }

    /// Release, or stronger.
    pub fn releases(self) -> bool {
        matches!(self, Order::Release | Order::AcqRel | Order::SeqCst)
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Order::WORDS.iter().find(|(_, order)| order == self).map_or("", |(word, _)| word);
        f.write_str(word)
    }
}

/// What is written: a number, or what a register of the same thread holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// This number.
    Number(u32),
    /// The register of this number in [`Program::registers`].
    Register(usize),
}

/// How a read-modify-write changes its location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// To this value.
    Swap(Value),
    /// By this much.
    Add(Value),
    /// From the first value to the second; a load of the given ordering, if it has another.
    CompareExchange(Value, Value, Order),
}

/// One access of a thread. Locations and registers are numbers in the lists of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Into a register, from a location.
    Load(usize, usize, Order),
    /// To a location.
    Store(usize, Value, Order),
    /// Into a register, of a location.
    Modify(usize, usize, Change, Order),
    /// Orders the accesses around it.
    Fence(Order),
}

/// An access, and the condition on which it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// A register, and the value that it must have.
    pub when: Option<(usize, u32)>,
    /// What is done.
    pub access: Access,
}

/// A litmus test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Their names.
    pub locations: Vec<String>,
    /// Their names: each is set in one place.
    pub registers: Vec<String>,
    /// What each thread does.
    pub threads: Vec<Vec<Step>>,
}

impl Program {
    fn show_value(&self, value: Value) -> String {
        match value {
            Value::Number(number) => number.to_string(),
            Value::Register(register) => self.registers[register].clone(),
        }
    }

    /// The text of one step.
    pub fn show_step(&self, step: &Step) -> String {
        let when = step.when.map(|(register, value)| format!("if {} == {value}: ", self.registers[register]));
        let access = match step.access {
            Access::Load(register, location, order) => {
                format!("{} = {} {order}", self.registers[register], self.locations[location])
            }
            Access::Store(location, value, order) => {
                format!("{} := {} {order}", self.locations[location], self.show_value(value))
            }
            Access::Modify(register, location, change, order) => {
                let (register, location) = (&self.registers[register], &self.locations[location]);
                match change {
                    Change::Swap(value) => {
                        format!("{register} = swap {location} {} {order}", self.show_value(value))
                    }
                    Change::Add(value) => {
                        format!("{register} = add {location} {} {order}", self.show_value(value))
                    }
                    Change::CompareExchange(old, new, failed) => {
                        let (old, new) = (self.show_value(old), self.show_value(new));
                        format!("{register} = cas {location} {old} {new} {order} {failed}")
                    }
                }
            }
            Access::Fence(order) => format!("fence {order}"),
        };
        when.unwrap_or_default() + &access
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thread =
            |steps: &Vec<Step>| steps.iter().map(|step| self.show_step(step)).collect::<Vec<_>>().join("; ");
        f.write_str(&self.threads.iter().map(thread).collect::<Vec<_>>().join(" || "))
    }
}

/// How one execution ends: what each register holds (none, if its access was not made), and what each location holds at last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Outcome {
    /// As [`Program::registers`].
    pub registers: Vec<Option<u32>>,
    /// As [`Program::locations`].
    pub locations: Vec<u32>,
}

impl Outcome {
    /// With the names of the program: `r=1 s=0; x=1 y=1`.
    pub fn show(&self, program: &Program) -> String {
        let register = |(name, value): (&String, &Option<u32>)| {
            format!("{name}={}", value.map_or_else(|| "-".to_owned(), |value| value.to_string()))
        };
        let registers: Vec<_> = program.registers.iter().zip(&self.registers).map(register).collect();
        let location = |(name, value): (&String, &u32)| format!("{name}={value}");
        let locations: Vec<_> = program.locations.iter().zip(&self.locations).map(location).collect();
        let parts = [registers.join(" "), locations.join(" ")];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    }
}
