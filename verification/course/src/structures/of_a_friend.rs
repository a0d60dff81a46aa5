//! A friend's list, with a fault, and mended: the lowest level of a skip list, which is in the crate `others`.

use checker::host;
use explore::subjects::Builds;
use others::skip_list::SkipList;

pub(super) fn builds() -> Vec<&'static Builds> {
    vec![host::builds::<SkipList<true>>("lab-friends-list"), host::builds::<SkipList<false>>("lab-list")]
}
