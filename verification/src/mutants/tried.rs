//! What became of the random edits, as it is kept: `verification/random.json`.

use super::random::{Equivalent, Fate, LineEdit, equivalents};
use super::root;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// The file.
pub const FILE: &str = "verification/random.json";

/// An edit, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// The edit.
    pub edit: LineEdit,
    /// What became of it.
    pub fate: Fate,
}

/// The edits that were drawn by a seed, as far as they were tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// The seed.
    pub seed: u64,
    /// How many were drawn.
    pub drawn: usize,
    /// Those that were tried, in the order in which they were drawn.
    pub edits: Vec<Trial>,
}

/// How many ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Something saw them.
    pub killed: usize,
    /// Nothing did.
    pub survived: usize,
    /// Nothing can.
    pub equivalent: usize,
    /// They do not compile.
    pub stillborn: usize,
    /// They were not tried.
    pub left: usize,
}

impl Tried {
    /// As it is kept.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn kept() -> Result<Tried, String> {
        serde_json::from_str(&super::source(FILE)?).map_err(|error| format!("`{FILE}`: {error}"))
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        crate::report::write_whole(&root().join(FILE), format!("{text}\n").as_bytes())
            .map_err(|error| format!("`{FILE}` cannot be written: {error}"))
    }

    /// What is known of an edit already. (Survivors are tried again: there may be a new check.)
    pub fn fate_of(&self, edit: &LineEdit) -> Option<Fate> {
        let trial = self.edits.iter().find(|trial| trial.edit == *edit)?;
        matches!(trial.fate, Fate::Killed(_) | Fate::Stillborn).then(|| trial.fate.clone())
    }

    /// How many ended how. An edit that survived and is explained makes no difference.
    pub fn counts(&self, known: &[Equivalent]) -> Counts {
        let mut counts = Counts { left: self.drawn.saturating_sub(self.edits.len()), ..Counts::default() };
        for trial in &self.edits {
            let explained = known.iter().any(|known| known.is(&trial.edit));
            *match trial.fate {
                Fate::Killed(_) => &mut counts.killed,
                Fate::Stillborn => &mut counts.stillborn,
                Fate::Unknown => &mut counts.left,
                Fate::Survived | Fate::Equivalent if explained => &mut counts.equivalent,
                Fate::Survived | Fate::Equivalent => &mut counts.survived,
            } += 1;
        }
        counts
    }

    /// The section of the page.
    ///
    /// # Errors
    /// When the list of edits without a difference cannot be read.
    pub fn section(&self) -> Result<String, String> {
        let known = equivalents()?;
        let counts = self.counts(&known);
        let differ = counts.killed + counts.survived;
        let mut text = String::from("## Random edits\n\n");
        let _ = writeln!(
            text,
            "`cargo verify mutants --random {} --seed {}` draws edits of one line of the core (an operator turned round, a condition\n\
             negated, a statement left out or done twice, an ordering of another place) and tries each with the scenarios, the family 2x1\n\
             over one key and four files of tests. Of {} that were drawn, {} do not compile and {} were not tried. Of the others, {} were killed,\n\
             {} make no difference that anything could see, each for a reason that is written down, and {} survived: {} of {}, {}%, of\n\
             those that make a difference were killed.\n",
            self.drawn,
            self.seed,
            self.drawn,
            counts.stillborn,
            counts.left,
            counts.killed,
            counts.equivalent,
            counts.survived,
            counts.killed,
            differ,
            (counts.killed * 100).checked_div(differ).unwrap_or(0),
        );
        let of = |trial: &&Trial| matches!(trial.fate, Fate::Survived | Fate::Equivalent);
        let survivors: Vec<&Trial> = self.edits.iter().filter(of).collect();
        if survivors.is_empty() {
            return Ok(text);
        }
        text.push_str("| not killed | in its place | why |\n|---|---|---|\n");
        for Trial { edit, .. } in survivors {
            let why = known.iter().find(|known| known.is(edit)).map_or("not known", |known| known.why.trim());
            let code = |text: &str| {
                if text.is_empty() { "nothing".to_owned() } else { format!("`{}`", text.replace('|', "\\|")) }
            };
            let (before, after) = (code(&edit.before), code(&edit.after));
            let _ = writeln!(text, "| {}: {before} | {after} | {} |", edit.file, why.replace('\n', " "));
        }
        text.push('\n');
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_survivor_that_is_kept_is_explained() {
        let tried = Tried::kept().unwrap();
        let counts = tried.counts(&equivalents().unwrap());
        assert_eq!(
            counts.survived, 0,
            "add a check, or a reason to verification/equivalent.toml: see docs/gallery.md"
        );
        assert!(counts.killed >= 40, "{counts:?}");
    }

    #[test]
    fn a_survivor_is_one_until_it_is_explained() {
        let edit = LineEdit { file: "f".into(), line: 1, before: "a".into(), after: "b".into() };
        let killed = Trial {
            edit: LineEdit { line: 2, before: "c".into(), ..edit.clone() },
            fate: Fate::Killed("x".into()),
        };
        let tried = Tried {
            seed: 1,
            drawn: 3,
            edits: vec![Trial { edit: edit.clone(), fate: Fate::Survived }, killed.clone()],
        };
        let expected = Counts { killed: 1, survived: 1, left: 1, ..Counts::default() };
        assert_eq!(tried.counts(&[]), expected);
        let known = Equivalent { file: "f".into(), before: "a".into(), after: "b".into(), why: "w".into() };
        assert_eq!(tried.counts(&[known]), Counts { survived: 0, equivalent: 1, ..expected });
        assert_eq!((tried.fate_of(&edit), tried.fate_of(&killed.edit)), (None, Some(killed.fate)));
    }
}
