//! The source that was run, as drawings and pages quote it.

use crate::certificates::provenance;

/// The folders that steps of an execution name their files in, as `map/entry.rs`.
const OF_STEPS: [&str; 2] = ["src/", "verification/verify/src/"];

/// The text of the file that a step names. `text` has the files by their names from the root. Nothing if it has none, or one in each folder: then
/// nobody knows which was meant.
pub fn of_step(file: &str, text: impl Fn(&str) -> Option<String>) -> Option<String> {
    // A module that says where it is has a dot in its place.
    let file = file.replace("/./", "/");
    let mut found = OF_STEPS.iter().filter_map(|folder| text(&format!("{folder}{file}")));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The same in the source that this binary was built from.
pub fn of_step_here(file: &str) -> Option<String> {
    of_step(file, |name| provenance::text(name).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::read;

    #[test]
    fn the_file_of_a_step_is_found_below_one_folder_and_not_below_two() {
        assert_eq!(of_step_here("map/entry.rs"), read("src/map/entry.rs").ok());
        assert!(of_step_here("subjects/canary/./calls.rs").is_some(), "a subject that is not in src/");
        assert_eq!(of_step_here("map/no.rs"), None);
        assert_eq!(of_step("a.rs", |name| Some(name.to_owned())), None, "two folders have it");
        assert_eq!(of_step("a.rs", |name| name.starts_with("src").then(String::new)), Some(String::new()));
    }
}
