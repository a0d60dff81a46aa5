//! The code held to the specifications: every transition of a small TLA+ model taken by the code, and executions of the code recorded, to be
//! followed in the TLA+.

pub mod edges;
pub mod fingerprint;
pub mod traces;
