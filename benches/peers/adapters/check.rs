//! Every adapter does what its operations say. Runs before each measurement: what is measured is not faked by mistake.

use super::{Can, Hasher, Key, Peer, Session, Tagged, Visitor, each};
use sync_map_benches::Fast;

/// Panics with the name of the map and the operation that is wrong.
pub(crate) fn check() {
    each::<u64, Tagged<Fast, 9>>(&mut Check);
    each::<String, Tagged<Fast, 9>>(&mut Check);
}

struct Check;

impl<K: Key, S: Hasher> Visitor<K, S> for Check {
    fn visit<P: Peer<K, S>>(&mut self) {
        let map = P::with_hasher(S::default());
        let mut session = map.session();
        single_keys(P::NAME, &session);
        session.rest();
        if P::CAN.includes(Can::COMPARE) {
            comparisons(P::NAME, &session);
        }
        session.rest();
        whole_map(P::NAME, &session);
        session.finish();
    }
}

fn single_keys<K: Key>(name: &str, session: &impl Session<K>) {
    let [one, two] = [1, 2].map(K::number);
    assert_eq!(session.load(&one), None, "{name}: load of an absent key");
    session.store(&one, 10);
    assert_eq!(session.load(&one), Some(10), "{name}: store, load");
    assert_eq!(session.swap(&one, 11), Some(10), "{name}: swap of a present key");
    assert_eq!(session.swap(&two, 20), None, "{name}: swap of an absent key");
    assert_eq!(session.load_or_store(&one, 12), Some(11), "{name}: load_or_store of a present key");
    session.increment(&one);
    assert_eq!(session.load(&one), Some(12), "{name}: increment");
    assert_eq!(session.load_and_delete(&one), Some(12), "{name}: load_and_delete of a present key");
    assert_eq!(session.load_and_delete(&one), None, "{name}: load_and_delete of an absent key");
    assert_eq!(session.load_or_store(&one, 13), None, "{name}: load_or_store of an absent key");
    assert_eq!((session.load(&one), session.load(&two)), (Some(13), Some(20)), "{name}: what is left");
}

fn comparisons<K: Key>(name: &str, session: &impl Session<K>) {
    let [one, absent] = [1, 3].map(K::number);
    assert!(!session.compare_and_swap(&one, 12, 14), "{name}: compare_and_swap with another value");
    assert!(session.compare_and_swap(&one, 13, 14), "{name}: compare_and_swap");
    assert!(!session.compare_and_swap(&absent, 0, 1), "{name}: compare_and_swap of an absent key");
    assert!(!session.compare_and_delete(&one, 13), "{name}: compare_and_delete with another value");
    assert!(session.compare_and_delete(&one, 14), "{name}: compare_and_delete");
    assert!(!session.compare_and_delete(&one, 14), "{name}: compare_and_delete of an absent key");
    session.store(&one, 13);
}

fn whole_map<K: Key>(name: &str, session: &impl Session<K>) {
    let mut seen = Vec::new();
    session.range(|key, value| {
        seen.push((key.clone(), value));
        true
    });
    seen.sort();
    let expected = [(1, 13), (2, 20)].map(|(number, value)| (K::number(number), value));
    assert_eq!(seen, expected, "{name}: range");
    let mut visits = 0;
    session.range(|_, _| {
        visits += 1;
        false
    });
    assert_eq!(visits, 1, "{name}: a range that is ended");
    session.clear();
    session.range(|key, _| panic!("{name}: {key:?} is there after a clear"));
}
