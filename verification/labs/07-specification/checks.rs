//! Registers and stacks, right and broken, judged by the student's specification, and by ours where it has to be shown what is wrong.

use crate::answer;
use crate::{Outcome, is_caught, passes};
use checker::sync::Mutex;
use checker::{family, subject};

const RIGHT: usize = 0;

/// Broken: a swap of two steps; a write that is lost if there is something already; a swap that returns what is there afterwards.
fn swap<const HOW: usize>(value: &Mutex<usize>, new: usize) -> usize {
    match HOW {
        1 => {
            let seen = *value.lock().unwrap();
            *value.lock().unwrap() = new;
            seen
        }
        3 => {
            *value.lock().unwrap() = new;
            new
        }
        _ => std::mem::replace(&mut value.lock().unwrap(), new),
    }
}

fn write<const HOW: usize>(value: &Mutex<usize>, new: usize) {
    let mut value = value.lock().unwrap();
    if HOW != 2 || *value == 0 {
        *value = new;
    }
}

macro_rules! registers {
    ($name:ident, $spec_of:ident, $spec:ty) => {
        struct $name<const HOW: usize> {
            value: Mutex<usize>,
        }

        #[subject(spec = $spec)]
        impl<const HOW: usize> $name<HOW> {
            #[init]
            fn new() -> Self {
                $name { value: Mutex::new(0) }
            }
            #[op]
            fn read(&self) -> usize {
                *self.value.lock().unwrap()
            }
            #[op]
            fn write(&self, value: usize) {
                write::<HOW>(&self.value, value);
            }
            #[op]
            fn swap(&self, value: usize) -> usize {
                swap::<HOW>(&self.value, value)
            }
        }

        impl $spec_of for $spec {
            fn read(&mut self) -> usize {
                <$spec>::read(self)
            }
            fn write(&mut self, value: usize) {
                <$spec>::write(self, value);
            }
            fn swap(&mut self, value: usize) -> usize {
                <$spec>::swap(self, value)
            }
        }
    };
}

/// Broken: it forgets what comes third; the oldest is popped; a pop of two steps.
fn push<const HOW: usize>(values: &Mutex<Vec<usize>>, value: usize) {
    let mut values = values.lock().unwrap();
    if HOW != 1 || values.len() < 2 {
        values.push(value);
    }
}

fn pop<const HOW: usize>(values: &Mutex<Vec<usize>>) -> Option<usize> {
    match HOW {
        2 => {
            let mut values = values.lock().unwrap();
            if values.is_empty() { None } else { Some(values.remove(0)) }
        }
        3 => {
            let top = values.lock().unwrap().last().copied();
            values.lock().unwrap().pop();
            top
        }
        _ => values.lock().unwrap().pop(),
    }
}

macro_rules! stacks {
    ($name:ident, $spec_of:ident, $spec:ty) => {
        struct $name<const HOW: usize> {
            values: Mutex<Vec<usize>>,
        }

        #[subject(spec = $spec)]
        impl<const HOW: usize> $name<HOW> {
            #[init]
            fn new() -> Self {
                $name { values: Mutex::new(Vec::new()) }
            }
            #[op]
            fn push(&self, value: usize) {
                push::<HOW>(&self.values, value);
            }
            #[op]
            fn pop(&self) -> Option<usize> {
                pop::<HOW>(&self.values)
            }
            #[quiet]
            fn left(&mut self) -> Vec<usize> {
                self.values.lock().unwrap().clone()
            }
        }

        impl $spec_of for $spec {
            fn push(&mut self, value: usize) {
                <$spec>::push(self, value);
            }
            fn pop(&mut self) -> Option<usize> {
                <$spec>::pop(self)
            }
            fn left(&mut self) -> Vec<usize> {
                <$spec>::left(self)
            }
        }
    };
}

/// Ours.
mod right {
    #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
    pub(super) struct Register(usize);

    impl Register {
        pub(super) fn read(&mut self) -> usize {
            self.0
        }
        pub(super) fn write(&mut self, value: usize) {
            self.0 = value;
        }
        pub(super) fn swap(&mut self, value: usize) -> usize {
            std::mem::replace(&mut self.0, value)
        }
    }

    #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
    pub(super) struct Stack(Vec<usize>);

    impl Stack {
        pub(super) fn push(&mut self, value: usize) {
            self.0.push(value);
        }
        pub(super) fn pop(&mut self) -> Option<usize> {
            self.0.pop()
        }
        pub(super) fn left(&mut self) -> Vec<usize> {
            self.0.clone()
        }
    }
}

registers!(Register, RegisterSpec, answer::Register);
registers!(KnownRegister, KnownRegisterSpec, right::Register);
stacks!(Stack, StackSpec, answer::Stack);
stacks!(KnownStack, KnownStackSpec, right::Stack);

fn broken_register<const HOW: usize>() -> Outcome {
    is_caught(family::<Register<HOW>>("2x2"), family::<KnownRegister<HOW>>("2x2"))
}

fn broken_stack<const HOW: usize>() -> Outcome {
    is_caught(family::<Stack<HOW>>("2x1"), family::<KnownStack<HOW>>("2x1"))
}

pub(crate) fn check(name: &str) -> Option<Outcome> {
    Some(match name {
        "register" => passes(family::<Register<RIGHT>>("2x2")),
        "broken-registers" => {
            broken_register::<1>().and_then(|()| broken_register::<2>()).and_then(|()| broken_register::<3>())
        }
        "stack" => passes(family::<Stack<RIGHT>>("2x1")),
        "broken-stacks" => {
            broken_stack::<1>().and_then(|()| broken_stack::<2>()).and_then(|()| broken_stack::<3>())
        }
        _ => return None,
    })
}
