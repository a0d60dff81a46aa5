//! Imports go one way: in no room of a crate do its files, or the rooms in it, import one another in a circle.
//!
//! A room is a module with modules in it. Its members are those modules, each with all that is below it, and the room's own file (`mod.rs`,
//! `lib.rs`, or `x.rs` beside `x/`). A member has an arrow to another if one of its files imports from a file of the other.
//!
//! - `mod x;`, and what a room's own file hands on from its members (`pub use self::x::Y`), are the table of the room, and no arrows; unless
//!   its own code uses it.
//! - What is imported through the table of a room comes from the room's own file, for a file outside of the room. For one inside it comes
//!   from where it is defined. So the table hides no circle.
//! - Unit tests are left out.
//!
//! [`Crate::read`] takes any crate by its root; [`Crate::outside`] has the imports from other crates.

use super::imports::{Import, Parsed, Start, parse};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The path of a module; empty for the root of the crate.
type Path = Vec<String>;

struct File {
    /// As `src/map/read.rs`.
    name: String,
    module: Path,
    parsed: Parsed,
}

/// The files of a crate, as its `mod` lines tell. A module has two files where a `cfg` chooses between them.
pub(crate) struct Crate {
    files: Vec<File>,
    modules: BTreeMap<Path, Vec<usize>>,
}

/// One file imports from another.
#[derive(Clone, Debug)]
pub(crate) struct Arrow {
    from: usize,
    line: usize,
    to: usize,
}

/// The members of a room, and the arrows between them, each by one import.
type Members = BTreeMap<String, BTreeMap<String, Arrow>>;

/// Where an import begins.
enum Target {
    /// To a module of the crate.
    Module(Path),
    /// To another crate.
    Outside(String),
    /// To what the file has by itself, or by another of its imports.
    Own,
}

impl Crate {
    /// The crate with this root: its `lib.rs` or `main.rs`.
    pub(crate) fn read(root: &str) -> Self {
        Crate::of(root, |name| std::fs::read_to_string(name).ok())
    }

    /// The same, where `text_of` gives the texts of the files.
    pub(crate) fn of(root: &str, text_of: impl Fn(&str) -> Option<String>) -> Self {
        let mut found = Crate { files: Vec::new(), modules: BTreeMap::new() };
        // A `mod.rs`, a root and what `#[path]` names have their modules beside them; other files have a folder of their name.
        let mut waiting = VecDeque::from([(root.to_owned(), Path::new(), true)]);
        while let Some((name, module, is_of_folder)) = waiting.pop_front() {
            let parsed = parse(&text_of(&name).unwrap_or_else(|| panic!("{name}: no such file")));
            let folder = name.rsplit_once('/').map_or(".", |(folder, _)| folder);
            for child in &parsed.modules {
                let below = if is_of_folder { folder } else { name.trim_end_matches(".rs") };
                let below =
                    child.folders.iter().fold(below.to_owned(), |below, name| format!("{below}/{name}"));
                let beside = format!("{below}/{}.rs", child.name);
                let path = module.iter().chain(&child.inside).chain([&child.name]).cloned().collect();
                waiting.push_back(match &child.path {
                    Some(file) => (format!("{folder}/{file}"), path, true),
                    None if text_of(&beside).is_some() => (beside, path, false),
                    None => (format!("{below}/{}/mod.rs", child.name), path, true),
                });
            }
            found.modules.entry(module.clone()).or_default().push(found.files.len());
            found.files.push(File { name, module, parsed });
        }
        found
    }

    fn files_of(&self, module: &[String]) -> impl Iterator<Item = &File> {
        self.modules.get(module).into_iter().flatten().map(|file| &self.files[*file])
    }

    /// Where an import begins: at a module of the crate, or it leads elsewhere.
    fn start(&self, file: &File, import: &Import) -> Target {
        let first = import.segments.first().cloned().unwrap_or_default();
        match import.start {
            Start::Root => Target::Module(Path::new()),
            Start::Up(levels) => {
                Target::Module(file.module[..file.module.len().saturating_sub(levels)].to_vec())
            }
            Start::Outside => Target::Outside(first),
            Start::Name if self.modules.contains_key(&join(&file.module, &first)) => {
                Target::Module(file.module.clone())
            }
            Start::Name => {
                let names_it =
                    |other: &Import| other.name.as_ref() == Some(&first) && other.segments != import.segments;
                let is_own = file.parsed.defines.contains(&first) || file.parsed.imports.iter().any(names_it);
                let is_crate = first.starts_with(|c: char| c.is_lowercase() || c == '_');
                if is_crate && !is_own { Target::Outside(first) } else { Target::Own }
            }
        }
    }

    /// The module that something comes from, for a file of the module `viewer`.
    fn defined_in(&self, viewer: &[String], mut module: Path, segments: &[String], turns: usize) -> Path {
        for (at, segment) in segments.iter().enumerate() {
            let below = join(&module, segment);
            if self.modules.contains_key(&below) {
                module = below;
                continue;
            }
            let is_inside = viewer.starts_with(&module) && viewer.len() > module.len() && turns > 0;
            let through = is_inside.then(|| self.through_table(viewer, &module, &segments[at..], turns - 1));
            return through.flatten().unwrap_or(module);
        }
        module
    }

    fn defines(&self, module: &[String], name: &str) -> bool {
        self.files_of(module).any(|file| file.parsed.defines.contains(name))
    }

    /// The module that something comes from which a room's own file has imported itself, if it has.
    fn through_table(
        &self,
        viewer: &[String],
        room: &[String],
        rest: &[String],
        turns: usize,
    ) -> Option<Path> {
        if self.defines(room, &rest[0]) {
            return None;
        }
        let imports: Vec<(&File, &Import)> = self
            .files_of(room)
            .flat_map(|file| file.parsed.imports.iter().map(move |it| (file, it)))
            .collect();
        let follow = |file: &File, import: &Import, segments: &[String]| match self.start(file, import) {
            Target::Module(start) => Some(self.defined_in(viewer, start, segments, turns)),
            _ => None,
        };
        let named = imports.iter().filter(|(_, import)| import.name.as_ref() == Some(&rest[0]));
        let named = named
            .filter_map(|(file, import)| follow(file, import, &[&import.segments[..], &rest[1..]].concat()));
        let globs = imports.iter().filter_map(|(file, import)| {
            let (last, folder) = import.segments.split_last()?;
            let module = (last == "*").then(|| follow(file, import, folder))??;
            self.defines(&module, &rest[0]).then_some(module)
        });
        named.chain(globs).next()
    }

    /// Each import from another file of the crate, but the tables of rooms.
    pub(crate) fn arrows(&self) -> Vec<Arrow> {
        let mut arrows = Vec::new();
        for (from, file) in self.files.iter().enumerate() {
            for import in &file.parsed.imports {
                let Target::Module(start) = self.start(file, import) else { continue };
                let module = self.defined_in(&file.module, start, &import.segments, 8);
                // What the file's own code uses of it is imported all the same.
                let uses = import.name.as_ref().is_none_or(|name| {
                    file.parsed.words.contains(name) || name == "*" && file.parsed.has_code
                });
                let is_table = import.is_public && module.starts_with(&file.module) && !uses;
                // A module within a file, as one that says which build its files are for, is of the room's table.
                let to = self.modules.get(&module).into_iter().flatten();
                if !is_table && module != file.module {
                    arrows.extend(to.map(|&to| Arrow { from, line: import.line, to }));
                }
            }
        }
        arrows
    }

    /// The other crates that are imported from, each with the places where.
    pub(crate) fn outside(&self) -> BTreeMap<String, Vec<String>> {
        let mut outside: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in &self.files {
            for import in &file.parsed.imports {
                if let Target::Outside(name) = self.start(file, import) {
                    outside.entry(name).or_default().push(format!("{}:{}", file.name, import.line));
                }
            }
        }
        outside
    }

    /// The names of its files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    /// The rooms: modules with modules in them, and files that have some.
    fn rooms(&self) -> BTreeSet<&[String]> {
        self.modules.keys().filter_map(|module| Some(module.split_last()?.1)).collect()
    }

    /// The member of a room that a file is, or is in: empty for the room's own file.
    fn member(&self, room: &[String], file: usize) -> Option<String> {
        let rest = self.files[file].module.strip_prefix(room)?;
        Some(rest.first().cloned().unwrap_or_default())
    }

    fn members(&self, room: &[String], arrows: &[Arrow]) -> Members {
        let mut members = Members::new();
        for arrow in arrows {
            let ends = (self.member(room, arrow.from), self.member(room, arrow.to));
            if let (Some(from), Some(to)) = ends
                && from != to
            {
                members.entry(from).or_default().entry(to).or_insert_with(|| arrow.clone());
            }
        }
        members
    }

    /// The shortest circle in each room that has one: the room, and a line for each import.
    pub(crate) fn circles(&self) -> Vec<(String, String)> {
        let arrows = self.arrows();
        let mut circles = Vec::new();
        for room in self.rooms() {
            let members = self.members(room, &arrows);
            let around = members.keys().filter_map(|member| circle_from(&members, member));
            if let Some(circle) = around.min_by_key(Vec::len) {
                let told = circle.iter().map(|arrow| {
                    let (from, to) = (&self.files[arrow.from], &self.files[arrow.to]);
                    format!("    {}:{} imports from {}", from.name, arrow.line, to.name)
                });
                let room = if room.is_empty() { "the crate".to_owned() } else { room.join("::") };
                let head = format!("a circle of imports in {room}:");
                circles.push((room, [head].into_iter().chain(told).collect::<Vec<_>>().join("\n")));
            }
        }
        circles
    }

    /// The files that have modules, and code of their own beside them: their names, and their modules.
    pub(crate) fn rooms_with_code(&self) -> Vec<(&str, String)> {
        let has_both = |file: &&File| !file.parsed.modules.is_empty() && file.parsed.has_code;
        self.files.iter().filter(has_both).map(|file| (file.name.as_str(), file.module.join("::"))).collect()
    }
}

fn join(module: &[String], name: &str) -> Path {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

/// The shortest way from a member back to it.
fn circle_from(members: &Members, start: &String) -> Option<Vec<Arrow>> {
    let mut ways: VecDeque<(&String, Vec<Arrow>)> = VecDeque::from([(start, Vec::new())]);
    let mut seen = BTreeSet::new();
    while let Some((member, way)) = ways.pop_front() {
        for (next, arrow) in members.get(member).into_iter().flatten() {
            let way: Vec<Arrow> = way.iter().chain([arrow]).cloned().collect();
            if next == start {
                return Some(way);
            }
            if seen.insert(next) {
                ways.push_back((next, way));
            }
        }
    }
    None
}
