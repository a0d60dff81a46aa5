//! Operations that misbehave.

use super::build::Mutex;
use explore::calls::Calls;
use explore::lawless::ask;
use linear::{Answer, Call, Callback};

#[derive(Debug)]
struct Canary;

/// Forbids that the compiler sees through the canary's misdeeds.
fn opaque(n: u64) -> u64 {
    std::hint::black_box(n)
}

#[expect(unconditional_recursion, reason = "this canary overflows the stack")]
fn overflow_the_stack(n: u64) -> u64 {
    let frame = std::hint::black_box([n; 64]);
    overflow_the_stack(opaque(n + 1)) + frame[3]
}

impl Calls for Canary {
    fn call(&self, call: &Call) -> Answer {
        match call.name() {
            "panic" => panic!("the canary panics"),
            "hang" => loop {
                std::hint::spin_loop();
            },
            "abort" => std::process::abort(),
            "overflow" => {
                overflow_the_stack(opaque(0));
            }
            "wrong" => return Answer::Value(666),
            "deadlock" => {
                let mutex = Mutex::new(());
                let first = mutex.lock();
                let second = mutex.lock();
                drop((first, second));
            }
            "trust" => assert!(!ask(Callback::Eq), "double free: the canary goes by what a key's Eq says"),
            "closure" => {
                ask(Callback::Closure);
            }
            _ => {}
        }
        Answer::Unit
    }

    fn contents(&mut self) -> Vec<(i64, i64)> {
        Vec::new()
    }
}

/// A fresh one.
pub(in super::super) fn make() -> Box<dyn Calls> {
    Box::new(Canary)
}
