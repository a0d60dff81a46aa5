struct Stack;

#[checker::subject(specification = Vec<u8>)]
impl Stack {
    #[init]
    fn new() -> Self;
    #[op]
    fn push(&self, value: u8);
}

struct Queue;

#[checker::subject(spec = Vec<u8>)]
impl Queue {
    #[init]
    fn new() -> Self;
    #[op(blocks)]
    fn push(&self, value: u8);
}

struct List;

#[checker::subject(spec = Vec<u8>)]
impl List {
    #[init]
    fn new() -> Self;
    #[op]
    fn push(&self, #[values()] value: u8);
}

fn main() {}
