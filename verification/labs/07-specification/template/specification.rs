//! What a register and a stack do when nobody else is there.

/// A register.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Register {
    value: usize,
}

impl Register {
    pub fn read(&mut self) -> usize {
        self.value
    }

    pub fn write(&mut self, _value: usize) {
        // yours
    }

    pub fn swap(&mut self, _value: usize) -> usize {
        // yours
        0
    }
}

/// A stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stack {
    values: Vec<usize>,
}

impl Stack {
    pub fn push(&mut self, _value: usize) {
        // yours
    }

    pub fn pop(&mut self) -> Option<usize> {
        // yours
        None
    }

    pub fn left(&mut self) -> Vec<usize> {
        self.values.clone()
    }
}
