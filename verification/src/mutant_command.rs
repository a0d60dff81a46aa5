//! `cargo verify mutants`.

use crate::cli::Options;
use crate::{Usage, pool_settings};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Instant;
use verify::console::Format;
use verify::mutants::matrix::{self, Measured};
use verify::mutants::random::{self, Fate};
use verify::mutants::run::{Cell, Outcome, control, named};
use verify::mutants::tree::Tree;
use verify::mutants::{self, Mutant, page, source};
use verify::pool::Settings;

/// What was asked of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Asked {
    /// Only these; see `verification/mutants/`.
    ids: Vec<String>,
    /// List them, and run nothing.
    #[arg(long)]
    list: bool,
    /// Run each at every engine, keep what was seen, and make docs/gallery.md.
    #[arg(long, conflicts_with = "random")]
    matrix: bool,
    /// Run nothing; make docs/gallery.md anew.
    #[arg(long, conflicts_with_all = ["matrix", "random"])]
    page: bool,
    /// Make so many random edits of the core instead, drawn by `--seed`, and list those that nothing sees.
    #[arg(long, value_name = "N", conflicts_with = "ids")]
    random: Option<usize>,
}

fn chosen(ids: &[String]) -> Result<Vec<Mutant>, Usage> {
    let all = mutants::all().map_err(Usage)?;
    for id in ids {
        if !all.iter().any(|mutant| mutant.id == *id) {
            let known: Vec<&str> = all.iter().map(|mutant| mutant.id.as_str()).collect();
            return Err(Usage(format!("`{id}` is no variant: {}", known.join(", "))));
        }
    }
    Ok(all.into_iter().filter(|mutant| ids.is_empty() || ids.contains(&mutant.id)).collect())
}

pub(crate) fn mutants(asked: &Asked, options: &Options) -> Result<ExitCode, Usage> {
    let chosen = chosen(&asked.ids)?;
    if asked.list {
        chosen.iter().for_each(|mutant| println!("{:<32} {}", mutant.id, mutant.title));
        return Ok(ExitCode::SUCCESS);
    }
    if asked.page {
        write_page(&matrix::kept().map_err(Usage)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(count) = asked.random {
        return random_edits(count, options);
    }
    let settings = pool_settings(options)?;
    let started = Instant::now();
    let tree = Tree::copy().map_err(Usage)?;
    let mut measured = Vec::new();
    let mut outcomes = vec![run_control(&tree, &chosen, &settings)];
    tell(&outcomes[0], options.format);
    if outcomes[0].passes() {
        for mutant in &chosen {
            if settings.interrupted.load(Ordering::Relaxed) {
                break;
            }
            let outcome = run_one(&tree, mutant, &settings, asked.matrix.then_some(&mut measured));
            tell(&outcome, options.format);
            outcomes.push(outcome);
        }
    }
    if asked.matrix {
        write_page(&matrix::keep(&measured, &mutants::all().map_err(Usage)?).map_err(Usage)?)?;
    }
    let killed = outcomes.iter().skip(1).filter(|outcome| outcome.passes()).count();
    let failed = outcomes.iter().filter(|outcome| !outcome.passes()).count();
    let left = chosen.len() + 1 - outcomes.len();
    let seconds = (started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    match options.format {
        Format::Json => println!(
            "{}",
            serde_json::json!({ "kind": "summary", "variants": chosen.len(), "killed": killed, "failed": failed,
                "truncated": left, "seconds": seconds })
        ),
        Format::Text => {
            if left > 0 {
                println!("TRUNCATED  {left} variants were not run");
            }
            println!("{killed} of {} variants killed as named, {failed} failed; {seconds:.1}s", chosen.len());
        }
    }
    Ok(ExitCode::from(match (failed, left) {
        (0, 0) => 0,
        (0, _) => 3,
        _ => 1,
    }))
}

/// The tree as it is, on the same way: it must survive all that the variants must not.
fn run_control(tree: &Tree, chosen: &[Mutant], settings: &Settings) -> Outcome {
    let started = Instant::now();
    let title = "the tree as it is".to_owned();
    let mut outcome = Outcome {
        kind: "mutant".into(),
        id: "control".into(),
        title,
        problem: None,
        cells: Vec::new(),
        seconds: 0.0,
    };
    let stale: Vec<String> = chosen.iter().filter_map(|mutant| mutant.check(source).err()).collect();
    let run = || -> Result<Vec<Cell>, String> {
        if !stale.is_empty() {
            return Err(stale.join("\n"));
        }
        let mut cells = control(chosen, &tree.build()?, settings)?;
        for mutant in chosen {
            cells.extend(test_cell(tree, mutant, true)?);
        }
        Ok(cells)
    };
    match run() {
        Ok(cells) => outcome.cells = cells,
        Err(problem) => outcome.problem = Some(problem),
    }
    outcome.seconds = started.elapsed().as_secs_f64();
    outcome
}

fn run_one(
    tree: &Tree,
    mutant: &Mutant,
    settings: &Settings,
    measured: Option<&mut Vec<Measured>>,
) -> Outcome {
    let started = Instant::now();
    let run = || -> Result<Vec<Cell>, String> {
        let program =
            tree.build().map_err(|error| format!("does not compile, which is no kill:\n{error}"))?;
        let mut cells = named(mutant, &program, settings)?;
        cells.extend(test_cell(tree, mutant, false)?);
        if let Some(measured) = measured {
            measured.push(matrix::measure(mutant, &program, settings)?);
        }
        Ok(cells)
    };
    let mut outcome = Outcome::of(mutant);
    match tree.edit(mutant) {
        Ok(before) => {
            let cells = run();
            let restored = before.iter().try_for_each(|(file, text)| tree.write(file, text));
            match restored.and(cells) {
                Ok(cells) => outcome.cells = cells,
                Err(problem) => outcome.problem = Some(problem),
            }
        }
        Err(problem) => outcome.problem = Some(problem),
    }
    outcome.seconds = started.elapsed().as_secs_f64();
    outcome
}

/// The ordinary test of a variant, which must pass or fail.
fn test_cell(tree: &Tree, mutant: &Mutant, must_pass: bool) -> Result<Option<Cell>, String> {
    let Some(test) = &mutant.test else { return Ok(None) };
    let passed = tree.test(&test.package, &test.target, &test.name)?;
    let say = |passed: bool| if passed { "passes" } else { "fails" }.to_owned();
    let checker = format!("test {}::{}", test.target, test.name);
    let cell = Cell {
        checker,
        expected: say(must_pass),
        found: say(passed),
        executions: 0,
        passes: passed == must_pass,
    };
    Ok(Some(cell))
}

fn tell(outcome: &Outcome, format: Format) {
    if format == Format::Json {
        println!("{}", serde_json::to_string(outcome).unwrap_or_default());
        return;
    }
    let what = if outcome.passes() { "ok    " } else { "FAILED" };
    println!("{what} {:<32} {}  {:.1}s", outcome.id, outcome.title, outcome.seconds);
    for line in outcome.problem.iter().flat_map(|problem| problem.lines()) {
        println!("           {line}");
    }
    let is_control = outcome.id == "control";
    for cell in outcome.cells.iter().filter(|cell| !is_control || !cell.passes) {
        let right = if cell.passes { "" } else { "  <- not as named" };
        println!(
            "           {:<15} must be: {}; is: {} ({} executions){right}",
            cell.checker, cell.expected, cell.found, cell.executions
        );
    }
}

fn write_page(measured: &[Measured]) -> Result<(), Usage> {
    let all = mutants::all().map_err(Usage)?;
    let path = verify::orderings::record::root().join(page::PAGE);
    verify::report::write_whole(&path, page::page(&all, measured).as_bytes())
        .map_err(|error| Usage(format!("`{}` cannot be written: {error}", path.display())))?;
    println!("{}", path.display());
    println!("{}", page::short(&all, measured));
    Ok(())
}

/// Random edits of the core: each is killed, or listed.
fn random_edits(count: usize, options: &Options) -> Result<ExitCode, Usage> {
    let settings = pool_settings(options)?;
    let edits = random::drawn(random::all().map_err(Usage)?, count, options.seed);
    let tree = Tree::copy().map_err(Usage)?;
    tree.build().map_err(|error| Usage(format!("the tree as it is does not build: {error}")))?;
    let mut fates = Vec::new();
    for edit in &edits {
        if settings.interrupted.load(Ordering::Relaxed) {
            break;
        }
        let fate = random::try_edit(&tree, edit, &settings).map_err(Usage)?;
        match options.format {
            Format::Json => {
                println!("{}", serde_json::json!({ "kind": "random", "edit": edit, "fate": fate }))
            }
            Format::Text => {
                let what = match &fate {
                    Fate::Killed(by) => format!("killed     by {by}"),
                    Fate::Survived => "SURVIVED".into(),
                    other => format!("{other:?}").to_lowercase(),
                };
                println!(
                    "{what}\n           {}:{}\n         - {}\n         + {}",
                    edit.file, edit.line, edit.before, edit.after
                );
            }
        }
        fates.push(fate);
    }
    let of = |wanted: fn(&Fate) -> bool| fates.iter().filter(|fate| wanted(fate)).count();
    let killed = of(|fate| matches!(fate, Fate::Killed(_)));
    let survived = of(|fate| *fate == Fate::Survived);
    let (equivalent, stillborn) = (of(|fate| *fate == Fate::Equivalent), of(|fate| *fate == Fate::Stillborn));
    let left = edits.len() - fates.len() + of(|fate| *fate == Fate::Unknown);
    match options.format {
        Format::Json => println!(
            "{}",
            serde_json::json!({ "kind": "summary", "edits": edits.len(), "seed": options.seed, "killed": killed,
                "survived": survived, "equivalent": equivalent, "stillborn": stillborn, "truncated": left })
        ),
        Format::Text => println!(
            "{killed} of {} edits killed, {survived} survived, {equivalent} make no difference; {stillborn} do not compile, {left} not tried (seed {})",
            killed + survived + equivalent,
            options.seed
        ),
    }
    Ok(ExitCode::from(match (survived, left) {
        (0, 0) => 0,
        (0, _) => 3,
        _ => 1,
    }))
}
