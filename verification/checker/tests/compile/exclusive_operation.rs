struct Stack;

#[checker::subject(spec = Vec<u8>)]
impl Stack {
    #[init]
    fn new() -> Self;
    #[op]
    fn push(&mut self, value: u8);
}

fn main() {}
