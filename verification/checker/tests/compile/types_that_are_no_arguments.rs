struct Stack;

struct Odd;

#[checker::subject(spec = Vec<u8>)]
impl Stack {
    #[init]
    fn new() -> Self {
        Stack
    }
    #[op]
    fn push(&self, value: Odd) {}
    #[op]
    fn pop(&self) -> Odd {
        Odd
    }
}

impl StackSpec for Vec<u8> {
    fn push(&mut self, value: Odd) {}
    fn pop(&mut self) -> Odd {
        Odd
    }
}

fn main() {}
