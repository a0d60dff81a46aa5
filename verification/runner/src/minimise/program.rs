//! The smallest program: greedy, to a fixed point.

use super::trials::Tried;
use linear::{Program, Verdict};
use std::collections::HashSet;

/// What was found.
pub(super) struct Smallest {
    /// The program; the same one, if no smaller one fails.
    pub(super) program: Program,
    /// How it fails, if it is another one.
    pub(super) verdict: Option<Box<Verdict>>,
}

/// The programs that are tried next, in their order.
fn candidates(program: &Program, rename: bool) -> Vec<Program> {
    let mut all = program.smaller();
    all.extend(program.simpler());
    match rename {
        true => all.iter_mut().for_each(|smaller| {
            if let Some(renamed) = smaller.renamed() {
                *smaller = renamed;
            }
        }),
        false => all.extend(program.renamed_once()),
    }
    all
}

/// Makes a program smaller as long as `try_these` says of one of the next that it fails in the same way. It is asked for few at a time, and
/// the first that fails is taken.
pub(super) fn smallest(program: Program, mut try_these: impl FnMut(&[Program]) -> Vec<Tried>) -> Smallest {
    let mut found = Smallest { program, verdict: None };
    let mut tried: HashSet<String> = HashSet::from([found.program.to_string()]);
    // If the names do not matter, each smaller program is renamed at once: then it need not be tried twice.
    let mut rename = true;
    if let Some(renamed) = found.program.renamed() {
        tried.insert(renamed.to_string());
        rename = take(&mut found, vec![renamed], &mut try_these).is_some();
    }
    let mut place = 0;
    loop {
        let mut all: Vec<(usize, Program)> =
            candidates(&found.program, rename).into_iter().enumerate().collect();
        // Goes on where it was: what comes before has just been tried, of a program that is almost the same.
        let start = place % all.len().max(1);
        all.rotate_left(start);
        all.retain(|(_, program)| tried.insert(program.to_string()));
        let mut taken = None;
        let mut left = all.into_iter().peekable();
        while taken.is_none() && left.peek().is_some() {
            let (places, programs): (Vec<usize>, Vec<Program>) = left.by_ref().take(AT_A_TIME).unzip();
            taken = take(&mut found, programs, &mut try_these).map(|number| places[number]);
        }
        // Those that were not come to may be met again.
        for (_, program) in left {
            tried.remove(&program.to_string());
        }
        match taken {
            Some(at) => place = at,
            None => return found,
        }
    }
}

/// Few enough that little is run in vain, and the same whatever the number of workers, so that their results are.
const AT_A_TIME: usize = 2;

/// Takes the first of these that fails, if one does: its number.
fn take(
    found: &mut Smallest,
    mut programs: Vec<Program>,
    try_these: &mut impl FnMut(&[Program]) -> Vec<Tried>,
) -> Option<usize> {
    let answers = try_these(&programs).into_iter().enumerate();
    let failing = |(number, tried)| match tried {
        Tried::Fails(verdict) => Some((number, verdict)),
        Tried::Holds | Tried::Unknown => None,
    };
    let (number, verdict) = answers.into_iter().find_map(failing)?;
    (found.program, found.verdict) = (programs.swap_remove(number), Some(verdict));
    Some(number)
}
