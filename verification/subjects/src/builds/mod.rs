//! The three builds of a subject's calls: under loom, under shuttle, and as it ships.
//!
//! The file `calls.rs` of a subject is compiled three times, as the library is. Its `build` is one of the modules here, which says what
//! `krate` is, and which values and what memory the calls work with; what all three have is in `kit`, compiled three times as well.

use explore::subjects::Word;
use std::hash::{BuildHasherDefault, DefaultHasher};

pub(crate) mod loom;
mod real_threads;
pub(crate) mod shipped;
pub(crate) mod shuttle;

/// What of a map is one step in the abstract modes: the same in both twins.
pub(crate) use sync_map_loom::ONE_STEP;

/// What the pointers of a map mean: see `src/map/entry.rs` and `src/map/read.rs`.
pub(crate) static WORDS: [Word; 3] = [
    Word { kind: "slot", null: true, tag: 0, word: "deleted" },
    Word { kind: "slot", null: true, tag: 1, word: "expunged" },
    Word { kind: "read", null: false, tag: 1, word: "amended" },
];

/// The same hashes in every run: loom needs runs that repeat exactly.
///
/// MODEL-GAP: Types. The hasher is fixed, and keys and values are small numbers.
pub(crate) type FixedHasher = BuildHasherDefault<DefaultHasher>;

/// Visits in the order of the keys; a key that was visited twice stays twice, and fits no specification.
pub(crate) fn by_key(mut pairs: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    pairs.sort_unstable();
    pairs
}

/// The structure of a map beside its keys: `read` is amended, and dirty present; how many misses are left before a promotion; the
/// next copy will look for deleted entries.
pub(crate) fn tables_facts(
    amended: bool,
    misses_left: usize,
    deletion_noted: bool,
) -> Vec<(&'static str, i64)> {
    let misses_left = i64::try_from(misses_left).unwrap_or(i64::MAX);
    vec![
        ("amended", i64::from(amended)),
        ("misses to a promotion", misses_left),
        ("a deletion noted", i64::from(deletion_noted)),
    ]
}

/// Tokens that calls name by a number: 1 to 4, or as families number what is new, from 20 to 49 with a last digit of 0 or 1.
pub(crate) const NUMBERS: usize = 10;

/// The place of a number among [`NUMBERS`].
pub(crate) fn place(number: i64) -> Option<usize> {
    let place = match (number, number % 10) {
        (1..=4, _) => number - 1,
        (20..=49, 0 | 1) => 4 + 2 * (number / 10 - 2) + number % 10,
        _ => return None,
    };
    usize::try_from(place).ok()
}
