struct Cell<T>(T);

#[checker::subject(spec = u8)]
impl<T: Send + Sync + 'static> Cell<T> {
    #[init]
    fn new() -> Self {
        unreachable!()
    }
    #[op]
    fn put(&self, value: T) {
        unreachable!()
    }
}

struct Two;

#[checker::subject(spec = u8)]
impl Two {
    #[init]
    fn new() -> Self {
        Two
    }
    #[init]
    fn another() -> Self {
        Two
    }
    #[op]
    fn get(&self) {}
}

struct Both;

#[checker::subject(spec = u8)]
impl Both {
    #[init]
    fn new() -> Self {
        Both
    }
    #[op]
    #[quiet]
    fn get(&self) {}
}

struct Sometimes;

#[checker::subject(spec = u8)]
impl Sometimes {
    #[init]
    fn new() -> Self {
        Sometimes
    }
    #[cfg(any())]
    #[op]
    fn get(&self) {}
}

struct Generic;

#[checker::subject(spec = u8)]
impl Generic {
    #[init]
    fn new() -> Self {
        Generic
    }
    #[op]
    fn get<K>(&self) {}
}

fn main() {}
