//! What the families of the counter are made of.

use linear::Templates;

/// What they are made of.
pub(super) static TEMPLATES: Templates = Templates {
    keyed: &[],
    whole: &["add $", "get", "reset_and_get"],
    reads: &["get"],
    same: &[],
    steps: &[],
    whole_steps: &["add 1", "reset_and_get"],
    filler: false,
    one_more_where: None,
    more: &[],
};
