//! A hasher that lies: what is found is by chance, and everything ends.

use crate::faulty::{Book, Call, Faulty, Hashes, Lies, Role};
use std::sync::{Arc, Mutex};
use sync_map::registry::Registry;
use test_support::{Numbers, hang, race};

fn lying(seed: u64) -> Registry<Faulty, Lies> {
    Registry::with_hasher(Lies { seed: Mutex::new(seed) })
}

#[test]
fn a_registration_removes_its_service_whatever_the_hasher_says() {
    let _watch = hang::watch();
    for seed in 0..200 {
        let (registry, book) = (lying(seed), Book::default());
        let names = ["a", "b", "c", "d", "e"];
        let tokens: Vec<_> = names
            .iter()
            .filter_map(|name| registry.register(book.note(Faulty::new(name, &book, Role::Fine))).ok())
            .collect();
        for token in &tokens {
            token.start().unwrap();
        }
        for token in tokens {
            let service = Arc::clone(token.service());
            token.unregister().unwrap();
            assert!(!service.up());
            assert!(registry.services().iter().all(|other| !Arc::ptr_eq(other, &service)), "it is gone");
        }
        assert!(registry.list().is_empty());
    }
}

#[test]
fn every_operation_ends_when_the_hasher_lies() {
    let _watch = hang::watch();
    for seed in 0..20 {
        let (registry, book) = (lying(seed), Book::default());
        race(|thread| {
            let mut numbers = Numbers::new(thread + 4 * seed as usize);
            let mut tokens = Vec::new();
            for _ in 0..100 {
                let name = ["a", "b", "c"][numbers.below(3) as usize];
                match numbers.below(7) {
                    0 | 1 => {
                        tokens.extend(registry.register(book.note(Faulty::new(name, &book, Role::Fine))));
                    }
                    2 if !tokens.is_empty() => {
                        drop(tokens.swap_remove(numbers.below(tokens.len() as u64) as usize))
                    }
                    3 => drop(registry.start(name)),
                    4 => drop(registry.start_all()),
                    5 => drop(registry.stop_all()),
                    _ => drop((registry.get(name), registry.statuses(), registry.list())),
                }
            }
        });
        drop(registry);
        assert!(book.services().iter().all(|service| !service.up()), "what runs can be found");
    }
}

/// The name of a service whose removal was cut off by the hasher can be taken again.
#[test]
fn a_name_is_free_again_also_when_the_hasher_panicked_in_the_removal() {
    let _watch = hang::watch();
    let book = Book::default();
    let registry = Registry::with_hasher(Hashes(book.clone()));
    let token = registry.register(book.note(Faulty::new("db", &book, Role::Fine))).unwrap();
    token.start().unwrap();
    let service = Arc::clone(token.service());
    book.arm(Call::Hasher, 1);
    assert!(crate::faults(|| drop(token.unregister())), "the caller is told");
    assert!(!service.up(), "it was stopped all the same");
    assert!(registry.list().is_empty());
    registry.register(book.note(Faulty::new("db", &book, Role::Fine))).unwrap().keep();
}
