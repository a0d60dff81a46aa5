//! What can be read off the text of modules and cfg files.

use crate::expected::folder;
use std::collections::{BTreeMap, BTreeSet};

/// A file of the folder.
///
/// # Errors
/// That it cannot be read.
pub fn text(file: &str) -> Result<String, String> {
    std::fs::read_to_string(folder().join(file))
        .map_err(|error| format!("specs/{file} cannot be read: {error}"))
}

/// The names of the files of the folder that end so, without the ending.
///
/// # Errors
/// That the folder cannot be read.
pub fn names(ending: &str) -> Result<BTreeSet<String>, String> {
    let entries = std::fs::read_dir(folder()).map_err(|error| format!("specs/ cannot be read: {error}"))?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names.filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect())
}

/// The words of a text: letters, digits, `_`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The text of a module without comments, and of all that it extends.
///
/// # Errors
/// That a module cannot be read.
pub fn whole(module: &str) -> Result<String, String> {
    let text = without_comments(&text(&format!("{module}.tla"))?);
    let ours = names(".tla")?;
    let extended = text.lines().find_map(|line| line.strip_prefix("EXTENDS ")).unwrap_or_default().to_owned();
    let mut all = text;
    for name in words(&extended).filter(|name| ours.contains(*name)) {
        all = format!("{}\n{all}", whole(name)?);
    }
    Ok(all)
}

/// Takes out `(* … *)` and `\* …`.
pub fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("(*") {
        kept.push_str(&rest[..start]);
        rest = rest[start..].find("*)").map_or("", |end| &rest[start + end + 2..]);
    }
    kept.push_str(rest);
    kept.lines().map(|line| line.split("\\*").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// The names of the actions: what `Next` is a disjunction of. Those that begin with `Broken` belong to broken variants.
///
/// # Errors
/// That the module cannot be read, or has no `Next`.
pub fn actions(module: &str) -> Result<BTreeSet<String>, String> {
    let text = whole(module)?;
    let next =
        text.split("\nNext ==").nth(1).ok_or_else(|| format!("specs/{module}.tla has no `Next ==`"))?;
    let next = next.split("\n\n").next().unwrap_or_default();
    let next = next.split("\nSpec ==").next().unwrap_or_default();
    let next = next.split("\nStep(p) ==").next().unwrap_or_default();
    let is_action = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && !["E", "Procs", "Addresses", "Finished"].contains(word)
    };
    Ok(words(next).filter(is_action).map(str::to_owned).collect())
}

/// The names of the broken variants that a module knows: each string that stands beside `Bug`.
///
/// # Errors
/// That the module cannot be read.
pub fn bugs(module: &str) -> Result<BTreeSet<String>, String> {
    let text = whole(module)?;
    let mut bugs = BTreeSet::new();
    for place in text.split("Bug ").skip(1) {
        let Some(relation) =
            ["= ", "# ", "\\in ", "\\notin "].iter().find_map(|relation| place.strip_prefix(relation))
        else {
            continue;
        };
        let end = if relation.starts_with('{') { "}" } else { "\n" };
        let values = relation.split(end).next().unwrap_or_default();
        let quoted: Vec<&str> = values.split('"').skip(1).step_by(2).collect();
        let count = if relation.starts_with('{') { quoted.len() } else { 1 };
        bugs.extend(quoted.into_iter().take(count).map(str::to_owned));
    }
    Ok(bugs)
}

/// A cfg file: its constants, and what it checks.
#[derive(Clone, Debug, Default)]
pub struct Cfg {
    /// `Spec`, `FairSpec`.
    pub specification: String,
    /// Name and value, as written.
    pub constants: BTreeMap<String, String>,
    /// State predicates.
    pub invariants: Vec<String>,
    /// Temporal formulas.
    pub properties: Vec<String>,
}

/// Reads a cfg file, in the plain form in which ours are written.
///
/// # Errors
/// The line that is not understood.
pub fn cfg(name: &str) -> Result<Cfg, String> {
    let mut cfg = Cfg::default();
    let mut section = "";
    let text = text(&format!("{name}.cfg"))?;
    for (line, number) in text.lines().zip(1..) {
        let trimmed = line.trim();
        match (trimmed, section) {
            ("", _) => {}
            ("CONSTANTS" | "INVARIANTS" | "PROPERTIES", _) => section = trimmed,
            (_, _) if trimmed.starts_with("SPECIFICATION ") => cfg.specification = trimmed[14..].to_owned(),
            (_, "CONSTANTS") => {
                let (name, value) = trimmed.split_once(" = ").ok_or_else(|| {
                    format!("specs/{name}.cfg:{number}: `{trimmed}` is not of the form `Name = value`")
                })?;
                cfg.constants.insert(name.to_owned(), value.to_owned());
            }
            (_, "INVARIANTS") => cfg.invariants.push(trimmed.to_owned()),
            (_, "PROPERTIES") => cfg.properties.push(trimmed.to_owned()),
            _ => return Err(format!("specs/{name}.cfg:{number}: `{trimmed}` is not understood")),
        }
    }
    Ok(cfg)
}

impl std::fmt::Display for Cfg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "SPECIFICATION {}\nCONSTANTS", self.specification)?;
        for (name, value) in &self.constants {
            writeln!(f, "  {name} = {value}")?;
        }
        for (section, names) in [("INVARIANTS", &self.invariants), ("PROPERTIES", &self.properties)] {
            if !names.is_empty() {
                writeln!(f, "{section}\n  {}", names.join("\n  "))?;
            }
        }
        Ok(())
    }
}
