//! The source that was run, as drawings and pages quote it.

use crate::certificates::provenance;
use crate::repository::of_step;

/// The text of the file that a step names, in the source that this binary was built from: see [`of_step`].
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
        assert!(of_step_here("canary/./calls.rs").is_some(), "a subject that is not in src/");
        assert_eq!(of_step_here("map/no.rs"), None);
        assert_eq!(of_step("a.rs", |name| Some(name.to_owned())), None, "two folders have it");
        assert_eq!(of_step("a.rs", |name| name.starts_with("src").then(String::new)), Some(String::new()));
    }
}
