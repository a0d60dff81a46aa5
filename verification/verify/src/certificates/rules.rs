//! Linearization points that have no access of their own on their line.

use explore::passage::Passage;

/// A linearization point without an access of its own: what a call that has it looks like.
pub(super) struct Rule {
    pub(super) label: &'static str,
    pub(super) file: &'static str,
    /// A word of the line, where a file has the label twice.
    pub(super) word: &'static str,
    /// The operations, and the word for what they return; any if empty.
    calls: &'static [(&'static str, &'static str)],
    locked: Option<bool>,
    /// Whether the call makes an access with this id.
    access: Option<(&'static str, bool)>,
}

const ABSENT: [(&str, &str); 5] = [
    ("load", "absent"),
    ("compare_and_swap", "false"),
    ("compare_and_delete", "false"),
    ("update", "absent"),
    ("get", "zero"),
];

pub(super) const RULES: [Rule; 8] = [
    Rule {
        label: "LP(load_or_store, loaded)",
        file: "map/entry.rs",
        word: "",
        calls: &[("load_or_store", "loaded")],
        locked: None,
        access: None,
    },
    Rule {
        label: "LP(delete, absent)",
        file: "map/entry.rs",
        word: "",
        calls: &[("load_and_delete", "absent"), ("compare_and_delete", "false")],
        locked: None,
        access: Some(("ORD-6", true)),
    },
    Rule {
        label: "LP(compare_and_swap, other)",
        file: "map/entry.rs",
        word: "",
        calls: &[("compare_and_swap", "false")],
        locked: None,
        access: Some(("ORD-6", true)),
    },
    Rule {
        label: "LP(clear, empty)",
        file: "map/whole.rs",
        word: "",
        calls: &[("clear", "")],
        locked: None,
        access: Some(("ORD-5", false)),
    },
    Rule {
        label: "LP(absent)",
        file: "map/pinned.rs",
        word: "neither",
        calls: &ABSENT,
        locked: Some(false),
        access: Some(("ORD-6", false)),
    },
    Rule {
        label: "LP(absent)",
        file: "map/pinned.rs",
        word: "under the mutex",
        calls: &ABSENT,
        locked: Some(true),
        access: Some(("ORD-6", false)),
    },
    Rule {
        label: "LP(delete, absent)",
        file: "map/pinned.rs",
        word: "return",
        calls: &[("load_and_delete", "absent")],
        locked: Some(false),
        access: Some(("ORD-6", false)),
    },
    Rule {
        label: "LP(delete, absent)",
        file: "map/pinned.rs",
        word: "",
        calls: &[("load_and_delete", "absent")],
        locked: Some(true),
        access: Some(("ORD-6", false)),
    },
];

impl Rule {
    pub(super) fn fits(&self, call: &Passage) -> bool {
        let is_call = |(name, word): &(&str, &str)| {
            call.operation == *name && (word.is_empty() || call.returned == *word)
        };
        self.calls.iter().any(is_call)
            && self.locked.is_none_or(|locked| call.locked == locked)
            && self
                .access
                .is_none_or(|(id, made)| call.accesses.iter().any(|(other, _)| *other == id) == made)
    }
}
