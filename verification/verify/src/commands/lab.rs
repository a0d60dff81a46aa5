//! `cargo verify lab`: what the course asks of this program.

use super::options::{SELF_TEST_PROGRAMS, few_of_a_subject};
use super::usage::Usage;
use clap::Parser;
use course::command::{Cli, run};
use course::host::{Edit, Host};
use linear::Subject;
use runner::plan::Plan;
use runner::pool::Settings;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use verify::gallery::copy::Tree;
use verify::quoted::of_step_here;
use verify::repository::root;
use verify::{gallery, subjects};

/// Runs `cargo verify lab` with these words after it.
pub(crate) fn lab(words: &[String], settings: Settings) -> Result<ExitCode, Usage> {
    let cli = match Cli::try_parse_from(
        std::iter::once("cargo verify lab").chain(words.iter().map(String::as_str)),
    ) {
        Ok(cli) => cli,
        Err(other) => other.exit(),
    };
    let status = run(cli, &Suite { settings }).map_err(Usage)?;
    Ok(ExitCode::from(status))
}

/// This program.
struct Suite {
    settings: Settings,
}

impl Host for Suite {
    fn root(&self) -> PathBuf {
        root()
    }

    fn settings(&self) -> Settings {
        self.settings.clone()
    }

    fn add_self_tests(&self, plan: &mut Plan) {
        plan.self_tests(1, SELF_TEST_PROGRAMS, few_of_a_subject(SELF_TEST_PROGRAMS));
    }

    fn quoted(&self, file: &str) -> Option<String> {
        of_step_here(file)
    }

    fn subject(&self, name: &str) -> Option<&'static Subject> {
        subjects::by_name(name)
    }

    fn of_the_gallery(&self, variant: &str, engine: &str) -> Result<String, String> {
        let all = gallery::all()?;
        let found = all.into_iter().find(|known| known.id == variant);
        let found = found.ok_or_else(|| format!("`{variant}` is not in the gallery"))?;
        let kills = found.kills.get(engine).map(|kinds| kinds.list().join(" or "));
        let survives = || found.survives.contains_key(engine).then(|| "passes".to_owned());
        kills.or_else(survives).ok_or_else(|| format!("`{variant}` says nothing of {engine}"))
    }

    fn with_edits(&self, edits: &[Edit], run: &mut dyn FnMut(&Path)) -> Result<(), String> {
        let tree = Tree::copy()?;
        let before: Vec<(&str, String)> = edits
            .iter()
            .map(|edit| Ok((edit.file.as_str(), tree.read(&edit.file)?)))
            .collect::<Result<_, String>>()?;
        let built =
            edits.iter().try_for_each(|edit| tree.write(&edit.file, &edit.text)).and_then(|()| tree.build());
        if let Ok(program) = &built {
            run(program);
        }
        before.iter().try_for_each(|(file, text)| tree.write(file, text))?;
        built.map(drop)
    }
}
