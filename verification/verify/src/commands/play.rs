//! `play`: the reader is the scheduler.

use super::check::{known_subject, scenarios_by_name};
use super::cli::PlayArgs;
use super::options::{Options, width};
use super::outcomes::parts;
use super::run::pool_settings;
use super::session::{Session, why_cut};
use super::table::Table;
use super::usage::Usage;
use explore::engine::Engine;
use explore::job::Job;
use explore::tree::{Bounds, Tree};
use linear::Program;
use runner::console::Format;
use runner::explain::page_of_game;
use runner::game::Game;
use runner::playing::command_of;
use runner::say;
use runner::style::wrapped;
use std::path::Path;
use std::process::ExitCode;

/// A tree is cut after this time, if no budget is given.
const MILLISECONDS: u64 = 10_000;

/// The program that was typed, or that of the scenario of this name.
fn program_of(asked: &PlayArgs) -> Result<Program, Usage> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !asked.program.is_empty() && asked.program.chars().all(is_name) {
        let mut found = scenarios_by_name(std::slice::from_ref(&asked.program))?;
        return Ok(found.swap_remove(0).program);
    }
    let subject = known_subject(&asked.subject)?;
    Program::parse(subject, &asked.program).map_err(|error| Usage(error.to_string()))
}

/// `0,1,1,0`
fn picks_of(schedule: Option<&str>) -> Result<Vec<usize>, Usage> {
    let number = |part: &str| {
        part.trim().parse().map_err(|_| {
            Usage(format!(
                "--schedule: `{}` is not the number of a thread; a schedule looks like 0,1,1,0",
                part.trim()
            ))
        })
    };
    let parts = schedule.into_iter().flat_map(|schedule| schedule.split([',', '.']));
    parts.filter(|part| !part.trim().is_empty()).map(number).collect()
}

pub(crate) fn play(asked: &PlayArgs, options: &Options) -> Result<ExitCode, Usage> {
    if options.format == Format::Json {
        return Err(Usage("play prints no JSON; the page of --html has the tree as JSON".into()));
    }
    let program = program_of(asked)?;
    let picks = picks_of(asked.schedule.as_deref())?;
    let budget = options.budget.map(|budget| u64::try_from(budget.as_millis()).unwrap_or(u64::MAX));
    let bounds = Bounds {
        positions: asked.positions,
        milliseconds: budget.unwrap_or(MILLISECONDS),
        ..Bounds::default()
    };
    let table = Table {
        job: Job::new(&program, Engine::ShuttleDfs),
        command: command_of(&program),
        bounds,
        settings: pool_settings(options)?,
        program,
    };
    let tree = table.tree(picks.clone())?;
    if let Some(page) = &asked.html {
        return write_page(&table, tree, &picks, page);
    }
    let mut game = Game::new(&table.program, tree);
    for thread in &picks {
        game.pick(*thread);
    }
    let mut session = Session::new(&table, game);
    if let Some(goal) = asked.goal {
        session.aim(goal).map_err(|why| Usage(format!("--goal {why}")))?;
    }
    parts(&table.program);
    session.run(&mut std::io::stdin().lock())
}

fn write_page(table: &Table, tree: Tree, picks: &[usize], page: &Path) -> Result<ExitCode, Usage> {
    let cut = tree.cut.as_ref().map(why_cut);
    let game = Game::new(&table.program, tree);
    let html = page_of_game(&table.program, &game, (picks, cut.as_deref()), &table.command);
    let written = runner::write_file::write_whole(page, html.as_bytes());
    written.map_err(|error| Usage(format!("`{}` cannot be written: {error}", page.display())))?;
    say!("{}", page.display());
    if let Some(why) = cut {
        let text =
            format!("The page has not all of it: {why}. Where it ends, it shows the command that goes on.");
        wrapped(&text, width()).iter().for_each(|line| say!("{line}"));
    }
    Ok(ExitCode::SUCCESS)
}
