use crate::structures::pool_stack::PoolStack;
use lincheck::{ConcurrentSpec, Lincheck, SequentialSpec};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Push(u8),
    Pop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ret {
    Push(bool),
    Pop(Option<usize>),
}

impl Arbitrary for Op {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with(_: Self::Parameters) -> Self::Strategy {
        prop_oneof![any::<u8>().prop_map(Op::Push), Just(Op::Pop)].boxed()
    }
}

/// There are two nodes.
#[derive(Default)]
struct Sequential(Vec<usize>);

impl SequentialSpec for Sequential {
    type Op = Op;
    type Ret = Ret;

    fn exec(&mut self, op: Op) -> Ret {
        match op {
            Op::Push(value) => {
                let has_room = self.0.len() < 2;
                if has_room {
                    self.0.push(value.into());
                }
                Ret::Push(has_room)
            }
            Op::Pop => Ret::Pop(self.0.pop()),
        }
    }
}

struct Concurrent<const TAGGED: bool>(PoolStack<TAGGED>);

impl<const TAGGED: bool> Default for Concurrent<TAGGED> {
    fn default() -> Self {
        Concurrent(PoolStack::new())
    }
}

impl<const TAGGED: bool> ConcurrentSpec for Concurrent<TAGGED> {
    type Seq = Sequential;

    fn exec(&self, op: Op) -> Ret {
        match op {
            Op::Push(value) => Ret::Push(self.0.push(value.into())),
            Op::Pop => Ret::Pop(self.0.pop()),
        }
    }
}

pub(crate) fn test<const TAGGED: bool>() {
    Lincheck { num_threads: 2, num_ops: 5 }.verify_or_panic::<Concurrent<TAGGED>>();
}
