//! The transitions of a module, worked out as they are needed, and what each does to the memory of the code.

use crate::access::{Access, word};
use crate::expected::folder;
use crate::followed::Followed;
use crate::recorded::Operation;
use crate::show::{field, pairs, variable};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use tla_checker::ast::{DefinitionMap, Env, Expr, State, Value};
use tla_checker::checker::prepare_spec;
use tla_checker::eval::{init_states, make_primed_names, next_states};

/// A transition.
#[derive(Clone, Debug)]
pub struct Step {
    /// The action.
    pub action: Arc<str>,
    /// The process, from 0.
    pub process: usize,
    /// The state after it.
    pub to: usize,
    /// What it does.
    pub access: Access,
}

/// A module, from its empty state on.
pub struct Machine {
    /// Which one.
    pub followed: Followed,
    states: Vec<State>,
    numbers: HashMap<State, usize>,
    steps: HashMap<(usize, Option<Operation>), Rc<Vec<Step>>>,
    vars: Vec<Arc<str>>,
    primed: Vec<Arc<str>>,
    next: Expr,
    env: Env,
    defs: DefinitionMap,
}

impl Machine {
    /// For so many processes and keys.
    ///
    /// # Errors
    /// What tla-checker finds wrong.
    pub fn new(followed: Followed, processes: usize, keys: usize) -> Result<Machine, String> {
        let prepared = followed.prepare(processes, keys)?;
        let path = folder().join(format!("{}.tla", followed.module()));
        let (env, defs) = prepare_spec(&prepared.spec, &prepared.domains, Some(&path), true)
            .map_err(|error| format!("{error:?}"))?;
        let spec = prepared.spec;
        let (init, next) = spec.init.zip(spec.next).ok_or("the module has no Init or no Next")?;
        let initial = init_states(&init, &spec.vars, &env, &defs).map_err(|error| format!("{error:?}"))?;
        let [first] = initial.as_slice() else {
            return Err(format!("{} initial states, where there is one empty one", initial.len()));
        };
        let numbers = HashMap::from([(first.clone(), 0)]);
        let primed = make_primed_names(&spec.vars);
        Ok(Machine {
            followed,
            states: vec![first.clone()],
            numbers,
            steps: HashMap::new(),
            primed,
            next,
            env,
            defs,
            vars: spec.vars,
        })
    }

    /// How many states were come to.
    pub fn states(&self) -> usize {
        self.states.len()
    }

    /// The value of a variable.
    pub fn value(&self, state: usize, name: &str) -> &Value {
        variable(&self.vars, &self.states[state], name).expect("a variable of the module")
    }

    /// The registers of a process.
    pub fn process(&self, state: usize, process: usize) -> &Value {
        pairs(self.value(state, "th")).into_iter().nth(process).expect("a process").1
    }

    /// Where a process is.
    pub fn place(&self, state: usize, process: usize) -> String {
        word(field(self.process(state, process), "pc"))
    }

    /// The steps from a state; with an operation, only the first steps of calls of it.
    ///
    /// # Errors
    /// What tla-checker finds wrong.
    pub fn steps(&mut self, state: usize, call: Option<&Operation>) -> Result<Rc<Vec<Step>>, String> {
        let key = (state, call.cloned());
        if let Some(steps) = self.steps.get(&key) {
            return Ok(Rc::clone(steps));
        }
        for (name, value) in self.followed.calls(call) {
            self.env.insert(name, value);
        }
        let from = self.states[state].clone();
        let transitions = next_states(&self.next, &from, &self.vars, &self.primed, &mut self.env, &self.defs)
            .map_err(|error| format!("{error:?}"))?;
        let mut steps = Vec::new();
        for transition in transitions {
            let action = transition.action.ok_or("a step without the name of an action")?;
            if action.as_ref() == "Finished" || self.followed.begins(&action) != call.is_some() {
                continue;
            }
            let to = match self.numbers.get(&transition.state) {
                Some(to) => *to,
                None => {
                    self.states.push(transition.state.clone());
                    self.numbers.insert(transition.state, self.states.len() - 1);
                    self.states.len() - 1
                }
            };
            steps.extend(self.step(state, to, action));
        }
        let steps = Rc::new(steps);
        self.steps.insert(key, Rc::clone(&steps));
        Ok(steps)
    }

    /// The step, for the process that made it. One that changes nothing (an exchange that fails, and sees what it saw) may be anyone's.
    fn step(&self, from: usize, to: usize, action: Arc<str>) -> Vec<Step> {
        let processes = pairs(self.value(from, "th")).len();
        let may_be = |process: &usize| {
            if from == to {
                self.place(from, *process) == "ecas"
            } else {
                self.process(from, *process) != self.process(to, *process)
            }
        };
        let movers = (0..processes).filter(may_be);
        let steps = |process: usize| {
            let accesses = Access::all_of(self, [from, to], process, &action).into_iter();
            let action = Arc::clone(&action);
            accesses.map(move |access| Step { access, action: Arc::clone(&action), process, to })
        };
        movers.flat_map(steps).collect()
    }
}
