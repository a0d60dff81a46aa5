//! The second judge of any subject: the specification is the first judge's, the search is that of todc-utils.

use linear::{Answer, Call, History, Part, Program, State, state_after_setup};
use std::collections::BTreeMap;
use todc_utils::linearizability::WGLChecker;
use todc_utils::linearizability::history::Action::{Call as Begins, Response as Ends};
use todc_utils::linearizability::history::History as Actions;
use todc_utils::specifications::Specification;

/// What takes effect at one moment.
#[derive(Clone, Debug)]
enum Step {
    /// The state in which the set-up leaves the subject.
    Begin(State),
    /// A part of a call: which call of the history, which part of how many.
    Part {
        program: &'static Program,
        call: &'static Call,
        thread: i64,
        place: usize,
        part: usize,
        parts: usize,
        ret: Answer,
    },
    /// All is over, and this is what there is.
    Over(&'static Program, Vec<(i64, i64)>),
}

/// A state, and of each call with several parts those that are done and what they have noted.
type Known = (State, BTreeMap<usize, (u64, i64)>);

struct OfASubject;

impl Specification for OfASubject {
    type State = Known;
    type Operation = Step;

    fn init() -> Known {
        Known::default()
    }

    fn apply(step: &Step, known: &Known) -> (bool, Known) {
        let (mut state, mut notes) = known.clone();
        let fits = match step {
            Step::Begin(start) => {
                state.clone_from(start);
                true
            }
            Step::Over(program, contents) => program.subject.specification.contents_fit(&state, contents),
            Step::Part { program, call, thread, ret, .. } if program.subject.is_atomic(call) => {
                program.subject.specification.apply(call, *thread, &mut state) == *ret
            }
            Step::Part { program, call, place, part, parts, ret, .. } => {
                let (done, mut memo) = notes.get(place).copied().unwrap_or_default();
                let universe = program.universe();
                let specification = program.subject.specification;
                let this = Part { call, ret, number: *part, done, universe: &universe, memo: &mut memo };
                let fits = specification.apply_part(this, &mut state);
                let done = done | 1 << part;
                notes.insert(*place, (done, memo));
                let is_last = done.count_ones() as usize == *parts;
                fits && (!is_last || specification.parts_fit(call, ret, memo))
            }
        };
        (fits, (state, notes))
    }
}

pub(super) fn judge(program: &'static Program, history: &History) -> bool {
    let universe = program.universe();
    let begin = Step::Begin(state_after_setup(program));
    let mut actions = vec![(0, Begins(begin.clone())), (0, Ends(begin))];
    let mut events = Vec::new();
    let mut process = 0;
    for (place, record) in history.records.iter().enumerate() {
        let call = program.call(record.thread, record.number);
        let parts = program.subject.specification.parts(call, &universe);
        let thread = i64::try_from(record.thread).unwrap_or(0);
        for part in 0..parts {
            process += 1;
            let step = Step::Part { program, call, thread, place, part, parts, ret: record.ret.clone() };
            events.push((record.called, false, process, step.clone()));
            events.push((record.returned, true, process, step));
        }
    }
    events.sort_by_key(|(time, is_end, process, _)| (*time, *is_end, *process));
    let action = |(_, is_end, process, step)| (process, if is_end { Ends(step) } else { Begins(step) });
    actions.extend(events.into_iter().map(action));
    let over = Step::Over(program, history.contents.clone());
    actions.push((0, Begins(over.clone())));
    actions.push((0, Ends(over)));
    WGLChecker::<OfASubject>::is_linearizable(Actions::from_actions(actions))
}
