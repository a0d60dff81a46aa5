//! A game: a player chooses which thread steps next, and is told what can still be reached.

use explore::tree::{Choice, Cut, End, Tree, Way};
use linear::{Program, Snapshot, Step, outcomes_by_specification};
use std::collections::{BTreeMap, BTreeSet};

/// What a player can aim at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// How the execution ends.
    pub end: End,
    /// Whether the specification expects it; nothing, if it does not say.
    pub expected: Option<bool>,
}

impl Goal {
    /// In words: `stored 2 || () -> {a:2}`, or what fails.
    pub fn text(&self) -> String {
        match &self.end {
            End { outcome: Some(outcome), failure: None } => outcome.clone(),
            End { outcome: Some(outcome), failure: Some((kind, _)) } => format!("{outcome} (FAILED: {kind})"),
            End { outcome: None, failure: Some((kind, message)) } => format!("FAILED: {kind}: {message}"),
            End { outcome: None, failure: None } => "no outcome".to_owned(),
        }
    }
}

/// Whether a goal can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The execution has ended with it.
    Reached,
    /// It can still be reached.
    Possible,
    /// It cannot, and never could.
    Never,
    /// It cannot be reached any more: the choice that lost it began with this step, if that is known.
    Lost(Option<usize>),
    /// The tree was cut, so nobody knows.
    Unknown,
}

/// What can be reached from a position.
#[derive(Clone, Debug, Default)]
struct Reach {
    ends: BTreeSet<usize>,
    /// Everything that follows was explored.
    is_whole: bool,
}

/// A choice that was made.
#[derive(Clone, Debug)]
struct Move {
    thread: usize,
    from: usize,
    /// Whether each goal could be reached at the position before, as far as that was known.
    before: BTreeMap<String, Option<bool>>,
}

/// A step that was taken.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'g> {
    /// Its number, counted from 1.
    pub number: usize,
    /// The step.
    pub step: &'g Step,
    /// What the subject looks like after it, if that is another look than before.
    pub look: Option<&'g Snapshot>,
}

/// See the module.
#[derive(Debug)]
pub struct Game {
    tree: Tree,
    reach: Vec<Reach>,
    goals: Vec<Goal>,
    moves: Vec<Move>,
    at: usize,
}

/// What can be reached from each position.
fn reach(tree: &Tree) -> Vec<Reach> {
    let mut known: Vec<Option<Reach>> = vec![None; tree.positions.len()];
    // A position waits on the stack until all that follow it are known.
    let mut stack = vec![0];
    while let Some(at) = stack.last().copied().filter(|_| !known.is_empty()) {
        let position = &tree.positions[at];
        let unknown =
            position.choices.iter().filter_map(|choice| choice.to).filter(|to| known[*to].is_none());
        let unknown: Vec<usize> = unknown.collect();
        if !unknown.is_empty() {
            stack.extend(unknown);
            continue;
        }
        stack.pop();
        let mut reach = Reach { ends: position.end.into_iter().collect(), is_whole: true };
        for choice in &position.choices {
            let next = choice.to.and_then(|to| known[to].as_ref());
            reach.is_whole &= next.is_some_and(|next| next.is_whole);
            reach.ends.extend(next.iter().flat_map(|next| &next.ends));
        }
        known[at] = Some(reach);
    }
    known.into_iter().map(Option::unwrap_or_default).collect()
}

impl Game {
    /// A game that begins.
    pub fn new(program: &Program, tree: Tree) -> Game {
        let allowed = outcomes_by_specification(program);
        let judges = allowed.is_some();
        let mut goals: BTreeMap<String, Goal> = BTreeMap::new();
        for outcome in allowed.into_iter().flatten() {
            let end = End { outcome: Some(outcome.clone()), failure: None };
            goals.insert(outcome, Goal { end, expected: Some(true) });
        }
        let mut game = Game { reach: reach(&tree), tree, goals: Vec::new(), moves: Vec::new(), at: 0 };
        for end in &game.tree.ends {
            let expected = match &end.failure {
                Some(_) => Some(false),
                None => judges.then_some(true),
            };
            let goal = Goal { end: end.clone(), expected };
            goals.entry(goal.text()).or_insert(goal);
        }
        game.goals = goals.into_values().collect();
        game
    }

    /// Goes on with another tree, which begins with the choices that were made.
    ///
    /// # Panics
    /// When it does not.
    pub fn extend(&mut self, tree: Tree) {
        let known: BTreeSet<String> = self.goals.iter().map(Goal::text).collect();
        for end in &tree.ends {
            let goal = Goal { end: end.clone(), expected: end.failure.as_ref().map(|_| false) };
            if !known.contains(&goal.text()) {
                self.goals.push(goal);
            }
        }
        (self.reach, self.tree, self.at) = (reach(&tree), tree, 0);
        for number in 0..self.moves.len() {
            let thread = self.moves[number].thread;
            self.moves[number].from = self.at;
            let choice = self.choice_of(thread).and_then(|choice| choice.to);
            self.at = choice.expect("the tree begins with the choices that were made");
        }
    }

    /// The tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The threads that were chosen.
    pub fn picks(&self) -> Vec<usize> {
        self.moves.iter().map(|made| made.thread).collect()
    }

    /// The threads that can step.
    pub fn choices(&self) -> &[Choice] {
        self.tree.positions.get(self.at).map_or(&[], |position| &position.choices)
    }

    /// How the execution has ended, if it has.
    pub fn end(&self) -> Option<&End> {
        self.tree.positions.get(self.at)?.end.map(|end| &self.tree.ends[end])
    }

    /// Why not everything from here on is known, if it is not.
    pub fn cut(&self) -> Option<&Cut> {
        let is_whole = self.reach.get(self.at).is_none_or(|reach| reach.is_whole);
        if is_whole { None } else { self.tree.cut.as_ref() }
    }

    fn choice_of(&self, thread: usize) -> Option<&Choice> {
        self.choices().iter().find(|choice| choice.thread == thread)
    }

    /// What can step here and was not explored: the tree is to be extended first.
    pub fn is_at_a_cut(&self) -> bool {
        self.choices().iter().any(|choice| choice.to.is_none())
    }

    /// Lets a thread step. False, if it cannot, or if nobody has explored what it does.
    pub fn pick(&mut self, thread: usize) -> bool {
        let Some(to) = self.choice_of(thread).and_then(|choice| choice.to) else { return false };
        let before = self.goals.iter().map(|goal| (goal.text(), self.can_reach(goal))).collect();
        self.moves.push(Move { thread, from: self.at, before });
        self.at = to;
        true
    }

    /// Takes the last choice back. False, if there is none.
    pub fn undo(&mut self) -> bool {
        let last = self.moves.pop();
        self.at = last.as_ref().map_or(self.at, |last| last.from);
        last.is_some()
    }

    /// The steps before the first choice.
    fn ways(&self) -> impl Iterator<Item = &Way> {
        let of_move = |made: &Move| {
            let choices = &self.tree.positions[made.from].choices;
            choices.iter().find(|choice| choice.thread == made.thread).map(|choice| &choice.way)
        };
        std::iter::once(&self.tree.opening).chain(self.moves.iter().filter_map(of_move))
    }

    /// The steps that were taken, in order.
    pub fn taken(&self) -> Vec<Taken<'_>> {
        let steps = self.ways().flat_map(|way| &way.steps).enumerate();
        let taken = steps.map(|(at, (step, look))| Taken {
            number: at + 1,
            step: &self.tree.steps[*step],
            look: look.map(|look| &self.tree.looks[look]),
        });
        taken.collect()
    }

    /// What the subject looks like now.
    pub fn look(&self) -> Option<&Snapshot> {
        let last = self.ways().filter_map(|way| way.look).last();
        last.or(self.tree.start).map(|look| &self.tree.looks[look])
    }

    /// The steps of a choice.
    pub fn steps_of<'g>(&'g self, choice: &'g Choice) -> impl Iterator<Item = &'g Step> {
        choice.way.steps.iter().map(|(step, _)| &self.tree.steps[*step])
    }

    /// What can be aimed at, in order.
    pub fn goals(&self) -> &[Goal] {
        &self.goals
    }

    /// Whether a goal can be reached from here; nothing, if that is not known.
    fn can_reach(&self, goal: &Goal) -> Option<bool> {
        let reach = self.reach.get(self.at)?;
        let reaches = reach.ends.iter().any(|end| self.tree.ends[*end] == goal.end);
        if reaches { Some(true) } else { reach.is_whole.then_some(false) }
    }

    /// Whether a goal can be reached, and if not, since when.
    pub fn status(&self, goal: &Goal) -> Status {
        match self.can_reach(goal) {
            Some(true) if self.end().is_some() => Status::Reached,
            Some(true) => Status::Possible,
            None => Status::Unknown,
            Some(false) => self.lost(&goal.text()),
        }
    }

    /// Since when a goal cannot be reached.
    fn lost(&self, goal: &str) -> Status {
        let could: Vec<Option<bool>> =
            self.moves.iter().map(|made| made.before.get(goal).copied().flatten()).collect();
        if could.first().is_none_or(|first| *first == Some(false)) {
            return Status::Never;
        }
        let last = could.iter().rposition(|could| *could == Some(true));
        // What is not known in between may have lost it, too.
        let last = last.filter(|last| could.get(last + 1).is_none_or(|next| *next == Some(false)));
        Status::Lost(last.map(|last| {
            let before: usize = self.ways().take(last + 1).map(|way| way.steps.len()).sum();
            before + 1
        }))
    }
}
