//! What the families of the countermap are made of.

use linear::Templates;

/// What they are made of.
pub(super) static TEMPLATES: Templates = Templates {
    keyed: &["add # $", "get #", "reset_and_get #", "remove #"],
    whole: &["snapshot"],
    reads: &["get #", "snapshot"],
    same: &[],
    steps: &["add # 1", "get #", "remove #"],
    whole_steps: &["snapshot"],
    filler: true,
    one_more_where: Some("amended"),
    more: &[],
};
