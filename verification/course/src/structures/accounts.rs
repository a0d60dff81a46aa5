//! Two accounts, each with a lock, which are taken in an order, or as they come.

use checker::host;
use checker::subject;
use checker::sync::Mutex;
use explore::subjects::Builds;

/// What is in each at the beginning.
const FIRST: usize = 2;

struct Accounts<const ORDERED: bool> {
    a: Mutex<usize>,
    b: Mutex<usize>,
}

impl<const ORDERED: bool> Accounts<ORDERED> {
    fn account(&self, name: usize) -> &Mutex<usize> {
        if name == 0 { &self.a } else { &self.b }
    }
}

#[subject(spec = Balance)]
impl<const ORDERED: bool> Accounts<ORDERED> {
    #[init]
    fn new() -> Self {
        Accounts { a: Mutex::new(FIRST), b: Mutex::new(FIRST) }
    }
    #[op]
    fn move_over(&self, #[key] from: usize, #[key] to: usize) -> bool {
        let is_one = (from == 0) == (to == 0);
        if is_one {
            return false;
        }
        let is_turned = ORDERED && from > to;
        let [first, second] = if is_turned { [to, from] } else { [from, to] };
        let first = self.account(first).lock().expect("no panic");
        let second = self.account(second).lock().expect("no panic");
        let (mut from, mut to) = if is_turned { (second, first) } else { (first, second) };
        let can = *from > 0;
        *from -= usize::from(can);
        *to += usize::from(can);
        can
    }
    #[op]
    fn total(&self) -> usize {
        let a = self.a.lock().expect("no panic");
        let b = self.b.lock().expect("no panic");
        *a + *b
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Balance {
    of: [usize; 2],
}

impl Default for Balance {
    fn default() -> Self {
        Balance { of: [FIRST; 2] }
    }
}

impl AccountsSpec for Balance {
    fn move_over(&mut self, from: usize, to: usize) -> bool {
        let (from, to) = (from.min(1), to.min(1));
        let can = from != to && self.of[from] > 0;
        self.of[from] -= usize::from(can);
        self.of[to] += usize::from(can);
        can
    }
    fn total(&mut self) -> usize {
        self.of.iter().sum()
    }
}

pub(super) fn builds() -> Vec<&'static Builds> {
    vec![
        host::builds::<Accounts<true>>("lab-accounts"),
        host::builds::<Accounts<false>>("lab-accounts-broken"),
    ]
}
