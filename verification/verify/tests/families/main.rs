//! The families of the real subjects: how many programs, from which start states.

mod eager;
mod programs;
mod starts;
