//! Labs: what their folders say.

use crate::checked::{Checked, Named};
use crate::host::Host;
use crate::kinds::Work;
use crate::places::{labs, names_in, read};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What `lab.toml` says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sheet {
    /// In a few words.
    pub(crate) title: String,
    /// The number of its unit.
    pub(crate) unit: u32,
    /// One sentence: what a failure teaches. It is printed with each.
    pub(crate) idea: String,
    /// Minutes that a student needs: for the teacher's plan.
    pub(crate) minutes: u32,
    /// Seconds that a check may take on two cores, once all is built.
    pub(crate) budget: f64,
    /// From a question to nearly the answer.
    pub(crate) hints: [String; 3],
    /// Nobody has to do it, and it is not counted.
    #[serde(default)]
    pub(crate) optional: bool,
    /// What the student does.
    pub(crate) work: Work,
}

/// A lab.
#[derive(Clone, Debug)]
pub(crate) struct Lab {
    /// The number at the beginning of its name.
    pub(crate) number: u32,
    /// The name of its folder: `01-outcomes`.
    pub(crate) name: String,
    /// Its folder.
    pub(crate) folder: PathBuf,
    pub(crate) sheet: Sheet,
}

/// How a wrong answer fails: `wrong/NAME/fails.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pinned {
    /// Why people give it.
    pub(crate) because: String,
    /// The first check that fails.
    pub(crate) check: String,
    /// The kind of failure.
    pub(crate) kind: String,
    /// The smallest program, where a program shows it.
    #[serde(default)]
    pub(crate) program: Option<String>,
}

/// A wrong answer that is kept.
#[derive(Clone, Debug)]
pub(crate) struct WrongAnswer {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) pinned: Pinned,
}

/// The name of the file that pins a wrong answer.
pub(crate) const FAILS: &str = "fails.toml";

impl Lab {
    /// The lab in a folder.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(folder: &Path) -> Result<Lab, String> {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let number = name.split('-').next().and_then(|number| number.parse().ok());
        let number =
            number.ok_or_else(|| format!("`{name}`: a lab is named after its number: 07-specification"))?;
        let path = folder.join("lab.toml");
        let sheet: Sheet =
            toml::from_str(&read(&path)?).map_err(|error| format!("`{}`: {error}", path.display()))?;
        Ok(Lab { number, name, folder: folder.to_owned(), sheet })
    }

    /// The file that the student fills in.
    pub(crate) fn answer(&self) -> &str {
        self.sheet.work.answer()
    }

    pub(crate) fn template(&self) -> PathBuf {
        self.folder.join("template")
    }

    pub(crate) fn solution(&self) -> PathBuf {
        self.folder.join("solution")
    }

    /// The wrong answers.
    ///
    /// # Errors
    /// When one says not how it fails.
    pub(crate) fn wrong_answers(&self) -> Result<Vec<WrongAnswer>, String> {
        let all = self.folder.join("wrong");
        let one = |name: String| {
            let folder = all.join(&name);
            let path = folder.join(FAILS);
            let pinned: Pinned =
                toml::from_str(&read(&path)?).map_err(|error| format!("`{}`: {error}", path.display()))?;
            Ok(WrongAnswer { name, folder, pinned })
        };
        names_in(&all).into_iter().map(one).collect()
    }

    /// What they are worth.
    pub(crate) fn points(&self) -> u32 {
        self.checks().iter().map(|check| check.points).sum()
    }

    /// Its checks.
    pub(crate) fn checks(&self) -> Vec<Named> {
        self.sheet.work.checks()
    }

    /// Checks the answer in a folder.
    pub(crate) fn check(&self, folder: &Path, host: &dyn Host) -> Vec<Checked> {
        self.sheet.work.check(&self.folder, &folder.join(self.answer()), host)
    }

    /// The words that name it: `3`, `03`, `03-schedule`, or the beginning of what comes after the number.
    fn is_meant_by(&self, typed: &str) -> bool {
        let is_number = typed.parse() == Ok(self.number);
        is_number || typed == self.name || self.name.split_once('-').is_some_and(|(_, name)| name == typed)
    }
}

/// All labs, in order; and what is wrong with folders that are none: the others go on without them.
///
/// # Errors
/// When two have one number, or there is none.
pub(crate) fn all(root: &Path) -> Result<(Vec<Lab>, Vec<String>), String> {
    let folder = labs(root);
    let names = names_in(&folder).into_iter().filter(|name| folder.join(name).is_dir());
    let (mut all, mut broken) = (Vec::new(), Vec::new());
    for name in names {
        match Lab::read(&folder.join(name)) {
            Ok(lab) => all.push(lab),
            Err(error) => broken.push(error),
        }
    }
    if let Some(pair) = all.windows(2).find(|pair| pair[0].number == pair[1].number) {
        return Err(format!("`{}` and `{}` have the same number", pair[0].name, pair[1].name));
    }
    if all.is_empty() {
        return Err(broken.first().cloned().unwrap_or_else(|| format!("`{}` has no labs", folder.display())));
    }
    Ok((all, broken))
}

/// The lab of that number or name.
///
/// # Errors
/// When there is none.
pub(crate) fn find<'l>(labs: &'l [Lab], typed: &str) -> Result<&'l Lab, String> {
    labs.iter().find(|lab| lab.is_meant_by(typed)).ok_or_else(|| {
        format!("`{typed}` is not a lab: take a number or a name from `cargo verify lab list`")
    })
}

/// The titles of the units.
const UNITS: [&str; 8] = [
    "A race in one line",
    "What correct means",
    "Locks and waiting",
    "Memory orderings",
    "The map",
    "Memory that others still read",
    "Specifications",
    "Your own",
];

/// The title of a unit.
pub(crate) fn unit_title(unit: u32) -> &'static str {
    let place = (unit as usize).checked_sub(1);
    place.and_then(|place| UNITS.get(place)).copied().unwrap_or("Others")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_sheet_stops_no_other_lab() {
        let place = tempfile::tempdir().expect("a folder");
        let good = std::fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../labs/06-two-judges/lab.toml"),
        );
        for (name, text) in [("01-good", good.expect("a file")), ("02-bad", "title = ".to_owned())] {
            let folder = labs(place.path()).join(name);
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(folder.join("lab.toml"), text).expect("written");
        }
        let (all, broken) = all(place.path()).expect("one lab");
        assert_eq!(all.iter().map(|lab| lab.name.as_str()).collect::<Vec<_>>(), ["01-good"]);
        assert!(broken.len() == 1 && broken[0].contains("02-bad/lab.toml"), "{broken:?}");
    }
}
