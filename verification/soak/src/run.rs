//! A run: spells, one after the other, until the time is over.

use crate::builds::Build;
use crate::load::{CANARIES, LOADS, Load};
use crate::output::{failed, progress, write_file};
use crate::process::{self, Ended, Launch};
use crate::report::{Kept, Report};
use crate::say;
use crate::spell::{Spell, Tally};
use crate::worker::Found;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// For how long.
    pub time: Duration,
    /// The subject, or `all`.
    pub subject: String,
    /// Threads of a spell; drawn from the seed, if not given.
    pub threads: Option<usize>,
    /// The seed.
    pub seed: u64,
    /// Only this build.
    pub build: Option<Build>,
    /// Where the report goes.
    pub json: Option<PathBuf>,
    /// Where failures are kept.
    pub folder: PathBuf,
    /// Stop at the first failure.
    pub until_failure: bool,
    /// A worker that says nothing for so long hangs; drawn from the time of the run, if not given.
    pub patience: Option<Duration>,
}

/// So many failures end a run: more say nothing new.
const MOST_FAILURES: usize = 10;

/// Set by Ctrl-C.
pub static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Random numbers from a seed: splitmix64.
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// The loads and builds, in an order that the seed and the round choose.
fn round(asked: &Asked, number: u64) -> Vec<(&'static Load, Build)> {
    let loads = LOADS
        .iter()
        .chain(&CANARIES)
        .filter(|load| (asked.subject == "all" && load.subject != "canary") || load.subject == asked.subject);
    let builds = [Build::Plain, Build::Paused]
        .into_iter()
        .filter(|build| asked.build.is_none_or(|only| only == *build));
    let builds: Vec<Build> = builds.collect();
    let mut all: Vec<_> = loads.flat_map(|load| builds.iter().map(move |build| (load, *build))).collect();
    for place in (1..all.len()).rev() {
        let random = mixed(asked.seed ^ number << 32 ^ place as u64);
        all.swap(place, usize::try_from(random % (place as u64 + 1)).unwrap_or(0));
    }
    all
}

/// For how long a run looks for what is wrong on purpose.
const CANARY: Duration = Duration::from_secs(5);

/// Whether this run sees what is wrong on purpose: a swap of two steps.
fn sees_the_canary(asked: &Asked, program: &Path) -> Result<bool, String> {
    let begun = Instant::now();
    while begun.elapsed() < CANARY && !INTERRUPTED.load(Ordering::SeqCst) {
        let time = Duration::from_millis(500);
        let spell = Spell { load: &CANARIES[0], build: Build::Plain, threads: 3, seed: asked.seed, time };
        let launch = Launch { program, patience: Duration::from_secs(60), perturbed: false };
        let (_, ended) = process::run(&launch, &spell, &mut |_| !INTERRUPTED.load(Ordering::SeqCst))?;
        if matches!(ended, Ended::Failed(found) if found.failure == "not linearizable") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Runs it. Nothing that goes wrong with a spell ends the run.
///
/// # Errors
/// When no worker can be started at all.
pub fn run(asked: &Asked, program: &Path) -> Result<Report, String> {
    let mut report = Report::new(asked.subject.clone(), asked.seed);
    let many = round(asked, 0).len().max(1);
    let share = (asked.time / u32::try_from(many).unwrap_or(u32::MAX))
        .clamp(Duration::from_millis(300), Duration::from_secs(10));
    let usual = (asked.time / 2).clamp(Duration::from_secs(12), Duration::from_secs(60));
    say!(
        "seed {}; {} cores; {many} loads of {:.1} s each, again and again",
        asked.seed,
        report.cores,
        share.as_secs_f64()
    );
    report.sees_the_canary = sees_the_canary(asked, program)?;
    let begun = Instant::now();
    'run: for number in 0.. {
        for (load, build) in round(asked, number) {
            let Some(left) = asked.time.checked_sub(begun.elapsed()).filter(|left| !left.is_zero()) else {
                break 'run;
            };
            let seed = mixed(asked.seed ^ (report.spells.len() as u64 + 1));
            let threads = asked.threads.unwrap_or(2 + usize::try_from(seed >> 40).unwrap_or(0) % 5);
            let spell = Spell { load, build, threads, seed: seed >> 12, time: share.min(left) };
            let patience = asked.patience.unwrap_or(usual);
            let launch = Launch { program, patience, perturbed: seed & 1 == 1 };
            let judged = report.total.judged;
            let mut beat = |tally: &Tally| {
                let (elapsed, judged) = (begun.elapsed().as_secs(), judged + tally.judged);
                let (subject, name, live) = (load.subject, load.name, tally.live);
                progress(&format!(
                    "{elapsed} s  {judged} judged  {subject}, {name}, {}  {live} live",
                    build.name()
                ));
                !INTERRUPTED.load(Ordering::SeqCst)
            };
            let (tally, ended) = process::run(&launch, &spell, &mut beat)?;
            end_of(&mut report, asked, &spell, tally, &ended);
            let is_over =
                asked.until_failure && !report.failures.is_empty() || report.failures.len() >= MOST_FAILURES;
            if is_over || INTERRUPTED.load(Ordering::SeqCst) {
                break 'run;
            }
        }
    }
    if INTERRUPTED.load(Ordering::SeqCst) {
        report.interrupt();
    }
    write(&report, asked);
    Ok(report)
}

/// A spell is over: it is noted, told and kept.
fn end_of(report: &mut Report, asked: &Asked, spell: &Spell, tally: Tally, ended: &Ended) {
    report.add(spell, tally, ended);
    let row = report.spells.last().expect("just added");
    say!(
        "{:<9} {:<26} {:<6} {:>2} threads  {:>9} judged {:>7} not  {:>5.1} s  {}{}",
        row.subject,
        row.load,
        row.build,
        row.threads,
        tally.judged,
        tally.not_judged,
        tally.seconds,
        row.ended,
        row.why.as_ref().map_or_else(String::new, |why| format!(": {why}")),
    );
    if let Ended::Failed(found) = ended {
        let kept = keep(&asked.folder, report.spells.len() - 1, spell, found);
        say!("  {}: {}", found.failure, found.message);
        found.calls.iter().take(MOST_LINES).for_each(|line| say!("    {line}"));
        if found.calls.len() > MOST_LINES {
            say!("    and {} more", found.calls.len() - MOST_LINES);
        }
        kept.files.iter().for_each(|file| say!("  kept in {file}"));
        report.failures.push(kept);
    }
    write(report, asked);
}

/// So many lines of a history are printed.
const MOST_LINES: usize = 30;

/// Writes the report as it stands, if it was asked for: so that what ends this process leaves one.
fn write(report: &Report, asked: &Asked) {
    if let Some(path) = &asked.json {
        let text = serde_json::to_string_pretty(report).expect("plain data") + "\n";
        if let Err(why) = write_file(path, &text) {
            failed(why);
        }
    }
}

/// Keeps a failure: its calls as text, and as a file that `explain` draws, if there can be one.
fn keep(folder: &Path, number: usize, spell: &Spell, found: &Found) -> Kept {
    let name = format!("failure-{}-{:03}", spell.load.subject, number + 1);
    let mut text = format!(
        "{}: {}\nsubject {}, load `{}`, build {}, {} threads, seed {}\n",
        found.failure,
        found.message,
        spell.load.subject,
        spell.load.name,
        spell.build.name(),
        spell.threads,
        spell.seed
    );
    text += &found
        .no_file
        .as_ref()
        .map_or_else(String::new, |why| format!("`cargo verify explain` cannot draw it: {why}\n"));
    text += &found.calls.iter().map(|line| format!("{line}\n")).collect::<String>();
    let mut files = vec![(folder.join(format!("{name}.txt")), text)];
    files.extend(found.file.as_ref().map(|file| (folder.join(format!("{name}.json")), format!("{file}\n"))));
    let mut written = Vec::new();
    for (path, text) in files {
        match write_file(&path, &text) {
            Ok(()) => written.push(path.display().to_string()),
            Err(why) => failed(why),
        }
    }
    Kept { spell: number, failure: found.failure.clone(), message: found.message.clone(), files: written }
}
