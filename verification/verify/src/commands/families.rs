//! The commands about families: `family`, `certify` and `certificate`.

use super::check::{can_be_abstract, known_subject};
use super::cli::{CertificateArgs, CertifyArgs, FamilyArgs};
use super::options::{Options, SELF_TEST_PROGRAMS, few_of_a_subject, many_of_a_subject};
use super::run::{run, run_plan};
use super::usage::Usage;
use explore::engine::ENGINES;
use runner::console::Format;
use runner::families::FamilyReport;
use runner::families::FamilyRun;
use runner::families::{Family, Problem};
use runner::plan::Plan;
use runner::say;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use verify::certificates::kept;
use verify::certificates::source::SOURCE;
use verify::documents::patterns;
use verify::families::{certified, of_the_patterns};

fn usage(problem: Problem) -> Usage {
    Usage(problem.to_string())
}

/// `cargo verify family`.
pub(crate) fn family(asked: &FamilyArgs, mut options: Options) -> Result<ExitCode, Usage> {
    known_subject(&asked.subject)?;
    let family = Family::new(&asked.subject, asked.size, asked.keys.map(usize::from)).map_err(usage)?;
    let family =
        family.with_ops(&asked.ops).and_then(|family| family.with_shape(asked.shape)).map_err(usage)?;
    let family = if asked.lawless { family.with_lawless_users().map_err(usage)? } else { family };
    let mut family = FamilyRun { bound: asked.bound, budget: options.budget, ..FamilyRun::new(family) };
    family.engines.clear();
    for mode in &asked.mode {
        let of_mode = ENGINES.iter().filter(|(engine, _, known)| known == mode && engine.is_exhaustive());
        let known = family.engines.len();
        family.engines.extend(of_mode.map(|(engine, ..)| *engine));
        if family.engines.len() == known {
            let modes = "leak, eager, visible, sleep, dfs, abstract";
            return Err(Usage(format!("`{mode}` is not a mode of a family: the modes are {modes}")));
        }
    }
    if family.engines.iter().any(|engine| engine.is_abstract()) {
        can_be_abstract(family.family.subject(), asked.lawless)?;
    }
    if let Some(programs) = asked.oracle {
        family = family.oracle(programs, options.seed);
        family.budget.get_or_insert(ORACLE_BUDGET);
        options.budget = family.budget;
    }
    let mut plan = Plan::default();
    plan.self_tests(options.seed, asked.self_tests, few_of_a_subject(asked.self_tests));
    plan.family(&family, &SOURCE);
    if asked.list {
        for (_, program) in plan.programs() {
            say!("{program}");
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
        Some(smallest) => say!(
            "smallest   {}: on {}; of the {} programs, smallest first, {} came before it and did not fail",
            smallest.program,
            smallest.engine,
            family.programs,
            family.whole + family.unfinished.len() - 1,
        ),
        None if family.whole == family.programs => say!("no program of {} fails", family.family),
        None => say!("no program of {} has failed so far", family.family),
    }
}

/// `cargo verify certify`.
pub(crate) fn certify(asked: &CertifyArgs, mut options: Options) -> Result<ExitCode, Usage> {
    let all = |full| certified(full).into_iter().chain(of_the_patterns());
    let runs: Vec<FamilyRun> = all(asked.full)
        .filter(|run| asked.only.is_empty() || asked.only.iter().any(|id| *id == certificate_id(run)))
        .collect();
    let ids: Vec<String> = all(true).map(|run| certificate_id(&run)).collect();
    if let Some(unknown) = asked.only.iter().find(|id| !ids.contains(id)) {
        return Err(Usage(format!(
            "`{unknown}` is not a certificate: the certificates are {}",
            ids.join(", ")
        )));
    }
    if runs.is_empty() {
        return Err(Usage("these certificates take long, and are made only with --full: add --full".into()));
    }
    // What is kept in the repository stands on nothing that was kept elsewhere.
    let mut plan = Plan { self_tests_anew: true, ..Plan::default() };
    plan.self_tests(options.seed, SELF_TEST_PROGRAMS, many_of_a_subject(SELF_TEST_PROGRAMS));
    runs.iter().for_each(|run| plan.family(run, &SOURCE));
    options.resume = asked.resume;
    options.report.get_or_insert_with(|| PathBuf::from("target/certificate"));
    let (report, status) = run_plan(plan, &options)?;
    for family in &report.families {
        match kept::keep(&asked.folder, family) {
            Ok(path) => say!("certificate {}", path.display()),
            Err(error) => say!("no certificate was written: {error}"),
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
    kept::load(folder)
        .map_err(|error| Usage(format!("the certificates in `{}` cannot be read: {error}", folder.display())))
}

fn read_document(document: &Path) -> Result<String, Usage> {
    std::fs::read_to_string(document)
        .map_err(|error| Usage(format!("`{}` cannot be read: {error}", document.display())))
}

/// Fills in the table of certificates of a document, and of the pages of the patterns.
fn write_table(folder: &Path, document: &Path) -> Result<(), Usage> {
    let (old, certificates) = (read_document(document)?, read_certificates(folder)?);
    let new = kept::insert(&old, &certificates)
        .map_err(|error| Usage(format!("`{}`: {error}", document.display())))?;
    let mut outdated = outdated_pages(folder, &certificates)?;
    match new == old {
        true => say!("{} has these figures already", document.display()),
        false => outdated.insert(0, (document.to_owned(), new)),
    }
    for (path, text) in outdated {
        runner::write_file::write_whole(&path, text.as_bytes())
            .map_err(|error| Usage(format!("`{}` cannot be written: {error}", path.display())))?;
        say!("{} updated", path.display());
    }
    Ok(())
}

/// The pages of the patterns, beside the folder of the certificates, that say something else than these. A folder somewhere else has none.
fn outdated_pages(folder: &Path, certificates: &[FamilyReport]) -> Result<Vec<(PathBuf, String)>, Usage> {
    match folder.parent().map(|docs| docs.join("patterns")).filter(|pages| pages.is_dir()) {
        Some(folder) => patterns::outdated(&folder, certificates).map_err(Usage),
        None => Ok(Vec::new()),
    }
}

/// `cargo verify certificate`.
pub(crate) fn certificate(asked: &CertificateArgs) -> Result<ExitCode, Usage> {
    let certificates = read_certificates(&asked.folder)?;
    for family in &certificates {
        let of = if kept::is_current(family) { "of this source" } else { "of an earlier source" };
        say!("{:<15} {}: {} programs, {of}", family.verdict, family.family, family.programs);
    }
    if asked.write {
        write_table(&asked.folder, &asked.document)?;
    }
    let document = asked.document.display();
    let mut problems = kept::disagreements(&read_document(&asked.document)?, &certificates);
    problems.iter_mut().for_each(|problem| *problem = format!("{document}: {problem}"));
    for (path, _) in outdated_pages(&asked.folder, &certificates)? {
        problems.push(format!(
            "{}: its figures are not those of the certificates; add --write to renew them",
            path.display()
        ));
    }
    problems.iter().for_each(|problem| say!("FAILED     {problem}"));
    let current = certificates.iter().all(kept::is_current);
    Ok(ExitCode::from(match (problems.is_empty(), current) {
        (false, _) => 1,
        (true, false) => 3,
        (true, true) => 0,
    }))
}
