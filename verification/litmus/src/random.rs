//! Random litmus tests, from a seed.

use crate::program::{Access, Change, Order, Program, Step, Value};
use explore::random::Random;

const LOADS: [Order; 3] = [Order::Relaxed, Order::Acquire, Order::SeqCst];
const STORES: [Order; 3] = [Order::Relaxed, Order::Release, Order::SeqCst];
const MODIFIES: [Order; 5] = [Order::Relaxed, Order::Acquire, Order::Release, Order::AcqRel, Order::SeqCst];
const FENCES: [Order; 4] = [Order::Acquire, Order::Release, Order::AcqRel, Order::SeqCst];

fn one_of(orders: &[Order], random: &mut Random) -> Order {
    orders[random.below(orders.len())]
}

/// Two or three threads of two or three accesses each, over two locations; a quarter of them have plain memory as well, which is
/// written before a store and read after a load.
pub fn program(random: &mut Random) -> Program {
    let threads = 2 + random.below(2);
    let most = if threads == 2 { 3 } else { 2 };
    let mut program =
        Program { locations: vec!["x".into(), "y".into()], registers: Vec::new(), threads: Vec::new() };
    let has_plain_memory = random.below(4) == 0;
    if has_plain_memory {
        program.locations.push("d".into());
    }
    for thread in 0..threads {
        let mut steps = Vec::new();
        for _ in 0..2 + random.below(most - 1) {
            let access = access(&mut program, random);
            steps.push(Step { when: None, access });
        }
        if has_plain_memory {
            add_plain_memory(&mut program, &mut steps, thread == 0);
        }
        program.threads.push(steps);
    }
    program
}

fn new_register(program: &mut Program) -> usize {
    program.registers.push(format!("r{}", program.registers.len() + 1));
    program.registers.len() - 1
}

fn access(program: &mut Program, random: &mut Random) -> Access {
    let (location, value) = (random.below(2), 1 + u32::from(random.below(2) == 1));
    match random.below(12) {
        0..=3 => Access::Load(new_register(program), location, one_of(&LOADS, random)),
        4..=7 => Access::Store(location, Value::Number(value), one_of(&STORES, random)),
        8 | 9 => {
            let change = match random.below(3) {
                0 => Change::Swap(Value::Number(value)),
                1 => Change::Add(Value::Number(value)),
                _ => {
                    let old = u32::from(random.below(2) == 1);
                    let failed = one_of(&LOADS, random);
                    Change::CompareExchange(Value::Number(old), Value::Number(value), failed)
                }
            };
            Access::Modify(new_register(program), location, change, one_of(&MODIFIES, random))
        }
        _ => Access::Fence(one_of(&FENCES, random)),
    }
}

/// The first thread writes it at the beginning; the others read it at the end, if their last register is not 0.
fn add_plain_memory(program: &mut Program, steps: &mut Vec<Step>, is_first: bool) {
    const PLAIN: usize = 2;
    if is_first {
        let access = Access::Store(PLAIN, Value::Number(1), Order::NotAtomic);
        steps.insert(0, Step { when: None, access });
        return;
    }
    let set = steps.iter().rev().find_map(|step| match step.access {
        Access::Load(register, ..) | Access::Modify(register, ..) => Some(register),
        Access::Store(..) | Access::Fence(_) => None,
    });
    if let Some(register) = set {
        let access = Access::Load(new_register(program), PLAIN, Order::NotAtomic);
        steps.push(Step { when: Some((register, 1)), access });
    }
}
