//! The rooms of the published crate: no circle of imports (see `arrows`), and a table of its files in each. And small texts, on which the two
//! readers are tried.

use super::arrows::Crate;
use super::assert_none;
use super::imports::{Import, Start, parse};
use super::source::sources;
use std::collections::BTreeSet;

#[test]
fn there_is_no_circle_of_imports_in_the_published_crate() {
    let published = Crate::read("src/lib.rs");
    let found: BTreeSet<&str> = published.files().collect();
    let own = sources().into_iter().filter(|source| source.name.starts_with("src/"));
    let lost = own.filter(|source| !found.contains(source.name.as_str()));
    let mut wrong: Vec<String> = lost.map(|source| format!("{}: in no `mod` line", source.name)).collect();
    assert!(published.arrows().len() > 150, "only {} arrows were found", published.arrows().len());
    let circles = published.circles();
    wrong.extend(circles.into_iter().map(|(_, circle)| circle));
    assert_none(wrong);
}

/// What chooses between the builds stands in its own file, with what a build has beside the names that all have.
const THE_SWITCH: &str = "sync";

/// A type that stands in the `mod.rs` of its room is imported from there by the files that `mod.rs` has.
#[test]
fn the_own_file_of_a_room_is_a_table() {
    let published = Crate::read("src/lib.rs");
    let rooms = published.rooms_with_code();
    assert_none(
        rooms
            .iter()
            .filter(|(_, room)| room != THE_SWITCH)
            .map(|(file, _)| format!("{file}: has code beside its `mod` lines: give it a file of its own"))
            .collect(),
    );
}

#[test]
fn the_published_crate_imports_from_no_crate_but_these() {
    const THESE: [&str; 10] = [
        "core",
        "std",
        "crossbeam_epoch",
        "crossbeam_utils",
        "equivalent",
        "hashbrown",
        "serde",
        "toml",
        "serde_json",
        "futures_core",
    ];
    let mut wrong = Vec::new();
    for (name, places) in Crate::read("src/lib.rs").outside() {
        // The facade of the twins, and the pauses of the fourth build, where the facade is chosen.
        let chooses =
            |place: &String| place.starts_with("src/sync/mod.rs:") || place.starts_with("src/epoch/mod.rs:");
        let is_chosen = ["sync_map_model", "sync_map_pauses"].contains(&name.as_str());
        let wrong_places = places.into_iter().filter(|place| !(is_chosen && chooses(place)));
        if !THESE.contains(&name.as_str()) {
            wrong.extend(wrong_places.map(|place| format!("{place}: imports from `{name}`")));
        }
    }
    assert_none(wrong);
}

/// The crates of the suite, by their roots, and which of them (and of the builds of the map) each may import from: `model` and `linear` know
/// nobody, `explore` knows both, `runner` knows no build of the map, and all that is the map's own is in `subjects` and `verify`.
const SUITE: [(&str, &[&str]); 16] = [
    ("verification/model/src/lib.rs", &[]),
    ("verification/linear/src/lib.rs", &[]),
    ("verification/explore/src/lib.rs", &["linear", "sync_map_model"]),
    ("verification/runner/src/lib.rs", &["explore", "linear"]),
    ("verification/litmus/src/lib.rs", &["explore", "sync_map_model"]),
    ("verification/checker/src/lib.rs", &["checker_macros", "explore", "linear", "runner", "sync_map_model"]),
    ("verification/checker-macros/src/lib.rs", &[]),
    ("verification/others/src/lib.rs", &["checker"]),
    ("verification/course/src/lib.rs", &["checker", "explore", "linear", "litmus", "runner"]),
    ("verification/lab-answer/src/lib.rs", &["checker"]),
    (
        "verification/subjects/src/lib.rs",
        &["explore", "linear", "runner", "sync_map", "sync_map_loom", "sync_map_model", "sync_map_shuttle"],
    ),
    ("verification/verify/src/lib.rs", &ALL),
    ("verification/verify/src/main.rs", &ALL),
    ("verification/speccheck/src/lib.rs", &[]),
    ("verification/pauses/src/lib.rs", &[]),
    ("verification/soak/src/lib.rs", &["linear", "sync_map"]),
];

/// Every crate of this repository that another could import from.
const ALL: [&str; 11] = [
    "sync_map",
    "sync_map_loom",
    "sync_map_shuttle",
    "sync_map_model",
    "linear",
    "explore",
    "litmus",
    "runner",
    "subjects",
    "verify",
    "speccheck",
];

/// (`speccheck` stands beside the suite, and has three circles of two files.)
#[test]
fn there_is_no_circle_of_imports_in_a_crate_of_the_suite() {
    let (mut arrows, mut wrong) = (0, Vec::new());
    for (root, _) in SUITE.iter().filter(|(root, _)| !root.contains("speccheck")) {
        let read = Crate::read(root);
        arrows += read.arrows().len();
        wrong.extend(read.circles().into_iter().map(|(_, circle)| circle));
    }
    assert!(arrows > 200, "only {arrows} arrows were found");
    assert_none(wrong);
}

#[test]
fn between_the_crates_of_the_suite_imports_go_one_way() {
    let mut wrong = Vec::new();
    for (root, may) in SUITE {
        for (name, places) in Crate::read(root).outside() {
            if ALL.contains(&name.as_str()) && !may.contains(&name.as_str()) {
                wrong.extend(places.into_iter().map(|place| format!("{place}: imports from `{name}`")));
            }
        }
    }
    assert_none(wrong);
}

/// The packages that a manifest depends on, by the names under which code imports them.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(manifest).unwrap_or_else(|error| panic!("{manifest}: {error}"));
    let mut names = BTreeSet::new();
    let mut is_one = false;
    for line in text.lines() {
        if line.starts_with('[') {
            // Of one kind of machine, too: `[target.'cfg(unix)'.dependencies]`.
            is_one = line == "[dependencies]"
                || (line.starts_with("[target.") && line.ends_with(".dependencies]"));
        } else if let Some((name, _)) = line.split_once(['=', '.']).filter(|_| is_one) {
            names.insert(name.trim().replace('-', "_"));
        }
    }
    names
}

/// What the reader of imports does not see (a macro, `include!`, `extern crate`) cargo does: no crate can import from one that its manifest
/// does not name. And what the reader takes for a crate must be one: a path that it has misread would hide a circle.
#[test]
fn the_manifests_of_the_suite_allow_no_other_arrows_and_all_that_is_imported_from_is_named() {
    let mut wrong = Vec::new();
    for (root, may) in SUITE {
        let package = root.rsplit_once("/src/").expect("a root in src/").0;
        let manifest = format!("{package}/Cargo.toml");
        let named = dependencies(&manifest);
        let forbidden = ALL.iter().filter(|name| named.contains(**name) && !may.contains(name));
        wrong.extend(forbidden.map(|name| format!("{manifest}: depends on `{name}`")));
        let own = package.rsplit('/').next().unwrap_or_default();
        for (name, places) in Crate::read(root).outside() {
            // `engine` and `record` are names of macros, and of what a macro has imported; `as` is in the code that one writes.
            if !named.contains(&name)
                && !["core", "std", "proc_macro", "engine", "record", "as", own].contains(&name.as_str())
            {
                wrong.extend(places.into_iter().map(|place| format!("{place}: `{name}` is no dependency")));
            }
        }
    }
    assert_none(wrong);
}

/// The circles of small crates.
mod small_crates {
    use super::*;

    /// The crate of these files, each a name and a text.
    fn of(files: &[(&str, &str)]) -> Crate {
        Crate::of("lib.rs", |name| {
            let name = name.trim_start_matches("./");
            files.iter().find(|(file, _)| *file == name).map(|(_, text)| (*text).to_owned())
        })
    }

    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        of(files).circles().into_iter().map(|(_, circle)| circle.replace("./", "")).collect()
    }

    #[test]
    fn two_files_of_a_room_that_import_one_another_are_a_circle() {
        let files = [
            ("lib.rs", "mod a;"),
            ("a/mod.rs", "mod b;\nmod c;\npub use self::b::B;"),
            ("a/b.rs", "use super::c::C;\npub struct B;"),
            ("a/c.rs", "\nfn f(b: crate::a::b::B) {}\npub struct C;"),
        ];
        let told =
            "a circle of imports in a:\n    a/b.rs:1 imports from a/c.rs\n    a/c.rs:2 imports from a/b.rs";
        assert_eq!(circles(&files), [told]);
    }

    #[test]
    fn the_table_of_a_room_is_no_arrow_and_hides_none() {
        let table = ("a/mod.rs", "mod b;\nmod c;\nmod d;\npub use self::{b::B, d::*};");
        let root = ("lib.rs", "mod a;\nmod e;\npub use a::B;");
        let through = |b, c| {
            [
                root,
                table,
                ("e.rs", "use crate::a::B;"),
                ("a/b.rs", b),
                ("a/c.rs", c),
                ("a/d.rs", "pub struct D;"),
            ]
        };
        assert_eq!(circles(&through("pub struct B;", "use super::{B, D};")), [""; 0]);
        assert_eq!(
            circles(&through("use super::c::C;\npub struct B;", "use super::B;\npub struct C;")).len(),
            1
        );
        assert_eq!(
            circles(&through("use super::c::C;\npub struct B;", "use crate::B;\npub struct C;")).len(),
            1
        );
        let through_glob = [
            root,
            table,
            ("e.rs", ""),
            ("a/b.rs", ""),
            ("a/c.rs", "use super::D;"),
            ("a/d.rs", "use super::c;\npub enum D {}"),
        ];
        assert_eq!(circles(&through_glob).len(), 1);
    }

    #[test]
    fn two_rooms_whose_files_import_from_one_another_are_a_circle() {
        let files = [
            ("lib.rs", "mod a;\nmod b;"),
            ("a/mod.rs", "mod c;\nmod d;\npub use c::C;"),
            ("a/c.rs", "pub struct C;"),
            ("a/d.rs", "use crate::b::E;"),
            ("b/mod.rs", "mod e;\nmod f;\npub use e::E;"),
            ("b/e.rs", "pub struct E;"),
            ("b/f.rs", "use crate::a::C;"),
        ];
        let told = "a circle of imports in the crate:\n    a/d.rs:1 imports from b/mod.rs\n    b/f.rs:1 imports from a/mod.rs";
        assert_eq!(circles(&files), [told]);
    }

    #[test]
    fn a_room_and_its_files_import_from_one_another() {
        let files = |own| [("lib.rs", "mod a;"), ("a.rs", own), ("a/b.rs", "use super::A;\npub fn f() {}")];
        assert_eq!(circles(&files("mod b;\npub struct A;\nfn f() { b::f() }")).len(), 1);
        assert_eq!(circles(&files("mod b;\npub use b::f;\npub struct A;\nfn g() { f() }")).len(), 1);
        assert_eq!(circles(&files("mod b;\npub use b::f;\npub struct A;")), [""; 0]);
        assert_eq!(circles(&files("mod b;\npub struct A;")), [""; 0]);
        assert_eq!(of(&files("mod b;\npub struct A;")).rooms_with_code(), [("./a.rs", "a".to_owned())]);
        assert_eq!(of(&files("mod b;\npub use b::f;")).rooms_with_code(), []);
    }

    #[test]
    fn modules_are_found_by_their_paths_and_choices() {
        let files = [
            (
                "lib.rs",
                "#[cfg(x)]\n#[path = \"y/one.rs\"]\nmod a;\n#[cfg(not(x))]\n#[path = \"y/two.rs\"]\nmod a;\nmod c;",
            ),
            ("y/one.rs", "use crate::c::C;\nuse other::{Thing, more::Things};"),
            ("y/two.rs", "use more;"),
            ("c.rs", "use crate::a::A;"),
        ];
        assert_eq!(circles(&files).len(), 1);
        let outside = of(&files).outside();
        assert_eq!(outside["other"], ["./y/one.rs:2", "./y/one.rs:2"]);
        assert_eq!(outside["more"], ["./y/two.rs:1"]);
    }
}

/// The reader of imports.
mod reader {
    use super::*;

    /// Each import as `line start::segments as name`, with `+` where it is handed on.
    fn imports(text: &str) -> Vec<String> {
        let tell = |import: Import| {
            let start = match import.start {
                Start::Root => "crate".to_owned(),
                Start::Up(levels) => format!("^{levels}"),
                Start::Name => "?".to_owned(),
                Start::Outside => "".to_owned(),
            };
            let public = if import.is_public { "+" } else { "" };
            let name = import.name.filter(|name| import.segments.last() != Some(name));
            let name = name.map(|name| format!(" as {name}")).unwrap_or_default();
            format!("{}{public} {start}::{}{name}", import.line, import.segments.join("::"))
        };
        parse(text).imports.into_iter().map(tell).collect()
    }

    #[test]
    fn trees_are_taken_apart() {
        let text = "use crate::a::{b, c::{D, self, e::{F as G, *}}, h::I};\nuse super::super::x::Y;\nuse self::z::*;\nuse ::z::{Z};";
        let found = [
            "1 crate::a::b",
            "1 crate::a::c::D",
            "1 crate::a::c",
            "1 crate::a::c::e::F as G",
            "1 crate::a::c::e::*",
            "1 crate::a::h::I",
            "2 ^2::x::Y",
            "3 ^0::z::*",
            "4 ::z::Z",
        ];
        assert_eq!(imports(text), found);
        assert_eq!(imports("use {super::a::B, std::fmt};"), ["1 ^1::a::B", "1 ?::std::fmt"]);
    }

    #[test]
    fn what_is_handed_on_is_told_from_what_is_used() {
        let text = "pub(crate) use a::B;\npub use self::c::D;\nuse e::F;\npub(in crate::g) struct H;";
        assert_eq!(imports(text), ["1+ ?::a::B", "2+ ^0::c::D", "3 ?::e::F"]);
    }

    #[test]
    fn comments_strings_and_tests_are_no_imports() {
        let text = "// use crate::a::B;\n/* use crate::c::D; */\nconst E: &str = \"use crate::f::G;\";\n\
                    const R: &str = r#\"\"; use crate::r::R; \"\"#;\n\
                    #[cfg(test)]\nmod tests {\n    use super::*;\n    fn f() { crate::h::i() }\n}\n\
                    #[cfg(all(test, unix))]\nuse crate::{j::K, l::M};\nuse crate::n::O;";
        assert_eq!(imports(text), ["12 crate::n::O"]);
        assert_eq!(imports("#[cfg(not(test))]\nuse crate::a::B;"), ["2 crate::a::B"]);
    }

    #[test]
    fn paths_in_code_count() {
        let text = "fn f(a: &crate::a::B) -> impl X + use<'_> {\n    super::c::d(i64::MAX, self.e, g::<u8>());\n    h::i::J::new(K::L)\n}";
        assert_eq!(imports(text), ["1 crate::a::B", "2 ^1::c::d", "3 ?::h::i::J::new"]);
    }

    #[test]
    fn super_in_a_module_within_the_file_is_the_file() {
        let text = "mod a {\n    use super::B;\n    use super::super::c::D;\n    mod e;\n}\nuse super::F;";
        let parsed = parse(text);
        assert_eq!(imports(text), ["2 ^0::B", "3 ^1::c::D", "6 ^1::F"]);
        assert_eq!(
            (parsed.modules[0].name.as_str(), &parsed.modules[0].inside[..]),
            ("e", &["a".into()][..])
        );
    }

    #[test]
    fn tables_are_told_from_code() {
        let table = parse(
            "#[cfg(unix)]\n#[path = \"b.rs\"]\npub mod a;\nmod c;\npub use a::D;\n#[cfg(test)]\nmod tests {}",
        );
        assert!(!table.has_code && table.defines.is_empty());
        assert_eq!(table.modules[0].path.as_deref(), Some("b.rs"));
        assert_eq!(table.modules[1].path, None);
        let code = parse(
            "pub(crate) const fn a() {}\nconst B: u8 = 0;\nimpl C {\n    fn d() {}\n}\nmacro_rules! e {}",
        );
        assert!(code.has_code);
        assert_eq!(code.defines.into_iter().collect::<Vec<_>>(), ["B", "a", "e"]);
    }
}
