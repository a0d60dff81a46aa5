//! From the specification to the code: the graph of `specs/Edges.tla`, walked in the real map.
//!
//! A state of the graph is a state of the specification. An edge is a step of one of two processes, one atomic access of
//! the code. `graph` reads the file that `speccheck` has written, `cover` lays paths through all edges, and `walk` follows
//! a path in the map, under shuttle, with a scheduler that lets the process run of which the step is; after each step it compares the
//! map with the state.
//!
//! What the mutex guards is compared whenever the mutex is free: nobody can see it before. Where a process *is* shows in the
//! access that it makes next, which is compared with the step.

pub mod cover;
pub mod graph;
pub mod places;
mod scheduler;
pub mod walk;
