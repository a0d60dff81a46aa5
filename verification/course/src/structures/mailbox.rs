//! A mailbox for one letter, with a flag. Its orderings publish the letter, or do not.

use checker::host;
use checker::subject;
use checker::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use explore::subjects::Builds;

struct Mailbox<const RELAXED: bool> {
    letter: AtomicUsize,
    flag: AtomicBool,
}

#[subject(spec = usize)]
impl<const RELAXED: bool> Mailbox<RELAXED> {
    #[init]
    fn new() -> Self {
        Mailbox { letter: AtomicUsize::new(0), flag: AtomicBool::new(false) }
    }
    #[op]
    fn send(&self, letter: usize) {
        self.letter.store(letter, Ordering::Relaxed);
        self.flag.store(true, if RELAXED { Ordering::Relaxed } else { Ordering::Release });
    }
    /// Nothing, or the letter.
    #[op]
    fn receive(&self) -> Option<usize> {
        let flag = self.flag.load(if RELAXED { Ordering::Relaxed } else { Ordering::Acquire });
        flag.then(|| self.letter.load(Ordering::Relaxed))
    }
}

impl MailboxSpec for usize {
    fn send(&mut self, letter: usize) {
        *self = letter;
    }
    fn receive(&mut self) -> Option<usize> {
        (*self > 0).then_some(*self)
    }
}

pub(super) fn builds() -> Vec<&'static Builds> {
    vec![host::builds::<Mailbox<false>>("lab-mailbox"), host::builds::<Mailbox<true>>("lab-mailbox-relaxed")]
}
