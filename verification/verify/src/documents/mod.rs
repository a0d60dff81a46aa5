//! What commands write into the documents, and tests compare.
//!
//! | file | is |
//! |---|---|
//! | `region` | the one writer of marked regions |
//! | `figures` | the figures of a run, in the page of what was checked |
//! | `patterns` | the pages of the patterns |
//! | `gallery` | the gallery as a page |
//! | `drawn` | failures that are kept, and drawn in pages |

pub mod drawn;
pub mod figures;
pub mod gallery;
pub mod patterns;
pub mod region;
