//! What the families of the registry are made of.

use linear::Templates;

/// Not `start_all`: what it has done when it fails while its services are unregistered is more than its result tells.
pub(super) static TEMPLATES: Templates = Templates {
    keyed: &["register # $", "unregister # 1", "get #", "state #", "start #", "stop #"],
    whole: &["list", "stop_all"],
    reads: &["get #", "state #", "list"],
    same: &[],
    steps: &["register # 1", "unregister # 1", "get #", "start #", "stop #"],
    whole_steps: &["list"],
    filler: false,
    one_more_where: None,
    more: &[],
};
