use crate::structures::trie::Entry;
use lincheck::{ConcurrentSpec, Lincheck, SequentialSpec};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Load,
    Swap(usize),
    CompareAndSwap(usize, usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ret {
    Value(Option<usize>),
    Swapped(bool),
}

impl Arbitrary for Op {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with(_: Self::Parameters) -> Self::Strategy {
        prop_oneof![
            Just(Op::Load),
            (1..3_usize).prop_map(Op::Swap),
            (1..3_usize, 1..3_usize).prop_map(|(old, new)| Op::CompareAndSwap(old, new)),
        ]
        .boxed()
    }
}

#[derive(Default)]
struct Sequential(Option<usize>);

impl SequentialSpec for Sequential {
    type Op = Op;
    type Ret = Ret;

    fn exec(&mut self, op: Op) -> Ret {
        match op {
            Op::Load => Ret::Value(self.0),
            Op::Swap(value) => Ret::Value(self.0.replace(value)),
            Op::CompareAndSwap(old, new) => {
                let is_old = self.0 == Some(old);
                if is_old {
                    self.0 = Some(new);
                }
                Ret::Swapped(is_old)
            }
        }
    }
}

struct Concurrent<const COMPARES_FIRST: bool>(Entry<COMPARES_FIRST>);

impl<const COMPARES_FIRST: bool> Default for Concurrent<COMPARES_FIRST> {
    fn default() -> Self {
        Concurrent(Entry::new())
    }
}

impl<const COMPARES_FIRST: bool> ConcurrentSpec for Concurrent<COMPARES_FIRST> {
    type Seq = Sequential;

    fn exec(&self, op: Op) -> Ret {
        match op {
            Op::Load => Ret::Value(self.0.load()),
            Op::Swap(value) => Ret::Value(self.0.swap(value)),
            Op::CompareAndSwap(old, new) => Ret::Swapped(self.0.compare_and_swap(old, new)),
        }
    }
}

pub(crate) fn test<const COMPARES_FIRST: bool>() {
    Lincheck { num_threads: 2, num_ops: 5 }.verify_or_panic::<Concurrent<COMPARES_FIRST>>();
}
