//! The abstract mode: calls of a structure that are one step each.
//!
//! MODEL-GAP: Abstract executions. What happens inside of a call is not explored, and nothing is freed before the end.

/// A structure whose calls are one step each in an abstract execution: which of its accesses the search sees, and which it does not.
///
/// A call is one step, at the access with which each call begins. Everything else that it does to the structure happens at once, outside
/// the checker's sight. That is right if the structure is linearizable, which its own checks have to show. A call that takes effect key by
/// key, such as a walk over all keys, is one step too: outcomes that need another call in the middle of it are not explored.
#[derive(Clone, Copy, Debug)]
pub struct OneStep {
    /// The name of the access that each call begins with: `read.load`.
    pub begins: &'static str,
    /// Its other accesses, by the word before the dot: `slot`.
    pub hidden: &'static [&'static str],
    /// How the name of its mutex begins.
    pub mutex: &'static str,
}

#[cfg(any(feature = "loom", feature = "shuttle"))]
impl OneStep {
    /// Whether an access is in the middle of a call.
    pub(crate) fn hides(&self, name: &str) -> bool {
        let word = name.split('.').next().unwrap_or(name);
        name != self.begins && self.hidden.contains(&word)
    }
}
