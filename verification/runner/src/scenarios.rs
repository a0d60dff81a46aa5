//! Named scenarios, read from a table.

use explore::job::Expectation;
use explore::subjects;
use linear::Program;
use serde::Deserialize;

/// A named scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// The program.
    pub program: Program,
    /// What its outcomes must and must not be.
    pub expectation: Expectation,
    /// It locks much: too large for the modes that grow fastest, unless they are asked for.
    pub large: bool,
}

/// A table of scenarios, as it is in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    scenario: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    subject: Option<String>,
    about: String,
    program: String,
    #[serde(default)]
    interesting: Vec<String>,
    #[serde(default)]
    forbidden: Vec<String>,
    #[serde(default)]
    large: bool,
}

/// The scenarios of a table in TOML. A row that names no subject is of this one.
///
/// # Errors
/// What is wrong, and in which scenario.
pub fn read(text: &str, subject: &str) -> Result<Vec<Scenario>, String> {
    let table: Table = toml::from_str(text).map_err(|error| error.to_string())?;
    table.scenario.into_iter().map(|row| scenario(row, subject)).collect()
}

fn scenario(row: Row, subject: &str) -> Result<Scenario, String> {
    let name = row.subject.as_deref().unwrap_or(subject);
    let subject =
        subjects::by_name(name).ok_or_else(|| format!("{}: `{name}` is not a subject", row.name))?;
    let program = Program::parse(subject, &row.program).map_err(|error| format!("{}: {error}", row.name))?;
    let expectation = Expectation { interesting: row.interesting, forbidden: row.forbidden };
    Ok(Scenario { name: row.name, about: row.about, program, expectation, large: row.large })
}
