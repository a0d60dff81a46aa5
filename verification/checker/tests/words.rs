//! What Rust allows in a signature, and the macro has to carry over.

use checker::sync::atomic::{AtomicUsize, Ordering::*};
use checker::{check, family, subject};

struct Named(AtomicUsize);

#[subject(spec = usize)]
impl Named {
    #[init]
    fn new() -> Self {
        Named(AtomicUsize::new(0))
    }
    #[op]
    fn r#try(&self, mut number: usize) {
        number += 1;
        self.0.store(number, SeqCst);
    }
    #[op]
    fn name(&self) -> usize {
        self.0.load(SeqCst)
    }
    #[op]
    fn call(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl NamedSpec for usize {
    fn r#try(&mut self, number: usize) {
        *self = number + 1;
    }
    fn name(&mut self) -> usize {
        *self
    }
    fn call(&mut self) -> usize {
        *self
    }
}

#[test]
fn words_of_rust_and_of_the_trait_are_names_of_operations() {
    check::<Named>("|| try 1 || name; call");
}

#[test]
#[should_panic(expected = "nothing to check")]
fn a_family_without_programs_is_not_complete() {
    family::<Named>("2x1").begin(&[]).run();
}

struct OfAStatic;

static KEPT: std::sync::OnceLock<AtomicUsize> = std::sync::OnceLock::new();

#[subject(spec = usize)]
impl OfAStatic {
    #[init]
    fn new() -> Self {
        OfAStatic
    }
    #[op]
    fn add(&self) {
        KEPT.get_or_init(|| AtomicUsize::new(0)).fetch_add(1, SeqCst);
    }
}

impl OfAStaticSpec for usize {
    fn add(&mut self) {
        *self += 1;
    }
}

#[test]
#[should_panic(expected = "this was made in another execution")]
fn what_a_static_keeps_is_of_another_execution() {
    check::<OfAStatic>("|| add || add");
}

struct Unspecified;

#[subject(spec = bool)]
impl Unspecified {
    #[init]
    fn new() -> Self {
        Unspecified
    }
    #[op]
    fn ask(&self) -> bool {
        true
    }
}

impl UnspecifiedSpec for bool {
    fn ask(&mut self) -> bool {
        panic!("nobody has written this yet")
    }
}

#[test]
fn a_specification_that_panics_is_told_as_such() {
    let failure = checker::explore::<Unspecified>("|| ask").failure.expect("it panics");
    let told = &failure.sentence;
    assert!(told.contains("in the specification") && told.contains("nobody has written this yet"), "{told}");
}
