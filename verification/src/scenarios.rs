//! The named scenarios: one interaction each, with what is interesting and what is forbidden in its outcomes.
//!
//! The table of *allowed* outcomes is not typed in: where every operation of a scenario takes effect at one moment, it is what the
//! sequential specification allows, and a complete search must find exactly that. An outcome reads as the program does, results in the place
//! of operations, then what the subject holds in the end; `_` stands for any result.

use crate::engine::Expectation;
use crate::program::Program;
use crate::subject::{self, Subject};

/// A named scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: &'static str,
    /// The program.
    pub program: Program,
    /// What its outcomes must and must not be.
    pub expectation: Expectation,
}

/// A scenario of the table: name, program, interesting outcomes, forbidden ones, what it is about.
struct Row {
    name: &'static str,
    subject: &'static str,
    program: &'static str,
    interesting: &'static [&'static str],
    forbidden: &'static [&'static str],
    about: &'static str,
}

const fn map(
    name: &'static str,
    program: &'static str,
    interesting: &'static [&'static str],
    forbidden: &'static [&'static str],
    about: &'static str,
) -> Row {
    Row { name, subject: "map", program, interesting, forbidden, about }
}

const ONE_STORES: &[&str] = &["stored 1 || loaded 1 -> {a:1}", "loaded 2 || stored 2 -> {a:2}"];
const BOTH_STORE: &[&str] = &["stored 1 || stored 2 -> _", "loaded 2 || loaded 1 -> _"];

/// The load-or-store races.
const LOAD_OR_STORE: &[Row] = &[
    map(
        "los_empty",
        "|| load_or_store a 1 || load_or_store a 2",
        ONE_STORES,
        BOTH_STORE,
        "an empty map: exactly one stores",
    ),
    map(
        "los_deleted_in_read",
        "store a 9; range; delete a || load_or_store a 1 || load_or_store a 2",
        ONE_STORES,
        BOTH_STORE,
        "a key deleted in read: the race is for one slot, without the mutex",
    ),
    map(
        "los_expunged",
        "store a 9; range; delete a; store z 9 || load_or_store a 1 || load_or_store a 2",
        &["stored 1 || loaded 1 -> {a:1 z:9}", "loaded 2 || stored 2 -> {a:2 z:9}"],
        BOTH_STORE,
        "an expunged key: the winner puts the entry back into dirty",
    ),
    map(
        "los_dirty_only",
        "store z 9; range; store a 3 || load_or_store a 1 || load_or_store a 2",
        &["loaded 3 || loaded 3 -> {a:3 z:9}"],
        &["stored 1 || _ -> _", "_ || stored 2 -> _"],
        "a key that only dirty has: both load; the second miss promotes",
    ),
    map(
        "los_deleted_in_dirty",
        "store y 9; store z 9; range; store a 3; compare_and_delete a 3 || load_or_store a 1 || load_or_store a 2",
        &["stored 1 || loaded 1 -> {a:1 y:9 z:9}", "loaded 2 || stored 2 -> {a:2 y:9 z:9}"],
        BOTH_STORE,
        "a key deleted in dirty: its entry is used again",
    ),
    map(
        "los_delete",
        "store a 9; range || load_or_store a 1 || delete a",
        &["loaded 9 || true -> {}", "stored 1 || true -> {a:1}"],
        &["loaded 9 || false -> _", "_ || false -> _"],
        "against a delete: loaded before it, or stored after it",
    ),
    map(
        "los_clear",
        "store a 9; range || load_or_store a 1 || clear",
        &["loaded 9 || () -> {}", "stored 1 || () -> {a:1}"],
        &["loaded 9 || () -> {a:9}"],
        "against a clear",
    ),
    map(
        "los_clear_empty",
        "|| load_or_store a 1 || clear",
        &["stored 1 || () -> {}", "stored 1 || () -> {a:1}"],
        &["loaded 1 || () -> _"],
        "against a clear of a map that is empty until the store",
    ),
    map(
        "los_promotion",
        "store z 9 || load_or_store a 1 || load_or_store a 2 || load z",
        &["stored 1 || loaded 1 || 9 -> _", "loaded 2 || stored 2 || 9 -> _"],
        &["stored 1 || stored 2 || _ -> _"],
        "two of them while a load promotes: the key is looked up again under the mutex",
    ),
    map(
        "los_expunging_copy",
        "store a 9; range; delete a || load_or_store a 1 || store b 2",
        &["stored 1 || () -> {a:1 b:2}"],
        &["_ || _ -> {b:2}"],
        "against the dirty copy that expunges its entry: the store must not be lost",
    ),
    map(
        "los_two_new_keys",
        "|| load_or_store a 1 || load_or_store b 2",
        &["stored 1 || stored 2 -> {a:1 b:2}"],
        &["_ || _ -> {a:1}", "_ || _ -> {b:2}"],
        "two different new keys: one amends, both are there",
    ),
];

/// The promotion races: by a load that misses once too often, and by a range.
const PROMOTION: &[Row] = &[
    map(
        "promote_store_new",
        "store z 9 || load z || store a 1",
        &["9 || () -> {a:1 z:9}"],
        &[],
        "against a store of a new key",
    ),
    map(
        "promote_store_in_read",
        "store a 1; range; store z 9; load z || load z || store a 2",
        &["9 || () -> {a:2 z:9}"],
        &["_ || _ -> {a:1 z:9}"],
        "against a store to an entry in read: both tables have the same entry",
    ),
    map(
        "promote_delete_dirty",
        "store a 1 || load a || load_and_delete a",
        &["1 || 1 -> {}", "absent || 1 -> {}"],
        &["_ || absent -> _"],
        "against a deletion of a key that only dirty has",
    ),
    map(
        "promote_compare_and_delete_dirty",
        "store a 1 || load a || compare_and_delete a 1",
        &["1 || true -> {}", "absent || true -> {}"],
        &["_ || false -> _"],
        "against a compare-and-delete of a key that only dirty has",
    ),
    map(
        "compare_and_delete_dirty_fails",
        "store a 1 || load a || compare_and_delete a 2",
        &["1 || false -> {a:1}"],
        &["absent || _ -> _", "_ || _ -> {}"],
        "a compare-and-delete that fails leaves the key where it is",
    ),
    map(
        "promote_range",
        "store a 1 || load a || range",
        &["1 || {a:1} -> {a:1}"],
        &["_ || {} -> _"],
        "against a range",
    ),
    map(
        "promote_clear",
        "store a 1 || load a || clear",
        &["1 || () -> {}", "absent || () -> {}"],
        &["_ || _ -> {a:1}"],
        "against a clear",
    ),
    map(
        "range_store_new",
        "store z 9 || range || store a 1",
        &["{z:9} || () -> {a:1 z:9}"],
        &["{} || _ -> _"],
        "a range that promotes, against a new key",
    ),
    map(
        "range_store_in_read",
        "store a 1; range; store z 9 || range || store a 2",
        &["{a:1 z:9} || () -> {a:2 z:9}", "{a:2 z:9} || () -> {a:2 z:9}"],
        &["{z:9} || _ -> _", "_ || _ -> {a:1 z:9}"],
        "a range that promotes, against a store to an entry in read",
    ),
    map(
        "range_delete_dirty",
        "store a 1 || range || load_and_delete a",
        &["{a:1} || 1 -> {}", "{} || 1 -> {}"],
        &["_ || absent -> _"],
        "a range that promotes, against a deletion of a key that only dirty has",
    ),
    map(
        "range_compare_and_delete_dirty",
        "store a 1 || range || compare_and_delete a 1",
        &["{a:1} || true -> {}", "{} || true -> {}"],
        &["_ || false -> _"],
        "a range that promotes, against a compare-and-delete of a key that only dirty has",
    ),
    map(
        "range_clear",
        "store a 1 || range || clear",
        &["{a:1} || () -> {}", "{} || () -> {}"],
        &["_ || _ -> {a:1}"],
        "a range that promotes, against a clear",
    ),
    map(
        "range_range",
        "store a 1 || range || range",
        &["{a:1} || {a:1} -> {a:1}"],
        &["{} || _ -> _", "_ || {} -> _"],
        "two ranges that promote",
    ),
    map(
        "two_promotions",
        "store a 1 || load a; store b 2; load b || load a",
        &["1; (); 2 || 1 -> {a:1 b:2}"],
        &["_; _; absent || _ -> _", "_; _; _ || absent -> _"],
        "two promotions, a new dirty between them",
    ),
    map(
        "recheck_under_lock",
        "store a 1 || load a || load a || store b 2",
        &["1 || 1 || () -> {a:1 b:2}"],
        &["absent || _ || _ -> _", "_ || absent || _ -> _"],
        "a load that missed read finds dirty promoted when it has the mutex",
    ),
];

/// The others on the map.
const OTHERS: &[Row] = &[
    map(
        "swap_swap",
        "store a 1; range || swap a 2 || swap a 3",
        &["1 || 2 -> {a:3}", "3 || 1 -> {a:2}"],
        &["1 || 1 -> _"],
        "two swaps take different values out",
    ),
    map(
        "swap_swap_expunged",
        "store a 1; range; delete a; store z 9 || swap a 2 || swap a 3",
        &["absent || 2 -> {a:3 z:9}"],
        &["absent || absent -> _"],
        "two swaps of an expunged key",
    ),
    map(
        "cas_cas",
        "store a 1; range || compare_and_swap a 1 2 || compare_and_swap a 1 3",
        &["true || false -> {a:2}", "false || true -> {a:3}"],
        &["true || true -> _", "false || false -> _"],
        "of two compare-and-swaps one wins",
    ),
    map(
        "cas_cad",
        "store a 1; range || compare_and_swap a 1 2 || compare_and_delete a 1",
        &["true || false -> {a:2}", "false || true -> {}"],
        &["true || true -> _", "false || false -> _"],
        "compare-and-swap against compare-and-delete",
    ),
    map(
        "cas_cad_dirty",
        "store z 9; range; store a 1 || compare_and_swap a 1 2 || compare_and_delete a 1",
        &["true || false -> {a:2 z:9}", "false || true -> {z:9}"],
        &["true || true -> _", "false || false -> _"],
        "the same on a key that only dirty has",
    ),
    map(
        "delete_delete",
        "store a 1; range || load_and_delete a || load_and_delete a",
        &["1 || absent -> {}", "absent || 1 -> {}"],
        &["1 || 1 -> _"],
        "of two deletions one gets the value",
    ),
    map(
        "delete_delete_dirty",
        "store z 9; range; store a 1 || load_and_delete a || load_and_delete a",
        &["1 || absent -> {z:9}", "absent || 1 -> {z:9}"],
        &["1 || 1 -> _"],
        "the same on a key that only dirty has",
    ),
    map(
        "delete_cad_dirty",
        "store z 9; range; store a 1 || load_and_delete a || compare_and_delete a 1",
        &["1 || false -> {z:9}", "absent || true -> {z:9}"],
        &["1 || true -> _"],
        "a deletion that took the entry out may still lose its value to a compare-and-delete",
    ),
    map(
        "delete_store_dirty",
        "store z 9; range; store a 1 || load_and_delete a || store a 2",
        &["1 || () -> {a:2 z:9}", "2 || () -> {z:9}"],
        &["1 || () -> {a:1 z:9}"],
        "a deletion of a dirty-only key against a store to it",
    ),
    map(
        "expunge_store",
        "store a 1; range; delete a || store a 2 || store b 3",
        &["() || () -> {a:2 b:3}"],
        &["_ || _ -> {b:3}", "_ || _ -> {a:2}"],
        "a store against the dirty copy that expunges its entry",
    ),
    map(
        "expunge_store_load",
        "store a 1; range; delete a || store a 2; load a || store b 3; load b",
        &["(); 2 || (); 3 -> _"],
        &["(); absent || _; _ -> _", "_; _ || (); absent -> _"],
        "the same, read back while misses promote",
    ),
    map(
        "clear_store_old_read",
        "store a 1; store b 1; range || clear || store a 2; store b 3",
        &["() || (); () -> {a:2 b:3}", "() || (); () -> {}"],
        &["_ || _; _ -> {a:2}"],
        "a store through the read table that a clear replaced is cleared with it",
    ),
    map(
        "clear_clear",
        "store a 1 || clear; store a 2 || clear",
        &["(); () || () -> {a:2}", "(); () || () -> {}"],
        &["_; _ || _ -> {a:1}"],
        "two clears",
    ),
    map(
        "clear_dirty",
        "store a 1; range; store b 1 || clear || load b",
        &["() || 1 -> {}", "() || absent -> {}"],
        &[],
        "a clear takes what only dirty has; a reader may hold it",
    ),
    map(
        "update_update",
        "store a 1; range || update a 10 || update a 20",
        &["11 || 31 -> {a:31}", "31 || 21 -> {a:31}"],
        &["11 || 21 -> _"],
        "no update is lost",
    ),
    map(
        "update_delete_store",
        "store a 1; range || update a 10 || delete a; store a 5",
        &["absent || true; () -> {a:5}", "15 || true; () -> {a:15}"],
        &[],
        "an update sees absent between a deletion and a store",
    ),
    map(
        "delete_if_store",
        "store a 1; range || delete_if a 1 || store a 2",
        &["1 || () -> {a:2}", "2 || () -> {}"],
        &["1 || () -> {}"],
        "a conditional deletion deletes what its condition saw",
    ),
    map(
        "nested_range",
        "store a 1; store b 1; range || nested_range || store c 2; delete a",
        &["{a:1 b:1}[{a:1 b:1}] || (); true -> {b:1 c:2}"],
        &["{}[] || _; _ -> _"],
        "a range inside a range, and writers",
    ),
    map(
        "retain_store",
        "store a 1; range || retain 2 || store a 3",
        &["() || () -> {a:3}"],
        &["_ || _ -> {a:1}"],
        "retain deletes what it saw, not what came after",
    ),
    map(
        "sb_two_keys",
        "store a 9; store b 9; range || store a 1; load b || store b 1; load a",
        &["(); 1 || (); 9 -> _", "(); 9 || (); 1 -> _", "(); 1 || (); 1 -> _"],
        &["(); 9 || (); 9 -> _"],
        "store buffering over two keys in read: needs SeqCst on the slots",
    ),
    map(
        "sb_two_keys_deleted",
        "store a 9; store b 9; range; delete a; delete b || store a 1; load b || store b 1; load a",
        &["(); 1 || (); 1 -> _"],
        &["(); absent || (); absent -> _"],
        "the same on deleted keys",
    ),
    map(
        "sb_two_new_keys",
        "|| store a 1; load b || store b 1; load a",
        &["(); 1 || (); absent -> _", "(); 1 || (); 1 -> _"],
        &["(); absent || (); absent -> _"],
        "the same on new keys: the amended tag is what must not be missed",
    ),
    map(
        "sb_read_and_new",
        "store a 9; range || store a 1; load b || store b 1; load a",
        &["(); 1 || (); 9 -> _", "(); absent || (); 1 -> _"],
        &["(); absent || (); 9 -> _"],
        "the same on a key in read and a new one",
    ),
    map(
        "mp_store",
        "store a 9; store b 9; range || store a 1; store b 1 || load b; load a",
        &["(); () || 1; 1 -> _", "(); () || 9; 1 -> _"],
        &["(); () || 1; 9 -> _"],
        "message passing by a store",
    ),
    map(
        "mp_store_memory",
        "store a 9; range || publish_by_store a 1 || read_if a 1",
        &["() || 1 -> _"],
        &[],
        "plain memory written before a store, read by who sees the value",
    ),
    map(
        "mp_store_new",
        "|| publish_by_store a 1 || read_if a 1",
        &["() || 1 -> _", "() || absent -> _"],
        &[],
        "the same on a new key",
    ),
    map(
        "mp_delete",
        "store a 9; range || publish_by_delete a || read_if_absent a",
        &["true || absent -> {}", "true || 9 -> {}"],
        &[],
        "plain memory written before a deletion, read by who sees the key absent",
    ),
    map(
        "mp_delete_expunged",
        "store a 9; range || publish_by_delete a; store b 1 || read_if_absent a",
        &["true; () || absent -> {b:1}"],
        &[],
        "the same, the deleted entry expunged in between",
    ),
    map(
        "hold_swap",
        "store a 1; range || hold a || swap a 2",
        &["1 || 1 -> {a:2}", "2 || 1 -> {a:2}"],
        &[],
        "a reference held across a swap",
    ),
    map(
        "hold_delete",
        "store a 1; range || hold a || delete a",
        &["1 || true -> {}", "absent || true -> {}"],
        &[],
        "a reference held across a deletion",
    ),
    map(
        "hold_delete_dirty",
        "store z 9; range; store a 1 || hold a || delete a",
        &["1 || true -> {z:9}"],
        &[],
        "a reference to the value of a dirty-only key, held while its entry is retired",
    ),
    map(
        "hold_promotion",
        "store a 1 || hold a || load a; store b 2; load b",
        &["1 || 1; (); 2 -> {a:1 b:2}"],
        &[],
        "a reference held across promotions",
    ),
    map(
        "hold_clear",
        "store a 1; range; store b 1 || hold b || clear",
        &["1 || () -> {}", "absent || () -> {}"],
        &[],
        "a reference held across a clear of dirty",
    ),
    map(
        "hold_expunged",
        "store a 1; range || hold a || delete a; store b 2; range",
        &["1 || true; (); {b:2} -> {b:2}"],
        &[],
        "a reference held while its entry is deleted, expunged and retired by a promotion",
    ),
];

/// Those on counters.
const COUNTERS: &[Row] = &[
    Row {
        name: "counter_add_reset",
        subject: "counter",
        program: "add 5 || add 1 || reset_and_get",
        interesting: &["() || 5 -> 1", "() || 6 -> 0"],
        forbidden: &["() || 5 -> 0", "() || 6 -> 1"],
        about: "an add against a reset is harvested or kept",
    },
    Row {
        name: "counter_two_stripes",
        subject: "counter",
        program: "|| add 1; get || add 2; get",
        interesting: &["(); 3 || (); 3 -> 3", "(); 1 || (); 3 -> 3"],
        forbidden: &["(); 1 || (); 2 -> _"],
        about: "store buffering over two stripes",
    },
    Row {
        name: "counter_reset_reset",
        subject: "counter",
        program: "add 5 || reset_and_get || reset_and_get || add 1",
        interesting: &["5 || 0 || () -> 1", "5 || 1 || () -> 0"],
        forbidden: &["5 || 5 || _ -> _"],
        about: "two resets share what there is",
    },
    Row {
        name: "counter_decrement",
        subject: "counter",
        program: "|| increment; get || decrement; get",
        interesting: &["(); 0 || (); 0 -> 0"],
        forbidden: &[],
        about: "up and down",
    },
    Row {
        name: "countermap_new_key",
        subject: "countermap",
        program: "|| add a 1 || add a 2",
        interesting: &["1 || 3 -> {a:3}", "3 || 2 -> {a:3}"],
        forbidden: &["1 || 2 -> _"],
        about: "two adds to a new key",
    },
    Row {
        name: "countermap_add_reset",
        subject: "countermap",
        program: "add a 5; snapshot || add a 1 || reset_and_get a",
        interesting: &["6 || 6 -> {a:0}", "1 || 5 -> {a:1}"],
        forbidden: &["6 || 5 -> _"],
        about: "an add against a reset",
    },
    Row {
        name: "countermap_add_remove",
        subject: "countermap",
        program: "add a 5; snapshot || add a 1 || remove a",
        interesting: &["6 || 6 -> {}", "1 || 5 -> {a:1}"],
        forbidden: &["6 || 5 -> _", "_ || 5 -> {}"],
        about: "an add against a removal: harvested, or in a new counter",
    },
    Row {
        name: "countermap_remove_remove",
        subject: "countermap",
        program: "add a 5; snapshot || remove a || remove a",
        interesting: &["5 || absent -> {}", "absent || 5 -> {}"],
        forbidden: &["5 || 5 -> _"],
        about: "two removals: one harvests",
    },
    Row {
        name: "countermap_reset_remove",
        subject: "countermap",
        program: "add a 5; snapshot || reset_and_get a || remove a",
        interesting: &["5 || 0 -> {}", "0 || 5 -> {}"],
        forbidden: &["5 || 5 -> _", "0 || absent -> _"],
        about: "a reset against a removal",
    },
    Row {
        name: "countermap_add_remove_dirty",
        subject: "countermap",
        program: "add z 9; snapshot; add a 5 || increment a || remove a",
        interesting: &["6 || 6 -> {z:9}", "1 || 5 -> {a:1 z:9}"],
        forbidden: &[],
        about: "the same on a key that only dirty has",
    },
    Row {
        name: "countermap_snapshot",
        subject: "countermap",
        program: "add a 5; snapshot || decrement a || snapshot",
        interesting: &["4 || {a:5} -> {a:4}", "4 || {a:4} -> {a:4}"],
        forbidden: &["_ || {} -> _"],
        about: "a snapshot against an add",
    },
    Row {
        name: "countermap_two_keys",
        subject: "countermap",
        program: "add a 1; add b 1; snapshot || add a 1; get b || add b 1; get a",
        interesting: &["2; 2 || 2; 2 -> _"],
        forbidden: &["2; 1 || 2; 1 -> _"],
        about: "store buffering over two counters",
    },
];

/// The states that a key can be in, and a set-up that leads there (for key `a`).
pub const STATES: [(&str, &str); 6] = [
    ("absent", ""),
    ("live in read", "store a 1; range"),
    ("deleted in read", "store a 1; range; delete a"),
    ("expunged", "store a 1; range; delete a; store z 9"),
    ("live in dirty only", "store z 9; range; store a 1"),
    ("deleted in dirty only", "store y 9; store z 9; range; store a 1; compare_and_delete a 1"),
];

/// Every operation of the map with arguments, as they meet a key `a` whose value is 1 or that has none.
const EVERY_OPERATION: [&str; 22] = [
    "load a",
    "contains_key a",
    "hold a",
    "store a 2",
    "swap a 2",
    "load_or_store a 2",
    "load_or_store_with a 2",
    "load_and_delete a",
    "delete a",
    "compare_and_swap a 1 2",
    "compare_and_delete a 1",
    "delete_if a 1",
    "update a 5",
    "range",
    "nested_range",
    "retain 2",
    "is_empty",
    "clear",
    "publish_by_store a 2",
    "read_if a 1",
    "publish_by_delete a",
    "read_if_absent a",
];

fn subject(name: &str) -> &'static Subject {
    subject::by_name(name).expect("a subject of the table")
}

fn scenario(row: &Row) -> Scenario {
    let program = Program::parse(subject(row.subject), row.program);
    let owned = |patterns: &[&str]| patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    Scenario {
        name: row.name.to_owned(),
        about: row.about,
        program: program.unwrap_or_else(|error| panic!("scenario {}: {error}", row.name)),
        expectation: Expectation { interesting: owned(row.interesting), forbidden: owned(row.forbidden) },
    }
}

/// Every operation from every state of its key, against a swap of that key.
fn every_operation_in_every_state() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (state, setup) in STATES {
        for operation in EVERY_OPERATION {
            let name = operation.split(' ').next().unwrap_or(operation);
            let text = format!("{setup} || {operation} || swap a 7");
            scenarios.push(Scenario {
                name: format!("{name}@{}", state.replace(' ', "_")),
                about: "an operation from a state of its key, against a swap",
                program: Program::parse(subject("map"), &text).expect("made of parts that parse"),
                expectation: Expectation::default(),
            });
        }
    }
    scenarios
}

/// Scenarios that plain depth-first search takes minutes for: left to the full profile.
pub const SLOW_UNDER_DFS: [&str; 2] = ["countermap_add_remove_dirty", "nested_range"];

/// All of them.
pub fn all() -> Vec<Scenario> {
    let rows = LOAD_OR_STORE.iter().chain(PROMOTION).chain(OTHERS).chain(COUNTERS);
    rows.map(scenario).chain(every_operation_in_every_state()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::{Instance, Shipped};
    use crate::engine::matches;
    use crate::history::outcomes_by_specification;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique() {
        let names: Vec<String> = all().into_iter().map(|scenario| scenario.name).collect();
        let unique: BTreeSet<&String> = names.iter().collect();
        assert_eq!(unique.len(), names.len());
    }

    #[test]
    fn each_set_up_leads_to_the_state_that_it_names() {
        for (state, setup) in STATES {
            let program = Program::parse(subject("map"), &format!("{setup} || load a")).unwrap();
            let mut map = Shipped::new(program.subject.kind);
            program.setup.iter().for_each(|call| drop(map.call(call)));
            assert_eq!(map.key_state(0), state);
            map.check_invariants().unwrap();
        }
    }

    #[test]
    fn every_operation_of_the_map_is_there_in_every_state() {
        let names: BTreeSet<String> = all().into_iter().map(|scenario| scenario.name).collect();
        for operation in subject("map").operations {
            for (state, _) in STATES {
                let name = format!("{}@{}", operation.name, state.replace(' ', "_"));
                assert!(names.contains(&name), "{name} is missing");
            }
        }
    }

    /// Interesting outcomes are allowed by the specification, forbidden ones are not: a table that contradicts it is wrong.
    #[test]
    fn the_tables_agree_with_the_specification() {
        for scenario in all() {
            let Some(allowed) = outcomes_by_specification(&scenario.program) else {
                continue;
            };
            for pattern in &scenario.expectation.interesting {
                let found = allowed.iter().any(|outcome| matches(pattern, outcome));
                assert!(found, "{}: `{pattern}` is not among {allowed:?}", scenario.name);
            }
            for pattern in &scenario.expectation.forbidden {
                let found = allowed.iter().find(|outcome| matches(pattern, outcome));
                assert_eq!(found, None, "{}: `{pattern}` is allowed", scenario.name);
            }
        }
    }
}
