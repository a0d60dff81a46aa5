//! Counterexamples are made smaller: to the program that is known to fail, in the same way, within the time.

use explore::engine::Engine;
use explore::job::Job;
use linear::{Level, Program, Verdict};
use runner::explain::{self, FailureFile};
use runner::minimise::{What, minimise};
use runner::minimised::Minimised;
use runner::pool::{self, News, Settings};
use runner::tasks::JobTask;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use test_support::hang::{TEST, watch_for};
use verify::subjects;

fn settings() -> Settings {
    Settings {
        workers: 2,
        patience: Duration::from_secs(30),
        interrupted: Arc::new(AtomicBool::new(false)),
        program: Some(env!("CARGO_BIN_EXE_verify").into()),
    }
}

fn job(subject: &str, text: &str, engine: Engine) -> Job {
    let program = Program::parse(subjects::by_name(subject).unwrap(), text);
    Job::new(&program.unwrap_or_else(|error| panic!("{error}")), engine)
}

fn run(job: &Job) -> Verdict {
    let mut verdicts = Vec::new();
    pool::run(vec![Box::new(JobTask(Box::new(job.clone())))], &settings(), |news| {
        if let News::Verdict(verdict) = news {
            verdicts.push(*verdict);
        }
    });
    verdicts.pop().expect("a verdict")
}

/// The failure of a job as a file, and the same file made smaller.
fn smaller(job: &Job, what: What, time: Duration) -> (FailureFile, FailureFile) {
    let verdict = run(job);
    assert_eq!(verdict.verdict, Level::Failed, "{verdict:#?}");
    let found = FailureFile::new(String::new(), verdict, job.clone());
    let mut file = found.clone();
    minimise(&mut file, what, &settings(), time);
    (found, file)
}

fn of(file: &FailureFile) -> &Minimised {
    file.minimised.as_ref().expect("it was made smaller")
}

fn kind(file: &FailureFile) -> &str {
    file.verdict.failure.as_ref().map_or("", |failure| &failure.kind)
}

const ENOUGH: Duration = Duration::from_secs(60);

#[test]
fn a_padded_program_gets_down_to_the_call_that_fails() {
    let _watch = watch_for("the test", TEST);
    for engine in [Engine::LoomLeak, Engine::ShuttleSleep, Engine::ShuttleDfs] {
        let mut job = job("canary", "ok; closure || ok; ok || ok; wrong; closure || closure", engine);
        job.name = Some("padded".to_owned());
        let (found, file) = smaller(&job, What::Program, ENOUGH);
        assert_eq!(file.verdict.program, "|| wrong", "{engine}");
        assert_eq!((file.job.program.as_str(), kind(&file)), ("|| wrong", kind(&found)));
        assert_eq!(file.verdict.name.as_deref(), Some("padded"), "it is still the failure of the scenario");
        let made = of(&file);
        assert_eq!((made.threads, made.calls, made.is_minimal), ((3, 1), (8, 1), Some(true)), "{made:?}");
        assert_eq!(made.from_program, job.program);
        assert!(file.is_of(&found.verdict) && found.is_of(&found.verdict));
        assert!(explain::text(&file, 80, false).contains("8 calls → 1, 3 threads → 1"), "{made:?}");
    }
}

/// The smallest program of all that fails would be `|| wrong`, in another way.
#[test]
fn the_kind_of_the_failure_is_kept() {
    let _watch = watch_for("the test", TEST);
    for (text, least, expected) in [
        ("ok || wrong || ok; panic", "|| panic", "panic"),
        ("|| wrong; deadlock || ok", "|| deadlock", "deadlock"),
    ] {
        let (_, file) = smaller(&job("canary", text, Engine::LoomLeak), What::Program, ENOUGH);
        assert_eq!((file.verdict.program.as_str(), kind(&file)), (least, expected));
    }
}

/// Orderings that are weaker than the algorithm needs: the padding goes, and the names are the first ones; the job keeps its orderings. The
/// fewest preemptions are found, and the file fails again in the same way.
#[test]
fn a_weak_ordering_is_shown_by_the_known_program_with_the_fewest_preemptions() {
    let _watch = watch_for("the test", TEST);
    let padded = "store d 9; store c 9; range || load c; swap d 7; load c || store c 8; load d; load d";
    // The one that the table of orderings has, with its keys and threads in another order.
    let known = "store a 1; range || store b 2; load a || store a 3; load b";
    let mut job = job("map", padded, Engine::LoomLeak);
    job.orderings = vec![("ORD-6".to_owned(), "Acquire".to_owned())];
    let (found, file) = smaller(&job, What::Program, ENOUGH);
    assert_eq!(kind(&found), "not linearizable");
    let made = of(&file);
    assert_eq!((made.program.as_str(), made.is_minimal), (known, Some(true)), "{made:?}");
    assert_eq!(file.job.orderings, job.orderings);
    assert_eq!(file.job.bound, made.preemptions, "the bound is in the job, so that it can be replayed");
    let again =
        run(&Job { stop_at: file.verdict.failure.as_ref().map(|it| it.execution), ..file.job.clone() });
    let (again, now) =
        (again.failure.expect("it fails again"), file.verdict.failure.as_ref().expect("a failure"));
    assert_eq!((again.execution, again.steps), (now.execution, now.steps.clone()));
    assert!(now.sentence.is_some(), "it says what went wrong");
    let before = run(&file.as_found()).failure.expect("it fails as it was found");
    assert_eq!(before.steps, found.verdict.failure.expect("a failure").steps);
}

#[test]
fn a_schedule_of_shuttle_gets_fewer_switches_and_replays() {
    let _watch = watch_for("the test", TEST);
    // A key whose `Eq` uses the map under its mutex waits for itself.
    let text = "store a 1 || store b 2; load b; store b 3 || load b; load a; load b !eq.3 reenters";
    let mut job = job("map", text, Engine::ShuttleRandom);
    job.seed = 3;
    let (found, file) = smaller(&job, What::Program, ENOUGH);
    assert_eq!(kind(&found), "deadlock");
    let made = of(&file);
    assert_eq!((made.is_minimal, made.program.as_str()), (None, text), "a sample says nothing of programs");
    assert!(made.switches.1 < made.switches.0, "{made:?}");
    let now = file.verdict.failure.as_ref().expect("a failure");
    let replayed = run(&Job { schedule: now.schedule.clone(), stop_at: Some(1), ..file.job.clone() });
    assert_eq!(replayed.failure.expect("it fails again").steps, now.steps);
}

#[test]
fn a_budget_is_honoured_and_then_nothing_is_called_minimal() {
    let _watch = watch_for("the test", TEST);
    let job = job("canary", "ok; ok; ok || ok; ok || ok; wrong; ok || ok", Engine::LoomLeak);
    let (found, off) = smaller(&job, What::Program, Duration::ZERO);
    assert_eq!((off.minimised, off.verdict), (None, found.verdict));
    let begun = Instant::now();
    let (_, file) = smaller(&job, What::Program, Duration::from_millis(1));
    assert!(begun.elapsed() < Duration::from_secs(20));
    let made = of(&file);
    assert!(made.is_out_of_time && made.is_minimal == Some(false), "{made:?}");
    assert!(made.told().contains("perhaps not minimal: the time was over"), "{}", made.told());
}

/// Smaller programs that take longer than they may are not called passes.
#[test]
fn what_is_cut_short_is_told() {
    let _watch = watch_for("the test", TEST);
    let large = "store a 1; store b 2; range || swap a 2; load b; delete a || swap b 3; load a; range || clear; load b";
    let job = job("map", large, Engine::ShuttleDfs);
    let verdict = job.failed("not linearizable", "said for this test".to_owned(), Duration::ZERO);
    let mut file = FailureFile::new(String::new(), verdict, job);
    minimise(&mut file, What::Program, &settings(), Duration::from_secs(3));
    let made = of(&file);
    assert!(made.cut_short > 0 && made.is_minimal == Some(false), "{made:?}");
    assert!(made.seconds < 30.0 && made.program == made.from_program, "{made:?}");
}

#[test]
fn a_file_of_before_is_read() {
    let _watch = watch_for("the test", TEST);
    let job = job("canary", "|| wrong", Engine::LoomLeak);
    let file = FailureFile::new(String::new(), run(&job), job);
    let mut json = serde_json::to_value(&file).expect("JSON");
    json["verdict"]["failure"].as_object_mut().expect("a failure").remove("sentence");
    assert!(json.get("minimised").is_none());
    let read: FailureFile = serde_json::from_value(json).expect("it is read");
    assert_eq!((read.minimised, read.verdict.failure.expect("a failure").sentence), (None, None));
}
