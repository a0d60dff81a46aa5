//! What came of a family, and what that is worth: for which source, on which engines, within which bounds, and what was not covered.
//!
//! While a family runs this is a report; when all of it is through it can be kept, as a certificate.

use super::family::Family;
use super::runs::{FamilyRun, Sample};
use super::size::Shape;
use crate::source::{Source, Step, numbers};
use crate::style::count;
use crate::task::ProgramResult;
use explore::engine::Engine;
use linear::{Level, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A step of the algorithm, and how often it was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepCount {
    /// Which.
    #[serde(flatten)]
    pub step: Step,
    /// How many programs take it.
    pub programs: usize,
    /// From how many start states.
    pub starts: usize,
}

/// A program that did not come to a good end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unfinished {
    /// The program.
    pub program: String,
    /// The engine that it ended on.
    pub engine: String,
    /// The verdict that it got.
    pub verdict: String,
    /// What was wrong, if something was.
    pub failure: Option<String>,
}

/// Verdicts that follow from others: no execution was explored for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follows {
    /// The engine whose verdicts they are.
    pub engine: String,
    /// The engine that they follow from.
    pub from: String,
    /// Of so many programs.
    pub programs: usize,
}

impl Follows {
    /// `follows from loom/leak for 187 programs`
    pub fn text(&self) -> String {
        format!("follows from {} for {}", self.from, count(self.programs, "program"))
    }
}

/// What came of a family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FamilyReport {
    /// Always `family`.
    pub kind: String,
    /// Which.
    #[serde(flatten)]
    pub family: Family,
    /// Programs of the family, or of the sample of it.
    pub programs: usize,
    /// Start states.
    pub starts: usize,
    /// How sure it makes us: COMPLETE, BOUNDED under loom, or SAMPLED, so many of its programs, when all is through and well.
    pub verdict: Level,
    /// So many programs are: on every engine, with equal outcomes.
    pub whole: usize,
    /// The others of which something was heard, by name. What is still missing was not run.
    pub unfinished: Vec<Unfinished>,
    /// Of a lawless family: the programs times what users did wrong in them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub variants: u64,
    /// The engines, and the executions of each.
    pub executions: Vec<(String, u64)>,
    /// Verdicts of one of the engines that were not explored, because they follow from those of another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Follows>,
    /// Outcomes of all programs.
    pub outcomes: usize,
    /// loom's bound on preemptions, if there was one.
    pub bound: Option<usize>,
    /// Which of its programs, if not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<Sample>,
    /// The steps of the algorithm.
    pub steps: Vec<StepCount>,
    /// What it says nothing about.
    pub not_covered: Vec<String>,
    /// The versions that it holds for.
    pub versions: Vec<String>,
    /// The fingerprint of the source that it holds for: [`Source::fingerprint`].
    pub source: String,
    /// The commit that was checked out; `+`: with changes.
    pub commit: Option<String>,
    /// The command that makes it.
    pub command: String,
    /// Wall time of the run that it was made in.
    pub seconds: f64,
    /// A self-test that it stands on was run earlier, by the same executable.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_tests_known: bool,
    /// By the number of the program, its start state; by the number of the step, the start states seen.
    #[serde(skip)]
    seen: Seen,
    /// It is the family that must take every step.
    #[serde(skip)]
    must_take_all_steps: bool,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    start_of: Vec<usize>,
    starts: Vec<BTreeSet<usize>>,
}

/// What no family says anything about.
fn not_covered(run: &FamilyRun) -> Vec<String> {
    let family = &run.family;
    let mut list = vec![
        family.size.leaves_out(),
        "load buffering: loom does not explore it".to_owned(),
        "the real crossbeam-epoch, whose place a model epoch takes".to_owned(),
        "orderings weaker than those of the source (see the ordering matrix)".to_owned(),
    ];
    if family.keys > 0 {
        list.push(format!("programs of more than {} of the keys a and b", family.keys));
    }
    if family.shape == Shape::Sb {
        list.push("programs of another shape than store buffering".to_owned());
    }
    if !family.ops.is_empty() {
        list.push(format!("operations other than {}", family.ops.join(", ")));
    }
    if let Some(sample) = run.sample {
        list.push(format!(
            "programs that are not among the {} drawn by seed {}",
            sample.programs, sample.seed
        ));
    }
    if !run.engines.iter().any(|engine| engine.name() == "loom") {
        list.push("weak memory: no engine was loom".to_owned());
    }
    if let Some(bound) = run.bound {
        list.push(format!("executions of more than {bound} preemptions under loom"));
    }
    list
}

/// Whether this is the family of its subject that must take every step of the algorithm.
fn must_take_all_steps(run: &FamilyRun, source: &dyn Source) -> bool {
    let family = &run.family;
    let is_whole = family.ops.is_empty() && family.shape == Shape::All && run.sample.is_none();
    source.takes_all_steps(&family.subject).is_some_and(|(size, keys)| {
        is_whole && (family.size.to_string().as_str(), family.keys) == (size, keys)
    })
}

impl FamilyReport {
    /// A report on a family of which nothing has been run. `programs` are its programs.
    pub fn new(run: &FamilyRun, programs: &[(usize, String)], source: &dyn Source) -> FamilyReport {
        let mut starts = BTreeMap::new();
        let start_of = programs.iter().map(|(_, program)| {
            let setup = program.split("||").next().unwrap_or_default().trim();
            let next = starts.len();
            *starts.entry(setup).or_insert(next)
        });
        let start_of: Vec<usize> = start_of.collect();
        let steps = if run.family.lawless { Vec::new() } else { source.steps(&run.family.subject) };
        let seen = Seen { start_of, starts: vec![BTreeSet::new(); steps.len()] };
        FamilyReport {
            kind: "family".into(),
            family: run.family.clone(),
            programs: programs.len(),
            starts: starts.len(),
            verdict: Level::Truncated,
            whole: 0,
            unfinished: Vec::new(),
            variants: 0,
            executions: run.engines.iter().map(|engine| (engine.to_string(), 0)).collect(),
            follows: None,
            outcomes: 0,
            bound: run.bound,
            sample: run.sample,
            steps: steps.into_iter().map(|step| StepCount { step, programs: 0, starts: 0 }).collect(),
            not_covered: not_covered(run),
            versions: source.versions(),
            source: source.fingerprint(&run.family.subject),
            commit: source.commit(),
            command: run.command(),
            seconds: 0.0,
            self_tests_known: false,
            must_take_all_steps: must_take_all_steps(run, source),
            seen,
        }
    }

    /// Counts a program with which all is well.
    pub fn count(&mut self, result: &ProgramResult) {
        self.whole += 1;
        self.outcomes += result.outcomes;
        self.variants += if self.family.lawless { result.variants } else { 0 };
        for ((_, sum), executions) in self.executions.iter_mut().zip(&result.executions) {
            *sum += executions;
        }
        if result.eager_follows {
            let [engine, from] = [Engine::LoomEager, Engine::LoomLeak].map(|engine| engine.to_string());
            self.follows.get_or_insert(Follows { engine, from, programs: 0 }).programs += 1;
        }
        let start = self.seen.start_of.get(result.number).copied();
        for number in numbers(&result.steps) {
            if let (Some(step), Some(starts)) = (self.steps.get_mut(number), self.seen.starts.get_mut(number))
            {
                step.programs += 1;
                starts.extend(start);
                step.starts = starts.len();
            }
        }
    }

    /// Notes a program with which not all is well.
    pub fn note(&mut self, verdict: &Verdict) {
        self.unfinished.push(Unfinished {
            program: verdict.program.clone(),
            engine: format!("{}/{}", verdict.engine, verdict.mode),
            verdict: verdict.verdict.to_string(),
            failure: verdict.failure.as_ref().map(|failure| format!("{}: {}", failure.kind, failure.message)),
        });
    }

    /// The end. `trusted`: the self-tests of the engines have passed.
    pub fn finish(&mut self, trusted: bool, seconds: f64) {
        self.seconds = seconds;
        self.unfinished.sort();
        let failed = self.unfinished.iter().any(|unfinished| unfinished.failure.is_some());
        self.verdict = match (self.bound, self.sample) {
            _ if failed => Level::Failed,
            _ if self.whole < self.programs || !trusted => Level::Truncated,
            (_, Some(_)) => Level::Sampled(self.programs as u64),
            (None, None) => Level::Complete,
            (Some(bound), None) => Level::Bounded(bound),
        };
    }

    /// What is wrong with it beside its verdict: steps that a family of this size must take, and does not.
    pub fn problems(&self) -> Vec<String> {
        if !self.must_take_all_steps || self.whole < self.programs {
            return Vec::new();
        }
        let family = &self.family;
        let missed = self.not_reached();
        missed.map(|step| format!("no program of {family} takes {} ({})", step.name, step.place)).collect()
    }

    /// The steps that no program takes.
    pub fn not_reached(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.programs == 0).map(|step| &step.step)
    }

    /// The engines as a list, with what each has done: `explored` says it of executions.
    pub fn engines(&self, explored: impl Fn(&str, u64) -> String) -> String {
        let of = |(engine, executions): &(String, u64)| match &self.follows {
            Some(follows) if follows.engine == *engine => {
                let told = follows.text();
                if *executions == 0 {
                    format!("{engine} ({told})")
                } else {
                    format!("{} ({told})", explored(engine, *executions))
                }
            }
            _ => explored(engine, *executions),
        };
        self.executions.iter().map(of).collect::<Vec<_>>().join(", ")
    }

    /// A name for files: `map-2x1-2-keys`, `map-3x1-1-key-bound-3`.
    pub fn id(&self) -> String {
        let bound = self.bound.map_or_else(String::new, |bound| format!("-bound-{bound}"));
        let sample =
            self.sample.map_or_else(String::new, |s| format!("-oracle-{}-seed-{}", s.programs, s.seed));
        format!("{}{bound}{sample}", self.family.id())
    }
}
