//! Mistakes of the user.

/// A mistake of the user: exit status 2.
pub(crate) struct Usage(pub(crate) String);
