//! The commands about families: `family`, `certify` and `certificate`.

use crate::cli::{CertificateArgs, CertifyArgs, FamilyArgs, Options, SELF_TEST_PROGRAMS};
use crate::{Usage, known_subject, run, run_plan};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use verify::certificate::{FamilyReport, readme};
use verify::console::Format;
use verify::engine::ENGINES;
use verify::family::plan::{FamilyRun, certified};
use verify::family::{Family, Problem};
use verify::journal::Journal;
use verify::pages;
use verify::suite::Plan;
use verify::worker::ProgramResult;

fn usage(problem: Problem) -> Usage {
    Usage(problem.to_string())
}

/// `cargo verify family`.
pub(crate) fn family(asked: &FamilyArgs, mut options: Options) -> Result<ExitCode, Usage> {
    known_subject(&asked.subject)?;
    let family = Family::new(&asked.subject, asked.size, asked.keys.map(usize::from)).map_err(usage)?;
    let family =
        family.with_ops(&asked.ops).and_then(|family| family.with_shape(asked.shape)).map_err(usage)?;
    let mut family = FamilyRun { bound: asked.bound, budget: options.budget, ..FamilyRun::new(family) };
    family.engines.clear();
    for mode in &asked.mode {
        let engine = ENGINES.iter().find(|(engine, _, known)| known == mode && engine.is_exhaustive());
        let (engine, ..) = engine.ok_or_else(|| {
            Usage(format!("`{mode}` is no mode of a family: leak, eager, visible, sleep, dfs"))
        })?;
        family.engines.push(*engine);
    }
    if let Some(programs) = asked.oracle {
        family = family.oracle(programs, options.seed);
        family.budget.get_or_insert(ORACLE_BUDGET);
        options.budget = family.budget;
    }
    let mut plan = Plan::default();
    plan.self_tests(options.seed, asked.self_tests);
    plan.family(&family);
    if asked.list {
        for (_, program) in plan.programs() {
            println!("{program}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    options.resume = asked.resume.is_some();
    options.report = asked.resume.clone().or(options.report);
    if !asked.until_failure {
        return run(plan, &options);
    }
    // With one worker the programs end in their order.
    (options.jobs, options.enough_failures) = (Some(1), Some(1));
    let (report, status) = run_plan(plan, &options)?;
    if options.format == Format::Text {
        report.families.iter().for_each(tell_smallest);
    }
    Ok(ExitCode::from(status))
}

/// What the oracle may take for a program when nobody says.
const ORACLE_BUDGET: Duration = Duration::from_secs(10);

/// Names the smallest program that fails.
fn tell_smallest(family: &FamilyReport) {
    match family.unfinished.iter().find(|unfinished| unfinished.failure.is_some()) {
        Some(smallest) => println!(
            "smallest   {}: on {}; of the {} programs, smallest first, {} came before it and did not fail",
            smallest.program,
            smallest.engine,
            family.programs,
            family.whole + family.unfinished.len() - 1,
        ),
        None if family.whole == family.programs => println!("no program of {} fails", family.family),
        None => println!("no program of {} has failed so far", family.family),
    }
}

/// The journals of a run that writes a report, one for each family; and what those that go on have already.
pub(crate) struct Journals(Vec<Journal>);

impl Journals {
    /// Begins them, or goes on with them: takes out of the plan what is through.
    pub(crate) fn open(plan: &mut Plan, options: &Options) -> Result<(Journals, Vec<ProgramResult>), Usage> {
        let (mut journals, mut done) = (Vec::new(), Vec::new());
        let Some(folder) = &options.report else { return Ok((Journals(journals), done)) };
        let budget = options.budget.map_or_else(|| "none".to_owned(), |budget| format!("{budget:?}"));
        for (number, family) in plan.families.clone().iter().enumerate() {
            if options.resume {
                let (journal, results) = Journal::go_on(folder, family, &budget).map_err(Usage)?;
                plan.without(number, &results);
                done.extend(results.into_iter().map(|result| ProgramResult { family: number, ..result }));
                journals.push(journal);
            } else {
                let journal = Journal::begin(folder, family, &budget);
                journals.push(journal.map_err(|error| {
                    Usage(format!("no journal can be written to `{}`: {error}", folder.display()))
                })?);
            }
        }
        Ok((Journals(journals), done))
    }

    /// Notes a program that is through.
    pub(crate) fn note(&mut self, result: &ProgramResult) {
        if let Some(journal) = self.0.get_mut(result.family)
            && let Err(error) = journal.note(result)
        {
            eprintln!("warning: the journal cannot be written, so this run cannot be resumed: {error}");
        }
    }
}

/// `cargo verify certify`.
pub(crate) fn certify(asked: &CertifyArgs, mut options: Options) -> Result<ExitCode, Usage> {
    let all = |full| certified(full).into_iter().chain(pages::families());
    let runs: Vec<FamilyRun> = all(asked.full)
        .filter(|run| asked.only.is_empty() || asked.only.iter().any(|id| *id == certificate_id(run)))
        .collect();
    let ids: Vec<String> = all(true).map(|run| certificate_id(&run)).collect();
    if let Some(unknown) = asked.only.iter().find(|id| !ids.contains(id)) {
        return Err(Usage(format!("`{unknown}` is no certificate: {}", ids.join(", "))));
    }
    if runs.is_empty() {
        return Err(Usage("all of these are of the full list: add --full".into()));
    }
    let mut plan = Plan::default();
    plan.self_tests(options.seed, SELF_TEST_PROGRAMS);
    runs.iter().for_each(|run| plan.family(run));
    options.resume = asked.resume;
    options.report.get_or_insert_with(|| PathBuf::from("target/certificate"));
    let (report, status) = run_plan(plan, &options)?;
    for family in &report.families {
        match readme::keep(&asked.folder, family) {
            Ok(path) => println!("certificate {}", path.display()),
            Err(error) => println!("no certificate: {error}"),
        }
    }
    if status != 0 {
        return Ok(ExitCode::from(status));
    }
    write_table(&asked.folder, &asked.document)?;
    Ok(ExitCode::SUCCESS)
}

/// The name of the certificate of a run.
fn certificate_id(run: &FamilyRun) -> String {
    let bound = run.bound.map_or_else(String::new, |bound| format!("-bound-{bound}"));
    format!("{}{bound}", run.family.id())
}

fn read_certificates(folder: &Path) -> Result<Vec<FamilyReport>, Usage> {
    readme::load(folder)
        .map_err(|error| Usage(format!("no certificates can be read from `{}`: {error}", folder.display())))
}

fn read_document(document: &Path) -> Result<String, Usage> {
    std::fs::read_to_string(document)
        .map_err(|error| Usage(format!("`{}` cannot be read: {error}", document.display())))
}

/// Fills in the table of certificates of a document, and of the pages of the patterns.
fn write_table(folder: &Path, document: &Path) -> Result<(), Usage> {
    let (old, certificates) = (read_document(document)?, read_certificates(folder)?);
    let new = readme::insert(&old, &certificates)
        .map_err(|error| Usage(format!("`{}`: {error}", document.display())))?;
    let mut outdated = outdated_pages(folder, &certificates)?;
    match new == old {
        true => println!("{} has these figures already", document.display()),
        false => outdated.insert(0, (document.to_owned(), new)),
    }
    for (path, text) in outdated {
        verify::report::write_whole(&path, text.as_bytes())
            .map_err(|error| Usage(format!("`{}` cannot be written: {error}", path.display())))?;
        println!("{} updated", path.display());
    }
    Ok(())
}

/// The pages of the patterns, beside the folder of the certificates, that say something else than these. A folder somewhere else has none.
fn outdated_pages(folder: &Path, certificates: &[FamilyReport]) -> Result<Vec<(PathBuf, String)>, Usage> {
    match folder.parent().map(|docs| docs.join("patterns")).filter(|pages| pages.is_dir()) {
        Some(folder) => pages::outdated(&folder, certificates).map_err(Usage),
        None => Ok(Vec::new()),
    }
}

/// `cargo verify certificate`.
pub(crate) fn certificate(asked: &CertificateArgs) -> Result<ExitCode, Usage> {
    let certificates = read_certificates(&asked.folder)?;
    for family in &certificates {
        let of = if family.is_current() { "of this source" } else { "of an earlier source" };
        println!("{:<15} {}: {} programs, {of}", family.verdict, family.family, family.programs);
    }
    if asked.write {
        write_table(&asked.folder, &asked.document)?;
    }
    let document = asked.document.display();
    let mut problems = readme::disagreements(&read_document(&asked.document)?, &certificates);
    problems.iter_mut().for_each(|problem| *problem = format!("{document}: {problem}"));
    for (path, _) in outdated_pages(&asked.folder, &certificates)? {
        problems.push(format!("{}: it says something else; add --write", path.display()));
    }
    problems.iter().for_each(|problem| println!("FAILED     {problem}"));
    let current = certificates.iter().all(FamilyReport::is_current);
    Ok(ExitCode::from(match (problems.is_empty(), current) {
        (false, _) => 1,
        (true, false) => 3,
        (true, true) => 0,
    }))
}
