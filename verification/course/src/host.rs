//! What the course asks of the program that it is in.

use linear::Subject;
use runner::plan::Plan;
use runner::pool::Settings;
use std::path::{Path, PathBuf};

/// A text that comes in the place of another in a file of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// From the root of the repository.
    pub file: String,
    /// The whole new text of the file.
    pub text: String,
}

/// The program, `cargo verify`, that knows the map and its gallery.
pub trait Host: Sync {
    /// The repository.
    fn root(&self) -> PathBuf;

    /// How workers are started, and how many.
    fn settings(&self) -> Settings;

    /// Adds the self-tests of the searches, on which COMPLETE rests.
    fn add_self_tests(&self, plan: &mut Plan);

    /// The source of a step, which a drawing quotes.
    fn quoted(&self, file: &str) -> Option<String>;

    /// A subject by its name.
    fn subject(&self, name: &str) -> Option<&'static Subject>;

    /// What an engine has found in a broken variant of the gallery: the kind of failure, or `passes`.
    ///
    /// # Errors
    /// When there is no such variant, or nothing is known of it there.
    fn of_the_gallery(&self, variant: &str, engine: &str) -> Result<String, String>;

    /// Builds a copy of the repository with these files changed, and hands its program to `run`.
    ///
    /// # Errors
    /// What the compiler says.
    fn with_edits(&self, edits: &[Edit], run: &mut dyn FnMut(&Path)) -> Result<(), String>;
}
