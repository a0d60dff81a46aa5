//! tmp
#[path = "../../semaphore.rs"]
mod semaphore;
#[path = "../../../row.rs"]
mod row;
use semaphore::*;
use row::*;
use std::time::Duration;
const VERSION: &str = "event-listener 5.4.2";
#[test]
fn gate() {
    let e = checker::family::<Gate>("2x2").budget(Duration::from_secs(10)).explore();
    row(VERSION, &e); println!("{e} {:?} {:#?}", e.problems, e.failure);
}
#[test]
fn semaphore21() {
    let e = checker::family::<Semaphore>("2x1").budget(Duration::from_secs(10)).explore();
    row(VERSION, &e); println!("{e} {:?} {:#?}", e.problems, e.failure);
}
#[test]
fn semaphore31() {
    let e = checker::family::<Semaphore>("3x1").only(&["acquire", "release"]).budget(Duration::from_secs(10)).explore();
    row(VERSION, &e); println!("{e} {:?} {:#?}", e.problems, e.failure);
}
