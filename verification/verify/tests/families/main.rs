//! The families of the real subjects: how many programs, from which start states.

mod programs;
mod starts;
