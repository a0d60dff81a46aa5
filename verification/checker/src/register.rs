//! A register of our own: the self-test that compares the histories of two searches draws programs of it.

use crate::subject::{Op, Param, Returned, Subject};
use crate::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use explore::subjects::Examples;
use linear::Answer;

pub(crate) struct Register {
    first: AtomicUsize,
    second: AtomicUsize,
}

impl Register {
    pub(crate) const EXAMPLES: Examples =
        Examples { setups: &["", "swap 1"], calls: &["swap 2", "swap 3", "copy", "add 1", "read", "first"] };
}

impl Subject for Register {
    type Spec = (usize, usize);
    const OPERATIONS: &'static [Op] = &[
        Op { name: "swap", params: &[Param::Value], waits: false, may_fail: false },
        Op { name: "copy", params: &[], waits: false, may_fail: false },
        Op { name: "add", params: &[Param::Value], waits: false, may_fail: false },
        Op { name: "read", params: &[], waits: false, may_fail: false },
        Op { name: "first", params: &[], waits: false, may_fail: false },
    ];

    fn name() -> &'static str {
        "register of the self-test"
    }

    fn init() -> Self {
        Register { first: AtomicUsize::new(0), second: AtomicUsize::new(0) }
    }

    /// (It takes no care to be linearizable: histories are compared there, not judged.)
    fn call(&self, operation: usize, arguments: &[i64]) -> Answer {
        match operation {
            0 => self.first.swap(arguments[0] as usize, SeqCst).answer(),
            1 => self.second.swap(self.first.load(SeqCst), SeqCst).answer(),
            2 => self.second.fetch_add(arguments[0] as usize, SeqCst).answer(),
            3 => (self.second.load(SeqCst), self.first.load(SeqCst)).answer(),
            _ => self.first.load(SeqCst).answer(),
        }
    }

    fn specified(spec: &mut Self::Spec, operation: usize, arguments: &[i64]) -> Answer {
        match operation {
            0 => std::mem::replace(&mut spec.0, arguments[0] as usize).answer(),
            1 => std::mem::replace(&mut spec.1, spec.0).answer(),
            2 => {
                let before = spec.1;
                spec.1 += arguments[0] as usize;
                before.answer()
            }
            3 => (spec.1, spec.0).answer(),
            _ => spec.0.answer(),
        }
    }
}
