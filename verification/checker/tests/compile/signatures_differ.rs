struct Stack;

#[checker::subject(spec = Vec<u8>)]
impl Stack {
    #[init]
    fn new() -> Self {
        Stack
    }
    #[op]
    fn push(&self, value: u8) {}
}

impl StackSpec for Vec<u8> {
    fn push(&mut self, value: u16) {}
}

fn main() {}
