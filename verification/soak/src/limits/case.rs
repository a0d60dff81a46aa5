//! What a limit is.

/// A limit: what is done, to how many.
pub(super) struct Case {
    /// In the table, and on the command line.
    pub(super) name: &'static str,
    /// What it is done to: `keys`.
    pub(super) of: &'static str,
    /// How many of them; the time for half as many stands beside, if that says something.
    pub(super) size: usize,
    /// Whether half as many are measured.
    pub(super) has_half: bool,
    /// Does it.
    pub(super) run: fn(usize) -> String,
}
