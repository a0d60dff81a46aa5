//! What the families of the map are made of.

use linear::{Same, Templates};

fn dropped(_: &str) -> String {
    "()".into()
}

fn was_there(result: &str) -> String {
    (result != "absent").to_string()
}

/// What they are made of.
pub(super) static TEMPLATES: Templates = Templates {
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
    one_more_where: Some("amended"),
    more: &["load_or_store_with # $", "delete_if # 1", "retain 1"],
};
