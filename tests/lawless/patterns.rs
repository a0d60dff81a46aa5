//! Sequences of three operations on a pattern, with every call of users' code a lie.

use crate::book::{Book, Call, Lies};
use std::fmt::Debug;
use test_support::hang;

/// Runs every sequence of three, lawfully and with each of `calls` a lie: each alone, four on end, and for ever. `run` does the three,
/// then sets the lies to none, and uses what is left. No run hangs; everything is dropped once.
pub(crate) fn every_sequence<Op>(ops: &'static [Op], calls: &'static [Call], run: fn(&[Op; 3], &'static Book))
where
    Op: Copy + Debug + Send + Sync + 'static,
{
    let watch = hang::watch();
    let once = |ops: [Op; 3], lies: Lies| {
        watch.step((ops, lies.clone()));
        let book = Book::open();
        book.set_lies(lies.clone());
        run(&ops, book);
        if let Err(fault) = book.settle() {
            panic!("{ops:?} with {lies:?}: {fault}");
        }
    };
    let counted = |ops: [Op; 3]| {
        let book = Book::open();
        run(&ops, book);
        let made = calls.iter().map(|&call| (call, book.calls_before_lawful(call))).collect::<Vec<_>>();
        book.settle().unwrap();
        made
    };
    for &first in ops {
        for &second in ops {
            for &third in ops {
                let ops = [first, second, third];
                for (call, made) in counted(ops) {
                    for from in 1..=made {
                        for many in [1, 4] {
                            once(ops, Lies::Some { call, from, many });
                        }
                    }
                    if made > 0 {
                        once(ops, Lies::Some { call, from: 1, many: u32::MAX });
                    }
                }
            }
        }
    }
}
