//! What became of the random edits, as it is kept: `verification/random.json`.

use super::random::{CORE, Equivalent, Fate, equivalents};
use super::random_edits::{LineEdit, core_of, edits};
use super::root;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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
pub struct Draw {
    /// The seed.
    pub seed: u64,
    /// How many were drawn.
    pub drawn: usize,
    /// Those that were tried, in the order in which they were drawn, and are edits of this source.
    pub edits: Vec<Trial>,
}

/// All draws that are kept, one for each seed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// In the order of their seeds.
    pub draws: Vec<Draw>,
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
    /// As it is kept: what it says of edits of this source. What it says of others is forgotten.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn kept() -> Result<Tried, String> {
        Ok(Tried::kept_and_forgotten()?.0)
    }

    /// The same, and the edits that are forgotten, for their lines have changed.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn kept_and_forgotten() -> Result<(Tried, Vec<String>), String> {
        let mut texts = BTreeMap::new();
        for file in CORE {
            texts.insert(file, super::source(file)?);
        }
        Tried::read(&super::source(FILE)?, &texts).map_err(|error| format!("`{FILE}`: {error}"))
    }

    /// What a record says of the edits of these texts.
    fn read(record: &str, texts: &BTreeMap<&str, String>) -> Result<(Tried, Vec<String>), serde_json::Error> {
        let as_kept: Record = serde_json::from_str(record)?;
        let (mut tried, mut forgotten) = (Tried::default(), Vec::new());
        for draw in as_kept.draws {
            let mut edits: Vec<Trial> = Vec::new();
            for trial in draw.edits {
                let text = texts.get(trial.edit.file.as_str()).map_or("", String::as_str);
                match trial.edit.of_this_source(text) {
                    Some(edit) => edits.push(Trial { edit, fate: trial.fate }),
                    None => forgotten.push(format!("{}: {}", trial.edit.file, trial.edit.before)),
                }
            }
            tried.draws.push(Draw { seed: draw.seed, drawn: draw.drawn, edits });
        }
        Ok((tried, forgotten))
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        runner::write_file::write_whole(&root().join(FILE), format!("{text}\n").as_bytes())
            .map_err(|error| format!("`{FILE}` cannot be written: {error}"))
    }

    /// With this draw in the place of the one by the same seed. While it is not whole, edits of the one before fill it up: a run that
    /// is stopped, or that draws fewer, forgets nothing.
    pub fn with(mut self, draw: &Draw) -> Tried {
        let mut draw = draw.clone();
        if let Some(at) = self.draws.iter().position(|other| other.seed == draw.seed) {
            let before = self.draws.remove(at);
            draw.drawn = draw.drawn.max(before.drawn);
            for trial in before.edits {
                let is_new = draw.edits.iter().all(|other| other.edit != trial.edit);
                if is_new && draw.edits.len() < draw.drawn {
                    draw.edits.push(trial);
                }
            }
        }
        self.draws.push(draw);
        self.draws.sort_by_key(|draw| draw.seed);
        self
    }

    /// What is known of an edit already, by whichever seed it was drawn. (Survivors are tried again: there may be a new check.)
    pub fn fate_of(&self, edit: &LineEdit) -> Option<Fate> {
        let mut trials = self.draws.iter().flat_map(|draw| &draw.edits).filter(|trial| trial.edit == *edit);
        let is_certain = |trial: &&Trial| matches!(trial.fate, Fate::Killed(_) | Fate::Stillborn);
        trials.find(is_certain).map(|trial| trial.fate.clone())
    }

    /// How many ended how, in all draws.
    pub fn counts(&self, known: &[Equivalent]) -> Counts {
        self.draws.iter().map(|draw| draw.counts(known)).fold(Counts::default(), |sum, counts| Counts {
            killed: sum.killed + counts.killed,
            survived: sum.survived + counts.survived,
            equivalent: sum.equivalent + counts.equivalent,
            stillborn: sum.stillborn + counts.stillborn,
            left: sum.left + counts.left,
        })
    }

    /// The section of the page.
    ///
    /// # Errors
    /// When the list of edits without a difference cannot be read.
    pub fn section(&self) -> Result<String, String> {
        let known = equivalents()?;
        let counts = self.counts(&known);
        let differ = counts.killed + counts.survived;
        let command =
            |draw: &Draw| format!("`cargo verify mutants --random {} --seed {}`", draw.drawn, draw.seed);
        let commands: Vec<String> = self.draws.iter().map(command).collect();
        let mut text = String::from("## Random edits\n\n");
        let _ = writeln!(
            text,
            "{} draws edits of one line of the core (an operator turned round, a condition\n\
             negated, a statement left out or done twice, an ordering of another place) and tries each with the scenarios, the family 2x1\n\
             over one key and four files of tests. Of {} that were drawn, {} do not compile and {} were not tried, or their lines have\n\
             changed since. Of the others, {} were killed, {} make no difference that anything could see, each for a reason that is\n\
             written down, and {} survived: {} of {}, {}%, of those that make a difference were killed.\n",
            commands.join(", "),
            self.draws.iter().map(|draw| draw.drawn).sum::<usize>(),
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
        let survivors: Vec<&Trial> = self.draws.iter().flat_map(|draw| &draw.edits).filter(of).collect();
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

impl Draw {
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
}

/// What a file says of an edit: by its function, or by the number of its line, as files once did.
#[derive(Deserialize)]
struct RecordedEdit {
    file: String,
    function: Option<String>,
    number: Option<usize>,
    of: Option<usize>,
    before: String,
    after: String,
}

#[derive(Deserialize)]
struct RecordedTrial {
    edit: RecordedEdit,
    fate: Fate,
}

#[derive(Deserialize)]
struct RecordedDraw {
    seed: u64,
    drawn: usize,
    edits: Vec<RecordedTrial>,
}

#[derive(Deserialize)]
struct Record {
    draws: Vec<RecordedDraw>,
}

impl RecordedEdit {
    /// The edit of a text that it is; of one without a function, the only one that it can be.
    fn of_this_source(&self, text: &str) -> Option<LineEdit> {
        let is_it = |edit: &LineEdit| {
            (&edit.before, &edit.after) == (&self.before, &self.after)
                && self.function.as_ref().is_none_or(|function| *function == edit.function)
                && self.number.is_none_or(|number| number == edit.number)
                && self.of.is_none_or(|of| of == edit.of)
        };
        let mut found = edits(&self.file, core_of(text)).into_iter().filter(is_it);
        let edit = found.next()?;
        found.next().is_none().then_some(edit)
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
        // Of 43 that were killed before, nine are of lines that are no more: `cargo verify mutants --random 100 --seed 1` tries others.
        assert!(counts.killed >= 25, "{counts:?}");
    }

    fn edit(function: &str, before: &str) -> LineEdit {
        let (file, after) = (CORE[0].to_owned(), String::new());
        LineEdit { file, function: function.into(), number: 1, of: 1, before: before.into(), after }
    }

    fn killed(edit: LineEdit) -> Trial {
        Trial { edit, fate: Fate::Killed("x".into()) }
    }

    #[test]
    fn a_survivor_is_one_until_it_is_explained() {
        let (survivor, killed) = (edit("f", "a"), killed(edit("f", "c")));
        let trials = vec![Trial { edit: survivor.clone(), fate: Fate::Survived }, killed.clone()];
        let tried = Tried { draws: vec![Draw { seed: 1, drawn: 3, edits: trials }] };
        let expected = Counts { killed: 1, survived: 1, left: 1, ..Counts::default() };
        assert_eq!(tried.counts(&[]), expected);
        let (file, after) = (CORE[0].to_owned(), String::new());
        let known = Equivalent { file, before: "a".into(), after, why: "w".into() };
        assert_eq!(tried.counts(&[known]), Counts { survived: 0, equivalent: 1, ..expected });
        assert_eq!((tried.fate_of(&survivor), tried.fate_of(&killed.edit)), (None, Some(killed.fate)));
    }

    #[test]
    fn a_draw_stands_in_the_place_of_the_one_of_its_seed_and_forgets_nothing_before_it_is_whole() {
        let draw = |seed, count: usize| {
            let edits = (0..count).map(|number| killed(edit("f", &number.to_string()))).collect();
            Draw { seed, drawn: 5, edits }
        };
        let of =
            |tried: &Tried| tried.draws.iter().map(|draw| (draw.seed, draw.edits.len())).collect::<Vec<_>>();
        let tried = Tried { draws: vec![draw(2, 3)] };
        assert_eq!(of(&tried.clone().with(&draw(1, 2))), [(1, 2), (2, 3)]);
        assert_eq!(of(&tried.clone().with(&draw(2, 4))), [(2, 4)]);
        assert_eq!(of(&tried.clone().with(&draw(2, 2))), [(2, 3)], "two, and the one before");
        let fewer = Draw { drawn: 2, ..draw(2, 2) };
        assert_eq!(tried.clone().with(&fewer), tried.clone().with(&draw(2, 2)), "two of the five");
        let other = Draw { seed: 2, drawn: 5, edits: vec![killed(edit("f", "drawn no more"))] };
        let other = Tried { draws: vec![other] };
        assert_eq!(of(&other.clone().with(&draw(2, 4))), [(2, 5)]);
        assert_eq!(other.with(&draw(2, 5)).draws, [draw(2, 5)], "whole: the edits before are drawn no more");
        assert_eq!(tried.with(&draw(1, 5)).fate_of(&edit("f", "4")), Some(Fate::Killed("x".into())));
    }

    const TEXT: &str = "fn f() {\n        self.go();\n        self.stay();\n}\n";

    fn read(record: &str, text: &str) -> (usize, Vec<String>) {
        let texts = BTreeMap::from([(CORE[0], text.to_owned())]);
        let (tried, forgotten) = Tried::read(record, &texts).unwrap();
        (tried.draws[0].edits.len(), forgotten)
    }

    #[test]
    fn a_comment_forgets_no_edit_and_another_line_just_its_own() {
        let trials = [killed(edit("f", "self.go();")), killed(edit("f", "self.stay();"))].to_vec();
        let tried = Tried { draws: vec![Draw { seed: 1, drawn: 2, edits: trials }] };
        let record = serde_json::to_string(&tried).unwrap();
        assert_eq!(read(&record, TEXT), (2, vec![]));
        assert_eq!(read(&record, &TEXT.replace("        ", "        // Why.\n\n        ")), (2, vec![]));
        let other = TEXT.replace("go", "leave");
        assert_eq!(read(&record, &other), (1, vec![format!("{}: self.go();", CORE[0])]));
        assert_eq!(read(&record, &TEXT.replace("fn f", "fn g")).0, 0);
    }

    #[test]
    fn an_edit_with_a_line_number_is_the_only_one_that_it_can_be() {
        let edit = |before: &str| {
            format!(
                r#"{{"edit": {{"file": "{}", "line": 77, "before": "{before}", "after": ""}}, "fate": "Survived"}}"#,
                CORE[0]
            )
        };
        let edits = format!("{}, {}", edit("self.go();"), edit("self.stay();"));
        let record = format!(r#"{{"draws": [{{"seed": 1, "drawn": 2, "edits": [{edits}]}}]}}"#);
        assert_eq!(read(&record, TEXT), (2, vec![]));
        let twice = TEXT.replace("self.go();", "self.go();\n        self.go();");
        assert_eq!(read(&record, &twice), (1, vec![format!("{}: self.go();", CORE[0])]));
    }
}
