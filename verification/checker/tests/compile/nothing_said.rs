struct Stack;

#[checker::subject(spec = Vec<u8>)]
impl Stack {
    #[init]
    fn new() -> Self;
    fn push(&self, value: u8);
}

fn main() {}
