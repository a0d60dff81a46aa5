//! `cargo verify mutants`.

use super::options::{Options, means, meant, width};
use super::run::{make_folder, pool_settings};
use super::smaller::make_all_smaller;
use super::usage::Usage;
use runner::console::Format;
use runner::explain::ask_what_if;
use runner::known_self_tests::are_run_anew;
use runner::pool::Settings;
use runner::report::Report;
use runner::style::{Style, count, wrapped};
use runner::watched::watch;
use runner::{complain, say, summary};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Instant;
use verify::documents::drawn::Drawn;
use verify::documents::gallery as page;
use verify::gallery::copy::Tree;
use verify::gallery::known_control::KnownControls;
use verify::gallery::matrix;
use verify::gallery::measure::Group;
use verify::gallery::random_kept::Tried;
use verify::gallery::run::{Cell, Outcome, control, named, quote, survives};
use verify::gallery::{self, Variant, source};

/// What was asked of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Asked {
    /// Only these variants; `*` at the end of a name stands for any ending. They are in `verification/mutants/`.
    ids: Vec<String>,
    /// List the variants, and run nothing.
    #[arg(long)]
    list: bool,
    /// Run each variant on every checker, keep what each one saw, and write docs/gallery.md. What was measured before is not measured again,
    /// so the same command resumes a run that was interrupted.
    #[arg(long, conflicts_with = "random")]
    matrix: bool,
    /// Only these cells of the matrix.
    #[arg(long, value_delimiter = ',', requires = "matrix")]
    only: Vec<Group>,
    /// Also measure again what was measured before.
    #[arg(long, requires = "matrix")]
    again: bool,
    /// The same as --matrix --only family --again: run the families of each variant's subject until the first program that fails.
    #[arg(long, conflicts_with_all = ["matrix", "random"])]
    families: bool,
    /// Run nothing; write docs/gallery.md anew.
    #[arg(long, conflicts_with_all = ["matrix", "random"])]
    page: bool,
    /// Keep a failure of each variant in docs/drawn, where the gallery draws it, and write docs/gallery.md anew.
    #[arg(long, conflicts_with_all = ["matrix", "families", "random", "page"])]
    keep: bool,
    /// Try so many random edits of the core instead, drawn with `--seed`, and list those that no checker sees.
    #[arg(long, value_name = "N", conflicts_with = "ids")]
    random: Option<usize>,
    /// Run the variants in this folder, instead of those of the gallery.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["matrix", "families", "page", "random", "keep"])]
    variants: Option<PathBuf>,
    /// Where the copy is made and built; target/mutants by default.
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

impl Asked {
    fn tree(&self) -> Result<Tree, Usage> {
        self.scratch.as_deref().map_or_else(Tree::copy, Tree::copy_to).map_err(Usage)
    }
}

fn chosen(ids: &[String], folder: Option<&Path>) -> Result<Vec<Variant>, Usage> {
    let all = folder.map_or_else(gallery::all, gallery::all_in).map_err(Usage)?;
    if let (true, Some(folder)) = (all.is_empty(), folder) {
        return Err(Usage(format!(
            "`{}` has no variants: a variant is a file that ends in .toml",
            folder.display()
        )));
    }
    for id in ids {
        if !all.iter().any(|variant| means(id, &variant.id)) {
            let names = all.iter().map(|variant| variant.id.as_str());
            let help = meant(id, names, "cargo verify mutants --list");
            return Err(Usage(format!("`{id}` is not a variant: {help}")));
        }
    }
    Ok(all
        .into_iter()
        .filter(|variant| ids.is_empty() || ids.iter().any(|id| means(id, &variant.id)))
        .collect())
}

pub(crate) fn mutants(asked: &Asked, options: &Options) -> Result<ExitCode, Usage> {
    let chosen = chosen(&asked.ids, asked.variants.as_deref())?;
    if asked.list {
        chosen.iter().for_each(|variant| say!("{:<32} {}", variant.id, variant.title));
        return Ok(ExitCode::SUCCESS);
    }
    if asked.page {
        write_page(&matrix::kept().map_err(Usage)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(count) = asked.random {
        return super::random::random_edits(count, &asked.tree()?, options);
    }
    make_folder(options)?;
    let settings = pool_settings(options)?;
    if asked.matrix || asked.families {
        let only = if asked.families { vec![Group::Family] } else { asked.only.clone() };
        let wanted = super::matrix::Wanted { only, again: asked.again || asked.families };
        let status = super::matrix::measure(&asked.tree()?, &chosen, &wanted, &settings, options.format)?;
        write_page(&matrix::kept().map_err(Usage)?)?;
        return Ok(status);
    }
    let status = named_checks(&chosen, asked, &settings, options)?;
    if asked.keep {
        write_page(&matrix::kept().map_err(Usage)?)?;
    }
    Ok(status)
}

/// Each variant at the checkers that its file names, after the tree as it is.
fn named_checks(
    chosen: &[Variant],
    asked: &Asked,
    settings: &Settings,
    options: &Options,
) -> Result<ExitCode, Usage> {
    let (started, tree) = (Instant::now(), &asked.tree()?);
    let mut report = Report::default();
    complain!("the source as it is: it must pass what {} must not", broken(chosen.len()));
    let mut outcomes = vec![run_control(tree, chosen, settings)];
    tell(&outcomes[0], options.format);
    if outcomes[0].passes() {
        for (number, variant) in chosen.iter().enumerate() {
            if settings.interrupted.load(Ordering::Relaxed) {
                break;
            }
            complain!("{} ({} of {}): the edit is made in the copy", variant.id, number + 1, chosen.len());
            let is_shown = chosen.len() == 1 || options.report.is_some() || asked.keep;
            let (outcome, found) = run_one(tree, variant, settings, is_shown.then_some(options));
            tell(&outcome, options.format);
            if asked.keep && outcome.passes() {
                keep(variant, &found)?;
            }
            outcomes.push(outcome);
            report.verdicts.extend(found.verdicts);
            report.failures.extend(found.failures);
        }
    }
    tell_failures(&report, chosen.len() == 1, options)?;
    if let ([variant], Format::Text) = (chosen, options.format) {
        tell_why(variant);
    }
    let killed = outcomes.iter().skip(1).filter(|outcome| outcome.passes()).count();
    let failed = outcomes.iter().filter(|outcome| !outcome.passes()).count();
    let left = chosen.len() + 1 - outcomes.len();
    let seconds = (started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    match options.format {
        Format::Json => say!(
            "{}",
            serde_json::json!({ "kind": "summary", "variants": chosen.len(), "killed": killed, "failed": failed,
                "truncated": left, "seconds": seconds })
        ),
        Format::Text => {
            let what = match (failed, left) {
                (0, 0) => "PASS",
                (0, _) => "NOT COMPLETE",
                _ => "FAIL",
            };
            let left = if left > 0 { format!(", {left} not run") } else { String::new() };
            say!(
                "{what}  {killed} of {} killed as named, {failed} failed{left}; {seconds:.1} s",
                broken(chosen.len())
            );
        }
    }
    Ok(ExitCode::from(match (failed, left) {
        (0, 0) => 0,
        (0, _) => 3,
        _ => 1,
    }))
}

/// Keeps a failure of a variant, to be drawn.
fn keep(variant: &Variant, found: &Report) -> Result<(), Usage> {
    match Drawn::of_variant(variant).keep(&found.failures).map_err(Usage)? {
        Some(path) => complain!("{}", path.display()),
        None => complain!("{}: nothing to draw, no engine that records its steps sees it", variant.id),
    }
    Ok(())
}

fn broken(number: usize) -> String {
    count(number, "broken variant")
}

/// Writes the failures that the variants showed, and draws those of one variant.
fn tell_failures(report: &Report, is_one: bool, options: &Options) -> Result<(), Usage> {
    let written = options.report.as_deref().map_or_else(
        || Ok(Vec::new()),
        |folder| {
            let written = report.write_failures(folder);
            written.map_err(|error| {
                Usage(format!("no failure files could be written to `{}`: {error}", folder.display()))
            })
        },
    );
    let files = written?;
    if options.format == Format::Json {
        return Ok(());
    }
    if is_one {
        say!();
        summary::failures(report, &files, &Style::of_output()).iter().for_each(|line| say!("{line}"));
    } else {
        files.iter().for_each(|path| say!("           cargo verify explain {}", path.display()));
    }
    Ok(())
}

/// What the variant leaves out, and why that is wrong.
fn tell_why(variant: &Variant) {
    say!("\nWhat the edit does (it breaks: {})", variant.breaks);
    for edit in &variant.edit {
        say!("  {}", edit.file);
        let (old, new): (Vec<&str>, Vec<&str>) = (
            edit.find.trim_matches('\n').lines().collect(),
            edit.replace.trim_matches('\n').lines().collect(),
        );
        // The lines around it are in both.
        let same = |(a, b): &(&&str, &&str)| a == b;
        let before = old.iter().zip(&new).take_while(same).count();
        let most = old.len().min(new.len()) - before;
        let after = old.iter().rev().zip(new.iter().rev()).take(most).take_while(same).count();
        old[before..old.len() - after].iter().for_each(|line| say!("  - {line}"));
        new[before..new.len() - after].iter().for_each(|line| say!("  + {line}"));
    }
    say!();
    wrapped(&variant.about.trim().replace('\n', " "), width()).iter().for_each(|line| say!("{line}"));
    say!("\nMore: docs/gallery.md#{}\n", variant.id);
}

/// The tree as it is, on the same way: it must survive all that the variants must not. What this source has passed before is not run again.
fn run_control(tree: &Tree, chosen: &[Variant], settings: &Settings) -> Outcome {
    let started = Instant::now();
    let mut outcome = Outcome::of_control();
    let stale: Vec<String> = chosen.iter().filter_map(|variant| variant.check(source).err()).collect();
    let mut run = || -> Result<Vec<Cell>, String> {
        if !stale.is_empty() {
            return Err(stale.join("\n"));
        }
        let known = KnownControls::of(tree)?;
        let mut cells = Vec::new();
        let mut unknown = Vec::new();
        for variant in chosen {
            match known.find(variant).filter(|_| !are_run_anew()) {
                Some(found) => cells.extend(found),
                None => unknown.push(variant.clone()),
            }
        }
        outcome.known = unknown.is_empty();
        if outcome.known {
            return Ok(cells);
        }
        let found = control(&unknown, &tree.build()?, settings)?;
        for variant in &unknown {
            let of_it = |cell: &&Cell| cell.expected == survives(&variant.id);
            let mut found: Vec<Cell> = found.iter().filter(of_it).cloned().collect();
            found.extend(test_cell(tree, variant, true)?);
            known.keep(variant, &found);
            cells.extend(found);
        }
        Ok(cells)
    };
    let ran = run();
    match ran {
        Ok(cells) => outcome.cells = cells,
        Err(problem) => outcome.problem = Some(problem),
    }
    outcome.seconds = started.elapsed().as_secs_f64();
    outcome
}

/// What came of a variant, and the failures that it shows, with their verdicts as they were found; made smaller, if they are shown, in the
/// copy that has its edit.
fn run_one(
    tree: &Tree,
    variant: &Variant,
    settings: &Settings,
    shown: Option<&Options>,
) -> (Outcome, Report) {
    let started = Instant::now();
    let mut report = Report::default();
    let run = || -> Result<Vec<Cell>, String> {
        let program = tree
            .build()
            .map_err(|error| format!("the variant does not compile, so no checker has seen it:\n{error}"))?;
        let (mut cells, found) = named(variant, &program, settings)?;
        report.verdicts = found.iter().map(|failure| failure.verdict.clone()).collect();
        report.failures = found;
        if let Some(options) = shown {
            let settings = Settings { program: Some(program.into()), ..settings.clone() };
            make_all_smaller(&mut report, &settings, options);
            watch(&mut report.failures, &settings);
            if options.report.is_some() {
                ask_what_if(&mut report.failures, &settings);
            }
            // The copy still has the edit.
            report.failures.iter_mut().for_each(|failure| quote(failure, tree));
        }
        cells.extend(test_cell(tree, variant, false)?);
        Ok(cells)
    };
    let mut outcome = Outcome::of(variant);
    match tree.edited(variant, run) {
        Ok(cells) => outcome.cells = cells,
        Err(problem) => outcome.problem = Some(problem),
    }
    outcome.seconds = started.elapsed().as_secs_f64();
    (outcome, report)
}

/// The ordinary test of a variant, which must pass or fail.
fn test_cell(tree: &Tree, variant: &Variant, must_pass: bool) -> Result<Option<Cell>, String> {
    let Some(test) = &variant.test else { return Ok(None) };
    complain!("{}: the test {}::{}", variant.id, test.target, test.name);
    let run = tree.test(&test.package, &test.target, &test.name)?;
    let passed = run.passes;
    let say = |passed: bool| if passed { "passes" } else { "fails" }.to_owned();
    let checker = format!("test {}::{}", test.target, test.name);
    let cell = Cell {
        checker,
        expected: say(must_pass),
        found: say(passed),
        executions: run.count,
        passes: passed == must_pass,
        why: (must_pass && !passed).then(|| run.why()),
    };
    Ok(Some(cell))
}

fn tell(outcome: &Outcome, format: Format) {
    if format == Format::Json {
        say!("{}", serde_json::to_string(outcome).unwrap_or_default());
        return;
    }
    let what = if outcome.passes() { "ok    " } else { "FAILED" };
    let known = if outcome.known { ", which has passed before" } else { "" };
    say!("{what} {:<32} {}{known}  {:.1}s", outcome.id, outcome.title, outcome.seconds);
    for line in outcome.problem.iter().flat_map(|problem| problem.lines()) {
        say!("           {line}");
    }
    let is_control = outcome.id == "control";
    for cell in outcome.cells.iter().filter(|cell| !is_control || !cell.passes) {
        let right = if cell.passes { "" } else { "  <- not as named" };
        say!(
            "           {:<15} must be: {}; is: {} ({} executions){right}",
            cell.checker,
            cell.expected,
            cell.found,
            cell.executions
        );
        for line in cell.why.iter().flat_map(|why| why.lines()) {
            say!("             {line}");
        }
    }
}

/// The page and the short table, made of what is kept.
fn write_page(measured: &[matrix::Measured]) -> Result<(), Usage> {
    let all = gallery::all().map_err(Usage)?;
    let page = page::page(&all, measured, &Tried::kept().map_err(Usage)?).map_err(Usage)?;
    let checked = source(page::CHECKED).map_err(Usage)?;
    let checked = page::insert(&checked, &all, measured)
        .map_err(|error| Usage(format!("`{}`: {error}", page::CHECKED)))?;
    for (name, text) in [(page::PAGE, page), (page::CHECKED, checked)] {
        let path = verify::repository::root().join(name);
        runner::write_file::write_whole(&path, text.as_bytes())
            .map_err(|error| Usage(format!("`{}` cannot be written: {error}", path.display())))?;
        say!("{}", path.display());
    }
    Ok(())
}
