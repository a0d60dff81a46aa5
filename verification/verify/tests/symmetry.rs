//! `Symmetry`: what a family leaves out is the same as what stands for it.
//!
//! The families keep one of the programs that differ in the order of their threads or in the names of their keys only, and one
//! of the operations that run the same code. Here all of them are made, without that reduction, and each is run beside the one
//! that stands for it: the same verdict, and the same outcomes but for the names. The programs are put together anew from
//! the templates, not by the code under test.

use explore::engine::Engine;
use explore::job::Job;
use linear::{Level, Program, Same, Structure, Templates, Verdict};
use runner::families::{Family, Start, programs, starts};
use runner::pool;
use runner::pool::{News, Settings};
use runner::task::Task;
use runner::tasks::JobTask;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use test_support::hang::{TEST, watch_for};
use verify::subjects;

/// The key of set-ups alone. Of it only what it does to the others is of interest.
const FILLER: i64 = 25;

/// What a result of the operation that stands for another one is as a result of that other.
type ResultMapping = fn(&str) -> String;

/// How an outcome of the program that stands for another one becomes one of that other.
#[derive(Clone, Copy, Default)]
struct Names {
    threads_exchanged: bool,
    keys_exchanged: bool,
    results: [Option<ResultMapping>; 2],
}

/// A program, and the one that stands for it.
struct Twin {
    program: String,
    stands: String,
    names: Names,
}

/// Threads have values of their own: 20 and 30, and `update` adds hundreds.
fn exchange_values(text: &str) -> String {
    let value = |number: i64| match number % 100 {
        20 => number + 10,
        30 => number - 10,
        _ => number,
    };
    text.split(' ')
        .map(|w| w.parse().map_or(w.to_owned(), |n| value(n).to_string()))
        .collect::<Vec<_>>()
        .join(" ")
}

impl Names {
    fn text(&self, text: &str) -> String {
        let values =
            |text: &str| if self.threads_exchanged { exchange_values(text) } else { text.to_owned() };
        let Some(pairs) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
            return values(text);
        };
        let mut pairs: Vec<String> = pairs
            .split_whitespace()
            .map(|pair| pair.split_once(':').expect("a key and a value"))
            .filter(|(key, _)| *key != "z")
            .map(|(key, value)| match (key, self.keys_exchanged) {
                ("a", true) => format!("b:{}", values(value)),
                ("b", true) => format!("a:{}", values(value)),
                (key, _) => format!("{key}:{}", values(value)),
            })
            .collect();
        pairs.sort();
        format!("{{{}}}", pairs.join(" "))
    }

    fn outcome(&self, outcome: &str) -> String {
        let (results, contents) = outcome.split_once(" -> ").expect("results and contents");
        let mut results: Vec<String> = results.split(" || ").map(|result| self.text(result)).collect();
        if self.threads_exchanged {
            results.reverse();
        }
        for (result, dropped) in results.iter_mut().zip(self.results) {
            if let Some(dropped) = dropped {
                *result = dropped(result);
            }
        }
        format!("{} -> {}", results.join(" || "), self.text(contents))
    }

    fn outcomes(&self, verdict: &Verdict) -> BTreeSet<String> {
        verdict.outcome_set.iter().map(|outcome| self.outcome(outcome)).collect()
    }
}

/// An operation as it is called, and as it is counted.
#[derive(Clone)]
struct Operation {
    template: &'static str,
    key: &'static str,
    counted: &'static str,
    result: Option<fn(&str) -> String>,
}

impl Operation {
    fn call(&self, template: &str, thread: usize, keys_exchanged: bool) -> String {
        let key = match (self.key, keys_exchanged) {
            ("a", true) => "b",
            ("b", true) => "a",
            (key, _) => key,
        };
        template.replace('#', key).replace('$', &(10 * (thread + 2)).to_string())
    }
}

/// Every operation over so many keys, with none left out.
fn operations(templates: &'static Templates, keys: usize, same: &[Same]) -> Vec<Operation> {
    let left_out = templates.same.iter().map(|same| same.template);
    let all: Vec<&str> = templates.keyed.iter().chain(templates.whole).copied().chain(left_out).collect();
    let mut operations = Vec::new();
    for template in all {
        let found = same.iter().find(|same| same.template == template);
        let counted = found.map_or(template, |same| same.counted);
        let keys: &[&'static str] = if template.contains('#') { &["a", "b"][..keys] } else { &[""] };
        for key in keys {
            operations.push(Operation { template, key, counted, result: found.map(|same| same.result) });
        }
    }
    operations
}

fn with_keys_exchanged(structure: &Structure, exchanged: bool) -> Structure {
    let mut structure = structure.clone();
    structure.keys.remove(&FILLER);
    if exchanged {
        structure.keys = structure.keys.iter().map(|(key, state)| (1 - key, *state)).collect();
    }
    structure
}

fn text(start: &Start, threads: [String; 2]) -> String {
    let setup = if start.setup.is_empty() { String::new() } else { format!("{} ", start.setup) };
    format!("{setup}|| {} || {}", threads[0], threads[1])
}

/// Every program of two threads with one operation each, and the one of the family that stands for it.
fn twins(keys: usize, same: &[Same]) -> Vec<Twin> {
    let subject = subjects::by_name("map").unwrap();
    let templates: &Templates = subject.templates.unwrap();
    let family = Family::new("map", "2x1".parse().unwrap(), Some(keys)).unwrap();
    let kept: BTreeSet<String> = programs(&family).into_iter().collect();
    let starts = starts(subject, keys);
    let by_structure: BTreeMap<Structure, &Start> =
        starts.iter().map(|start| (with_keys_exchanged(&start.structure, false), start)).collect();
    let operations = operations(templates, keys, same);
    let mut twins = Vec::new();
    for start in &starts {
        for (first, second) in operations.iter().flat_map(|a| operations.iter().map(move |b| (a, b))) {
            let program =
                text(start, [first.call(first.template, 0, false), second.call(second.template, 1, false)]);
            let ways = [(false, false), (true, false), (false, true), (true, true)];
            let found = ways.into_iter().filter(|(_, exchange)| !exchange || keys == 2).find_map(
                |(threads, exchange)| {
                    let start = by_structure[&with_keys_exchanged(&start.structure, exchange)];
                    let [a, b] = if threads { [second, first] } else { [first, second] };
                    let stands =
                        text(start, [a.call(a.counted, 0, exchange), b.call(b.counted, 1, exchange)]);
                    let results = [first.result, second.result];
                    let names = Names { threads_exchanged: threads, keys_exchanged: exchange, results };
                    kept.contains(&stands).then_some((stands, names))
                },
            );
            let (stands, names) = found.unwrap_or_else(|| panic!("nothing stands for `{program}`"));
            twins.push(Twin { program, stands, names });
        }
    }
    twins
}

/// Verdicts by program.
fn explored<'a>(programs: impl Iterator<Item = &'a String>, engine: Engine) -> BTreeMap<String, Verdict> {
    let map = subjects::by_name("map").unwrap();
    let programs: BTreeSet<&String> = programs.collect();
    let tasks = programs.iter().map(|text| {
        let program = Program::parse(map, text).unwrap_or_else(|error| panic!("{error}"));
        Box::new(JobTask(Box::new(Job::new(&program, engine)))) as Box<dyn Task>
    });
    let settings = Settings {
        workers: 2,
        patience: Duration::from_secs(60),
        interrupted: Arc::new(AtomicBool::new(false)),
        program: Some(env!("CARGO_BIN_EXE_verify").into()),
    };
    let mut verdicts = BTreeMap::new();
    pool::run(tasks.collect(), &settings, |news| {
        if let News::Verdict(verdict) = news {
            verdicts.insert(verdict.program.clone(), *verdict);
        }
    });
    assert_eq!(verdicts.len(), programs.len(), "each is heard of");
    verdicts
}

/// Where a program and the one that stands for it are not the same.
fn differences(twins: &[&Twin], engine: Engine) -> Vec<String> {
    let verdicts = explored(twins.iter().flat_map(|twin| [&twin.program, &twin.stands]), engine);
    let mut differences = Vec::new();
    for twin in twins {
        let (verdict, stands) = (&verdicts[&twin.program], &verdicts[&twin.stands]);
        let (is, expected) = (Names::default().outcomes(verdict), twin.names.outcomes(stands));
        if verdict.verdict != Level::Complete || stands.verdict != Level::Complete || is != expected {
            differences.push(format!(
                "`{}`: {} {is:?}\n`{}` stands for it: {} {expected:?}",
                twin.program, verdict.verdict, twin.stands, stands.verdict
            ));
        }
    }
    differences
}

fn same() -> &'static [Same] {
    subjects::by_name("map").unwrap().templates.unwrap().same
}

/// All of 2x1 over one key: 12 operations beside 12, from 17 start states. Each of the 765 that are kept stands for some.
#[test]
fn symmetry_every_program_over_one_key_is_the_same_as_the_one_that_stands_for_it() {
    let _watch = watch_for("the test", TEST);
    let twins = twins(1, same());
    assert_eq!(twins.len(), 12 * 12 * 17);
    let standing: BTreeSet<&String> = twins.iter().map(|twin| &twin.stands).collect();
    assert_eq!(standing.len(), 765, "each that is kept stands for itself");
    let differences = differences(&twins.iter().collect::<Vec<_>>(), Engine::ShuttleSleep);
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

/// Under loom, a fixed sample of those that are left out.
#[test]
fn symmetry_holds_under_loom_too() {
    let _watch = watch_for("the test", TEST);
    let twins = twins(1, same());
    let left_out = twins.iter().filter(|twin| twin.program != twin.stands);
    let sample: Vec<&Twin> = left_out.step_by(23).collect();
    assert!(sample.len() >= 70, "{}", sample.len());
    assert_eq!(differences(&sample, Engine::LoomLeak), Vec::<String>::new());
}

/// Keys exchanged: a fixed sample of 2x1 over two keys, with the threads in either order.
#[test]
fn symmetry_the_names_of_the_keys_do_not_matter() {
    let _watch = watch_for("the test", TEST);
    let twins = twins(2, same());
    assert_eq!(twins.len(), 22 * 22 * 102);
    let exchanged: Vec<&Twin> = twins.iter().filter(|twin| twin.names.keys_exchanged).collect();
    assert!(exchanged.iter().any(|twin| twin.names.threads_exchanged));
    let sample: Vec<&Twin> = exchanged.into_iter().step_by(31).collect();
    assert!(sample.len() >= 500, "{}", sample.len());
    assert_eq!(differences(&sample, Engine::ShuttleSleep), Vec::<String>::new());
}

/// What is not the same is told apart: a false pair, a false result, keys exchanged in the threads and not in the set-up.
#[test]
fn symmetry_that_is_not_there_is_refused() {
    let _watch = watch_for("the test", TEST);
    let both = |twins: Vec<Twin>, operation: &str| -> Vec<Twin> {
        let ends = format!("|| {operation} 20 || {operation} 30")
            .replace("load a 20", "load a")
            .replace("load a 30", "load a");
        twins.into_iter().filter(|twin| twin.program.ends_with(&ends)).collect()
    };
    let refused = |twins: Vec<Twin>| {
        assert_eq!(twins.len(), 17);
        differences(&twins.iter().collect::<Vec<_>>(), Engine::ShuttleSleep).len()
    };
    let pair = |template, counted, result| [Same { template, counted, result }];
    let load = both(twins_with(pair("load #", "load_and_delete #", str::to_owned)), "load a");
    assert!(refused(load) > 0, "a look-up is no deletion");
    let store = both(twins_with(pair("store # $", "swap # $", str::to_owned)), "store a");
    assert_eq!(refused(store), 17, "what `store` returns is dropped");

    let names = Names { keys_exchanged: true, ..Names::default() };
    let twin = |setup: &str| Twin {
        program: format!("{setup} || store a 20 || load a"),
        stands: "store a 1 || store b 20 || load b".to_owned(),
        names,
    };
    let refused = |twin: Twin| !differences(&[&twin], Engine::ShuttleSleep).is_empty();
    assert!(refused(twin("store a 1")), "the key of the set-up is another one");
    assert!(!refused(twin("store b 1")), "and with that exchanged too it is the same");
}

/// The twins over one key, with a pair in the place of what is declared of its operation.
fn twins_with([pair]: [Same; 1]) -> Vec<Twin> {
    let (template, mut all) = (pair.template, vec![pair]);
    let declared = same().iter().filter(|same| same.template != template);
    all.extend(declared.map(|Same { template, counted, result }| Same {
        template,
        counted,
        result: *result,
    }));
    twins(1, &all)
}
