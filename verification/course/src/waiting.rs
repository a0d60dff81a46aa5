//! What takes long says that it goes on.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// What is over sooner is not mentioned.
const FIRST: Duration = Duration::from_secs(3);

/// After that there is a line so often.
const EVERY: Duration = Duration::from_secs(10);

/// Does something. If it takes long, lines on standard error say that it goes on, and for how long it has: `checking “…”, 13 s`.
pub(crate) fn during<R>(what: &str, work: impl FnOnce() -> R) -> R {
    let say = |line: String| runner::complain!("{line}");
    telling(what, [FIRST, EVERY], say, work)
}

fn telling<R>(
    what: &str,
    [first, every]: [Duration; 2],
    say: impl Fn(String) + Send,
    work: impl FnOnce() -> R,
) -> R {
    let started = Instant::now();
    let (done, is_done) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut patience = first;
            while let Err(RecvTimeoutError::Timeout) = is_done.recv_timeout(patience) {
                say(format!("{what}, {} s", started.elapsed().as_secs()));
                patience = every;
            }
        });
        let result = work();
        drop(done);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn what_takes_long_says_so_and_what_does_not_says_nothing() {
        let said = Mutex::new(Vec::new());
        let say = |line| said.lock().expect("no panic").push(line);
        let times = [Duration::from_millis(20), Duration::from_millis(20)];
        assert_eq!(telling("checking", times, say, || 7), 7);
        assert!(said.lock().expect("no panic").is_empty());
        telling("checking", times, say, || std::thread::sleep(Duration::from_millis(200)));
        let said = said.into_inner().expect("no panic");
        assert!(said.len() >= 2 && said[0] == "checking, 0 s", "{said:?}");
    }
}
