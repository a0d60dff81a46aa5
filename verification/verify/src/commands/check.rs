//! `check` and `scenario`: programs on the engines that were asked for.

use super::cli::{Engines, Shown};
use super::options::{Options, SELF_TEST_PROGRAMS, few_of_a_subject, means, meant};
use super::outcomes;
use super::run::{run, run_and_tell};
use super::usage::Usage;
use explore::engine::{ENGINES, Engine};
use explore::subjects::builds_of;
use linear::{Subject, waits_for_ever};
use runner::plan::{Plan, Planned, usual_engines};
use runner::scenarios::Scenario;
use std::process::ExitCode;
use verify::{scenarios, subjects};

/// The subject of that name.
pub(crate) fn known_subject(name: &str) -> Result<&'static Subject, Usage> {
    subjects::by_name(name)
        .ok_or_else(|| Usage(format!("`{name}` is not a subject: use {}", subjects::names())))
}

/// The scenarios of these names.
pub(crate) fn scenarios_by_name(names: &[String]) -> Result<Vec<Scenario>, Usage> {
    let all: Vec<Scenario> = scenarios::all().into_iter().chain(scenarios::plain()).collect();
    let mut chosen: Vec<Scenario> = Vec::new();
    for name in names {
        let found = all.iter().filter(|scenario| means(name, &scenario.name));
        let found: Vec<Scenario> = found.cloned().collect();
        if found.is_empty() {
            let names = all.iter().map(|scenario| scenario.name.as_str());
            let help = meant(name, names, "cargo verify list");
            return Err(Usage(format!("`{name}` is not a scenario: {help}")));
        }
        chosen.extend(found);
    }
    Ok(chosen)
}

/// The engines and modes that the user asked for.
fn engines_for(scenario: &Scenario, asked: &Engines) -> Result<Vec<Engine>, Usage> {
    for name in &asked.engine {
        if !ENGINES.iter().any(|(_, engine, _)| engine == name) {
            return Err(Usage(format!("`{name}` is not an engine: use loom, shuttle or threads")));
        }
    }
    for mode in &asked.mode {
        if !ENGINES.iter().any(|(.., known)| known == mode) {
            let mut modes: Vec<&str> = ENGINES.iter().map(|(.., mode)| *mode).collect();
            modes.sort_unstable();
            modes.dedup();
            return Err(Usage(format!("`{mode}` is not a mode: the modes are {}", modes.join(", "))));
        }
    }
    let of_engine =
        |engine: &Engine| asked.engine.is_empty() || asked.engine.iter().any(|name| engine.name() == name);
    let engines: Vec<Engine> = if asked.mode.is_empty() {
        usual_engines(scenario).into_iter().filter(of_engine).collect()
    } else {
        let all = ENGINES.iter().map(|(engine, ..)| *engine);
        all.filter(|engine| of_engine(engine) && asked.mode.iter().any(|mode| engine.mode() == mode))
            .collect()
    };
    if engines.is_empty() {
        return Err(Usage("none of these engines has one of these modes: `cargo verify list` prints the modes of each engine".into()));
    }
    if engines.iter().any(|engine| engine.is_abstract()) {
        can_be_abstract(scenario.program.subject, scenario.program.has_users())?;
    }
    Ok(engines)
}

/// Whether the abstract modes say anything of programs of a subject, in which users misbehave or not.
pub(crate) fn can_be_abstract(subject: &Subject, users_misbehave: bool) -> Result<(), Usage> {
    let name = subject.name;
    if users_misbehave {
        return Err(Usage("the abstract modes cannot run programs in which users misbehave: leave out `abstract`, or the part after `!`".into()));
    }
    match builds_of(subject).one_step {
        Some(_) => Ok(()),
        None => Err(Usage(format!(
            "the abstract modes cannot run programs of `{name}`: they are for the map, and for what is built on it"
        ))),
    }
}

/// `check` and `scenario`: runs these, and tells the outcomes if it is one program.
pub(crate) fn explore(
    scenarios: &[Scenario],
    engines: &Engines,
    shown: &Shown,
    options: &Options,
) -> Result<ExitCode, Usage> {
    let plan = selected(scenarios, engines, options)?;
    let [scenario] = scenarios else {
        if shown.show.is_some() || shown.impossible {
            let message =
                format!("--show and --impossible are for one program, and these are {}", scenarios.len());
            return Err(Usage(format!("{message}: name one scenario")));
        }
        return run(plan, options);
    };
    let (_, status) = run_and_tell(plan, options, |report| match report.interrupted {
        true => Ok(()),
        false => outcomes::tell(scenario, report, engines, shown, options),
    })?;
    Ok(ExitCode::from(status))
}

/// These scenarios on the engines that were asked for, and the self-tests of those.
pub(crate) fn selected(scenarios: &[Scenario], asked: &Engines, options: &Options) -> Result<Plan, Usage> {
    let mut plan = Plan::default();
    // What waits for ever is not searched: the specification tells, at once.
    if scenarios.iter().any(|scenario| waits_for_ever(&scenario.program).is_none()) {
        plan.self_tests(options.seed, SELF_TEST_PROGRAMS, few_of_a_subject(SELF_TEST_PROGRAMS));
    }
    for scenario in scenarios {
        let engines = engines_for(scenario, asked)?;
        plan.scenario(scenario, &engines, |job| {
            job.name = job.name.take().filter(|name| !name.is_empty());
            job.seed = options.seed;
            job.budget = options.budget;
            job.bound = asked.bound.filter(|_| job.engine.name() == "loom");
            job.schedules = asked.schedules;
        });
    }
    // A self-test is for the engines that are used.
    let uses = |name: &str| {
        plan.tasks.iter().any(|task| matches!(task, Planned::Job(job) if job.engine.name() == name))
    };
    let (loom, shuttle) = (uses("loom"), uses("shuttle"));
    plan.tasks.retain(|task| match task {
        Planned::SelfTest(test) => {
            if test.is_of_loom() {
                loom
            } else {
                shuttle
            }
        }
        Planned::Job(_) | Planned::Batch(_) => true,
    });
    Ok(plan)
}
