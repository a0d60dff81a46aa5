//! What went wrong, in a sentence: of histories that no order explains, and of memory.

mod histories;
mod memory;
