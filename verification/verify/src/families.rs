//! Which families this project runs, and when.

use explore::engine::Engine;
use runner::families::{Family, FamilyRun, Shape, Size};

/// A family that there is.
fn family(subject: &str, size: Size, keys: Option<usize>) -> Family {
    crate::subjects::install();
    Family::new(subject, size, keys).unwrap_or_else(|problem| panic!("{problem}"))
}

/// A family of the map with all its operations.
fn map(size: &str, keys: usize) -> FamilyRun {
    let size = size.parse().expect("a size");
    FamilyRun::new(family("map", size, Some(keys)))
}

/// The family of `cargo verify` without a command.
pub fn quick() -> FamilyRun {
    map("2x1", 2)
}

/// A family of a pattern over one key, all its operations.
fn pattern(subject: &str, size: &str) -> FamilyRun {
    let size = size.parse().expect("a size");
    FamilyRun::new(family(subject, size, Some(1)))
}

/// Of the families in which a thread makes two calls on a pattern, the one for every run: counts that are added while a removal
/// goes on. An addition helps that, and a thread that has removed adds again.
pub fn helping() -> FamilyRun {
    let run = pattern("countermap", "1+2");
    let ops = ["add".to_owned(), "remove".to_owned()];
    FamilyRun::new(run.family.with_ops(&ops).expect("operations of the families"))
}

/// The families in which a thread makes two calls on a pattern, over one key: of the caches under shuttle alone, for loom takes too
/// long (docs/families.md has estimates).
pub fn of_two_calls() -> Vec<FamilyRun> {
    let all = ["countermap", "registry", "config"].map(|subject| pattern(subject, "1+2"));
    let caches = ["boundedcache", "cache", "idlecache"];
    let caches =
        caches.map(|subject| FamilyRun { engines: vec![Engine::ShuttleSleep], ..pattern(subject, "1+2") });
    all.into_iter().chain(caches).collect()
}

/// The families of lawless users: of one thread, and of two threads of one operation, over one key. Not all of it in three minutes: in the
/// quick profile each program of one operation, and of the map the programs of two operations of the kinds that there are.
pub fn lawless(full: bool) -> Vec<FamilyRun> {
    let of = |(subject, size): (&str, &str)| {
        let size = size.parse().expect("a size");
        let family = family(subject, size, Some(1)).with_lawless_users();
        FamilyRun::new(family.expect("a subject that calls code of its users"))
    };
    let ops = ["load", "swap", "load_and_delete", "range"].map(str::to_owned);
    let all = ["map", "countermap", "cache", "idlecache", "boundedcache", "registry", "config"];
    if full {
        return all.into_iter().flat_map(|subject| [(subject, "1x3"), (subject, "2x1")]).map(of).collect();
    }
    let two = of(("map", "1x2"));
    let two = FamilyRun { family: two.family.with_ops(&ops).expect("operations of the map"), ..two };
    all.map(|subject| of((subject, "1x1"))).into_iter().chain([two]).collect()
}

/// The families of which certificates are kept, and those that are added in the full profile.
pub fn certified(full: bool) -> Vec<FamilyRun> {
    let other = |subject, size: &str, keys| {
        let size = size.parse().expect("a size");
        FamilyRun::new(family(subject, size, keys))
    };
    let mut runs = vec![
        quick(),
        map("2x2", 1),
        FamilyRun { bound: Some(3), ..map("3x1", 1) },
        other("counter", "2x2", None),
        other("countermap", "2x1", Some(2)),
    ];
    let sb = map("2x2", 2).family.with_shape(Shape::Sb).expect("of two keys");
    runs.push(FamilyRun::new(sb));
    runs.extend(of_two_calls());
    if full {
        runs.push(map("3x1", 1));
    }
    runs
}

/// Shuttle's reduced search beside the abstract modes, in which each call of a map is one step: the outcomes must be the same in all of 2x1
/// over two keys and in all of 2x2 over one.
pub fn abstract_modes() -> Vec<FamilyRun> {
    let engines = vec![Engine::ShuttleSleep, Engine::LoomAbstract, Engine::ShuttleAbstract];
    [map("2x1", 2), map("2x2", 1)].map(|run| FamilyRun { engines: engines.clone(), ..run }).into()
}

/// What the oracle is asked in the full profile, where its plain search ends: all of 2x1 over one key, a sample over two.
pub fn asked_of_the_oracle(seed: u64) -> Vec<FamilyRun> {
    [(1, 765), (2, 300)].map(|(keys, programs)| map("2x1", keys).oracle(programs, seed)).into()
}

/// The families of the patterns of which certificates are kept: every program of two threads with one operation each, over one key.
pub fn of_the_patterns() -> Vec<FamilyRun> {
    let run = |subject| {
        let size = "2x1".parse().expect("a size");
        FamilyRun::new(family(subject, size, Some(1)))
    };
    ["registry", "config", "cache", "idlecache", "boundedcache"].map(run).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_says_how_to_repeat_it() {
        let commands: Vec<String> = certified(true).iter().map(FamilyRun::command).collect();
        assert_eq!(commands[0], "cargo verify family 2x1 --keys 2");
        assert_eq!(commands[2], "cargo verify family 3x1 --keys 1 --bound 3");
        assert_eq!(commands[3], "cargo verify family 2x2 --subject counter");
        assert_eq!(commands[5], "cargo verify family 2x2 --keys 2 --shape sb");
        assert_eq!(commands[6], "cargo verify family 1+2 --subject countermap --keys 1");
        assert_eq!(commands[10], "cargo verify family 1+2 --subject cache --keys 1 --mode sleep");
        assert_eq!(commands[12], "cargo verify family 3x1 --keys 1");
        assert_eq!(
            helping().command(),
            "cargo verify family 1+2 --subject countermap --keys 1 --ops add,remove"
        );
        assert_eq!(
            map("2x1", 1).oracle(9, 7).command(),
            "cargo verify family 2x1 --keys 1 --oracle 9 --seed 7"
        );
    }

    /// A sample is some of the programs, the same by the same seed, in the order of their sizes.
    #[test]
    fn a_sample_is_drawn_by_its_seed() {
        let all = map("2x1", 1).programs();
        let of = |programs, seed| -> Vec<String> {
            map("2x1", 1).oracle(programs, seed).programs().into_iter().map(|(_, program)| program).collect()
        };
        assert_eq!(of(1000, 1).len(), all.len());
        let sample = of(20, 1);
        assert_eq!((sample.len(), &sample), (20, &of(20, 1)));
        assert_ne!(sample, of(20, 2));
        let places: Vec<usize> =
            sample.iter().map(|text| all.iter().position(|(_, program)| program == text).unwrap()).collect();
        assert!(places.is_sorted());
    }
}
