use crate::structures::treiber::Treiber;
use lincheck::{ConcurrentSpec, Lincheck, SequentialSpec};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Push(u8),
    Pop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ret {
    Push,
    Pop(Option<u8>),
}

impl Arbitrary for Op {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with(_: Self::Parameters) -> Self::Strategy {
        prop_oneof![any::<u8>().prop_map(Op::Push), Just(Op::Pop)].boxed()
    }
}

#[derive(Default)]
struct Sequential(Vec<u8>);

impl SequentialSpec for Sequential {
    type Op = Op;
    type Ret = Ret;

    fn exec(&mut self, op: Op) -> Ret {
        match op {
            Op::Push(value) => {
                self.0.push(value);
                Ret::Push
            }
            Op::Pop => Ret::Pop(self.0.pop()),
        }
    }
}

struct Concurrent<const FREES: bool>(Treiber<FREES>);

impl<const FREES: bool> Default for Concurrent<FREES> {
    fn default() -> Self {
        Concurrent(Treiber::new())
    }
}

impl<const FREES: bool> ConcurrentSpec for Concurrent<FREES> {
    type Seq = Sequential;

    fn exec(&self, op: Op) -> Ret {
        match op {
            Op::Push(value) => {
                self.0.push(value);
                Ret::Push
            }
            Op::Pop => Ret::Pop(self.0.pop()),
        }
    }
}

pub(crate) fn test<const FREES: bool>() {
    Lincheck { num_threads: 2, num_ops: 5 }.verify_or_panic::<Concurrent<FREES>>();
}
