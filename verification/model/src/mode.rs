//! When a strict epoch destroys.

/// When retired objects are destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// At the end of the execution.
    #[default]
    Leak,
    /// As soon as no guard that lived at the retirement lives.
    Eager,
    /// As eager, with pins and retirements visible to the search.
    Visible,
    /// Then, but only at the next outermost pin, or the next flush, of any thread: where a real epoch runs destructors.
    AtPins,
    /// Then, but only at the next flush of any thread: a real epoch may leave out any pin.
    AtFlushes,
}

/// What may make a collection begin.
#[cfg(any(feature = "loom", feature = "shuttle"))]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// A guard has gone.
    Unpin,
    /// A thread that was not pinned is.
    Pin,
    /// A flush.
    Flush,
}

#[cfg(any(feature = "loom", feature = "shuttle"))]
impl Mode {
    /// Whether it destroys what is due then.
    pub(crate) fn collects_at(self, occasion: Occasion) -> bool {
        match self {
            Mode::Leak => false,
            Mode::Eager | Mode::Visible => occasion != Occasion::Pin,
            Mode::AtPins => occasion != Occasion::Unpin,
            Mode::AtFlushes => occasion == Occasion::Flush,
        }
    }
}
