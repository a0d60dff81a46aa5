//! `specs/expected.toml`: which configurations there are, what they must come to, and which seeded bugs break what.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// `[[configuration]]`
    #[serde(default)]
    pub configuration: Vec<Configuration>,
    /// `[[bug]]`
    #[serde(default)]
    pub bug: Vec<Bug>,
}

/// When a configuration is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// By `cargo verify specs`.
    Quick,
    /// By `cargo verify specs --full` only.
    Full,
}

/// A cfg file, the module that it is for, and how many states it has.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// The cfg file without its ending.
    pub name: String,
    /// The module.
    pub module: String,
    /// When it is run.
    pub profile: Profile,
    /// Distinct states; another number is a failure.
    pub states: usize,
    /// How long it took on one core when it was measured. What is left of a run is estimated from this, and the longest begins first; it is
    /// no limit.
    pub seconds: f64,
    /// What it covers, in a line.
    pub about: String,
}

/// A broken variant of a module, chosen by its constant `Bug`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bug {
    /// The value of `Bug`.
    pub name: String,
    /// The module.
    pub module: String,
    /// The configuration that it is run in, but for `constants`.
    pub configuration: String,
    /// Constants that differ from the configuration's, as in a cfg file.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// The property that it must break: the only one that is checked.
    pub property: String,
    /// The length of the shortest counterexample; another number is a failure.
    pub steps: usize,
    /// What is broken, in a line.
    pub about: String,
}

/// The folder of the specifications; another one, a copy that has been changed, if the variable names it.
pub fn folder() -> PathBuf {
    let named = std::env::var_os("SPECCHECK_FOLDER").map(PathBuf::from);
    named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs"))
}

impl Expected {
    /// Reads the file.
    ///
    /// # Errors
    /// That it cannot be read, or what is wrong with it.
    pub fn read() -> Result<Expected, String> {
        let path = folder().join("expected.toml");
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("specs/expected.toml cannot be read: {error}"))?;
        toml::from_str(&text).map_err(|error| format!("specs/expected.toml: {error}"))
    }

    /// The configuration of that name.
    pub fn find(&self, name: &str) -> Option<&Configuration> {
        self.configuration.iter().find(|configuration| configuration.name == name)
    }
}
