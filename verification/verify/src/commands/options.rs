//! The options of all commands.

use clap::Args;
use explore::search_oracle::OfASubject;
use runner::console::Format;
use runner::minimise::SECONDS;
use std::path::PathBuf;
use std::time::Duration;

/// Programs of each self-test of a search.
pub(crate) const SELF_TEST_PROGRAMS: usize = 400;

/// Programs of a subject beside so many of words and a mutex, in a run of everything. (They take a thousand times as long.)
pub(crate) fn many_of_a_subject(programs: usize) -> OfASubject {
    OfASubject { programs: programs.div_ceil(16), within: None }
}

/// The same before a command that checks something else, and that a person waits for: small ones.
pub(crate) fn few_of_a_subject(programs: usize) -> OfASubject {
    OfASubject { programs: programs.div_ceil(32), within: Some(2_000) }
}

/// Whether a name that was typed means this one; `*` at its end stands for any ending.
pub(crate) fn means(typed: &str, name: &str) -> bool {
    typed.strip_suffix('*').map_or(typed == name, |start| name.starts_with(start))
}

/// What may have been meant by a name that is not one: the names that are nearest, or have it in them; else where they are listed.
pub(crate) fn meant<'n>(typed: &str, names: impl Iterator<Item = &'n str>, listed_by: &str) -> String {
    let start = typed.trim_end_matches('*');
    let near = |name: &str| match linear::distance(name, start) {
        distance if distance <= 3 => Some(distance),
        _ => (!start.is_empty() && name.contains(start)).then_some(4),
    };
    let mut near: Vec<(usize, &str)> = names.filter_map(|name| Some((near(name)?, name))).collect();
    near.sort_unstable();
    let near: Vec<&str> = near.into_iter().map(|(_, name)| name).take(5).collect();
    match near.is_empty() {
        true => format!("`{listed_by}` prints their names"),
        false => format!("did you mean {}?", near.join(", ")),
    }
}

/// How many columns a person sees: as the variable COLUMNS says, or the terminal; 80 in a pipe. More than 120 are hard to read.
pub(crate) fn width() -> usize {
    let typed = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || comfy_table::Table::new().width().map(usize::from);
    // A terminal that does not know its width says 0.
    let known = |width: &usize| *width > 0;
    typed.filter(known).or_else(|| terminal().filter(known)).unwrap_or(80).clamp(40, 120)
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Text for people, or JSON, one object on each line.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Write report.html, report.json, junit.xml and one file for each failure to this folder.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) report: Option<PathBuf>,
    /// Print each verdict as it comes, and a line for each scenario at the end.
    #[arg(long, short = 'v', global = true)]
    pub(crate) verbose: bool,
    /// How many worker processes; by default one for each core.
    #[arg(long, global = true, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// The seed of everything random.
    #[arg(long, global = true, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Stop each exploration after this time: 500ms, 60s, 5m. An exploration that is stopped is TRUNCATED, never a pass.
    #[arg(long, global = true, value_parser = duration)]
    pub(crate) budget: Option<Duration>,
    /// Report an execution that takes longer than this as a hang.
    #[arg(long, global = true, value_parser = duration, default_value = "30s")]
    pub(crate) patience: Duration,
    /// Spend at most so many seconds on making the counterexamples smaller that are drawn; 0 leaves them as they were found.
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = SECONDS)]
    pub(crate) minimise: u64,
    /// The report folder has journals to go on with.
    #[arg(skip)]
    pub(crate) resume: bool,
    /// A family is given up after so many failures; ten if not given.
    #[arg(skip)]
    pub(crate) enough_failures: Option<usize>,
}

fn duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let parse = |(unit, seconds): &(&str, f64)| {
        let number: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        Duration::try_from_secs_f64(number * seconds).ok().filter(|time| !time.is_zero())
    };
    units
        .iter()
        .find_map(parse)
        .ok_or_else(|| "a time is a positive number and a unit, such as 500ms, 60s, 5m or 1h".to_owned())
}

/// How often something is done.
pub(crate) fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| *n > 0).ok_or_else(|| "it must be a whole number, at least 1".to_owned())
}
