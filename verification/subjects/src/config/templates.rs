//! What the families of the config are made of.

use linear::Templates;

/// Not the calls that wait: alone they wait for ever.
pub(super) static TEMPLATES: Templates = Templates {
    keyed: &["get #", "set # $", "set_if_changed # 1", "compare_and_set # 1 $", "remove #", "subscribe # $"],
    whole: &["try_recv 1", "unsubscribe 1", "snapshot"],
    reads: &["get #", "try_recv 1", "snapshot"],
    same: &[],
    steps: &["set # 1", "remove #", "get #", "subscribe # 1"],
    whole_steps: &["try_recv 1", "unsubscribe 1", "snapshot"],
    filler: false,
    one_more_where: None,
    more: &["update # 100", "poll 1", "discard 1"],
};
