//! The pictures of docs/algorithm.md: each is drawn from the state of the real map after the calls that it names.
//!
//! `UPDATE=1 cargo test --test pictures` draws them again, and writes what they show into the page as alternative text.

mod draw;
mod state;

use draw::Picture;
use state::{Call, State};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use sync_map::SyncMap;

const PAGE: &str = "docs/algorithm.md";
const FOLDER: &str = "docs/pictures";

/// A picture: its name, the calls that come before it, the calls that it shows.
struct Scene {
    name: &'static str,
    before: &'static [Call],
    calls: &'static [Call],
}

use Call::{Clear, Delete, Load, LoadOrStore, Range, Store};

const TWO_NEW: [Call; 2] = [Store("a", 1), Store("b", 2)];
const PROMOTED: [Call; 4] = [Store("a", 1), Store("b", 2), Load("a"), Load("a")];
const DELETED: [Call; 5] = [Store("a", 1), Store("b", 2), Load("a"), Load("a"), Delete("b")];
const COPIED: [Call; 6] = [Store("a", 1), Store("b", 2), Load("a"), Load("a"), Delete("b"), Store("c", 4)];
const PUT_BACK: [Call; 7] =
    [Store("a", 1), Store("b", 2), Load("a"), Load("a"), Delete("b"), Store("c", 4), Store("b", 5)];

const SCENES: [Scene; 12] = [
    Scene { name: "empty", before: &[], calls: &[] },
    Scene { name: "new-keys", before: &[], calls: &TWO_NEW },
    Scene { name: "miss", before: &TWO_NEW, calls: &[Load("a")] },
    Scene { name: "promotion", before: &[Store("a", 1), Store("b", 2), Load("a")], calls: &[Load("a")] },
    Scene { name: "overwrite", before: &PROMOTED, calls: &[Store("a", 3)] },
    Scene { name: "load-or-store", before: &PROMOTED, calls: &[LoadOrStore("a", 7), LoadOrStore("c", 8)] },
    Scene { name: "deleted", before: &PROMOTED, calls: &[Delete("b")] },
    Scene { name: "expunged", before: &DELETED, calls: &[Store("c", 4)] },
    Scene { name: "put-back", before: &COPIED, calls: &[Store("b", 5)] },
    Scene { name: "left-out", before: &COPIED, calls: &[Load("c"), Load("c")] },
    Scene { name: "range", before: &PUT_BACK, calls: &[Range] },
    Scene { name: "clear", before: &PUT_BACK, calls: &[Clear] },
];

/// Runs a scene on a map of its own.
fn picture(scene: &Scene) -> Picture {
    let map = SyncMap::new();
    for call in scene.before {
        call.perform(&map);
    }
    let before = State::of(&map);
    let said = scene.calls.iter().map(|call| call.perform(&map)).collect();
    Picture { said, before, after: State::of(&map) }
}

/// Every file of the folder, by its name, as it must be.
fn pictures() -> BTreeMap<PathBuf, Picture> {
    let file = |scene: &Scene| Path::new(FOLDER).join(format!("{}.svg", scene.name));
    SCENES.iter().map(|scene| (file(scene), picture(scene))).collect()
}

/// The page, where each line that shows a picture has the text that the picture says; and the pictures that it shows.
fn page(old: &str, pictures: &BTreeMap<PathBuf, Picture>) -> (String, Vec<PathBuf>) {
    let mut shown = Vec::new();
    let mut line = |line: &str| {
        let target =
            line.strip_prefix("![").and_then(|rest| rest.rsplit_once("](pictures/")?.1.strip_suffix(')'));
        let Some(target) = target else { return line.to_owned() };
        let file = Path::new(FOLDER).join(target);
        let picture =
            pictures.get(&file).unwrap_or_else(|| panic!("{PAGE}: no scene makes {}", file.display()));
        shown.push(file);
        format!("![{}](pictures/{target})", picture.in_words())
    };
    let lines: Vec<String> = old.lines().map(&mut line).collect();
    (lines.join("\n") + "\n", shown)
}

fn same(file: &Path, text: &str) -> bool {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, text).expect("the file can be written");
    }
    std::fs::read_to_string(file).is_ok_and(|there| there == text)
}

#[test]
fn the_pictures_are_of_the_map_as_it_is() {
    let pictures = pictures();
    let (text, mut shown) = page(&std::fs::read_to_string(PAGE).expect("the page"), &pictures);
    let mut stale: Vec<String> = Vec::new();
    for (file, text) in
        pictures.iter().map(|(file, picture)| (file.as_path(), picture.svg())).chain([(PAGE.as_ref(), text)])
    {
        if !same(file, &text) {
            stale.push(file.display().to_string());
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}: `UPDATE=1 cargo test --test pictures` draws them again");

    shown.sort();
    assert_eq!(shown, pictures.into_keys().collect::<Vec<_>>(), "{PAGE} shows each picture once");
    let files = std::fs::read_dir(FOLDER).expect("the folder").map(|file| file.expect("a file").path());
    let left: Vec<PathBuf> = files.filter(|file| !shown.contains(file)).collect();
    assert!(left.is_empty(), "no scene makes these: {left:?}");
}

/// What the text of the page claims of its pictures.
#[test]
fn the_scenes_show_what_the_page_tells() {
    let after = |name: &str| picture(SCENES.iter().find(|scene| scene.name == name).expect("a scene")).after;
    assert!(after("new-keys").dirty.is_some_and(|dirty| dirty.misses == 0) && after("new-keys").amended);
    assert!(after("miss").dirty.is_some_and(|dirty| dirty.misses == 1));
    assert!(after("promotion").dirty.is_none() && !after("promotion").amended);
    assert_eq!(after("deleted").word("b"), Some("deleted"));
    assert_eq!(after("expunged").word("b"), Some("expunged"));
    assert!(after("put-back").entries["b"].in_read && after("put-back").entries["b"].in_dirty);
    assert_eq!(after("left-out").word("b"), None);
    assert_eq!(after("range").entries.len(), 3);
    assert!(after("range").entries.values().all(|entry| entry.in_read && !entry.in_dirty));
    assert!(after("clear").entries.is_empty());
}

/// A reference outlives what replaces its value, as the page says.
#[test]
fn a_reader_keeps_what_it_has_found() {
    let map = SyncMap::from([("a", 1)]);
    let pinned = map.pin();
    let one = pinned.load("a").expect("it is there");
    map.store("a", 3);
    assert_eq!((*one, map.load("a")), (1, Some(3)));
}
