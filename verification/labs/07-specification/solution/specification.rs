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

    pub fn write(&mut self, value: usize) {
        self.value = value;
    }

    pub fn swap(&mut self, value: usize) -> usize {
        std::mem::replace(&mut self.value, value)
    }
}

/// A stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stack {
    values: Vec<usize>,
}

impl Stack {
    pub fn push(&mut self, value: usize) {
        self.values.push(value);
    }

    pub fn pop(&mut self) -> Option<usize> {
        self.values.pop()
    }

    pub fn left(&mut self) -> Vec<usize> {
        self.values.clone()
    }
}
