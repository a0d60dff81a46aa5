//! What a result holds for, and what is kept of it.
//!
//! | file | is |
//! |---|---|
//! | `provenance` | the sources that this binary was built from, and their fingerprint |
//! | `steps`, `rules` | the steps of the algorithm, and how each is known |
//! | `source` | both, as the runner asks for them |
//! | `kept` | the certificates of `docs/certificate/`, and what the book says of them |

pub mod kept;
pub mod provenance;
mod rules;
pub mod source;
pub mod steps;
