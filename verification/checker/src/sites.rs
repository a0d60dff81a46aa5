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
    /// Its place in the source, and what is done: `src/lib.rs:42:18 store`, with the last two names of the path.
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

/// The last two names of a path: enough to tell files apart that are all named `mod.rs`.
fn last_two(path: &str) -> &str {
    path.rmatch_indices('/').nth(1).map_or(path, |(at, _)| &path[at + 1..])
}

/// What stands before the dot of the call at a place of the source, as far as it is a name: `top` of `self.top.load(Acquire)`. Nothing, where
/// the source cannot be read.
fn receiver(place: &Location<'_>) -> Option<String> {
    // A path in a workspace begins at its root, and a test runs in the folder of its package.
    let here = std::env::current_dir().ok()?;
    let text = here.ancestors().find_map(|folder| std::fs::read_to_string(folder.join(place.file())).ok())?;
    let before: Vec<&str> = text.lines().take(place.line() as usize).collect();
    let (last, lines) = before.split_last()?;
    let start = last.get(..place.column() as usize - 1)?;
    name_before_the_dot(&format!(
        "{}{}",
        lines.last().copied().unwrap_or_default().trim_end(),
        start.trim_start()
    ))
}

/// The last name of an expression that ends with a dot, without what is in brackets after it.
fn name_before_the_dot(text: &str) -> Option<String> {
    let mut rest = text.trim_end().strip_suffix('.')?.trim_end();
    while rest.ends_with([')', ']']) {
        let mut depth = 0;
        let opens = rest.char_indices().rev().find(|(_, c)| {
            depth += i32::from(matches!(c, ')' | ']')) - i32::from(matches!(c, '(' | '['));
            depth == 0
        })?;
        rest = rest[..opens.0].trim_end();
    }
    let name: Vec<char> = rest.chars().rev().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let name: String = name.into_iter().rev().collect();
    (!name.is_empty() && name != "self").then_some(name)
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
            let id = format!("{}:{}:{} {does}", last_two(place.file()), place.line(), place.column());
            let name = match does {
                "fence" => "fence.fence".to_owned(),
                _ => format!("{}.{does}", receiver(place).unwrap_or_else(|| "atomic".to_owned())),
            };
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

#[cfg(test)]
mod tests {
    use super::name_before_the_dot;

    #[test]
    fn an_atomic_is_named_after_the_field_that_it_is_accessed_by() {
        let name = |text: &str| name_before_the_dot(text).unwrap_or_default();
        assert_eq!(name("let top = self.top."), "top");
        assert_eq!(name("self.places[index % 4]."), "places");
        assert_eq!(name("unsafe { at(node) }.next."), "next");
        assert_eq!(name("        match self.state."), "state");
        assert_eq!(name("self.place(bottom)."), "place");
        assert_eq!(name("self.0."), "0");
        assert_eq!(name("load(&x)"), "", "no method");
    }
}
