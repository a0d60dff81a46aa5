//! What the families of the caches are made of.

use linear::Templates;

/// What they are made of.
pub(super) static PLAIN: Templates = Templates {
    keyed: &["get #", "insert # $", "insert_for # $ 5", "get_or_insert # $", "get_or_panic #", "remove #"],
    whole: &["advance 5", "cleanup"],
    reads: &["get #"],
    same: &[],
    steps: &["insert # 1", "insert_for # 1 5", "remove #"],
    whole_steps: &["advance 5", "cleanup"],
    filler: false,
    one_more_where: None,
    more: &[],
};

/// Its time to idle is 5: one `advance` makes an entry age, a second one ends it. No `insert_for`: its time would be another.
pub(super) static IDLE: Templates = Templates {
    keyed: &["get #", "contains_key #", "insert # $", "get_or_insert # $", "remove #"],
    whole: &["advance 3", "cleanup"],
    reads: &["get #"],
    same: &[],
    steps: &["insert # 1", "get #", "remove #"],
    whole_steps: &["advance 3", "cleanup"],
    filler: false,
    one_more_where: None,
    more: &[],
};

/// Of one entry: with two keys each insertion of the other one evicts.
pub(super) static BOUNDED: Templates = Templates {
    keyed: &["get #", "insert # $", "get_or_insert # $", "remove #"],
    whole: &["cleanup"],
    reads: &["get #"],
    same: &[],
    steps: &["insert # 1", "get #", "remove #"],
    whole_steps: &["cleanup"],
    filler: false,
    one_more_where: None,
    more: &[],
};
