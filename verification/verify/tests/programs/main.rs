//! Programs of the real subjects: their text, the judge of their histories, and those that wait for ever.

mod impossible;
mod judge;
mod smaller;
mod text;
mod waiting;
