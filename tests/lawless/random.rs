//! Random longer sequences, with random lies.

use crate::book::{Book, Lies};
use crate::sequences::{Op, Start, run};
use proptest::prelude::*;
use test_support::{Constant, FourBits, TestHasher, hang};

fn op() -> impl Strategy<Value = Op> {
    let key = 0..4_u32;
    prop_oneof![
        key.clone().prop_map(Op::Load),
        key.clone().prop_map(Op::Swap),
        key.clone().prop_map(Op::LoadOrStore),
        key.clone().prop_map(Op::Delete),
        key.clone().prop_map(Op::CompareAndDelete),
        key.clone().prop_map(Op::CompareAndSwap),
        key.prop_map(Op::Update),
        Just(Op::Range),
        Just(Op::Retain),
        Just(Op::Clear),
        Just(Op::Rename),
    ]
}

fn input() -> impl Strategy<Value = (Vec<Op>, Vec<bool>)> {
    let lies = prop_oneof![
        proptest::collection::vec(any::<bool>(), 0..60),
        // Mostly lawful: so more comes of it.
        proptest::collection::vec(proptest::bool::weighted(0.1), 0..200),
    ];
    (proptest::collection::vec(op(), 1..40), lies)
}

fn all_is_dropped_once<S: TestHasher>(ops: &[Op], script: Vec<bool>) -> Result<(), TestCaseError> {
    let book = Book::open();
    run::<S>(Start::Amended, ops, Lies::Script(script), book).map_err(TestCaseError::fail)?;
    book.settle().map_err(TestCaseError::fail)
}

#[test]
fn after_random_sequences_with_random_lies_all_is_dropped_once_and_the_map_is_whole() {
    let watch = hang::watch();
    proptest!(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() }, |((ops, script) in input())| {
        watch.step((ops.clone(), script.clone()));
        all_is_dropped_once::<FourBits>(&ops, script.clone())?;
        all_is_dropped_once::<Constant>(&ops, script)?;
    });
}
