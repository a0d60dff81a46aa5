#[path = "../../semaphore.rs"]
mod semaphore;
use semaphore::*;
#[test]
fn c() { let e = checker::explore::<Semaphore>("|| acquire || release || release"); println!("{e} {:?}\n{}", e.problems, e.failure.as_ref().map(|f| format!("{} {} {}\n{}",f.kind,f.program,f.sentence,f.drawn)).unwrap_or_default()); }
#[test]
fn d() { let e = checker::explore::<Semaphore>("|| release || release || release"); println!("{e} {:?}\n{}", e.problems, e.failure.as_ref().map(|f| format!("{} {} {}\n{}",f.kind,f.program,f.sentence,f.drawn)).unwrap_or_default()); }
