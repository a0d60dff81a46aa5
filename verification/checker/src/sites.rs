//! Each atomic access of an author's code has a name: its place in the source. By that name its ordering is replaced, or the access is left
//! out, to see whether a check notices.

use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::atomic::Ordering;
use sync_map_model::Site;

/// The place, what is done there, and its ordering.
type Key = (usize, &'static str, &'static str);

thread_local! {
    static SITES: RefCell<BTreeMap<Key, &'static Site>> = const { RefCell::new(BTreeMap::new()) };
    static LEFT_OUT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// An atomic access of an author's code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Access {
    /// Its place in the source, and what is done: `src/lib.rs:42:18 store`.
    pub id: String,
    /// `load`, `store`, `write` (a read-modify-write), `exchange`, `exchange-failed` or `fence`.
    pub does: String,
    /// Its ordering.
    pub ordering: String,
}

fn name_of(ordering: Ordering) -> &'static str {
    match ordering {
        Ordering::Relaxed => "Relaxed",
        Ordering::Acquire => "Acquire",
        Ordering::Release => "Release",
        Ordering::AcqRel => "AcqRel",
        _ => "SeqCst",
    }
}

/// The named access of this place.
pub(crate) fn site(
    does: &'static str,
    ordering: Ordering,
    place: &'static Location<'static>,
) -> &'static Site {
    let key = (std::ptr::from_ref(place).addr(), does, name_of(ordering));
    SITES.with_borrow_mut(|sites| {
        *sites.entry(key).or_insert_with(|| {
            let id = format!("{}:{}:{} {does}", place.file(), place.line(), place.column());
            let name = format!("{}.{does}", if does == "fence" { "fence" } else { "atomic" });
            // As many as there are places in a source.
            Box::leak(Box::new(Site::new(id.leak(), name.leak(), ordering)))
        })
    })
}

/// The accesses that were made so far on this OS thread, in the order of the source.
pub(crate) fn made() -> Vec<Access> {
    let mut made: Vec<Access> = SITES.with_borrow(|sites| {
        let access = |(&(_, does, _), site): (&Key, &&'static Site)| Access {
            id: site.id.to_owned(),
            does: does.to_owned(),
            ordering: name_of(site.ordering).to_owned(),
        };
        sites.iter().map(access).collect()
    });
    made.sort();
    made.dedup();
    made
}

/// From now on the access of this name does not write; none: each does again.
pub(crate) fn leave_out(id: Option<String>) {
    LEFT_OUT.set(id);
}

/// Whether this access is not to write.
pub(crate) fn is_left_out(site: &Site) -> bool {
    LEFT_OUT.with_borrow(|left_out| left_out.as_deref() == Some(site.id))
}
