struct Stack;

#[checker::subject]
impl Stack {
    #[init]
    fn new() -> Self;
    #[op]
    fn push(&self, value: u8);
}

fn main() {}
