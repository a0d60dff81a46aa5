//! What families of a subject are made of: its operations, and the steps that lead to its start states.
//!
//! A new subject needs a row in [`FAMILIES`], and `structure` of its adapter:
//! the search for start states finds the rest.

use super::Problem;

/// An operation that runs the code of another one and drops, or only words otherwise, what that returns. It is not in the
/// families: the tests of `verification/tests/symmetry.rs` hold that this loses nothing (for the map, which alone declares some).
#[derive(Debug)]
pub struct Same {
    /// The operation that is left out.
    pub template: &'static str,
    /// The one that stands for it.
    pub counted: &'static str,
    /// What the first returns where the second returns this.
    pub result: fn(&str) -> String,
}

/// What the families of a subject are made of. In a template `#` stands for a key, and `$` for a value that no other
/// operation of the program has.
#[derive(Debug)]
pub struct Templates {
    /// The subject.
    pub subject: &'static str,
    /// The operations of a key. Where a key is live in a start state, its value is 1.
    pub keyed: &'static [&'static str],
    /// The operations of the whole.
    pub whole: &'static [&'static str],
    /// Of those, the ones that only read: the second operations of the shape `sb`.
    pub reads: &'static [&'static str],
    /// What is left out, for what.
    pub same: &'static [Same],
    /// Set-up steps of a key, for the search for start states.
    pub steps: &'static [&'static str],
    /// Set-up steps of the whole.
    pub whole_steps: &'static [&'static str],
    /// Set-ups may use a key that no thread uses, to give the tables something beside the keys of the family.
    pub filler: bool,
    /// The files of `src/` that decide what becomes of its programs, beside those of the map and the facade; a folder ends
    /// in `/`.
    pub sources: &'static [&'static str],
    /// It is built on the map: the map's steps are steps of its programs too.
    pub on_map: bool,
    /// The family that must take every step of the algorithm: the size and the keys, if there is one.
    pub takes_all_steps: Option<(&'static str, usize)>,
}

fn dropped(_: &str) -> String {
    "()".into()
}

fn was_there(result: &str) -> String {
    (result != "absent").to_string()
}

/// All subjects that have families.
pub static FAMILIES: [Templates; 8] = [
    Templates {
        subject: "map",
        keyed: &[
            "load #",
            "swap # $",
            "load_or_store # $",
            "load_and_delete #",
            "compare_and_swap # 1 $",
            "compare_and_delete # 1",
            "update # 100",
        ],
        whole: &["range", "clear"],
        reads: &["load #", "range"],
        same: &[
            Same { template: "store # $", counted: "swap # $", result: dropped },
            Same { template: "delete #", counted: "load_and_delete #", result: was_there },
            Same { template: "contains_key #", counted: "load #", result: was_there },
        ],
        steps: &["store # 1", "delete #", "compare_and_delete # 1", "load #"],
        whole_steps: &["range"],
        filler: true,
        sources: &[],
        on_map: true,
        takes_all_steps: Some(("2x1", 2)),
    },
    Templates {
        subject: "counter",
        keyed: &[],
        whole: &["add $", "get", "reset_and_get"],
        reads: &["get"],
        same: &[],
        steps: &[],
        whole_steps: &["add 1", "reset_and_get"],
        filler: false,
        sources: &["counter.rs"],
        on_map: false,
        takes_all_steps: None,
    },
    Templates {
        subject: "countermap",
        keyed: &["add # $", "get #", "reset_and_get #", "remove #"],
        whole: &["snapshot"],
        reads: &["get #", "snapshot"],
        same: &[],
        steps: &["add # 1", "get #", "remove #"],
        whole_steps: &["snapshot"],
        filler: true,
        sources: &["counter.rs"],
        on_map: true,
        takes_all_steps: None,
    },
    Templates {
        subject: "cache",
        keyed: &[
            "get #",
            "insert # $",
            "insert_for # $ 5",
            "get_or_insert # $",
            "get_or_panic #",
            "remove #",
        ],
        whole: &["advance 5", "cleanup"],
        reads: &["get #"],
        same: &[],
        steps: &["insert # 1", "insert_for # 1 5", "remove #"],
        whole_steps: &["advance 5", "cleanup"],
        filler: false,
        sources: &["patterns/"],
        on_map: true,
        takes_all_steps: None,
    },
    // Its time to idle is 5: one `advance` makes an entry age, a second one ends it. No `insert_for`: its time would be another.
    Templates {
        subject: "idlecache",
        keyed: &["get #", "contains_key #", "insert # $", "get_or_insert # $", "remove #"],
        whole: &["advance 3", "cleanup"],
        reads: &["get #"],
        same: &[],
        steps: &["insert # 1", "get #", "remove #"],
        whole_steps: &["advance 3", "cleanup"],
        filler: false,
        sources: &["patterns/"],
        on_map: true,
        takes_all_steps: None,
    },
    // Of one entry: with two keys each insertion of the other one evicts.
    Templates {
        subject: "boundedcache",
        keyed: &["get #", "insert # $", "get_or_insert # $", "remove #"],
        whole: &["cleanup"],
        reads: &["get #"],
        same: &[],
        steps: &["insert # 1", "get #", "remove #"],
        whole_steps: &["cleanup"],
        filler: false,
        sources: &["patterns/"],
        on_map: true,
        takes_all_steps: None,
    },
    // Not `start_all`: what it has done when it fails while its services are unregistered is more than its result tells.
    Templates {
        subject: "registry",
        keyed: &["register # $", "unregister # 1", "get #", "state #", "start #", "stop #"],
        whole: &["list", "stop_all"],
        reads: &["get #", "state #", "list"],
        same: &[],
        steps: &["register # 1", "unregister # 1", "get #", "start #", "stop #"],
        whole_steps: &["list"],
        filler: false,
        sources: &["patterns/mod.rs", "patterns/monitor.rs", "patterns/clock.rs", "patterns/registry/"],
        on_map: true,
        takes_all_steps: None,
    },
    // Not the calls that wait: alone they wait for ever.
    Templates {
        subject: "config",
        keyed: &[
            "get #",
            "set # $",
            "set_if_changed # 1",
            "compare_and_set # 1 $",
            "remove #",
            "subscribe # $",
        ],
        whole: &["try_recv 1", "unsubscribe 1", "snapshot"],
        reads: &["get #", "try_recv 1", "snapshot"],
        same: &[],
        steps: &["set # 1", "remove #", "get #", "subscribe # 1"],
        whole_steps: &["try_recv 1", "unsubscribe 1", "snapshot"],
        filler: false,
        sources: &["patterns/mod.rs", "patterns/monitor.rs", "patterns/clock.rs", "patterns/config/"],
        on_map: true,
        takes_all_steps: None,
    },
];

impl Templates {
    /// Those of a subject.
    ///
    /// # Errors
    /// When it has no families.
    pub fn of(subject: &str) -> Result<&'static Templates, Problem> {
        FAMILIES.iter().find(|family| family.subject == subject).ok_or_else(|| {
            let known: Vec<&str> = FAMILIES.iter().map(|family| family.subject).collect();
            Problem(format!("`{subject}` has no families; these subjects have: {}", known.join(", ")))
        })
    }

    /// The name of the operation of a template.
    pub fn name(template: &str) -> &str {
        template.split(' ').next().unwrap_or(template)
    }

    /// Whether its operations have keys.
    pub fn has_keys(&self) -> bool {
        !self.keyed.is_empty()
    }
}
