struct Stack;

#[checker::subject(spec = Vec<u8>)]
impl Stack {
    #[op]
    fn push(&self, value: u8);
}

fn main() {}
