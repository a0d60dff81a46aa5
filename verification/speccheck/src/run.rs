//! One configuration, or one seeded bug, through tla-checker.

use crate::expected::{Bug, Configuration, folder};
use crate::modules::{self, Cfg};
use crate::tlc;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tla_checker::ast::{Spec, State};
use tla_checker::checker::{CheckResult, CheckStats, check, check_result_to_json};
use tla_checker::load::{Prepared, prepare_from_path};

/// More than any configuration has: the checker says so when one has more, and that is no pass.
const MAX_STATES: usize = 50_000_000;
/// As deep as any behaviour without a loop.
const MAX_DEPTH: usize = 100_000;

/// How a run came out, in the words of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// All states were visited, as many as expected, and all properties hold; or the bug was caught as expected.
    Complete,
    /// Stopped by a budget, a limit or the user.
    Truncated,
    /// Anything else.
    Failed,
}

/// A behaviour that ends where a property fails.
#[derive(Debug)]
pub struct Counterexample {
    /// The names of the variables.
    pub vars: Vec<Arc<str>>,
    /// From an initial state on.
    pub states: Vec<State>,
    /// The action that led to each; none for the first.
    pub actions: Vec<Option<Arc<str>>>,
    /// Where the behaviour goes on for ever, for a liveness property.
    pub cycle_from: Option<usize>,
}

/// What came of a run.
#[derive(Debug)]
pub struct Finding {
    /// How sure it makes us.
    pub verdict: Verdict,
    /// Distinct states.
    pub states: usize,
    /// What was checked.
    pub properties: Vec<String>,
    /// The property that failed.
    pub broken: Option<String>,
    /// Actions that were taken.
    pub actions: BTreeSet<String>,
    /// What is wrong, in words.
    pub message: Option<String>,
    /// How it fails.
    pub counterexample: Option<Counterexample>,
    /// The length of a counterexample of TLC, which is not kept; nothing for one that goes on for ever, which need not be the shortest.
    pub tlc_steps: Option<usize>,
    /// The time that it took.
    pub seconds: f64,
}

impl Finding {
    pub(crate) fn failed(message: String) -> Finding {
        Finding {
            verdict: Verdict::Failed,
            states: 0,
            properties: Vec::new(),
            broken: None,
            actions: BTreeSet::new(),
            message: Some(message),
            counterexample: None,
            tlc_steps: None,
            seconds: 0.0,
        }
    }

    /// The number of steps of the counterexample, where that is known to be the shortest one.
    pub fn steps(&self) -> Option<usize> {
        let own = self.counterexample.as_ref();
        own.map(|counterexample| counterexample.states.len().saturating_sub(1)).or(self.tlc_steps)
    }
}

/// Who checks.
#[derive(Clone, Debug)]
pub enum Checker {
    /// tla-checker, within a budget if there is one.
    TlaChecker(Option<Duration>),
    /// TLC, of this `tla2tools.jar`.
    Tlc(PathBuf),
}

impl Checker {
    fn run(&self, module: &str, cfg: &Cfg) -> Finding {
        match self {
            Checker::TlaChecker(budget) => run(module, cfg, *budget),
            Checker::Tlc(jar) => tlc::run(jar, module, cfg),
        }
    }
}

/// Runs a configuration; every property must hold, in exactly the expected number of states.
pub fn configuration(configuration: &Configuration, checker: &Checker) -> Finding {
    let cfg = match modules::cfg(&configuration.name) {
        Ok(cfg) => cfg,
        Err(message) => return Finding::failed(message),
    };
    let mut finding = checker.run(&configuration.module, &cfg);
    if finding.verdict == Verdict::Complete && finding.states != configuration.states {
        finding.verdict = Verdict::Failed;
        finding.message = Some(format!(
            "{} states, {} expected. If the change is meant, write the new number into specs/expected.toml",
            finding.states, configuration.states
        ));
    }
    finding
}

/// The configuration of a bug: that of its base, with its constants, and its property alone.
///
/// # Errors
/// That the base is wrong, or has no such property.
pub fn cfg_of(bug: &Bug) -> Result<Cfg, String> {
    let mut cfg = modules::cfg(&bug.configuration)?;
    for (name, value) in &bug.constants {
        if cfg.constants.insert(name.clone(), value.clone()).is_none() {
            return Err(format!("bug {}: specs/{}.cfg has no constant {name}", bug.name, bug.configuration));
        }
    }
    cfg.constants.insert("Bug".into(), format!("\"{}\"", bug.name));
    let is_property = |name: &String| *name == bug.property;
    cfg.invariants.retain(is_property);
    cfg.properties.retain(is_property);
    // Deadlock is always checked.
    if bug.property != "Deadlock" && cfg.invariants.len() + cfg.properties.len() != 1 {
        return Err(format!(
            "bug {}: specs/{}.cfg does not check {}",
            bug.name, bug.configuration, bug.property
        ));
    }
    Ok(cfg)
}

/// Runs a seeded bug; its property must fail, after exactly the expected number of steps.
pub fn bug(bug: &Bug, checker: &Checker) -> Finding {
    let cfg = match cfg_of(bug) {
        Ok(cfg) => cfg,
        Err(message) => return Finding::failed(message),
    };
    let mut finding = checker.run(&bug.module, &cfg);
    let steps = finding.steps();
    (finding.verdict, finding.message) = match (finding.verdict, &finding.broken) {
        (Verdict::Truncated, _) => (Verdict::Truncated, finding.message),
        (Verdict::Complete, _) => (
            Verdict::Failed,
            Some(format!("not caught: {} holds in {} states", bug.property, finding.states)),
        ),
        (_, Some(broken)) if *broken == bug.property && steps.is_none_or(|steps| steps == bug.steps) => {
            (Verdict::Complete, None)
        }
        (_, Some(broken)) if *broken == bug.property => {
            let steps = steps.unwrap_or_default();
            let message = format!("caught after {steps} steps, {} expected (specs/expected.toml)", bug.steps);
            (Verdict::Failed, Some(message))
        }
        _ => (Verdict::Failed, finding.message),
    };
    finding
}

/// A module, with a cfg that is written into a file for it.
fn prepare(module: &str, cfg: &Cfg) -> Result<Prepared, String> {
    let file = tempfile::Builder::new().suffix(".cfg").tempfile();
    let mut file = file.map_err(|error| error.to_string())?;
    file.write_all(cfg.to_string().as_bytes()).map_err(|error| error.to_string())?;
    let path = folder().join(format!("{module}.tla"));
    prepare_from_path(&path, Some(file.path()), &[]).map_err(|error| error.to_string())
}

fn run(module: &str, cfg: &Cfg, budget: Option<Duration>) -> Finding {
    let started = Instant::now();
    let mut prepared = match prepare(module, cfg) {
        Ok(prepared) => prepared,
        Err(error) => return Finding::failed(format!("specs/{module}.tla: {error}")),
    };
    if let Some(warning) = prepared.warnings.first() {
        return Finding::failed(format!("specs/{module}.tla: tla-checker warns: {}", warning.value));
    }
    prepared.checker_config.max_states = MAX_STATES;
    prepared.checker_config.max_depth = MAX_DEPTH;
    prepared.checker_config.max_seconds = budget.map(|budget| budget.as_secs().max(1));
    let result = check(&prepared.spec, &prepared.domains, &prepared.checker_config);
    let mut finding = Finding {
        properties: cfg.invariants.iter().chain(&cfg.properties).cloned().collect(),
        seconds: started.elapsed().as_secs_f64(),
        ..judge(result, &prepared.spec)
    };
    if finding.verdict == Verdict::Complete && !unchecked(&prepared.spec, cfg).is_empty() {
        finding.verdict = Verdict::Failed;
        finding.message =
            Some(format!("tla-checker did not check {}", unchecked(&prepared.spec, cfg).join(", ")));
    }
    finding
}

/// Properties of the cfg that the checker has not taken up.
fn unchecked(spec: &Spec, cfg: &Cfg) -> Vec<String> {
    let invariants: BTreeSet<&str> = spec.invariant_names.iter().flatten().map(AsRef::as_ref).collect();
    let lost = cfg.invariants.iter().filter(|name| !invariants.contains(name.as_str()));
    let temporal = spec.safety_properties.len() + spec.liveness_properties.len();
    let few = (temporal < cfg.properties.len()).then(|| "a PROPERTY".to_owned());
    lost.cloned().chain(few).collect()
}

fn judge(result: CheckResult, spec: &Spec) -> Finding {
    let vars = spec.vars.clone();
    let found =
        |broken: Option<String>, states: Vec<State>, actions, cycle_from, stats: &CheckStats| Finding {
            verdict: Verdict::Failed,
            message: broken.as_ref().map(|broken| format!("{broken} does not hold")),
            counterexample: Some(Counterexample { vars, states, actions, cycle_from }),
            broken,
            ..counted(Verdict::Failed, stats)
        };
    match result {
        CheckResult::Ok(stats) => counted(Verdict::Complete, &stats),
        CheckResult::InvariantViolation(example, stats) => {
            let name = spec.invariant_names.get(example.violated_invariant).cloned().flatten();
            found(name.map(|name| name.to_string()), example.trace, example.actions, None, &stats)
        }
        CheckResult::PropertyViolation(example, stats) => {
            found(Some(example.property.to_string()), example.trace, example.actions, None, &stats)
        }
        CheckResult::LivenessViolation(example, stats) => {
            let cycle_from = example.prefix.len().saturating_sub(1);
            let states: Vec<State> =
                example.prefix.into_iter().chain(example.cycle.into_iter().skip(1)).collect();
            let actions = vec![None; states.len()];
            found(Some(example.property), states, actions, Some(cycle_from), &stats)
        }
        CheckResult::Deadlock(trace, actions, stats) => {
            found(Some("Deadlock".into()), trace, actions, None, &stats)
        }
        CheckResult::MaxStatesExceeded(stats) => {
            truncated(&format!("the limit of {MAX_STATES} states"), &stats)
        }
        CheckResult::MaxDepthExceeded(stats) => truncated(&format!("the limit of {MAX_DEPTH} steps"), &stats),
        CheckResult::MaxTimeExceeded(stats) => truncated("the budget", &stats),
        other => Finding::failed(check_result_to_json(&other, spec)),
    }
}

fn counted(verdict: Verdict, stats: &CheckStats) -> Finding {
    let actions = stats.transitions_by_action.keys().flatten().map(ToString::to_string).collect();
    Finding { states: stats.states_explored, actions, message: None, ..Finding::failed(String::new()) }
        .with(verdict)
}

fn truncated(limit: &str, stats: &CheckStats) -> Finding {
    let message = format!("stopped by {limit}, after {} states", stats.states_explored);
    Finding { message: Some(message), ..counted(Verdict::Truncated, stats) }
}

impl Finding {
    fn with(self, verdict: Verdict) -> Finding {
        Finding { verdict, ..self }
    }
}
