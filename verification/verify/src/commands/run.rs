//! Runs a plan: workers, journals, progress, a report.

use super::journals::Journals;
use super::options::Options;
use super::smaller::make_smaller;
use super::usage::Usage;
use runner::complain;
use runner::console::Console;
use runner::explain::ask_what_if;
use runner::known_self_tests::{self, KnownSelfTests};
use runner::plan::{Plan, Planned};
use runner::pool::{self, News, Settings};
use runner::report::Report;
use runner::run::Run;
use runner::source::Source;
use runner::style::{Style, count, short, time};
use runner::summary::{self, Ending};
use runner::task::Told;
use runner::watched::watch;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use verify::certificates::kept;
use verify::certificates::source::SOURCE;
use verify::quoted::of_step_here;
use verify::repository::root;

/// Failures after which a family is given up.
const ENOUGH_FAILURES: usize = 10;

/// Workers as asked, and a Ctrl-C that lets them stop.
pub(crate) fn pool_settings(options: &Options) -> Result<Settings, Usage> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = options.jobs.map_or(cores, usize::from);
    // A process has one handler: whatever it runs, one after the other, ends with it.
    static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    let mut handler = Ok(());
    let flag = INTERRUPTED.get_or_init(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let interrupted = Arc::clone(&flag);
        let asked = AtomicBool::new(false);
        handler = ctrlc::set_handler(move || {
            interrupted.store(true, Ordering::Relaxed);
            // Whoever asks twice does not wait for the end of what cannot be interrupted.
            if asked.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
        flag
    });
    let interrupted = Arc::clone(flag);
    handler.map_err(|error| Usage(format!("no handler can be set for Ctrl-C: {error}")))?;
    Ok(Settings { workers, patience: options.patience, interrupted, program: None })
}

/// Runs a plan to its end.
pub(crate) fn run(plan: Plan, options: &Options) -> Result<ExitCode, Usage> {
    run_plan(plan, options).map(|(_, status)| ExitCode::from(status))
}

/// The same: the report, and the exit status.
pub(crate) fn run_plan(plan: Plan, options: &Options) -> Result<(Report, u8), Usage> {
    run_and_tell(plan, options, |_| Ok(()))
}

/// The same, with something to tell before the totals.
pub(crate) fn run_and_tell(
    mut plan: Plan,
    options: &Options,
    more: impl FnOnce(&Report) -> Result<(), Usage>,
) -> Result<(Report, u8), Usage> {
    make_folder(options)?;
    let settings = pool_settings(options)?;
    let (workers, interrupted) = (settings.workers, Arc::clone(&settings.interrupted));
    let (mut journals, done) = Journals::open(&mut plan, options)?;
    let mut run = Run::new(&plan, command());
    plan.self_tests_anew |= known_self_tests::are_run_anew();
    let known = plan.has_self_tests().then(KnownSelfTests::of_this_executable).flatten();
    let passed_already = run.know(plan.take_known(known.as_ref()));
    let is_family = !plan.families.is_empty();
    announce(&plan, workers);
    let mut console = Console::new(options.format, plan.len(), workers).verbose(options.verbose);
    if !done.is_empty() {
        complain!("{} programs were finished by the earlier run", done.len());
    }
    passed_already.iter().for_each(|line| console.tell(line));
    for result in done {
        run.hear(News::Told(Told::Program(result)));
    }
    let started = Instant::now();
    let mut has_given_up = false;
    pool::run(plan.tasks.into_iter().map(Planned::task).collect(), &settings, |news| {
        console.progress(&news);
        match &news {
            News::Told(Told::Program(result)) => journals.note(result),
            News::Told(Told::SelfTest(report)) => known.iter().for_each(|known| known.keep(report)),
            _ => {}
        }
        for line in run.hear(news) {
            console.tell(&line);
        }
        if is_family && run.failed() >= options.enough_failures.unwrap_or(ENOUGH_FAILURES) {
            has_given_up |= !interrupted.swap(true, Ordering::Relaxed);
        }
    });
    for line in run.finish(interrupted.load(Ordering::Relaxed), started.elapsed().as_secs_f64()) {
        console.tell(&line);
    }
    let goes_on = has_given_up || !interrupted.load(Ordering::Relaxed);
    make_readable(&mut run.report, goes_on.then(|| not_given_up(&settings, has_given_up)), options);
    let folder = options.report.as_deref();
    if folder.is_some() {
        list_certificates(&mut run.report);
    }
    // The words of the verdicts are explained once.
    let legend = folder.is_none_or(|folder| !folder.join("report.json").exists());
    let written = folder.map_or_else(|| Ok(Vec::new()), |folder| run.report.write(folder));
    let folder = folder.filter(|_| written.is_ok());
    let files = written.as_ref().map_or(&[][..], Vec::as_slice);
    let style = Style::of_output();
    let ending = Ending { style, verbose: options.verbose, legend, files, folder };
    let mut told = Ok(());
    console.finish(&run.report, &ending, || told = more(&run.report));
    let mut status = run.report.exit_status();
    match told {
        // What was found comes before a mistake in what is to be shown of it.
        Err(Usage(mistake)) if status != 0 => complain!("error: {mistake}"),
        other => other?,
    }
    if let (Err(error), Some(folder)) = (&written, &options.report) {
        complain!("error: the report could not be written to `{}`: {error}", folder.display());
        status = 1;
    }
    Ok((run.report, status))
}

/// The folder of the report is made first: better now than after an hour.
pub(crate) fn make_folder(options: &Options) -> Result<(), Usage> {
    let Some(folder) = &options.report else { return Ok(()) };
    let made = std::fs::create_dir_all(folder);
    made.map_err(|error| {
        Usage(format!("the report folder `{}` cannot be created: {error}", folder.display()))
    })
}

/// The command, as it is typed into a shell.
fn command() -> String {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words = shlex::try_join(words.iter().map(String::as_str)).expect("no argument has a zero in it");
    format!("cargo verify {words}").trim_end().to_owned()
}

/// Says which certificates there are of the subjects of this run.
fn list_certificates(report: &mut Report) {
    let of_verdicts = report.verdicts.iter().map(|verdict| verdict.subject.as_str());
    let of_families = report.families.iter().map(|family| family.family.subject.as_str());
    match kept::listed(&root().join("docs/certificate"), &of_verdicts.chain(of_families).collect()) {
        Ok(certificates) => report.certificates = certificates,
        Err(error) => {
            complain!("the report lists no certificates: `docs/certificate` cannot be read: {error}")
        }
    }
}

/// Failures say of which source they are. If the run goes on, they are made smaller, and run again to be watched; for their
/// pages, with other threads. Then they quote the source.
fn make_readable(report: &mut Report, settings: Option<Settings>, options: &Options) {
    report.failures.iter_mut().for_each(|file| file.source = Some(SOURCE.fingerprint(&file.job.subject)));
    if let Some(settings) = settings {
        make_smaller(report, &settings, options);
        // Those that will be drawn first, and then as many of the others as there is time for.
        let drawn = summary::drawn(report);
        let mut files: Vec<_> = report.failures.iter_mut().enumerate().collect();
        files.sort_by_key(|(place, _)| !drawn.contains(place));
        watch(files.iter_mut().map(|(_, file)| &mut **file), &settings);
        if options.report.is_some() {
            ask_what_if(files.into_iter().map(|(_, file)| file), &settings);
        }
    }
    report.failures.iter_mut().for_each(|file| file.quote(of_step_here));
}

/// The settings of a pool that goes on: a family that is given up is not stopped by the user.
fn not_given_up(settings: &Settings, has_given_up: bool) -> Settings {
    match has_given_up {
        true => Settings { interrupted: Arc::new(AtomicBool::new(false)), ..settings.clone() },
        false => settings.clone(),
    }
}

/// Says first what a long run is going to do, and what it has taken before.
fn announce(plan: &Plan, workers: usize) {
    if plan.families.is_empty() {
        return;
    }
    let programs: usize = plan.families.iter().map(|family| family.programs).sum();
    let (programs, families) = (count(programs, "program"), plan.families.len());
    let families = if families == 1 { "1 family".to_owned() } else { format!("{families} families") };
    complain!("{programs} of {families}, {}{}", count(workers, "worker"), estimate(plan).unwrap_or_default());
}

/// By the certificates that are kept: the executions of these families, and how many a second there were.
fn estimate(plan: &Plan) -> Option<String> {
    let kept = kept::load(&root().join("docs/certificate")).ok()?;
    let sum = |executions: &[(String, u64)]| executions.iter().map(|(_, sum)| sum).sum::<u64>();
    let of = |id: String| kept.iter().find(move |certificate| certificate.id() == id);
    let known: Option<Vec<_>> = plan.families.iter().map(|family| of(family.id())).collect();
    let known = known?;
    let executions: u64 = known.iter().map(|certificate| sum(&certificate.executions)).sum();
    // Those that were made in one run have the time of the whole run.
    let first = known.first()?;
    let same_run = kept.iter().filter(|other| other.seconds == first.seconds && other.commit == first.commit);
    let rate = same_run.map(|other| sum(&other.executions)).sum::<u64>() as f64 / first.seconds.max(0.001);
    let left = time(Duration::from_secs_f64(executions as f64 / rate.max(1.0)));
    Some(format!(": {} executions, about {left} where the certificates were made", short(executions)))
}
