//! Keys and values of unusual shape: each leads one whole life in a map.

use super::support::*;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use sync_map::SyncMap;
use test_support::flush_until;

under_three_hashers! {
    zero_sized_values,
    zero_sized_keys_and_values,
    one_byte_values,
    values_larger_than_a_page,
    values_of_great_alignment,
    keys_that_own_memory,
    keys_that_all_collide,
    values_that_are_shared,
    trait_objects,
    keys_and_values_that_cannot_be_cloned,
    keys_that_are_looked_up_by_another_type,
}

/// Takes these keys, and two different makers of values, through every state that an entry can be in. Nothing needs to
/// be `Clone`.
fn lead_a_life<K, V, S>(keys: impl Fn() -> Vec<K>, old: impl Fn() -> V, new: impl Fn() -> V)
where
    K: Hash + Eq + Debug + Send + Sync + 'static,
    V: PartialEq + Debug + Send + Sync + 'static,
    S: TestHasher,
{
    let mut map = SyncMap::<K, V, S>::default();
    for _ in 0..3 {
        let pinned = map.pin();
        for key in keys() {
            assert!(!pinned.contains_key(&key));
            assert_eq!(pinned.compare_and_swap(&key, &old(), new()), Err(new()));
            assert!(!pinned.load_or_store_with(key, &old).is_loaded());
        }
        for key in &keys() {
            assert_eq!(pinned.load(key), Some(&old()));
            assert_eq!(pinned.compare_and_swap(key, &old(), new()), Ok(()));
        }
        assert_eq!(pinned.iter().filter(|(_, value)| **value == new()).count(), keys().len());
        for key in keys() {
            assert_eq!(pinned.swap(key, old()), Some(&new()));
        }
        for key in &keys() {
            assert_eq!(pinned.update(key, |_| new()), Some(&new()));
            assert!(pinned.compare_and_delete(key, &new()));
            assert_eq!(pinned.load_and_delete(key), None);
        }
        assert!(pinned.is_empty());
        for key in keys() {
            assert!(!pinned.load_or_store(key, new()).is_loaded());
        }
        drop(pinned);
        map.check_invariants().unwrap();
        map.clear();
        assert!(map.is_empty());
    }
    map.extend(keys().into_iter().map(|key| (key, old())));
    let rows: Vec<(K, V)> = map.into_iter().collect();
    assert_eq!(rows.len(), keys().len());
    assert!(rows.iter().all(|(key, value)| keys().contains(key) && *value == old()));
}

fn numbers() -> Vec<u32> {
    (0..20).collect()
}

fn zero_sized_values<S: TestHasher>() {
    lead_a_life::<_, _, S>(numbers, || (), || ());
}

fn zero_sized_keys_and_values<S: TestHasher>() {
    #[derive(Debug, PartialEq, Eq, Hash)]
    struct Nothing;
    lead_a_life::<_, _, S>(|| vec![Nothing], || Nothing, || Nothing);
}

fn one_byte_values<S: TestHasher>() {
    lead_a_life::<_, _, S>(|| (0..20_u8).collect(), || 0_u8, || 255_u8);
    lead_a_life::<_, _, S>(|| vec![false, true], || false, || true);
}

fn values_larger_than_a_page<S: TestHasher>() {
    lead_a_life::<_, _, S>(numbers, || [1_u8; 10_000], || [2_u8; 10_000]);
    lead_a_life::<_, _, S>(|| vec![[1_u8; 5000], [2; 5000]], || 1, || 2);
}

fn values_of_great_alignment<S: TestHasher>() {
    #[derive(Debug, PartialEq)]
    #[repr(align(4096))]
    struct Aligned(u8);
    lead_a_life::<_, _, S>(numbers, || Aligned(1), || Aligned(2));
    let map: SyncMap<u32, Aligned, S> = numbers().into_iter().map(|n| (n, Aligned(n as u8))).collect();
    let pinned = map.pin();
    assert!(pinned.values().all(|value| std::ptr::from_ref(value).addr().is_multiple_of(4096)));
}

fn keys_that_own_memory<S: TestHasher>() {
    lead_a_life::<_, _, S>(
        || (0..20).map(|n| vec![format!("{n}"); n]).collect(),
        String::new,
        || "new".into(),
    );
}

fn keys_that_all_collide<S: TestHasher>() {
    #[derive(Debug, PartialEq, Eq)]
    struct Colliding(u32);
    impl Hash for Colliding {
        fn hash<H: Hasher>(&self, _: &mut H) {}
    }
    lead_a_life::<_, _, S>(|| (0..20).map(Colliding).collect(), || 1, || 2);
}

fn values_that_are_shared<S: TestHasher>() {
    let (old, new) = (Arc::new(1), Arc::new(2));
    lead_a_life::<_, _, S>(numbers, || old.clone(), || new.clone());
    let released = || Arc::strong_count(&old) == 1 && Arc::strong_count(&new) == 1;
    assert!(flush_until(released), "the map has let go of every one");
}

fn trait_objects<S: TestHasher>() {
    trait Shape: Debug + Send + Sync {
        fn corners(&self) -> u32;
    }
    #[derive(Debug)]
    struct Triangle;
    #[derive(Debug)]
    struct Polygon(Vec<u32>);
    impl Shape for Triangle {
        fn corners(&self) -> u32 {
            3
        }
    }
    impl Shape for Polygon {
        fn corners(&self) -> u32 {
            self.0.len() as u32
        }
    }
    impl PartialEq for dyn Shape {
        fn eq(&self, other: &Self) -> bool {
            self.corners() == other.corners()
        }
    }
    let polygon = || Box::new(Polygon(vec![0; 7])) as Box<dyn Shape>;
    lead_a_life::<_, Box<dyn Shape>, S>(numbers, || Box::new(Triangle), polygon);
}

fn keys_and_values_that_cannot_be_cloned<S: TestHasher>() {
    #[derive(Debug, PartialEq, Eq, Hash)]
    struct Only(String);
    let only = |n: u32| Only(format!("{n}"));
    lead_a_life::<_, _, S>(|| (0..20).map(only).collect(), || only(1), || only(2));
}

fn keys_that_are_looked_up_by_another_type<S: TestHasher>() {
    /// A pair of borrowed parts stands for an owned pair: `Borrow` cannot do that.
    #[derive(Hash)]
    struct Parts<'a>(&'a str, u32);
    impl equivalent::Equivalent<(String, u32)> for Parts<'_> {
        fn equivalent(&self, key: &(String, u32)) -> bool {
            self.0 == key.0 && self.1 == key.1
        }
    }
    let map: SyncMap<(String, u32), u32, S> = (0..20).map(|n| ((key(0), n), n)).collect();
    for n in 0..20 {
        assert_eq!(map.load(&Parts(&key(0), n)), Some(n));
        assert_eq!(map.load(&Parts(&key(1), n)), None);
        assert_eq!(map.update(&Parts(&key(0), n), |n| n + 1), Some(n + 1));
        assert!(map.compare_and_delete(&Parts(&key(0), n), &(n + 1)));
    }
    assert!(map.is_empty());

    let by_slice: SyncMap<Vec<u8>, u32, S> = SyncMap::from_iter([(vec![1, 2, 3], 6)]);
    assert_eq!(by_slice.load(&[1, 2, 3][..]), Some(6));
}
