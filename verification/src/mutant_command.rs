//! `cargo verify mutants`.

use crate::cli::{Options, means};
use crate::{Usage, pool_settings};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Instant;
use verify::console::Format;
use verify::mutants::matrix;
use verify::mutants::measure::Group;
use verify::mutants::run::{Cell, Outcome, control, named};
use verify::mutants::tree::Tree;
use verify::mutants::tried::Tried;
use verify::mutants::{self, Mutant, page, source};
use verify::pool::Settings;

/// What was asked of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Asked {
    /// Only these; `*` at the end of one stands for any ending. See `verification/mutants/`.
    ids: Vec<String>,
    /// List them, and run nothing.
    #[arg(long)]
    list: bool,
    /// Measure each at every checker, keep what was seen, and make docs/gallery.md. What is measured already is not measured again:
    /// a run that was interrupted goes on.
    #[arg(long, conflicts_with = "random")]
    matrix: bool,
    /// Only these cells of the matrix.
    #[arg(long, value_delimiter = ',', requires = "matrix")]
    only: Vec<Group>,
    /// Measure again what is measured already.
    #[arg(long, requires = "matrix")]
    again: bool,
    /// Run the families of each variant's subject until the first program that fails, again: --matrix --only family --again.
    #[arg(long, conflicts_with_all = ["matrix", "random"])]
    families: bool,
    /// Run nothing; make docs/gallery.md anew.
    #[arg(long, conflicts_with_all = ["matrix", "random"])]
    page: bool,
    /// Make so many random edits of the core instead, drawn by `--seed`, and list those that nothing sees.
    #[arg(long, value_name = "N", conflicts_with = "ids")]
    random: Option<usize>,
    /// Take the variants of this folder, instead of those of the gallery.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["matrix", "families", "page", "random"])]
    variants: Option<PathBuf>,
    /// Where the copy is made, and what is built of it; target/mutants if not given.
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

impl Asked {
    fn tree(&self) -> Result<Tree, Usage> {
        self.scratch.as_deref().map_or_else(Tree::copy, Tree::copy_to).map_err(Usage)
    }
}

fn chosen(ids: &[String], folder: Option<&Path>) -> Result<Vec<Mutant>, Usage> {
    let all = folder.map_or_else(mutants::all, mutants::all_in).map_err(Usage)?;
    if let (true, Some(folder)) = (all.is_empty(), folder) {
        return Err(Usage(format!("`{}` has no variants: files that end in .toml", folder.display())));
    }
    for id in ids {
        if !all.iter().any(|mutant| means(id, &mutant.id)) {
            let known: Vec<&str> = all.iter().map(|mutant| mutant.id.as_str()).collect();
            return Err(Usage(format!("`{id}` is no variant: {}", known.join(", "))));
        }
    }
    Ok(all
        .into_iter()
        .filter(|mutant| ids.is_empty() || ids.iter().any(|id| means(id, &mutant.id)))
        .collect())
}

pub(crate) fn mutants(asked: &Asked, options: &Options) -> Result<ExitCode, Usage> {
    let chosen = chosen(&asked.ids, asked.variants.as_deref())?;
    if asked.list {
        chosen.iter().for_each(|mutant| println!("{:<32} {}", mutant.id, mutant.title));
        return Ok(ExitCode::SUCCESS);
    }
    if asked.page {
        write_page(&matrix::kept().map_err(Usage)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(count) = asked.random {
        return crate::random_command::random_edits(count, &asked.tree()?, options);
    }
    let settings = pool_settings(options)?;
    if asked.matrix || asked.families {
        let only = if asked.families { vec![Group::Family] } else { asked.only.clone() };
        let wanted = crate::matrix_command::Wanted { only, again: asked.again || asked.families };
        let status =
            crate::matrix_command::measure(&asked.tree()?, &chosen, &wanted, &settings, options.format)?;
        write_page(&matrix::kept().map_err(Usage)?)?;
        return Ok(status);
    }
    let started = Instant::now();
    let tree = asked.tree()?;
    let mut outcomes = vec![run_control(&tree, &chosen, &settings)];
    tell(&outcomes[0], options.format);
    if outcomes[0].passes() {
        for mutant in &chosen {
            if settings.interrupted.load(Ordering::Relaxed) {
                break;
            }
            let outcome = run_one(&tree, mutant, &settings);
            tell(&outcome, options.format);
            outcomes.push(outcome);
        }
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

fn run_one(tree: &Tree, mutant: &Mutant, settings: &Settings) -> Outcome {
    let started = Instant::now();
    let run = || -> Result<Vec<Cell>, String> {
        let program =
            tree.build().map_err(|error| format!("does not compile, which is no kill:\n{error}"))?;
        let mut cells = named(mutant, &program, settings)?;
        cells.extend(test_cell(tree, mutant, false)?);
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
    let passed = tree.test(&test.package, &test.target, &test.name)?.passes;
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

/// The page and the short table, made of what is kept.
fn write_page(measured: &[matrix::Measured]) -> Result<(), Usage> {
    let all = mutants::all().map_err(Usage)?;
    let page = page::page(&all, measured, &Tried::kept().map_err(Usage)?).map_err(Usage)?;
    let readme = source(page::README).map_err(Usage)?;
    let readme = page::insert(&readme, &all, measured)
        .map_err(|error| Usage(format!("`{}`: {error}", page::README)))?;
    for (name, text) in [(page::PAGE, page), (page::README, readme)] {
        let path = verify::orderings::record::root().join(name);
        verify::report::write_whole(&path, text.as_bytes())
            .map_err(|error| Usage(format!("`{}` cannot be written: {error}", path.display())))?;
        println!("{}", path.display());
    }
    Ok(())
}
