//! Operations that misbehave.

use super::{Call, Calls, Mutex, Ret};

#[derive(Debug)]
pub(super) struct Canary;

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
    fn call(&self, call: &Call) -> Ret {
        match call.name() {
            "panic" => panic!("the canary panics"),
            "hang" => loop {
                std::hint::spin_loop();
            },
            "abort" => std::process::abort(),
            "overflow" => {
                overflow_the_stack(opaque(0));
            }
            "wrong" => return Ret::Value(666),
            "deadlock" => {
                let mutex = Mutex::new(());
                let first = mutex.lock();
                let second = mutex.lock();
                drop((first, second));
            }
            _ => {}
        }
        Ret::Unit
    }

    fn contents(&mut self) -> Vec<(i64, i64)> {
        Vec::new()
    }
}
